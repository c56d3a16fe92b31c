"""Cells of an insight's table as numbers and estimates."""

from __future__ import annotations

from collections.abc import Mapping

from cxnlp.insights.finding import Value
from cxnlp.metrics.estimate import Estimate

Row = Mapping[str, Value]


def number(row: Row, name: str) -> float | None:
    """Return a cell as a number, or None where it holds none."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def count(row: Row, name: str) -> int:
    """Return a cell as a count, 0 where it holds none."""
    return int(number(row, name) or 0)


def words(row: Row, name: str) -> str:
    """Return a cell as text, empty where it holds none."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def estimate(row: Row, value: str, low: str, high: str, n: str) -> Estimate:
    """Return the cells of these names as an estimate.

    >>> estimate({"delta": 2.5, "n": 40}, "delta", "low", "high", "n").n
    40
    """
    return Estimate(
        value=number(row, value), low=number(row, low), high=number(row, high), n=count(row, n)
    )
