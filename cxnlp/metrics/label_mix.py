"""Whether two groups differ in any of several labels, of which each member may have many."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from cxnlp.metrics.chi_square import MixDifference
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.false_discovery import any_difference
from cxnlp.metrics.newcombe import ShareCounts, share_difference

FEWEST_CARRIERS = 5


def label_mix_difference(
    new: Sequence[int], n_new: int, old: Sequence[int], n_old: int
) -> MixDifference | None:
    """Return whether two groups differ in any of several labels, of which a member may have many.

    Labels of one member are not independent, so their χ² do not add up to a χ². The p-value is that
    of Simes (1986) over the differences of the labels' shares, one by one. Labels that fewer than 5
    members have are left out.

    :param new: how many of `n_new` have each label; `old` in the same order.
    :returns: None where a side is empty, or no label is common enough.
    :raises ValueError: on counts outside 0-n, or of different lengths.

    >>> d = label_mix_difference([60, 10], 100, [40, 12], 100)
    >>> f"{d.statistic:.2f} of {d.degrees}, V = {d.cramers_v:.2f}, p = {d.p_value:.3f}"
    '8.20 of 2, V = 0.14, p = 0.009'
    """
    if len(new) != len(old):
        raise ValueError("The counts of two mixes must be of the same labels.")
    statistic, p_values, needed = 0.0, [], []
    for a, b in zip(new, old, strict=True):
        found = share_difference(
            ShareCounts(successes=a, n=n_new), ShareCounts(successes=b, n=n_old)
        )
        if found is None or a + b < FEWEST_CARRIERS:
            continue
        pooled = (a + b) / (n_new + n_old)
        spread = pooled * (1 - pooled) * (1 / n_new + 1 / n_old)
        statistic += (found.value / 100) ** 2 / spread if spread > 0 else 0.0
        p_values.append(found.p_value)
        needed.append(found.n_needed)
    if not p_values:
        return None
    return MixDifference(
        statistic=statistic,
        degrees=len(p_values),
        cramers_v=min(sqrt(statistic / (len(p_values) * (n_new + n_old))), 1.0),
        p_value=any_difference(p_values),
        n_new=n_new,
        n_old=n_old,
        enough=min(n_new, n_old) >= MIN_RELIABLE_N,
        # The label that takes the fewest to see.
        n_needed=min((n for n in needed if n is not None), default=None),
    )
