"""Differences of two estimates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from cxnlp.metrics.difference import difference
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.share import share

MakeEstimate = Callable[..., Estimate]


@given(st.integers(0, 80), st.integers(0, 60))
def test_shares_follow_newcombe(a: int, b: int) -> None:
    found = difference(share(a, 80), share(b, 60))
    low, high = confint_proportions_2indep(a, 80, b, 60, method="newcomb", compare="diff")
    assert found is not None
    assert found.low == pytest.approx(100 * low, abs=1e-6)
    assert found.high == pytest.approx(100 * high, abs=1e-6)


@given(st.integers(0, 80), st.integers(0, 60))
def test_p_value_agrees_with_the_interval(a: int, b: int) -> None:
    found = difference(share(a, 80), share(b, 60))
    assert found is not None
    near_zero = min(abs(found.low), abs(found.high)) < 1e-9
    assert near_zero or (found.p_value < 0.05) == (found.low > 0 or found.high < 0)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_reversing_the_order_turns_the_sign(a: float, b: float) -> None:
    one = Estimate(value=a, low=a - 3, high=a + 4, n=50)
    two = Estimate(value=b, low=b - 1, high=b + 2, n=50)
    there, back = difference(one, two), difference(two, one)
    assert there is not None
    assert back is not None
    assert there.value == -back.value
    assert there.low == pytest.approx(-back.high)


def test_hidden_estimates_have_no_difference(estimate: MakeEstimate) -> None:
    assert difference(estimate(50.0), NO_DATA) is None
    assert difference(estimate(50.0, n=4), estimate(60.0)) is None


def test_small_samples_are_not_enough(estimate: MakeEstimate) -> None:
    few, many = estimate(50.0, n=29), estimate(60.0, n=30)
    small, large = difference(few, many), difference(many, many)
    assert small is not None
    assert large is not None
    assert (small.enough, large.enough) == (False, True)
