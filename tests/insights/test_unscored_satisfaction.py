"""Predicted satisfaction of those who gave no score."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_ind

from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.unscored_satisfaction import (
    compare_unscored,
    describe_unscored,
    run,
    satisfaction_sums,
)
from cxnlp.metrics.welch import MeanSums

Make = Callable[..., dict[str, Any]]
Write = Callable[..., Path]


def _sums(x: np.ndarray) -> MeanSums:
    return MeanSums(n=len(x), total=float(x.sum()), total_squares=float((x * x).sum()))


def test_the_verdict_is_that_of_welch() -> None:
    rng = np.random.default_rng(0)
    silent, loud = rng.uniform(1, 4, 80), rng.uniform(2, 5, 300)
    found = compare_unscored(_sums(silent), _sums(loud))
    assert found.unscored.value == pytest.approx(silent.mean())
    assert found.scored.value == pytest.approx(loud.mean())
    assert found.difference is not None
    assert found.difference.p_value == pytest.approx(
        ttest_ind(silent, loud, equal_var=False).pvalue
    )
    assert found.verdict == "real"
    same = compare_unscored(_sums(loud[:60]), _sums(loud[60:120]))
    assert same.verdict == "noise"


def test_each_side_stands_beside_the_other_in_words() -> None:
    rng = np.random.default_rng(0)
    found = describe_unscored(_sums(rng.uniform(1, 4, 80)), _sums(rng.uniform(2, 5, 300)))
    (finding,) = found.findings
    assert "wrote but gave no score" in finding.sentence
    assert "do not speak for all" in finding.sentence
    assert "mixed with none" in found.note
    assert [row["who"] for row in found.table] == ["unscored", "scored", "difference"]


NOBODY = MeanSums(n=0, total=0.0, total_squares=0.0)
MANY = MeanSums(n=50, total=150.0, total_squares=500.0)
ALIKE = MeanSums(n=50, total=150.0, total_squares=450.0)
ONE = MeanSums(n=1, total=3.0, total_squares=9.0)


@pytest.mark.parametrize(
    ("unscored", "scored", "status", "words"),
    [
        (NOBODY, NOBODY, "not_applicable", "Nobody wrote"),
        (NOBODY, MANY, "not_applicable", "All 50 who wrote gave a score"),
        (MANY, NOBODY, "ok", "nobody who wrote gave a score"),
        (ONE, MANY, "not_enough_data", "suppressed"),
        (ONE, ONE, "not_enough_data", "suppressed"),
        (ALIKE, ALIKE, "ok", "3.00"),
    ],
)
def test_undefined_is_said(unscored: MeanSums, scored: MeanSums, status: str, words: str) -> None:
    found = describe_unscored(unscored, scored)
    assert found.status == status
    assert words in found.note
    json.dumps(found.table, allow_nan=False)
    assert all(f.verdict != "real" for f in found.findings)


def test_a_submission_counts_once_and_any_of_its_rows_may_score(
    write_scored: Write, scored_row: Make, nps_answer: Make
) -> None:
    rows = [
        scored_row(0, submission_id="a", satisfaction=2.0, responses=[nps_answer(9.0)]),
        scored_row(1, submission_id="a", satisfaction=4.0),
        scored_row(2, submission_id="b", satisfaction=1.0),
        scored_row(3, submission_id="c", sentiment=None, responses=[nps_answer(3.0)]),
        scored_row(4, submission_id="c", satisfaction=5.0),
        scored_row(5, submission_id=None, satisfaction=2.0),
        scored_row(6, submission_id=None, satisfaction=3.0, responses=[nps_answer(1.0)]),
        scored_row(7, submission_id="d", satisfaction=float("nan")),
    ]
    data = InsightData.open(write_scored(rows))
    unscored, scored = satisfaction_sums(data.scored, data.summary.definitions["nps"])
    assert (unscored.n, unscored.total, unscored.total_squares) == (2, 3.0, 5.0)  # b, row 5
    assert (scored.n, scored.total, scored.total_squares) == (3, 11.0, 43.0)  # a: 3, c: 5, row 6
    csat = {"metric": "csat", "question_id": "c", "scale_min": 1.0, "scale_max": 5.0}
    other = [scored_row(0, responses=[nps_answer(4.0, **csat)]), scored_row(1)]
    data = InsightData.open(write_scored(other, name="other.parquet"))
    assert [s.n for s in satisfaction_sums(data.scored, None)] == [1, 1]


def test_planted_silence_is_found(planted_data: InsightData) -> None:
    (finding,) = run(planted_data, InsightOptions()).findings
    assert finding.verdict == "real"
    assert (finding.estimate.value if finding.estimate else None) is not None
    assert "a difference of −" in finding.sentence
