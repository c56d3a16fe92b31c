"""Cut a text into the spans that are scored: sentences, and their halves at a contrast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from threading import local
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

Span = tuple[int, int]  # code points, end exclusive

_LINE = re.compile(r"[^\r\n]+")
_CONTRAST = re.compile(r"\b(?:but|however|although)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_END = re.compile(r"[.!?…。！？؟]")
# What stands without a space is no longer than an address; spaCy takes the square of its length.
_ENDLESS = re.compile(r"\S{200,}")
_MIN_WORDS = 3  # on either side of a contrast
# spaCy holds a whole line as a document; a line longer than this is cut at white space first.
_MAX_LINE = 20_000


class _Pipelines(local):
    """A pipeline a thread: what one forgets, another may be reading."""

    pipeline: Language | None = None


_PIPELINES = _Pipelines()


def _pipeline() -> Language:
    if _PIPELINES.pipeline is None:
        import spacy

        pipeline = spacy.blank("en")
        pipeline.add_pipe("sentencizer")
        pipeline.max_length = 10 * _MAX_LINE
        _PIPELINES.pipeline = pipeline
    return _PIPELINES.pipeline


def split_sentences(text: str) -> list[Span]:
    """Return the spans of a text in order, white space trimmed, none of them empty.

    >>> text = "Lovely staff. The room was clean but the food arrived cold."
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['Lovely staff.', 'The room was clean', 'but the food arrived cold.']
    """
    return split_many([text])[0]


def split_many(texts: Sequence[str]) -> list[list[Span]]:
    """Return the spans of each text, in the order of the texts."""
    # Else spaCy keeps every word that it ever saw, and a service never stops growing.
    with _pipeline().memory_zone():
        return [
            [half for span in _cut_sentences(text) for half in _cut_contrast(text, span)]
            for text in texts
        ]


def _cut_sentences(text: str) -> Iterator[Span]:
    for start, end in _lines(text):
        # Most feedback is one sentence: without an end mark inside there is nothing to cut.
        if not _END.search(text, start, end - 1):
            yield start, end
            continue
        document = _pipeline().make_doc(_ENDLESS.sub(_mask, text[start:end]))
        for _, component in _pipeline().pipeline:
            document = component(document)
        for sentence in document.sents:
            yield from _trim(text, start + sentence.start_char, start + sentence.end_char)


def _mask(endless: re.Match[str]) -> str:
    """Return as many letters, with the mark that it ends with: "Why!!!!!!" still ends there."""
    return "x" * (len(endless[0]) - 1) + endless[0][-1]


def _lines(text: str) -> Iterator[Span]:
    for match in _LINE.finditer(text):
        start, stop = match.span()
        while start < stop:
            end = stop
            if stop - start > _MAX_LINE:
                space = text.rfind(" ", start + 1, start + _MAX_LINE)
                end = space if space > start else start + _MAX_LINE
            yield from _trim(text, start, end)
            start = end


def _cut_contrast(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    for match in _CONTRAST.finditer(text, start, end):
        left = _n_words(text, start, match.start())
        right = _n_words(text, match.end(), end)
        if left >= _MIN_WORDS and right >= _MIN_WORDS:
            yield from _trim(text, start, match.start())
            start = match.start()
    yield from _trim(text, start, end)


def _n_words(text: str, start: int, end: int) -> int:
    return _count(_WORD.finditer(text, start, end), limit=_MIN_WORDS)


def _count(found: Iterable[object], *, limit: int) -> int:
    count = 0
    for _ in found:
        count += 1
        if count == limit:
            break
    return count


def _trim(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the span without the white space around it, if anything is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
