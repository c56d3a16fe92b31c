"""The first day of the period that a time lies in."""

from __future__ import annotations

import ibis
from ibis.expr.datatypes import Timestamp, int64
from ibis.expr.types import Value


def first_day(at: Value, period: str) -> Value:
    """Return the date on which the period of a time in UTC begins.

    :param at: a column of times with a zone.
    :param period: one of cxnlp.journey.journey_file.PERIODS.
    """
    if at.get_backend().name == "duckdb":
        # DuckDB cuts a time that has a zone by a calendar, which takes six times as long.
        at = _make_timestamp(_epoch_us(at))
    return at.truncate(period).date()


_epoch_us = ibis.udf.scalar.builtin(
    lambda at: at, name="epoch_us", signature=((Timestamp(timezone="UTC"),), int64)
)
_make_timestamp = ibis.udf.scalar.builtin(
    lambda microseconds: microseconds, name="make_timestamp", signature=((int64,), Timestamp())
)
