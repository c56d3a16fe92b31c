"""The arms of an A/B test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.errors import InputError
from cxnlp.insights import ab_test
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from tests.insights.planted import JOURNEY, Row, data_of

MakeRow = Callable[..., Row]


def _rows(make: MakeRow, answer: Callable[..., Row], sizes: dict[str, int]) -> list[Row]:
    rows: list[Row] = []
    for arm, n in sizes.items():
        for i in range(n):
            score = 10.0 if i % 10 < (7 if arm == "b" else 4) else 5.0
            rows.append(make(len(rows), segments=[("variant", arm)], responses=[answer(score)]))
    return rows


def test_arms_that_do_not_differ_are_not_said_to(planted_data: InsightData) -> None:
    result = ab_test.run(planted_data, InsightOptions())
    assert result.status == "ok"
    assert "b was compared with a (arm)" in result.note
    assert not any(finding.verdict == "real" for finding in result.findings)
    assert result.table[-1]["compared"] == "sample_ratio"
    assert "Warning" not in result.note


def test_a_better_arm_is_found(scored_row: MakeRow, nps_answer: Callable[..., Row]) -> None:
    data = data_of(_rows(scored_row, nps_answer, {"a": 200, "b": 210}))
    result = ab_test.run(data, InsightOptions())
    nps = next(f for f in result.findings if f.sentence.startswith("NPS"))
    assert nps.verdict == "real"
    assert "60.0 points higher in b than in a" in nps.sentence
    assert nps.where.group == "b"


def test_the_first_arm_named_is_the_control(
    scored_row: MakeRow, nps_answer: Callable[..., Row]
) -> None:
    data = data_of(_rows(scored_row, nps_answer, {"a": 50, "b": 50, "c": 50}))
    result = ab_test.run(data, InsightOptions(compare="variant=b,a"))
    assert {(row["old"], row["new"]) for row in result.table} == {("b", "a")}
    every = ab_test.run(data, InsightOptions(compare="arm"))
    assert {(row["old"], row["new"]) for row in every.table[:-1]} == {("a", "b"), ("a", "c")}


def test_a_mismatch_of_sizes_is_a_warning(
    scored_row: MakeRow, nps_answer: Callable[..., Row]
) -> None:
    data = data_of(_rows(scored_row, nps_answer, {"a": 200, "b": 320}))
    result = ab_test.run(data, InsightOptions())
    finding = result.findings[-1]
    assert (finding.verdict, finding.p_value) == ("real", None)
    assert "Warning: the arms do not hold equal numbers of customers (200 in a" in result.note
    p_value = result.table[-1]["p_value"]
    assert isinstance(p_value, float)
    assert p_value < 0.001


def test_a_customer_counts_once(scored_row: MakeRow) -> None:
    rows = [
        scored_row(
            i,
            customer_id="one" if i < 300 else f"customer {i}",
            segments=[("arm", "a" if i < 400 else "b")],
        )
        for i in range(500)
    ]
    row = ab_test.run(data_of(rows), InsightOptions()).table[-1]
    assert (row["n_old"], row["n_new"]) == (101, 100)


def test_without_arms_there_is_nothing_to_test(scored_row: MakeRow) -> None:
    bare = JOURNEY.__class__(period="quarter")
    rows = [scored_row(i, segments=[("region", "north")]) for i in range(40)]
    result = ab_test.run(data_of(rows, journey=bare), InsightOptions())
    assert result.status == "not_applicable"
    one = [scored_row(i, segments=[("arm", "a")]) for i in range(40)]
    alone = ab_test.run(data_of(one), InsightOptions())
    assert alone.status == "not_applicable"
    assert "two arms" in alone.note
    assert ab_test.run(data_of([]), InsightOptions()).status == "not_applicable"
    with pytest.raises(InputError, match="names no two groups"):
        ab_test.run(data_of(one), InsightOptions(compare="arm=a"))


def test_few_customers_are_not_checked() -> None:
    finding, row = ab_test.allocation({"a": 1, "b": 9})
    assert (finding.verdict, finding.n_needed) == ("not_enough_data", 30)
    assert row["n_new"] == 9
    nobody, _ = ab_test.allocation({"a": 0, "b": 0})
    assert (nobody.verdict, nobody.importance) == ("not_enough_data", 0.0)
