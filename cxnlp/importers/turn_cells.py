"""Cells that hold all turns of a conversation: lists, JSON text, or lines of "role: text"."""

from __future__ import annotations

import json
import re
from typing import Any

import pyarrow as pa

from cxnlp.importers.cells import cell_texts, is_blank
from cxnlp.importers.fields import key_of
from cxnlp.importers.scores import is_number
from cxnlp.turns import ROLES

# The text form of the flat output: each turn begins a line, its further lines are indented.
_TURN_START = re.compile(rf"(?:^|\n)({'|'.join(ROLES)}): ?")


def looks_like_turns(column: pa.Array[Any], name: str) -> bool:
    """Return whether cells hold turns; those of a column called turns do, but for numbers."""
    kind = column.type
    if pa.types.is_nested(kind):
        return pa.types.is_list(kind) or pa.types.is_large_list(kind) or key_of(name) == "turns"
    cells = [c for c in cell_texts(column) if c and not is_blank(c)] if _is_text(kind) else []
    if key_of(name) == "turns":
        return any(not is_number(cell) for cell in cells)
    return any(cell.lstrip().startswith("[") and isinstance(_parsed(cell), list) for cell in cells)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def turns_of_text(text: str) -> list[dict[str, str]] | None:
    r"""Return the turns of the flat output's text form, None where it is none.

    >>> turns_of_text("agent: Hello\n  there\ncustomer: Hi")
    [{'role': 'agent', 'text': 'Hello\nthere'}, {'role': 'customer', 'text': 'Hi'}]
    """
    parts = _TURN_START.split(text)
    if len(parts) < 3 or parts[0]:
        return None
    return [
        {"role": role, "text": said.replace("\n  ", "\n")}
        for role, said in zip(parts[1::2], parts[2::2], strict=True)
    ]


def turn_cells(column: pa.Array[Any]) -> list[Any]:
    """Return what each cell holds: a list of turns, None, or something else that is no turns."""
    if not pa.types.is_nested(column.type):
        return [None if cell is None else _parsed(cell) for cell in cell_texts(column)]
    try:
        return column.to_pylist()
    except (ValueError, OverflowError):  # a time beyond Python's, or bytes that are no UTF-8
        return [_parsed(cell or "null") for cell in _texts_one_by_one(column)]


def _texts_one_by_one(column: pa.Array[Any]) -> list[str | None]:
    """Return nested cells as JSON text, and what Python cannot hold as text that is none."""
    cells: list[str | None] = []
    for cell in column:
        try:
            value = cell.as_py()
        except (ValueError, OverflowError):
            cells.append("?")
        else:
            cells.append(None if value is None else json.dumps(value, default=str))
    return cells


def _parsed(cell: str) -> Any:
    """Return what the JSON of a cell says, None where it is blank, else something no list."""
    if is_blank(cell):
        return None
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return turns_of_text(cell) or cell
    return found
