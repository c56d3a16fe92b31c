"""How the arms of a test were filled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxnlp.metrics.sample_ratio import MISMATCH_P, equal_allocation


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=5).filter(any))
def test_it_is_that_of_scipy(counts: list[int]) -> None:
    assert equal_allocation(counts) == pytest.approx(stats.chisquare(counts).pvalue)


def test_a_published_mismatch() -> None:
    # Kohavi, Tang & Xu (2020), chapter 21: 821,588 against 815,482 users, p = 1.8e-6.
    p_value = equal_allocation([821_588, 815_482])
    assert p_value == pytest.approx(1.8e-6, rel=0.05)
    assert p_value is not None
    assert p_value < MISMATCH_P


def test_one_arm_and_nobody() -> None:
    assert equal_allocation([5]) is None
    assert equal_allocation([0, 0]) is None
