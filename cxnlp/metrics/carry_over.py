"""How well error rates that were measured on some sets of texts carry over to another set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxnlp.metrics.confusion import MIN_GOLD

# On held-back sets two others told so little that intervals held the truth in half of the cases.
MIN_SETS = 3


def effective_texts(counts: Sequence[Sequence[int]], *, min_sets: int = MIN_SETS) -> float | None:
    """Return how many texts of the set itself would tell its error rates as well as others do.

    Rates differ from set to set by more than chance: what is negative in a hotel is told by other
    words than in a phone shop. The rates of a set not seen are taken as Dirichlet distributed
    around the mean of those seen; its precision is found by moments (Mosimann, 1962), from the
    variance between sets beyond that of sampling, times 1 + 1/S for the mean of S sets.

    :param counts: for each set, how many of its texts of one true label got each label; sets with
        fewer than 20 such texts are left out.
    :returns: at least 1; None where fewer than `min_sets` sets are left, for they do not tell.

    >>> effective_texts([[90, 10], [70, 30], [80, 20]])  # doctest: +ELLIPSIS
    12.577...
    >>> effective_texts([[90, 10], [80, 20]])
    """
    used = np.asarray([row for row in counts if sum(row) >= MIN_GOLD], dtype=np.float64)
    if len(used) < max(min_sets, 2):
        return None
    n = used.sum(axis=1, keepdims=True)
    rates = used / n
    mean = rates.mean(axis=0)
    sampling = float((rates * (1 - rates) / (n - 1)).sum(axis=1).mean())
    between = max(float(rates.var(axis=0, ddof=1).sum()) - sampling, 0.0)
    variance = between * (1 + 1 / len(used)) + sampling / len(used)
    spread = float((mean * (1 - mean)).sum())
    if variance <= 1e-12:  # all sets agree that every text gets one label
        return float(n.sum())
    return min(max(spread / variance - 1, 1.0), float(n.sum()))
