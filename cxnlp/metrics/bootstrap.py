"""Bootstrap intervals of anything that is computed from sums over rows.

A resample changes a sum only through how often each row is drawn, so a thousand resamples are one
matrix product of counts and columns, not a thousand passes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

N_RESAMPLES = 1000

Floats = NDArray[np.float64]

_BLOCK_CELLS = 2_000_000  # counts held at a time: 8 MB


def resample_sums(
    columns: ArrayLike, *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> NDArray[np.float64]:
    """Return the sums of columns over resamples of their rows, drawn with replacement.

    The products are taken in single precision; centre columns whose mean is far from zero.

    :param columns: [n, k], n > 0.
    :returns: [n_resamples, k], the same for one seed.

    >>> resample_sums([[1.0, 2.0]] * 3, n_resamples=2).tolist()
    [[3.0, 6.0], [3.0, 6.0]]
    """
    values = np.asarray(columns, dtype=np.float32)
    sums = [counts @ values for counts in _resample_counts(len(values), n_resamples, seed)]
    return np.concatenate(sums).astype(np.float64)


def _resample_counts(n: int, n_resamples: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """Yield [block, n]: how often each row is drawn, a resample a line."""
    random = np.random.default_rng(seed)
    block = max(1, min(n_resamples, _BLOCK_CELLS // n))
    for start in range(0, n_resamples, block):
        size = min(block, n_resamples - start)
        drawn = random.integers(0, n, size=(size, n), dtype=np.int32)
        drawn += np.arange(size, dtype=np.int32)[:, None] * n
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float32)


def percentile_interval(resampled: Floats) -> tuple[Floats, Floats]:
    """Return the 95% percentile interval of each column (Efron, 1979); NaN are left out.

    :param resampled: [n_resamples, k], each column with at least one number.

    >>> low, high = percentile_interval(np.arange(101.0)[:, None])
    >>> round(float(low[0]), 6), round(float(high[0]), 6)
    (2.5, 97.5)
    """
    low, high = np.nanpercentile(resampled, [2.5, 97.5], axis=0)
    return low, high


def bias_corrected_interval(
    resampled: Floats, value: ArrayLike, *, low: float, high: float
) -> tuple[Floats, Floats]:
    """Return the 95% percentile interval, moved by twice the bias that resampling shows.

    What cannot be negative, such as an R², is estimated too high, and its resamples are too high
    once more: by as much again (Efron & Tibshirani, 1993, chapter 10). The percentile interval of
    an R² from a hundred answers may lie wholly above the R² itself. The value stays within the
    interval, and the interval within `low` and `high`.

    :param resampled: [n_resamples, k].
    :param value: [k], the estimate of the sample itself.

    >>> lower, upper = bias_corrected_interval(np.arange(101.0)[:, None], [45], low=0, high=100)
    >>> round(float(lower[0]), 6), round(float(upper[0]), 6)
    (0.0, 87.5)
    """
    point = np.asarray(value, dtype=np.float64)
    lower, upper = percentile_interval(resampled)
    bias = np.nanmean(resampled, axis=0) - point
    lower = np.minimum(np.clip(lower - 2 * bias, low, high), point)
    upper = np.maximum(np.clip(upper - 2 * bias, low, high), point)
    return lower, upper
