"""Which turns count, for how much, and how good or bad each is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cxnlp.conversation.acknowledgement import is_acknowledgement
from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.conversation.signals import is_sarcastic

# About eight words: from there on a turn says as much as a longer one; "Great!" says a sixth.
FULL_WEIGHT_CHARACTERS = 40
# Each turn that counts is worth twice the one before it.
DECAY = 0.5
# Models take "thanks for nothing" for thanks; it is at least this bad.
SARCASM_SCORE = -0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A turn that counts."""

    turn: ScoredTurn
    score: float  # sentiment, in [-1, 1]
    weight: float  # by length, in (0, 1]
    negative: bool


def weigh(turns: Iterable[ScoredTurn]) -> list[Weighed]:
    """Return the turns that count, in order: neither acknowledgements nor unscored ones."""
    weighed = []
    for turn in turns:
        score = turn.prediction.sentiment_score
        if turn.prediction.sentiment is None or score is None:
            continue
        if is_acknowledgement(turn.text, turn.prediction):
            continue
        sarcastic = is_sarcastic(turn.text)
        weighed.append(
            Weighed(
                turn=turn,
                score=min(score, SARCASM_SCORE) if sarcastic else score,
                weight=min(max(len(turn.text.strip()), 1) / FULL_WEIGHT_CHARACTERS, 1.0),
                negative=sarcastic or turn.prediction.sentiment == "negative",
            )
        )
    return weighed


def level_now(weighed: Sequence[Weighed]) -> float | None:
    """Return the mean score, weighted by length and halved with every later turn; None of none."""
    level, total = 0.0, 0.0
    for item in weighed:
        kept = DECAY * total
        level = (kept * level + item.weight * item.score) / (kept + item.weight)
        total = kept + item.weight
    return level if weighed else None
