"""Deliveries in the journey file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.declarations import Delivery
from cxnlp.errors import JourneyFileError
from cxnlp.journey.deliveries import period_bounds
from cxnlp.journey.journey_file import (
    JourneyFile,
    journey_from_json,
    journey_to_json,
    read_journey_file,
)
from cxnlp.journey.order import period_name


def read(tmp_path: Path, text: str) -> JourneyFile:
    path = tmp_path / "journey.toml"
    path.write_text(text)
    return read_journey_file(path)


def test_entries_are_read_and_kept(tmp_path: Path) -> None:
    journey = read(
        tmp_path,
        """
        [[deliveries]]
        touchpoint = "A & E"
        channel = "Text message"
        period = "2024-q1"
        delivered = 1200
        [[deliveries]]
        period = 2024-01-31
        delivered = 0
        [[deliveries]]
        period = 2024
        delivered = 9
        [[deliveries]]
        delivered = 5000
        """,
    )
    assert journey.deliveries == (
        Delivery(touchpoint="a_e", channel="sms", period="2024-Q1", delivered=1200),
        Delivery(period="2024-01-31", delivered=0),
        Delivery(period="2024", delivered=9),
        Delivery(delivered=5000),
    )
    assert journey_from_json(journey_to_json(journey)) == journey


def test_older_outputs_have_no_deliveries() -> None:
    written = journey_to_json(JourneyFile()).replace('"deliveries": [], ', "")
    assert "deliveries" not in written
    assert journey_from_json(written) == JourneyFile()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("sent = 12", "unknown key 'sent'"),
        ('touchpoint = "web"', "delivered must be a whole number"),
        ("delivered = -1", "delivered must be a whole number"),
        ("delivered = 1.5", "delivered must be a whole number"),
        ("delivered = true", "delivered must be a whole number"),
        ('delivered = "12"', "delivered must be a whole number"),
        ('delivered = 1\nchannel = "pigeon"', "channel 'pigeon' is not one of email"),
        ('delivered = 1\ntouchpoint = "?"', "no letter or digit"),
        ('delivered = 1\nperiod = "soon"', "period 'SOON' is no period"),
        ('delivered = 1\nperiod = "2024-13"', "is no period"),
        ('delivered = 1\nperiod = "2023-W53"', "is no period"),
        ("delivered = 1\nperiod = true", "period is not a string"),
        ("delivered = 1\n[[deliveries]]\ndelivered = 2", "'everything' stands twice"),
    ],
)
def test_wrong_entries_are_told(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(JourneyFileError, match=r"journey\.toml") as error:
        read(tmp_path, f"[[deliveries]]\n{entry}\n")
    assert said in str(error.value)


def test_one_table_is_not_a_list_of_them(tmp_path: Path) -> None:
    with pytest.raises(JourneyFileError, match=r"must be written as \[\[deliveries\]\]"):
        read(tmp_path, "[deliveries]\ndelivered = 3\n")


@given(
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_bounds_are_those_of_the_named_period(day: date, length: str) -> None:
    name = period_name(day, length)
    assert name is not None
    first, after = period_bounds(name)
    assert first <= day < after
    assert period_name(first, length) == name
    assert period_name(after - timedelta(days=1), length) == name
