"""Which part of a score each shown comment's answers fall into: promoters, the satisfied, ..."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER

# As the parts of the header's bars are called.
DETRACTORS, PASSIVES, PROMOTERS = "detractors", "passives", "promoters"
SATISFIED, NOT_SATISFIED = "satisfied", "not satisfied"


def answer_parts(
    responses: Sequence[Mapping[str, Any]], definitions: Mapping[str, MetricDefinition]
) -> list[str]:
    """Return "metric/part" of every answer that has parts; means have none.

    >>> nps = MetricDefinition(
    ...     kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True
    ... )
    >>> scale = {"scale_min": 0, "scale_max": 10, "higher_is_better": True}
    >>> answer_parts([{"metric": "nps", "value": 9, **scale}], {"nps": nps})
    ['nps/promoters']
    """
    names = {
        (d.kind, d.scale_min, d.scale_max, d.higher_is_better): name
        for name, d in definitions.items()
        if d.unit in ("points", "percent")
    }
    found = []
    for r in responses:
        scale = (r["metric"], r["scale_min"], r["scale_max"], r["higher_is_better"])
        part = _part(*scale, r["value"])
        if scale in names and part is not None:
            found.append(f"{names[scale]}/{part}")
    return list(dict.fromkeys(found))


def _part(
    kind: str, low: float, high: float, higher_is_better: bool, value: float | None
) -> str | None:
    if value is None or value != value:
        return None
    if kind == "nps":
        if value >= LOWEST_PROMOTER:
            return PROMOTERS
        return DETRACTORS if value <= HIGHEST_DETRACTOR else PASSIVES
    bound = satisfied_from(low, high, higher_is_better=higher_is_better)
    if kind != "csat" or bound is None:
        return None
    satisfied = value >= bound if higher_is_better else value <= bound
    return SATISFIED if satisfied else NOT_SATISFIED
