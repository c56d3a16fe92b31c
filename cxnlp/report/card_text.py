"""What a model's card says of its weaknesses, as plain sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cxnlp.errors import ModelError

CARD = "README.md"
MAX_CHARACTERS = 400_000  # a card is text for people
_MARKUP = re.compile(r"[*`]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weaknesses:
    """What a model does not do well."""

    weaknesses: tuple[str, ...] = ()  # the card's limits
    missed: tuple[str, ...] = ()  # targets that it did not reach


def read_weaknesses(folder: Path) -> Weaknesses:
    """Return the card's limits, and the targets that the model did not reach.

    Both are empty where the folder has no card, or it has no such part.

    :raises ModelError: where the card cannot be read.
    """
    path = folder / CARD
    if not path.is_file():
        return Weaknesses()
    try:
        text = path.read_text(encoding="utf-8")[:MAX_CHARACTERS]
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read. Fetch the folder again.") from error
    return Weaknesses(
        weaknesses=tuple(_bullets(_section(text, "Limits"))),
        missed=tuple(_missed(_section(text, "Targets"))),
    )


def _section(text: str, title: str) -> str:
    """Return the lines below a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}[^\n]*\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    return found[1] if found else ""


def _bullets(section: str) -> list[str]:
    r"""Return the items of a list; a line that is indented goes on with the one before.

    >>> _bullets("- English\n  only.\n- Labels are *estimates*.\n")
    ['English only.', 'Labels are estimates.']
    """
    items: list[str] = []
    for line in section.splitlines():
        if line.startswith("- "):
            items.append(line[2:])
        elif line.startswith("  ") and items:
            items[-1] += " " + line.strip()
    return [_MARKUP.sub("", item).strip() for item in items]


def _missed(section: str) -> list[str]:
    rows = ([cell.strip() for cell in line.strip("| ").split("|")] for line in section.splitlines())
    return [
        _MARKUP.sub("", f"{row[0]}: {row[2]}, where {row[1]} was aimed at")
        for row in rows
        if len(row) == 4 and "missed" in row[3]
    ]
