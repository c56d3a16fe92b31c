"""The header's verdicts are those of the comparisons."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.insights.finding import InsightResult, Value
from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.header import Change, latest_changes
from cxnlp.report.header_verdicts import with_report_verdicts
from cxnlp.report.metric_info import metric_infos

ROW: dict[str, Value] = {
    "compared": "score", "key": "nps", "touchpoint": None, "dimension": "period",
    "old": "2024-Q1", "new": "2024-Q2", "difference": -30.0, "difference_low": -61.0,
    "difference_high": 1.0, "p_value": 0.06, "verdict": "noise",
}  # fmt: skip


@pytest.fixture
def changes(
    cell: Callable[..., Cell],
    estimate: Callable[..., Estimate],
    summary: Callable[..., JourneySummary],
) -> dict[str, Change]:
    definition = MetricDefinition(
        kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True
    )
    periods = tuple(
        cell(period=p, metrics={"nps": estimate(v, 90)})
        for p, v in {"2024-Q1": 50.0, "2024-Q2": 20.0}.items()
    )
    return latest_changes(summary(periods=periods), metric_infos({"nps": definition}))


def result(**row: Value) -> InsightResult:
    return InsightResult(
        name="changes", title="What changed", status="ok", note="", table=({**ROW, **row},)
    )


def test_what_the_correction_took_away_is_no_clear_change_in_the_header(
    changes: dict[str, Change],
) -> None:
    assert changes["nps"].verdict == "clear change"
    found = with_report_verdicts(changes, [result()])["nps"]
    assert found.verdict == "no clear change"
    assert (found.difference.low, found.difference.high) == (-61.0, 1.0)
    assert with_report_verdicts(changes, [result(verdict="real")])["nps"].verdict == "clear change"


@pytest.mark.parametrize(
    "other",
    [{"dimension": "group"}, {"touchpoint": "web"}, {"new": "2024-Q3"}, {"key": "ces"}],
    ids=str,
)
def test_another_comparison_leaves_the_header_as_it_was(
    changes: dict[str, Change], other: dict[str, Value]
) -> None:
    assert with_report_verdicts(changes, [result(**other)]) == changes
