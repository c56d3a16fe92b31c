"""The answers of every touchpoint by channel, period and segment, from one cube."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import ibis

from cxnlp.errors import InputError
from cxnlp.insights.channel_mix import Answers
from cxnlp.insights.data import InsightData
from cxnlp.journey.cube import build_cube
from cxnlp.journey.scored import REQUIRED, ROW, reading
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER

MAX_VALUES = 50  # of a segment; more leave too few answers in each to adjust for it
MAX_SEGMENTS = 2
_SEPARATOR = "\x1f"


def read_answers(
    data: InsightData, metric: str, segments: Sequence[str]
) -> dict[str, list[Answers]]:
    """Return the answers of each touchpoint by channel and stratum: the period, then segments."""
    scored, definition = data.scored, data.summary.definitions[metric]
    table = scored.table
    groups = [ibis.coalesce(scored.group(name), "") for name in ("channel", *segments)]
    joined = groups[0]
    for group in groups[1:]:
        joined = joined + _SEPARATOR + group
    columns = {name: table[table.columns[scored.columns.index(name)]] for name in REQUIRED}
    unused = ["stage", "emotions", "topics", "spans"]
    if definition.kind == "net_sentiment":
        unused.append("responses")
    else:
        unused += ["language", "text", "turns", "sentiment", "mixed", "satisfaction"]
        # A submission answers a question once, so the other questions say nothing of this one's.
        asked = _questions(data, definition)
        columns["responses"] = columns["responses"].filter(
            lambda answer: answer.question_id.isin(asked) | answer.question_id.isnull()
        )
    # Without what is not counted here, the cube does not read it.
    nothing = {name: ibis.null(columns[name].type()) for name in unused}
    rows = table.select(ROW, **{**columns, **nothing}, mix=joined)
    with reading(scored.path):
        cube = build_cube(rows, period=data.period, group=rows.mix)
    found: dict[str, list[Answers]] = defaultdict(list)
    counted = cube.documents if definition.kind == "net_sentiment" else cube.answers
    for row in counted.to_pylist():
        if row["touchpoint"] is None or row["group"] is None:
            continue
        channel, *values = row["group"].split(_SEPARATOR)
        sums = _sums(row, definition)
        if channel and sums is not None:
            stratum = (str(row["period"]), *values)
            found[row["touchpoint"]].append(Answers(channel=channel, stratum=stratum, **sums))
    return found


def _questions(data: InsightData, definition: MetricDefinition) -> list[str]:
    """Return the questions that ask for a metric on its scale."""
    answers = data.cube.rolled_up().answers.to_pylist()
    asked = {row["question_id"] for row in answers if _asks(row, definition)}
    return sorted(asked - {None})


def _sums(row: dict[str, Any], definition: MetricDefinition) -> dict[str, Any] | None:
    """Return n, Σw, Σw², Σwy and Σwy² of a row of the cube, or None of another metric."""
    if definition.kind == "net_sentiment":
        n, positive, negative = row["n_scored"], row["n_positive"], row["n_negative"]
        y, yy = 100.0 * (positive - negative), 1e4 * (positive + negative)
        return {"n": n, "w": float(n), "ww": float(n), "y": y, "yy": yy}
    if not _asks(row, definition):
        return None
    sums = {"n": row["n"], "w": row["w"], "ww": row["ww"]}
    if definition.unit == "mean":
        return {**sums, "y": row["x"], "yy": row["xx"]}
    y = _points(row["bucket"], definition)
    return {**sums, "y": row["w"] * y, "yy": row["w"] * y * y}


def _asks(row: dict[str, Any], definition: MetricDefinition) -> bool:
    names = ("metric", "scale_min", "scale_max", "higher_is_better")
    asked = (
        definition.kind, definition.scale_min, definition.scale_max, definition.higher_is_better
    )  # fmt: skip
    other = definition.question_id is not None and row["question_id"] != definition.question_id
    return not other and tuple(row[name] for name in names) == asked


def _points(bucket: float, definition: MetricDefinition) -> float:
    if definition.unit == "points":
        return 100.0 * ((bucket >= LOWEST_PROMOTER) - (bucket <= HIGHEST_DETRACTOR))
    higher = definition.higher_is_better
    bound = satisfied_from(definition.scale_min, definition.scale_max, higher_is_better=higher)
    if bound is None:
        return 0.0
    return 100.0 if (bucket >= bound if higher else bucket <= bound) else 0.0


def adjustable_segments(data: InsightData, by: str | None) -> list[str]:
    """Return the segments to adjust for: the one asked for, else the first declared ones."""
    asked = [by] if by is not None and by.casefold() != "channel" else []
    few = []
    for name in dict.fromkeys((*asked, *data.journey.segments)):
        try:
            group = data.scored.group(name)
        except InputError:  # declared, but not in this file
            continue
        table = data.scored.table.select(value=group)
        if 2 <= int(table.value.nunique().to_pyarrow().as_py()) <= MAX_VALUES:
            few.append(name)
    return few[:MAX_SEGMENTS]
