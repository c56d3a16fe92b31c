"""How far two readings of the same people agree: quadratic-weighted kappa and Spearman."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from cxnlp.metrics.bootstrap import N_RESAMPLES, percentile_interval
from cxnlp.metrics.estimate import Z95, Estimate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of two ordered readings, each from -1 to 1."""

    # "ok", "no_data" (n of 0), "one_answer" (n of 1), "constant" (one reading never varies)
    status: str
    kappa: Estimate  # quadratic-weighted; no value unless ok
    spearman: Estimate  # of the bins, ties at their mean rank; no value unless ok


def agreement(table: ArrayLike, *, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Agreement:
    """Return how far two readings in the same ordered bins agree.

    Kappa weighs a disagreement by the square of its distance (Cohen, 1968); 0 is what chance gives,
    1 full agreement. Spearman's (1904) correlation asks for the same order only. Intervals are
    percentile bootstraps over the people counted.

    :param table: [k, k] counts: the first reading's bin by the second's.

    >>> found = agreement([[10, 0, 0], [0, 10, 0], [0, 0, 10]])
    >>> found.kappa.value, found.spearman.value
    (1.0, 1.0)
    """
    counts = np.asarray(table, dtype=np.float64)
    n = int(counts.sum())
    varies = min(np.count_nonzero(counts.sum(axis=0)), np.count_nonzero(counts.sum(axis=1))) > 1
    if not varies:
        none = Estimate(value=None, low=None, high=None, n=n)
        status = "no_data" if n == 0 else "one_answer" if n == 1 else "constant"
        return Agreement(status=status, kappa=none, spearman=none)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(n, (counts / n).ravel(), size=n_resamples)
    resampled = drawn.reshape(-1, *counts.shape).astype(np.float64)
    return Agreement(
        status="ok",
        kappa=_estimate(_kappa(counts[None])[0], _kappa(resampled), n),
        spearman=_estimate(_spearman(counts[None])[0], _spearman(resampled), n),
    )


def spearman(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Return Spearman's rank correlation of two unbinned readings.

    The interval is that of Fisher's z with the error √((1 + r²/2)/(n - 3)) (Bonett & Wright, 2000).

    :param x: [n], `y` likewise.
    :returns: -1 to 1; no value below four people or where a reading never varies.

    >>> round(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]).value, 3)
    0.8
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n = len(a)
    if n < 4 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return Estimate(value=None, low=None, high=None, n=n)
    u, v = rankdata(a), rankdata(b)
    u, v = u - u.mean(), v - v.mean()
    r = min(max(float(u @ v / sqrt(float(u @ u) * float(v @ v))), -1.0), 1.0)
    # At full agreement z is infinite; three imagined people keep the interval from being a point.
    inner = r * n / (n + 3) if abs(r) > 1 - 1e-12 else r
    half = Z95 * sqrt((1 + inner * inner / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(inner) - half), np.tanh(np.arctanh(inner) + half)
    return Estimate(value=r, low=min(float(low), r), high=max(float(high), r), n=n)


def _kappa(tables: Floats) -> Floats:
    """Return quadratic-weighted kappa of [m, k, k] tables; NaN where chance cannot disagree."""
    bins = np.arange(tables.shape[1])
    distance = (bins[:, None] - bins[None, :]) ** 2.0
    n = tables.sum(axis=(1, 2))
    expected = np.einsum("ma,mb,ab->m", tables.sum(axis=2), tables.sum(axis=1), distance) / n
    observed = (tables * distance).sum(axis=(1, 2))
    ratio: Floats = np.full(len(tables), np.nan)
    np.divide(observed, expected, out=ratio, where=expected > 0)
    return 1.0 - ratio


def _spearman(tables: Floats) -> Floats:
    """Return the rank correlation of [m, k, k] tables; NaN where a reading never varies."""
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    n = rows.sum(axis=1, keepdims=True)
    # The mean rank of each bin, from the middle of all ranks.
    a = np.cumsum(rows, axis=1) - rows / 2 - n / 2
    b = np.cumsum(columns, axis=1) - columns / 2 - n / 2
    together = np.einsum("ma,mb,mab->m", a, b, tables)
    apart = np.sqrt((rows * a * a).sum(axis=1) * (columns * b * b).sum(axis=1))
    r: Floats = np.full(len(tables), np.nan)
    np.divide(together, apart, out=r, where=apart > 1e-9)
    return np.clip(r, -1.0, 1.0)


def _estimate(value: float, resampled: Floats, n: int) -> Estimate:
    known = resampled[~np.isnan(resampled)]
    # Where most resamples leave nothing to compare, so would most new samples.
    if len(known) < len(resampled) / 2:
        return Estimate(value=float(value), low=-1.0, high=1.0, n=n)
    low, high = percentile_interval(known[:, None])
    if np.ptp(known) == 0:
        # Full agreement of a few is not certainty: the rule of three, of which each is 1 apart.
        low = np.array([float(value) - min(3 / n, 1.0) * (float(value) + 1)])
    return Estimate(
        value=float(value), low=min(float(low[0]), value), high=max(float(high[0]), value), n=n
    )
