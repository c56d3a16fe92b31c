"""Whether two independent estimates differ, with the interval of their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.numbers import is_shown

_Z = 1.959963984540054  # of the 95% intervals that estimates carry
FALSE_DISCOVERY_RATE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One estimate minus another, with its 95% interval and two-sided p-value."""

    value: float
    low: float
    high: float
    p_value: float
    enough: bool  # both sides have n of 30 or more


def difference(new: Estimate, old: Estimate) -> Difference | None:
    """Return `new` minus `old`, or None where either is hidden or has no interval.

    The limits are recovered from the two intervals (MOVER: Zou & Donner, 2008); for shares with
    Wilson intervals this is Newcombe's difference.
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
        p_value = erfc(abs(value) / (towards_zero / _Z) / sqrt(2))
    return Difference(
        value=value,
        low=value - below,
        high=value + above,
        p_value=p_value,
        enough=min(new.n, old.n) >= MIN_RELIABLE_N,
    )


def real_differences(p_values: Sequence[float]) -> list[bool]:
    """Tell which differences stand after Benjamini-Hochberg correction, in the given order.

    >>> real_differences([0.01, 0.04, 0.5])
    [True, False, False]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    last = -1
    for rank, i in enumerate(order):
        if p_values[i] <= FALSE_DISCOVERY_RATE * (rank + 1) / len(p_values):
            last = rank
    accepted = set(order[: last + 1])
    return [i in accepted for i in range(len(p_values))]
