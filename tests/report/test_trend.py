"""Trend charts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.metric_info import MetricInfo, metric_infos
from cxnlp.report.trend import BARS_BOTTOM, BOTTOM, TOP, WIDTH, build_trends

MakeCell = Callable[..., Cell]
MakeEstimate = Callable[..., Estimate]
MakeSummary = Callable[..., JourneySummary]


@pytest.fixture
def nps() -> MetricInfo:
    definition = MetricDefinition(
        kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True
    )
    return metric_infos({"nps": definition})[0]


def test_points_bands_and_bars_lie_where_their_values_say(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, nps: MetricInfo
) -> None:
    periods = (
        cell(period="2024-Q1", metrics={"nps": estimate(10.0, n=50)}),
        cell(period="2024-Q2", metrics={"nps": estimate(30.0, n=100)}),
    )
    whole = summary(periods=periods, overall=cell(metrics={"nps": estimate(20.0)}))
    (trend,) = build_trends(whole, [nps])
    first, second = trend.points
    ticks = {t.label: t.at for t in trend.y_ticks}
    assert first.y == ticks["+10"]
    assert second.y == ticks["+30"]
    assert TOP <= second.y_high < second.y < second.y_low <= BOTTOM
    assert (BARS_BOTTOM - first.bar_top) * 2 == BARS_BOTTOM - second.bar_top
    assert trend.y_overall == ticks["+20"]
    assert trend.max_n == "100"
    assert trend.line.count("M") == trend.band.count("Z") == 1


def test_the_line_does_not_bridge_hidden_or_missing_periods(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, nps: MetricInfo
) -> None:
    n_of = {"2024-01": 50, "2024-02": 50, "2024-03": 4, "2024-04": 50, "2024-06": 50}
    periods = tuple(cell(period=p, metrics={"nps": estimate(10.0, n=n)}) for p, n in n_of.items())
    (trend,) = build_trends(summary(period="month", periods=periods), [nps])
    assert [p.status for p in trend.points] == ["ok", "ok", "suppressed", "ok", "no_data", "ok"]
    assert trend.points[2].y is None
    assert trend.points[2].value == "suppressed (n < 5)"
    assert trend.line.count("M") == 1
    assert trend.line.count("L") == 1


def test_one_period_is_no_trend(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, nps: MetricInfo
) -> None:
    periods = (cell(period="2024-Q1", metrics={"nps": estimate(10.0)}), cell(period=None))
    assert build_trends(summary(periods=periods), [nps]) == ()


def test_many_periods_keep_their_labels_apart(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, nps: MetricInfo
) -> None:
    periods = tuple(
        cell(period=f"{2000 + i // 12}-{1 + i % 12:02}", metrics={"nps": estimate(i / 10)})
        for i in range(200)
    )
    (trend,) = build_trends(summary(period="month", periods=periods), [nps])
    places = [t.at for t in trend.x_ticks]
    assert trend.n_hidden == 80
    assert trend.x_ticks[-1].label == periods[-1].period
    assert min(b - a for a, b in pairwise(places)) > 40
    assert max(places) < WIDTH - 20


def test_equal_values_still_have_an_axis(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, nps: MetricInfo
) -> None:
    periods = tuple(
        cell(period=p, metrics={"nps": estimate(0.0, half=0.0)}) for p in ("2024-Q1", "2024-Q2")
    )
    (trend,) = build_trends(summary(periods=periods), [nps])
    assert len({t.at for t in trend.y_ticks}) == len(trend.y_ticks) >= 2
