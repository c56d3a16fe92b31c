"""The long-run slope."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.trend_slope import trend_slope


def test_by_hand() -> None:
    # t = 0..3, centre 1.5, Σ(t - 1.5)² = 5, weights 100/100 = 1: slope 2, error 1/√5 = .4472;
    # t quantile of 2 degrees of freedom is 4.3027.
    slope = trend_slope([0, 1, 2, 3], [10.0, 12.0, 14.0, 16.0], [100] * 4, variance=100)
    assert slope.value == pytest.approx(2.0)
    assert slope.high == pytest.approx(2 + 4.3027 * 0.4472, abs=1e-3)
    assert slope.overdispersion == 1.0


@given(st.lists(st.tuples(st.floats(-50, 50), st.integers(5, 500)), min_size=4, max_size=20))
@settings(max_examples=40, deadline=None)
def test_agrees_with_statsmodels(points: list[tuple[float, int]]) -> None:
    x, n = [p[0] for p in points], np.array([p[1] for p in points])
    t = np.arange(len(x))
    slope = trend_slope(list(t), x, list(n), variance=400)
    fitted = sm.WLS(x, sm.add_constant(t), weights=n / 400).fit()
    if fitted.scale < 1:
        fitted = sm.WLS(x, sm.add_constant(t), weights=n / 400).fit(
            cov_type="fixed scale", use_t=True
        )
    assert slope.value == pytest.approx(fitted.params[1], abs=1e-7)
    assert slope.low == pytest.approx(fitted.conf_int()[1][0], abs=1e-6)
    assert slope.high == pytest.approx(fitted.conf_int()[1][1], abs=1e-6)
    assert slope.p_value == pytest.approx(fitted.pvalues[1], abs=1e-7)


@pytest.mark.parametrize("n_periods", [0, 1, 2, 3])
def test_few_periods(n_periods: int) -> None:
    slope = trend_slope(list(range(n_periods)), [1.0] * n_periods, [50] * n_periods, variance=1)
    assert (slope.status, slope.value, slope.p_value) == ("not_enough_data", None, None)


def test_one_moment_has_no_slope() -> None:
    assert trend_slope([3] * 5, [1.0] * 5, [9] * 5, variance=1).status == "not_enough_data"


def test_equal_values_do_not_move() -> None:
    slope = trend_slope(range(6), [100.0] * 6, [40] * 6, variance=0)
    assert (slope.value, slope.p_value) == (0.0, 1.0)


def test_scatter_beyond_chance_widens_the_interval() -> None:
    calm = trend_slope(range(6), [0.0, 1, 2, 3, 4, 5], [100] * 6, variance=100)
    wild = trend_slope(range(6), [0.0, 9, -6, 11, -4, 13], [100] * 6, variance=100)
    assert wild.overdispersion is not None
    assert wild.overdispersion > 1
    assert wild.high is not None
    assert calm.high is not None
    assert calm.value is not None
    assert wild.value is not None
    assert wild.high - wild.value > calm.high - calm.value
