"""The change between the last two periods."""

from __future__ import annotations

from cxnlp.journey.summary import Cell
from cxnlp.journey.trend import last_change
from cxnlp.metrics.nps import nps_from_counts


def _cell(period: str | None, promoters: int, detractors: int, n: int) -> Cell:
    estimate = nps_from_counts(promoters=promoters, detractors=detractors, n=n).suppressed()
    return Cell(
        touchpoint=None, stage=None, period=period, group=None, n=n, n_scored=0, n_foreign=0,
        metrics={"nps": estimate}, sentiment={}, emotions={}, topics={},
    )  # fmt: skip


def test_the_last_two_periods_that_show_a_number() -> None:
    cells = [
        _cell("2022-Q1", 100, 10, 200), _cell("2021-Q4", 60, 60, 200), _cell("2022-Q2", 3, 0, 4),
        _cell("2021-Q3", 0, 90, 100), _cell(None, 0, 90, 100),
    ]  # fmt: skip
    change = last_change(cells, "nps")
    assert change is not None
    assert (change.before, change.after, change.difference) == ("2021-Q4", "2022-Q1", 45.0)
    assert change.beyond_chance


def test_a_small_change_of_few_answers_is_within_chance() -> None:
    change = last_change([_cell("2021", 5, 3, 10), _cell("2022", 6, 3, 10)], "nps")
    assert change is not None
    assert not change.beyond_chance


def test_a_period_of_few_answers_gives_way_to_those_of_many() -> None:
    cells = [
        _cell("2021-Q4", 60, 60, 200), _cell("2022-Q1", 70, 60, 200), _cell("2022-Q2", 17, 0, 17),
    ]  # fmt: skip
    change = last_change(cells, "nps")
    assert change is not None
    assert (change.before, change.after, change.difference) == ("2021-Q4", "2022-Q1", 5.0)
    only = last_change(cells[1:], "nps")
    assert only is not None
    assert (only.before, only.after) == ("2022-Q1", "2022-Q2")


def test_one_period_has_no_change() -> None:
    assert last_change([_cell("2021", 5, 3, 10)], "nps") is None
    assert last_change([_cell("2021", 5, 3, 10), _cell("2022", 5, 3, 10)], "csat") is None
