"""Arrow columns of any type as the text of their cells."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pyarrow as pa

_UNSEEN = frozenset({"Cc", "Cf", "Mn"})


def cell_texts(column: pa.Array[Any]) -> list[str | None]:
    """Return each cell as text, null cells as None; nested cells as JSON text."""
    kind = column.type
    if pa.types.is_string(kind):
        try:
            return column.to_pylist()
        except UnicodeDecodeError:
            column = column.view(pa.binary())
            kind = column.type
    if pa.types.is_null(kind):
        return [None] * len(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()]
    if pa.types.is_floating(kind):
        return [_number_text(value) for value in column.to_pylist()]
    if not pa.types.is_nested(kind):
        try:
            return column.cast(pa.string()).to_pylist()
        except pa.ArrowException:
            pass
    return [
        None if value is None else json.dumps(value, ensure_ascii=False, default=str)
        for value in column.to_pylist()
    ]


def is_blank(text: str) -> bool:
    r"""Return whether nothing of a text is left to read.

    White space, joiners, marks without a letter, and what stands for lost characters.

    >>> is_blank(" \u00a0\u200b"), is_blank("-")
    (True, False)
    """
    return all(c.isspace() or c == "\ufffd" or unicodedata.category(c) in _UNSEEN for c in text)


def as_type(column: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
    """Return a column cast to a type that `common_type` gave."""
    if column.type == kind:
        return column
    if pa.types.is_string(kind):
        return pa.array(cell_texts(column), kind)
    return column.cast(kind)


def common_type(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type of a column that has two types in two files: string unless one holds both."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if pa.types.is_signed_integer(one) and pa.types.is_signed_integer(other):
        return pa.int64()
    if pa.types.is_floating(one) and pa.types.is_floating(other):
        return pa.float64()
    return pa.string()


def _number_text(value: float | None) -> str | None:
    if value is None or value != value:
        return None
    return str(int(value)) if value.is_integer() else repr(value)
