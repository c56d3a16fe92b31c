"""Periods of the calendar."""

from __future__ import annotations

import pytest

from cxnlp.report.calendar import fill_periods


@pytest.mark.parametrize(
    ("period", "names", "filled"),
    [
        ("day", ["2024-02-28", "2024-03-01"], ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("week", ["2020-W53", "2021-W02"], ["2020-W53", "2021-W01", "2021-W02"]),
        ("month", ["2021-11", "2022-02"], ["2021-11", "2021-12", "2022-01", "2022-02"]),
        ("quarter", ["2021-Q3", "2022-Q1"], ["2021-Q3", "2021-Q4", "2022-Q1"]),
        ("year", ["2019", "2021"], ["2019", "2020", "2021"]),
    ],
)
def test_missing_periods_are_filled(period: str, names: list[str], filled: list[str]) -> None:
    assert fill_periods(names, period, at_most=10) == filled


def test_nothing_to_fill() -> None:
    assert fill_periods([], "month", at_most=10) == []
    assert fill_periods(["2024-01"], "month", at_most=10) == ["2024-01"]


def test_a_wide_gap_is_left_alone() -> None:
    names = ["1990-01-01", "2024-01-01"]
    assert fill_periods(names, "day", at_most=100) == names
