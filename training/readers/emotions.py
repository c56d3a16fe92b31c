"""Texts with GoEmotions labels, and the sentiment that follows where they all point one way."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cxnlp.labels import EMOTIONS, TOPICS
from training.example import Example, document
from training.readers.opinions import INDEX, rows

# The sentiment groups of the GoEmotions paper; the ambiguous ones (realization, surprise,
# confusion, curiosity) say nothing about sentiment.
_POSITIVE = {"admiration", "amusement", "approval", "caring", "desire", "excitement", "gratitude",
             "joy", "love", "optimism", "pride", "relief"}  # fmt: skip
_NEGATIVE = {"anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment",
             "fear", "grief", "nervousness", "remorse", "sadness"}  # fmt: skip


# Talk among strangers is nobody's feedback. A third of it is enough to show what no topic is like.
_NO_TOPIC = dict.fromkeys(TOPICS, False)


def _is_sample(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 3 == 0


def _sentiment(emotions: frozenset[str]) -> int | None:
    if emotions <= _POSITIVE:
        return INDEX["positive"]
    if emotions <= _NEGATIVE:
        return INDEX["negative"]
    return INDEX["neutral"] if emotions == {"neutral"} else None


def _read_goemotions(path: Path) -> list[Example]:
    examples = []
    for row in rows(path).to_dict("records"):
        emotions = frozenset(row["emotions"])
        if not emotions <= set(EMOTIONS):
            raise ValueError(f"{path}: unknown emotion labels {sorted(emotions - set(EMOTIONS))}")
        examples.append(
            document(
                row["text"],
                path.name,
                row["split"],
                emotions=emotions,
                sentiment=_sentiment(emotions),
                weight=0.5,
                topics=_NO_TOPIC if _is_sample(row["text"]) else {},
            )
        )
    return examples


READERS = {"goemotions": _read_goemotions}
