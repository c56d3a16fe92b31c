"""The parts of R² that go with each driver, from a correlation matrix alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

# A column of which less than this share is left after the others adds nothing: it is collinear.
TOLERANCE = 1e-5

Floats = NDArray[np.float64]
Groups = Sequence[Sequence[int]]


def importance_of(correlation: Floats, groups: Groups, *, method: str) -> Floats:
    """Return each driver's part of R², for one or many correlation matrices.

    :param correlation: [m, p + 1, p + 1] of p columns and, last, the score.
    :param groups: the columns of each driver.
    :param method: "shapley" or "relative_weights".
    :returns: [m, len(groups)], each row summing to R².

    >>> r = np.array([[[1.0, 0.0, 0.6], [0.0, 1.0, 0.5], [0.6, 0.5, 1.0]]])
    >>> importance_of(r, [[0], [1]], method="shapley").round(6).tolist()
    [[0.36, 0.25]]
    """
    if method == "shapley":
        return _shapley(subset_r2(correlation, groups), len(groups))
    weights = _relative_weights(correlation)
    return np.stack([weights[:, list(group)].sum(axis=1) for group in groups], axis=1)


def subset_r2(correlation: Floats, groups: Groups) -> Floats:
    """Return R² of every subset of drivers, [2^g, m]; bit i of the index says driver i is in.

    Each subset is one sweep (Goodnight, 1979) from the subset without its last driver, so all of
    them together cost little more than the smallest.
    """
    order = [column for group in groups for column in group]
    last = correlation.shape[1] - 1
    # The matrices' own axis comes last, where numpy runs fastest.
    matrix = np.ascontiguousarray(
        np.moveaxis(correlation[:, [*order, last], :][:, :, [*order, last]], 0, -1)
    )
    sizes = [len(group) for group in groups]
    r2 = np.zeros((1 << len(groups), correlation.shape[0]))

    def visit(matrix: Floats, subset: int, first: int) -> None:
        r2[subset] = 1.0 - matrix[-1, -1]
        for i in range(first, len(groups)):
            swept = matrix
            for _ in range(sizes[i]):
                swept = _sweep_first(swept)
            visit(swept, subset | 1 << i, i + 1)
            matrix = matrix[sizes[i] :, sizes[i] :]

    visit(matrix, 0, 0)
    return r2


def _sweep_first(matrix: Floats) -> Floats:
    """Return what is left of the other columns once the first is accounted for."""
    pivot, row = matrix[0, 0], matrix[0, 1:]
    scale = np.where(pivot > TOLERANCE, 1.0 / np.maximum(pivot, TOLERANCE), 0.0)
    rest: Floats = matrix[1:, 1:] - row[:, None] * (row * scale)[None, :]
    return rest


def _shapley(r2: Floats, n_drivers: int) -> Floats:
    subsets = np.arange(1 << n_drivers)
    size = np.array([int(s).bit_count() for s in subsets])
    chance = np.array(
        [factorial(k) * factorial(n_drivers - k - 1) for k in range(n_drivers)], dtype=np.float64
    ) / factorial(n_drivers)
    parts = []
    for i in range(n_drivers):
        without = subsets[subsets >> i & 1 == 0]
        parts.append(chance[size[without]] @ (r2[without | 1 << i] - r2[without]))
    return np.stack(parts, axis=1)


def _relative_weights(correlation: Floats) -> Floats:
    """Return Johnson's weights per column: Λ = Rxx^½, β = Λ⁻¹ r_xy, ε = Λ²β²."""
    rxx, rxy = correlation[:, :-1, :-1], correlation[:, :-1, -1]
    values, vectors = np.linalg.eigh(rxx)
    root = np.sqrt(np.maximum(values, 0.0))
    inverse = np.where(values > TOLERANCE, 1.0 / np.maximum(root, TOLERANCE), 0.0)
    across = np.swapaxes(vectors, 1, 2)
    loading = (vectors * root[:, None, :]) @ across
    beta = (vectors * inverse[:, None, :]) @ (across @ rxy[:, :, None])
    weights: Floats = (loading**2 @ beta**2)[:, :, 0]
    return weights
