"""A mean with its t interval, from sums alone."""

from __future__ import annotations

from math import sqrt

from scipy.special import stdtrit

from cxnlp.metrics.estimate import NO_DATA, Estimate


def mean(
    n: int,
    total: float,
    total_squares: float,
    *,
    scale_min: float,
    scale_max: float,
    n_effective: float | None = None,
) -> Estimate:
    """Return Σx/n with Student's t interval, clipped to the scale.

    One answer says nothing of the spread, so its interval is the whole scale. Answers that are all
    equal would give an interval of no width; for them the interval is that of the scale's most
    spread-out distribution that could plausibly have given n equal answers: the rule of three,
    3/n of the way to either end of the scale.

    :param total: Σx; with weights, n times the weighted mean; `total_squares` likewise of x².
    :param n_effective: Kish's effective sample size (Σw)²/Σw², where answers are weighted.
    :returns: units of the scale; no data where n is 0.

    >>> e = mean(4, 1 + 2 + 3 + 4, 1 + 4 + 9 + 16, scale_min=1, scale_max=5)
    >>> f"{e.value} [{e.low:.3f}, {e.high:.3f}]"
    '2.5 [1.000, 4.554]'
    """
    if n == 0:
        return NO_DATA
    value = min(max(total / n, scale_min), scale_max)
    size = float(n) if n_effective is None else n_effective
    if n == 1 or size <= 1 + 1e-9:
        return Estimate(value=value, low=scale_min, high=scale_max, n=n)
    # Σx² - (Σx)²/n loses digits to cancellation; below this share of Σx² it is noise, not spread.
    spread = total_squares / n - (total / n) ** 2
    if spread <= 1e-12 * max(total_squares / n, 1e-300):
        reach = min(3 / size, 1.0)
        return Estimate(
            value=value,
            low=value - reach * (value - scale_min),
            high=value + reach * (scale_max - value),
            n=n,
        )
    # With weights this is the variance of a ratio estimator at n_effective, as without them s²/n.
    error = sqrt(spread / (size - 1))
    half = float(stdtrit(size - 1, 0.975)) * error
    return Estimate(
        value=value, low=max(value - half, scale_min), high=min(value + half, scale_max), n=n
    )
