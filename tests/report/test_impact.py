"""Points lost and gained by theme."""

from __future__ import annotations

from typing import Any

import pytest

from cxnlp.insights.finding import InsightResult
from cxnlp.metrics.numbers import MINUS
from cxnlp.report.impact import BAR_WIDTH, FEWEST_BARS, ImpactChart, build_impact


def row(topic: str, said: str, impact: float, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "topic": topic, "said": said, "n_mentions": 60, "n": 400, "impact": impact,
        "low": impact - 1, "high": impact + 1, "score": "NPS", "unit": "points",
        "higher_is_better": True, "score_with": 10.0, "score_without": 30.0 - impact,
        "verdict": "real", "status": "ok",
    }  # fmt: skip
    return {**given, **fields}


def chart(*rows: dict[str, Any], status: Any = "ok") -> ImpactChart:
    found = build_impact(
        InsightResult(name="theme_impact", title="Impact", status=status, note="Note.", table=rows)
    )
    assert found is not None
    return found


def test_most_lost_first_around_the_score_of_all() -> None:
    found = chart(
        row("staff_service", "positive", 6.0),
        row("wait_time_speed", "negative", -5.0),
        row("price_value", "negative", -1.0, verdict="noise"),
    )
    assert [b.css for b in found.bars] == ["negative", "unsure", "positive"]
    assert [b.said for b in found.bars] == ["complaints", "complaints", "praise"]
    lost, _, gained = found.bars
    assert found.overall == "+30.0"
    assert lost.x + lost.width == pytest.approx(found.centre)
    assert gained.x == pytest.approx(found.centre)
    assert (lost.x_low, gained.x_high) == (0, BAR_WIDTH)
    assert lost.x_low < lost.x < lost.x_high < found.centre
    assert (lost.impact, lost.interval) == (f"{MINUS}5.0", f"{MINUS}6.0 to {MINUS}4.0")
    assert (lost.n, lost.sentiment) == ("60", "negative")


def test_where_lower_is_better_a_rise_is_a_loss() -> None:
    up = {"higher_is_better": False, "score": "CES", "unit": "mean"}
    found = chart(
        row("website_app", "negative", 0.4, low=0.2, high=0.6, **up),
        row("staff_service", "positive", -0.3, low=-0.5, high=-0.1, **up),
    )
    assert [(b.topic, b.css) for b in found.bars] == [
        ("website_app", "negative"), ("staff_service", "positive"),
    ]  # fmt: skip
    assert found.bars[0].impact == "+0.40"
    assert found.bars[0].x < found.centre


def test_any_mention_stands_where_it_alone_can_be_told() -> None:
    found = chart(
        row("food_drink", "any", -2.0),
        row("wait_time_speed", "any", -3.0),
        row("wait_time_speed", "negative", -4.0),
        row("process_coordination", "any", -1.5),
        row("process_coordination", "negative", -1.4, verdict="not_enough_data"),
    )
    assert [(b.topic, b.said) for b in found.bars] == [
        ("wait_time_speed", "complaints"),
        ("food_drink", "any mention"),
        ("process_coordination", "any mention"),
    ]


def test_what_restates_the_score_is_left_out() -> None:
    found = chart(row("general_experience", "positive", 9.0), row("food_drink", "negative", -2.0))
    assert [b.topic for b in found.bars] == ["food_drink"]


def test_of_what_is_not_told_from_chance_only_the_largest_are_drawn() -> None:
    topics = ("food_drink", "price_value", "website_app", "staff_service", "staff_competence",
              "returns_refunds", "account_access", "trust_safety")  # fmt: skip
    rows = [
        row(topic, said, sign * (i + 1) / 10, verdict="noise")
        for i, topic in enumerate(topics)
        for said, sign in (("negative", -1), ("positive", 1))
    ]
    found = chart(*rows, row("wait_time_speed", "negative", -0.01))
    assert len(found.bars) == FEWEST_BARS
    assert found.n_more == len(rows) + 1 - FEWEST_BARS
    assert "wait_time_speed" in [b.topic for b in found.bars]
    assert "food_drink" not in [b.topic for b in found.bars]


def test_not_enough_is_one_sentence_and_not_applicable_is_nothing() -> None:
    assert chart(status="not_enough_data").note == "Note."
    assert not chart(status="not_enough_data").enough
    nothing = InsightResult(name="theme_impact", title="", status="not_applicable", note="")
    assert build_impact(nothing) is None
    assert build_impact(None) is None
