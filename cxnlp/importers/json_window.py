"""A stream of JSON read value by value through a bounded window."""

from __future__ import annotations

import json
import re
from typing import Any, TextIO

MAX_VALUE_CHARACTERS = 1 << 24

_CHUNK_CHARACTERS = 1 << 16
# NaN and Infinity are no JSON, yet common exporters write them for "no value".
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_IN_STRING = re.compile(r'(?:[^"\\\n]|\\.)*+', re.S)
_STRUCTURE = r'["{}\[\],]'
# An error this near to the end of the window may be for want of the rest.
_NEAR_END = 16
_LONGEST_INDENT = 64


class BrokenJsonError(Exception):
    """What stands here is no JSON; never leaves this folder."""


class LongJsonError(BrokenJsonError):
    """What stands here is longer than a value may be."""


class JsonWindow:
    """The part of a stream that was read and not yet passed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._passed = 0  # characters before the window
        self._is_end = False
        self._indent: str | None = None  # of the latest value, None in the middle of a line

    @property
    def position(self) -> int:
        """Return how many characters were passed."""
        return self._passed + self._at

    @property
    def indent(self) -> str | None:
        """Return the white space before what `peek` found, None where it begins no line."""
        return self._indent

    def peek(self) -> str:
        """Pass over white space and return the character after it, "" at the end."""
        space = ""
        while True:
            match = _SPACE.match(self._text, self._at)
            end = self._at if match is None else match.end()
            space = (space + self._text[self._at : end])[-_LONGEST_INDENT - 1 :]
            self._at = end
            if end < len(self._text) or not self._fill():
                break
        _, newline, indent = space.rpartition("\n")
        self._indent = indent if newline or not self.position else None
        return self._text[self._at : self._at + 1]

    def take(self) -> None:
        """Pass over one character."""
        self._at += 1

    def value(self) -> Any:
        """Return the value that stands here, and pass over it.

        :raises BrokenJsonError: where it is none; nothing is passed over.
        """
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.pos > len(self._text) - _NEAR_END or "Untermin" in error.msg
                if is_cut and self._fill():
                    continue
                raise BrokenJsonError from error
            except (ValueError, RecursionError) as error:  # a number or a nesting beyond Python's
                raise BrokenJsonError from error
            is_open = end == len(self._text) and self._text[end - 1] not in '"}]'
            if is_open and self._fill():  # the rest of a number may follow
                continue
            self._at = end
            return found

    def skip(self, indent: str | None = None) -> bool:
        """Pass over a value, broken or not, to the comma or bracket after it.

        :param indent: the white space before the objects of a list that begin a line: the next of
            them ends a broken one too.
        :returns: whether an end was found.
        """
        pattern = _STRUCTURE if indent is None else rf"{_STRUCTURE}|\n{re.escape(indent)}(?=\{{)"
        structure = re.compile(pattern)
        depth = 0
        is_lost = False  # whether a string is broken, so that brackets mean nothing
        while True:
            if len(self._text) - self._at < 2 * _LONGEST_INDENT:
                self._fill()
            match = structure.search(self._text, self._at)
            if match is None or match.end() > len(self._text) - 2 * _LONGEST_INDENT:
                if not self._is_end:
                    self._at = max(self._at, len(self._text) - 2 * _LONGEST_INDENT)
                    self._fill()
                    continue
            if match is None:
                self._at = len(self._text)
                return False
            token = match[0]
            self._at = match.start()
            if token.startswith("\n"):
                return True
            if token in ",]}" and not depth and not is_lost:
                return True
            self._at += 1
            if token == '"' and not is_lost:
                is_lost = not self._skip_string()
            depth += (token in "{[") - (token in "}]")

    def _skip_string(self) -> bool:
        """Pass over the rest of a string; return whether it is closed before its line ends."""
        while True:
            match = _IN_STRING.match(self._text, self._at)
            self._at = self._at if match is None else match.end()
            if len(self._text) - self._at <= 1 and self._fill():
                continue
            if self._text[self._at : self._at + 1] != '"':
                return False
            self._at += 1
            return True

    def _fill(self) -> bool:
        """Read more, as much again as stands here; return whether there was more."""
        here = len(self._text) - self._at
        if here > MAX_VALUE_CHARACTERS:
            raise LongJsonError
        room = MAX_VALUE_CHARACTERS - here + 1
        more = self._stream.read(min(max(_CHUNK_CHARACTERS, here), room))
        self._is_end = not more
        self._passed += self._at
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(more)
