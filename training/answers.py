"""What one system says of texts, in the one shape in which all of them are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.model.classifier import Classifier
from training.example import Example
from training.measures import Ints
from training.scores import DocumentScores, Floats, document_scores

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Labels of n texts; None where a system says nothing of a head."""

    sentiment: Ints  # (n,)
    satisfaction: Floats | None = None  # (n,) 1-5
    emotion: Bools | None = None  # (n, 28)
    topic: Bools | None = None  # (n, 21)
    polarity: Ints | None = None  # (n, 21), given the topic
    scores: DocumentScores | None = None  # of systems whose probabilities are judged too
    sure: Bools | None = None  # (n,) texts that are not marked `unsure`


System = Callable[[Sequence[Example]], Answers]


def ask_model(classifier: Classifier) -> System:
    """Return a released model as a system; its thresholds and temperatures are its own."""
    config = classifier.config

    def ask(examples: Sequence[Example]) -> Answers:
        scores = document_scores(classifier, examples)
        found = scores.probabilities
        return Answers(
            sentiment=found.sentiment.argmax(1),
            satisfaction=found.satisfaction,
            emotion=found.emotion >= np.asarray(config.emotion_thresholds),
            topic=found.topic >= np.asarray(config.topic_thresholds),
            polarity=found.polarity.argmax(2),
            scores=scores,
            sure=found.sentiment.max(1) >= config.abstain_below,
        )

    return ask
