"""Survey answers: one cell read as a value on its metric's scale."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from cxnlp.declarations import Metric
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.table import Chunk, Reject
from cxnlp.records import SURVEY_RESPONSE

# What exports write where there is no answer.
_NO_ANSWER = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "#n/a"})
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}", re.ASCII)  # of 1,000 it parts the thousands
_REMEMBERED = 1 << 12

Answer = tuple[Metric, float, float]  # metric, value, weight

NOT_A_NUMBER = "not a number"
NOT_WHOLE = "not a whole number"
BAD_WEIGHT = "weight is not a number above 0"


@dataclass(slots=True, kw_only=True)
class ScoreReader:
    """Reads the answers to one scored question, remembering the values it has seen."""

    metric: Metric
    _seen: dict[str, float | str | None] = field(default_factory=dict)

    def read(self, cell: str | None) -> float | str | None:
        """Return the value, None where there is no answer, or the reason for its rejection."""
        if cell is None:
            return None
        if cell not in self._seen:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[cell] = _read(cell.strip(), self.metric)
        return self._seen[cell]


def read_answers(
    chunk: Chunk, readers: Sequence[ScoreReader], reject: Reject
) -> list[list[Answer]]:
    """Return the (metric, value, weight) of every answer of each row."""
    answers: list[list[Answer]] = [[] for _ in chunk.rows]
    for reader in readers:
        metric = reader.metric
        weights: list[str | None] | None = None
        if metric.weight_column is not None:
            weights = cell_texts(chunk.batch.column(metric.weight_column))
        for i, cell in enumerate(cell_texts(chunk.batch.column(metric.column))):
            value = reader.read(cell)
            if value is None:
                continue
            weight = read_weight(weights[i]) if weights is not None else 1.0
            if isinstance(value, str):
                reject(chunk.rows[i], metric.column, value)
            elif isinstance(weight, str):
                reject(chunk.rows[i], metric.weight_column or "", weight)
            else:
                answers[i].append((metric, value, weight))
    return answers


def read_weight(cell: str | None) -> float | str:
    """Return a weight above 0, or the reason for its rejection."""
    value = _number(cell.strip()) if cell else None
    return value if value is not None and 0 < value < float("inf") else BAD_WEIGHT


def is_number(cell: str) -> bool:
    """Return whether a cell is a number."""
    return _number(cell.strip()) is not None


def responses_array(
    rows: Sequence[Sequence[Answer]],
    *,
    touchpoints: Sequence[str | None],
    stages: Sequence[str | None],
    stage_of: Mapping[str, str],
) -> pa.Array[Any]:
    """Return the answers of each row as SURVEY_RESPONSE records.

    :param touchpoints: of the rows, for the metrics that declare none; `stages` likewise.
    :param stage_of: the stage of each touchpoint that a metric may declare.
    """
    offsets = [0]
    flat: list[tuple[object, ...]] = []
    for row, touchpoint, stage in zip(rows, touchpoints, stages, strict=True):
        for m, value, weight in row:
            place = (touchpoint, stage)
            if m.touchpoint is not None:
                place = (m.touchpoint, stage_of.get(m.touchpoint))
            scale = (m.scale_min, m.scale_max, m.higher_is_better)
            flat.append((m.question_id, m.kind, value, *scale, *place, weight))
        offsets.append(len(flat))
    children = [
        pa.array([answer[i] for answer in flat], child.type)
        for i, child in enumerate(SURVEY_RESPONSE)
    ]
    struct = pa.StructArray.from_arrays(children, fields=list(SURVEY_RESPONSE))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct)


def _read(cell: str, metric: Metric) -> float | str | None:
    if cell.lower() in _NO_ANSWER or cell in metric.missing:
        return None
    value = _number(cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell)
    if value is None:
        return NOT_A_NUMBER
    if any(_number(missing) == value for missing in metric.missing):
        return None
    if not metric.scale_min <= value <= metric.scale_max:
        scale = f"{metric.scale_min:g}-{metric.scale_max:g}"
        return f"{metric.kind} outside {scale}"
    if metric.kind == "nps" and value != int(value):
        return f"nps {NOT_WHOLE}"
    return value


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None
