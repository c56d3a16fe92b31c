"""Trends: a small chart per metric with 95% bands, and bars of n beneath."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.numbers import (
    Unit,
    describe,
    describe_interval,
    format_n,
    format_value,
    is_shown,
)
from cxnlp.report.level_changes import NO_CHANGES, LevelChange, describe_level_change
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.trend_limits import period_limits
from cxnlp.report.trend_periods import MAX_POINTS, all_periods, span_of

WIDTH, TOP, BOTTOM, LEFT, RIGHT = 400.0, 12.0, 150.0, 44.0, 390.0
BARS_TOP, BARS_BOTTOM = 166.0, 200.0
HEIGHT = 220.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period."""

    period: str
    x: float
    y: float | None  # None where suppressed or without data
    y_low: float
    y_high: float
    indicative: bool
    bar_top: float
    value: str
    interval: str
    n: str
    status: str
    limits: tuple[float, float] | None  # control limits at this n, in the metric's unit
    outside: bool  # of the limits, with n of 30 or more


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelMark:
    """Where a lasting change of level is drawn, before the period that it begins with."""

    x: float
    words: str
    change: LevelChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The chart of one metric."""

    metric: MetricInfo
    points: tuple[Point, ...]
    line: str  # SVG paths
    band: str
    limits: str
    levels: tuple[LevelMark, ...]
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    y_overall: float | None
    overall: str
    max_n: str
    bar_width: float
    n_hidden: int  # earliest periods beyond the most that fit
    n_trimmed: int  # periods at both ends in which no score is shown

    @property
    def table_id(self) -> str:
        """Return the id of the chart's table in the page's data."""
        return f"trend-{self.metric.key}"


def build_trends(
    summary: JourneySummary,
    metrics: Sequence[MetricInfo],
    levels: Mapping[str, Sequence[LevelChange]] = NO_CHANGES,
) -> tuple[Trend, ...]:
    """Return a trend for each metric known in two periods or more.

    :param levels: lasting changes of level by metric key.
    """
    span = span_of(summary, metrics)
    trends = [_trend(summary, metric, span, levels.get(metric.key, ())) for metric in metrics]
    return tuple(t for t in trends if sum(p.y is not None for p in t.points) >= 2)


def _trend(
    summary: JourneySummary,
    metric: MetricInfo,
    span: tuple[str, str] | None,
    levels: Sequence[LevelChange],
) -> Trend:
    known = {
        cell.period: cell.metrics.get(metric.key, NO_DATA)
        for cell in summary.periods
        if cell.period is not None
    }
    periods = all_periods(summary)
    dated = [(period, known.get(period, NO_DATA)) for period in periods]
    if span is not None:
        dated = dated[periods.index(span[0]) : periods.index(span[1]) + 1]
    shown = dated[-MAX_POINTS:]
    overall = summary.overall.metrics.get(metric.key, NO_DATA)
    ticks = _value_ticks([e for _, e in shown], metric.unit)
    low, high = ticks[0], ticks[-1]
    step = (RIGHT - LEFT) / max(1, len(shown))
    max_n = max((e.n for _, e in shown), default=0)

    def y_of(value: float) -> float:
        return round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)

    points = []
    limits = period_limits(metric, [e for _, e in shown], overall)
    for i, (period, e) in enumerate(shown):
        visible = is_shown(e) and e.value is not None
        points.append(
            Point(
                period=period,
                x=round(LEFT + (i + 0.5) * step, 1),
                y=y_of(e.value) if visible and e.value is not None else None,
                y_low=y_of(e.low if visible and e.low is not None else low),
                y_high=y_of(e.high if visible and e.high is not None else low),
                indicative=e.status == "indicative",
                bar_top=round(BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * e.n / max(1, max_n), 1),
                value=describe(e, metric.unit),
                interval=describe_interval(e, metric.unit),
                n=format_n(e.n),
                status=e.status,
                limits=limits[i].ends,
                outside=limits[i].outside,
            )
        )
    inside = overall.value is not None and low <= overall.value <= high
    return Trend(
        metric=metric,
        points=tuple(points),
        line=_line(points),
        band=_band(points),
        limits=_limit_steps(points, step, y_of, low, high),
        levels=tuple(
            LevelMark(x=round(p.x - step / 2, 1), words=describe_level_change(c, metric), change=c)
            for c in levels
            for p in points
            if p.period == c.period
        ),
        y_ticks=tuple(Tick(at=y_of(t), label=format_value(t, _axis(metric, ticks))) for t in ticks),
        x_ticks=_period_ticks(points),
        y_overall=y_of(overall.value) if inside and overall.value is not None else None,
        overall=describe(overall, metric.unit),
        max_n=format_n(max_n),
        bar_width=round(min(28.0, step * 0.6), 1),
        n_hidden=len(dated) - len(shown),
        n_trimmed=len(periods) - len(dated),
    )


def _limit_steps(
    points: Sequence[Point], step: float, y_of: Callable[[float], float], low: float, high: float
) -> str:
    """Return a step per period and limit; one beyond the axis is left out."""
    steps = [
        f"M{p.x - step / 2:.1f} {y_of(limit):g}L{p.x + step / 2:.1f} {y_of(limit):g}"
        for p in points
        for limit in p.limits or ()
        if low <= limit <= high
    ]
    return " ".join(steps)


def _axis(metric: MetricInfo, ticks: Sequence[float]) -> Unit:
    whole = all(t == round(t) for t in ticks)
    decimals = 0 if whole else 1 if all(abs(t * 10 - round(t * 10)) < 1e-6 for t in ticks) else 2
    return Unit(decimals=decimals, signed=metric.unit.signed, suffix=metric.unit.suffix)


def _value_ticks(estimates: Sequence[Estimate], unit: Unit) -> list[float]:
    """Return three to six round values that enclose every shown interval."""
    shown = [e for e in estimates if is_shown(e)]
    ends = [v for e in shown for v in (e.low, e.high, e.value) if v is not None]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    smallest = 10.0**-unit.decimals * 5
    span = max(high - low, smallest)
    rough = span / 4
    magnitude = 10.0 ** floor(log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(i * step, 6) for i in range(first, max(last, first + 1) + 1)]


def _period_ticks(points: Sequence[Point]) -> tuple[Tick, ...]:
    """Label as many periods as fit, the last one always."""
    if not points:
        return ()
    wide = max(len(p.period) for p in points) * 7 + 10
    every = max(1, ceil(wide * len(points) / (RIGHT - LEFT)))
    last = len(points) - 1
    return tuple(
        Tick(
            at=min(p.x, WIDTH - wide / 2 + 3),
            label=p.period,
        )
        for i, p in enumerate(points)
        if (last - i) % every == 0
    )


def _runs(points: Sequence[Point]) -> list[list[tuple[Point, float]]]:
    """Return the stretches without a gap: a line must not bridge a hidden period."""
    runs: list[list[tuple[Point, float]]] = [[]]
    for point in points:
        if point.y is None:
            runs.append([])
        else:
            runs[-1].append((point, point.y))
    return [run for run in runs if len(run) > 1]


def _line(points: Sequence[Point]) -> str:
    return " ".join("M" + "L".join(f"{p.x:g} {y:g}" for p, y in run) for run in _runs(points))


def _band(points: Sequence[Point]) -> str:
    bands = []
    for run in _runs(points):
        upper = [f"{p.x:g} {p.y_high:g}" for p, _ in run]
        lower = [f"{p.x:g} {p.y_low:g}" for p, _ in reversed(run)]
        bands.append("M" + "L".join([*upper, *lower]) + "Z")
    return " ".join(bands)
