"""Where the level of a series changed, by PELT on values weighted by their n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

MIN_PERIODS = 8  # below, a level has too few periods on either side to be told from an outlier
MIN_SEGMENT = 2  # one period alone is an outlier, which the control limits show
PENALTY = 3.0  # times log n

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """One change of level, with an interval that holds for all places it might have been found."""

    at: int  # place of the first period of the new level
    before: float  # level, weighted by n
    after: float
    change: float  # after - before
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoints:
    """The changes of a series; `p_value` is None where there are too few periods to look."""

    status: str  # "ok" or "not_enough_data"
    changes: tuple[ChangePoint, ...]
    p_value: float | None


def change_points(
    values: Sequence[float], sizes: Sequence[float], *, variance: float
) -> ChangePoints:
    """Return the changes of level by PELT (Killick, Fearnhead & Eckley, 2012).

    The cost of a segment is Σ n (x - its mean)² / variance, and each change costs 3 log(periods).
    A segment has two periods at least, so pruning may miss a segmentation that is cheaper by less
    than one change; fewer than eight periods are not looked at.

    The p-value is of no change at all against the k found: the χ² tail of what the k changes
    explain, times the ways to place k changes, times 2^k for the choice of k (Bonferroni).

    :param sizes: n of each period, above 0.
    :param variance: of one answer.

    >>> found = change_points([0.0] * 5 + [1.0] * 5, [100] * 10, variance=1.0)
    >>> [(c.at, c.change) for c in found.changes]
    [(5, 1.0)]
    """
    n_periods = len(values)
    if n_periods < MIN_PERIODS:
        return ChangePoints(status="not_enough_data", changes=(), p_value=None)
    x, n = np.asarray(values, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if float(np.ptp(x)) < 1e-9 or variance <= 0:
        return ChangePoints(status="ok", changes=(), p_value=1.0)
    weights = n / variance
    ends = _pelt(x, weights, PENALTY * log(n_periods))
    starts = [0, *ends[:-1]]
    if len(ends) < 2:
        return ChangePoints(status="ok", changes=(), p_value=1.0)
    levels = [
        float(np.average(x[start:end], weights=n[start:end]))
        for start, end in zip(starts, ends, strict=True)
    ]
    masses = [float(weights[start:end].sum()) for start, end in zip(starts, ends, strict=True)]
    from scipy.stats import chi2, norm

    k = len(ends) - 1
    mean = float(np.average(x, weights=n))
    explained = sum(m * (level - mean) ** 2 for m, level in zip(masses, levels, strict=True))
    p_value = min(1.0, 2.0**k * comb(n_periods - 1, k) * float(chi2.sf(explained, k)))
    z = float(norm.isf(0.025 / (n_periods - 1)))
    changes = []
    for i, at in enumerate(ends[:-1]):
        half = z * sqrt(1 / masses[i] + 1 / masses[i + 1])
        change = levels[i + 1] - levels[i]
        changes.append(
            ChangePoint(
                at=at,
                before=levels[i],
                after=levels[i + 1],
                change=change,
                low=change - half,
                high=change + half,
            )
        )
    return ChangePoints(status="ok", changes=tuple(changes), p_value=p_value)


def _pelt(x: Floats, weights: Floats, penalty: float) -> list[int]:
    """Return the end of every segment, the last one included."""
    import ruptures

    cost: Any = _weighted_cost(x, weights)
    search = ruptures.Pelt(custom_cost=cost, min_size=MIN_SEGMENT, jump=1)
    found: list[int] = search.fit_predict(x.reshape(-1, 1), pen=penalty)
    return found


def _weighted_cost(x: Floats, weights: Floats) -> Any:
    from ruptures.base import BaseCost

    class WeightedL2(BaseCost):  # type: ignore[misc]
        """Σ w (x - mean)² of a segment, from running sums."""

        model = "weighted_l2"
        min_size = 1

        def fit(self, signal: Floats) -> WeightedL2:
            self.signal = signal
            centred = x - x.mean()  # keeps digits that large means would cost
            self.sums: list[list[float]] = [
                np.concatenate(([0.0], np.cumsum(part))).tolist()
                for part in (weights, weights * centred, weights * centred**2)
            ]
            return self

        def error(self, start: int, end: int) -> float:
            w, wx, wxx = (part[end] - part[start] for part in self.sums)
            return max(wxx - wx * wx / w, 0.0)

    return WeightedL2()
