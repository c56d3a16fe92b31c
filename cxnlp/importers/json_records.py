"""The objects of a JSON file one by one: of a list, of lists in an object, or one after another."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from cxnlp.errors import InputError
from cxnlp.importers.decoding import find_encoding
from cxnlp.importers.formats.jsonl import json_lines
from cxnlp.importers.json_window import (
    MAX_VALUE_CHARACTERS,
    BrokenJsonError,
    JsonWindow,
    LongJsonError,
)

NOT_JSON = "not valid JSON"
NOT_JSON_FROM_HERE = "not valid JSON, and nothing after it is read"
NOT_AN_OBJECT = "not a JSON object"
TOO_LONG = f"a record of over {MAX_VALUE_CHARACTERS:,} characters"

_BEGINNING = 1 << 12
# White space, byte-order marks and the zeros of UTF-16.
_BEFORE_JSON = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRecord:
    """One object, or why there is none.

    :param name: of the list that it stands in; "" for a list without a name or JSON lines.
    :param number: from 1, in the lists of that name; of JSON lines that of the line.
    :param length: characters of JSON.
    """

    name: str
    number: int
    value: dict[str, Any] | None
    problem: str = ""
    length: int = 0


def is_json(path: Path) -> bool:
    """Return whether a file begins as a list or an object does, in whatever encoding."""
    try:
        with path.open("rb") as stream:
            beginning = stream.read(_BEGINNING)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    return beginning.translate(None, delete=_BEFORE_JSON)[:1] in (b"{", b"[")


def open_json(path: Path) -> TextIOWrapper:
    """Open a file of JSON in its encoding.

    :raises InputError: on a file that is no text or cannot be read.
    """
    codec = find_encoding(path).codec
    try:
        return path.open(encoding=codec, errors="replace", newline="\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error


def is_json_lines(stream: TextIOWrapper) -> bool:
    """Return whether the first line is an object; the stream is at its beginning again."""
    line = ""
    while not line.strip():
        line = stream.readline(MAX_VALUE_CHARACTERS)
        if not line:
            break
    stream.seek(0)
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read_records(stream: TextIOWrapper, lists: Collection[str] = ()) -> Iterator[JsonRecord]:
    """Yield the objects of a file, holding one of them at a time.

    An object with a list under a key of `lists` is no record itself: the objects of that list are,
    and its other keys are passed over. What is broken is yielded with its problem, and reading
    goes on after it where its end can be found; where it cannot, the problem says so.
    """
    reader = _Reader(frozenset(lists))
    return reader.lines(stream) if is_json_lines(stream) else reader.document(JsonWindow(stream))


class _Reader:
    """Numbers the records of each list."""

    def __init__(self, lists: frozenset[str]) -> None:
        self._lists = lists
        self._numbers: dict[str, int] = {}
        self._name = ""  # of the list at hand

    def lines(self, stream: TextIOWrapper) -> Iterator[JsonRecord]:
        for line, value, problem, length in json_lines(stream):
            named = [] if value is None else [n for n in value if _is_list(n, value, self._lists)]
            if value is None or not named:
                yield JsonRecord(name="", number=line, value=value, problem=problem, length=length)
            for name in named:
                found = value[name] if value is not None else []
                for each in found if isinstance(found, list) else [found]:
                    yield self._record(name, each, length // max(1, len(found)))

    def document(self, window: JsonWindow) -> Iterator[JsonRecord]:
        try:
            while first := window.peek():
                if first == "[":
                    yield from self._list(window, "")
                elif first == "{":
                    yield from self._object(window)
                else:
                    raise BrokenJsonError
        except BrokenJsonError:
            yield self._failed(self._name, NOT_JSON_FROM_HERE)

    def _list(self, window: JsonWindow, name: str) -> Iterator[JsonRecord]:
        """Yield the objects of a list; raise BrokenJsonError where its end cannot be found."""
        self._name = name
        window.take()
        indent: str | None = None
        while (first := window.peek()) != "]":
            if first in ("", "}"):
                raise BrokenJsonError
            if first == ",":
                window.take()
                continue
            if first == "{":
                indent = window.indent if indent is None else indent
            start = window.position
            try:
                value = window.value()
            except BrokenJsonError as error:
                if not window.skip(indent):
                    raise
                problem = TOO_LONG if isinstance(error, LongJsonError) else NOT_JSON
                yield self._failed(name, problem)
                continue
            yield self._record(name, value, window.position - start)
        window.take()
        self._name = ""

    def _object(self, window: JsonWindow) -> Iterator[JsonRecord]:
        """Yield an object, or those of its lists."""
        found: dict[str, Any] = {}
        is_record, is_long = True, False
        start = window.position
        window.take()
        while (first := window.peek()) != "}":
            if first == ",":
                window.take()
                continue
            key = window.value() if first == '"' else None
            if key is None or window.peek() != ":":
                raise BrokenJsonError
            window.take()
            first = window.peek()
            if key in self._lists and first == "[":
                is_record = False
                yield from self._list(window, key)
                continue
            try:
                value = window.value()
            except LongJsonError:
                self._pass(window)
                is_long = True
                continue
            if key in self._lists and isinstance(value, dict):
                is_record = False
                yield self._record(key, value, 0)
            elif is_record:
                found[key] = value
                if window.position - start > MAX_VALUE_CHARACTERS:
                    is_long = True
                    found.clear()
        window.take()
        if is_record:
            length = window.position - start
            yield self._failed("", TOO_LONG) if is_long else self._record("", found, length)

    def list_names(self, window: JsonWindow) -> list[str]:
        names: list[str] = []
        if window.peek() != "{":
            return names
        window.take()
        try:
            while (first := window.peek()) != "}":
                if first == ",":
                    window.take()
                    continue
                key = window.value() if first == '"' else None
                if key is None or window.peek() != ":":
                    break
                window.take()
                if window.peek() != "[":
                    self._pass(window)
                    continue
                records = self._list(window, key)
                if (record := next(records, None)) is not None and record.value is not None:
                    names.append(key)
                for _ in records:
                    pass
        except BrokenJsonError:
            pass  # what is broken is told when it is read
        return names

    def _pass(self, window: JsonWindow) -> None:
        """Pass over a value of whatever length, a list by its objects, which is the fastest."""
        if window.peek() == "[":
            for _ in self._list(window, ""):
                pass
        elif not window.skip():
            raise BrokenJsonError

    def _record(self, name: str, value: object, length: int) -> JsonRecord:
        if not isinstance(value, dict):
            return self._failed(name, NOT_AN_OBJECT)
        return JsonRecord(name=name, number=self._number(name), value=value, length=length)

    def _failed(self, name: str, problem: str) -> JsonRecord:
        return JsonRecord(name=name, number=self._number(name), value=None, problem=problem)

    def _number(self, name: str) -> int:
        self._numbers[name] = self._numbers.get(name, 0) + 1
        return self._numbers[name]


def _is_list(name: str, value: dict[str, Any], lists: frozenset[str]) -> bool:
    return name in lists and isinstance(value[name], list | dict)


def list_names(stream: TextIOWrapper) -> list[str]:
    """Return the keys of the object that a file is whose values are lists of objects."""
    return _Reader(frozenset()).list_names(JsonWindow(stream))
