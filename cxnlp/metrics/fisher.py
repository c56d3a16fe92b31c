"""Fisher's exact test of two shares, for counts too small for an approximation."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

SMALLEST_EXPECTED = 5.0


def is_sparse(successes_new: float, n_new: float, successes_old: float, n_old: float) -> bool:
    """Tell whether any of the four counts is expected below 5 where the shares are equal.

    >>> is_sparse(3, 40, 5, 40), is_sparse(5, 40, 5, 40)
    (True, False)
    """
    total = n_new + n_old
    if total <= 0:
        return True
    share = (successes_new + successes_old) / total
    return min(n_new, n_old) * min(share, 1 - share) < SMALLEST_EXPECTED


def fisher_exact(successes_new: int, n_new: int, successes_old: int, n_old: int) -> float:
    """Return the two-sided p-value of Fisher's (1935) exact test that two shares are equal.

    It sums the hypergeometric probabilities of all tables with the same margins that are no more
    likely than the observed one.

    :raises ValueError: on successes outside 0-n.

    >>> round(fisher_exact(1, 10, 11, 14), 6)
    0.002759
    """
    for successes, n in ((successes_new, n_new), (successes_old, n_old)):
        if not 0 <= successes <= n:
            raise ValueError(
                f"{successes} of {n} is not a share. Count the same rows above and below."
            )
    successes = successes_new + successes_old
    first, last = max(0, successes - n_old), min(n_new, successes)
    k = np.arange(first, last + 1, dtype=np.float64)
    # The terms that depend on k alone: the margins cancel in the normalisation.
    logs = -(
        gammaln(k + 1)
        + gammaln(n_new - k + 1)
        + gammaln(successes - k + 1)
        + gammaln(n_old - successes + k + 1)
    )
    weights = np.exp(logs - logs.max())
    observed = weights[successes_new - first]
    # Equally likely tables differ in their last digits; scipy and R allow the same slack.
    as_unlikely = weights[weights <= observed * (1 + 1e-7)]
    return float(min(as_unlikely.sum() / weights.sum(), 1.0))
