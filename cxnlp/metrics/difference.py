"""The difference of two independent estimates, from their intervals alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95, Estimate
from cxnlp.metrics.false_discovery import FALSE_DISCOVERY_RATE as FALSE_DISCOVERY_RATE
from cxnlp.metrics.false_discovery import real_differences as real_differences
from cxnlp.metrics.numbers import is_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One estimate minus another, with its 95% interval and two-sided p-value."""

    value: float
    low: float
    high: float
    p_value: float
    enough: bool  # both sides have n of 30 or more
    # On each side, to find a difference of this size with 80% power; None where there is none.
    n_needed: int | None = None


def difference(new: Estimate, old: Estimate) -> Difference | None:
    """Return `new` minus `old`, or None where either is hidden or has no interval.

    The limits are recovered from the two intervals (MOVER: Zou & Donner, 2008); for shares with
    Wilson intervals this is Newcombe's difference. Where the counts are at hand, the tests of
    newcombe, net_difference and welch say more.

    >>> new = Estimate(value=60.0, low=50.0, high=70.0, n=90)
    >>> found = difference(new, Estimate(value=40.0, low=30.0, high=50.0, n=90))
    >>> f"{found.value} [{found.low:.1f}, {found.high:.1f}], p = {found.p_value:.4f}"
    '20.0 [5.9, 34.1], p = 0.0056'
    """
    if not (is_shown(new) and is_shown(old)):
        return None
    a, a_low, a_high = new.value, new.low, new.high
    b, b_low, b_high = old.value, old.low, old.high
    if a is None or a_low is None or a_high is None:
        return None
    if b is None or b_low is None or b_high is None:
        return None
    value = a - b
    below = sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    above = sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    # The side that faces zero decides, so that p < .05 just where the interval excludes zero.
    towards_zero = below if value > 0 else above
    if value == 0:
        p_value = 1.0
    elif towards_zero == 0:
        p_value = 0.0
    else:
        p_value = erfc(abs(value) / (towards_zero / Z95) / sqrt(2))
    return Difference(
        value=value,
        low=value - below,
        high=value + above,
        p_value=p_value,
        enough=min(new.n, old.n) >= MIN_RELIABLE_N,
    )
