"""What changed between periods and groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cxnlp.errors import InputError
from cxnlp.insights import changes
from cxnlp.insights.compared_findings import findings_of
from cxnlp.insights.compared_groups import choose, parse_compare
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import InsightResult
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.sides import Side, Sides
from cxnlp.journey.cells import PREDICTED
from cxnlp.journey.summary import MetricDefinition
from cxnlp.labels import EMOTION_GROUPS, TOPICS
from cxnlp.metrics.net_difference import NetCounts, net_difference
from tests.insights.planted import Row, data_of, plant_nothing

MakeRow = Callable[..., Row]
DEFINITIONS = {
    "nps": MetricDefinition(
        kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True
    ),
    "csat": MetricDefinition(
        kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
    ),
    "rating:food": MetricDefinition(
        kind="rating",
        unit="mean",
        scale_min=1,
        scale_max=5,
        higher_is_better=True,
        question_id="food",
    ),
    **PREDICTED,
}


def _real(result: InsightResult) -> set[tuple[Any, ...]]:
    return {
        (r["compared"], r["key"], r["touchpoint"]) for r in result.table if r["verdict"] == "real"
    }


def test_the_planted_change_is_found_where_it_is(planted_data: InsightData) -> None:
    result = changes.run(planted_data, InsightOptions())
    assert result.status == "ok"
    found = _real(result)
    assert {("score", "nps", "delivery"), ("score", "nps", None)} <= found
    assert not any(place in ("web", "shop", "support") for *_, place in found)
    nps = next(f for f in result.findings if f.sentence.startswith("NPS at Delivery"))
    assert "fell by" in nps.sentence
    assert "2024-Q3" in nps.sentence
    assert nps.where.period == "2024-Q4"
    assert nps.estimate is not None
    assert nps.estimate.high is not None
    assert nps.estimate.high < 0


def test_the_planted_group_is_found_and_the_arms_do_not_differ(planted_data: InsightData) -> None:
    result = changes.run(planted_data, InsightOptions(compare="Region=South,north"))
    assert ("score", "nps", None) in _real(result)
    nps = next(f for f in result.findings if f.sentence.startswith("NPS is"))
    assert "lower in north than in south" in nps.sentence
    assert nps.where.group == "north"
    assert {row["old"] for row in result.table} == {"south"}


def test_findings_and_rows_go_together(planted_data: InsightData) -> None:
    result = changes.run(planted_data, InsightOptions())
    assert len(result.findings) == len(result.table)
    assert len({tuple(row) for row in result.table}) == 1
    for finding, row in zip(result.findings, result.table, strict=True):
        assert (finding.verdict, finding.p_value, finding.n_needed) == (
            row["verdict"],
            row["p_value"],
            row["n_needed"],
        )
        assert 0 <= finding.importance <= 1
        numbers = [value for value in row.values() if isinstance(value, float)]
        assert np.isfinite(numbers).all()


def test_numbers_are_those_of_the_journey(planted_data: InsightData) -> None:
    result = changes.run(planted_data, InsightOptions())
    cells = {cell.period: cell for cell in planted_data.summary.periods}
    compared = 0
    for row in result.table:
        if row["compared"] == "score" and row["touchpoint"] is None:
            for side in ("old", "new"):
                estimate = cells[str(row[side])].metrics[str(row["key"])]
                assert row[f"value_{side}"] == pytest.approx(estimate.value)
                assert row[f"low_{side}"] == pytest.approx(estimate.low)
                assert row[f"n_{side}"] == estimate.n
                compared += 1
        if row["compared"] == "topic_sentiment":
            estimate = cells[str(row["new"])].topics[str(row["key"])].net_sentiment
            assert row["value_new"] == pytest.approx(estimate.value)
            compared += 1
    assert compared > 10


def test_a_change_by_hand(scored_row: MakeRow, nps_answer: Callable[..., Row]) -> None:
    rows: list[Row] = []
    for quarter, promoters in ((1, 30), (4, 10)):
        for i in range(50):
            rows.append(
                scored_row(
                    len(rows),
                    occurred_at=dt.datetime(2024, quarter, 9, tzinfo=dt.UTC),
                    responses=[nps_answer(9.0 if i < promoters else 7.0)],
                    stage="order",
                )
            )
    result = changes.run(data_of(rows), InsightOptions())
    row = next(r for r in result.table if r["key"] == "nps")
    expected = net_difference(
        NetCounts(positives=10, negatives=0, n=50), NetCounts(positives=30, negatives=0, n=50)
    )
    assert expected is not None
    assert (row["difference"], row["p_value"]) == (expected.value, expected.p_value)
    # The one touchpoint says no more than the whole.
    assert {r["touchpoint"] for r in result.table} == {None}


def test_a_period_that_has_just_begun_is_passed_over(
    scored_row: MakeRow, nps_answer: Callable[..., Row]
) -> None:
    rows = [
        scored_row(
            i,
            occurred_at=dt.datetime(2024, month, 1, tzinfo=dt.UTC),
            responses=[nps_answer(9.0)],
        )
        for i, month in enumerate([1] * 40 + [4] * 40 + [7] * 12)
    ]
    result = changes.run(data_of(rows), InsightOptions())
    assert {(r["old"], r["new"]) for r in result.table} == {("2024-Q1", "2024-Q2")}


def test_few_answers_say_how_many_are_needed(
    scored_row: MakeRow, nps_answer: Callable[..., Row]
) -> None:
    rows = [
        scored_row(
            i,
            occurred_at=dt.datetime(2024, 1 + 3 * (i % 2), 1, tzinfo=dt.UTC),
            responses=[nps_answer(float(i % 3 + 7))],
        )
        for i in range(24)
    ]
    result = changes.run(data_of(rows), InsightOptions())
    assert result.status == "not_enough_data"
    assert result.findings
    for finding in result.findings:
        assert (finding.verdict, finding.p_value) == ("not_enough_data", None)
        assert (finding.n_needed or 0) >= 30


@pytest.mark.parametrize("n", [0, 1])
@pytest.mark.parametrize("compare", [None, "region=north,south"])
def test_nothing_and_one_row(n: int, compare: str | None, scored_row: MakeRow) -> None:
    rows = [scored_row(i, segments=[("region", "north")]) for i in range(n)]
    result = changes.run(data_of(rows), InsightOptions(compare=compare))
    assert result.status in ("not_enough_data", "not_applicable")
    assert "n = " in result.note or "north" in result.note


def test_undated_rows_have_no_periods(scored_row: MakeRow) -> None:
    rows = [scored_row(i, occurred_at=None) for i in range(40)]
    result = changes.run(data_of(rows), InsightOptions())
    assert result.status == "not_applicable"


def test_all_answers_equal_is_no_change(
    scored_row: MakeRow, nps_answer: Callable[..., Row]
) -> None:
    rows = [
        scored_row(
            i,
            occurred_at=dt.datetime(2024, 1 + 3 * (i % 2), 1, tzinfo=dt.UTC),
            responses=[nps_answer(10.0)],
        )
        for i in range(100)
    ]
    result = changes.run(data_of(rows), InsightOptions())
    assert result.status == "ok"
    assert _real(result) == set()


def test_groups_that_are_not_there(planted_data: InsightData) -> None:
    result = changes.run(planted_data, InsightOptions(compare="region=north,east"))
    assert result.status == "not_applicable"
    assert "south" in result.note
    with pytest.raises(InputError, match="no column or segment 'planet'"):
        changes.run(planted_data, InsightOptions(compare="planet=earth,mars"))


def test_what_to_compare_is_read() -> None:
    assert parse_compare("period") is None
    for wrong in ("region=north", "=a,b", "region=", "region=a,a"):
        with pytest.raises(InputError, match="names no two groups"):
            parse_compare(wrong)
    assert choose(("A", "b"), {"a": 1, "A": 2, "b": 3}) == ("A", "b")
    assert choose(("x",), {"X": 1, "y": 2}) == ("X",)


def test_arms_are_left_to_their_own_insight(planted_data: InsightData) -> None:
    result = changes.run(planted_data, InsightOptions(compare="arm=a,b"))
    assert {row["dimension"] for row in result.table} == {"period"}


def _random_side(rng: np.random.Generator, n: int, *, with_labels: bool) -> Side:
    """Return the sums of n answers and comments that follow one fixed distribution."""
    negative, mixed, neutral, positive = rng.multinomial(n, (0.2, 0.1, 0.2, 0.5))
    predicted = rng.normal(3.5, 1, n).clip(1, 5)
    side = Side(
        documents={
            "n_scored": n,
            "n_negative": int(negative),
            "n_mixed": int(mixed),
            "n_neutral": int(neutral),
            "n_positive": int(positive),
            "n_satisfaction": n,
            "s": predicted.sum(),
            "ss": (predicted**2).sum(),
        }
    )
    scales = {"nps": 11, "csat": 5, "rating:food": 5}
    for name, points in scales.items():
        # Most give the best answer, as customers do.
        weights = np.arange(1, points + 1) ** (5.0 if name == "rating:food" else 2.0)
        counts = rng.multinomial(n, weights / weights.sum())
        first = 0 if name == "nps" else 1
        side.answers[name] = [
            {"bucket": x, "n": int(k), "w": k, "ww": k, "x": x * k, "xx": x * x * k}
            for x, k in enumerate(counts, start=first)
        ]
    if not with_labels:
        return side
    for emotion in EMOTION_GROUPS:
        side.emotions[emotion] = int(rng.binomial(n, 0.08))
    for topic, likely in zip(TOPICS, np.linspace(0.005, 0.3, len(TOPICS)), strict=True):
        k = int(rng.binomial(n, likely))
        m = rng.integers(1, 4, k)
        x = m * rng.choice((-1, 0, 1), k, p=(0.3, 0.2, 0.5))
        side.topics[topic] = {
            "n": k, "m": m.sum(), "x": x.sum(), "xx": x @ x, "xm": x @ m, "mm": m @ m
        }  # fmt: skip
    return side


def test_what_is_not_there_is_not_claimed() -> None:
    rng = np.random.default_rng(20240501)
    n_reports, n_false, n_compared, with_false = 200, 0, 0, 0
    for _ in range(n_reports):
        sides = Sides(overall={}, touchpoints={})
        for name, n in (("a", 400), ("b", int(rng.integers(60, 1500)))):
            sides.overall[name] = _random_side(rng, n, with_labels=True)
            for place in range(5):
                found = _random_side(rng, int(rng.integers(30, n)), with_labels=False)
                sides.touchpoints.setdefault(f"place {place}", {})[name] = found
        compared = changes.compare_groups(sides, DEFINITIONS, new="b", old="a")
        findings, _ = findings_of(
            compared,
            insight="changes",
            dimension="group",
            definitions=DEFINITIONS,
            touchpoint_names={},
        )
        false = sum(finding.verdict == "real" for finding in findings)
        n_compared += sum(finding.p_value is not None for finding in findings)
        n_false += false
        with_false += false > 0
    assert n_compared > 60 * n_reports
    assert n_false / n_compared <= 0.05
    assert with_false / n_reports <= 0.05


@pytest.mark.slow
def test_files_with_nothing_in_them_claim_nothing() -> None:
    claimed = sum(
        bool(_real(changes.run(data_of(plant_nothing(seed=seed).rows), InsightOptions())))
        for seed in range(40)
    )
    assert claimed <= 5
