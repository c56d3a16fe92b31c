"""Detractors, passives and promoters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cxnlp.journey.cube import build_cube
from cxnlp.journey.scored import open_scored
from cxnlp.report.nps_mix import NpsMix, nps_mix_of


def test_answers_are_counted_once_per_submission(
    write_scored: Callable[..., Path], scored_row: Callable[..., dict[str, Any]]
) -> None:
    def row(number: int, value: float, submission: str) -> dict[str, Any]:
        answer = {
            "question_id": "q", "metric": "nps", "value": value, "scale_min": 0.0,
            "scale_max": 10.0, "higher_is_better": True, "weight": 1.0,
        }  # fmt: skip
        return scored_row(number, submission_id=submission, responses=[answer])

    values = (0, 6, 7, 8, 9, 10)
    rows = [row(i, float(v), f"s{i}") for i, v in enumerate(values)]
    rows.append(row(99, 10.0, "s5"))
    cube = build_cube(open_scored(write_scored(rows)).table, period="year")
    assert nps_mix_of(cube) == NpsMix(detractors=2, passives=2, promoters=2, n=6)
