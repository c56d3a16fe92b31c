"""Rewrite what an uncased English vocabulary cannot read, keeping track of offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# One character for one character, so offsets do not move.
_SAME_LENGTH = str.maketrans("’‘‛´`“”„«»–—−\u00a0\u200b\ufeff", "'''''\"\"\"\"\"---   ")
_PICTURE = re.compile(
    "[\u2600-\u27bf\u2b50\u2b55\u263a\u2639\U0001f300-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f900-\U0001faff\U0001f3fb-\U0001f3ff\ufe0f\u200d]"
)
_SKIN_OR_JOINER = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f\u200d]")
# Half of a pair of UTF-16, left over where a text was cut; it cannot be encoded.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|(?<![\w.])@\w+|\bpic\.twitter\.com/\S+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Legible:
    """A text as the model reads it."""

    text: str
    offsets: tuple[int, ...] | None  # original offset of each character; None where unmoved

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original text of a place in this one."""
        if self.offsets is None:
            return start, end
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


def make_legible(text: str) -> Legible:
    """Return the text with typographic quotes plain and pictographs named in words.

    >>> make_legible("Great 👍").text
    'Great  thumbs up sign '
    """
    text = text.translate(_SAME_LENGTH)
    if text.isascii():
        return Legible(text=text, offsets=None)
    text = _HALF_CHARACTER.sub("\ufffd", text)
    if not _PICTURE.search(text):
        return Legible(text=text, offsets=None)
    pieces: list[str] = []
    offsets: list[int] = []
    for position, character in enumerate(text):
        piece = _name(character) if _PICTURE.match(character) else character
        pieces.append(piece)
        offsets.extend([position] * len(piece))
    offsets.append(len(text))
    return Legible(text="".join(pieces), offsets=tuple(offsets))


def find_addresses(text: str) -> list[tuple[int, int]]:
    """Return where web addresses and @handles stand; they say nothing about feelings."""
    if "@" not in text and "://" not in text and "www." not in text and "pic." not in text:
        return []
    return [match.span() for match in _ADDRESS.finditer(text)]


def _name(character: str) -> str:
    if _SKIN_OR_JOINER.match(character):
        return " "
    return f" {unicodedata.name(character, '').lower()} "
