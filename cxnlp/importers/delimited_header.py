"""Where the header of a delimited file stands, by which its fields are told apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from cxnlp.importers.decoding import Encoding
from cxnlp.importers.scores import is_number

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MAX_FIELD_CHARACTERS = 1 << 20
MAX_LINE_CHARACTERS = 1 << 24
SNIFFED_ROWS = 50

# A title has a cell or two, and the cells that a spreadsheet adds up to the width of the table.
_MAX_TITLE_ROWS, _MAX_TITLE_CELLS = 10, 2


def n_titles(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows stand above the header in a file that a spreadsheet program wrote.

    >>> n_titles([["Feedback", "", ""], ["id", "nps", "text"], ["1", "9", "good"]])
    1
    """
    for position, row in enumerate(rows[:_MAX_TITLE_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        if len(row) < 3 or len(row) != len(rows[0]) or position == len(rows) - 1:
            return 0
        is_title = len(filled) <= _MAX_TITLE_CELLS and 2 * len(filled) < len(row)
        if not is_title:
            is_header = 2 * len(filled) > len(row) and not any(map(is_number, filled))
            return position if is_header and _is_like(row, rows[position + 1 :]) else 0
    return 0


def _is_like(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a row is a header of others, in some of which numbers stand under it."""
    return any(any(map(is_number, row)) for row in rows if len(row) == len(header))


def find_delimiter(path: Path, encoding: Encoding) -> tuple[str, bool]:
    """Return the delimiter, and whether the first line only names it, as Excel has it."""
    with path.open(encoding=encoding.codec, errors="replace", newline="") as stream:
        first = stream.readline(MAX_LINE_CHARACTERS)
        named = re.fullmatch(r'"?sep=(.)"?\s*', first)
        if named:
            return named[1], True
        sample = [first]
        while len(sample) < SNIFFED_ROWS and (line := stream.readline(MAX_FIELD_CHARACTERS)):
            sample.append(line)
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(iter(sample), delimiter=delimiter) if row]
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 1
        if width < 2:
            continue
        score = (sum(len(row) == width for row in rows) / len(rows), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best, False
