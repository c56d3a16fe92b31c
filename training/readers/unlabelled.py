"""Customers' texts without labels: nothing is trained on them but what a teacher says."""

from __future__ import annotations

from pathlib import Path

from training.example import Example, SpanLabel
from training.readers.opinions import rows

_MAX_TEXT = 300  # characters: the teacher reads sentences and short messages


def _read(path: Path) -> list[Example]:
    return [
        Example(
            text=row["text"],
            source=path.name,
            split=row["split"],
            spans=(SpanLabel(start=0, end=len(row["text"])),),
            origin=row["source"],
        )
        for row in rows(path).to_dict("records")
        if len(row["text"]) <= _MAX_TEXT
    ]


READERS = {"unlabelled": _read}
