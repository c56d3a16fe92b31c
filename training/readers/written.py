"""Sentences written for this project, each its own: training/contrast/written, one file a theme."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from cxnlp.errors import InputError
from training.example import Example, document, normalise
from training.readers.opinions import INDEX

_FOLDER = Path(__file__).parent.parent / "contrast" / "written"
_COLUMNS = ["sentiment", "question", "text"]


def _split_of(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(normalise(text).encode()).digest()[:4]) % 100
    return "val" if number < 5 else "test" if number < 13 else "train"


def read_written(folder: Path = _FOLDER) -> Iterator[Example]:
    """Yield the sentences of every file of a folder, a thirteenth or so held back for testing.

    :raises InputError: on other columns, an unknown sentiment or an empty text, naming the line.
    """
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            lines = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            header = next(lines, [])
            if header != _COLUMNS:
                raise InputError(f"{path}: the first line names {header}, not {_COLUMNS}.")
            for number, line in enumerate(lines, start=2):
                if len(line) != 3 or line[0] not in INDEX or not line[2].strip():
                    raise InputError(
                        f"{path}:{number}: not a sentiment ({', '.join(INDEX)}), a question or "
                        "nothing, and a text, with tabs between them."
                    )
                yield document(
                    line[2],
                    "written",
                    _split_of(line[2]),
                    question=line[1] or None,
                    origin=path.stem,
                    sentiment=INDEX[line[0]],
                )


def _read(path: Path) -> list[Example]:
    return list(read_written())


READERS = {"written": _read}
