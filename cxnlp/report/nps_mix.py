"""Detractors, passives and promoters behind a Net Promoter Score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cxnlp.journey.cube import build_cube
from cxnlp.journey.scored import open_scored
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER


@dataclass(frozen=True, slots=True, kw_only=True)
class NpsMix:
    """Summed weights of the three kinds of answer, and the raw count of all."""

    detractors: float
    passives: float
    promoters: float
    n: int


def read_nps_mix(scored: Path) -> NpsMix:
    """Return the mix of a scored file, from the statistics its NPS is computed of."""
    answers = build_cube(open_scored(scored).table, period="year").rolled_up().answers
    rows = [row for row in answers.to_pylist() if row["metric"] == "nps"]
    detractors = sum(row["w"] for row in rows if row["bucket"] <= HIGHEST_DETRACTOR)
    promoters = sum(row["w"] for row in rows if row["bucket"] >= LOWEST_PROMOTER)
    return NpsMix(
        detractors=detractors,
        passives=sum(row["w"] for row in rows) - detractors - promoters,
        promoters=promoters,
        n=sum(row["n"] for row in rows),
    )
