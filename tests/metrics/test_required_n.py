"""How many answers a difference takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower, normal_sample_size_one_tail
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

from cxnlp.metrics.required_n import MOST, required_n


@given(st.floats(0.05, 0.5), st.floats(0.5, 2), st.floats(0.5, 2))
def test_means_take_what_statsmodels_says(delta: float, new: float, old: float) -> None:
    expected = normal_sample_size_one_tail(delta, 0.8, 0.025, std_null=(new + old) ** 0.5)
    found = required_n(delta, variance_new=new, variance_old=old)
    assert found is not None
    assert found == pytest.approx(max(expected, 30), abs=1)


@pytest.mark.parametrize("effect", [0.1, 0.2, 0.5])
def test_it_is_that_of_the_t_test_but_for_a_pair_of_answers(effect: float) -> None:
    exact = TTestIndPower().solve_power(effect, power=0.8, alpha=0.05)
    found = required_n(effect, variance_new=1.0, variance_old=1.0)
    assert found is not None
    assert 0 <= exact - found + 1 <= 2


@given(st.floats(0.1, 0.4), st.floats(0.45, 0.9))
def test_shares_take_what_statsmodels_says(low: float, high: float) -> None:
    expected = samplesize_proportions_2indep_onetail(high - low, low, 0.8, alpha=0.05)
    middle = (low + high) / 2
    found = required_n(
        high - low,
        variance_new=high * (1 - high),
        variance_old=low * (1 - low),
        variance_null=middle * (1 - middle),
    )
    assert found is not None
    assert found == pytest.approx(max(expected, 30), abs=1.01)


def test_nothing_finds_no_difference() -> None:
    assert required_n(0.0, variance_new=1.0, variance_old=1.0) is None


def test_it_is_never_below_what_a_verdict_takes_nor_without_end() -> None:
    assert required_n(5.0, variance_new=1.0, variance_old=0.0) == 30
    assert required_n(1e-9, variance_new=1.0, variance_old=1.0) == MOST


def test_weights_take_more() -> None:
    plain = required_n(0.2, variance_new=1.0, variance_old=1.0)
    weighted = required_n(0.2, variance_new=1.0, variance_old=1.0, design_effect=1.5)
    assert plain is not None
    assert weighted == pytest.approx(1.5 * plain, abs=2)
