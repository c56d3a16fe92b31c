"""Rated questions as dots with intervals, each on its own scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.journey.summary import Cell
from cxnlp.metrics.estimate import NO_DATA
from cxnlp.metrics.numbers import describe, describe_interval, format_n, is_shown
from cxnlp.report.metric_info import MetricInfo

LINE_WIDTH = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingDot:
    """One question; positions are in units of `LINE_WIDTH` from the scale's low end."""

    label: str
    scale: str
    x: float | None  # None where there is nothing to show
    x_low: float
    x_high: float
    value: str
    interval: str
    n: str
    indicative: bool


def build_ratings(overall: Cell, metrics: Sequence[MetricInfo]) -> tuple[RatingDot, ...]:
    """Return the rated questions, the highest on its scale first."""
    dots = []
    for metric in metrics:
        if metric.kind != "rating" or metric.scale_max <= metric.scale_min:
            continue
        e = overall.metrics.get(metric.key, NO_DATA)
        value = e.value if is_shown(e) else None
        direction = "" if metric.higher_is_better else ", lower is better"
        dots.append(
            RatingDot(
                label=metric.label,
                scale=f"{metric.scale_min:g} to {metric.scale_max:g}{direction}",
                x=_place(metric, value),
                x_low=_place(metric, e.low) or 0.0,
                x_high=_place(metric, e.high) or 0.0,
                value=describe(e, metric.unit),
                interval=describe_interval(e, metric.unit),
                n=format_n(e.n),
                indicative=e.status == "indicative",
            )
        )
    return tuple(sorted(dots, key=lambda d: -1.0 if d.x is None else d.x, reverse=True))


def _place(metric: MetricInfo, value: float | None) -> float | None:
    if value is None:
        return None
    return round((value - metric.scale_min) / (metric.scale_max - metric.scale_min) * LINE_WIDTH, 2)
