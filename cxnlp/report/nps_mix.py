"""Detractors, passives and promoters behind a Net Promoter Score."""

from __future__ import annotations

from dataclasses import dataclass

from cxnlp.journey.cube import Cube
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER


@dataclass(frozen=True, slots=True, kw_only=True)
class NpsMix:
    """Summed weights of the three kinds of answer, and the raw count of all."""

    detractors: float
    passives: float
    promoters: float
    n: int


def nps_mix_of(cube: Cube) -> NpsMix:
    """Return the mix of all answers, from the statistics that their NPS is computed of."""
    answers = cube.rolled_up().answers.to_pylist()
    rows = [row for row in answers if row["metric"] == "nps"]
    detractors = sum(row["w"] for row in rows if row["bucket"] <= HIGHEST_DETRACTOR)
    promoters = sum(row["w"] for row in rows if row["bucket"] >= LOWEST_PROMOTER)
    return NpsMix(
        detractors=detractors,
        passives=sum(row["w"] for row in rows) - detractors - promoters,
        promoters=promoters,
        n=sum(row["n"] for row in rows),
    )
