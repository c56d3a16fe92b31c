"""Reads JSON lines: one object a line, its keys the columns."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from cxnlp.errors import InputError
from cxnlp.importers.decoding import Encoding, find_encoding
from cxnlp.importers.table import (
    CHUNK_CHARACTERS,
    Chunk,
    Note,
    Reject,
    check_header,
    distinct_names,
    repaired,
    strings,
)

SUFFIXES = (".jsonl", ".ndjson")

# The number of a row, its object or None, why there is none, and its characters.
NumberedObject = tuple[int, dict[str, Any] | None, str, int]

_MAX_LINE_CHARACTERS = 1 << 24
_MAX_COLUMNS = 1_000
# NaN and Infinity are no JSON, yet common exporters write them for "no value".
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_INT64 = range(-(1 << 63), 1 << 63)


def open_table(path: Path, note: Note) -> JsonLinesTable:
    """Open a file of JSON lines."""
    encoding = find_encoding(path)
    if encoding.note:
        note(f"{path.name}: {encoding.note}.")
    return JsonLinesTable(path, encoding=encoding)


class JsonLinesTable:
    """A file of JSON objects.

    All of it is read once to learn its keys and their types, since a key may turn up late, or turn
    from a number into a string. A column of one scalar type keeps it; else it holds strings, what
    is not a string as JSON text.

    :param read: finds the objects, by default one a line.
    """

    def __init__(
        self,
        path: Path,
        *,
        encoding: Encoding,
        read: Callable[[io.TextIOWrapper], Iterator[NumberedObject]] | None = None,
    ) -> None:
        self.path = path
        self._read = read or json_lines
        self.bytes_total = path.stat().st_size
        self.bytes_read = 0
        self._encoding = encoding
        kinds: dict[str, set[str]] = {}
        with self._open() as stream:
            for _, found, _, _ in self._read(stream):
                if found is None:
                    continue
                for key, value in found.items():
                    if key not in kinds:
                        kinds[key] = set()
                        if len(kinds) > _MAX_COLUMNS:
                            raise InputError(f"{path}: has over {_MAX_COLUMNS} different keys.")
                    if value is not None:
                        kinds[key].add(_kind(value))
        if not kinds:
            raise InputError(
                f"{path}: holds no JSON object with a value. Save the feedback as a list of "
                "objects, or as one object a line."
            )
        check_header(path, list(kinds))
        self._keys = list(kinds)
        names = distinct_names([repaired(key).strip() for key in kinds])
        self.schema = pa.schema(
            [(name, _type(kinds[key])) for name, key in zip(names, kinds, strict=True)]
        )

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the rows in order; lines that are no JSON object are rejected."""
        numbers: list[int] = []
        objects: list[dict[str, Any]] = []
        with self._open() as stream:
            n_characters = 0
            for number, found, problem, length in self._read(stream):
                if found is None:
                    reject(number, "", problem)
                    continue
                numbers.append(number)
                objects.append(found)
                n_characters += length
                if len(objects) == rows or n_characters >= CHUNK_CHARACTERS:
                    self.bytes_read = stream.buffer.raw.tell()  # type: ignore[attr-defined]
                    yield self._chunk(numbers, objects)
                    numbers, objects = [], []
                    n_characters = 0
        self.bytes_read = self.bytes_total
        if objects:
            yield self._chunk(numbers, objects)

    def _chunk(self, numbers: list[int], objects: list[dict[str, Any]]) -> Chunk:
        columns = []
        for key, column in zip(self._keys, self.schema, strict=True):
            values = [found.get(key) for found in objects]
            if pa.types.is_string(column.type):
                columns.append(strings([_string(value) for value in values]))
                continue
            if pa.types.is_floating(column.type):
                values = [None if value is None else float(value) for value in values]
            columns.append(pa.array(values, column.type))
        return Chunk(rows=numbers, batch=pa.RecordBatch.from_arrays(columns, schema=self.schema))

    def _open(self) -> io.TextIOWrapper:
        try:
            return self.path.open(encoding=self._encoding.codec, errors="replace", newline="\n")
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror}.") from error


def json_lines(stream: io.TextIOWrapper) -> Iterator[NumberedObject]:
    """Yield (line number, object or None, problem, length) of each line that is not blank."""
    number = 0
    while line := stream.readline(_MAX_LINE_CHARACTERS):
        number += 1
        if len(line) == _MAX_LINE_CHARACTERS and line[-1] != "\n":
            while (rest := stream.readline(_MAX_LINE_CHARACTERS)) and rest[-1] != "\n":
                pass
            yield number, None, f"a line of over {_MAX_LINE_CHARACTERS:,} characters", 0
            continue
        if line.isspace():
            continue
        try:
            found = _DECODER.decode(line)
        except (ValueError, RecursionError):
            yield number, None, "not valid JSON", 0
            continue
        if isinstance(found, dict):
            yield number, found, "", len(line)
        else:
            yield number, None, "not a JSON object", 0


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if value in _INT64 else "json"
    return "float" if isinstance(value, float) else "json"


def _type(kinds: set[str]) -> pa.DataType:
    if kinds == {"bool"}:
        return pa.bool_()
    if kinds == {"int"}:
        return pa.int64()
    if kinds and kinds <= {"int", "float"}:
        return pa.float64()
    return pa.string()


def _string(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False)
