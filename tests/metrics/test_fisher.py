"""Fisher's exact test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxnlp.metrics.fisher import fisher_exact, is_sparse


@given(st.integers(1, 60), st.integers(1, 40), st.data())
def test_it_is_that_of_scipy(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    expected = stats.fisher_exact(np.array([[a, n - a], [b, m - b]])).pvalue
    assert fisher_exact(a, n, b, m) == pytest.approx(expected, rel=1e-6)


def test_the_lady_tasting_tea() -> None:
    # Fisher (1935): 3 of 4 cups right; (16 + 1 + 16 + 1)/70.
    assert fisher_exact(3, 4, 1, 4) == pytest.approx(34 / 70)


def test_large_counts_are_no_trouble() -> None:
    assert fisher_exact(9, 1_000_000, 0, 1_000_000) == pytest.approx(2 / 2**9, rel=1e-3)


def test_empty_sides_say_nothing() -> None:
    assert fisher_exact(0, 0, 3, 9) == 1.0
    assert fisher_exact(0, 5, 0, 9) == 1.0


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4 is not a share"):
        fisher_exact(5, 4, 1, 9)


def test_sparse_is_an_expected_count_below_five() -> None:
    assert is_sparse(0, 0, 0, 0)
    assert is_sparse(1, 30, 2, 30)
    assert is_sparse(30, 30, 29, 30)
    assert not is_sparse(5, 50, 5, 50)
