"""Topic bars."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.journey.summary import Cell, TopicSummary
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.topics import BAR_WIDTH, build_topics


def _topic(
    estimate: Callable[..., Estimate], name: str, negative: int, neutral: int, positive: int
) -> TopicSummary:
    n = negative + neutral + positive
    return TopicSummary(
        topic=name,
        share=estimate(10.0),
        net_sentiment=estimate(0.0, n=n),
        n_negative=negative,
        n_neutral=neutral,
        n_positive=positive,
    )


def test_bars_meet_at_the_centre_and_fill_the_width(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    counts = {"wait_time_speed": (60, 20, 0), "staff_service": (0, 10, 115), "odd topic": (1, 1, 1)}
    topics = {name: _topic(estimate, name, *parts) for name, parts in counts.items()}
    chart = build_topics(cell(topics=topics))
    assert [b.label for b in chart.bars] == [
        "Staff manner and help", "Waiting time and speed", "odd topic",
    ]  # fmt: skip
    staff, wait, odd = chart.bars
    for bar in (staff, wait):
        assert bar.x_neutral + bar.w_neutral / 2 == pytest.approx(chart.centre, abs=0.02)
    assert wait.x_negative == pytest.approx(0, abs=0.02)
    assert staff.x_positive + staff.w_positive == pytest.approx(BAR_WIDTH, abs=0.02)
    assert (staff.hidden, odd.hidden) == (False, True)
    assert odd.net == "suppressed (n < 5)"


def test_no_topics(cell: Callable[..., Cell]) -> None:
    assert build_topics(cell()).bars == ()
