"""Cells of a sheet as texts, and the type of a column of them."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_INT64 = range(-(1 << 63), 1 << 63)
_EXACT_FLOAT = 1e15  # whole numbers below are written without an exponent


def kind_of(cell: Any) -> str:
    """Return bool, int, float, date, datetime or text."""
    if isinstance(cell, bool):
        return "bool"
    if isinstance(cell, int):
        return "int" if cell in _INT64 else "text"
    if isinstance(cell, float):
        return "float"
    if isinstance(cell, datetime.datetime):
        return "date" if cell.time() == datetime.time() else "datetime"
    return "text"


def text_of(cell: Any) -> str | None:
    """Return a cell as text: dates in ISO 8601, 5.0 as 5."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_FLOAT else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat() if cell.time() != datetime.time() else cell.date().isoformat()
    return str(cell)


def type_of(kinds: set[str]) -> pa.DataType:
    """Return the type of a column of cells of these kinds: string unless one holds them all."""
    if kinds == {"bool"}:
        return pa.bool_()
    if kinds == {"int"}:
        return pa.int64()
    if kinds and kinds <= {"int", "float"}:
        return pa.float64()
    if kinds == {"date"}:
        return pa.date32()
    if kinds and kinds <= {"date", "datetime"}:
        return pa.timestamp("us")
    return pa.string()


def typed(column: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
    """Return a column of texts from `text_of` in the type that `type_of` gave."""
    if pa.types.is_string(kind):
        return column
    if pa.types.is_boolean(kind):
        return pc.equal(column, pa.scalar("TRUE"))
    return column.cast(kind)
