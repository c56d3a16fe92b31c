"""Differences of two mixes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import GofChisquarePower

from cxnlp.metrics.chi_square import mix_difference

COUNTS = st.lists(st.integers(15, 90), min_size=3, max_size=3)


@given(COUNTS, COUNTS)
def test_it_is_that_of_scipy(new: list[int], old: list[int]) -> None:
    found = mix_difference(new, old)
    expected = stats.chi2_contingency([new, old])
    assert found is not None
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.degrees == expected.dof
    assert found.p_value == pytest.approx(expected.pvalue)
    v = stats.contingency.association([new, old], method="cramer")
    assert found.cramers_v == pytest.approx(v)
    reordered = mix_difference(new[::-1], old[::-1])
    assert reordered is not None
    assert reordered.statistic == pytest.approx(found.statistic)


def test_the_n_needed_is_that_of_statsmodels() -> None:
    found = mix_difference([30, 20, 50], [50, 20, 30])
    assert found is not None
    both = GofChisquarePower().solve_power(found.cramers_v, power=0.8, alpha=0.05, n_bins=3)
    assert found.n_needed == pytest.approx(both / 2, abs=1)


def test_rare_categories_are_taken_together() -> None:
    found = mix_difference([1, 2, 40, 57], [2, 1, 30, 67])
    merged = stats.chi2_contingency([[43, 57], [33, 67]], correction=False)
    assert found is not None
    assert found.degrees == 1
    assert found.statistic == pytest.approx(merged.statistic)


def test_undefined_is_defined() -> None:
    assert mix_difference([0, 0], [3, 4]) is None
    assert mix_difference([9, 0], [7, 0]) is None
    assert mix_difference([1, 0], [0, 1]) is None
    same = mix_difference([40, 60], [40, 60])
    assert same is not None
    assert (same.p_value, same.cramers_v, same.n_needed) == (1.0, 0.0, None)
    with pytest.raises(ValueError, match="same categories"):
        mix_difference([1, 2], [1, 2, 3])
