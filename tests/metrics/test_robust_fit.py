"""The robust regression, against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.robust_fit import robust_fit


def _data(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.random(n) < 0.3, rng.normal(size=n), rng.random(n) < 0.5]) * 1.0
    y = x @ [1.0, 0.3, 0.0] + rng.normal(size=n) * (1 + 2 * x[:, 0])
    return x, y, rng.uniform(0.5, 3, n)


def test_hand_worked() -> None:
    # Two of 1 and 2, two of 4 and 5: a step of 3.
    fit = robust_fit([[0.0], [0.0], [1.0], [1.0]], [1.0, 2.0, 4.0, 5.0], [1.0] * 4)
    assert fit.coefficients == pytest.approx([3.0])
    # HC3: each residual of ±½ is doubled by its leverage of ½; the variance of a mean is
    # (1 + 1)/4, that of the step twice as much.
    assert fit.covariance[0, 0] == pytest.approx(1.0)
    assert fit.freedom == 2


@pytest.mark.parametrize("weighted", [False, True])
def test_against_statsmodels(weighted: bool) -> None:
    x, y, weight = _data(1)
    w = weight if weighted else np.ones(len(y))
    oracle = sm.WLS(y, sm.add_constant(x), weights=w).fit(cov_type="HC3", use_t=True)
    fit = robust_fit(x, y, w)
    assert fit.coefficients == pytest.approx(oracle.params[1:])
    assert fit.covariance == pytest.approx(oracle.cov_params()[1:, 1:])
    restriction = np.eye(4)[[1, 3]]
    assert fit.p_value([0, 2]) == pytest.approx(float(oracle.f_test(restriction).pvalue))
    assert fit.p_value([1]) == pytest.approx(oracle.pvalues[2])


def test_a_perfect_fit_is_certain_and_no_freedom_is_not_tested() -> None:
    x = np.array([[0.0], [1.0], [0.0], [1.0], [1.0]])
    fit = robust_fit(x, 2 * x[:, 0], np.ones(5))
    assert fit.p_value([0]) == pytest.approx(0.0, abs=1e-12)
    assert robust_fit(x[:2], [0.0, 2.0], np.ones(2)).p_value([0]) is None
    assert fit.p_value([]) is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 50))
def test_the_unit_of_the_score_changes_no_p_value(seed: int, unit: float) -> None:
    x, y, w = _data(seed, n=30)
    one, other = robust_fit(x, y, w), robust_fit(x, y * unit + 7, w)
    assert other.coefficients == pytest.approx(one.coefficients * unit, rel=1e-6, abs=1e-9)
    assert other.p_value([0, 1]) == pytest.approx(one.p_value([0, 1]), rel=1e-5, abs=1e-12)
