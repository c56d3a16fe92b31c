"""What time did to one series, and the sentences that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxnlp.insights.finding import Finding, Verdict, Where
from cxnlp.insights.series import Series
from cxnlp.insights.wording import interval_text
from cxnlp.metrics.change_points import ChangePoints, change_points
from cxnlp.metrics.control_limits import MIN_POINTS, ControlChart, control_limits
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.trend_slope import Slope, trend_slope

INSIGHT = "trend"
# Beyond these the oldest periods are left out of the search for changes, which grows with the
# square of the periods.
MAX_PERIODS = 240
_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What time did to one series."""

    series: Series
    chart: ControlChart
    tested: tuple[int, ...]  # places of the periods with n of 30 or more
    changes: ChangePoints  # places are those within `tested`
    slope: Slope


def find_trend(series: Series) -> Trend:
    """Return control limits, change points and slope of one series.

    Limits are drawn for every shown period; periods with n below 30 are in no test.
    """
    chart = control_limits(
        series.values,
        kind=series.kind,
        variance=series.variance,
        scale_min=series.scale_min,
        scale_max=series.scale_max,
    )
    tested = tuple(
        i
        for i, value in enumerate(series.values)
        if value.value is not None and value.n >= MIN_RELIABLE_N
    )[-MAX_PERIODS:]
    values = [series.values[i].value or 0.0 for i in tested]
    sizes = [series.values[i].n for i in tested]
    times = [series.times[i] for i in tested]
    return Trend(
        series=series,
        chart=chart,
        tested=tested,
        changes=change_points(values, sizes, variance=series.variance),
        slope=trend_slope(times, values, sizes, variance=series.variance),
    )


def trend_findings(trend: Trend, *, length: str) -> tuple[Finding, ...]:
    """Return a finding for each question that the periods can answer.

    An outlier is one only where it is outside its limits, and unlikely among all periods: else its
    p-value is 1.
    """
    return tuple(
        f
        for f in (_outlier(trend, length), _level(trend, length), _long_run(trend, length))
        if f is not None
    )


