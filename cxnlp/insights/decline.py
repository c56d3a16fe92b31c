"""Whether the score of one place is getting worse, by its slope or its last change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cxnlp.insights.series import Series
from cxnlp.metrics.difference import difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.trend_slope import trend_slope


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """How a score moves: its worst reading of the slope and the last change."""

    how: str  # "slope" or "last change"
    change: float  # over the whole time (slope), or from one period to the next
    low: float
    high: float
    p_value: float  # doubled, where both were looked at
    words: str


def find_decline(series: Series, *, length: str) -> Decline | None:
    """Return how a score moves over its periods with n of 30 or more.

    Looked at are the long-run slope, from four periods on, and the last change; the less likely one
    is returned, with its p-value doubled where there were two (Bonferroni).
    """
    used = [i for i, v in enumerate(series.values) if v.value is not None and v.n >= MIN_RELIABLE_N]
    if len(used) < 2:
        return None
    found = []
    times, values = [series.times[i] for i in used], [series.values[i] for i in used]
    slope = trend_slope(
        times, [v.value or 0.0 for v in values], [v.n for v in values], variance=series.variance
    )
    if slope.value is not None and slope.low is not None and slope.high is not None:
        span = times[-1] - times[0]
        verb = "risen" if slope.value > 0 else "fallen"
        size = series.difference(slope.value, signed=False, finer=True)
        words = f"has {verb} by {size} a {length} on average"
        interval = (
            f"{series.difference(slope.low, unit=False, finer=True)} to "
            f"{series.difference(slope.high, unit=False, finer=True)}"
        )
        found.append(
            Decline(
                how="slope",
                change=slope.value * span,
                low=slope.low * span,
                high=slope.high * span,
                p_value=1.0 if slope.p_value is None else slope.p_value,
                words=f"{words} (95% interval {interval}, {len(used)} {length}s)",
            )
        )
    last = difference(values[-1], values[-2])
    if last is not None:
        verb = "rose" if last.value > 0 else "fell"
        interval = (
            f"{series.difference(last.low, unit=False)} to "
            f"{series.difference(last.high, unit=False)}"
        )
        words = f"{verb} by {series.difference(last.value, signed=False)}"
        found.append(
            Decline(
                how="last change",
                change=last.value,
                low=last.low,
                high=last.high,
                p_value=last.p_value,
                words=f"{words} from {series.periods[used[-2]]} to {series.periods[used[-1]]} "
                f"(95% interval {interval})",
            )
        )
    if not found:
        return None
    best = min(found, key=lambda d: d.p_value)
    return replace(best, p_value=min(1.0, len(found) * best.p_value))
