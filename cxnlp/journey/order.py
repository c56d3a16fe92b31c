"""The order in which cells are shown, with their periods' names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cxnlp.journey.journey_file import JourneyFile

SortKey = tuple[object, ...]


def period_name(first_day: date | None, period: str) -> str | None:
    """Return the name of the period that begins on a day; weeks are those of ISO 8601.

    >>> day = date(2021, 10, 4)
    >>> [period_name(day, p) for p in ("day", "week", "month", "quarter", "year")]
    ['2021-10-04', '2021-W40', '2021-10', '2021-Q4', '2021']
    """
    if first_day is None:
        return None
    if period == "week":
        year, week, _ = first_day.isocalendar()
        return f"{year}-W{week:02}"
    if period == "quarter":
        return f"{first_day.year}-Q{(first_day.month + 2) // 3}"
    pattern = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[period]
    return first_day.strftime(pattern)


def position_in(names: tuple[str, ...]) -> Callable[[str | None], SortKey]:
    """Return a sort key: the given names first, in their order; others by alphabet; null last.

    >>> sorted(["b", None, "a", "z"], key=position_in(("z",)))
    ['z', 'a', 'b', None]
    """
    positions = {name: position for position, name in enumerate(names)}

    def key(name: str | None) -> SortKey:
        if name is None:
            return (2, 0, "")
        return (0, positions[name], "") if name in positions else (1, 0, name)

    return key


def journey_order(journey: JourneyFile) -> Callable[[str | None, str | None], SortKey]:
    """Return a sort key of (touchpoint, stage): by stage, then as the journey file lists them."""
    stage_position = position_in(journey.stages)
    touchpoint_position = position_in(tuple(t.name for t in journey.touchpoints))

    def key(touchpoint: str | None, stage: str | None) -> SortKey:
        return (stage_position(stage), touchpoint_position(touchpoint))

    return key
