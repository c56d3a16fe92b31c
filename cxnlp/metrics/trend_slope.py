"""The long-run slope of a metric over its periods, by weighted least squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

MIN_PERIODS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """A change per period with its 95% interval; the numbers are None where it is undefined."""

    status: str  # "ok" or "not_enough_data"
    n_periods: int
    value: float | None = None  # units of the metric per period
    low: float | None = None
    high: float | None = None
    p_value: float | None = None  # that the slope is 0
    # How much more the periods scatter than their n explains: 1 is not at all (Birge, 1932).
    overdispersion: float | None = None


def trend_slope(
    times: Sequence[float], values: Sequence[float], sizes: Sequence[float], *, variance: float
) -> Slope:
    """Return the slope of values over time, each weighted by n / variance.

    The standard error is that of weighted least squares with the scale estimated from the
    residuals, but never below 1: the sampling error alone gives 1, so less is luck. The interval is
    Student's t with two degrees of freedom less than periods.

    :param times: in periods; gaps are allowed.
    :param sizes: n of each period, above 0.
    :param variance: of one answer.

    >>> slope = trend_slope([0, 1, 2, 3], [10.0, 12.0, 14.0, 16.0], [100] * 4, variance=100)
    >>> f"{slope.value:.1f} [{slope.low:.2f}, {slope.high:.2f}]"
    '2.0 [0.08, 3.92]'
    """
    n_periods = len(values)
    if n_periods < MIN_PERIODS or len(set(times)) < 2:
        return Slope(status="not_enough_data", n_periods=n_periods)
    t, x = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if variance <= 0 or float(np.ptp(x)) < 1e-12:
        # Values without spread of their own, or all alike, weigh by n alone.
        variance = max(variance, 1e-12)
    weights = np.asarray(sizes, dtype=np.float64) / variance
    centre = float(np.average(t, weights=weights))
    spread = float((weights * (t - centre) ** 2).sum())
    level = float(np.average(x, weights=weights))
    slope = float((weights * (t - centre) * (x - level)).sum()) / spread
    residuals = x - level - slope * (t - centre)
    df = n_periods - 2
    scale = float((weights * residuals**2).sum()) / df
    error = sqrt(max(scale, 1.0) / spread)
    half = float(stdtrit(df, 0.975)) * error
    return Slope(
        status="ok",
        n_periods=n_periods,
        value=slope,
        low=slope - half,
        high=slope + half,
        p_value=float(2 * stdtr(df, -abs(slope) / error)),
        overdispersion=max(scale, 1.0),
    )
