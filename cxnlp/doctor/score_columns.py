"""Columns of whole numbers that look like a score, and that nothing declares one."""

from __future__ import annotations

from collections.abc import Collection

from cxnlp.doctor.findings import ScoreLike
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.scores import is_number
from cxnlp.importers.table import Table, ignore_reject

_ROWS = 2048
_MIN_ANSWERS = 10
_MIN_SHARE = 0.95  # of the cells that are not empty
_MIN_DISTINCT = 3
SCALES = ((0, 10), (1, 5), (1, 7), (1, 10))
# Whole numbers too, and counted rather than scored.
_NOT_SCORES = ("id", "age", "year", "month", "day", "week", "count", "number", "zip", "code", "row",
               "group")  # fmt: skip


def find_score_like(table: Table, file: str, *, known: Collection[str]) -> list[ScoreLike]:
    """Return the columns of a file that may hold a score, by its first rows.

    :param known: columns whose meaning is known already.
    """
    first = next(iter(table.chunks(_ROWS, ignore_reject)), None)
    if first is None:
        return []
    found = []
    for column in table.schema.names:
        words = column.casefold().replace("_", " ").replace("-", " ").split()
        if column in known or not words or words[-1] in _NOT_SCORES:
            continue
        cells = [c.strip() for c in cell_texts(first.batch.column(column)) if c and c.strip()]
        values = [float(c) for c in cells if is_number(c)]
        if len(values) < max(_MIN_ANSWERS, _MIN_SHARE * len(cells)):
            continue
        whole = {int(v) for v in values if v.is_integer()}
        if len(whole) != len(set(values)) or len(whole) < _MIN_DISTINCT:
            continue
        low, high = min(whole), max(whole)
        scales = _scales(values, 1.0) or _scales(values, _MIN_SHARE)
        if scales:
            found.append(ScoreLike(file=file, column=column, low=low, high=high, scales=scales))
    return found


def _scales(values: list[float], share: float) -> tuple[tuple[int, int], ...]:
    """Return the scales that hold this share of values, the narrowest first.

    A column of 0 to 10 may have an 11 for "don't know", or a slip.
    """
    held = (s for s in SCALES if sum(s[0] <= v <= s[1] for v in values) >= share * len(values))
    return tuple(sorted(held, key=lambda s: (s[1] - s[0], s)))
