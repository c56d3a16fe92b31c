"""The journey heatmap: touchpoints in journey order by periods, or by segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxnlp.journey.naming import (
    NO_PERIOD,
    readable,
    stage_name,
    touchpoint_name,
    touchpoint_names,
)
from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.numbers import describe_interval, format_value, is_shown
from cxnlp.report.metric_info import MetricInfo, estimate_of

MAX_COLUMNS = 24
MAX_ROWS = 200
SHOWN_ROWS = 30  # further rows open with a button
ALL_METRICS = ""
_OWN_COLOURS = "the overall value of each score, which has colours of its own"
_STEPS = 9  # colours of the scale, CSS classes d0 to d8

# As the page reads them: 0 is no data, a number alone is the n of a suppressed cell, and a list is
# value, interval, n, colour step, and 1 where the interval excludes the overall value.
CellView = int | tuple[str, str, int, int, int]

Place = tuple[str | None, str | None]  # stage, touchpoint
_TOTAL: Place = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One touchpoint."""

    place: Place
    stage: str
    first_of_stage: bool
    label: str
    is_total: bool = False
    is_extra: bool = False  # folded away until asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatGrid:
    """The cells of one metric, with the values that the ends of the colour scale stand for."""

    cells: tuple[tuple[CellView, ...], ...]  # rows by columns
    low: str
    centre: str
    high: str
    compared: bool = True  # bold marks the cells whose interval excludes an overall value


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap:
    """One table per metric, all with the same rows and columns."""

    name: str  # what the columns are
    columns: tuple[str, ...]  # labels, the last is the total
    keys: tuple[tuple[str, str], ...]  # per column, which comments stand behind it: filter, value
    rows: tuple[HeatRow, ...]
    grids: dict[str, HeatGrid]  # by metric key
    n_hidden_columns: int

    @property
    def n_extra(self) -> int:
        """Return how many rows are folded away."""
        return sum(row.is_extra for row in self.rows)


def known_touchpoints(summary: JourneySummary) -> list[Cell]:
    """Return the touchpoints that any metric is known of.

    Interactions may name no touchpoint while their answers do: such a row would be all blank.
    """
    return [c for c in summary.touchpoints if any(e.n for e in c.metrics.values())]


def heat_rows(summary: JourneySummary) -> tuple[HeatRow, ...]:
    """Return the total and the touchpoints in journey order, the busiest where there are many."""
    known = known_touchpoints(summary)
    ranked = sorted(known, key=lambda c: -c.n)
    kept = {(c.stage, c.touchpoint) for c in ranked[:MAX_ROWS]}
    unfolded = {(c.stage, c.touchpoint) for c in ranked[:SHOWN_ROWS]}
    names = touchpoint_names(summary.journey)
    rows = [HeatRow(place=_TOTAL, stage="", first_of_stage=False, label="All", is_total=True)]
    if all(cell.touchpoint is None for cell in known):
        return tuple(rows)
    # Without any stage a heading would say nothing.
    previous: str | None = None if any(cell.stage for cell in known) else stage_name(None)
    for cell in known:
        place = (cell.stage, cell.touchpoint)
        if place not in kept:
            continue
        stage = stage_name(cell.stage)
        rows.append(
            HeatRow(
                place=place,
                stage=stage,
                first_of_stage=stage != previous,
                label=touchpoint_name(cell.touchpoint, names),
                is_extra=place not in unfolded,
            )
        )
        previous = stage
    return tuple(rows)


def period_heatmap(
    summary: JourneySummary, rows: Sequence[HeatRow], metrics: Sequence[MetricInfo]
) -> Heatmap:
    """Lay out touchpoints by periods, with the total of each."""
    dated = [cell.period for cell in summary.periods if cell.period is not None]
    columns: list[str | None] = list(dated[-MAX_COLUMNS:])
    if columns and any(cell.period is None for cell in summary.cells):
        columns.append(None)
    cells = {((c.stage, c.touchpoint), c.period): c for c in summary.cells}
    cells |= {(_TOTAL, c.period): c for c in summary.periods}
    table = _table(summary, rows, columns, cells)
    return Heatmap(
        name="Periods",
        columns=(*(c or NO_PERIOD for c in columns), "All periods"),
        keys=tuple(("p", c or "") for c in columns),
        rows=tuple(rows),
        grids={m.key: _grid(table, m, summary.overall) for m in metrics},
        n_hidden_columns=len(dated) - len(dated[-MAX_COLUMNS:]),
    )


