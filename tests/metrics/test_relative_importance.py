"""Relative importance: parts that sum to R², intervals, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.relative_importance import RelativeImportance, relative_importance

QUICK = {"n_resamples": 60}


def _drivers(
    n: int, k: int, *, seed: int = 0, effect: float = 1.0
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    said = rng.choice([-1, 0, 1], (n, k), p=(0.15, 0.7, 0.15))
    drivers = {f"d{i}": np.column_stack([said[:, i] < 0, said[:, i] > 0]) for i in range(k)}
    return drivers, effect * (2.0 * said[:, 0] + said[:, 1]) + rng.normal(size=n)


def _r2(drivers: dict[str, np.ndarray], y: np.ndarray, **options: np.ndarray) -> float:
    x = sm.add_constant(np.column_stack(list(drivers.values())).astype(float))
    return float((sm.WLS(y, x, **options) if options else sm.OLS(y, x)).fit().rsquared)


@pytest.mark.parametrize(
    ("k", "method"), [(4, "shapley"), (12, "shapley"), (13, "relative_weights")]
)
def test_parts_sum_to_the_r2_of_the_regression(k: int, method: str) -> None:
    drivers, y = _drivers(600, k)
    found = relative_importance(drivers, y, **QUICK)
    assert (found.status, found.method) == ("ok", method)
    assert found.r2.value == pytest.approx(_r2(drivers, y), abs=1e-6)
    assert sum(d.r2 for d in found.drivers) == pytest.approx(found.r2.value)
    assert sum(d.share.value or 0 for d in found.drivers) == pytest.approx(100)
    assert [d.name for d in found.drivers[:2]] == ["d0", "d1"]
    assert all((d.p_value or 1) < 1e-6 for d in found.drivers[:2])


def test_hand_worked() -> None:
    # Two drivers that never meet their like: r = ±.5 each with the score, so R² is .25 + .25.
    a = np.array([0, 0, 1, 1] * 10)
    b = np.array([0, 1, 0, 1] * 10)
    both = a * 1.0 + b
    noise = np.where(a == b, 1.0, -1.0)  # orthogonal to both
    y = both / 2 + noise * np.sqrt(0.125)
    found = relative_importance({"a": a, "b": b}, y, **QUICK)
    assert found.r2.value == pytest.approx(0.5, abs=1e-9)
    assert [d.r2 for d in found.drivers] == pytest.approx([0.25, 0.25])
    assert [c for d in found.drivers for c in d.coefficients] == pytest.approx([0.5, 0.5])


def test_weights_are_people() -> None:
    drivers, y = _drivers(200, 3, seed=3)
    times = np.random.default_rng(1).integers(1, 4, 200)
    weighted = relative_importance(drivers, y, weight=times, **QUICK)
    repeated = relative_importance(
        {name: np.repeat(x, times, axis=0) for name, x in drivers.items()},
        np.repeat(y, times),
        **QUICK,
    )
    assert weighted.r2.value == pytest.approx(repeated.r2.value, abs=1e-9)
    assert weighted.r2.value == pytest.approx(_r2(drivers, y, weights=times), abs=1e-6)
    assert weighted.r2.n == 200


def test_one_seed_gives_one_answer() -> None:
    drivers, y = _drivers(100, 3)
    assert relative_importance(drivers, y, **QUICK) == relative_importance(drivers, y, **QUICK)


def _says(found: RelativeImportance, status: str) -> None:
    assert (found.status, found.drivers, found.r2.value, found.p_value) == (status, (), None, None)


def test_undefined_is_said() -> None:
    x = np.array([0.0, 1, 0, 1, 1, 0])
    _says(relative_importance({"a": x}, np.full(6, 3.0)), "all_equal")
    _says(relative_importance({"a": np.ones(6)}, x), "no_drivers")
    _says(relative_importance({}, x), "no_drivers")
    _says(relative_importance({"a": x[:2]}, x[:2]), "too_few")
    _says(relative_importance({"a": x[:1]}, x[:1]), "too_few")
    _says(relative_importance({"a": x[:0]}, x[:0]), "too_few")
    wide = {f"d{i}": np.random.default_rng(i).normal(size=6) for i in range(6)}
    _says(relative_importance(wide, x), "too_few")  # p >= n


def test_constant_and_collinear_drivers_are_named() -> None:
    drivers, y = _drivers(200, 2)
    given_ = {**drivers, "same": np.ones(200), "twin": drivers["d0"]}
    found = relative_importance(given_, y, **QUICK)
    assert (found.constant, set(found.collinear)) == (("same",), {"d0", "twin"})
    parts = {d.name: d.r2 for d in found.drivers}
    assert parts["twin"] == pytest.approx(parts["d0"], abs=1e-6)
    assert found.r2.value == pytest.approx(_r2(drivers, y), abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(st.integers(5, 60), st.integers(1, 4), st.integers(0, 1000))
def test_laws(n: int, k: int, seed: int) -> None:
    drivers, y = _drivers(n, k if k > 1 else 2, seed=seed)
    found = relative_importance(drivers, np.round(y), n_resamples=20)
    if found.status != "ok":
        assert found.drivers == ()
        return
    for e in (found.r2, *(d.share for d in found.drivers)):
        assert e.value is not None
        assert e.low is not None
        assert e.high is not None
        assert -1e-6 <= e.low <= e.value <= e.high <= 100 + 1e-6
    assert sum(d.share.value or 0 for d in found.drivers) == pytest.approx(100, abs=1e-3)
    assert all(d.p_value is None or 0 <= d.p_value <= 1 for d in found.drivers)


@pytest.mark.slow
def test_intervals_cover_and_idle_drivers_are_not_claimed() -> None:
    truth, y = _drivers(200_000, 5, seed=99, effect=0.4)
    exact = relative_importance(truth, y, n_resamples=2)
    share = {d.name: d.share.value for d in exact.drivers}
    r2_covered, share_covered, false = [], [], []
    for seed in range(150):
        found = relative_importance(*_drivers(300, 5, seed=seed, effect=0.4), n_resamples=300)
        r2_covered.append((found.r2.low or 0) <= (exact.r2.value or 0) <= (found.r2.high or 0))
        for d in found.drivers:
            if d.name in ("d0", "d1"):
                low, high = d.share.low or 0, d.share.high or 0
                share_covered.append(low <= (share[d.name] or 0) <= high)
            else:
                false.append((d.p_value or 0) < 0.05)
    assert np.mean(r2_covered) > 0.9
    assert np.mean(share_covered) > 0.87
    assert np.mean(false) < 0.08
