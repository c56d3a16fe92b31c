"""Intervals of corrected shares hold the truth, on real predictions of held-back texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.corrected_shares import SENTIMENT_SHIFTS, TOPIC_SHIFTS, write_rows
from benchmarks.held_back import Answered, carried_over, read_predictions, together
from benchmarks.share_coverage import Coverage, simulate, simulate_labelled

# Gold and predicted labels of test texts, without the texts; benchmarks/corrected_shares.py --save.
PREDICTIONS = Path(__file__).parents[1] / "data" / "held_back.parquet"


@pytest.fixture(scope="module")
def heads() -> dict[str, dict[str, Answered]]:
    return read_predictions(PREDICTIONS)


def mean(found: list[Coverage], field: str) -> float:
    return float(np.mean([getattr(item, field) for item in found]))


def test_sentiment_intervals_hold_the_truth_under_every_shift(
    heads: dict[str, dict[str, Answered]],
) -> None:
    found = [
        item
        for source in ("nhs_fft", "brand_entity_tweets")
        for item in simulate(heads["sentiment"][source], SENTIMENT_SHIFTS, replicates=60, seed=1)
    ]
    assert len(found) == 2 * 3 * len(SENTIMENT_SHIFTS)
    assert 0.93 <= mean(found, "corrected") <= 0.97
    assert mean(found, "raw") < 0.75


def test_topic_intervals_hold_the_truth_under_every_shift(
    heads: dict[str, dict[str, Answered]],
) -> None:
    found = [
        item
        for topic, source in (("staff_service", "nhs_fft"), ("price_value", "roast"))
        for item in simulate(heads[topic][source], TOPIC_SHIFTS, replicates=60, seed=1)
    ]
    assert 0.93 <= mean(found, "corrected") <= 0.97
    assert mean(found, "raw") < 0.5
    assert mean(found, "corrected_error") < mean(found, "raw_error")


def test_labels_of_the_same_texts_hold_the_truth(heads: dict[str, dict[str, Answered]]) -> None:
    found = simulate_labelled(
        heads["sentiment"]["brand_entity_tweets"], n_labelled=200, replicates=200, seed=1
    )
    assert 0.92 <= mean(found, "corrected") <= 0.99
    assert mean(found, "raw") < 0.6


def test_errors_of_other_texts_hold_the_truth_only_as_widened(
    heads: dict[str, dict[str, Answered]],
) -> None:
    sets = heads["sentiment"]
    others = [sets[name] for name in ("nhs_fft", "tech_support_sentiment", "newsmtsc")]
    carried = carried_over(others)
    assert carried is not None
    pooled = together(others).confusion()
    widened, plain = (
        mean(
            simulate(
                sets["brand_entity_tweets"], SENTIMENT_SHIFTS, replicates=30, seed=1, confusion=c
            ),
            "corrected",
        )
        for c in (carried, pooled)
    )
    assert plain < 0.8
    assert widened > 0.9


def test_one_set_does_not_tell_what_carries_over(heads: dict[str, dict[str, Answered]]) -> None:
    assert carried_over([heads["sentiment"]["nhs_fft"]]) is None
    assert carried_over([heads["sentiment"]["nhs_fft"]], min_sets=2) is None


def test_a_shift_that_a_half_has_no_texts_for_is_left_out() -> None:
    few = Answered(
        gold=np.array([0] * 400 + [1] * 20), predicted=np.array([0] * 400 + [1] * 20),
        labels=("absent", "present"),
    )  # fmt: skip
    found = simulate(few, [(0.98, 0.02), (0.5, 0.5)], replicates=3)
    assert {item.shift for item in found} == {(0.98, 0.02)}
    assert "| few | 1 |" in write_rows("few", found)


def test_several_sets_as_one() -> None:
    one = Answered(gold=np.array([0, 1]), predicted=np.array([0, 0]), labels=("a", "b"))
    assert together([one, one]).confusion().counts == ((2, 0), (2, 0))
