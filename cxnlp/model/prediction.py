"""What the model says about one text, with the names that CLI, Parquet and HTTP share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScore:
    """A label above its threshold, with its probability."""

    label: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """A topic above its threshold, with its probability and the sentiment towards it."""

    label: str
    score: float
    sentiment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanPrediction:
    """A sentence (or a half of one at a contrast), scored in the context of its text."""

    turn: int | None
    start: int  # code points into the text or turn
    end: int
    sentiment: str
    sentiment_score: float
    emotions: tuple[LabelScore, ...]
    topics: tuple[TopicScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Every answer about one text; `sentiment` is None where it was not scored."""

    model: str
    sentiment: str | None
    sentiment_score: float | None  # P(positive) - P(negative), in [-1, 1]
    sentiment_probs: dict[str, float] | None
    mixed: bool | None
    satisfaction: float | None  # 1-5, the score the writer would give
    emotions: tuple[LabelScore, ...] | None
    topics: tuple[TopicScore, ...] | None
    spans: tuple[SpanPrediction, ...] | None
    language: str | None
    truncated: bool | None
    unsure: bool | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, dicts and numbers, as written to JSON and Arrow."""
        # By hand: dataclasses.asdict takes eight times as long, more than the tokeniser does.
        found: dict[str, Any] = {name: getattr(self, name) for name in _PREDICTION}
        found["sentiment_probs"] = self.sentiment_probs and dict(self.sentiment_probs)
        found["emotions"] = _plain(self.emotions, _LABEL)
        found["topics"] = _plain(self.topics, _TOPIC)
        found["spans"] = None if self.spans is None else [_plain_span(s) for s in self.spans]
        return found


_LABEL, _TOPIC, _SPAN, _PREDICTION = (
    tuple(field.name for field in fields(kind))
    for kind in (LabelScore, TopicScore, SpanPrediction, Prediction)
)


def _plain(scores: Sequence[object] | None, names: tuple[str, ...]) -> list[dict[str, Any]] | None:
    if scores is None:
        return None
    return [{name: getattr(score, name) for name in names} for score in scores]


def _plain_span(span: SpanPrediction) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(span, name) for name in _SPAN}
    found["emotions"] = _plain(span.emotions, _LABEL)
    found["topics"] = _plain(span.topics, _TOPIC)
    return found


def unscored(model: str, language: str | None) -> Prediction:
    """Return the prediction of a text that is missing or in a language the model cannot read."""
    return Prediction(
        model=model, sentiment=None, sentiment_score=None, sentiment_probs=None, mixed=None,
        satisfaction=None, emotions=None, topics=None, spans=None, language=language,
        truncated=None, unsure=None,
    )  # fmt: skip
