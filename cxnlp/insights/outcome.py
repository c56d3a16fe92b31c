"""The headline score of each respondent, in the terms that drivers are told in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.insights.data import InsightData, Respondents
from cxnlp.insights.finding import InsightResult
from cxnlp.journey.naming import topic_name
from cxnlp.journey.summary import MetricDefinition
from cxnlp.labels import TOPICS
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER
from cxnlp.metrics.numbers import Unit, format_n

# It says that a customer liked or disliked it, as the score does, and nothing one could act on.
UNSPECIFIC = "general_experience"
MIN_MENTIONS = 10
THEMES: tuple[int, ...] = tuple(i for i, topic in enumerate(TOPICS) if topic != UNSPECIFIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A score that themes go with."""

    name: str  # "NPS", "CSAT", "the rating Q7FOOD"
    unit: str  # of differences: "points", or "mean" on the answers' own scale
    points: NDArray[np.float64]  # [n] what each answer adds to the score
    scale: tuple[float, float]  # the least and the most an answer adds
    higher_is_better: bool  # of the score, not of the answers

    @property
    def span(self) -> float:
        """Return the width of the scale; 1 where it has none, so that it can divide."""
        return self.scale[1] - self.scale[0] or 1.0

    @property
    def format(self) -> Unit:
        """Return how values of the score are written."""
        return Unit(decimals=2 if self.unit == "mean" else 1)

    @property
    def suffix(self) -> str:
        """Return the word that follows a difference."""
        return "" if self.unit == "mean" else " points"


def outcome_of(people: Respondents, definition: MetricDefinition) -> Outcome:
    """Return an NPS as +100, 0 and -100, a CSAT as 100 and 0, and any other score as it is."""
    value = people.value
    low, high, better = definition.scale_min, definition.scale_max, definition.higher_is_better
    name = definition.kind.upper()
    if definition.unit == "points":
        points = np.where(value >= LOWEST_PROMOTER, 100.0, 0.0)
        points[value <= HIGHEST_DETRACTOR] = -100.0
        scale = (-100.0, 100.0)
        return Outcome(name=name, unit="points", points=points, scale=scale, higher_is_better=True)
    bound = satisfied_from(low, high, higher_is_better=better)
    if definition.unit == "percent" and bound is not None:
        points = np.where(value >= bound if better else value <= bound, 100.0, 0.0)
        scale = (0.0, 100.0)
        return Outcome(name=name, unit="points", points=points, scale=scale, higher_is_better=True)
    if definition.kind == "rating":
        name = f"the rating {definition.question_id}"
    scale = (low, high)
    return Outcome(name=name, unit="mean", points=value, scale=scale, higher_is_better=better)


def theme_words(topic: str) -> str:
    """Return a topic as words within a sentence.

    >>> theme_words("wait_time_speed")
    'waiting time and speed'
    """
    name = topic_name(topic)
    return name[:1].lower() + name[1:]


def sample_words(people: Respondents) -> str:
    """Return how many respondents were looked at, and of how many where it is a sample.

    Without a sample: "587 respondents who gave a score and wrote".
    """
    n = len(people.value)
    of = f" drawn at random from {format_n(people.n_all)}" if people.n_all > n else ""
    return f"{format_n(n)} respondents{of} who gave a score and wrote"


def scored_respondents(
    data: InsightData, *, name: str, title: str
) -> tuple[Respondents, MetricDefinition] | InsightResult:
    """Return who gave the headline score and wrote, or the result that says why there is nobody."""
    if data.main is None:
        return InsightResult(
            name=name,
            title=title,
            status="not_applicable",
            note=f"No scored question has {MIN_RELIABLE_N} answers or more, so there is no score "
            "to hold against the texts.",
        )
    people = data.respondents(data.main)
    n = len(people.value)
    if n < MIN_RELIABLE_N:
        return InsightResult(
            name=name,
            title=title,
            status="not_enough_data",
            note=f"{format_n(n)} respondents gave the headline score and wrote a text that was "
            f"read; at least {MIN_RELIABLE_N} are needed.",
        )
    return people, data.summary.definitions[data.main]
