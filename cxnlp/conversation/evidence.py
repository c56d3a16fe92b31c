"""Gather what in each turn speaks for an escalation, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cxnlp.conversation.acknowledgement import is_acknowledgement
from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.conversation.signals import find_signals
from cxnlp.conversation.trend import WORSENING, find_trend
from cxnlp.conversation.weighed import Weighed
from cxnlp.model.prediction import SpanPrediction

EMOTION = "emotion"
TOPIC = "topic"
WORDS = "words"
TREND = "trend"
REPETITION = "repetition"

# Strength by emotion: the two that precede an outburst count in full (see EMOTION_GROUPS).
EMOTIONS: dict[str, float] = {
    "anger": 1.0, "disgust": 1.0, "annoyance": 0.8, "disappointment": 0.7, "disapproval": 0.6,
}  # fmt: skip
# Safety and money first; then how one is treated while one asks for help.
TOPICS: dict[str, float] = {
    "trust_safety": 1.0, "billing_payment": 0.8, "staff_service": 0.8,
    "contact_support_channel": 0.7, "wait_time_speed": 0.7,
}  # fmt: skip
# A trend of the recent turns: a customer may be fine for long and then lose patience.
_TREND_TURNS = 8
_EVERYTHING = "general_experience"  # every complaint is about it, so it repeats nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something in a turn that speaks for an escalation."""

    kind: str
    label: str
    turn: int  # among all turns
    start: int
    end: int
    strength: float  # 0-1, before weights and before what was said since


def gather(turns: Sequence[ScoredTurn], weighed: Sequence[Weighed]) -> list[Evidence]:
    """Return the evidence of turns in order; `weighed` are those of them that count."""
    found = [item for turn in turns for item in _in_words(turn)]
    complaints: dict[str, int] = {}
    for number, item in enumerate(weighed):
        found += _emotions(item)
        found += _topics(item)
        found += _repetitions(item, complaints)
        recent = [other.score for other in weighed[: number + 1][-_TREND_TURNS:]]
        if item.negative and find_trend(recent).label == WORSENING:
            start, end = worst_place(item)
            found.append(_at(item, TREND, WORSENING, start, end, -item.score))
    return found


def worst_place(item: Weighed) -> tuple[int, int]:
    """Return start and end of the most negative span of a turn."""
    spans = item.turn.prediction.spans
    if not spans:
        return 0, len(item.turn.text)
    worst = min(spans, key=lambda span: span.sentiment_score)
    return worst.start, worst.end


def _at(item: Weighed, kind: str, label: str, start: int, end: int, strength: float) -> Evidence:
    return Evidence(
        kind=kind, label=label, turn=item.turn.index, start=start, end=end,
        strength=min(max(strength, 0.0), 1.0),
    )  # fmt: skip


def _in_words(turn: ScoredTurn) -> Iterator[Evidence]:
    """Yield the signals of a turn, also of one in a language that the model does not read."""
    if is_acknowledgement(turn.text, turn.prediction):
        return
    seen = set()
    for signal in find_signals(turn.text):
        if signal.label not in seen:
            seen.add(signal.label)
            yield Evidence(
                kind=WORDS, label=signal.label, turn=turn.index, start=signal.start,
                end=signal.end, strength=1.0,
            )  # fmt: skip


def _emotions(item: Weighed) -> Iterator[Evidence]:
    """Yield the angry emotions of a turn, each at the span that says it most."""
    for emotion in item.turn.prediction.emotions or ():
        if item.score < 0 and emotion.label in EMOTIONS:
            spans = [span for span in _spans(item) if _emotion(span, emotion.label)]
            place = max(spans, key=lambda span: _emotion(span, emotion.label), default=None)
            start, end = (place.start, place.end) if place else worst_place(item)
            strength = emotion.score * EMOTIONS[emotion.label]
            yield _at(item, EMOTION, emotion.label, start, end, strength)


def _topics(item: Weighed) -> Iterator[Evidence]:
    """Yield the topics that matter and are spoken of negatively."""
    for label, (score, start, end) in _complaints(item).items():
        if label in TOPICS:
            yield _at(item, TOPIC, label, start, end, score * TOPICS[label])


def _repetitions(item: Weighed, complaints: dict[str, int]) -> Iterator[Evidence]:
    """Yield complaints made before, and forget those before a turn that is content."""
    if item.turn.prediction.sentiment == "positive" and not item.negative:
        complaints.clear()  # resolved: what comes after is a complaint of its own
        return
    for label, (score, start, end) in _complaints(item).items():
        if label == _EVERYTHING:
            continue
        complaints[label] = complaints.get(label, 0) + 1
        if complaints[label] > 1:
            # Twice is two thirds of three times, from where it is as bad as it gets.
            yield _at(item, REPETITION, label, start, end, score * min(complaints[label] / 3, 1.0))


def _complaints(item: Weighed) -> dict[str, tuple[float, int, int]]:
    """Return the score and place of the topics that a negative turn complains of."""
    if not item.negative:
        return {}
    found = {}
    for topic in item.turn.prediction.topics or ():
        if topic.sentiment != "negative":
            continue
        spans = [span for span in _spans(item) if _topic(span, topic.label)]
        place = max(spans, key=lambda span: _topic(span, topic.label), default=None)
        start, end = (place.start, place.end) if place else worst_place(item)
        found[topic.label] = (topic.score, start, end)
    return found


def _spans(item: Weighed) -> tuple[SpanPrediction, ...]:
    return item.turn.prediction.spans or ()


def _emotion(span: SpanPrediction, label: str) -> float:
    return max((found.score for found in span.emotions if found.label == label), default=0.0)


def _topic(span: SpanPrediction, label: str) -> float:
    return max(
        (t.score for t in span.topics if t.label == label and t.sentiment == "negative"),
        default=0.0,
    )
