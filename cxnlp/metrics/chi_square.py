"""Whether the mix of a group differs from that of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, chdtri, chndtrinc

from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.fisher import SMALLEST_EXPECTED
from cxnlp.metrics.required_n import MOST, POWER


@dataclass(frozen=True, slots=True, kw_only=True)
class MixDifference:
    """How far apart two mixes are, and whether chance explains it."""

    statistic: float  # χ²; of a mix of labels, the sum over labels
    degrees: int
    cramers_v: float  # from 0, the same mix, to 1; of labels, the root mean square over them
    p_value: float
    n_new: int
    n_old: int
    enough: bool  # both sides have n of 30 or more
    n_needed: int | None  # on each side, to find this with 80% power


def mix_difference(new: Sequence[int], old: Sequence[int]) -> MixDifference | None:
    """Return Pearson's (1900) χ² test that two groups have one mix, with Cramér's (1946) V.

    :param new: counts of categories of which each member has just one; `old` in the same order.
        Categories expected below 5 on a side are taken together, the rarest first.
    :returns: None where a side is empty, or fewer than two categories are left.
    :raises ValueError: on counts that are negative, or of different lengths.

    >>> d = mix_difference([30, 20, 50], [50, 20, 30])
    >>> f"{d.statistic:.1f} of {d.degrees}, V = {d.cramers_v:.2f}, p = {d.p_value:.4f}"
    '10.0 of 2, V = 0.22, p = 0.0067'
    """
    if len(new) != len(old) or any(count < 0 for count in (*new, *old)):
        raise ValueError("The counts of two mixes must be of the same categories, and not below 0.")
    n_new, n_old = sum(new), sum(old)
    if n_new == 0 or n_old == 0:
        return None
    table = _merged(np.array([new, old], dtype=np.float64))
    if table.shape[1] < 2:
        return None
    total = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    statistic = float(((table - expected) ** 2 / expected).sum())
    degrees = table.shape[1] - 1
    v = sqrt(statistic / total)
    return MixDifference(
        statistic=statistic,
        degrees=degrees,
        cramers_v=min(v, 1.0),
        p_value=float(chdtrc(degrees, statistic)),
        n_new=n_new,
        n_old=n_old,
        enough=min(n_new, n_old) >= MIN_RELIABLE_N,
        n_needed=_mix_n(v, degrees),
    )


def _merged(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the table with its rarest categories added up until all are expected 5 times."""
    columns = table.sum(axis=0)
    table = table[:, np.argsort(columns, kind="stable")]
    least = table.sum(axis=1).min() / table.sum()
    # Margins alone decide, so the p-value stays what it says.
    while table.shape[1] > 1 and least * table[:, 0].sum() < SMALLEST_EXPECTED:
        table = np.column_stack([table[:, 0] + table[:, 1], table[:, 2:]])
        table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    return table


def _mix_n(v: float, degrees: int) -> int | None:
    if v <= 1e-9:
        return None
    critical = float(chdtri(degrees, 0.05))
    both = float(chndtrinc(critical, degrees, 1 - POWER)) / (v * v)
    return max(MIN_RELIABLE_N, ceil(min(both / 2, float(MOST))))
