from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.co_occurrence import said_together


def test_by_hand() -> None:
    # Each of two words is said by 2 of 4 texts of 2 words each: rate 2/8 per word, so it stands in
    # a text with probability 1/2. Both stand in one with 1/4, in 4 x 1/4 = 1 text by chance.
    # P(at least 2 | Poisson of mean 1) = 1 - 2/e.
    together = said_together([[1, 1], [1, 1], [0, 0], [0, 0]], [2, 2, 2, 2])
    assert together.observed == 2
    assert together.expected == pytest.approx(1.0)
    assert together.p_value == pytest.approx(1 - 2 / np.e)


def test_given_rates_take_the_place_of_the_texts_own() -> None:
    together = said_together([[1, 1], [0, 0]], [3, 3], rates=[0.1, 0.2])
    assert together.expected == pytest.approx(2 * 0.3 * 0.6)


def test_agrees_with_words_thrown_at_random() -> None:
    rng = np.random.default_rng(5)
    n_words = rng.integers(2, 15, size=80)
    rates = np.array([0.02, 0.03, 0.01, 0.025])
    chance = n_words[:, None] * rates
    thrown = rng.random((4000, *chance.shape)) < chance
    observed = (thrown.sum(axis=2) >= 2).sum(axis=1)
    said = said_together(thrown[0], n_words, rates=rates)
    assert said.expected == pytest.approx(observed.mean(), rel=0.03)
    # The p-value never promises more than what came by chance.
    for many in (6, 8, 10):
        together = np.zeros((80, 4), dtype=bool)
        together[:many] = True
        p = said_together(together, n_words, rates=rates).p_value
        share = float((observed >= many).mean())
        assert p >= share - 3 * np.sqrt(max(share, 1e-4) / 4000)


def test_random_words_are_rarely_taken_for_a_theme() -> None:
    rng = np.random.default_rng(11)
    found = 0
    for _ in range(300):
        n_words = rng.integers(1, 20, size=150)
        said = rng.random((150, 5)) < n_words[:, None] * 0.015
        found += said_together(said, n_words).p_value <= 0.05
    assert found / 300 <= 0.05


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 12).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=n, max_size=n),
            st.lists(st.integers(0, 30), min_size=n, max_size=n),
        )
    )
)
def test_always_a_probability(case: tuple[list[list[bool]], list[int]]) -> None:
    said, n_words = case
    together = said_together(np.array(said, dtype=bool).reshape(len(said), 3), n_words)
    assert 0 <= together.p_value <= 1
    assert 0 <= together.expected <= len(said) + 1e-9
    assert together.observed == sum(sum(text) >= 2 for text in said)


def test_undefined_is_defined() -> None:
    assert said_together(np.zeros((0, 2)), []).p_value == 1.0
    assert said_together(np.ones((3, 1)), [1, 1, 1]).p_value == 1.0
    assert said_together(np.zeros((2, 2)), [0, 0]).p_value == 1.0
    with pytest.raises(ValueError, match="one length per text"):
        said_together([[1, 1]], [1, 2])
