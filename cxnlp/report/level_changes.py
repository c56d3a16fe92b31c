"""Lasting changes of a score's level, as the insight on trends found them, for the trend charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cxnlp.insights.finding import InsightResult
from cxnlp.insights.verdict_words import VERDICT_WORDS
from cxnlp.metrics.numbers import MEAN, Unit, format_interval, format_value
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.rows import number, words

_TREND = "trend"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """A change of level that begins with a period; the sizes are in the metric's unit."""

    period: str
    change: float
    low: float
    high: float
    is_real: bool  # after the correction over the whole report


NO_CHANGES: Mapping[str, tuple[LevelChange, ...]] = {}


def read_level_changes(results: Iterable[InsightResult]) -> dict[str, tuple[LevelChange, ...]]:
    """Return the changes of each metric's level by its key, the earliest first."""
    result = next((r for r in results if r.name == _TREND), None)
    if result is None:
        return {}
    # One test asks whether a series changed at all; its finding names the largest change.
    real = {
        (f.where.period, f.estimate.value)
        for f in result.findings
        if f.verdict == "real" and f.estimate is not None and f.where.topic is None
    }
    found: dict[str, list[tuple[str, float, float, float]]] = {}
    for row in result.table:
        size, low, high = (number(row, k) for k in ("change", "change_low", "change_high"))
        if size is None or low is None or high is None or row.get("topic") is not None:
            continue
        found.setdefault(words(row, "metric"), []).append((words(row, "period"), size, low, high))
    return {
        key: tuple(
            LevelChange(
                period=period,
                change=size,
                low=low,
                high=high,
                is_real=any((other, value) in real for other, value, *_ in changes),
            )
            for period, size, low, high in changes
        )
        for key, changes in found.items()
    }


def describe_level_change(change: LevelChange, metric: MetricInfo) -> str:
    """Return the date, the size, its interval and the verdict, as one line."""
    unit = Unit(decimals=metric.unit.decimals, signed=True)
    points = "" if metric.unit is MEAN else " points"
    verdict = VERDICT_WORDS["real" if change.is_real else "noise"].lower()
    return (
        f"New level from {change.period}: {format_value(change.change, unit)}{points}, "
        f"95% interval {format_interval(change.low, change.high, unit)}; {verdict}"
    )
