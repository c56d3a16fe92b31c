"""Record batches as plain values for JSON, and as flat text cells for CSV.

In CSV, `topics`, `topic_sentiments` and `emotions` are labels joined by `;`, `sentiment_probs`
becomes prob_negative, prob_neutral and prob_positive, `turns` has a line "role: text" for each
turn (its further lines begin with two spaces), and other nested columns are JSON text. A text
that a spreadsheet would run as a formula begins with an apostrophe unless CSV is written raw; the
offsets in `spans` count without it.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cxnlp.importers.cells import cell_texts
from cxnlp.importers.table import strings
from cxnlp.labels import SENTIMENTS
from cxnlp.records import INTERACTION, PREDICTION
from cxnlp.spreadsheet import spreadsheet_safe

_JOINED = ("topics", "emotions")

Column = list[Any]


def flat_names(schema: pa.Schema) -> list[str]:
    """Return the names of the columns that `flat_columns` gives."""
    names: list[str] = []
    for field in schema:
        if _is_prediction(field, "sentiment_probs"):
            names.extend(f"prob_{sentiment}" for sentiment in SENTIMENTS)
        elif _is_prediction(field, "topics"):
            names.extend(("topics", "topic_sentiments"))
        else:
            names.append(field.name)
    return names


def flat_columns(batch: pa.RecordBatch, *, raw: bool = False) -> list[list[str]]:
    """Return the cells of each flat column.

    :param raw: whether texts stay as they are that a spreadsheet would run as a formula.
    """
    columns = []
    for array in flat_arrays(batch):
        texts = ["" if text is None else text for text in plain_texts(array)]
        is_number = pa.types.is_integer(array.type) or pa.types.is_floating(array.type)
        columns.append(texts if raw or is_number else [spreadsheet_safe(t) for t in texts])
    return columns


def flat_arrays(batch: pa.RecordBatch) -> list[pa.Array[Any]]:
    """Return the flat columns, those of one value a row in their own type."""
    arrays: list[pa.Array[Any]] = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if _is_prediction(field, "sentiment_probs"):
            arrays += [pc.struct_field(column, sentiment) for sentiment in SENTIMENTS]
        elif any(_is_prediction(field, name) for name in _JOINED):
            rows = column.to_pylist()
            arrays.append(strings([_joined(row, "label") for row in rows]))
            if field.name == "topics":
                arrays.append(strings([_joined(row, "sentiment") for row in rows]))
        elif field.name == "turns" and field.type == INTERACTION.field("turns").type:
            arrays.append(strings([_spoken(row) for row in column.to_pylist()]))
        else:
            arrays.append(column)
    return arrays


def plain_texts(column: pa.Array[Any]) -> list[str | None]:
    """Return the cells of a column as text, nested ones as JSON."""
    values = plain(column)
    if pa.types.is_nested(column.type):
        return [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
    return [_text(value) for value in values]


def plain(column: pa.Array[Any]) -> Column:
    """Return the values of a column as JSON takes them: times in ISO 8601, maps as objects."""
    convert = _converter(column.type)
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):  # a date beyond Python's, or bytes that are no UTF-8
        return list(cell_texts(column))
    if convert is None:
        return values
    return [None if value is None else convert(value) for value in values]


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _spoken(turns: Iterable[dict[str, Any]] | None) -> str:
    lines = (f"{turn['role']}: {turn['text']}".replace("\n", "\n  ") for turn in turns or ())
    return "\n".join(lines)


def _joined(row: Iterable[dict[str, Any]] | None, key: str) -> str:
    return "" if row is None else ";".join(item[key] or "" for item in row)


def _is_prediction(field: pa.Field[Any], name: str) -> bool:
    return field.name == name and field.type == PREDICTION.field(name).type


def _converter(kind: pa.DataType) -> Callable[[Any], Any] | None:
    """Return what makes a Python value of this type one that JSON takes, None where it is one."""
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        return _short_float
    if pa.types.is_floating(kind):
        return _finite
    if pa.types.is_timestamp(kind):
        return _iso_time
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _decoded
    if pa.types.is_map(kind):
        convert = _converter(kind.item_type) or _same
        return lambda pairs: {str(k): None if v is None else convert(v) for k, v in pairs}
    if pa.types.is_struct(kind):
        fields = [(field.name, _converter(field.type)) for field in kind]
        needed = {name: convert for name, convert in fields if convert is not None}
        if not needed:
            return None
        return lambda struct: {
            name: needed[name](value) if value is not None and name in needed else value
            for name, value in struct.items()
        }
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        convert_item = _converter(kind.value_type)
        if convert_item is None:
            return None
        return lambda items: [None if item is None else convert_item(item) for item in items]
    if pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return None
    return str  # dates, times of day, durations, decimals


def _short_float(value: float) -> float | None:
    """Return the decimal that a 32-bit float stands for: .9, not .8999999761581421."""
    return float(f"{value:.7g}") if math.isfinite(value) else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _iso_time(time: datetime.datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _same(value: Any) -> Any:
    return value