def strongest(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding with the smallest p-value, as one test (Bonferroni)."""
    if not findings:
        return None
    best = min(findings, key=lambda f: 1.0 if f.p_value is None else f.p_value)
    p_value = min(1.0, (1.0 if best.p_value is None else best.p_value) * len(findings))
    return replace(best, p_value=p_value, verdict=_verdict(p_value))


def _verdict(p_value: float) -> Verdict:
    return "real" if p_value < _ALPHA else "noise"


def _outlier(trend: Trend, length: str) -> Finding | None:
    series, chart = trend.series, trend.chart
    tested = [(p.p_value, i) for i, p in enumerate(chart.points) if p.p_value is not None]
    if chart.centre is None or len(tested) < MIN_POINTS:
        return None
    outside = [(p, i) for p, i in tested if chart.points[i].outside]
    if not outside:
        name = f"{series.name[:1].upper()}{series.name[1:]}"
        return _finding(
            trend,
            f"{name} stays within its control limits around {series.written(chart.centre)} in "
            f"all {len(tested)} {length}s with enough {series.counted} "
            f"(n = {series.n:,} {series.counted}).",
            p_value=1.0,
            importance=0.0,
        )
    p, i = min(outside)
    point, value = chart.points[i], series.values[i]
    above = (value.value or 0.0) > chart.centre
    others = len(outside) - 1
    more = ""
    if others:
        are = "is" if others == 1 else "are"
        more = f" Of the {len(tested)} {length}s {others} more {are} outside too."
    return _finding(
        trend,
        f"In {series.periods[i]} {series.name} was unusually {'high' if above else 'low'}: "
        f"{interval_text(value, series.kind, counted=series.counted)}, outside the control limits "
        f"of {series.written(point.low or 0.0)} to {series.written(point.high or 0.0)} "
        f"around {series.written(chart.centre)}.{more}",
        p_value=min(1.0, len(tested) * p),
        importance=value.n / series.n * abs((value.value or 0.0) - chart.centre) / series.width,
        estimate=value,
        n=value.n,
        period=series.periods[i],
        rises=above,
    )


def _level(trend: Trend, length: str) -> Finding | None:
    series, found = trend.series, trend.changes
    if found.p_value is None:
        return None
    if not found.changes:
        return _finding(
            trend,
            f"No lasting change in the level of {series.name} over {len(trend.tested)} {length}s "
            f"(n = {series.n:,} {series.counted}).",
            p_value=found.p_value,
            importance=0.0,
        )
    largest = max(found.changes, key=lambda c: abs(c.change))
    period = series.periods[trend.tested[largest.at]]
    after = sum(series.values[i].n for i in trend.tested[largest.at :])
    verb = "rose" if largest.change > 0 else "fell"
    name = f"{series.name[:1].upper()}{series.name[1:]}"
    others = len(found.changes) - 1
    more = f" It changed {others} more time{'s' if others > 1 else ''}." if others else ""
    return _finding(
        trend,
        f"{name} {verb} to a new level in {period}: from {series.written(largest.before)} before "
        f"to {series.written(largest.after)}, a change of {series.difference(largest.change)} "
        f"(95% interval {_between(series, largest.low, largest.high)}, "
        f"{series.n:,} {series.counted} in {len(trend.tested)} {length}s).{more}",
        p_value=found.p_value,
        importance=after / series.n * abs(largest.change) / series.width,
        estimate=Estimate(value=largest.change, low=largest.low, high=largest.high, n=series.n),
        period=period,
        rises=largest.change > 0,
    )


def _long_run(trend: Trend, length: str) -> Finding | None:
    series, slope = trend.series, trend.slope
    if slope.value is None or slope.low is None or slope.high is None or slope.p_value is None:
        return None
    span = series.times[trend.tested[-1]] - series.times[trend.tested[0]]
    numbers = (
        f"(95% interval {_between(series, slope.low, slope.high, finer=True)}, "
        f"{series.n:,} {series.counted} in {slope.n_periods} {length}s)"
    )
    name = f"{series.name[:1].upper()}{series.name[1:]}"
    if slope.p_value < _ALPHA:
        verb = "risen" if slope.value > 0 else "fallen"
        size = series.difference(slope.value, signed=False, finer=True)
        sentence = f"{name} has {verb} by {size} a {length} on average {numbers}."
    else:
        size = series.difference(slope.value, finer=True)
        sentence = f"{name} shows no clear long-run direction: {size} a {length} {numbers}."
    moved = min(abs(slope.value) * span, series.width)
    return _finding(
        trend,
        sentence,
        p_value=slope.p_value,
        importance=0.5 * moved / series.width,  # on average, half of the way
        estimate=Estimate(value=slope.value, low=slope.low, high=slope.high, n=series.n),
        rises=slope.value > 0 if slope.p_value < _ALPHA else None,
    )


def _between(series: Series, low: float, high: float, *, finer: bool = False) -> str:
    ends = (series.difference(end, unit=False, finer=finer) for end in (low, high))
    return " to ".join(ends)


def _finding(
    trend: Trend,
    sentence: str,
    *,
    p_value: float,
    importance: float,
    estimate: Estimate | None = None,
    n: int | None = None,
    period: str | None = None,
    rises: bool | None = None,
) -> Finding:
    series = trend.series
    sentiment = None
    if rises is not None and series.higher_is_better is not None:
        sentiment = "positive" if rises == series.higher_is_better else "negative"
    return Finding(
        insight=INSIGHT,
        sentence=sentence,
        verdict=_verdict(p_value),
        importance=min(1.0, series.reach * importance),
        n=series.n if n is None else n,
        where=Where(period=period, topic=series.topic, sentiment=sentiment),
        estimate=estimate,
        unit=series.kind,
        p_value=p_value,
    )
