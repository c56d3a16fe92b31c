"""Turn predictions into what the service answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cxnlp.conversation.analyse import ScoredTurn, analyse
from cxnlp.model.prediction import Prediction
from cxnlp.turns import CustomerTurn, Turn

from .score_request import Item, ItemError, unsupported


def answer_item(
    item: Item, prediction: Prediction | None, *, spans: bool, languages: tuple[str, ...]
) -> dict[str, Any]:
    """Return the result of one item: its prediction, or why there is none."""
    error = item.error or _not_scored(prediction, languages)
    if error is not None or prediction is None:
        return {"id": item.id, "error": asdict(error) if error else None}
    return {"id": item.id, **_plain(prediction, spans=spans)}


def answer_conversation(
    item: Item,
    scored: Sequence[tuple[CustomerTurn, Prediction]],
    *,
    spans: bool,
    languages: tuple[str, ...],
) -> dict[str, Any]:
    """Return each customer turn with its prediction, the arc, and the risk of escalation."""
    turns = item.turns or ()
    analysis = analyse(
        [
            ScoredTurn(index=t.index, text=t.text, prediction=found, at=turns[t.index].at)
            for t, found in scored
        ]
    )
    return {
        "id": item.id,
        "turns": [
            _answer_turn(turn, turns[turn.index], found, spans=spans, languages=languages)
            for turn, found in scored
        ],
        **analysis.to_dict(),
    }


def _answer_turn(
    turn: CustomerTurn,
    said: Turn,
    prediction: Prediction,
    *,
    spans: bool,
    languages: tuple[str, ...],
) -> dict[str, Any]:
    placed = {"turn": turn.index, "at": said.at and said.at.isoformat()}
    error = _not_scored(prediction, languages)
    if error is not None:
        return {**placed, "error": asdict(error)}
    found = _plain(prediction, spans=spans)
    for span in found["spans"] or ():
        span["turn"] = turn.index  # it was scored by itself, and did not know its place
    return {**placed, **found}


def _not_scored(prediction: Prediction | None, languages: tuple[str, ...]) -> ItemError | None:
    if prediction is None or prediction.sentiment is not None:
        return None
    if prediction.language is None or prediction.language in languages:
        return ItemError(code="text_missing", message="The text has no letter or sign to read.")
    return unsupported(prediction.language, languages)


def _plain(prediction: Prediction, *, spans: bool) -> dict[str, Any]:
    found = prediction.to_dict()
    if not spans:
        found["spans"] = None
    return found
