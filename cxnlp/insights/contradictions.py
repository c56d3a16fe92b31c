"""Score and words of a respondent in three bins each, and those who say the opposite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.insights.data import Respondents
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER

Bins = NDArray[np.int64]

_PASSIVE = 7.5  # the middle of an NPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One respondent whose score says the opposite of the text."""

    row: int  # of the file
    kind: str  # "promoter_complains" or "detractor_praises"
    score: float
    sentiment_score: float
    strength: float  # 0 to 1: how far the score is from the middle, times how far the text is
    is_strong: bool  # both are at least half way from the middle to the end of their scale


def score_bins(value: NDArray[np.float64], definition: MetricDefinition) -> Bins:
    """Return 0 for bad, 1 for middling and 2 for good answers.

    An NPS in detractors, passives and promoters; any other scale in thirds: 1-2, 3 and 4-5 of 1-5.
    An answer on the border of a third is middling. Where lower is better the bins turn around.

    >>> csat = MetricDefinition(
    ...     kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=False
    ... )
    >>> score_bins(np.array([1.0, 3.0, 4.0]), csat).tolist()
    [2, 1, 0]
    """
    if definition.kind == "nps":
        good, bad = value >= LOWEST_PROMOTER, value <= HIGHEST_DETRACTOR
    else:
        place = _place(value, definition)
        good, bad = place > 1 / 3 + 1e-9, place < -1 / 3 - 1e-9
    return np.where(good, 2, np.where(bad, 0, 1)).astype(np.int64)


def text_bins(sentiment_score: NDArray[np.float64], polarity: NDArray[np.int8]) -> Bins:
    """Return 0 for negative, 1 for neutral or mixed and 2 for positive texts.

    Thirds of the sentiment score, which agree with the model's own label on 96 of 100 texts, but
    have a meaning for the several texts of one submission too. A text that praises one theme and
    complains of another is mixed.

    :param polarity: [n, topics], -1, 0 or 1.
    """
    mixed = (polarity > 0).any(axis=1) & (polarity < 0).any(axis=1)
    sign = np.where(sentiment_score > 1 / 3, 2, np.where(sentiment_score < -1 / 3, 0, 1))
    return np.where(mixed, 1, sign).astype(np.int64)


def bin_table(score: Bins, text: Bins) -> NDArray[np.int64]:
    """Return the [3, 3] counts of score bins by text bins."""
    return np.bincount(3 * score + text, minlength=9).reshape(3, 3)


def conflict_queue(
    people: Respondents, definition: MetricDefinition, score: Bins, text: Bins
) -> tuple[Conflict, ...]:
    """Return the conflicts, those first whose score and text are both strong."""
    opposite = np.flatnonzero(np.abs(score - text) == 2)
    place = np.abs(_place(people.value, definition))
    feeling = np.abs(people.sentiment_score)
    strength = place * feeling
    ordered = sorted(opposite, key=lambda i: (-strength[i], people.row[i]))
    return tuple(
        Conflict(
            row=int(people.row[i]),
            kind="promoter_complains" if score[i] == 2 else "detractor_praises",
            score=float(people.value[i]),
            sentiment_score=float(people.sentiment_score[i]),
            strength=float(min(strength[i], 1.0)),
            is_strong=bool(min(place[i], feeling[i]) >= 0.5),
        )
        for i in ordered
    )


def _place(value: NDArray[np.float64], definition: MetricDefinition) -> NDArray[np.float64]:
    """Return where answers lie on their scale: -1 worst, 0 in the middle, 1 best.

    The middle of an NPS is between its passives, 7 and 8: a detractor's 6 is near it, a 0 far off.
    """
    if definition.kind == "nps":
        return np.where(value > _PASSIVE, (value - _PASSIVE) / 2.5, value / _PASSIVE - 1)
    low, span = definition.scale_min, definition.scale_max - definition.scale_min
    place = 2 * (value - low) / span - 1 if span > 0 else np.zeros(len(value))
    return np.asarray(place if definition.higher_is_better else -place, dtype=np.float64)
