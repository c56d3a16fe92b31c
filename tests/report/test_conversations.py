"""Conversations, turn by turn."""

from __future__ import annotations

from typing import Any

import pytest

from cxnlp.insights.finding import Finding, InsightResult
from cxnlp.metrics.numbers import MINUS
from cxnlp.report.conversations import (
    BAR_WIDTH,
    BOTTOM,
    TOP,
    build_conversations,
    conversation_rows,
)
from cxnlp.report.verbatims import Comment, Turn

SAID = [
    ("customer", "My parcel has been late for two weeks now.", -0.6),
    ("agent", "Let me look.", None),
    ("customer", "Nobody tells me anything, this is terrible.", -0.9),
    ("customer", "ok", 0.1),
    ("customer", "Great, it has arrived and all is well again.", 0.8),
]


def label(score: float) -> str:
    return "negative" if score < -0.3 else "positive" if score > 0.3 else "neutral"


RECORD: dict[str, Any] = {
    "turns": [{"role": role, "text": text} for role, text, _ in SAID],
    "spans": [
        {"turn": i, "start": 0, "end": len(text), "sentiment": label(score),
         "sentiment_score": score}
        for i, (_, text, score) in enumerate(SAID) if score is not None
    ],
}  # fmt: skip
COMMENT = Comment(
    touchpoint="delivery", period=None, day="2024-03-01", sentiment="mixed", satisfaction=None,
    emotions=(), topics=(), question="", answers=(), unsure=False, cut=False, group="",
    turns=tuple(Turn(role=role.title(), pieces=((text, ""),)) for role, text, _ in SAID),
)  # fmt: skip


def row(place: str | None, n: int, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "touchpoint": place, "conversations": n, "negative": n, "recovery_rate": 60.0,
        "recovery_rate_low": 45.0, "recovery_rate_high": 74.0,
    }  # fmt: skip
    for name, value in (("start", -0.6), ("worst", -0.8), ("end", 0.4), ("recovery", 1.2)):
        given |= {name: value, f"{name}_low": value - 0.1, f"{name}_high": value + 0.1}
    return {**given, **fields}


def result(*rows: dict[str, Any], status: Any = "ok") -> InsightResult:
    finding = Finding(
        insight="conversations", sentence="", verdict="real", importance=0.0, n=40, evidence=(7, 9)
    )
    return InsightResult(
        name="conversations", title="C", status=status, note="N.", findings=(finding,), table=rows
    )


def test_a_point_for_every_turn_of_the_customer() -> None:
    given = result(row(None, 40))
    assert conversation_rows(given) == [7, 9]
    found = build_conversations(given, {7: RECORD}, {7: COMMENT}, {"delivery": "Delivery"})
    assert found is not None
    (shown,) = found.shown  # row 9 is not there
    assert [p.number for p in shown.points] == [1, 2, 3, 4]
    assert [p.counts for p in shown.points] == [True, True, False, True]
    assert [p.is_worst for p in shown.points] == [False, True, False, False]
    assert all(TOP < p.y < BOTTOM for p in shown.points)
    assert shown.points[1].y > shown.points[0].y > shown.points[3].y
    assert (shown.recovered, shown.recovery, shown.worst) == (True, "1.70", f"{MINUS}0.90")
    assert [t.number for t in shown.turns] == [1, None, 2, 3, 4]
    assert shown.touchpoint == "Delivery"


def test_thanks_at_the_end_count_and_elsewhere_do_not() -> None:
    thanked = [("customer", "This is terrible, nobody helps me at all.", -0.9),
               ("customer", "Thanks", 0.7), ("customer", "But it is still broken, I mind.", -0.8),
               ("customer", "Thank you!", 0.9)]  # fmt: skip
    record = {
        "turns": [{"role": role, "text": text} for role, text, _ in thanked],
        "spans": [
            {"turn": i, "start": 0, "end": len(text), "sentiment": label(score),
             "sentiment_score": score}
            for i, (_, text, score) in enumerate(thanked)
        ],
    }  # fmt: skip
    found = build_conversations(result(row(None, 40)), {7: record}, {7: COMMENT}, {})
    assert found is not None
    (shown,) = found.shown
    assert [p.counts for p in shown.points] == [True, False, True, True]
    assert (shown.end, shown.recovered) == ("+0.90", True)


def test_recovery_by_touchpoint_with_intervals() -> None:
    found = build_conversations(
        result(row(None, 40), row("delivery", 36), row("web", 4)), {}, {}, {"delivery": "Delivery"}
    )
    assert found is not None
    everything, delivery = found.rows
    assert (everything.label, delivery.label) == ("All conversations", "Delivery")
    assert (delivery.rate, delivery.rate_interval) == ("60.0%", "45.0 to 74.0%")
    assert (delivery.end, delivery.end_interval) == ("+0.40", "+0.30 to +0.50")
    assert delivery.places == pytest.approx(
        (0.2 * BAR_WIDTH, 0.1 * BAR_WIDTH, 0.7 * BAR_WIDTH), abs=0.1
    )
    assert found.few == (("web", "4"),)


def test_none_that_turned_negative_is_said() -> None:
    found = build_conversations(result(row(None, 40, negative=0, recovery_rate=None)), {}, {}, {})
    assert found is not None
    assert found.rows[0].rate == "none turned negative"


def test_states() -> None:
    assert build_conversations(result(status="not_applicable"), {}, {}, {}) is None
    assert build_conversations(None, {}, {}, {}) is None
    few = build_conversations(result(row(None, 12), status="not_enough_data"), {}, {}, {})
    assert few is not None
    assert (few.enough, len(few.rows)) == (False, 1)
