"""Means against scipy, hand-worked numbers and their laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.mean import mean

ANSWERS = st.lists(st.integers(1, 7), min_size=1, max_size=80)


def _mean(answers: list[int]) -> Estimate:
    return mean(len(answers), sum(answers), sum(a * a for a in answers), scale_min=1, scale_max=7)


def test_equals_scipy() -> None:
    answers = [2, 3, 3, 4, 5, 5, 6, 4, 3, 2]
    interval = stats.ttest_1samp(answers, 0).confidence_interval(0.95)
    e = _mean(answers)
    assert e.value == pytest.approx(3.7)
    assert (e.low, e.high) == pytest.approx((interval.low, interval.high))


@given(ANSWERS)
def test_interval_stays_on_the_scale_around_the_mean(answers: list[int]) -> None:
    e = _mean(answers)
    assert e.value is not None
    assert e.low is not None
    assert e.high is not None
    assert 1 <= e.low <= e.value <= e.high <= 7
    assert e.low < e.high
    assert all(math.isfinite(x) for x in (e.value, e.low, e.high))


def test_undefined_cases() -> None:
    assert mean(0, 0, 0, scale_min=1, scale_max=5) == NO_DATA
    one = mean(1, 4, 16, scale_min=1, scale_max=5)
    assert (one.value, one.low, one.high, one.n) == (4, 1, 5, 1)
    equal = mean(30, 120, 480, scale_min=1, scale_max=5)
    # The rule of three: a tenth of the way to either end.
    assert (equal.value, equal.low, equal.high) == pytest.approx((4, 3.7, 4.1))


def test_equal_answers_that_do_not_sum_exactly_are_still_equal() -> None:
    n, x = 1000, 4.1
    e = mean(n, n * x, n * x * x, scale_min=1, scale_max=5)
    assert e.low == pytest.approx(4.1 - 3 / n * 3.1, abs=1e-6)


def test_weighted_mean_uses_the_effective_n() -> None:
    # Weights 1, 1, 4 on 1, 3, 5: mean 4, spread (9 + 1 + 4)/6 = 7/3, n_eff = 2.
    e = mean(3, 3 * 4.0, 3 * (1 + 9 + 100) / 6, scale_min=-99, scale_max=99, n_effective=2.0)
    assert e.value == pytest.approx(4)
    assert e.high == pytest.approx(4 + stats.t.ppf(0.975, 1) * math.sqrt(7 / 3))
