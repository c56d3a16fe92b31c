"""Sufficient statistics of the sides of a comparison: periods, groups or arms."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cxnlp.journey.cells import metric_namer
from cxnlp.journey.cube import Cube
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.net_difference import NetCounts, net_difference
from cxnlp.metrics.newcombe import ShareCounts, share_difference
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER
from cxnlp.metrics.share import share
from cxnlp.metrics.trinomial import net_share
from cxnlp.metrics.weights import effective_n
from cxnlp.metrics.welch import MeanSums, mean_difference

Row = dict[str, Any]
Statistic = ShareCounts | NetCounts | MeanSums


@dataclass(slots=True, kw_only=True)
class Side:
    """One side, in one touchpoint or over all: rows of the cube, by what they count."""

    documents: Row = field(default_factory=dict)
    answers: dict[str, list[Row]] = field(default_factory=dict)  # by key of the definitions
    emotions: dict[str, int] = field(default_factory=dict)
    topics: dict[str, Row] = field(default_factory=dict)

    @property
    def n_scored(self) -> int:
        """Return how many documents the model read."""
        return int(self.documents.get("n_scored", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Every value of one dimension of the cube as a side; null is none."""

    overall: dict[Hashable, Side]
    touchpoints: dict[str, dict[Hashable, Side]]  # emotions and topics are counted overall alone


def sides_of(cube: Cube, dimension: str, definitions: Mapping[str, MetricDefinition]) -> Sides:
    """Return the sides that a cube holds along one of its keys, "period" or "group"."""
    name_of = metric_namer(definitions)
    overall: dict[Hashable, Side] = {}
    touchpoints: dict[str, dict[Hashable, Side]] = {}

    def side(row: Row) -> Side | None:
        if row[dimension] is None:
            return None
        if "touchpoint" not in row:
            return overall.setdefault(row[dimension], Side())
        if row["touchpoint"] is None:
            return None
        return touchpoints.setdefault(row["touchpoint"], {}).setdefault(row[dimension], Side())

    for keys in ((dimension,), (dimension, "touchpoint")):
        rolled = cube.rolled_up(*keys)
        for row in rolled.documents.to_pylist():
            if found := side(row):
                found.documents = row
        for row in rolled.answers.to_pylist():
            if found := side(row):
                found.answers.setdefault(name_of(row), []).append(row)
        if keys == (dimension,):
            for row in rolled.emotions.to_pylist():
                if found := side(row):
                    found.emotions[row["emotion"]] = row["n"]
            for row in rolled.topics.to_pylist():
                if found := side(row):
                    found.topics[row["topic"]] = row
    return Sides(overall=overall, touchpoints=touchpoints)


def statistic_of(side: Side, name: str, definition: MetricDefinition) -> Statistic:
    """Return the sums that a metric is tested on; their n is 0 where nobody answered."""
    documents = side.documents
    if definition.kind == "net_sentiment":
        return NetCounts(
            positives=documents.get("n_positive", 0),
            negatives=documents.get("n_negative", 0),
            n=side.n_scored,
        )
    if definition.kind == "satisfaction":
        return MeanSums(
            n=documents.get("n_satisfaction", 0),
            total=documents.get("s", 0.0),
            total_squares=documents.get("ss", 0.0),
        )
    rows = side.answers.get(name, [])
    n = sum(row["n"] for row in rows)
    w, ww, x, xx = (sum(row[column] for row in rows) for column in ("w", "ww", "x", "xx"))
    per_weight = n / w if n else 0.0
    size = effective_n(w, ww) if n else None

    def weight(low: float, high: float) -> float:
        return per_weight * sum(float(row["w"]) for row in rows if low <= row["bucket"] <= high)

    infinite = float("inf")
    if definition.unit == "points":
        return NetCounts(
            positives=weight(LOWEST_PROMOTER, infinite),
            negatives=weight(-infinite, HIGHEST_DETRACTOR),
            n=n,
            n_effective=size,
        )
    higher = definition.higher_is_better
    bound = satisfied_from(definition.scale_min, definition.scale_max, higher_is_better=higher)
    if definition.unit == "percent" and bound is not None:
        satisfied = weight(bound, infinite) if higher else weight(-infinite, bound)
        return ShareCounts(successes=satisfied, n=n, n_effective=size)
    return MeanSums(n=n, total=per_weight * x, total_squares=per_weight * xx, n_effective=size)


def estimate_of(statistic: Statistic, definition: MetricDefinition) -> Estimate:
    """Return the metric that the sums stand for, hidden where n is below 5."""
    n, size = statistic.n, statistic.n_effective
    if n == 0:
        return NO_DATA
    if isinstance(statistic, NetCounts):
        found = net_share(statistic.positives, statistic.negatives, n, n_effective=size)
    elif isinstance(statistic, ShareCounts):
        found = share(statistic.successes, n, n_effective=size)
    else:
        found = statistic.estimate(definition.scale_min, definition.scale_max)
    return found.suppressed()


def difference_of(
    new: Statistic, old: Statistic, definition: MetricDefinition
) -> Difference | None:
    """Return the difference of two sides by the test that fits the metric."""
    if isinstance(new, NetCounts) and isinstance(old, NetCounts):
        return net_difference(new, old)
    if isinstance(new, ShareCounts) and isinstance(old, ShareCounts):
        return share_difference(new, old)
    if isinstance(new, MeanSums) and isinstance(old, MeanSums):
        low, high = definition.scale_min, definition.scale_max
        return mean_difference(new, old, scale_min=low, scale_max=high)
    raise TypeError("Two sides of one metric have sums of different kinds.")
