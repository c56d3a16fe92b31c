"""Response rates from the deliveries of the journey file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from cxnlp.declarations import Delivery
from cxnlp.insights.finding import InsightResult
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.response_rate import overall_rate, run
from cxnlp.metrics.response_rate import response_rate
from tests.insights.planted import JOURNEY, Row, data_of

MakeRow = Callable[..., Row]


def result_of(rows: list[Row], *deliveries: Delivery) -> InsightResult:
    return run(data_of(rows, journey=replace(JOURNEY, deliveries=deliveries)), InsightOptions())


@pytest.fixture
def rows(scored_row: MakeRow) -> list[Row]:
    """Return six rows of five submissions: three by email, two by sms, the last without a date."""
    march = dt.datetime(2024, 3, 31, 23, 59, tzinfo=dt.UTC)
    return [
        scored_row(1),
        scored_row(1),  # a second verbatim of the same submission
        scored_row(2, occurred_at=march),
        scored_row(3, submission_id=None),
        scored_row(4, channel="sms", touchpoint="shop"),
        scored_row(5, channel="sms", occurred_at=None),
    ]


def test_by_hand(rows: list[Row]) -> None:
    result = result_of(
        rows, Delivery(channel="email", delivered=12), Delivery(channel="sms", delivered=4)
    )
    assert [(r["channel"], r["responses"], r["rate"]) for r in result.table] == [
        (None, 5, 31.25), ("email", 3, 25.0), ("sms", 2, 50.0)
    ]  # fmt: skip
    assert result.status == "ok"
    assert "Of 12 invitations delivered (email), 3 were answered: 25.0%" in (
        result.findings[1].sentence
    )


def test_a_period_holds_its_last_minute_and_no_undated_row(rows: list[Row]) -> None:
    result = result_of(rows, Delivery(period="2024-Q1", delivered=10),
                       Delivery(period="2024-Q2", delivered=10))  # fmt: skip
    assert [r["responses"] for r in result.table] == [4, 4, 0]
    month = result_of(rows, Delivery(period="2024-03", delivered=10))
    assert [r["responses"] for r in month.table] == [1]


def test_everything_at_once(rows: list[Row]) -> None:
    result = result_of(
        rows, Delivery(touchpoint="shop", channel="sms", period="2024-W03", delivered=3)
    )
    assert [r["responses"] for r in result.table] == [1]


def test_more_responses_than_deliveries_is_a_stated_problem(rows: list[Row]) -> None:
    result = result_of(rows, Delivery(channel="email", delivered=2))
    assert result.status == "not_enough_data"
    assert result.table[0]["rate"] is None
    assert "3 responses to 2 deliveries" in result.findings[0].sentence
    assert result.findings[0].verdict == "not_enough_data"


def test_nothing_delivered(rows: list[Row]) -> None:
    result = result_of([], Delivery(delivered=0))
    assert result.table[0]["problem"] == "Nothing was delivered, so there is no response rate."


def test_a_name_that_nobody_has_is_zero(rows: list[Row]) -> None:
    assert result_of(rows, Delivery(touchpoint="nowhere", delivered=9)).table[0]["rate"] == 0.0


def test_without_deliveries_it_does_not_apply(rows: list[Row]) -> None:
    assert result_of(rows).status == "not_applicable"


def test_entries_that_may_overlap_are_not_added_up(rows: list[Row]) -> None:
    rate = response_rate(1, 10)
    mixed = [Delivery(channel="sms", delivered=10), Delivery(touchpoint="shop", delivered=10)]
    lengths = [Delivery(period="2024", delivered=10), Delivery(period="2024-Q1", delivered=10)]
    assert overall_rate(mixed, [rate] * 2) is None
    assert overall_rate(lengths, [rate] * 2) is None
    assert overall_rate([*mixed, Delivery(delivered=30)], [rate, rate, response_rate(5, 30)]) == (
        response_rate(5, 30)
    )
    quarters = [Delivery(period=f"2024-Q{q}", delivered=10) for q in (1, 2, 3, 4)]
    assert overall_rate(quarters, [rate] * 4) == response_rate(4, 40)
    result = result_of(rows, *mixed)
    assert "so they are not added up" in result.note
