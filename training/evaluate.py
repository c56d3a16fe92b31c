"""Measure a model folder, beside its baselines, head by head and data set by data set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from cxnlp.model.classifier import Classifier
from training.baselines import TfidfBaseline, vader_sentiment
from training.example import Example
from training.label_arrays import UNKNOWN
from training.measures import (
    expected_calibration_error,
    measure_classes,
    measure_scores,
    measure_sets,
)  # fmt: skip
from training.scores import document_probabilities, labels_of

Report = dict[str, dict[str, dict[str, Any]]]  # head -> data set -> system -> measures


def by_source(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Group examples by their data set."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.source].append(example)
    return dict(sorted(groups.items()))


def _ours(classifier: Classifier, examples: Sequence[Example]) -> dict[str, Any]:
    found = document_probabilities(classifier, examples)
    return {
        "probabilities": found,
        "sentiment": found.sentiment.argmax(1),
        "satisfaction": found.satisfaction,
        "emotion": found.emotion >= np.asarray(classifier.config.emotion_thresholds),
        "topic": found.topic >= np.asarray(classifier.config.topic_thresholds),
        "polarity": found.polarity.argmax(2),
    }


def evaluate(
    classifier: Classifier, baseline: TfidfBaseline | None, examples: Sequence[Example]
) -> Report:
    """Return every measure of ours, TF-IDF and (for sentiment) VADER on each data set."""
    report: Report = defaultdict(dict)
    for source, group in by_source(examples).items():
        labels = labels_of(group)
        systems = {"cxnlp": _ours(classifier, group)}
        if baseline is not None:
            systems["tfidf"] = baseline.predict(group)
        known = labels.sentiment != UNKNOWN
        if known.sum() >= 20:
            gold = labels.sentiment[known]
            entry = {
                name: measure_classes(s["sentiment"][known], gold, SENTIMENTS)
                for name, s in systems.items()
            }
            vader = vader_sentiment([e for e, k in zip(group, known, strict=True) if k])
            entry["vader"] = measure_classes(vader, gold, SENTIMENTS)
            probabilities = systems["cxnlp"]["probabilities"].sentiment[known]
            confidence, right = probabilities.max(1), probabilities.argmax(1) == gold
            sure = confidence >= classifier.config.abstain_below
            entry["cxnlp"]["ece"] = expected_calibration_error(confidence, right)
            entry["cxnlp"]["coverage"] = float(sure.mean())
            if sure.any():
                entry["cxnlp"]["accuracy_when_sure"] = float(right[sure].mean())
            report["sentiment"][source] = entry
        graded = ~np.isnan(labels.satisfaction)
        if graded.sum() >= 20:
            report["satisfaction"][source] = {
                name: measure_scores(s["satisfaction"][graded], labels.satisfaction[graded])
                for name, s in systems.items()
            }
        for head, names, gold_sets in (
            ("emotion", EMOTIONS, labels.emotion),
            ("topic", TOPICS, labels.topic),
        ):
            rows = (gold_sets != UNKNOWN).any(axis=1)
            # One topic a row and nothing said of the others measures no precision; no topic in
            # any row, no recall.
            if rows.sum() >= 20 and (gold_sets == 0).any() and (gold_sets == 1).any():
                report[head][source] = {
                    name: measure_sets(s[head][rows], gold_sets[rows], names)
                    for name, s in systems.items()
                }
                judged = gold_sets != UNKNOWN
                report[head][source]["cxnlp"]["ece"] = expected_calibration_error(
                    getattr(systems["cxnlp"]["probabilities"], head)[judged],
                    gold_sets[judged] == 1,
                )
        polar = labels.polarity != UNKNOWN
        if polar.sum() >= 20:
            report["polarity"][source] = {
                name: measure_classes(s["polarity"][polar], labels.polarity[polar], SENTIMENTS)
                for name, s in systems.items()
            }
            probabilities = systems["cxnlp"]["probabilities"].polarity[polar]
            report["polarity"][source]["cxnlp"]["ece"] = expected_calibration_error(
                probabilities.max(1), probabilities.argmax(1) == labels.polarity[polar]
            )
    return dict(report)


def measure_spans(
    classifier: Classifier, examples: Sequence[Example], *, n: int = 1000
) -> dict[str, float]:
    """Return the accuracy of held-back sentences alone, and beside one of opposite sentiment."""
    pools: dict[int, list[Example]] = defaultdict(list)
    for example in examples:
        sentiment = example.spans[0].sentiment
        if sentiment in (0, 2) and example.question is None and 20 <= len(example.text) <= 150:
            pools[sentiment].append(example)
    random = np.random.default_rng(0)
    n = min(n, len(pools[0]), len(pools[2]))
    if n == 0:
        return {"n": 0}
    pairs = [
        tuple(pools[c][int(i)] for c, i in ((0, a), (2, b)))
        for a, b in zip(
            random.permutation(len(pools[0]))[:n],
            random.permutation(len(pools[2]))[:n],
            strict=True,
        )
    ]
    alone = document_probabilities(
        classifier, [e for pair in pairs for e in pair]
    ).sentiment.argmax(1)
    gold = np.array([e.spans[0].sentiment for pair in pairs for e in pair])
    texts, places = [], []
    for number, pair in enumerate(pairs):
        first, second = pair if number % 2 else pair[::-1]
        text = f"{first.text.strip()}\n{second.text.strip()}"
        texts.append(text)
        cut = len(first.text.strip())
        places.append([(0, cut), (cut + 1, len(text))][:: 1 if number % 2 else -1])
    logits = classifier.given_span_logits(texts, places)
    in_context = logits["sentiment"].argmax(1)
    return {
        "n": len(gold),
        "alone": float((alone == gold).mean()),
        "in_context": float((in_context == gold).mean()),
    }
