from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.metrics.estimate import Z95
from cxnlp.metrics.prediction_powered import prediction_powered_share
from cxnlp.metrics.trinomial import net_share


def test_the_mean_error_is_added_by_hand() -> None:
    # 20% by the model; of 50 labelled texts it missed 6 and wrongly gave 1: 20 + 100 x 5/50 = 30.
    truth = [True] * 6 + [False] + [True] * 10 + [False] * 33
    guess = [False] * 6 + [True] + [True] * 10 + [False] * 33
    found = prediction_powered_share(400, 2000, truth=truth, guess=guess)
    assert found.value == pytest.approx(30.0)
    assert found.n == 2000


def test_weights_bring_the_strata_back_by_hand() -> None:
    # Two strata of 900 and 100 texts, ten labelled of each; the small one holds five misses.
    truth = [False] * 10 + [True] * 5 + [False] * 5
    found = prediction_powered_share(
        0, 1000, truth=truth, guess=[False] * 20, weights=[90.0] * 10 + [10.0] * 10
    )
    assert found.value == pytest.approx(5.0)  # 100 / 1000 of 5 / 10


def test_the_interval_is_that_of_the_paper_where_samples_are_large() -> None:
    generator = np.random.default_rng(0)
    n, labelled = 50_000, 2_000
    there = generator.random(n) < 0.3
    said = np.where(there, generator.random(n) < 0.8, generator.random(n) < 0.1)
    found = prediction_powered_share(
        int(said.sum()), n, truth=list(there[:labelled]), guess=list(said[:labelled])
    )
    # Angelopoulos and others (2023), algorithm 1: the mean, with n unlabelled texts.
    error = there[:labelled].astype(float) - said[:labelled]
    value = said.mean() + error.mean()
    half = Z95 * np.sqrt(error.var() / labelled + said.var() / n)
    assert found.value == pytest.approx(100 * value)
    assert found.low == pytest.approx(100 * (value - half), abs=0.15)
    assert found.high == pytest.approx(100 * (value + half), abs=0.15)


def test_equal_weights_of_few_labels_give_the_adjusted_wald_interval() -> None:
    truth, guess = [True] * 3 + [False] * 17, [False] * 3 + [True] * 2 + [False] * 15
    found = prediction_powered_share(5_000_000, 10_000_000, truth=truth, guess=guess)
    expected = net_share(3, 2, 20)
    assert found.low == pytest.approx(50 + expected.low, abs=0.1)  # type: ignore[operator]
    assert found.high == pytest.approx(50 + expected.high, abs=0.1)  # type: ignore[operator]


def test_a_sample_without_an_error_still_has_an_interval() -> None:
    found = prediction_powered_share(0, 5000, truth=[False] * 40, guess=[False] * 40)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high is not None
    assert 4 < found.high < 12


def test_what_differs_between_strata_is_not_left_to_chance() -> None:
    # All of one stratum are misses, none of the other: nothing differs within.
    truth, guess = [True] * 40 + [False] * 40, [False] * 80
    weights = [2.0] * 40 + [10.0] * 40
    plain, stratified = (
        prediction_powered_share(
            0, 480, truth=truth, guess=guess, weights=weights, stratified=known
        )
        for known in (False, True)
    )
    assert plain.value == stratified.value == pytest.approx(100 * 80 / 480)
    assert plain.high - plain.low > stratified.high - stratified.low  # type: ignore[operator]
    # What is left is that 480 texts are themselves a sample, and the three imagined ones.
    assert stratified.high - stratified.low > 2 * 1.9 * 100 * (1 / 6 * 5 / 6 / 480) ** 0.5  # type: ignore[operator]


def test_nothing_labelled_is_no_data() -> None:
    assert prediction_powered_share(3, 10, truth=[], guess=[]).status == "no_data"
    assert prediction_powered_share(0, 0, truth=[], guess=[]).status == "no_data"


@pytest.mark.parametrize(
    ("predicted", "n", "truth", "weights"),
    [(11, 10, [True], None), (1, 1, [True, True], None), (1, 5, [True], [0.0]), (1, 5, [True], [])],
)
def test_what_does_not_fit_is_refused(
    predicted: int, n: int, truth: list[bool], weights: list[float] | None
) -> None:
    with pytest.raises(ValueError, match=r"fit together|not positive"):
        prediction_powered_share(predicted, n, truth=truth, guess=truth, weights=weights)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.floats(0.5, 50)), max_size=30),
    st.integers(30, 500),
    st.floats(0, 1),
)
def test_the_interval_holds_the_value(
    rows: list[tuple[bool, bool, float]], n: int, part: float
) -> None:
    truth, guess, weights = ([row[i] for row in rows] for i in range(3))
    found = prediction_powered_share(
        int(part * n),
        n,
        truth=truth,
        guess=guess,
        weights=weights,  # type: ignore[arg-type]
    )
    if not rows:
        assert found.value is None
        return
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 100
