"""Comparisons of periods, groups and arms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cxnlp.insights.finding import InsightResult
from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.numbers import MINUS, POINTS
from cxnlp.report.comparisons import BAR_WIDTH, Comparisons, build_comparisons
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.segment_table import segment_rows

NPS = MetricInfo(
    key="nps", kind="nps", label="NPS", how="", unit=POINTS, counted="answers", scale_min=-100,
    scale_max=100, higher_is_better=True,
)  # fmt: skip


def row(key: str = "nps", *, difference: float = -12.0, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "compared": "score", "key": key, "touchpoint": None, "dimension": "period",
        "old": "2024-Q3", "new": "2024-Q4", "unit": "points", "value_old": 20.0, "low_old": 15.0,
        "high_old": 25.0, "n_old": 400, "value_new": 20.0 + difference, "low_new": 2.0,
        "high_new": 14.0, "n_new": 380, "difference": difference,
        "difference_low": difference - 6, "difference_high": difference + 6, "p_value": 0.001,
        "verdict": "real", "n_needed": None,
    }  # fmt: skip
    return {**given, **fields}


def built(*rows: dict[str, Any], name: str = "changes", status: Any = "ok") -> Comparisons | None:
    result = InsightResult(name=name, title="What changed", status=status, note="N.", table=rows)
    return build_comparisons(
        [result], metrics=[NPS], touchpoints={"web": "Web shop"}, grouped=None, segments=("region",)
    )


def test_both_sides_and_their_difference_have_intervals_and_n() -> None:
    found = built(row())
    assert found is not None
    (compared,) = found.compared
    (nps,) = compared.rows
    assert compared.heads == ("2024-Q3", "2024-Q4")
    assert (nps.label, nps.old, nps.old_interval, nps.n_old) == (
        "NPS", "+20.0", "+15.0 to +25.0", "400",
    )  # fmt: skip
    assert nps.difference == f"{MINUS}12.0 pts"
    assert nps.difference_interval == f"{MINUS}18.0 to {MINUS}6.0"
    assert nps.bar is not None
    assert nps.bar[0] < nps.bar[1] < nps.bar[2] < BAR_WIDTH / 2


def test_what_survives_the_correction_stands_first_then_the_scores() -> None:
    found = built(
        row("food_drink", compared="topic_share", unit="percent", verdict="noise", n_needed=900),
        row(verdict="noise", n_needed=2500),
        row(touchpoint="web"),
        row("anger", compared="emotion_share", unit="percent", verdict="not_enough_data",
            n_needed=30),
    )  # fmt: skip
    assert found is not None
    rows = found.compared[0].rows
    assert [(r.label, r.place, r.says) for r in rows] == [
        ("NPS", "Web shop", "Real"),
        ("NPS", "", "Within noise"),
        ("Comments about food and drink", "", "Within noise"),
        ("Comments that show anger", "", "Not enough data"),
    ]
    assert [r.needed for r in rows] == [
        "", "2,500 on each side would settle it", "900 on each side would settle it",
        "30 on each side are needed",
    ]  # fmt: skip
    assert (found.compared[0].n_real, found.compared[0].n_tested) == (1, 4)


def test_differing_periods_are_named_row_by_row() -> None:
    found = built(row(), row("csat", old="2024-Q1", new="2024-Q2"))
    assert found is not None
    assert found.compared[0].heads == ("Before", "After")


def test_a_mix_has_a_size_and_no_sides() -> None:
    mix = row("topic_mix", compared="topic_mix", unit="cramers_v", value_old=None, value_new=None,
              difference=0.07, difference_low=None, difference_high=None)  # fmt: skip
    found = built(mix)
    assert found is not None
    (shown,) = found.compared[0].rows
    assert (shown.old, shown.new, shown.difference, shown.bar) == ("", "", "V = 0.070", None)
    assert shown.label == "Mix of topics"


def test_the_check_of_a_test_is_no_row() -> None:
    found = built(row(), row(compared="sample_ratio"), name="ab_test")
    assert found is not None
    assert len(found.compared[0].rows) == 1


def test_a_long_table_is_cut_and_says_so() -> None:
    noise = [row("price_value", compared="topic_share", verdict="noise") for _ in range(40)]
    found = built(*noise)
    assert found is not None
    assert len(found.compared[0].rows) + found.compared[0].n_more == 40


def test_sides_too_small_to_show_are_left_to_the_table() -> None:
    hidden = {"value_old": None, "n_old": 2, "difference": None, "verdict": "not_enough_data"}
    found = built(row(), row(touchpoint="web") | hidden)
    assert found is not None
    assert (len(found.compared[0].rows), found.compared[0].n_more) == (1, 1)
    few = {"verdict": "not_enough_data", "p_value": None}
    found = built(row(**few), row(touchpoint="web", **few), status="not_enough_data")
    assert found is not None
    assert [(r.label, r.place) for r in found.compared[0].rows] == [("NPS", "")]


def test_nothing_to_compare_is_no_section() -> None:
    assert built(status="not_applicable") is None
    few = built(status="not_enough_data")
    assert few is not None
    assert (few.compared[0].note, few.compared[0].rows) == ("N.", ())


@pytest.fixture
def grouped(cell: Callable[..., Cell], summary: Callable[..., JourneySummary]) -> JourneySummary:
    def part(group: str | None, value: float, n: int) -> Cell:
        nps = Estimate(value=value, low=value - 9, high=value + 9, n=n).suppressed()
        return cell(group=group, n=n, metrics={"nps": nps})

    return summary(
        by="region", groups=(part("north", 10.0, 90), part("south", 30.0, 3), part(None, 5.0, 9))
    )


def test_a_segment_lies_side_by_side(grouped: JourneySummary) -> None:
    found = build_comparisons([], metrics=[NPS], touchpoints={}, grouped=grouped)
    assert found is not None
    assert found.segment is not None
    north, south = found.segment.rows
    assert (found.segment.name, found.segment.metrics) == ("Region", ("NPS",))
    assert (north.name, north.scores[0].text, north.scores[0].interval) == (
        "north", "+10.0", "+1.0 to +19.0",
    )  # fmt: skip
    assert (south.scores[0].text, south.scores[0].n) == ("suppressed (n < 5)", "3")
    table = segment_rows(grouped)
    assert table.rows[1] == ("south", "nps", None, None, None, 3, "suppressed")
