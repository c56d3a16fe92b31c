"""Dates as exports write them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.importers.dates import IMPOSSIBLE, UNREADABLE, DateReader, find_date_order

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def read(value: str, *, day_first: bool = True) -> str:
    """Return a date read, as ISO text, or the reason."""
    found = DateReader(day_first=day_first).read(value)
    if isinstance(found, str):
        return found
    return (EPOCH + datetime.timedelta(microseconds=found)).isoformat()[:-6]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-10-03", "2021-10-03T00:00:00"),
        (" 2021-10-03 10:20 ", "2021-10-03T10:20:00"),
        ("2021-10-03T10:20:30Z", "2021-10-03T10:20:30"),
        ("2021-10-03T10:20:30.123456+02:00", "2021-10-03T08:20:30.123456"),
        ("2021-10-03 10:20:30 UTC", "2021-10-03T10:20:30"),
        ("2021/10/3", "2021-10-03T00:00:00"),
        ("20211003", "2021-10-03T00:00:00"),
        ("03/10/2021", "2021-10-03T00:00:00"),
        ("3.10.21", "2021-10-03T00:00:00"),
        ("03/10/2021 10:20 PM", "2021-10-03T22:20:00"),
        ("03/10/2021, 12:20 am", "2021-10-03T00:20:00"),
        ("3 Oct 2021", "2021-10-03T00:00:00"),
        ("Sunday, 3rd October 2021", "2021-10-03T00:00:00"),
        ("03-Oct-21", "2021-10-03T00:00:00"),
        ("October 3, 2021 10:20", "2021-10-03T10:20:00"),
        ("1633219200", "2021-10-03T00:00:00"),
        ("1633219200.5", "2021-10-03T00:00:00.500000"),
        ("1633219200123", "2021-10-03T00:00:00.123000"),
        ("2024-02-29", "2024-02-29T00:00:00"),
    ],
)
def test_usual_forms(value, expected):
    assert read(value) == expected


def test_month_first():
    assert read("03/10/2021", day_first=False) == "2021-03-10T00:00:00"


@pytest.mark.parametrize(
    "value",
    [
        "2023-02-30", "2023-02-29", "2023-13-01", "0000-00-00", "0000-01-01", "2999-01-01",
        "2101-01-01", "1899-12-31", "31/02/2023", "32/01/2023", "20230230", "30 Feb 2023",
        "2023-01-01 25:00", "01/01/2023 13:00 pm",
    ],
)  # fmt: skip
def test_impossible_dates(value):
    assert read(value) == IMPOSSIBLE


@pytest.mark.parametrize(
    "value", ["yesterday", "2021", "44197", "12:30", "3 Foo 2021", "1/2", "--", "1e9"]
)
def test_unreadable_dates(value):
    assert read(value) == UNREADABLE


@given(st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2100, 12, 31)))
def test_every_form_of_a_date_gives_the_same(moment):
    moment = moment.replace(microsecond=0)
    expected = moment.isoformat()
    assert read(expected) == expected
    assert read(moment.strftime("%Y-%m-%d %H:%M:%S")) == expected
    assert read(f"{moment:%d/%m/}{moment.year} {moment:%H:%M:%S}") == expected
    assert read(f"{moment:%m/%d/}{moment.year} {moment:%H:%M:%S}", day_first=False) == expected
    assert read(f"{moment.day} {moment:%B} {moment.year} {moment:%I:%M:%S %p}") == expected


@given(st.text(max_size=30))
def test_no_text_crashes_the_reader(value):
    assert read(value)


def test_order_is_said_only_where_it_matters():
    assert find_date_order(["2021-01-02", None, ""]).note == ""
    assert find_date_order(["13/01/2021"]).day_first
    assert not find_date_order(["01/13/2021", "01/02/2021"]).day_first
    both = find_date_order(["01/13/2021", "01/14/2021", "13/01/2021"])
    assert not both.day_first
    assert "two orders" in both.note
