"""The Net Promoter Score against hand-worked numbers, a published survey and its laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.errors import ScaleError
from cxnlp.metrics.estimate import NO_DATA
from cxnlp.metrics.nps import nps, nps_from_counts, nps_from_sums

RATINGS = st.lists(st.integers(0, 10), min_size=1, max_size=60)


def test_hand_worked() -> None:
    # 2 promoters, 1 passive, 1 detractor: P = 2.75/7, D = 1.75/7, P - D = 1/7.
    estimate = nps([10, 9, 8, 6])
    half = 1.959964 * math.sqrt((4.5 / 7 - 1 / 49) / 7)
    assert estimate.value == 25.0
    assert estimate.low == pytest.approx(100 * (1 / 7 - half), abs=1e-4)
    assert estimate.high == pytest.approx(100 * (1 / 7 + half), abs=1e-4)
    assert estimate.n == 4


def test_airport_survey_of_2017() -> None:
    estimate = nps_from_counts(promoters=1436, detractors=342, n=2746)
    assert [round(x or 0, 2) for x in (estimate.value, estimate.low, estimate.high)] == [
        39.84, 37.18, 42.41,
    ]  # fmt: skip


@pytest.mark.parametrize("rating", [6.5, -1, 11, float("nan"), 8.999])
def test_a_rating_that_falls_in_no_bucket_is_refused(rating: float) -> None:
    with pytest.raises(ScaleError, match="whole number from 0 to 10"):
        nps([10, rating])


def test_no_answers_are_no_data() -> None:
    assert nps([]) == NO_DATA
    assert nps_from_sums(n=0, weight=0, squared_weight=0, promoters=0, detractors=0) == NO_DATA


def test_one_answer_has_a_wide_interval() -> None:
    estimate = nps([10])
    assert estimate.value == 100.0
    assert estimate.low is not None
    assert estimate.low < 0
    assert estimate.high == 100.0


def test_weights_widen_the_interval_by_the_effective_n() -> None:
    # Weights 1, 1, 4: n_eff = 36/18 = 2; p = 5/6, d = 1/6.
    estimate = nps([10, 0, 9], weights=[1, 1, 4])
    total, p, d = 5.0, (2 * 5 / 6 + 0.75) / 5, (2 / 6 + 0.75) / 5
    half = 1.959964 * math.sqrt((p + d - (p - d) ** 2) / total)
    assert estimate.value == pytest.approx(100 * 4 / 6)
    assert estimate.low == pytest.approx(100 * (p - d - half), abs=1e-4)
    assert estimate.n == 3


def test_weights_must_be_positive_and_as_many() -> None:
    for weights in ([1.0], [1.0, 0.0]):
        with pytest.raises(ScaleError, match="weight"):
            nps([1, 2], weights=weights)


@given(RATINGS)
def test_bounds_and_interval(ratings: list[int]) -> None:
    e = nps(ratings)
    assert e.value is not None
    assert e.low is not None
    assert e.high is not None
    assert -100 <= e.low <= e.value <= e.high <= 100
    assert e.low < e.high


@given(RATINGS, st.integers(0, 59), st.integers(0, 10))
def test_a_better_answer_never_lowers_the_score(ratings: list[int], i: int, better: int) -> None:
    i %= len(ratings)
    raised = [*ratings]
    raised[i] = max(ratings[i], better)
    assert (nps(raised).value or 0) >= (nps(ratings).value or 0)


@given(RATINGS, st.floats(0.1, 10))
def test_equal_weights_change_nothing(ratings: list[int], weight: float) -> None:
    plain, weighted = nps(ratings), nps(ratings, weights=[weight] * len(ratings))
    for name in ("value", "low", "high"):
        assert getattr(plain, name) == pytest.approx(getattr(weighted, name), abs=1e-6)


@given(RATINGS)
def test_counts_and_ratings_agree(ratings: list[int]) -> None:
    counted = nps_from_counts(
        promoters=sum(r >= 9 for r in ratings),
        detractors=sum(r <= 6 for r in ratings),
        n=len(ratings),
    )
    assert (counted.value, counted.low) == pytest.approx((nps(ratings).value, nps(ratings).low))
