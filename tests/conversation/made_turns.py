"""Turns made by hand, with what a model might say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.model.prediction import (
    LabelScore,
    Prediction,
    SpanPrediction,
    TopicScore,
    unscored,
)


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Builds turns; every one has a single span over its whole text."""

    def prediction(
        self,
        text: str,
        score: float | None,
        *,
        emotions: dict[str, float] | None = None,
        topics: dict[str, str] | None = None,
    ) -> Prediction:
        if score is None:
            return unscored("made@1", "xx")
        sentiment = "negative" if score < -0.3 else "positive" if score > 0.3 else "neutral"
        felt = tuple(LabelScore(label=n, score=p) for n, p in (emotions or {}).items())
        about = tuple(
            TopicScore(label=n, score=1.0, sentiment=s) for n, s in (topics or {}).items()
        )
        span = SpanPrediction(
            turn=None, start=0, end=len(text), sentiment=sentiment, sentiment_score=score,
            emotions=felt, topics=about,
        )  # fmt: skip
        return Prediction(
            model="made@1", sentiment=sentiment, sentiment_score=score,
            sentiment_probs={
                "negative": max(-score, 0.0), "neutral": 1 - abs(score), "positive": max(score, 0.0)
            },
            mixed=False, satisfaction=3 + 2 * score, emotions=felt, topics=about, spans=(span,),
            language="en", truncated=False, unsure=False,
        )  # fmt: skip

    def turn(self, index: int, text: str, score: float | None, **said: Any) -> ScoredTurn:
        return ScoredTurn(index=index, text=text, prediction=self.prediction(text, score, **said))

    def scored(self, *scores: float | None) -> list[ScoredTurn]:
        """Return turns of forty characters, each of full weight, at 0, 2, 4, ..."""
        text = "something is said here about the matter."
        return [self.turn(2 * place, text, score) for place, score in enumerate(scores)]
