"""The real texts that every figure is measured on."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

_EXAMPLES = Path(__file__).parents[1] / "examples"
COMMENTS = _EXAMPLES / "nhs" / "feedback.csv"
CHATS = _EXAMPLES / "chats" / "multidogo.jsonl"

SHORT_WORDS = 20

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody wrote, and the question that it answers."""

    text: str
    question: str

    @property
    def is_short(self) -> bool:
        """Return whether it is as short as most messages to a help desk."""
        return len(self.text.split()) <= SHORT_WORDS


def read_comments(path: Path = COMMENTS) -> list[Comment]:
    """Return the comments of the example that have a text."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["text"].strip()]
    return [Comment(text=row["text"], question=row["question"]) for row in rows]


def read_chats(path: Path = CHATS) -> list[list[dict[str, Any]]]:
    """Return the turns of each chat of the example."""
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line)["turns"] for line in stream]


def thin_out(values: Sequence[Value], n_wanted: int | None) -> list[Value]:
    """Return that many values, evenly spread over all; all where None or there are not more.

    >>> thin_out([0, 1, 2, 3, 4, 5, 6], 3)
    [0, 2, 4]
    """
    if n_wanted is None or n_wanted >= len(values):
        return list(values)
    return [values[number * len(values) // n_wanted] for number in range(n_wanted)]
