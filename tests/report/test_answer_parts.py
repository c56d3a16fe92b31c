"""Which comments stand behind a part of a score's bar."""

from __future__ import annotations

import pytest

from cxnlp.journey.summary import MetricDefinition
from cxnlp.report.answer_parts import answer_parts

DEFINITIONS = {
    "csat": MetricDefinition(
        kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
    ),
    "csat_1_5_low": MetricDefinition(
        kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=False
    ),
    "nps": MetricDefinition(
        kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True
    ),
    "ces": MetricDefinition(
        kind="ces", unit="mean", scale_min=1, scale_max=7, higher_is_better=True
    ),
}


@pytest.mark.parametrize(
    ("kind", "value", "high", "better", "expected"),
    [
        ("nps", 6, 10, True, ["nps/detractors"]),
        ("nps", 8, 10, True, ["nps/passives"]),
        ("nps", 9, 10, True, ["nps/promoters"]),
        ("csat", 4, 5, True, ["csat/satisfied"]),
        ("csat", 3.5, 5, True, ["csat/not satisfied"]),
        ("csat", 2, 5, False, ["csat_1_5_low/satisfied"]),
        ("csat", 3, 5, False, ["csat_1_5_low/not satisfied"]),
        ("csat", float("nan"), 5, True, []),
        ("ces", 7, 7, True, []),
    ],
)
def test_each_answer_falls_into_the_part_it_is_counted_in(
    kind: str, value: float, high: int, better: bool, expected: list[str]
) -> None:
    low = 0 if kind == "nps" else 1
    answer = {
        "metric": kind,
        "value": value,
        "scale_min": low,
        "scale_max": high,
        "higher_is_better": better,
    }
    assert answer_parts([answer, answer], DEFINITIONS) == expected
