"""Correction for many comparisons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from cxnlp.metrics.false_discovery import adjusted_p_values, any_difference, real_differences

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(P_VALUES)
def test_correction_is_that_of_benjamini_and_hochberg(p_values: list[float]) -> None:
    real, adjusted = multipletests(p_values, alpha=0.05, method="fdr_bh")[:2]
    assert real_differences(p_values) == list(real)
    assert adjusted_p_values(p_values) == pytest.approx(list(adjusted), abs=1e-12)


def test_no_comparisons_at_all() -> None:
    assert real_differences([]) == []
    assert adjusted_p_values([]) == []
    assert any_difference([]) == 1.0


def test_by_hand() -> None:
    # 4 of them: .01 · 4/1, .02 · 4/2, .03 · 4/3, .5; the least from the right.
    assert adjusted_p_values([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])


@given(P_VALUES)
def test_something_differs_just_where_a_comparison_stands(p_values: list[float]) -> None:
    assert (any_difference(p_values) <= 0.05) == any(p <= 0.05 for p in adjusted_p_values(p_values))
