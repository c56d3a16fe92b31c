"""Logits and labels of examples through a model folder's own runtime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.model.classifier import Classifier
from cxnlp.model.decode import Probabilities, calibrate, merge_topics, softmax
from training.example import Example
from training.label_arrays import UNKNOWN, Labels, unknown_labels

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentScores:
    """What a released runtime says of whole texts."""

    probabilities: Probabilities
    levels: Floats  # (texts, 5): probability of each level of satisfaction


def labels_of(examples: Sequence[Example]) -> Labels:
    """Return the labels of the examples' first spans."""
    labels = unknown_labels(len(examples))
    for row, example in enumerate(examples):
        labels.put((row,), example.spans[0])
    return labels


def fully_labelled(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return multi-label rows with those made UNKNOWN that only ever say yes.

    A source that names one topic a row denies none: its rows would pull thresholds and temperature
    towards claiming everything.
    """
    return np.where((labels == 0).any(axis=1, keepdims=True), labels, UNKNOWN)


def document_logits(classifier: Classifier, examples: Sequence[Example]) -> dict[str, Floats]:
    """Return each head's logits of the whole texts, as the released runtime computes them."""
    parts = [
        {name: values[starts] for name, values in logits.items()}
        for logits, starts, _ in _chunks(classifier, examples)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def document_probabilities(classifier: Classifier, examples: Sequence[Example]) -> Probabilities:
    """Return what the released runtime says of whole texts, topics of their sentences included."""
    return document_scores(classifier, examples).probabilities


def document_scores(classifier: Classifier, examples: Sequence[Example]) -> DocumentScores:
    """Return `document_probabilities` with what the expected satisfaction was made of."""
    thresholds = np.asarray(classifier.config.topic_thresholds, dtype=np.float32)
    temperature = classifier.config.temperatures["satisfaction"]
    parts, levels = [], []
    for logits, starts, counts in _chunks(classifier, examples):
        rows = calibrate(logits, classifier.config)
        levels.append(softmax(logits["satisfaction"][starts] / temperature))
        merged = [
            merge_topics(rows, first, n, thresholds)
            for first, n in zip(starts, counts, strict=True)
        ]
        parts.append(
            Probabilities(
                sentiment=rows.sentiment[starts],
                satisfaction=rows.satisfaction[starts],
                emotion=rows.emotion[starts],
                topic=np.stack([scores for scores, _ in merged]),
                polarity=np.stack([polarity for _, polarity in merged]),
            )
        )
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Probabilities.__slots__
    }
    return DocumentScores(probabilities=Probabilities(**joined), levels=np.concatenate(levels))


def _chunks(
    classifier: Classifier, examples: Sequence[Example]
) -> Iterator[tuple[dict[str, Floats], list[int], list[int]]]:
    """Yield span logits, the rows of the documents, and how many sentences follow each."""
    for first in range(0, len(examples), 2048):
        chunk = examples[first : first + 2048]
        prepared = classifier.prepare(
            [example.text for example in chunk],
            questions=[example.question for example in chunk],
            languages=["en"] * len(chunk),
        )
        plans = [plan for plan in prepared.plans if plan is not None]
        if len(plans) != len(chunk):
            raise ValueError("an example holds no token; drop it where it is read")
        counts = [len(plan.sentences) for plan in plans]
        starts = np.cumsum([0, *(1 + n for n in counts)])[:-1].tolist()
        yield classifier.span_logits(plans), starts, counts
