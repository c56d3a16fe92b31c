"""Differences of two means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxnlp.metrics.welch import MeanSums, mean_difference, welch

ANSWERS = st.lists(st.integers(1, 5), min_size=2, max_size=40)
SCALE = {"scale_min": 1.0, "scale_max": 5.0}


def _sums(answers: list[int], size: float | None = None) -> MeanSums:
    return MeanSums(
        n=len(answers),
        total=float(sum(answers)),
        total_squares=float(sum(a * a for a in answers)),
        n_effective=size,
    )


@given(ANSWERS, ANSWERS)
def test_welch_is_that_of_scipy(new: list[int], old: list[int]) -> None:
    found = welch(_sums(new), _sums(old), **SCALE)
    if len(set(new)) < 2 or len(set(old)) < 2:
        assert found is None
        return
    expected = stats.ttest_ind(new, old, equal_var=False)
    interval = expected.confidence_interval()
    assert found is not None
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    assert found.low == pytest.approx(max(interval.low, -4), abs=1e-9)
    assert found.high == pytest.approx(min(interval.high, 4), abs=1e-9)


@given(ANSWERS, ANSWERS)
def test_the_wider_of_two_tests_is_taken(new: list[int], old: list[int]) -> None:
    found = mean_difference(_sums(new), _sums(old), **SCALE)
    if len(set(new)) < 2 or len(set(old)) < 2:
        assert found is None or 0 <= found.p_value <= 1
        return
    both = [stats.ttest_ind(new, old, equal_var=equal).pvalue for equal in (True, False)]
    assert found is not None
    assert found.p_value == pytest.approx(max(both), rel=1e-6, abs=1e-12)
    if len(new) == len(old):
        plain = welch(_sums(new), _sums(old), **SCALE)
        assert plain is not None
        assert (found.low, found.high) == pytest.approx((plain.low, plain.high))


def test_answers_that_are_nearly_all_the_best_make_no_difference() -> None:
    rng = np.random.default_rng(0)
    shares = (0.02, 0.02, 0.02, 0.04, 0.9)
    values = np.arange(1, 6)
    p_plain, p_values = [], []
    for _ in range(2000):
        sides = [rng.multinomial(n, shares) for n in (30, 1000)]
        new, old = (
            MeanSums(n=int(c.sum()), total=float(c @ values), total_squares=float(c @ values**2))
            for c in sides
        )
        plain, found = welch(new, old, **SCALE), mean_difference(new, old, **SCALE)
        assert found is not None
        p_plain.append(1.0 if plain is None else plain.p_value)
        p_values.append(found.p_value)
    assert np.mean(np.array(p_plain) < 0.001) > 0.03
    assert np.mean(np.array(p_values) < 0.05) <= 0.05
    assert np.mean(np.array(p_values) < 0.001) <= 0.001


def test_equal_answers_have_no_zero_variance() -> None:
    fives = _sums([5] * 30)
    mostly = _sums([5] * 960 + [3] * 40)
    found = mean_difference(fives, mostly, **SCALE)
    assert found is not None
    assert found.p_value > 0.05
    apart = mean_difference(_sums([5] * 100), _sums([1] * 100), **SCALE)
    assert apart is not None
    assert (apart.value, apart.p_value < 1e-9) == (4.0, True)
    same = mean_difference(fives, fives, **SCALE)
    assert same is not None
    assert (same.value, same.p_value) == (0.0, 1.0)


def test_one_answer_and_none() -> None:
    assert mean_difference(_sums([]), _sums([3, 4]), **SCALE) is None
    assert mean_difference(_sums([3]), _sums([3, 4]), **SCALE) is None
    assert welch(_sums([3]), _sums([3, 4]), **SCALE) is None


def test_weights_count_by_the_effective_n() -> None:
    new, old = [1, 2, 3, 4] * 20, [1, 3, 3, 4] * 20
    half = mean_difference(_sums(new, 40.0), _sums(old, 40.0), **SCALE)
    plain = mean_difference(_sums(new), _sums(old), **SCALE)
    assert half is not None
    assert plain is not None
    assert half.p_value > plain.p_value
    assert (half.n_needed or 0) > 1.9 * (plain.n_needed or 0)
