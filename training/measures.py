"""Measures of one head on one data set."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from training.label_arrays import UNKNOWN
from training.scores import Floats

Ints = NDArray[np.int64]
_N_BOOTSTRAP = 300


def bootstrap(measure: Callable[[Ints], float], n: int, *, seed: int = 0) -> tuple[float, float]:
    """Return the 95% percentile interval of a measure of resampled row numbers."""
    random = np.random.default_rng(seed)
    values = [measure(random.integers(0, n, n)) for _ in range(_N_BOOTSTRAP)]
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def expected_calibration_error(confidence: Floats, correct: NDArray[np.bool_]) -> float:
    """Return the mean gap between confidence and accuracy over 15 bins of equal width."""
    bins = np.minimum((confidence * 15).astype(int), 14)
    gaps = [
        abs(confidence[bins == b].mean() - correct[bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return float(sum(gaps))


def _with_interval(name: str, measure: Callable[[Ints], float], n: int) -> dict[str, object]:
    """Return a measure of all n rows, under its name, with n and its interval."""
    low, high = bootstrap(measure, n)
    return {"n": n, name: measure(np.arange(n)), "low": low, "high": high}


def measure_classes(found: Ints, gold: Ints, names: tuple[str, ...]) -> dict[str, object]:
    """Return macro F1 over the classes that occur, its interval, accuracy, and each class's."""
    present = sorted(set(gold.tolist()))

    n_names = len(names)

    def macro(rows: Ints) -> float:
        pairs = np.bincount(gold[rows] * n_names + found[rows], minlength=n_names**2)
        table = pairs.reshape(n_names, n_names)  # gold by found
        claims_and_truth = (table.sum(0) + table.sum(1))[present]
        return float((2 * table.diagonal()[present] / np.maximum(claims_and_truth, 1)).mean())

    precision, recall, f1, n = precision_recall_fscore_support(
        gold, found, labels=present, zero_division=0
    )
    return {
        **_with_interval("macro_f1", macro, len(gold)),
        "accuracy": float(accuracy_score(gold, found)),
        "labels": {
            names[label]: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "n": int(n[i]),
            }
            for i, label in enumerate(present)
        },
    }


def measure_sets(found: NDArray[np.bool_], gold: Ints, names: tuple[str, ...]) -> dict[str, object]:
    """Return macro F1 over labels with a positive, each on the rows where it is known."""
    labels: dict[str, dict[str, float]] = {}
    columns = []
    for column, name in enumerate(names):
        known = gold[:, column] != UNKNOWN
        if not (gold[known, column] == 1).any():
            continue
        columns.append(column)
        precision, recall, f1, _ = precision_recall_fscore_support(
            gold[known, column], found[known, column], average="binary", zero_division=0
        )
        labels[name] = {
            "precision": float(precision),
            "recall": float(recall),
            "f1": float(f1),
            "n": int((gold[known, column] == 1).sum()),
        }

    def macro(rows: Ints) -> float:
        hits = (found[rows] & (gold[rows] == 1)).sum(0)
        claims = (found[rows] & (gold[rows] != UNKNOWN)).sum(0)
        truth = (gold[rows] == 1).sum(0)
        # A resample that misses a rare label altogether says nothing about that label.
        held = [column for column in columns if truth[column]]
        return float((2 * hits / np.maximum(claims + truth, 1))[held].mean()) if held else 0.0

    return {
        **_with_interval("macro_f1", macro, len(gold)),
        "labels": labels,
    }


def measure_scores(found: Floats, gold: Floats) -> dict[str, object]:
    """Return rank correlation with its interval, and the mean absolute error."""

    def rank(rows: Ints) -> float:
        if np.ptp(found[rows]) == 0 or np.ptp(gold[rows]) == 0:
            return 0.0  # nothing to rank
        return float(spearmanr(found[rows], gold[rows]).statistic)

    return {
        **_with_interval("spearman", rank, len(gold)),
        "mean_absolute_error": float(np.abs(found - gold).mean()),
    }
