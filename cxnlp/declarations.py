"""What a company declares about its journey: stages, touchpoints, questions and deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_STAGES: tuple[str, ...] = ("reach", "acquisition", "conversion", "retention", "loyalty")
PERIODS: tuple[str, ...] = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """A place where customers meet the company."""

    name: str  # slug, the key in every record
    stage: str
    display: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A scored question: one input column read as one survey metric."""

    column: str
    kind: str  # one of cxnlp.records.METRIC_KINDS
    question_id: str
    scale_min: float
    scale_max: float
    higher_is_better: bool
    missing: tuple[str, ...] = ()  # cell values that mean "no answer"
    touchpoint: str | None = None
    weight_column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How many invitations were delivered; None stands for all."""

    delivered: int
    touchpoint: str | None = None
    channel: str | None = None  # one of cxnlp.records.CHANNELS
    period: str | None = None  # "2024", "2024-Q1", "2024-01", "2024-W07", "2024-01-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyFile:
    """A parsed journey.toml; the default one has no touchpoints, segments or metrics."""

    title: str | None = None  # of the report
    stages: tuple[str, ...] = DEFAULT_STAGES
    touchpoints: tuple[Touchpoint, ...] = ()
    segments: tuple[str, ...] = ()  # input columns
    metrics: tuple[Metric, ...] = ()
    period: str = "month"
    columns: dict[str, str] = field(default_factory=dict)  # field -> input column, as --map
    deliveries: tuple[Delivery, ...] = ()
