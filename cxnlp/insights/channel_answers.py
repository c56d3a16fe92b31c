"""The answers of every touchpoint by channel, period and segment, from one cube."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cxnlp.insights.answer_mix import mix_of, parts_of
from cxnlp.insights.asked import asks
from cxnlp.insights.channel_mix import Answers
from cxnlp.insights.data import InsightData
from cxnlp.journey.cube import Cube, build_cube
from cxnlp.journey.scored import reading
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER


def read_answers(
    data: InsightData, metric: str, segments: Sequence[str]
) -> dict[str, list[Answers]]:
    """Return the answers of each touchpoint by channel and stratum: the period, then segments."""
    definition = data.summary.definitions[metric]
    cube = _mixed(data, segments).rolled_up("touchpoint", "period", "group")
    found: dict[str, list[Answers]] = defaultdict(list)
    counted = cube.documents if definition.kind == "net_sentiment" else cube.answers
    for row in counted.to_pylist():
        if row["touchpoint"] is None or row["group"] is None:
            continue
        channel, *values = parts_of(row["group"])
        sums = _sums(row, definition)
        if channel and sums is not None:
            stratum = (str(row["period"]), *values)
            found[row["touchpoint"]].append(Answers(channel=channel, stratum=stratum, **sums))
    return found


def _mixed(data: InsightData, segments: Sequence[str]) -> Cube:
    """Return the cube by channel and segments: the journey's, or one of its own for others."""
    if data.cube.mixed is not None and tuple(segments) == data.mixed_segments:
        return data.cube.mixed
    with reading(data.scored.path):
        return build_cube(
            data.scored.table, period=data.period, group=mix_of(data.scored, segments)
        )


def _sums(row: dict[str, Any], definition: MetricDefinition) -> dict[str, Any] | None:
    """Return n, Σw, Σw², Σwy and Σwy² of a row of the cube, or None of another metric."""
    if definition.kind == "net_sentiment":
        n, positive, negative = row["n_scored"], row["n_positive"], row["n_negative"]
        y, yy = 100.0 * (positive - negative), 1e4 * (positive + negative)
        return {"n": n, "w": float(n), "ww": float(n), "y": y, "yy": yy}
    if not asks(row, definition):
        return None
    sums = {"n": row["n"], "w": row["w"], "ww": row["ww"]}
    if definition.unit == "mean":
        return {**sums, "y": row["x"], "yy": row["xx"]}
    y = _points(row["bucket"], definition)
    return {**sums, "y": row["w"] * y, "yy": row["w"] * y * y}


def _points(bucket: float, definition: MetricDefinition) -> float:
    if definition.unit == "points":
        return 100.0 * ((bucket >= LOWEST_PROMOTER) - (bucket <= HIGHEST_DETRACTOR))
    higher = definition.higher_is_better
    bound = satisfied_from(definition.scale_min, definition.scale_max, higher_is_better=higher)
    if bound is None:
        return 0.0
    return 100.0 if (bucket >= bound if higher else bucket <= bound) else 0.0
