"""Change points of weighted series."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import log, sqrt

import numpy as np
import pytest
import ruptures
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from cxnlp.metrics.change_points import MIN_SEGMENT, PENALTY, change_points


def test_one_step_by_hand() -> None:
    # Ten periods of n = 100, variance 25: standard errors of levels of five periods are
    # √(25/500) = .2236, of their difference .3162; the change of 2 is z = 6.32.
    found = change_points([10.0] * 5 + [12.0] * 5, [100] * 10, variance=25)
    (change,) = found.changes
    assert (change.at, change.before, change.after) == (5, 10.0, 12.0)
    # Simultaneous over nine places: z of .025 / 9 is 2.773.
    assert (change.low, change.high) == pytest.approx((2 - 0.8769, 2 + 0.8769), abs=1e-3)
    assert found.p_value == pytest.approx(2 * 9 * chi2.sf(40, 1))


def test_equal_sizes_agree_with_ruptures_own_cost() -> None:
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(m, 1, 12) for m in (0, 3, 1)])
    own = ruptures.Pelt(model="l2", min_size=MIN_SEGMENT, jump=1).fit_predict(x, pen=3 * log(36))
    found = change_points(list(x), [1] * 36, variance=1)
    assert [change.at for change in found.changes] == own[:-1]


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 9)), min_size=8, max_size=10),
)
@settings(max_examples=30, deadline=None)
def test_hardly_any_other_segmentation_costs_less(points: list[tuple[int, int]]) -> None:
    x, n = np.array([p[0] for p in points], float), np.array([p[1] for p in points], float)
    found = change_points(list(x), list(n), variance=1)

    def cost(cuts: tuple[int, ...]) -> float:
        edges = [0, *cuts, len(x)]
        total = PENALTY * log(len(x)) * len(cuts)
        for a, b in pairwise(edges):
            total += float((n[a:b] * (x[a:b] - np.average(x[a:b], weights=n[a:b])) ** 2).sum())
        return total

    allowed = (
        cuts
        for k in range(5)
        for cuts in combinations(range(1, len(x)), k)
        if all(b - a >= MIN_SEGMENT for a, b in zip((0, *cuts), (*cuts, len(x)), strict=True))
    )
    best = min(cost(cuts) for cuts in allowed)
    # PELT's pruning is exact without a least length of segments; with one it may miss by less than
    # the price of a change.
    assert cost(tuple(c.at for c in found.changes)) < best + PENALTY * log(len(x))


def test_n_decides_what_is_a_change() -> None:
    values = [50.0] * 6 + [56.0] * 6
    assert change_points(values, [2000] * 12, variance=2500).changes
    assert not change_points(values, [20] * 12, variance=2500).changes


@pytest.mark.parametrize("n_periods", [0, 1, 7])
def test_few_periods_are_not_looked_at(n_periods: int) -> None:
    found = change_points([1.0, 9.0, 1.0, 9.0, 1.0, 9.0, 1.0][:n_periods], [1e6] * n_periods,
                          variance=1)  # fmt: skip
    assert found.status == "not_enough_data"
    assert found.p_value is None
    assert not found.changes


def test_equal_values_have_no_change() -> None:
    for variance in (0.0, 4.0):
        found = change_points([100.0] * 20, [50] * 20, variance=variance)
        assert (found.status, found.changes, found.p_value) == ("ok", (), 1.0)


def test_false_changes_are_rare() -> None:
    rng = np.random.default_rng(5)
    n = np.full(24, 200)
    false = 0
    for _ in range(300):
        found = change_points(list(rng.normal(0, sqrt(1 / 200), 24)), list(n), variance=1)
        false += found.p_value is not None and found.p_value < 0.05
    assert false <= 0.05 * 300
