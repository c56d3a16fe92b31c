"""Bootstrap sums and intervals."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from cxnlp.metrics.bootstrap import (
    bias_corrected_interval,
    percentile_interval,
    resample_sums,
)


def test_sums_of_a_resample_are_of_drawn_rows() -> None:
    rows = np.array([[1.0, 1.0], [1.0, 10.0], [1.0, 100.0]])
    sums = resample_sums(rows, n_resamples=50, seed=3)
    assert sums.shape == (50, 2)
    assert (sums[:, 0] == 3).all()
    # Three draws of 1, 10 and 100: the digits of the sum count them, and add up to 3.
    assert all(sum(map(int, str(int(total)))) == 3 for total in sums[:, 1])
    assert len(set(sums[:, 1])) > 5


def test_one_seed_gives_one_answer() -> None:
    rows = np.random.default_rng(0).normal(size=(40, 3))
    assert np.array_equal(resample_sums(rows, seed=1), resample_sums(rows, seed=1))
    assert not np.array_equal(resample_sums(rows, seed=1), resample_sums(rows, seed=2))


def test_percentile_interval_is_that_of_scipy() -> None:
    x = np.random.default_rng(1).exponential(size=200)
    low, high = percentile_interval(resample_sums(x[:, None], n_resamples=4000) / 200)
    oracle = bootstrap(
        (x,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    assert low[0] == pytest.approx(oracle.low, abs=0.02)
    assert high[0] == pytest.approx(oracle.high, abs=0.02)


def test_bias_is_taken_off_twice() -> None:
    # The sample says 10, its resamples 12 on average: the truth is near 8.
    resampled = np.linspace(11, 13, 1001)[:, None]
    low, high = bias_corrected_interval(resampled, [10.0], low=0, high=100)
    assert low[0] == pytest.approx(12 - 0.95 - 4)
    assert high[0] == 10.0  # the value itself stays within


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_intervals_hold_the_value_within_the_bounds(values: list[float]) -> None:
    rows = np.array(values)[:, None]
    mean = rows.mean(axis=0)
    sums = resample_sums(rows, n_resamples=60) / len(values)
    low, high = bias_corrected_interval(sums, mean, low=0, high=1)
    assert 0 <= low[0] <= mean[0] <= high[0] <= 1


@pytest.mark.slow
def test_a_thousand_resamples_of_many_rows_are_quick() -> None:
    rows = np.random.default_rng(0).random((20_000, 44))
    start = time.perf_counter()
    resample_sums(rows)
    assert time.perf_counter() - start < 2
