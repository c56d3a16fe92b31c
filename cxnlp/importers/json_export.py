"""The conversations of a JSON export as a table of text columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from cxnlp.importers.export import Head, stable_id
from cxnlp.importers.html_text import MAX_HTML_CHARACTERS, html_text
from cxnlp.importers.json_records import is_json, open_json, read_records
from cxnlp.importers.table import CHUNK_CHARACTERS, Chunk, Reject, strings

TOO_MUCH_HTML = f"a message of over {MAX_HTML_CHARACTERS:,} characters"
TOO_DEEP = "nested too deeply"

# A turn that says nothing keeps the place of what is not read, so that rejects name the right one.
UNSAID: Mapping[str, object] = {"role": "system", "text": ""}

# A breakdown by more values than these is no breakdown.
MAX_SEGMENT_VALUES = 50

_HEAD_RECORDS = 50

Record = Mapping[str, Any]
Row = dict[str, str | None]  # column -> cell


class MessageError(ValueError):
    """A message that cannot be read, so that its conversation is not."""


class JsonExportTable:
    """The rows of a JSON export, numbered as its records are.

    :param lists: the keys under which a record or a list of them may stand; `others` are those of
        lists of something else.
    :param read: gives the rows of one record; raises MessageError where there are none.
    """

    def __init__(
        self,
        path: Path,
        *,
        lists: Sequence[str],
        others: Sequence[str] = (),
        columns: Sequence[str],
        read: Callable[[Record], list[Row]],
    ) -> None:
        self.path = path
        self.schema = pa.schema([(name, pa.string()) for name in columns])
        self.bytes_total = path.stat().st_size
        self.bytes_read = 0
        self._lists = lists
        self._others = others
        self._read = read

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the rows in order; what is no conversation, or too long to read, is rejected."""
        numbers: list[int] = []
        found: list[Row] = []
        n_characters = 0
        with open_json(self.path) as stream:
            for record in read_records(stream, (*self._lists, *self._others)):
                if record.name in self._others:
                    continue
                if record.value is None:
                    reject(record.number, "", record.problem)
                    continue
                try:
                    new = self._read(record.value)
                except MessageError as error:
                    reject(record.number, "", str(error))
                    continue
                for row in new:
                    if len(found) == rows or n_characters >= CHUNK_CHARACTERS:
                        self.bytes_read = stream.buffer.raw.tell()  # type: ignore[attr-defined]
                        yield self._chunk(numbers, found)
                        numbers, found, n_characters = [], [], 0
                    numbers.append(record.number)
                    found.append(row)
                    n_characters += sum(len(cell) for cell in row.values() if cell)
        self.bytes_read = self.bytes_total
        if found:
            yield self._chunk(numbers, found)

    def _chunk(self, numbers: list[int], rows: list[Row]) -> Chunk:
        columns = [strings([row.get(name) for row in rows]) for name in self.schema.names]
        return Chunk(rows=numbers, batch=pa.RecordBatch.from_arrays(columns, schema=self.schema))


class SegmentValues:
    """Which columns have few enough values to break results down by."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._values: dict[str, set[str]] = {column: set() for column in columns}

    def add(self, column: str, cell: str | None) -> None:
        """Take note of the value of one record."""
        if column in self._values:
            values = self._values[column]
            if cell and len(values) <= MAX_SEGMENT_VALUES:
                values.add(cell)

    @property
    def segments(self) -> tuple[str, ...]:
        """Return the columns that have a value and not too many."""
        return tuple(c for c, v in self._values.items() if 0 < len(v) <= MAX_SEGMENT_VALUES)

    @property
    def too_many(self) -> tuple[str, ...]:
        """Return the columns that have too many values."""
        return tuple(c for c, v in self._values.items() if len(v) > MAX_SEGMENT_VALUES)


def first_records(head: Head, *, lists: Sequence[str], others: Sequence[str] = ()) -> list[Record]:
    """Return the first records of a file, none of a file that is not JSON."""
    if not is_json(head.path):
        return []
    found: list[Record] = []
    with open_json(head.path) as stream:
        for record in read_records(stream, (*lists, *others)):
            if record.name not in others and record.value is not None:
                found.append(record.value)
            if len(found) == _HEAD_RECORDS:
                break
    return found


def share_that(records: Sequence[Record], looks_so: Callable[[Record], float]) -> float:
    """Return the mean of what each record looks like, 0 of none."""
    return sum(map(looks_so, records)) / len(records) if records else 0.0


def id_of(record: Record) -> str:
    """Return the id of a record, one made from all of it where it has none."""
    given = record.get("id")
    if isinstance(given, str) and given.strip():
        return given.strip()
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    return stable_id(to_json(record))


def cell_of(value: object) -> str | None:
    """Return a JSON value as the text of a cell."""
    if value is None or isinstance(value, str):
        return value or None
    return to_json(value)


def scalar_of(value: object) -> str | None:
    """Return a text, a number or a truth as the text of a cell, None of all else."""
    return None if isinstance(value, dict | list) else cell_of(value)


def to_json(value: object) -> str:
    """Return a value as JSON text; raise MessageError where its nesting is beyond Python's."""
    try:
        return json.dumps(value, sort_keys=True)
    except RecursionError as error:
        raise MessageError(TOO_DEEP) from error


def object_at(record: Record, key: str) -> Record:
    """Return the object under a key, an empty one where there is none."""
    found = record.get(key)
    return found if isinstance(found, dict) else {}


def objects_at(record: Record, key: str) -> list[Any]:
    """Return the list under a key, or under that key of an object there: {"parts": {"parts": []}}.

    :raises MessageError: where something else stands there.
    """
    found = record.get(key)
    if isinstance(found, dict):
        found = found.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise MessageError(f"{key} is not a list")
    return found


def turn_of(role: object, at: object, body: object) -> dict[str, object]:
    """Return a turn of a cell of turns; what is of a wrong type stays so, to be rejected.

    :raises MessageError: on a body that is too long to read.
    """
    return {
        "role": role if isinstance(role, str) else None,
        "at": at if at is None or isinstance(at, str | int | float) else False,
        "text": words_of(body) if isinstance(body, str) else 0,
    }


def words_of(body: str) -> str:
    """Return the words of a message; raise MessageError where it is too long to read."""
    if len(body) > MAX_HTML_CHARACTERS:
        raise MessageError(TOO_MUCH_HTML)
    return html_text(body)


def names_of(values: object) -> str | None:
    """Return names, or the names of objects, joined by ";" in order of the alphabet."""
    if not isinstance(values, list):
        return None
    names = [value.get("name") if isinstance(value, dict) else value for value in values]
    return ";".join(sorted({name for name in names if isinstance(name, str) and name})) or None
