"""Sentences written for this project, each its own, one file a theme: training/contrast."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from cxnlp.errors import InputError
from training.example import Example, document, normalise
from training.readers.annotated import parse_topics
from training.readers.opinions import INDEX

_FOLDER = Path(__file__).parent.parent / "contrast"


def _split_of(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(normalise(text).encode()).digest()[:4]) % 100
    return "val" if number < 5 else "test" if number < 13 else "train"


def _lines(folder: Path, columns: list[str]) -> Iterator[tuple[Path, int, list[str]]]:
    """Yield file, number and fields of every line of a folder's files, their text not empty."""
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            lines = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            header = next(lines, [])
            if header != columns:
                raise InputError(f"{path}: the first line names {header}, not {columns}.")
            for number, line in enumerate(lines, start=2):
                if len(line) != len(columns) or not line[-1].strip():
                    raise InputError(f"{path}:{number}: not {columns} with tabs between them.")
                yield path, number, line


def read_written(folder: Path = _FOLDER / "written") -> Iterator[Example]:
    """Yield sentences with a sentiment, some with the question that they answer.

    :raises InputError: on other columns, an unknown sentiment or an empty text, naming the line.
    """
    for path, number, (sentiment, question, text) in _lines(
        folder, ["sentiment", "question", "text"]
    ):
        if sentiment not in INDEX:
            raise InputError(f"{path}:{number}: {sentiment!r} is none of {', '.join(INDEX)}.")
        yield document(
            text,
            "written",
            _split_of(text),
            question=question or None,
            origin=path.stem,
            sentiment=INDEX[sentiment],
        )


def read_two_sided(folder: Path = _FOLDER / "two_sided") -> Iterator[Example]:
    """Yield sentences with all their topics and the feeling about each.

    The sentiment is known where all feelings are the same.

    :raises InputError: on other columns, an unknown topic or an empty text, naming the line.
    """
    for path, number, (value, text) in _lines(folder, ["topics", "text"]):
        try:
            topics, polarities = parse_topics(value)
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from error
        feelings = set(polarities.values())
        yield document(
            text,
            "two_sided",
            _split_of(text),
            origin=path.stem,
            sentiment=feelings.pop() if len(feelings) == 1 else None,
            topics=topics,
            polarities=polarities,
        )


READERS: dict[str, Callable[[Path], list[Example]]] = {
    "written": lambda path: list(read_written()),
    "two_sided": lambda path: list(read_two_sided()),
}
