"""The emotion mix: the share of comments that carry each emotion, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

from cxnlp.journey.naming import readable
from cxnlp.journey.summary import Cell
from cxnlp.metrics.numbers import PERCENT, describe, describe_interval, is_shown

BAR_WIDTH = 300.0

_TONES = {
    "positive": ("gratitude", "satisfaction", "joy", "relief", "anticipation", "empathy"),
    "negative": ("anger", "frustration", "disgust", "disappointment", "sadness", "worry"),
}
_TONE_OF = {emotion: tone for tone, emotions in _TONES.items() for emotion in emotions}


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionBar:
    """One emotion group; lengths are in units of `BAR_WIDTH`."""

    emotion: str
    label: str
    tone: str  # positive, negative or neutral: the colour of the bar
    width: float
    x_low: float
    x_high: float
    share: str
    interval: str
    indicative: bool


def tone_of(emotion: str) -> str:
    """Return positive, negative or neutral: the colour that an emotion is drawn in."""
    return _TONE_OF.get(emotion, "neutral")


def build_emotions(overall: Cell) -> tuple[EmotionBar, ...]:
    """Return the emotions found in at least one comment, most common first."""
    found = [(name, e) for name, e in overall.emotions.items() if e.n and e.value != 0]
    found.sort(key=lambda item: (-(item[1].value or 0.0), item[0]))
    longest = max((e.high or 0.0 for _, e in found if is_shown(e)), default=0.0)
    unit = BAR_WIDTH / longest if longest else 0.0
    return tuple(
        EmotionBar(
            emotion=name,
            label=readable(name),
            tone=tone_of(name),
            width=round((e.value or 0.0) * unit, 2) if is_shown(e) else 0.0,
            x_low=round((e.low or 0.0) * unit, 2) if is_shown(e) else 0.0,
            x_high=round((e.high or 0.0) * unit, 2) if is_shown(e) else 0.0,
            share=describe(e, PERCENT),
            interval=describe_interval(e, PERCENT),
            indicative=e.status == "indicative",
        )
        for name, e in found
    )
