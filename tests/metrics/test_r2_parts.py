"""The parts of R², against brute-force regressions and closed forms."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.r2_parts import importance_of, subset_r2


def _data(seed: int, n: int = 120, p: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p))
    return x, x @ rng.normal(size=p) + 2 * rng.normal(size=n)


def _r2(x: np.ndarray, y: np.ndarray, columns: list[int]) -> float:
    return float(sm.OLS(y, sm.add_constant(x[:, columns])).fit().rsquared) if columns else 0.0


def _correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.corrcoef(np.column_stack([x, y]), rowvar=False)[None]


def test_every_subset_has_the_r2_of_its_regression() -> None:
    x, y = _data(1)
    found = subset_r2(_correlation(x, y), [[0], [1], [2], [3]])[:, 0]
    for subset in range(16):
        columns = [i for i in range(4) if subset >> i & 1]
        assert found[subset] == pytest.approx(_r2(x, y, columns), abs=1e-9)


def test_shapley_is_the_mean_over_all_orders_of_entry() -> None:
    x, y = _data(2)
    groups = [[0, 3], [1], [2]]  # the first driver has two columns
    expected = np.zeros(3)
    for order in permutations(range(3)):
        before: list[int] = []
        for i in order:
            after = [*before, *groups[i]]
            expected[i] += (_r2(x, y, after) - _r2(x, y, before)) / 6
            before = after
    found = importance_of(_correlation(x, y), groups, method="shapley")[0]
    assert found == pytest.approx(expected, abs=1e-9)


def test_relative_weights_by_johnsons_own_steps() -> None:
    # Johnson (2000): the nearest orthogonal variables to x are U Vᵀ of its singular values.
    x, y = _data(3)
    z = (x - x.mean(axis=0)) / x.std(axis=0) / np.sqrt(len(x))
    u, _, vt = np.linalg.svd(z, full_matrices=False)
    orthogonal = u @ vt
    beta = orthogonal.T @ ((y - y.mean()) / y.std() / np.sqrt(len(y)))
    loading = z.T @ orthogonal
    expected = (loading**2) @ (beta**2)
    found = importance_of(_correlation(x, y), [[0], [1], [2], [3]], method="relative_weights")[0]
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("method", ["shapley", "relative_weights"])
def test_orthogonal_drivers_get_their_squared_correlations(method: str) -> None:
    r = np.eye(4)
    r[-1, :3] = r[:3, -1] = [0.5, -0.3, 0.0]
    found = importance_of(r[None], [[0], [1], [2]], method=method)[0]
    assert found == pytest.approx([0.25, 0.09, 0.0], abs=1e-12)


@pytest.mark.parametrize("method", ["shapley", "relative_weights"])
def test_twins_share_evenly(method: str) -> None:
    x, y = _data(4, p=2)
    twins = np.column_stack([x, x[:, 0]])
    found = importance_of(_correlation(twins, y), [[0], [1], [2]], method=method)[0]
    assert found[0] == pytest.approx(found[2], abs=1e-7)
    assert found.sum() == pytest.approx(_r2(x, y, [0, 1]), abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_parts_sum_to_r2_and_none_is_negative(seed: int, p: int) -> None:
    x, y = _data(seed, n=40, p=p)
    r2 = _r2(x, y, list(range(p)))
    for method in ("shapley", "relative_weights"):
        found = importance_of(_correlation(x, y), [[i] for i in range(p)], method=method)[0]
        assert found.sum() == pytest.approx(r2, abs=1e-3)
        assert (found >= -1e-9).all()


def test_many_matrices_at_once_are_each_by_itself() -> None:
    both = np.concatenate([_correlation(*_data(seed)) for seed in (5, 6)])
    groups = [[0], [1, 2], [3]]
    for method in ("shapley", "relative_weights"):
        together = importance_of(both, groups, method=method)
        apart = [importance_of(r[None], groups, method=method)[0] for r in both]
        assert together == pytest.approx(np.stack(apart), abs=1e-12)
