"""What every format reader gives: a table of named columns, read in chunks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from cxnlp.errors import InputError

# Called with the row, the column (empty for the whole row) and the reason.
Reject = Callable[[int, str, str], None]
Note = Callable[[str], None]

# Where rows are long, fewer of them make a chunk.
CHUNK_CHARACTERS = 1 << 24

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows: `batch` has the table's schema, `rows` the 1-based number of each row."""

    rows: list[int]
    batch: pa.RecordBatch


class Table(Protocol):
    """An opened input file; its rows can be read any number of times."""

    path: Path
    schema: pa.Schema
    bytes_total: int
    bytes_read: int  # of the latest reading

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the rows in order, at most `rows` at a time, and tell what cannot be read."""
        ...


class Format(Protocol):
    """A module of `cxnlp.importers.formats`."""

    SUFFIXES: tuple[str, ...]

    def open_table(self, path: Path, note: Note) -> Table:
        """Open a file; raise InputError where it is none of this format."""
        ...


def ignore_reject(row: int, column: str, reason: str) -> None:
    """Take no notice of a reject, for a first look at a file."""


def distinct_names(names: list[str]) -> list[str]:
    """Return column names made distinct and not empty: x, x_2, column_3."""
    result: list[str] = []
    taken = set(names)
    for position, name in enumerate(names, start=1):
        unique = name or f"column_{position}"
        n = 2
        while unique in result or (unique != name and unique in taken):
            unique = f"{name or 'column'}_{n if name else position + n}"
            n += 1
        result.append(unique)
    return result


def check_header(path: Path, names: list[str]) -> None:
    """Raise InputError on column names that show the file to be no table."""
    if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for name in names for c in name):
        raise InputError(f"{path}: the header holds control characters, so it is not a table.")


def strings(values: list[str | None]) -> pa.Array[Any]:
    """Return a string array; what has no UTF-8 form (lone surrogates) becomes U+FFFD."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if v is None else repaired(v) for v in values], pa.string())


def repaired(text: str) -> str:
    """Return `text` with lone surrogates, which no file can hold, replaced."""
    return _SURROGATE.sub("\ufffd", text)
