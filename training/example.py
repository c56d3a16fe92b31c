"""The record that every reader yields: a text, its question, and partly known labels on spans."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

OWN_LABELS = "own_labels"  # the source of texts that the user labelled

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanLabel:
    """What is known about one span; None or an absent key is unknown, never negative."""

    start: int
    end: int
    sentiment: int | None = None  # index into cxnlp.labels.SENTIMENTS
    soft_sentiment: tuple[float, ...] | None = None  # a teacher's probabilities, as SENTIMENTS
    satisfaction: float | None = None  # 1-5
    emotions: frozenset[str] | None = None
    emotion_scheme: frozenset[str] | None = None  # those that could be named; None: all
    topics: dict[str, bool] = field(default_factory=dict)  # topic -> present?
    polarities: dict[str, int] = field(default_factory=dict)  # present topic -> sentiment index
    weight: float = 1.0  # of the sentiment label

    @property
    def says_something(self) -> bool:
        """Whether any label of the span is known."""
        known = (self.sentiment, self.soft_sentiment, self.satisfaction, self.emotions)
        return any(label is not None for label in known) or bool(self.topics or self.polarities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One training or evaluation text."""

    text: str
    source: str
    split: str  # train, val or test
    spans: tuple[SpanLabel, ...]
    question: str | None = None
    origin: str = ""  # the source that the text was taken from, where `source` only labels it


def document(
    text: str,
    source: str,
    split: str,
    *,
    question: str | None = None,
    origin: str = "",
    **labels: object,
) -> Example:
    """Return an example whose only span is the whole text."""
    span = SpanLabel(start=0, end=len(text), **labels)  # type: ignore[arg-type]
    return Example(
        text=text, source=source, split=split, spans=(span,), question=question, origin=origin
    )


def normalise(text: str) -> str:
    """Return the form under which two texts count as the same: words only, folded case.

    >>> normalise("  -_- Nothing!! ")
    'nothing'
    """
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
