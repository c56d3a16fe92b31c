"""Measures of one head on one data set."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, cohen_kappa_score, precision_recall_fscore_support

from cxnlp.labels import SATISFACTION_LEVELS
from training.label_arrays import UNKNOWN
from training.scores import Floats

Ints = NDArray[np.int64]
_N_BOOTSTRAP = 300


def bootstrap(measure: Callable[[Ints], float], n: int, *, seed: int = 0) -> tuple[float, float]:
    """Return the 95% percentile interval of a measure of resampled row numbers."""
    random = np.random.default_rng(seed)
    values = [measure(random.integers(0, n, n)) for _ in range(_N_BOOTSTRAP)]
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def _with_interval(
    name: str, measure: Callable[[Ints], float], n: int, seed: int
) -> dict[str, object]:
    """Return a measure of all n rows, under its name, with n and its interval."""
    low, high = bootstrap(measure, n, seed=seed)
    return {"n": n, name: measure(np.arange(n)), "low": low, "high": high}


def _macro_f1(found: Ints, gold: Ints, present: list[int], n_names: int) -> float:
    pairs = np.bincount(gold * n_names + found, minlength=n_names**2)
    table = pairs.reshape(n_names, n_names)  # gold by found
    claims_and_truth = (table.sum(0) + table.sum(1))[present]
    return float((2 * table.diagonal()[present] / np.maximum(claims_and_truth, 1)).mean())


def figures_of_classes(found: Ints, gold: Ints, n_names: int) -> dict[str, float]:
    """Return macro F1 over the classes that occur, and accuracy, without an interval."""
    return {
        "macro_f1": _macro_f1(found, gold, sorted(set(gold.tolist())), n_names),
        "accuracy": float((found == gold).mean()),
    }


def measure_classes(
    found: Ints, gold: Ints, names: tuple[str, ...], *, seed: int = 0
) -> dict[str, object]:
    """Return macro F1 over the classes that occur, its interval, accuracy, and each class's."""
    present = sorted(set(gold.tolist()))

    def macro(rows: Ints) -> float:
        return _macro_f1(found[rows], gold[rows], present, len(names))

    precision, recall, f1, n = precision_recall_fscore_support(
        gold, found, labels=present, zero_division=0
    )
    return {
        **_with_interval("macro_f1", macro, len(gold), seed),
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


def measure_sets(
    found: NDArray[np.bool_], gold: Ints, names: tuple[str, ...], *, seed: int = 0
) -> dict[str, object]:
    """Return macro F1 over labels with a positive, each on the rows where it is known.

    A text is right where every label that is known of it is.
    """
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
        **_with_interval("macro_f1", macro, len(gold), seed),
        "accuracy": float(right_sets(found, gold).mean()),
        "labels": labels,
    }


def right_sets(found: NDArray[np.bool_], gold: Ints) -> NDArray[np.bool_]:
    """Return which rows have every label right that is known of them."""
    right: NDArray[np.bool_] = ((gold == UNKNOWN) | (found == (gold == 1))).all(axis=1)
    return right


def measure_scores(found: Floats, gold: Floats, *, seed: int = 0) -> dict[str, object]:
    """Return rank correlation with its interval, and the mean absolute error.

    Accuracy and kappa are of whole levels, kappa with quadratic weights (Cohen, 1968).
    """

    def rank(rows: Ints) -> float:
        if np.ptp(found[rows]) == 0 or np.ptp(gold[rows]) == 0:
            return 0.0  # nothing to rank
        return float(spearmanr(found[rows], gold[rows]).statistic)

    levels, gold_levels = whole_levels(found), whole_levels(gold)
    # Where both say one and the same level throughout there is nothing to agree about.
    one = len(set(levels.tolist()) | set(gold_levels.tolist())) == 1
    kappa = 0.0 if one else cohen_kappa_score(gold_levels, levels, weights="quadratic")
    return {
        **_with_interval("spearman", rank, len(gold), seed),
        "mean_absolute_error": float(np.abs(found - gold).mean()),
        "kappa": float(kappa),
        "accuracy": float((levels == gold_levels).mean()),
    }


def whole_levels(scores: Floats) -> Ints:
    """Return scores rounded to levels of satisfaction, halves to the even one."""
    lowest, highest = SATISFACTION_LEVELS[0], SATISFACTION_LEVELS[-1]
    levels: Ints = np.clip(np.round(scores), lowest, highest).astype(np.int64)
    return levels
