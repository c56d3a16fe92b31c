"""Emotions over time: a small chart for each, the share of comments that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.journey.naming import readable
from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.numbers import PERCENT, Unit, describe, describe_interval, format_n, is_shown
from cxnlp.metrics.numbers import format_value as written
from cxnlp.report.axis import Axis, make_axis
from cxnlp.report.calendar import fill_periods
from cxnlp.report.chart_table import ESTIMATE_COLUMNS, ChartTable, estimate_values
from cxnlp.report.emotions import tone_of

MAX_EMOTIONS = 9
MAX_POINTS = 60
FEWEST = 10  # comments that carry an emotion whose course is worth a chart
WIDTH, HEIGHT = 240.0, 118.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 232.0, 10.0, 94.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionPoint:
    """One emotion in one period."""

    period: str
    x: float
    y: float | None  # None where suppressed or without data
    y_low: float
    y_high: float
    share: str
    interval: str
    n: str
    indicative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionPanel:
    """The chart of one emotion."""

    emotion: str
    label: str
    tone: str
    overall: str
    overall_interval: str
    points: tuple[EmotionPoint, ...]
    line: str  # SVG paths
    band: str
    top: str  # what the upper end of the scale stands for
    y_overall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionTrend:
    """The panels, most common emotion first, or why there are none."""

    enough: bool
    note: str
    panels: tuple[EmotionPanel, ...] = ()
    periods: tuple[str, ...] = ()
    n_more: int = 0
    n_hidden: int = 0


def build_emotion_trend(summary: JourneySummary) -> EmotionTrend | None:
    """Return the emotions over time, or None for a file without comments or without dates."""
    cells = {cell.period: cell for cell in summary.periods if cell.period is not None}
    if not summary.overall.n_scored or not any(c.n_scored for c in cells.values()):
        return None
    read = [cell for cell in cells.values() if cell.n_scored >= 5]
    known = _most_common(summary.overall)
    found = [(name, e) for name, e in known if (e.value or 0.0) * e.n >= 100 * FEWEST]
    if len(read) < 2 or not found:
        note = (
            f"Emotions over time need two {summary.period}s with five comments each; there "
            f"{'is' if len(read) == 1 else 'are'} {len(read) or 'none'}."
        )
        few = f"No emotion is carried by {FEWEST} comments or more, so there is none to follow."
        return EmotionTrend(enough=False, note=note if found else few)
    dated = fill_periods(list(cells), summary.period, at_most=MAX_POINTS)
    shown = dated[-MAX_POINTS:]
    return EmotionTrend(
        enough=True,
        note="",
        panels=tuple(
            _panel(name, whole, [_estimate(cells.get(p), name) for p in shown], shown)
            for name, whole in found[:MAX_EMOTIONS]
        ),
        periods=tuple(shown),
        n_more=len(known) - min(len(found), MAX_EMOTIONS),
        n_hidden=len(dated) - len(shown),
    )


def emotion_trend_table(summary: JourneySummary) -> ChartTable:
    """Return every emotion in every period."""
    return ChartTable(
        name="Emotions over time",
        columns=("emotion", "period", *ESTIMATE_COLUMNS),
        rows=[
            (name, cell.period, *estimate_values(_estimate(cell, name)))
            for name, _ in _most_common(summary.overall)
            for cell in summary.periods
            if cell.period is not None
        ],
    )


def _most_common(overall: Cell) -> list[tuple[str, Estimate]]:
    found = [(name, e) for name, e in overall.emotions.items() if is_shown(e) and e.value]
    return sorted(found, key=lambda item: (-(item[1].value or 0.0), item[0]))


def _estimate(cell: Cell | None, emotion: str) -> Estimate:
    return NO_DATA if cell is None else cell.emotions.get(emotion, NO_DATA)


def _panel(
    name: str, whole: Estimate, estimates: Sequence[Estimate], periods: Sequence[str]
) -> EmotionPanel:
    # From zero, so that heights compare as shares do; every share fits, wide intervals may not.
    reliable = [e for e in estimates if e.status == "ok"] or [e for e in estimates if is_shown(e)]
    reach = max(
        [e.high or 0.0 for e in reliable] + [e.value or 0.0 for e in (whole, *estimates)],
        default=1.0,
    )
    axis = make_axis(0.0, max(reach, 1.0), start=BOTTOM, end=TOP, bounds=(0, 100), steps=4)
    step = (RIGHT - LEFT) / max(1, len(periods))
    points = tuple(
        _point(period, e, axis, round(LEFT + (i + 0.5) * step, 1))
        for i, (period, e) in enumerate(zip(periods, estimates, strict=True))
    )
    return EmotionPanel(
        emotion=name,
        label=readable(name),
        tone=tone_of(name),
        overall=describe(whole, PERCENT),
        overall_interval=describe_interval(whole, PERCENT),
        points=points,
        line=" ".join("M" + "L".join(f"{p.x:g} {p.y:g}" for p in run) for run in _runs(points)),
        band=" ".join(_band(run) for run in _runs(points)),
        top=written(axis.high, Unit(decimals=0 if axis.high >= 2 else 1, suffix="%")),
        y_overall=axis.at(whole.value or 0.0),
    )


def _point(period: str, e: Estimate, axis: Axis, x: float) -> EmotionPoint:
    visible = is_shown(e) and e.value is not None
    return EmotionPoint(
        period=period,
        x=x,
        y=axis.at(e.value) if visible and e.value is not None else None,
        y_low=axis.at(e.low or 0.0),
        y_high=axis.at(e.high or 0.0),
        share=describe(e, PERCENT),
        interval=describe_interval(e, PERCENT),
        n=format_n(e.n),
        indicative=e.status == "indicative",
    )


def _runs(points: Sequence[EmotionPoint]) -> list[list[EmotionPoint]]:
    """Return the stretches without a gap: a line must not bridge a hidden period."""
    runs: list[list[EmotionPoint]] = [[]]
    for point in points:
        if point.y is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def _band(run: Sequence[EmotionPoint]) -> str:
    upper = [f"{p.x:g} {p.y_high:g}" for p in run]
    lower = [f"{p.x:g} {p.y_low:g}" for p in reversed(run)]
    return "M" + "L".join([*upper, *lower]) + "Z"
