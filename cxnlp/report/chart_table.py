"""The table behind a chart, which its reader can take along as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxnlp.journey.to_json import DECIMALS, estimate_to_json
from cxnlp.metrics.estimate import Estimate

Value = str | float | int | bool | None

# The columns that `estimate_values` fills.
ESTIMATE_COLUMNS: tuple[str, ...] = ("value", "low", "high", "n", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartTable:
    """Columns and rows of numbers as they were computed, not as the page writes them.

    The page shows a button for it in the element with `data-table="ID"`, where this table stands
    under ID in the page's data; the script defuses formulas.
    """

    name: str  # of the file, in words
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]

    def to_page(self) -> dict[str, Any]:
        """Return what the script reads: cells are strings, finite numbers and null."""
        return {
            "name": self.name,
            "columns": list(self.columns),
            "rows": [[_cell(value) for value in row] for row in self.rows],
        }


def table_of_rows(name: str, rows: Sequence[Mapping[str, Value]]) -> ChartTable:
    """Return the table of rows by name; a row without a column leaves its cell empty."""
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    return ChartTable(
        name=name, columns=columns, rows=[tuple(row.get(c) for c in columns) for row in rows]
    )


def estimate_values(estimate: Estimate) -> tuple[Value, ...]:
    """Return value, low, high, n and status; numbers below n = 5 stay hidden.

    >>> estimate_values(Estimate(value=50.0, low=9.5, high=90.5, n=2))
    (None, None, None, 2, 'suppressed')
    """
    return tuple(estimate_to_json(estimate).values())


def _cell(value: Value) -> Value:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return round(value, DECIMALS) + 0.0 if isinstance(value, float) else value
