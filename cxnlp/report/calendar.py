"""The periods of a calendar, so that a chart shows the ones without data as gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from cxnlp.journey.order import period_name


def fill_periods(names: Sequence[str], period: str, *, at_most: int) -> list[str]:
    """Return every period from the first name to the last, or the names alone if too many.

    >>> fill_periods(["2021-Q3", "2022-Q1"], "quarter", at_most=10)
    ['2021-Q3', '2021-Q4', '2022-Q1']
    """
    if not names:
        return []
    day = _first_day(names[0], period)
    filled = [names[0]]
    while filled[-1] != names[-1]:
        if len(filled) >= at_most:
            return list(names)
        day = _next(day, period)
        filled.append(period_name(day, period) or "")
    return filled


def _first_day(name: str, period: str) -> date:
    if period == "day":
        return date.fromisoformat(name)
    if period == "week":
        year, _, week = name.partition("-W")
        return date.fromisocalendar(int(year), int(week), 1)
    if period == "quarter":
        year, _, quarter = name.partition("-Q")
        return date(int(year), int(quarter) * 3 - 2, 1)
    year, _, month = name.partition("-")
    return date(int(year), int(month or 1), 1)


def _next(day: date, period: str) -> date:
    if period in ("day", "week"):
        return day + timedelta(days=7 if period == "week" else 1)
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
