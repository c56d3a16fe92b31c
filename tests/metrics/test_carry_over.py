from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.carry_over import effective_texts


def test_three_sets_by_hand() -> None:
    # Rates .9, .7, .8: variance .01 for either label, .02 together. Of it .0031 is sampling; the
    # rest times 4/3, and a third of the sampling, are .02357; .32 / .02357 - 1 = 12.58.
    assert effective_texts([[90, 10], [70, 30], [80, 20]]) == pytest.approx(12.58, abs=0.005)


def test_the_precision_that_sets_were_drawn_with_is_found() -> None:
    generator = np.random.default_rng(0)
    rates = generator.dirichlet([16, 3, 1], size=400)  # precision 20
    sets = [generator.multinomial(500, rate).tolist() for rate in rates]
    assert effective_texts(sets) == pytest.approx(20, rel=0.15)


def test_sets_that_differ_by_chance_alone_count_as_one() -> None:
    generator = np.random.default_rng(1)
    sets = generator.multinomial(100, [0.8, 0.2], size=50).tolist()
    found = effective_texts(sets)
    assert found is not None
    assert found > 1000


def test_two_sets_and_small_sets_do_not_tell() -> None:
    assert effective_texts([]) is None
    assert effective_texts([[90, 10]]) is None
    assert effective_texts([[90, 10], [80, 20], [19, 0]]) is None
    assert effective_texts([[90, 10], [80, 20]]) is None
    assert effective_texts([[90, 10], [80, 20]], min_sets=2) is not None


def test_sets_without_an_error_count_all_their_texts() -> None:
    assert effective_texts([[50, 0], [30, 0], [40, 0]]) == 120.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 300), min_size=3, max_size=3), max_size=6))
def test_it_is_between_one_text_and_all(sets: list[list[int]]) -> None:
    found = effective_texts(sets)
    used = [row for row in sets if sum(row) >= 20]
    assert (found is None) == (len(used) < 3)
    if found is not None:
        assert 1 <= found <= sum(map(sum, used))