def segment_heatmap(
    summary: JourneySummary, rows: Sequence[HeatRow], metrics: Sequence[MetricInfo]
) -> Heatmap:
    """Lay out touchpoints by the values of the segment that the summary was made by."""
    ranked = sorted(summary.groups, key=lambda c: -c.n)
    kept = {c.group for c in ranked[:MAX_COLUMNS]}
    columns = [c.group for c in summary.groups if c.group in kept]
    cells = {((c.stage, c.touchpoint), c.group): c for c in summary.touchpoint_groups}
    cells |= {(_TOTAL, c.group): c for c in summary.groups}
    table = _table(summary, rows, columns, cells)
    return Heatmap(
        name=readable(summary.by or ""),
        columns=(*("Not given" if c is None else c for c in columns), "All"),
        keys=tuple(("g", c or "") for c in columns),
        rows=tuple(rows),
        grids={m.key: _grid(table, m, summary.overall) for m in metrics},
        n_hidden_columns=len(summary.groups) - len(columns),
    )


def score_heatmap(by_period: Heatmap, metrics: Sequence[MetricInfo]) -> Heatmap:
    """Lay out touchpoints by metrics over all periods, each metric on its own colours."""
    shown = metrics[:MAX_COLUMNS]
    grids = [by_period.grids[m.key] for m in shown]
    cells = tuple(tuple(g.cells[i][-1] for g in grids) for i in range(len(by_period.rows)))
    return Heatmap(
        name="Scores",
        columns=tuple(m.label for m in shown),
        keys=(),
        rows=by_period.rows,
        grids={ALL_METRICS: HeatGrid(cells=cells, low="worse", centre=_OWN_COLOURS, high="better")},
        n_hidden_columns=len(metrics) - len(shown),
    )


def _table(
    summary: JourneySummary,
    rows: Sequence[HeatRow],
    columns: Sequence[str | None],
    cells: Mapping[tuple[Place, str | None], Cell],
) -> list[list[Cell | None]]:
    totals = {(c.stage, c.touchpoint): c for c in summary.touchpoints}
    totals[_TOTAL] = summary.overall
    return [[*(cells.get((r.place, c)) for c in columns), totals.get(r.place)] for r in rows]


def _grid(cells: Sequence[Sequence[Cell | None]], metric: MetricInfo, overall: Cell) -> HeatGrid:
    table = [[estimate_of(cell, metric.key) for cell in line] for line in cells]
    shown = [e for line in table for e in line if is_shown(e)]
    reference = estimate_of(overall, metric.key)
    centre = _centre(reference, shown)
    reach = _reach(shown, centre, metric)
    ends = [max(metric.scale_min, centre - reach), min(metric.scale_max, centre + reach)]
    low, high = ends if metric.higher_is_better else reversed(ends)
    of_all = reference.value is not None
    values = [e.value for e in shown if e.value is not None]
    beyond = [min(values, default=0.0) < ends[0], max(values, default=0.0) > ends[1]]
    words = ["or less" if beyond[0] else "", "or more" if beyond[1] else ""]
    if not metric.higher_is_better:
        words.reverse()
    return HeatGrid(
        cells=tuple(
            tuple(_view(e, metric, centre, reach, compared=of_all) for e in line) for line in table
        ),
        low=f"{format_value(low, metric.unit)} {words[0]}".rstrip() if shown else "",
        centre=(
            f"{'the overall value' if of_all else 'the middle of all cells'}, "
            f"{format_value(centre, metric.unit)}"
        ),
        high=f"{format_value(high, metric.unit)} {words[1]}".rstrip() if shown else "",
        compared=of_all,
    )


def _centre(overall: Estimate, shown: Sequence[Estimate]) -> float:
    """Return the overall value, or the median cell for questions asked at one touchpoint each."""
    if overall.value is not None:
        return overall.value
    values = sorted(e.value for e in shown if e.value is not None)
    return values[len(values) // 2] if values else 0.0


def _reach(shown: Sequence[Estimate], centre: float, metric: MetricInfo) -> float:
    """Return the distance from the centre that takes the deepest colour."""
    # Cells of a few answers swing widely; they must not wash out the colours of the others.
    reliable = [e for e in shown if e.status == "ok"] or shown
    distances = [abs(e.value - centre) for e in reliable if e.value is not None]
    return max([metric.floor, *distances])


def _view(
    estimate: Estimate, metric: MetricInfo, centre: float, reach: float, *, compared: bool
) -> CellView:
    if estimate.status == "suppressed":
        return estimate.n
    if not is_shown(estimate) or estimate.value is None:
        return 0
    better = 1 if metric.higher_is_better else -1
    distance = better * (estimate.value - centre) / reach
    half = _STEPS // 2
    step = half + round(max(-1.0, min(1.0, distance)) * half)
    low, high = estimate.low, estimate.high
    outside = low is not None and high is not None and (low > centre or high < centre)
    return (
        format_value(estimate.value, metric.unit, suffix=False),
        describe_interval(estimate, metric.unit),
        estimate.n,
        step,
        int(compared and outside),
    )
