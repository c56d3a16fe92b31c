"""The share of a group that has some property, with its Wilson interval."""

from __future__ import annotations

from math import sqrt

from cxnlp.metrics.estimate import NO_DATA, Z95, Estimate


def share(successes: float, n: int, *, n_effective: float | None = None) -> Estimate:
    """Return `successes` of `n` in percent, with the Wilson score interval.

    The Wilson (1927) interval stays inside 0-100 and does not shrink to a point where nobody or
    everybody has the property, as the Wald interval does.

    :param successes: how many have the property; with weights, n times their weighted share.
    :param n_effective: Kish's effective sample size (Σw)²/Σw², where answers are weighted.
    :returns: percent, 0-100; no data where n is 0.
    :raises ValueError: on successes outside 0-n.

    >>> e = share(74, 107)
    >>> f"{e.value:.1f} [{e.low:.1f}, {e.high:.1f}]"
    '69.2 [59.9, 77.1]'
    """
    if n == 0:
        return NO_DATA
    if not -1e-9 <= successes <= n * (1 + 1e-9):
        raise ValueError(f"{successes} of {n} is not a share. Count the same rows above and below.")
    p = min(max(successes / n, 0.0), 1.0)
    size = n if n_effective is None else n_effective
    z2 = Z95 * Z95
    centre = (p + z2 / (2 * size)) / (1 + z2 / size)
    half = Z95 * sqrt(p * (1 - p) / size + z2 / (4 * size * size)) / (1 + z2 / size)
    return Estimate(
        value=100 * p,
        # Rounding would otherwise leave a bound of 1e-15 beside a share of exactly 0 (or 100).
        low=100 * min(max(centre - half, 0.0), p),
        high=100 * max(min(centre + half, 1.0), p),
        n=n,
    )
