"""Shares against statsmodels, hand-worked numbers and their laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from cxnlp.metrics.estimate import NO_DATA
from cxnlp.metrics.share import share

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_published_example() -> None:
    e = share(74, 107)
    assert round(e.value or 0, 1) == 69.2
    assert round(e.low or 0, 1) == 59.9
    assert round(e.high or 0, 1) == 77.1


@given(COUNTS)
def test_equals_statsmodels(counts: tuple[int, int]) -> None:
    successes, n = counts
    low, high = proportion_confint(successes, n, method="wilson")
    e = share(successes, n)
    assert e.low == pytest.approx(100 * low, abs=1e-9)
    assert e.high == pytest.approx(100 * high, abs=1e-9)


@given(COUNTS)
def test_interval_contains_the_share_and_has_width(counts: tuple[int, int]) -> None:
    e = share(*counts)
    assert e.value is not None
    assert e.low is not None
    assert e.high is not None
    assert 0 <= e.low <= e.value <= e.high <= 100
    assert e.low < e.high


@given(COUNTS)
def test_shares_of_a_group_and_its_rest_sum_to_all(counts: tuple[int, int]) -> None:
    successes, n = counts
    assert (share(successes, n).value or 0) + (share(n - successes, n).value or 0) == pytest.approx(
        100
    )


def test_undefined_cases() -> None:
    assert share(0, 0) == NO_DATA
    assert share(0, 1).value == 0.0
    assert share(0, 1).low == 0.0
    with pytest.raises(ValueError, match="is not a share"):
        share(3, 2)


def test_weighted_share_uses_the_effective_n() -> None:
    assert share(50, 100, n_effective=25).low == share(12.5, 25).low
    assert share(50, 100, n_effective=25).n == 100
