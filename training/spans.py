"""Measure how well sentences are read beside one of the opposite sentiment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from cxnlp.model.classifier import Classifier
from training.example import Example
from training.scores import document_probabilities


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
