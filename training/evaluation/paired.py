"""How far two models differ on the same texts, with paired bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from cxnlp.metrics.bootstrap import percentile_interval, resample_sums
from training.label_arrays import UNKNOWN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

N_RESAMPLES = 1000
_N_RANKED = 300  # resamples of a rank correlation, which is no ratio of sums


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedMeasure:
    """One measure of two models on the same texts: `difference` is b minus a.

    The interval holds for the difference: texts are drawn anew with what both models said of them
    (Efron & Tibshirani, 1993). `p_value` is of no difference, by the normal approximation with the
    resamples' spread; 1 where no text tells them apart.
    """

    measure: str
    n: int  # texts
    a: float
    b: float
    difference: float
    low: float
    high: float
    p_value: float


def compare_f1(
    hits: tuple[Floats, Floats],
    claims: tuple[Floats, Floats],
    truth: Floats,
    names: Sequence[str],
    *,
    seed: int = 0,
) -> tuple[PairedMeasure, dict[str, PairedMeasure]]:
    """Return the comparison of macro F1 and of each label's F1.

    F1 is 2 x hits / (claims + truth), all three sums over texts, so that a resample is a matrix
    product. Macro F1 is the mean over labels that occur; of a resample, over those it holds.

    :param hits: of a and b, [n, k]: how often (or whether) a label was rightly claimed in a text.
    :param claims: of a and b, [n, k]: how often it was claimed.
    :param truth: [n, k]: how often it is true.
    """
    k = len(names)
    columns = np.concatenate([*hits, *claims, truth], axis=1)
    present = truth.sum(axis=0) > 0
    whole = _f1(columns.sum(axis=0, keepdims=True), k)
    resampled = _f1(resample_sums(columns, n_resamples=N_RESAMPLES, seed=seed), k)
    n = len(columns)
    labels = {
        name: _paired("f1", n, whole[:, 0, j], resampled[:, :, j])
        for j, name in enumerate(names)
        if present[j]
    }
    macro = np.nanmean(whole[:, 0, present], axis=-1)
    with np.errstate(invalid="ignore"):
        macros = np.nanmean(resampled[:, :, present], axis=-1)
    return _paired("macro_f1", n, macro, macros), labels


def _f1(sums: Floats, k: int) -> Floats:
    """Return [2, resamples, k]: the F1 of both models, NaN where a label does not occur."""
    hits_a, hits_b, claims_a, claims_b, truth = (sums[:, i * k : (i + 1) * k] for i in range(5))
    found = []
    for hits, claims in ((hits_a, claims_a), (hits_b, claims_b)):
        f1 = 2 * hits / np.maximum(claims + truth, 1)
        found.append(np.where(truth > 0, f1, np.nan))
    return np.stack(found)


def class_counts(found: Ints, gold: Ints, n_classes: int) -> tuple[Floats, Floats, Floats]:
    """Return hits, claims and truth, [n, classes], of one class a place.

    :param found: [n] or [n, places]; where `gold` is UNKNOWN nothing counts.
    """
    found, gold = found.reshape(len(found), -1), gold.reshape(len(gold), -1)
    known = (gold != UNKNOWN)[..., None]
    classes = np.arange(n_classes)
    says = (found[..., None] == classes) & known
    true = (gold[..., None] == classes) & known
    return tuple(x.sum(axis=1).astype(np.float64) for x in (says & true, says, true))


def set_counts(found: Bools, gold: Ints) -> tuple[Floats, Floats, Floats]:
    """Return hits, claims and truth, [n, labels], of labels that are there or not."""
    known, true = gold != UNKNOWN, gold == 1
    return tuple(x.astype(np.float64) for x in (found & true, found & known, true))


def compare_means(name: str, a: Floats, b: Floats, *, seed: int = 0) -> PairedMeasure:
    """Return the comparison of two means over the same texts, such as of accuracy or error."""
    values = np.stack([a, b], axis=1).astype(np.float64)
    centre = values.mean(axis=0)
    sums = resample_sums(values - centre, n_resamples=N_RESAMPLES, seed=seed)
    resampled = (sums / len(values) + centre).T
    return _paired(name, len(values), centre, resampled)


def compare_ranks(a: Floats, b: Floats, gold: Floats, *, seed: int = 0) -> PairedMeasure:
    """Return the comparison of Spearman's rank correlation with the same scores."""
    random = np.random.default_rng(seed)
    n = len(gold)
    draws = [random.integers(0, n, n) for _ in range(_N_RANKED)]
    whole = np.array([_spearman(x, gold) for x in (a, b)])
    resampled = np.array([[_spearman(x[rows], gold[rows]) for rows in draws] for x in (a, b)])
    return _paired("spearman", n, whole, resampled)


def _spearman(found: Floats, gold: Floats) -> float:
    if np.ptp(found) == 0 or np.ptp(gold) == 0:
        return 0.0  # nothing to rank
    return float(np.corrcoef(rankdata(found), rankdata(gold))[0, 1])


def _paired(measure: str, n: int, whole: Floats, resampled: Floats) -> PairedMeasure:
    """Return the comparison of two values, [2], by their resamples, [2, resamples]."""
    differences = (resampled[1] - resampled[0])[:, None]
    difference = float(whole[1] - whole[0])
    if np.isnan(differences).all():
        low = high = difference
        spread = 0.0
    else:
        lows, highs = percentile_interval(differences)
        low, high = float(lows[0]), float(highs[0])
        spread = float(np.nanstd(differences, ddof=1))
    p = float(2 * norm.sf(abs(difference) / spread)) if spread > 0 else float(difference == 0)
    return PairedMeasure(
        measure=measure,
        n=n,
        a=float(whole[0]),
        b=float(whole[1]),
        difference=difference,
        low=low,
        high=high,
        p_value=p,
    )
