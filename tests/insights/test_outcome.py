"""The headline score as points per respondent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cxnlp.insights.outcome import outcome_of, sample_words
from tests.insights.people import CES, CSAT, NPS, people


def test_each_metric_in_its_own_points() -> None:
    nps = outcome_of(people([0, 6, 7, 8, 9, 10]), NPS)
    assert (nps.name, nps.unit, nps.scale) == ("NPS", "points", (-100, 100))
    assert nps.points.tolist() == [-100, -100, 0, 0, 100, 100]
    csat = outcome_of(people([1, 3, 4, 5], definition=CSAT), CSAT)
    assert (csat.name, csat.points.tolist()) == ("CSAT", [0, 0, 100, 100])
    ces = outcome_of(people([1, 3, 5], definition=CES), CES)
    assert (ces.unit, ces.points.tolist(), ces.higher_is_better) == ("mean", [1, 3, 5], False)


@pytest.mark.parametrize(("n_all", "words"), [(3, "3 respondents who"), (9, "random from 9 who")])
def test_a_sample_is_called_one(n_all: int, words: str) -> None:
    assert words in sample_words(replace(people([1, 2, 3]), n_all=n_all))
