"""The difference of two independent shares."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95
from cxnlp.metrics.fisher import fisher_exact, is_sparse
from cxnlp.metrics.required_n import required_n

# erfc(z/√2) is 0 in double precision from here on.
_LARGEST_Z = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCounts:
    """How many of a group have some property."""

    successes: float  # with weights, n times their weighted share
    n: int
    n_effective: float | None = None  # Kish's (Σw)²/Σw², where answers are weighted

    @property
    def size(self) -> float:
        """Return how many equally weighted answers these are worth."""
        return float(self.n) if self.n_effective is None else self.n_effective

    @property
    def share(self) -> float:
        """Return the share, from 0 to 1."""
        return min(max(self.successes / self.n, 0.0), 1.0)


def share_difference(new: ShareCounts, old: ShareCounts) -> Difference | None:
    """Return the share of `new` minus that of `old`, or None where either side is empty.

    The interval is Newcombe's (1998, method 10), from the two Wilson limits. The p-value is the
    level at which that interval would just touch zero, so it is below .05 just where the 95%
    interval leaves zero out; where any count is expected below 5 it is Fisher's exact one instead,
    with weights on the effective counts.

    :returns: in percentage points.
    :raises ValueError: on successes outside 0-n.

    >>> d = share_difference(ShareCounts(successes=56, n=70), ShareCounts(successes=48, n=80))
    >>> f"{d.value:.1f} [{d.low:.2f}, {d.high:.2f}], p = {d.p_value:.4f}, {d.n_needed} each"
    '20.0 [5.24, 33.39], p = 0.0081, 82 each'
    """
    for side in (new, old):
        if not -1e-9 <= side.successes <= side.n * (1 + 1e-9):
            raise ValueError(
                f"{side.successes} of {side.n} is not a share. Count the same rows above and below."
            )
    if new.n == 0 or old.n == 0:
        return None
    p, q = new.share, old.share
    below, above = _reach(p, new.size, q, old.size, Z95), _reach(q, old.size, p, new.size, Z95)
    middle = (p + q) / 2  # the pooled share of two sides of the same n
    return Difference(
        value=100 * (p - q),
        low=100 * (p - q - below),
        high=100 * (p - q + above),
        p_value=_p_value(new, old),
        enough=min(new.n, old.n) >= MIN_RELIABLE_N,
        n_needed=required_n(
            p - q,
            variance_new=p * (1 - p),
            variance_old=q * (1 - q),
            variance_null=middle * (1 - middle),
            design_effect=(new.n + old.n) / (new.size + old.size),
        ),
    )


def _p_value(new: ShareCounts, old: ShareCounts) -> float:
    p, n, q, m = new.share, new.size, old.share, old.size
    if is_sparse(p * n, n, q * m, m):
        whole_n, whole_m = round(n), round(m)
        return fisher_exact(round(p * whole_n), whole_n, round(q * whole_m), whole_m)
    if p < q:
        p, n, q, m = q, m, p, n
    if p - q <= 1e-12:
        return 1.0
    low, high = 0.0, _LARGEST_Z
    if _reach(p, n, q, m, high) < p - q:
        return 0.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        if _reach(p, n, q, m, middle) < p - q:
            low = middle
        else:
            high = middle
    return erfc(low / sqrt(2))


def _reach(p: float, n: float, q: float, m: float, z: float) -> float:
    """Return how far the interval of p - q reaches below p - q."""
    return sqrt((p - _wilson(p, n, -z)) ** 2 + (_wilson(q, m, z) - q) ** 2)


def _wilson(p: float, n: float, z: float) -> float:
    """Return the Wilson limit above p, or below it where z is negative."""
    z2 = z * z
    return (p + z2 / (2 * n) + z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
