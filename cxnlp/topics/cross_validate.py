"""How well own topics are told on examples they were not fitted on, and from what score on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.topics.discriminant import Discriminant, fit_discriminant
from cxnlp.topics.vectors import TextVectors

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

N_FOLDS = 5
_TEMPERATURES = tuple(float(2**power) for power in np.arange(0, 7.5, 0.5))
_THRESHOLDS = np.round(np.arange(0.06, 0.96, 0.02), 2)
# Most of what customers write is about none of a company's own topics, so a topic that is found
# in every twentieth unrelated text would be mostly wrong.
_MAX_UNRELATED = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Texts with their vectors and topics, ready to be fitted on."""

    vectors: TextVectors
    labels: Bools  # (texts, topics); no topic in texts that stand for none
    groups: Ints  # (texts,) near-duplicates share one
    described: Floats  # (topics, width) the vector of each topic's name and description


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidated:
    """What was found in texts that were held back, and what it was found with."""

    temperature: float
    threshold: float  # of all examples, for use
    hits: Bools  # (texts, topics) by a threshold that the text had no part in
    nearest: Ints  # (texts,) the most probable topic, or the number of topics for none


def fit_on(examples: Examples, texts: Ints) -> Discriminant:
    """Return the discriminant of each topic and of none, fitted on some of the texts."""
    n_topics = examples.labels.shape[1]
    vectors = np.concatenate([examples.vectors.texts[texts], examples.described])
    labels = np.concatenate([examples.labels[texts], np.eye(n_topics, dtype=bool)])
    members = [np.flatnonzero(labels[:, topic]) for topic in range(n_topics)]
    members.append(np.flatnonzero(~labels.any(axis=1)))
    return fit_discriminant(vectors, members)


def cross_validate(
    examples: Examples, *, seed: int = 0, progress: Callable[[float], None] = lambda share: None
) -> CrossValidated:
    """Return what held-back texts were found to be about.

    Folds are stratified by topic and hold near-duplicates together. A fold's threshold is chosen on
    the other folds, as its discriminants are fitted on them.
    """
    folds = _folds(examples, seed=seed)
    n_topics = examples.labels.shape[1]
    logits = np.zeros((len(examples.vectors.rows), n_topics + 1), dtype=np.float32)
    text_of = np.zeros(len(logits), dtype=np.int64)
    text_of[examples.vectors.firsts[1:]] = 1
    text_of = np.cumsum(text_of)
    n_folds = int(folds.max()) + 1
    for fold in range(n_folds):
        found = fit_on(examples, np.flatnonzero(folds != fold))
        rows = np.flatnonzero(folds[text_of] == fold)
        logits[rows] = found.logits(examples.vectors.rows[rows])
        progress((fold + 1) / n_folds)
    temperature = _temperature(logits[examples.vectors.firsts], examples.labels)
    scores = examples.vectors.highest(softmax(logits, temperature)[:, :n_topics])
    hits = np.zeros_like(examples.labels)
    for fold in range(n_folds):
        own = folds == fold
        hits[own] = scores[own] >= _threshold(scores[~own], examples.labels[~own])
    return CrossValidated(
        temperature=temperature,
        threshold=_threshold(scores, examples.labels),
        hits=hits,
        nearest=logits[examples.vectors.firsts].argmax(axis=1),
    )


def softmax(logits: Floats, temperature: float) -> Floats:
    """Return probabilities along the last axis."""
    warm = logits / np.float32(temperature)
    shifted = np.exp(warm - warm.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def _folds(examples: Examples, *, seed: int) -> Ints:
    from sklearn.model_selection import StratifiedGroupKFold

    labels = examples.labels
    strata = np.where(labels.any(axis=1), labels.argmax(axis=1), labels.shape[1])
    sizes = [len(np.unique(examples.groups[labels[:, topic]])) for topic in range(labels.shape[1])]
    n_folds = max(2, min(N_FOLDS, min(sizes)))
    folds = np.zeros(len(labels), dtype=np.int64)
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    for number, (_, own) in enumerate(splitter.split(labels, strata, examples.groups)):
        folds[own] = number
    return folds


def _temperature(logits: Floats, labels: Bools) -> float:
    """Return the temperature at which what the texts are about is most probable."""
    wanted = np.column_stack([labels, ~labels.any(axis=1)])
    losses = [
        float(-np.log(np.maximum((softmax(logits, t) * wanted).sum(axis=1), 1e-9)).mean())
        for t in _TEMPERATURES
    ]
    return _TEMPERATURES[int(np.argmin(losses))]


def _threshold(scores: Floats, labels: Bools) -> float:
    """Return the threshold of the best macro F1 with few finds in unrelated texts.

    One for all topics: with a handful of examples, one for each was worse on held-back texts.
    """
    none = ~labels.any(axis=1)
    best, chosen = -1.0, float(_THRESHOLDS[-1])
    for threshold in _THRESHOLDS:
        found = scores >= threshold
        if none.any() and found[none].any(axis=1).mean() > _MAX_UNRELATED:
            continue
        right = (found & labels).sum(axis=0)
        f1 = float((2 * right / np.maximum(found.sum(axis=0) + labels.sum(axis=0), 1)).mean())
        if f1 > best:
            best, chosen = f1, float(threshold)
    return chosen
