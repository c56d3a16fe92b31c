from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from training.evaluation.paired import (
    class_counts,
    compare_f1,
    compare_means,
    compare_ranks,
    set_counts,
)
from training.label_arrays import UNKNOWN

NAMES = ("negative", "neutral", "positive")


def _labels(n: int, error: float, gold: np.ndarray, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.where(random.random(n) < error, random.integers(0, 3, n), gold)


def _compare(a: np.ndarray, b: np.ndarray, gold: np.ndarray, seed: int = 0):
    counts = [class_counts(found, gold, 3) for found in (a, b)]
    (hits_a, claims_a, truth), (hits_b, claims_b, _) = counts
    return compare_f1((hits_a, hits_b), (claims_a, claims_b), truth, NAMES, seed=seed)


def test_f1_is_that_of_scikit_learn() -> None:
    gold = np.random.default_rng(0).integers(0, 3, 200)
    a, b = _labels(200, 0.4, gold, 1), _labels(200, 0.1, gold, 2)
    macro, labels = _compare(a, b, gold)
    assert macro.a == pytest.approx(f1_score(gold, a, average="macro"))
    assert macro.b == pytest.approx(f1_score(gold, b, average="macro"))
    each = f1_score(gold, b, average=None)
    assert [labels[name].b for name in NAMES] == pytest.approx(list(each))
    assert macro.difference == pytest.approx(macro.b - macro.a)
    assert 0 < macro.low < macro.difference < macro.high
    assert macro.p_value < 0.001


def test_a_model_beside_itself_does_not_differ() -> None:
    gold = np.random.default_rng(0).integers(0, 3, 50)
    a = _labels(50, 0.3, gold, 1)
    macro, labels = _compare(a, a, gold)
    for found in (macro, *labels.values()):
        assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)


def test_equal_models_are_told_apart_one_time_in_twenty() -> None:
    random = np.random.default_rng(5)
    n_told = 0
    for trial in range(200):
        gold = random.integers(0, 3, 120)
        a, b = _labels(120, 0.3, gold, 2 * trial), _labels(120, 0.3, gold, 2 * trial + 1)
        n_told += _compare(a, b, gold)[0].p_value < 0.05
    assert n_told <= 20  # of 200; 10 expected


def test_a_label_that_is_rare_is_left_out_of_resamples_without_it() -> None:
    gold = np.array([0] * 40 + [1] * 40 + [2])
    macro, labels = _compare(gold, np.zeros(81, dtype=np.int64), gold)
    assert labels["positive"].difference == -1
    assert np.isfinite([macro.low, macro.high, labels["positive"].low]).all()


def test_labels_that_are_not_known_count_nowhere() -> None:
    gold = np.array([[1, UNKNOWN], [0, 1], [1, 0]])
    found = np.array([[True, True], [True, True], [False, True]])
    hits, claims, truth = set_counts(found, gold)
    assert hits.tolist() == [[1, 0], [0, 1], [0, 0]]
    assert claims.tolist() == [[1, 0], [1, 1], [0, 1]]
    assert truth.tolist() == [[1, 0], [0, 1], [1, 0]]
    hits, claims, truth = class_counts(
        np.array([[2, 0], [1, 1]]), np.array([[2, UNKNOWN], [2, 1]]), 3
    )
    assert claims.tolist() == [[0, 0, 1], [0, 2, 0]]
    assert hits.tolist() == [[0, 0, 1], [0, 1, 0]]
    assert truth.tolist() == [[0, 0, 1], [0, 1, 1]]


def test_means_and_ranks() -> None:
    random = np.random.default_rng(1)
    gold = random.uniform(1, 5, 150)
    a, b = gold + random.normal(0, 1.5, 150), gold + random.normal(0, 0.5, 150)
    error = compare_means("mean_absolute_error", np.abs(a - gold), np.abs(b - gold))
    assert error.difference == pytest.approx(np.abs(b - gold).mean() - np.abs(a - gold).mean())
    assert error.high < 0
    rank = compare_ranks(a, b, gold)
    assert rank.low > 0
    flat = compare_ranks(np.ones(150), b, gold)
    assert flat.a == 0
