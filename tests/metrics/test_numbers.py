"""Numbers as the report writes them."""

from __future__ import annotations

import pytest

from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.numbers import (
    MEAN,
    MINUS,
    PERCENT,
    POINTS,
    Unit,
    describe,
    describe_interval,
    format_interval,
    format_n,
    format_value,
)


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (39.84, POINTS, "+39.8"),
        (-3.456, POINTS, f"{MINUS}3.5"),
        (0.04, POINTS, "0.0"),
        (-0.04, POINTS, "0.0"),
        (86.432, PERCENT, "86.4%"),
        (3.7357, MEAN, "3.74"),
        (12345.6, Unit(decimals=0), "12,346"),
    ],
)
def test_format_value(value: float, unit: Unit, written: str) -> None:
    assert format_value(value, unit) == written


def test_interval_writes_its_suffix_once() -> None:
    assert format_interval(83.45, 88.95, PERCENT) == "83.5 to 89.0%"


def test_counts_have_thousands() -> None:
    assert format_n(2746) == "2,746"


def test_suppressed_and_missing_values_read_differently() -> None:
    few = Estimate(value=50.0, low=10.0, high=90.0, n=4)
    assert describe(few, PERCENT) == "suppressed (n < 5)"
    assert describe(NO_DATA, PERCENT) == "no data"
    assert describe_interval(few, PERCENT) == ""
    assert describe_interval(NO_DATA, PERCENT) == ""
