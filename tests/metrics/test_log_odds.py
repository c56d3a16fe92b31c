from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma, polygamma

from cxnlp.metrics.log_odds import log_odds

counts = st.integers(min_value=0, max_value=500)
words = st.lists(st.tuples(counts, counts), min_size=1, max_size=20)


def test_by_hand() -> None:
    # a says the word 10 times of 40, b 5 of 100; the prior imagines 1 of 10.
    # a: (10 + 1) / (40 + 10 - 10 - 1) = 11/39; b: (5 + 1) / (100 + 10 - 5 - 1) = 6/104.
    # log(11/39) = -1.26567, log(6/104) = -2.85263; variance 1/11 + 1/6 = 0.25758.
    said = log_odds([10, 30], [5, 95], prior=[1, 9])
    assert said.value[0] == pytest.approx(1.58696, abs=1e-5)
    assert said.value[0] == pytest.approx(np.log((11 / 39) / (6 / 104)), abs=1e-12)
    assert said.standard_error[0] == pytest.approx(0.50752, abs=1e-5)
    assert said.z[0] == pytest.approx(np.log((11 / 39) / (6 / 104)) / 0.50752, abs=1e-4)
    assert said.p_value[0] == pytest.approx(0.00177, abs=1e-5)


def test_agrees_with_the_exact_posterior() -> None:
    # Under a Dirichlet prior a word's share is Beta, whose log-odds have a known mean and variance;
    # the published formulas are their approximation for counts that are not tiny.
    a = np.array([40, 200, 15, 745])
    b = np.array([60, 90, 50, 1800])
    alpha = np.array([10.0, 30.0, 7.0, 253.0])
    said = log_odds(a, b, prior=alpha)

    def posterior(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inside, outside = y + alpha, y.sum() + alpha.sum() - y - alpha
        mean = digamma(inside) - digamma(outside)
        return mean, polygamma(1, inside) + polygamma(1, outside)

    (mean_a, var_a), (mean_b, var_b) = posterior(a), posterior(b)
    np.testing.assert_allclose(said.value[:3], (mean_a - mean_b)[:3], atol=0.02)
    # The formula leaves out the variance of the other words, which is small for a rare word.
    np.testing.assert_allclose(said.standard_error[:3] ** 2, (var_a + var_b)[:3], rtol=0.15)


def test_a_prior_pulls_rare_words_to_zero() -> None:
    weak = log_odds([4, 996], [1, 999], prior=[0.01, 9.99])
    strong = log_odds([4, 996], [1, 999], prior=[2.5, 997.5])
    assert 0 < strong.value[0] < weak.value[0]


@settings(max_examples=50, deadline=None)
@given(words)
def test_swapping_the_groups_turns_the_sign(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs).T
    prior = (a + b + 1) / 10
    there, back = log_odds(a, b, prior=prior), log_odds(b, a, prior=prior)
    np.testing.assert_allclose(there.value, -back.value, atol=1e-9)
    np.testing.assert_allclose(there.p_value, back.p_value, atol=1e-9)
    assert np.isfinite(there.z).all()
    assert ((there.p_value >= 0) & (there.p_value <= 1)).all()


def test_equal_shares_do_not_differ() -> None:
    said = log_odds([10, 90], [100, 900], prior=[1, 9])
    assert said.value == pytest.approx([0, 0], abs=1e-12)
    assert said.p_value == pytest.approx([1, 1])


def test_undefined_is_defined() -> None:
    assert log_odds([], [], prior=[]).z.shape == (0,)
    silent = log_odds([0, 0], [5, 5], prior=[1, 1])
    assert silent.z.tolist() == [0, 0]
    assert silent.p_value.tolist() == [1, 1]
    alone = log_odds([5], [7], prior=[1])
    assert np.isfinite(alone.z).all()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="one prior per word"):
        log_odds([1, 2], [1, 2], prior=[1])
    with pytest.raises(ValueError, match="above 0"):
        log_odds([1, 2], [1, 2], prior=[0, 1])
    with pytest.raises(ValueError, match="total of all"):
        log_odds([5, 2], [1, 2], prior=[1, 1], total_a=4)
