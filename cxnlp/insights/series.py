"""A metric over the periods of a summary, with what its limits and slopes need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cxnlp.insights.outcome import theme_words
from cxnlp.insights.wording import DIFFERENCES, UNITS
from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition
from cxnlp.metrics.control_limits import Kind, answer_variance
from cxnlp.metrics.estimate import MIN_RELIABLE_N, NO_DATA, Estimate
from cxnlp.metrics.numbers import MINUS, Unit, format_value

_KINDS: dict[str, Kind] = {"points": "points", "percent": "percent"}
_NAMES = {"nps": "NPS", "csat": "CSAT", "ces": "CES", "net_sentiment": "net sentiment",
          "satisfaction": "predicted satisfaction"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric, or one topic's share or net sentiment, per period in time order."""

    key: str
    name: str  # as it stands within a sentence
    kind: Kind
    counted: str
    scale_min: float
    scale_max: float
    higher_is_better: bool | None  # None where neither is
    periods: tuple[str, ...]
    times: tuple[int, ...]  # of the periods, in periods: a gap leaves a number out
    values: tuple[Estimate, ...]
    variance: float  # of one answer
    topic: str | None = None
    reach: float = 1.0  # the share of comments that it speaks of

    @property
    def width(self) -> float:
        """Return the length of the scale."""
        return self.scale_max - self.scale_min

    @property
    def n(self) -> int:
        """Return the answers of all periods."""
        return sum(value.n for value in self.values)

    def written(self, value: float) -> str:
        """Return a value as sentences say it."""
        return format_value(value, UNITS[self.kind])

    def difference(
        self, value: float, *, signed: bool = True, unit: bool = True, finer: bool = False
    ) -> str:
        """Return a difference of two values as sentences say it; slopes are `finer` by a digit."""
        decimals = UNITS[self.kind].decimals + finer
        text = format_value(value, Unit(decimals=decimals, signed=True))
        text = text if signed else text.lstrip(f"+{MINUS}")
        return text + (DIFFERENCES[self.kind] if unit else "")


def metric_series(
    key: str, definition: MetricDefinition, cells: Sequence[Cell], whole: Cell, *, length: str
) -> Series | None:
    """Return a metric over the given cells, one a period, or None where it cannot be followed.

    :param whole: the cell of all periods together, whose answers give the variance of one.
    """
    higher = definition.higher_is_better or definition.unit == "percent"
    kind = _KINDS.get(definition.unit, "mean")
    return _series(
        cells,
        lambda cell: cell.metrics.get(key, NO_DATA),
        whole,
        length=length,
        key=key,
        name=metric_words(key, definition),
        kind=kind,
        counted=definition.counted,
        scale=definition.bounds,
        higher_is_better=higher,
    )


def topic_series(
    topic: str, cells: Sequence[Cell], whole: Cell, *, length: str
) -> Iterator[Series]:
    """Yield the share of comments that mention a topic, then its net sentiment by mention."""
    overall = whole.topics[topic]

    def share_of(cell: Cell) -> Estimate:
        found = cell.topics.get(topic)
        if found is not None:
            return found.share
        zero = Estimate(value=0.0, low=0.0, high=0.0, n=cell.n_scored)
        return zero.suppressed() if cell.n_scored else NO_DATA

    def net_of(cell: Cell) -> Estimate:
        found = cell.topics.get(topic)
        return NO_DATA if found is None else found.net_sentiment

    words = theme_words(topic)
    for key, name, kind, scale, get, reach in (
        ("share", f"the share of comments about {words}", "percent", (0.0, 100.0), share_of, 1.0),
        ("net_sentiment", f"net sentiment about {words}", "points", (-100.0, 100.0), net_of,
         (overall.share.value or 0.0) / 100),
    ):  # fmt: skip
        series = _series(
            cells,
            get,
            whole,
            length=length,
            key=f"topic:{topic}:{key}",
            name=name,
            kind=_KINDS[kind],
            counted="comments",
            scale=scale,
            higher_is_better=None if key == "share" else True,
            topic=topic,
            reach=reach,
        )
        if series is not None:
            yield series


def followed_topics(summary: JourneySummary) -> list[str]:
    """Return the topics with enough comments to follow, the most mentioned first."""
    return [
        name
        for name, topic in summary.overall.topics.items()
        if topic.net_sentiment.n >= MIN_RELIABLE_N
    ]


def metric_words(key: str, definition: MetricDefinition) -> str:
    """Return the name of a metric within a sentence.

    >>> nps = MetricDefinition(
    ...     kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True)
    >>> metric_words("nps", nps)
    'NPS'
    """
    if definition.kind == "rating":
        question = (definition.question_id or "").replace("_", " ")
        return f'the mean answer to "{question}"'
    name = _NAMES.get(definition.kind, definition.kind)
    several = key != definition.kind
    scale = f" on {definition.scale_min:g} to {definition.scale_max:g}" if several else ""
    mean = "mean " if definition.unit == "mean" and definition.kind in ("csat", "ces") else ""
    return f"{mean}{name}{scale}"


def period_number(name: str, length: str) -> int:
    """Return the number of a period, so that neighbours differ by one.

    >>> [period_number(p, "month") for p in ("2023-12", "2024-01")]
    [24287, 24288]
    >>> period_number("2021-W01", "week") - period_number("2020-W53", "week")
    1
    """
    if length == "day":
        return date.fromisoformat(name).toordinal()
    if length == "week":
        year, _, week = name.partition("-W")
        return date.fromisocalendar(int(year), int(week), 1).toordinal() // 7
    year, _, part = name.partition("-")
    per_year = {"year": 1, "quarter": 4, "month": 12}[length]
    return int(year) * per_year + int(part.lstrip("Q") or 1) - 1


def _series(
    cells: Iterable[Cell],
    value_of: Callable[[Cell], Estimate],
    whole: Cell,
    *,
    length: str,
    key: str,
    name: str,
    kind: Kind,
    counted: str,
    scale: tuple[float, float],
    higher_is_better: bool | None,
    topic: str | None = None,
    reach: float = 1.0,
) -> Series | None:
    variance = answer_variance(value_of(whole), kind=kind)
    dated = sorted(
        (period_number(cell.period, length), cell.period, value_of(cell))
        for cell in cells
        if cell.period is not None and value_of(cell).n > 0
    )  # numbers of periods are distinct, so estimates are never compared
    if variance is None or not dated:
        return None
    return Series(
        key=key,
        name=name,
        kind=kind,
        counted=counted,
        scale_min=scale[0],
        scale_max=scale[1],
        higher_is_better=higher_is_better,
        periods=tuple(period for _, period, _ in dated),
        times=tuple(time for time, _, _ in dated),
        values=tuple(value for *_, value in dated),
        variance=variance,
        topic=topic,
        reach=reach,
    )
