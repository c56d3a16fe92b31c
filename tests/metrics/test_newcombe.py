"""Differences of two shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from cxnlp.metrics.newcombe import ShareCounts, share_difference


def _counts(successes: float, n: int, size: float | None = None) -> ShareCounts:
    return ShareCounts(successes=successes, n=n, n_effective=size)


def test_newcombe_s_own_example() -> None:
    # Newcombe (1998), table II, (a), method 10: 56/70 - 48/80.
    found = share_difference(_counts(56, 70), _counts(48, 80))
    assert found is not None
    assert found.value == pytest.approx(20.0)
    assert (found.low, found.high) == pytest.approx((5.24, 33.39), abs=0.005)


@given(st.integers(0, 80), st.integers(0, 60))
def test_the_interval_is_that_of_statsmodels(a: int, b: int) -> None:
    found = share_difference(_counts(a, 80), _counts(b, 60))
    low, high = confint_proportions_2indep(a, 80, b, 60, method="newcomb", compare="diff")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), abs=1e-6)


@given(st.integers(20, 60), st.integers(20, 40))
def test_the_p_value_is_the_level_at_which_the_interval_touches_zero(a: int, b: int) -> None:
    found = share_difference(_counts(a, 80), _counts(b, 60))
    assert found is not None
    if found.p_value < 0.999:
        low, high = confint_proportions_2indep(
            a, 80, b, 60, method="newcomb", compare="diff", alpha=found.p_value
        )
        assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-6)
    pooled = stats.chi2_contingency([[a, 80 - a], [b, 60 - b]], correction=False).pvalue
    assert found.p_value == pytest.approx(pooled, abs=0.03)


def test_sparse_counts_are_tested_exactly() -> None:
    found = share_difference(_counts(0, 40), _counts(6, 40))
    assert found is not None
    assert found.p_value == pytest.approx(stats.fisher_exact(np.array([[0, 40], [6, 34]])).pvalue)


@given(st.integers(0, 50), st.integers(0, 70))
def test_reversing_the_order_turns_the_sign(a: int, b: int) -> None:
    there = share_difference(_counts(a, 50), _counts(b, 70))
    back = share_difference(_counts(b, 70), _counts(a, 50))
    assert there is not None
    assert back is not None
    assert there.value == -back.value
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p_value == pytest.approx(back.p_value, abs=1e-9)
    assert there.n_needed == back.n_needed


def test_weights_widen_the_interval() -> None:
    plain = share_difference(_counts(60, 100), _counts(40, 100))
    weighted = share_difference(_counts(60, 100, 50.0), _counts(40, 100, 50.0))
    half = share_difference(_counts(30, 50), _counts(20, 50))
    assert plain is not None
    assert weighted is not None
    assert half is not None
    assert weighted.p_value == pytest.approx(half.p_value)
    assert weighted.low == pytest.approx(half.low)
    assert weighted.n_needed == pytest.approx(2 * (plain.n_needed or 0), abs=2)


def test_undefined_is_defined() -> None:
    assert share_difference(_counts(0, 0), _counts(3, 9)) is None
    one = share_difference(_counts(1, 1), _counts(0, 1))
    assert one is not None
    assert (one.value, one.p_value, one.enough) == (100.0, 1.0, False)
    same = share_difference(_counts(40, 40), _counts(50, 50))
    assert same is not None
    assert (same.value, same.p_value, same.n_needed) == (0.0, 1.0, None)
    apart = share_difference(_counts(5000, 5000), _counts(0, 5000))
    assert apart is not None
    assert apart.p_value == 0.0
    with pytest.raises(ValueError, match="10 of 9 is not a share"):
        share_difference(_counts(10, 9), _counts(1, 9))
