from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.conversation.escalation import LEVELS, VERY_NEGATIVE, WEIGHTS, find_escalation
from cxnlp.conversation.scored_turn import ScoredTurn
from tests.conversation.made_turns import Chat

TEXTS = (
    "It does not work.",
    "I want to speak to your manager now, cancel my account.",
    "Thanks for nothing",
    "This is the third time I am writing to you about it.",
    "ok thanks",
    "something is said here about the matter, at some length.",
)


@st.composite
def said(draw: st.DrawFn) -> tuple[str, float | None, dict[str, Any]]:
    """Draw what one turn says: text, score, emotions and topics."""
    probability = st.floats(0.2, 1)
    emotions = st.dictionaries(st.sampled_from(["anger", "annoyance", "joy"]), probability)
    topics = st.dictionaries(
        st.sampled_from(["billing_payment", "trust_safety", "food_drink"]),
        st.sampled_from(["negative", "neutral", "positive"]),
    )
    score = st.none() | st.floats(-1, 1)
    made = {"emotions": draw(emotions), "topics": draw(topics)}
    return draw(st.sampled_from(TEXTS)), draw(score), made


def _turns(chat: Chat, many: list[tuple[str, float | None, dict[str, Any]]]) -> list[ScoredTurn]:
    return [chat.turn(2 * i, text, score, **more) for i, (text, score, more) in enumerate(many)]


conversations = st.lists(said(), max_size=9)


def test_nothing_is_no_risk() -> None:
    found = find_escalation([])
    assert (found.score, found.level, found.reasons) == (0.0, "low", ())


def test_one_very_negative_turn_raises(chat: Chat) -> None:
    found = find_escalation(chat.scored(-0.9))
    assert (found.score, found.level) == (WEIGHTS["sentiment"], "raised")
    assert [(r.kind, r.turn, r.start, r.end) for r in found.reasons] == [("sentiment", 0, 0, 40)]


def test_by_hand(chat: Chat) -> None:
    said = {"emotions": {"anger": 0.5}, "topics": {"billing_payment": "negative"}}
    found = find_escalation([chat.turn(0, "You took my money, I want it all back.", -0.4, **said)])
    # sentiment .4 x .5 = .2, emotion .3 x .5 = .15, topic .2 x .8 = .16
    assert found.score == pytest.approx(1 - 0.8 * 0.85 * 0.84, abs=1e-4)
    assert [(reason.kind, reason.score) for reason in found.reasons] == [
        ("sentiment", 0.2), ("topic", 0.16), ("emotion", 0.15),
    ]  # fmt: skip


def test_a_topic_that_is_praised_is_no_reason(chat: Chat) -> None:
    topics = {"billing_payment": "positive", "trust_safety": "neutral"}
    found = find_escalation([chat.turn(0, "Something of a mixed message.", -0.6, topics=topics)])
    assert {reason.kind for reason in found.reasons} == {"sentiment"}


def test_anger_in_a_content_turn_is_no_reason(chat: Chat) -> None:
    turn = chat.turn(0, "I was angry before but you are all lovely.", 0.8, emotions={"anger": 0.9})
    assert find_escalation([turn]).score == 0


def test_a_complaint_that_comes_back_is_repetition(chat: Chat) -> None:
    text = "The parcel is not here yet, where is it?"
    topics = {"delivery_logistics": "negative"}
    once = [chat.turn(0, text, -0.6, topics=topics)]
    twice = [*once, chat.turn(2, text, -0.6, topics=topics)]
    assert "repetition" not in {reason.kind for reason in find_escalation(once).reasons}
    found = {reason.kind: reason for reason in find_escalation(twice).reasons}
    assert (found["repetition"].turn, found["repetition"].label) == (2, "delivery_logistics")
    assert found["repetition"].score == pytest.approx(0.2)  # two thirds of .3
    assert find_escalation(twice).score > find_escalation(once).score


def test_a_resolved_complaint_is_not_repeated(chat: Chat) -> None:
    text = "The parcel is not here yet, where is it?"
    topics = {"delivery_logistics": "negative"}
    first, glad = chat.turn(0, text, -0.6, topics=topics), chat.turn(2, "It came, wonderful!", 0.9)
    found = find_escalation([first, glad, chat.turn(4, text, -0.6, topics=topics)])
    assert "repetition" not in {reason.kind for reason in found.reasons}


def test_words_are_pointed_at(chat: Chat) -> None:
    text = "I see. Then cancel my account."
    (reason,) = find_escalation([chat.turn(6, text, 0.0)]).reasons
    assert (reason.kind, reason.label, reason.turn) == ("words", "leaving", 6)
    assert text[reason.start : reason.end] == "cancel my account"


def test_negated_words_are_none(chat: Chat) -> None:
    assert find_escalation([chat.turn(0, "I don't want to cancel my account.", 0.0)]).score == 0


def test_words_count_where_nothing_was_scored(chat: Chat) -> None:
    assert find_escalation([chat.turn(0, "My lawyer!", None)]).level == "raised"


def test_a_falling_trend_is_a_reason(chat: Chat) -> None:
    found = find_escalation(chat.scored(0.4, -0.1, -0.5, -0.7))
    assert ("trend", 6) in {(reason.kind, reason.turn) for reason in found.reasons}


def test_it_falls_again_after_recovery(chat: Chat) -> None:
    angry = chat.turn(
        0, "I want my lawyer, this is fraud and I am furious.", -0.95,
        emotions={"anger": 0.9}, topics={"trust_safety": "negative"},
    )  # fmt: skip
    glad = [chat.turn(2 * i, "Oh that is wonderful, you solved everything!", 0.9) for i in (1, 2)]
    levels = [find_escalation([angry, *glad[:n]]).level for n in range(3)]
    assert levels == ["high", "low", "low"]
    scores = [find_escalation([angry, *glad[:n]]).score for n in range(3)]
    assert scores == sorted(scores, reverse=True)


@given(conversations)
def test_bounds(chat: Chat, many: list[tuple[str, float | None, dict[str, Any]]]) -> None:
    turns = _turns(chat, many)
    found = find_escalation(turns)
    assert 0 <= found.score <= 1
    assert found.level in LEVELS
    lengths = {turn.index: len(turn.text) for turn in turns}
    for reason in found.reasons:
        assert 0 <= reason.start < reason.end <= lengths[reason.turn]
        assert 0 < reason.score <= found.score + 1e-4
    assert found.level == "low" or found.reasons
    scores = [reason.score for reason in found.reasons]
    assert scores == sorted(scores, reverse=True)


@given(conversations, st.floats(-1, VERY_NEGATIVE), said())
def test_a_very_negative_turn_never_lowers_it(
    chat: Chat,
    many: list[tuple[str, float | None, dict[str, Any]]],
    score: float,
    last: tuple[str, float | None, dict[str, Any]],
) -> None:
    text, _, more = last
    turns = _turns(chat, many)
    after = [*turns, chat.turn(2 * len(turns), text, score, **more)]
    assert find_escalation(after).score >= find_escalation(turns).score


@given(conversations, st.integers(0, 9), st.sampled_from(["ok thanks", "no", "🙏", "Hi", "4471"]))
def test_an_acknowledgement_changes_nothing(
    chat: Chat, many: list[tuple[str, float | None, dict[str, Any]]], place: int, text: str
) -> None:
    turns = _turns(chat, many)
    place = min(place, len(turns))
    between = chat.turn(2 * place - 1, text, -1.0, emotions={"anger": 1.0})
    assert find_escalation([*turns[:place], between, *turns[place:]]) == find_escalation(turns)
