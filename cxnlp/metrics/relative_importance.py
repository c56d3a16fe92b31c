"""How much of a score's variance goes with each driver, by Shapley or relative weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxnlp.metrics.bootstrap import (
    N_RESAMPLES,
    bias_corrected_interval,
    percentile_interval,
    resample_sums,
)
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.r2_parts import TOLERANCE, importance_of
from cxnlp.metrics.robust_fit import robust_fit

MAX_SHAPLEY_DRIVERS = 12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One driver's part in the explained variance of a score."""

    name: str
    r2: float  # its part of R²; the parts of all drivers sum to R²
    share: Estimate  # the same in percent of R²
    coefficients: tuple[float, ...]  # per column: units of the score, the other columns equal
    p_value: float | None  # of no association beyond that of the other drivers


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeImportance:
    """The drivers of a score, strongest first."""

    # "ok", "no_drivers" (none varies), "all_equal" (the scores), "too_few" (for so many columns)
    status: str
    method: str  # "shapley" or "relative_weights"
    r2: Estimate  # 0 to 1
    p_value: float | None  # of R² = 0
    drivers: tuple[Driver, ...]
    constant: tuple[str, ...]  # drivers left out because they are the same in all answers
    # Drivers of which one column at least follows from the others: their parts are shared out
    # evenly where they cannot be told apart.
    collinear: tuple[str, ...]


