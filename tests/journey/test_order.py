"""The order of cells, and the names of periods."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from cxnlp.journey.journey_file import PERIODS
from cxnlp.journey.order import period_name, position_in


@pytest.mark.parametrize("period", PERIODS)
def test_names_sort_as_their_days_do(period: str) -> None:
    days = [date(2019, 12, 25) + timedelta(days=9 * i) for i in range(90)]
    names = [period_name(day, period) or "" for day in days]
    assert names == sorted(names)


def test_iso_week_at_the_turn_of_the_year() -> None:
    assert period_name(date(2020, 12, 28), "week") == "2020-W53"
    assert period_name(date(2019, 12, 30), "week") == "2020-W01"
    assert period_name(None, "week") is None


def test_every_order_of_input_gives_one_order() -> None:
    for names in itertools.permutations(["b", "z", None, "a", "y"]):
        assert sorted(names, key=position_in(("z", "y"))) == ["z", "y", "a", "b", None]
