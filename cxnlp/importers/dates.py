"""Dates as exports write them, read as UTC times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa

from cxnlp.importers.cells import cell_texts

MIN_YEAR, MAX_YEAR = 1900, 2100

IMPOSSIBLE = "impossible date"
UNREADABLE = "not a date that can be read"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TIMESTAMP = pa.timestamp("us", tz="UTC")
_REMEMBERED = 1 << 16

_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_NUMBER = re.compile(r"(\d+)(?:\.\d+)?")
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TIME, re.I)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<y>\d{4}|\d{2})" + _TIME, re.I)
_DAY_NAMED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s/-]+(?P<name>[a-z]{3,9})\.?,?[\s/-]+"
    r"(?P<y>\d{4}|\d{2})" + _TIME,
    re.I,
)
_MONTH_NAMED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?P<name>[a-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"
    + _TIME,
    re.I,
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
# A count of seconds, or of a thousandth, millionth or billionth of one, by its number of digits.
_UNIX_DIVISORS = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 16: 10**6, 19: 10**9}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """Whether 03/04/2021 is the third of April, and what to tell about it."""

    day_first: bool = True
    note: str = ""


def find_date_order(values: Iterable[str | None], *, month_first: bool = False) -> DateOrder:
    """Return the order of day and month that the values of a column show.

    :param month_first: how they are read where they show none.
    """
    n_day_first = n_month_first = n = 0
    for value in values:
        match = _YEAR_LAST.fullmatch(value.strip()) if value else None
        if match:
            n += 1
            n_day_first += int(match["a"]) > 12 >= int(match["b"])
            n_month_first += int(match["b"]) > 12 >= int(match["a"])
    if not n:
        return DateOrder()
    if not n_day_first and not n_month_first:
        name = "month/day" if month_first else "day/month"
        return DateOrder(
            day_first=not month_first,
            note=f"dates could be day/month or month/day, read as {name}",
        )
    if n_day_first and n_month_first:
        name = "day/month" if n_day_first >= n_month_first else "month/day"
        return DateOrder(
            day_first=n_day_first >= n_month_first,
            note=f"dates are in two orders, read as {name}",
        )
    name = "day/month" if n_day_first else "month/day"
    return DateOrder(day_first=bool(n_day_first), note=f"dates are read as {name}")


@dataclass(slots=True, kw_only=True)
class DateReader:
    """Reads the dates of one column, remembering those it has seen."""

    day_first: bool = True
    _seen: dict[str, int | str] = field(default_factory=dict)

    def read(self, value: str) -> int | str:
        """Return microseconds since 1970 in UTC, or the reason why there are none.

        A time without a zone is taken as UTC.
        """
        found = self._seen.get(value)
        if found is None:
            found = _read(value.strip(), self.day_first)
            if len(self._seen) < _REMEMBERED:
                self._seen[value] = found
        return found


def read_times(column: pa.Array[Any]) -> tuple[list[int | None], list[int]]:
    """Return the microseconds of an Arrow date or timestamp column, and what is out of range."""
    times = column.cast(pa.timestamp("us", tz=getattr(column.type, "tz", None)), safe=False)
    micros: list[int | None] = times.cast(pa.int64()).to_pylist()
    low, high = (_micros(datetime(y, 1, 1, tzinfo=UTC)) for y in (MIN_YEAR, MAX_YEAR + 1))
    wrong = [i for i, t in enumerate(micros) if t is not None and not low <= t < high]
    for i in wrong:
        micros[i] = None
    return micros, wrong


def read_column(
    column: pa.Array[Any], reader: DateReader
) -> tuple[list[int | None], list[tuple[int, str]]]:
    """Return the microseconds of a column of any type, and (position, reason) of what has none."""
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        times, wrong = read_times(column)
        return times, [(i, IMPOSSIBLE) for i in wrong]
    times = [None] * len(column)
    problems = []
    for i, cell in enumerate(cell_texts(column)):
        if not cell or cell.isspace():
            continue
        found = reader.read(cell)
        if isinstance(found, str):
            problems.append((i, found))
        else:
            times[i] = found
    return times, problems


def timestamps(micros: list[int | None]) -> pa.Array[Any]:
    """Return microseconds since 1970 as an Arrow array of UTC times."""
    return pa.array(micros, pa.int64()).cast(_TIMESTAMP)


def _read(value: str, day_first: bool) -> int | str:
    number = _NUMBER.fullmatch(value)
    if number:
        return _read_number(value, number[1])
    try:
        return _checked(datetime.fromisoformat(value))
    except ValueError:
        pass
    match = _YEAR_FIRST.fullmatch(value)
    if match:
        return _build(match, int(match["m"]), int(match["d"]))
    match = _YEAR_LAST.fullmatch(value)
    if match:
        a, b = int(match["a"]), int(match["b"])
        return _build(match, b if day_first else a, a if day_first else b)
    match = _DAY_NAMED.fullmatch(value) or _MONTH_NAMED.fullmatch(value)
    month = _MONTHS.get(match["name"][:3].lower()) if match else None
    if match and month:
        return _build(match, month, int(match["d"]))
    return UNREADABLE


def _read_number(value: str, whole: str) -> int | str:
    if len(whole) == 8 and whole == value:
        try:
            return _checked(datetime.strptime(value, "%Y%m%d"))
        except ValueError:
            return IMPOSSIBLE
    divisor = _UNIX_DIVISORS.get(len(whole))
    if divisor is None:
        return UNREADABLE
    seconds, rest = divmod(int(whole), divisor)
    micros = rest * 10**6 // divisor
    if divisor == 1 and whole != value:
        micros = int(float("0" + value[len(whole) :]) * 10**6)
    return _checked(_EPOCH + timedelta(seconds=seconds, microseconds=micros))


def _build(match: re.Match[str], month: int, day: int) -> int | str:
    year = int(match["y"])
    if len(match["y"]) == 2:
        year += 2000 if year < 70 else 1900
    hour = int(match["hour"] or 0)
    half = (match["half"] or "")[:1].lower()
    if half and not 1 <= hour <= 12:
        return IMPOSSIBLE
    if half:
        hour = hour % 12 + 12 * (half == "p")
    try:
        return _checked(
            datetime(
                year,
                month,
                day,
                hour,
                int(match["minute"] or 0),
                int(match["second"] or 0),
                int((match["part"] or "0")[:6].ljust(6, "0")),
                tzinfo=_zone(match["zone"]),
            )
        )
    except ValueError:
        return IMPOSSIBLE


def _zone(zone: str | None) -> timezone:
    if zone is None or zone[0] not in "+-":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def _checked(time: datetime) -> int | str:
    if not MIN_YEAR <= time.year <= MAX_YEAR:
        return IMPOSSIBLE
    return _micros(time if time.tzinfo else time.replace(tzinfo=UTC))


def _micros(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND
