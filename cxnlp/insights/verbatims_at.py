"""The comments that stand in given rows of a scored file."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxnlp.errors import InputError
from cxnlp.insights.asked import asks
from cxnlp.journey.scored import ROW, ScoredFile
from cxnlp.journey.summary import MetricDefinition

_COLUMNS = (
    "text", "turns", "touchpoint", "channel", "occurred_at", "sentiment", "topics", "spans",
    "responses",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbatim:
    """One comment, with what the model read in it."""

    row: int  # of the scored file, from 0
    text: str  # as it was written; of a conversation what the customer said, a turn a line
    touchpoint: str | None
    occurred_at: dt.datetime | None  # UTC
    sentiment: str | None  # negative, neutral, positive; None where it was not scored
    topics: tuple[str, ...]  # of the comment and of its sentences, each once
    score: float | None = None  # the row's own answer to the headline question, on its scale
    channel: str | None = None


def verbatims_at(
    scored: ScoredFile, rows: Sequence[int], *, definition: MetricDefinition | None = None
) -> list[Verbatim]:
    """Return the comments in these rows, in this order.

    :param definition: of the metric whose answer becomes `score`.
    :raises InputError: where the file has no such row.
    """
    if not rows:
        return []
    table = scored.record(*_COLUMNS)
    wanted = sorted({int(row) for row in rows})
    found = {
        row[ROW]: _verbatim(row, definition)
        for row in table.filter(table[ROW].isin(wanted)).to_pyarrow().to_pylist()
    }
    missing = [row for row in wanted if row not in found]
    if missing:
        raise InputError(f"{scored.path}: there is no row {missing[0]}. Rows count from 0.")
    return [found[int(row)] for row in rows]


def _verbatim(row: Mapping[str, Any], definition: MetricDefinition | None) -> Verbatim:
    spans = (topic for span in row["spans"] or () for topic in span["topics"] or ())
    labels = (topic["label"] for topic in (*(row["topics"] or ()), *spans))
    return Verbatim(
        row=row[ROW],
        text=_text(row),
        touchpoint=row["touchpoint"],
        occurred_at=row["occurred_at"],
        sentiment=row["sentiment"],
        topics=tuple(dict.fromkeys(labels)),
        score=next((a["value"] for a in row["responses"] or () if _answers(a, definition)), None),
        channel=row["channel"],
    )


def _text(row: Mapping[str, Any]) -> str:
    if not row["turns"]:
        return row["text"] or ""
    said = (turn["text"] or "" for turn in row["turns"] if turn["role"] == "customer")
    return "\n".join(said)


def _answers(answer: Mapping[str, Any], definition: MetricDefinition | None) -> bool:
    """Tell whether an answer is one to this metric."""
    value = answer["value"]
    if definition is None or value is None or math.isnan(value):
        return False
    return asks(answer, definition)
