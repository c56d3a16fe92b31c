"""Find temperatures and thresholds on validation data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from cxnlp.labels import EMOTIONS, TOPICS
from cxnlp.model.decode import sigmoid, softmax
from training.export import Calibration
from training.label_arrays import UNKNOWN, Labels
from training.scores import Floats, fully_labelled

_MIN_POSITIVES = 5  # fewer say nothing about a threshold
_COVERAGE = 0.9  # of validation texts that are not `unsure`
_BOUNDS = (0.05, 0.95)
_TIE = 0.005  # of F1
_UNKNOWN_THRESHOLD = 0.5  # where the validation texts say nothing of a head


def find_temperature(nll: Callable[[float], float]) -> float:
    """Return the divisor of the logits with the least negative log-likelihood."""
    found = minimize_scalar(lambda t: nll(float(np.exp(t))), bounds=(-1.5, 1.5), method="bounded")
    return float(np.exp(found.x))


def _class_nll(logits: Floats, labels: NDArray[np.int64]) -> Callable[[float], float]:
    rows = np.arange(len(labels))

    def nll(temperature: float) -> float:
        return float(-np.log(softmax(logits / temperature)[rows, labels] + 1e-9).mean())

    return nll


def _binary_nll(logits: Floats, labels: NDArray[np.int64]) -> Callable[[float], float]:
    def nll(temperature: float) -> float:
        p = np.clip(sigmoid(logits / temperature), 1e-7, 1 - 1e-7)
        return float(-np.where(labels == 1, np.log(p), np.log(1 - p)).mean())

    return nll


def find_threshold(scores: Floats, labels: NDArray[np.int64]) -> float | None:
    """Return a threshold with the best F1, or None where there are too few positives.

    Of all thresholds whose F1 is within `_TIE` of the best, the one nearest to a half: what tells
    them apart is chance, and far from a half a label answers nearly always, or never, on texts
    unlike these.
    """
    n_positive = (labels == 1).sum()
    if n_positive < _MIN_POSITIVES:
        return None
    order = np.argsort(-scores)
    ranked = scores[order].astype(np.float64)
    f1 = 2 * np.cumsum(labels[order] == 1) / (np.arange(1, len(order) + 1) + n_positive)
    below = np.append(ranked[1:], 0.0)
    # Each candidate lies between two neighbouring scores: at a half, where that is between them.
    candidates = np.where((below < 0.5) & (ranked >= 0.5), 0.5, (ranked + below) / 2)
    # Equal scores stand or fall together: a threshold cannot be put between them.
    f1[:-1][ranked[:-1] == ranked[1:]] = -1.0
    good = np.flatnonzero(f1 >= f1.max() - _TIE)
    best = candidates[good[np.abs(candidates[good] - 0.5).argmin()]]
    return float(np.clip(best, *_BOUNDS))


def _thresholds(
    probabilities: Floats, labels: NDArray[np.int64], names: tuple[str, ...]
) -> dict[str, float]:
    """Return a threshold a label; labels too rare to have one take the median of the others.

    Where all are, as in a recipe without this head, it is a half.
    """
    found: dict[str, float | None] = {}
    for column, name in enumerate(names):
        known = labels[:, column] != UNKNOWN
        found[name] = find_threshold(probabilities[known, column], labels[known, column])
    enough = [t for t in found.values() if t is not None]
    median = float(np.median(enough)) if enough else _UNKNOWN_THRESHOLD
    return {name: median if t is None else t for name, t in found.items()}


def _temperature(
    nll_of: Callable[[Floats, NDArray[np.int64]], Callable[[float], float]],
    logits: Floats,
    labels: NDArray[np.int64],
) -> float:
    """Return a head's temperature, 1 where the validation texts say nothing of the head."""
    return find_temperature(nll_of(logits, labels)) if len(labels) else 1.0


def calibrate_heads(logits: dict[str, Floats], labels: Labels) -> Calibration:
    """Return the calibration of a network from its validation logits."""
    known = labels.sentiment != UNKNOWN
    level = labels.satisfaction.round()
    graded = ~np.isnan(level)
    polar = labels.polarity != UNKNOWN
    emotional = labels.emotion[:, 0] != UNKNOWN
    topics = fully_labelled(labels.topic)
    topical = topics != UNKNOWN
    graded_levels = level[graded].astype(np.int64) - 1
    temperatures = {
        "sentiment": _temperature(_class_nll, logits["sentiment"][known], labels.sentiment[known]),
        "satisfaction": _temperature(_class_nll, logits["satisfaction"][graded], graded_levels),
        "emotion": _temperature(
            _binary_nll, logits["emotion"][emotional], labels.emotion[emotional]
        ),
        "topic": _temperature(_binary_nll, logits["topic"][topical], topics[topical]),
        "polarity": _temperature(_class_nll, logits["polarity"][polar], labels.polarity[polar]),
    }
    sentiment = softmax(logits["sentiment"][known] / temperatures["sentiment"])
    confidence = sentiment.max(axis=1)
    abstain_below = float(np.quantile(confidence, 1 - _COVERAGE)) if len(confidence) else 0.0
    emotion = sigmoid(logits["emotion"] / temperatures["emotion"])
    topic = sigmoid(logits["topic"] / temperatures["topic"])
    return Calibration(
        temperatures=temperatures,
        emotion_thresholds=_thresholds(emotion, labels.emotion, EMOTIONS),
        topic_thresholds=_thresholds(topic, topics, TOPICS),
        abstain_below=abstain_below,
        mixed_above=0.5,
    )
