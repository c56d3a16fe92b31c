"""Reads a JSON file: a list of objects, an object that holds one, or JSON lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from cxnlp.errors import InputError
from cxnlp.importers.decoding import find_encoding
from cxnlp.importers.fields import SYNONYMS, column_list, key_of
from cxnlp.importers.formats.jsonl import JsonLinesTable, NumberedObject
from cxnlp.importers.json_records import is_json_lines, list_names, open_json, read_records
from cxnlp.importers.json_window import MAX_VALUE_CHARACTERS
from cxnlp.importers.table import Note

SUFFIXES = (".json",)
ROWS_ARE = "the rows are the objects of"

# Where an object holds several lists, these are the rows.
_ROWS = (
    "data", "results", "items", "records", "rows", "entries", "reviews", "responses", "answers",
    "surveys", "feedback", "comments", "tickets", "conversations",
)  # fmt: skip


def open_table(path: Path, note: Note) -> JsonLinesTable:
    """Open a file of JSON; a row is an object, numbered from 1 in its list or as a line.

    :raises InputError: where an object holds several lists, and which are the rows is unclear.
    """
    encoding = find_encoding(path)
    if encoding.note:
        note(f"{path.name}: {encoding.note}.")
    name = _rows_name(path)
    if name:
        note(f"{path.name}: {ROWS_ARE} {name!r}.")
    return JsonLinesTable(path, encoding=encoding, read=partial(_objects, name=name))


def _objects(stream: io.TextIOWrapper, *, name: str) -> Iterator[NumberedObject]:
    for record in read_records(stream, (name,) if name else ()):
        yield record.number, record.value, record.problem, record.length


def _rows_name(path: Path) -> str:
    """Return the list that holds the rows, "" where the file itself is the list or the row."""
    with open_json(path) as stream:
        if is_json_lines(stream) and _has_more_lines(stream):
            return ""
        names = list_names(stream)
    names = [name for name in names if key_of(name) not in SYNONYMS["turns"]]
    if len(names) < 2:
        return next(iter(names), "")
    found = [name for known in _ROWS for name in names if key_of(name) == known]
    if not found:
        raise InputError(
            f"{path}: holds several lists: {column_list(names)}. Save the one with the feedback "
            "to a file of its own."
        )
    return found[0]


def _has_more_lines(stream: io.TextIOWrapper) -> bool:
    """Return whether two lines hold something; the stream is at its beginning again."""
    lines = iter(lambda: stream.readline(MAX_VALUE_CHARACTERS), "")
    n = len(list(islice((line for line in lines if not line.isspace()), 2)))
    stream.seek(0)
    return n == 2
