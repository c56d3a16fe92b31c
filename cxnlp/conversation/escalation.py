"""The risk that a chat escalates, with the spans that speak for it.

The risk is 1 - product(1 - part): parts add up, each alone can be small, and none lifts it over 1.

=============  ======  ====================================================================
part           weight  what it is
=============  ======  ====================================================================
sentiment      .40     how bad it is now, in full from -.8: alone it raises, never more
emotion        .30     the strongest of anger, disgust, annoyance, disappointment, disapproval
topic          .20     the strongest complaint of what matters: safety, money, how one is treated
trend          .20     turns that grew worse; weak, for few turns say little
repetition     .30     the same complaint in several turns: nobody resolved it
words          .30-.50 leaving, supervisor, legal .5: said in so many words they are the event
                       itself; going public, writing again .4; sarcasm .3. One part a label
=============  ======  ====================================================================

The weights were set by hand so that one very negative turn is "raised", and that it takes words, or
three other parts, to make it "high". They are not fitted: no public chats tell which escalated.

What was said fades with what was said since: each later turn that counts takes away a share of all
evidence before it, none at -.2 or below, up to .8 for a long and wholly positive turn. So
a further negative turn never lowers the risk, and a customer who is content again brings it down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from cxnlp.conversation import evidence as found_in
from cxnlp.conversation import signals
from cxnlp.conversation.evidence import Evidence, gather, worst_place
from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.conversation.weighed import DECAY, Weighed, level_now, weigh

SENTIMENT = "sentiment"
LEVELS: tuple[str, ...] = ("low", "raised", "high")
RAISED, HIGH = 0.35, 0.65

WEIGHTS: dict[str, float] = {
    SENTIMENT: 0.4,
    found_in.EMOTION: 0.3,
    found_in.TOPIC: 0.2,
    found_in.TREND: 0.2,
    found_in.REPETITION: 0.3,
}
WORD_WEIGHTS: dict[str, float] = {
    signals.LEAVING: 0.5,
    signals.SUPERVISOR: 0.5,
    signals.LEGAL: 0.5,
    signals.PUBLIC: 0.4,
    signals.REPEATED_CONTACT: 0.4,
    signals.SARCASM: 0.3,
}

VERY_NEGATIVE = -0.8  # worse is not told apart: the model's score saturates there
CALM_ABOVE = -0.2  # a turn at or below it takes nothing of the risk away
MAX_RELIEF = 0.8  # even delight leaves a fifth: it was said
MAX_REASONS = 10
_LEAST_REASON = 0.02
_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A span that speaks for an escalation; code points into the text of its turn."""

    kind: str  # sentiment, emotion, topic, trend, repetition, words
    turn: int  # among all turns
    start: int
    end: int
    label: str
    score: float  # what it adds on its own, 0-1


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRisk:
    """The risk from 0 to 1, its level, and at most ten reasons, the strongest first."""

    score: float
    level: str  # one of LEVELS
    reasons: tuple[Reason, ...]


def find_escalation(turns: Sequence[ScoredTurn]) -> EscalationRisk:
    """Return the risk that a chat with these turns of its customer escalates."""
    weighed = weigh(turns)
    left = _left_over(turns, weighed)
    reasons = [_reason(item, left[item.turn]) for item in gather(turns, weighed)]
    parts: dict[str, float] = {}
    for reason in reasons:
        # A label of words is a part of its own: to sue and to leave is more than either.
        name = reason.label if reason.kind == found_in.WORDS else reason.kind
        parts[name] = max(parts.get(name, 0.0), reason.score)
    parts[SENTIMENT] = WEIGHTS[SENTIMENT] * _badness(level_now(weighed) or 0.0)
    score = round(1 - prod(1 - part for part in parts.values()), _DECIMALS)
    reasons += _sentiment_reasons(weighed, parts[SENTIMENT])
    told = sorted(
        (reason for reason in reasons if reason.score >= _LEAST_REASON),
        key=lambda reason: (-reason.score, -reason.turn, reason.start, reason.kind, reason.label),
    )
    return EscalationRisk(score=score, level=_level(score), reasons=tuple(told[:MAX_REASONS]))


def _level(score: float) -> str:
    return LEVELS[(score >= RAISED) + (score >= HIGH)]


def _badness(score: float) -> float:
    """Return 0 for a score that is not negative, 1 from VERY_NEGATIVE down."""
    return min(max(score / VERY_NEGATIVE, 0.0), 1.0)


def _relief(item: Weighed) -> float:
    """Return the share of earlier evidence that a turn takes away."""
    calm = min(max((item.score - CALM_ABOVE) / (1 - CALM_ABOVE), 0.0), 1.0)
    return MAX_RELIEF * item.weight * calm


def _left_over(turns: Sequence[ScoredTurn], weighed: Sequence[Weighed]) -> dict[int, float]:
    """Return, by index of a turn, the share of its evidence that later turns left."""
    relief = {item.turn.index: _relief(item) for item in weighed}
    left: dict[int, float] = {}
    share = 1.0
    for turn in reversed(turns):
        left[turn.index] = share
        share *= 1 - relief.get(turn.index, 0.0)
    return left


def _reason(item: Evidence, left: float) -> Reason:
    weight = WORD_WEIGHTS[item.label] if item.kind == found_in.WORDS else WEIGHTS[item.kind]
    return Reason(
        kind=item.kind, turn=item.turn, start=item.start, end=item.end, label=item.label,
        score=round(weight * item.strength * left, _DECIMALS),
    )  # fmt: skip


def _sentiment_reasons(weighed: Sequence[Weighed], part: float) -> list[Reason]:
    """Share the part of sentiment out among the negative turns that now is made of."""
    pull = [
        DECAY**age * item.weight * max(-item.score, 0.0) if item.negative else 0.0
        for age, item in enumerate(reversed(weighed))
    ]
    total = sum(pull)
    reasons = []
    for item, share in zip(reversed(weighed), pull, strict=True):
        if share > 0:
            start, end = worst_place(item)
            score = round(part * share / total, _DECIMALS)
            reason = Reason(
                kind=SENTIMENT, turn=item.turn.index, start=start, end=end, label="negative",
                score=score,
            )  # fmt: skip
            reasons.append(reason)
    return reasons
