from __future__ import annotations

import json

import pytest

from cxnlp.conversation.analyse import analyse
from cxnlp.errors import InputError
from tests.conversation.made_turns import Chat


def test_it_is_plain_json_without_text(chat: Chat) -> None:
    turns = [
        chat.turn(1, "Zanzibar is where my parcel went.", -0.9),
        chat.turn(3, "Zanzibar! Get me your manager.", -0.9),
    ]
    found = analyse(turns).to_dict()
    written = json.dumps(found)
    assert json.loads(written) == found
    assert "zanzibar" not in written.lower()
    assert set(found) == {"arc", "escalation"}
    assert found["escalation"]["reasons"][0]["label"] == "supervisor"
    assert found["arc"]["worst_turn"] == 3


def test_an_empty_chat() -> None:
    found = analyse([]).to_dict()
    assert found["arc"]["start"] is None
    assert found["escalation"] == {"score": 0.0, "level": "low", "reasons": []}


def test_turns_out_of_order_are_refused(chat: Chat) -> None:
    with pytest.raises(InputError, match="Turn 0 comes after turn 2"):
        analyse(chat.scored(0.1, 0.2)[::-1])


def test_a_long_chat_is_analysed(chat: Chat) -> None:
    found = analyse(chat.scored(*[-0.9, 0.4, -0.5, 0.9] * 500))
    assert found.arc.n_counted == 2000
    assert len(found.escalation.reasons) <= 10
