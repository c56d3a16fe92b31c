from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.confusion import Confusion
from cxnlp.metrics.corrected_share import corrected_shares
from cxnlp.metrics.estimate import Z95

# Sensitivity .85, specificity .90, counted on many texts.
KNOWN = Confusion(labels=("other", "negative"), counts=((9000, 1000), (1500, 8500)))


def lang_reiczigel(
    positive: int, n: int, *, hits: int, n_sick: int, rejected: int, n_well: int
) -> tuple[float, float]:
    """Return the interval of Lang & Reiczigel (2014), as epiR's epi.prev has it."""
    n_, sick, well = n + Z95**2, n_sick + 2, n_well + 2
    p, se, sp = (positive + Z95**2 / 2) / n_, (hits + 1) / sick, (rejected + 1) / well
    youden = se + sp - 1
    centre = (p + sp - 1) / youden
    shift = 2 * Z95**2 * (centre * se * (1 - se) / sick - (1 - centre) * sp * (1 - sp) / well)
    variance = p * (1 - p) / n_
    variance += centre**2 * se * (1 - se) / sick + (1 - centre) ** 2 * sp * (1 - sp) / well
    half = Z95 * sqrt(variance) / youden
    return 100 * max(centre + shift - half, 0.0), 100 * min(centre + shift + half, 1.0)


def test_a_true_tenth_reads_17_5_percent_by_hand() -> None:
    # .10 x .85 + .90 x .10 = .175, and .20 x .85 + .80 x .10 = .25.
    for observed, truth in ((175, 10.0), (250, 20.0)):
        estimate = corrected_shares([1000 - observed, observed], KNOWN)[1]
        assert estimate.value == pytest.approx(truth)
        assert estimate.n == 1000
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low < truth < estimate.high < observed / 10 + 1


def test_three_labels_by_hand() -> None:
    given_columns = np.array([[0.8, 0.1, 0.1], [0.1, 0.7, 0.1], [0.1, 0.2, 0.8]])
    observed = given_columns @ np.array([0.2, 0.3, 0.5])  # .24, .28, .48
    counts = tuple(tuple(round(1000 * x) for x in column) for column in given_columns.T)
    found = corrected_shares(
        [round(100 * x) for x in observed],
        Confusion(labels=("negative", "neutral", "positive"), counts=counts),
    )
    assert [e.value for e in found] == pytest.approx([20.0, 30.0, 50.0])


@pytest.mark.parametrize(
    ("positive", "n", "hits", "n_sick", "rejected", "n_well"),
    [(175, 1000, 85, 100, 900, 1000), (60, 500, 45, 60, 960, 1000), (30, 300, 170, 200, 760, 800)],
)
def test_the_interval_is_that_of_lang_and_reiczigel(
    positive: int, n: int, hits: int, n_sick: int, rejected: int, n_well: int
) -> None:
    low, high = lang_reiczigel(
        positive, n, hits=hits, n_sick=n_sick, rejected=rejected, n_well=n_well
    )
    counts = ((rejected, n_well - rejected), (n_sick - hits, hits))
    found = corrected_shares(
        [n - positive, positive], Confusion(labels=("well", "sick"), counts=counts)
    )[1]
    assert found.low == pytest.approx(low, abs=0.6)
    assert found.high == pytest.approx(high, abs=0.6)


def test_uncertain_errors_widen_the_interval() -> None:
    small = Confusion(labels=("other", "negative"), counts=((90, 10), (15, 85)))
    sure, unsure = (corrected_shares([825, 175], c)[1] for c in (KNOWN, small))
    assert sure.value == pytest.approx(unsure.value)
    assert unsure.high - unsure.low > 1.3 * (sure.high - sure.low)  # type: ignore[operator]


def test_rates_carried_over_widen_the_interval_and_leave_the_value() -> None:
    carried = replace(KNOWN, effective=(20.0, 20.0))
    own, other = (corrected_shares([750, 250], c)[1] for c in (KNOWN, carried))
    assert own.value == other.value == pytest.approx(20.0)
    assert other.high - other.low > 3 * (own.high - own.low)  # type: ignore[operator]
    # Worth more texts than it was counted on, it is worth just those.
    assert corrected_shares([750, 250], replace(KNOWN, effective=(1e9, 1e9)))[1] == own


def test_fewer_than_false_alarms_alone_is_none() -> None:
    none, rest = reversed(corrected_shares([960, 40], KNOWN))
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high is not None
    assert none.high < 2
    assert rest.value == 100.0


def test_no_text_is_no_data_and_one_text_says_little() -> None:
    assert [e.status for e in corrected_shares([0, 0], KNOWN)] == ["no_data", "no_data"]
    one = corrected_shares([0, 1], KNOWN)[1]
    assert (one.value, one.n, one.status) == (100.0, 1, "suppressed")
    assert one.low is not None
    assert one.low < 20


def test_a_confusion_that_tells_nothing_still_gives_shares() -> None:
    coin = Confusion(labels=("a", "b"), counts=((50, 50), (50, 50)))
    found = corrected_shares([70, 30], coin)
    assert sum(e.value or 0 for e in found) == pytest.approx(100)
    assert found[0].low == 0.0
    assert found[0].high == 100.0


def test_the_same_seed_gives_the_same_interval() -> None:
    first, again = (corrected_shares([60, 40], KNOWN, seed=3) for _ in range(2))
    assert first == again != corrected_shares([60, 40], KNOWN, seed=4)


@pytest.mark.parametrize("counts", [[1], [1, -1], [1, 2, 3]])
def test_counts_that_do_not_fit_are_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="counts do not fit"):
        corrected_shares(counts, KNOWN)


def test_a_label_that_was_never_seen_is_refused() -> None:
    with pytest.raises(ValueError, match="a label without texts"):
        corrected_shares([1, 2], Confusion(labels=("a", "b"), counts=((5, 1), (0, 0))))


_COUNTS = st.lists(st.integers(0, 200), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(_COUNTS.filter(any), st.lists(_COUNTS.filter(any), min_size=3, max_size=3))
def test_shares_sum_to_a_whole_within_their_intervals(
    predicted: list[int], rows: list[list[int]]
) -> None:
    confusion = Confusion(labels=("a", "b", "c"), counts=tuple(tuple(row) for row in rows))
    found = corrected_shares(predicted, confusion)
    assert sum(e.value or 0.0 for e in found) == pytest.approx(100.0)
    for estimate in found:
        assert estimate.low is not None
        assert estimate.value is not None
        assert estimate.high is not None
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 100
        assert estimate.n == sum(predicted)
