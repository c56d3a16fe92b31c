"""Whether the arms of a test were filled with the same chance."""

from __future__ import annotations

from collections.abc import Sequence

from scipy.special import chdtrc

# Below this a mismatch is no accident of who came (Fabijan et al., 2019).
MISMATCH_P = 0.001


def equal_allocation(counts: Sequence[int]) -> float | None:
    """Return the χ² p-value that groups were filled with the same chance, or None where undefined.

    A test whose arms fail it at p < .001 was not run as planned (Fabijan et al., 2019).

    >>> round(equal_allocation([5000, 5200]), 4)
    0.0477
    """
    total = sum(counts)
    if len(counts) < 2 or total == 0:
        return None
    expected = total / len(counts)
    statistic = sum((count - expected) ** 2 for count in counts) / expected
    return float(chdtrc(len(counts) - 1, statistic))
