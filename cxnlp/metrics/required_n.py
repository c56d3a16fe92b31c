"""How many answers it takes to find a difference of a given size."""

from __future__ import annotations

from math import ceil, sqrt

from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95

POWER = 0.8
# The quantile of the standard normal distribution at a power of 80%.
_Z_POWER = 0.8416212335729143
# More people than anybody asks: beyond this the number says "never", and floats lose count.
MOST = 10**12


def required_n(
    difference: float,
    *,
    variance_new: float,
    variance_old: float,
    variance_null: float | None = None,
    design_effect: float = 1.0,
) -> int | None:
    """Return the n on each side that finds a difference with 80% power at the 5% level.

    n = (z₀.₉₇₅ √(2 v₀) + z₀.₈ √(v₁ + v₂))² / Δ² (Fleiss, 1981; for v₀ = (v₁ + v₂)/2 the formula
    of means). It holds for one comparison looked at alone: correction for several asks for more.

    :param variance_new: of a single answer; `variance_old` likewise, both in the squared unit of
        the difference.
    :param variance_null: of a single answer where nothing differs: p(1 - p) of the pooled share.
        The mean of the two variances where not given.
    :param design_effect: n over the effective n, where answers are weighted.
    :returns: at least 30, below which no verdict is given; None for no difference.

    >>> required_n(0.5, variance_new=1.0, variance_old=1.0)
    63
    """
    if abs(difference) <= 1e-12:
        return None
    both = max(variance_new + variance_old, 0.0)
    null = both if variance_null is None else 2 * max(variance_null, 0.0)
    n = ((Z95 * sqrt(null) + _Z_POWER * sqrt(both)) / difference) ** 2 * design_effect
    # Rounding would otherwise ask for one answer more than an exact whole number.
    return max(MIN_RELIABLE_N, min(ceil(min(n, float(MOST)) - 1e-9), MOST))
