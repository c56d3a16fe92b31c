"""The journey heatmap."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.heatmap import (
    ALL_METRICS,
    MAX_COLUMNS,
    MAX_ROWS,
    SHOWN_ROWS,
    heat_rows,
    period_heatmap,
    score_heatmap,
    segment_heatmap,
)
from cxnlp.report.metric_info import MetricInfo, metric_infos

MakeCell = Callable[..., Cell]
MakeEstimate = Callable[..., Estimate]
MakeSummary = Callable[..., JourneySummary]


@pytest.fixture
def csat() -> MetricInfo:
    definition = MetricDefinition(
        kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
    )
    return metric_infos({"csat": definition})[0]


@pytest.fixture
def journey_summary(cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary) -> JourneySummary:
    def at(value: float, n: int, **fields: object) -> Cell:
        return cell(metrics={"csat": estimate(value, n)}, n=n, **fields)

    web, delivery = (
        {"touchpoint": "web", "stage": "order"},
        {"touchpoint": "delivery", "stage": "receive"},
    )
    return summary(
        by="region",
        overall=at(60.0, 200),
        touchpoints=(at(80.0, 100, **web), at(40.0, 100, **delivery)),
        periods=(at(60.0, 100, period="2024-Q1"), at(61.0, 100, period="2024-Q2")),
        cells=(
            at(80.0, 96, period="2024-Q1", **web),
            at(70.0, 4, period="2024-Q2", **web),
            at(40.0, 20, period="2024-Q2", **delivery),
        ),
        groups=(at(75.0, 120, group="north"), at(38.0, 80, group=None)),
        touchpoint_groups=(at(81.0, 70, group="north", **web),),
    )


def test_rows_stand_in_journey_order_under_their_stage(journey_summary: JourneySummary) -> None:
    rows = heat_rows(journey_summary)
    assert [r.label for r in rows] == ["All", "Web shop", "Delivery"]
    assert [(r.stage, r.first_of_stage) for r in rows[1:]] == [("Order", True), ("Receive", True)]


def test_cells_tell_shown_suppressed_and_missing_apart(
    journey_summary: JourneySummary, csat: MetricInfo
) -> None:
    found = period_heatmap(journey_summary, heat_rows(journey_summary), [csat])
    assert found.columns == ("2024-Q1", "2024-Q2", "All periods")
    total, web, delivery = found.grids["csat"].cells
    assert total[-1] == ("60.0", "55.0 to 65.0%", 200, 4, 0)
    assert web == (("80.0", "75.0 to 85.0%", 96, 8, 1), 4, ("80.0", "75.0 to 85.0%", 100, 8, 1))
    assert delivery[0] == 0
    assert delivery[1] == ("40.0", "35.0 to 45.0%", 20, 0, 1)


def test_colours_turn_where_lower_is_better(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary
) -> None:
    effort = MetricDefinition(
        kind="ces", unit="mean", scale_min=1, scale_max=5, higher_is_better=False
    )
    (ces,) = metric_infos({"ces": effort})
    easy = cell(touchpoint="web", metrics={"ces": estimate(1.5, half=0.1)})
    hard = cell(touchpoint="shop", metrics={"ces": estimate(4.5, half=0.1)})
    whole = summary(
        overall=cell(metrics={"ces": estimate(3.0, half=0.1)}), touchpoints=(easy, hard)
    )
    grid = period_heatmap(whole, heat_rows(whole), [ces]).grids["ces"]
    steps = [line[-1][3] for line in grid.cells if isinstance(line[-1], tuple)]
    assert steps == [4, 8, 0]
    assert (grid.low, grid.high) == ("4.50", "1.50")


def test_small_cells_do_not_stretch_the_colours(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, csat: MetricInfo
) -> None:
    cells = (
        cell(touchpoint="web", metrics={"csat": estimate(70.0)}),
        cell(touchpoint="shop", metrics={"csat": estimate(5.0, n=6)}),
    )
    whole = summary(overall=cell(metrics={"csat": estimate(60.0)}), touchpoints=cells)
    grid = period_heatmap(whole, heat_rows(whole), [csat]).grids["csat"]
    assert (grid.low, grid.high) == ("50.0% or less", "70.0%")


def test_segments_and_scores_as_columns(journey_summary: JourneySummary, csat: MetricInfo) -> None:
    rows = heat_rows(journey_summary)
    segments = segment_heatmap(journey_summary, rows, [csat])
    assert segments.columns == ("north", "Not given", "All")
    assert segments.keys == (("g", "north"), ("g", ""))
    assert [c != 0 for c in segments.grids["csat"].cells[1]] == [True, False, True]
    by_period = period_heatmap(journey_summary, rows, [csat])
    scores = score_heatmap(by_period, [csat])
    assert scores.columns == ("CSAT",)
    assert [line[0] for line in scores.grids[ALL_METRICS].cells] == [
        line[-1] for line in by_period.grids["csat"].cells
    ]


def test_many_touchpoints_and_periods_are_cut_and_counted(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, csat: MetricInfo
) -> None:
    touchpoints = tuple(
        cell(touchpoint=f"t{i}", n=i, metrics={"csat": estimate(50.0)}) for i in range(MAX_ROWS + 7)
    )
    periods = tuple(cell(period=f"{1990 + i}") for i in range(MAX_COLUMNS + 3))
    whole = summary(period="year", touchpoints=touchpoints, periods=periods)
    rows = heat_rows(whole)
    found = period_heatmap(whole, rows, [csat])
    assert len(rows) == MAX_ROWS + 1
    assert found.n_extra == MAX_ROWS - SHOWN_ROWS
    assert found.n_hidden_columns == 3
    assert found.columns[-2] == periods[-1].period
    assert "T0" not in {r.label for r in rows}


def test_without_touchpoints_only_the_total_remains(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary
) -> None:
    known = {"csat": estimate(50.0)}
    assert len(heat_rows(summary(touchpoints=(cell(metrics=known),)))) == 1
    # Nor does a touchpoint that no metric is known of get a row.
    touchpoints = (cell(touchpoint="web", metrics=known), cell(touchpoint="shop"))
    assert [r.label for r in heat_rows(summary(touchpoints=touchpoints))] == ["All", "Web shop"]


def test_without_any_stage_there_is_no_heading(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary
) -> None:
    known = {"csat": estimate(50.0)}
    web, shop = cell(touchpoint="web", metrics=known), cell(touchpoint="shop", metrics=known)
    rows = heat_rows(summary(touchpoints=(web, shop)))
    assert [r.first_of_stage for r in rows] == [False, False, False]
    staged = cell(touchpoint="web", stage="order", metrics=known)
    rows = heat_rows(summary(touchpoints=(staged, shop)))
    assert [(r.stage, r.first_of_stage) for r in rows[1:]] == [("Order", True), ("No stage", True)]


def test_rows_without_date_get_a_column(
    cell: MakeCell, summary: MakeSummary, csat: MetricInfo
) -> None:
    cells = (cell(touchpoint="web", period="2024"), cell(touchpoint="web", period=None))
    periods = (cell(period="2024"), cell(period=None))
    whole = summary(period="year", touchpoints=cells[:1], cells=cells, periods=periods)
    found = period_heatmap(whole, heat_rows(whole), [csat])
    assert found.columns == ("2024", "No date", "All periods")
    assert found.keys == (("p", "2024"), ("p", ""))
