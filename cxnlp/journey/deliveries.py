"""Deliveries as a journey file declares them: how many invitations went out, where and when.

[[deliveries]]
touchpoint = "A&E"      # default: all touchpoints
channel = "sms"         # default: all channels
period = "2024-Q1"      # a year, quarter, month, week (2024-W07) or day; default: all days
delivered = 1200        # invitations delivered, not sent
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from cxnlp.declarations import Delivery
from cxnlp.errors import InputError
from cxnlp.importers.channels import read_channel
from cxnlp.journey.toml_table import check_distinct, check_keys, read_string
from cxnlp.records import CHANNELS
from cxnlp.slug import slug

_WHERE = "[[deliveries]]"
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-W(?P<week>\d\d)|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
)


def read_deliveries(tables: Sequence[Mapping[str, Any]]) -> tuple[Delivery, ...]:
    """Return the deliveries of a parsed journey file.

    :raises InputError: on an unknown key, channel or period, a count that is not a whole number of
        0 or more, or two entries for the same place and time.
    """
    found = tuple(_delivery(table) for table in tables)
    check_distinct([_words(delivery) for delivery in found], what="the deliveries of")
    return found


def period_bounds(period: str) -> tuple[date, date]:
    """Return the first day of a period, and the first day after it.

    :raises InputError: on anything but a year, quarter, month, ISO week or day.

    >>> [day.isoformat() for day in period_bounds("2024-Q1")]
    ['2024-01-01', '2024-04-01']
    >>> [day.isoformat() for day in period_bounds("2024-W01")]
    ['2024-01-01', '2024-01-08']
    """
    parts = _PERIOD.fullmatch(period)
    try:
        if parts is None:
            raise ValueError
        year = int(parts["year"])
        if parts["week"]:
            first = date.fromisocalendar(year, int(parts["week"]), 1)
            return first, first + timedelta(days=7)
        if parts["day"]:
            first = date.fromisoformat(period)
            return first, first + timedelta(days=1)
        if parts["quarter"]:
            month, months = int(parts["quarter"]) * 3 - 2, 3
        elif parts["month"]:
            month, months = int(parts["month"]), 1
        else:
            month, months = 1, 12
        after = year * 12 + month - 1 + months
        return date(year, month, 1), date(after // 12, after % 12 + 1, 1)
    except (ValueError, OverflowError):
        raise InputError(
            f"{_WHERE}: period {period!r} is no period. "
            "Write 2024, 2024-Q1, 2024-01, 2024-W07 or 2024-01-31."
        ) from None


def _delivery(table: Mapping[str, Any]) -> Delivery:
    check_keys(table, tuple(Delivery.__dataclass_fields__), where=_WHERE)
    delivered = table.get("delivered")
    if isinstance(delivered, bool) or not isinstance(delivered, int) or delivered < 0:
        raise InputError(f"{_WHERE}: delivered must be a whole number of 0 or more, as 1200.")
    return Delivery(
        delivered=delivered,
        touchpoint=_touchpoint(table),
        channel=_channel(table),
        period=_period(table),
    )


def _touchpoint(table: Mapping[str, Any]) -> str | None:
    if "touchpoint" not in table:
        return None
    name = read_string(table, "touchpoint", where=_WHERE)
    if not slug(name):
        raise InputError(f"{_WHERE}: touchpoint {name!r} has no letter or digit in its name.")
    return slug(name)


def _channel(table: Mapping[str, Any]) -> str | None:
    if "channel" not in table:
        return None
    name = read_string(table, "channel", where=_WHERE)
    channel = read_channel(name)
    if channel is None:
        raise InputError(f"{_WHERE}: channel {name!r} is not one of {', '.join(CHANNELS)}.")
    return channel


def _period(table: Mapping[str, Any]) -> str | None:
    if "period" not in table:
        return None
    given = table["period"]
    # TOML has days and whole numbers of its own: period = 2024, period = 2024-01-31.
    if isinstance(given, date) or (isinstance(given, int) and not isinstance(given, bool)):
        given = str(given)
    if not isinstance(given, str):
        raise InputError(f'{_WHERE}: period is not a string, as "2024-Q1".')
    period = given.strip().upper()
    period_bounds(period)
    return period


def _words(delivery: Delivery) -> str:
    parts = (delivery.touchpoint, delivery.channel, delivery.period)
    return ", ".join(part for part in parts if part is not None) or "everything"
