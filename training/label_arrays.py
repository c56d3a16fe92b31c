"""Partly known labels of spans as arrays, the one form that training and measuring share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.labels import EMOTIONS, TOPICS
from training.example import SpanLabel

UNKNOWN = -1

_EMOTION_INDEX = {name: index for index, name in enumerate(EMOTIONS)}
_TOPIC_INDEX = {name: index for index, name in enumerate(TOPICS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Labels of spans, in arrays of any leading shape; UNKNOWN (NaN for satisfaction) if open."""

    sentiment: NDArray[np.int64]  # (...)
    satisfaction: NDArray[np.float32]  # (...)
    emotion: NDArray[np.int64]  # (..., 28)
    topic: NDArray[np.int64]  # (..., 21)
    polarity: NDArray[np.int64]  # (..., 21)

    def put(self, place: tuple[int, ...], label: SpanLabel) -> None:
        """Write what is known of one span at its place."""
        if label.sentiment is not None:
            self.sentiment[place] = label.sentiment
        if label.satisfaction is not None:
            self.satisfaction[place] = label.satisfaction
        if label.emotions is not None:
            scheme = _EMOTION_INDEX if label.emotion_scheme is None else label.emotion_scheme
            self.emotion[place][[_EMOTION_INDEX[name] for name in sorted(scheme)]] = 0
            self.emotion[place][[_EMOTION_INDEX[name] for name in label.emotions]] = 1
        for name, present in label.topics.items():
            self.topic[place][_TOPIC_INDEX[name]] = int(present)
        for name, sentiment in label.polarities.items():
            self.polarity[place][_TOPIC_INDEX[name]] = sentiment


def unknown_labels(*shape: int) -> Labels:
    """Return labels of which nothing is known yet."""
    return Labels(
        sentiment=np.full(shape, UNKNOWN, dtype=np.int64),
        satisfaction=np.full(shape, np.nan, dtype=np.float32),
        emotion=np.full((*shape, len(EMOTIONS)), UNKNOWN, dtype=np.int64),
        topic=np.full((*shape, len(TOPICS)), UNKNOWN, dtype=np.int64),
        polarity=np.full((*shape, len(TOPICS)), UNKNOWN, dtype=np.int64),
    )
