from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from training.measures import (
    bootstrap,
    measure_classes,
    measure_scores,
    measure_sets,
)

_NAMES = ("negative", "neutral", "positive")


def test_classes_by_hand():
    gold = np.array([0, 0, 1, 2, 2, 2])
    found = np.array([0, 1, 1, 2, 2, 0])

    measures = measure_classes(found, gold, _NAMES)

    # negative: p 1/2, r 1/2; neutral: p 1/2, r 1; positive: p 1, r 2/3
    assert measures["macro_f1"] == pytest.approx((0.5 + 2 / 3 + 0.8) / 3)
    assert measures["accuracy"] == pytest.approx(4 / 6)
    assert measures["labels"]["positive"] == pytest.approx(
        {"precision": 1.0, "recall": 2 / 3, "f1": 0.8, "n": 3}
    )
    assert 0 <= measures["low"] <= measures["macro_f1"] <= measures["high"] <= 1


def test_class_that_does_not_occur_is_not_averaged():
    measures = measure_classes(np.array([0, 0, 2]), np.array([0, 0, 0]), _NAMES)

    assert list(measures["labels"]) == ["negative"]
    assert measures["macro_f1"] == pytest.approx(0.8)


def test_sets_ignore_what_is_unknown():
    gold = np.array([[1, 0, -1], [1, -1, 0], [0, 1, 0]])
    found = np.array([[True, False, True], [False, True, False], [True, True, False]])

    measures = measure_sets(found, gold, ("a", "b", "c"))

    # a: one hit, one miss, one false alarm; b: a hit, and a claim nobody can judge; c: no positive
    assert measures["labels"]["a"] == pytest.approx(
        {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 2}
    )
    assert measures["labels"]["b"]["f1"] == 1.0
    assert "c" not in measures["labels"]
    assert measures["macro_f1"] == pytest.approx(0.75)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_sets_agree_with_scikit_learn_where_all_is_known(seed):
    random = np.random.default_rng(seed)
    gold, found = random.integers(0, 2, (2, 30, 4))
    gold[0] = 1

    measures = measure_sets(found.astype(bool), gold, tuple("abcd"))

    expected = f1_score(gold, found, average="macro", zero_division=0)
    assert measures["macro_f1"] == pytest.approx(expected)


def test_interval_of_a_rare_label_holds_the_figure():
    gold = np.zeros((40, 2), dtype=np.int64)
    gold[:20, 0], gold[0, 1] = 1, 1

    measures = measure_sets(gold == 1, gold, ("common", "rare"))

    # Resamples that miss the one rare row say nothing of it; they are no failures.
    assert (measures["macro_f1"], measures["low"], measures["high"]) == (1.0, 1.0, 1.0)


def test_scores_by_hand():
    gold = np.array([1.0, 2.0, 3.0, 4.0], dtype=np.float32)

    measures = measure_scores(gold**2, gold)

    assert measures["spearman"] == pytest.approx(1.0)
    assert measures["mean_absolute_error"] == pytest.approx((0 + 2 + 6 + 12) / 4)
    # Levels 1, 4, 5, 5 against 1, 2, 3, 4.
    assert measures["accuracy"] == 0.25


def test_bootstrap_is_seeded_and_covers_the_middle():
    values = np.arange(100)

    low, high = bootstrap(lambda rows: float(values[rows].mean()), 100)

    assert (low, high) == bootstrap(lambda rows: float(values[rows].mean()), 100)
    assert 40 < low < 49.5 < high < 60


def test_scores_that_are_all_the_same_rank_nothing():
    measures = measure_scores(np.full(5, 3.0), np.arange(5.0))

    assert (measures["spearman"], measures["low"], measures["high"]) == (0.0, 0.0, 0.0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_classes_agree_with_scikit_learn(seed):
    random = np.random.default_rng(seed)
    gold, found = random.integers(0, 3, (2, 25))
    present = sorted(set(gold.tolist()))

    measures = measure_classes(found, gold, _NAMES)

    expected = f1_score(gold, found, labels=present, average="macro", zero_division=0)
    assert measures["macro_f1"] == pytest.approx(expected)


def test_kappa_agrees_with_its_definition():
    gold = np.array([1.0, 2.0, 3.0, 5.0, 5.0])
    found = np.array([1.2, 2.6, 2.9, 4.4, 4.6])

    measures = measure_scores(found, gold)

    # Levels 1, 3, 3, 4, 5: squared distances 0, 1, 0, 1, 0, against those of all pairs.
    levels = np.array([1, 3, 3, 4, 5])
    by_chance = ((levels[:, None] - gold[None]) ** 2).mean()
    assert measures["kappa"] == pytest.approx(1 - (2 / 5) / by_chance)


def test_one_level_throughout_is_no_agreement():
    assert measure_scores(np.full(4, 5.0), np.full(4, 5.0))["kappa"] == 0.0


def test_accuracy_of_sets_asks_for_every_label_that_is_known():
    gold = np.array([[1, 0], [1, -1], [0, 1]])
    found = np.array([[True, False], [True, True], [True, True]])

    assert measure_sets(found, gold, ("a", "b"))["accuracy"] == pytest.approx(2 / 3)
