"""What the aggregation returns: estimates per cell of the journey."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cxnlp.journey.cube import Cube
from cxnlp.journey.journey_file import JourneyFile
from cxnlp.metrics.estimate import Estimate

_BOUNDS: dict[str, tuple[float, float]] = {"points": (-100.0, 100.0), "percent": (0.0, 100.0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSummary:
    """One topic within one cell."""

    topic: str
    share: Estimate  # of scored documents that mention it, in percent
    net_sentiment: Estimate  # by mention, clustered by document, in [-100, 100]
    n_negative: int  # mentions
    n_neutral: int
    n_positive: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Everything known about one group of interactions.

    `metrics` has scalar estimates: "nps", "csat", "ces" (only those asked; several scales of one
    kind get keys of their own, as "csat_1_10"), "rating:<question_id>", "net_sentiment",
    "satisfaction" (predicted, 1-5). Shares are in percent. Estimates with n below 5 have no value.
    """

    touchpoint: str | None
    stage: str | None
    period: str | None  # "2021-Q4", "2021-10", "2021-W40", "2021-10-03", "2021"
    group: str | None  # the value of the `by` column, where one was asked for
    n: int  # interactions
    n_scored: int  # of them with a prediction
    n_foreign: int
    metrics: dict[str, Estimate]
    # Share of scored documents: negative, neutral, positive, and mixed, which is none of the three.
    sentiment: dict[str, Estimate]
    emotions: dict[str, Estimate]  # every emotion group -> share of scored documents carrying it
    topics: dict[str, TopicSummary]  # only topics that are mentioned, most mentioned first
    n_answers: int = 0  # survey answers counted, each once; its touchpoint may differ from its row


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDefinition:
    """What one key of `Cell.metrics` measures, and on which scale."""

    kind: str  # one of cxnlp.records.METRIC_KINDS, "net_sentiment" or "satisfaction"
    unit: str  # "points" (-100 to 100), "percent" (0 to 100) or "mean" (of scale_min to scale_max)
    scale_min: float
    scale_max: float
    higher_is_better: bool
    question_id: str | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the lowest and the highest value of the metric, in its unit."""
        return _BOUNDS.get(self.unit, (self.scale_min, self.scale_max))

    @property
    def span(self) -> float:
        """Return how far two values of the metric can lie apart, in its unit.

        >>> MetricDefinition(
        ...     kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True).span
        200.0
        """
        low, high = self.bounds
        return high - low

    @property
    def counted(self) -> str:
        """Return what n counts: "comments" that the model read, or "answers"."""
        return "comments" if self.kind in ("net_sentiment", "satisfaction") else "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneySummary:
    """The journey of one scored file."""

    journey: JourneyFile
    period: str
    by: str | None
    overall: Cell
    touchpoints: tuple[Cell, ...]  # touchpoint x stage over all periods, in journey order
    periods: tuple[Cell, ...]  # per period over all touchpoints, in time order
    cells: tuple[Cell, ...]  # touchpoint x stage x period (x group)
    # The following four are empty without `by`.
    groups: tuple[Cell, ...] = ()  # per value of `by`, over all touchpoints and periods
    touchpoint_groups: tuple[Cell, ...] = ()  # touchpoint x stage x group, over all periods
    touchpoint_periods: tuple[Cell, ...] = ()  # touchpoint x stage x period, over all groups
    group_periods: tuple[Cell, ...] = ()  # group x period, over all touchpoints
    definitions: dict[str, MetricDefinition] = field(default_factory=dict)
    run_counts: dict[str, Any] = field(default_factory=dict)  # what the scoring run counted
    cube: Cube | None = field(default=None, repr=False)  # what every cell was summed from
