"""What the model says about one text, with the names that CLI, Parquet and HTTP share."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
        return asdict(self)


def unscored(model: str, language: str | None) -> Prediction:
    """Return the prediction of a text that is missing or in a language the model cannot read."""
    return Prediction(
        model=model, sentiment=None, sentiment_score=None, sentiment_probs=None, mixed=None,
        satisfaction=None, emotions=None, topics=None, spans=None, language=language,
        truncated=None, unsure=None,
    )  # fmt: skip