def relative_importance(
    drivers: Mapping[str, ArrayLike],
    score: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> RelativeImportance:
    """Return how a linear model's R² is shared among drivers.

    Up to 12 drivers by Shapley values, which are LMG (Lindeman, Merenda & Gold, 1980): the R² that
    a driver adds, averaged over all orders of entry, from all subsets. Above that by Johnson's
    (2000) relative weights, summed over the columns of a driver. A driver may have several columns;
    they enter together.

    Intervals are bias-corrected bootstrap percentiles over answers. The p-value is that of the
    joint F test that all coefficients of the driver are zero in the full model, with errors robust
    to unequal variance (HC3: MacKinnon & White, 1985). All of it is association, not cause.

    :param drivers: name -> [n] or [n, columns].
    :param score: [n].
    :param weight: [n], > 0.
    """
    y = np.asarray(score, dtype=np.float64)
    columns, groups, names, constant = _columns(drivers, len(y))
    w = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
    method = "shapley" if len(names) <= MAX_SHAPLEY_DRIVERS else "relative_weights"
    status = _status(columns, y)
    if status != "ok":
        return RelativeImportance(
            status=status,
            method=method,
            r2=Estimate(value=None, low=None, high=None, n=len(y)),
            p_value=None,
            drivers=(),
            constant=constant,
            collinear=(),
        )
    z = np.column_stack([_standardised(columns, w), _standardised(y[:, None], w)])
    correlation = _correlations(_sums(z, w)[None], z.shape[1])
    parts = importance_of(correlation, groups, method=method)[0]
    r2 = float(parts.sum())
    sums = resample_sums(_products(z, w), n_resamples=n_resamples, seed=seed)
    resampled = importance_of(_correlations(sums, z.shape[1]), groups, method=method)
    r2_low, r2_high = bias_corrected_interval(
        resampled.sum(axis=1, keepdims=True), [r2], low=0.0, high=1.0
    )
    percent = _percent(parts)
    low, high = _percent_interval(resampled, parts)
    fit = robust_fit(columns, y, w)
    found = [
        Driver(
            name=name,
            r2=float(parts[i]),
            share=Estimate(
                value=float(percent[i]), low=float(low[i]), high=float(high[i]), n=len(y)
            ),
            coefficients=tuple(float(fit.coefficients[c]) for c in groups[i]),
            p_value=fit.p_value(groups[i]),
        )
        for i, name in enumerate(names)
    ]
    return RelativeImportance(
        status="ok",
        method=method,
        r2=Estimate(value=r2, low=float(r2_low[0]), high=float(r2_high[0]), n=len(y)),
        p_value=fit.p_value(range(columns.shape[1])),
        drivers=tuple(sorted(found, key=lambda driver: (-driver.r2, driver.name))),
        constant=constant,
        collinear=tuple(
            name for i, name in enumerate(names) if _is_collinear(correlation[0], groups[i])
        ),
    )


def _percent(parts: Floats) -> Floats:
    total = parts.sum(axis=-1, keepdims=True)
    percent: Floats = np.zeros_like(parts)
    np.divide(100 * parts, total, out=percent, where=total > 1e-9)
    return percent


def _percent_interval(resampled: Floats, parts: Floats) -> tuple[Floats, Floats]:
    """Return the interval of the parts in percent of R².

    Chance gives every driver a part of R², and so draws the shares together. It is taken off the
    parts, twice as in `bias_corrected_interval`, before they become shares.
    """
    bias = resampled.mean(axis=0) - parts
    low, high = percentile_interval(_percent(np.maximum(resampled - 2 * bias, 0.0)))
    percent = _percent(parts)
    return np.minimum(low, percent), np.maximum(high, percent)


def _columns(
    drivers: Mapping[str, ArrayLike], n: int
) -> tuple[Floats, list[list[int]], list[str], tuple[str, ...]]:
    """Return all columns that vary, each driver's, the drivers that have any, and the others."""
    found: list[Floats] = []
    groups: list[list[int]] = []
    names: list[str] = []
    for name, given in drivers.items():
        values = np.asarray(given, dtype=np.float64).reshape(n, -1) if n else np.zeros((0, 1))
        varying = [column for column in values.T if n and np.ptp(column) > 0]
        if varying:
            groups.append(list(range(len(found), len(found) + len(varying))))
            names.append(name)
            found += varying
    columns = np.column_stack(found) if found else np.zeros((n, 0))
    return columns, groups, names, tuple(name for name in drivers if name not in names)


def _status(columns: Floats, score: Floats) -> str:
    n, p = columns.shape
    if n == 0:
        return "too_few"
    if np.ptp(score) == 0:
        return "all_equal" if n > 1 else "too_few"
    if p == 0:
        return "no_drivers"
    # An error needs a degree of freedom beside those of the columns and the intercept.
    return "ok" if n >= p + 2 else "too_few"


def _standardised(columns: Floats, w: Floats) -> Floats:
    centred = columns - w @ columns / w.sum()
    deviation: Floats = centred / np.sqrt(w @ centred**2 / w.sum())
    return deviation


def _products(z: Floats, w: Floats) -> NDArray[np.float32]:
    """Return [n, ...] what a correlation is summed from: w, wz and wz_i z_j for i <= j."""
    size = z.shape[1]
    # A sum a line: filling these is several times faster than filling columns.
    lines = np.empty((1 + size + size * (size + 1) // 2, len(z)), dtype=np.float32)
    lines[0] = w / w.mean()
    lines[1 : size + 1] = z.T * lines[0]
    start = size + 1
    for i in range(size):
        np.multiply(lines[1 + i], z.T[i:], out=lines[start : start + size - i], casting="same_kind")
        start += size - i
    return lines.T


def _sums(z: Floats, w: Floats) -> Floats:
    """Return the sums over `_products` in double precision."""
    v = w / w.mean()
    products = (v[:, None] * z).T @ z
    return np.concatenate([[v.sum()], v @ z, products[np.triu_indices(z.shape[1])]])


def _correlations(sums: Floats, size: int) -> Floats:
    """Return [m, size, size] from sums over `_products`; a column without spread has none."""
    total = sums[:, :1]
    means = sums[:, 1 : size + 1] / total
    rows, across = np.triu_indices(size)
    covariance = np.zeros((len(sums), size, size))
    covariance[:, rows, across] = sums[:, size + 1 :] / total - means[:, rows] * means[:, across]
    covariance[:, across, rows] = covariance[:, rows, across]
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    scale = np.where(variance > TOLERANCE, 1 / np.sqrt(np.maximum(variance, TOLERANCE)), 0.0)
    correlation = covariance * scale[:, :, None] * scale[:, None, :]
    each = np.arange(size)
    correlation[:, each, each] = 1.0
    return correlation


def _is_collinear(correlation: Floats, group: list[int]) -> bool:
    """Tell whether a column of a driver follows from all the other columns."""
    rxx = correlation[:-1, :-1]
    for column in group:
        others = [c for c in range(len(rxx)) if c != column]
        r = rxx[column, others]
        explained = r @ np.linalg.pinv(rxx[np.ix_(others, others)], rcond=1e-10, hermitian=True) @ r
        if others and explained > 1 - TOLERANCE:
            return True
    return False
