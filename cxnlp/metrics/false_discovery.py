"""Correction for looking at many comparisons at once."""

from __future__ import annotations

from collections.abc import Sequence

FALSE_DISCOVERY_RATE = 0.05


def adjusted_p_values(p_values: Sequence[float]) -> list[float]:
    """Return the Benjamini-Hochberg (1995) adjusted p-values, in the given order.

    A comparison stands at a false discovery rate of q where its adjusted p-value is at most q.
    Where nothing differs at all, the chance that any comparison stands is at most q too.

    >>> adjusted_p_values([0.01, 0.04, 0.5])
    [0.03, 0.06, 0.5]
    """
    n = len(p_values)
    adjusted = [1.0] * n
    smallest = 1.0
    for rank, i in reversed(list(enumerate(sorted(range(n), key=lambda i: p_values[i]), start=1))):
        smallest = min(smallest, p_values[i] * n / rank)
        adjusted[i] = smallest
    return adjusted


def real_differences(
    p_values: Sequence[float], *, rate: float = FALSE_DISCOVERY_RATE
) -> list[bool]:
    """Tell which differences stand after Benjamini-Hochberg correction, in the given order.

    >>> real_differences([0.01, 0.04, 0.5])
    [True, False, False]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    last = -1
    for rank, i in enumerate(order):
        if p_values[i] <= rate * (rank + 1) / len(p_values):
            last = rank
    accepted = set(order[: last + 1])
    return [i in accepted for i in range(len(p_values))]


def any_difference(p_values: Sequence[float]) -> float:
    """Return the p-value of "nothing differs" by Simes (1986): the least adjusted p-value.

    It needs no independence: tests that go together make it too large rather than too small
    (Sarkar, 1998). 1 for no comparison.

    >>> any_difference([0.01, 0.04, 0.5])
    0.03
    """
    return min(adjusted_p_values(p_values), default=1.0)
