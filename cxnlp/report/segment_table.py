"""The values of a segment with their scores, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.journey.naming import readable
from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.estimate import NO_DATA
from cxnlp.metrics.numbers import describe, describe_interval, format_n
from cxnlp.report.chart_table import ESTIMATE_COLUMNS, ChartTable, estimate_values
from cxnlp.report.metric_info import MetricInfo

MAX_GROUPS = 24
MAX_METRICS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentScore:
    """One score of one value."""

    text: str
    interval: str
    n: str
    indicative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentValue:
    """One value of the segment."""

    name: str
    n: str  # interactions
    scores: tuple[SegmentScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTable:
    """Each value of a column with its scores; they are shown beside each other, not tested."""

    name: str
    metrics: tuple[str, ...]
    rows: tuple[SegmentValue, ...]
    n_more: int


def build_segment_table(
    grouped: JourneySummary, metrics: Sequence[MetricInfo]
) -> SegmentTable | None:
    """Return the table, or None where there are not two values."""
    known = [cell for cell in grouped.groups if cell.group is not None]
    if len(known) < 2:
        return None
    kept = {cell.group for cell in sorted(known, key=lambda cell: -cell.n)[:MAX_GROUPS]}
    shown = [m for m in metrics if m.kind != "rating"][:MAX_METRICS] or list(metrics)[:MAX_METRICS]
    rows = []
    for cell in (cell for cell in known if cell.group in kept):
        found = [(m.unit, cell.metrics.get(m.key, NO_DATA)) for m in shown]
        scores = tuple(
            SegmentScore(
                text=describe(e, unit),
                interval=describe_interval(e, unit),
                n=format_n(e.n),
                indicative=e.status == "indicative",
            )
            for unit, e in found
        )
        rows.append(SegmentValue(name=cell.group or "", n=format_n(cell.n), scores=scores))
    return SegmentTable(
        name=readable(grouped.by or ""),
        metrics=tuple(m.label for m in shown),
        rows=tuple(rows),
        n_more=len(known) - len(kept),
    )


def segment_rows(grouped: JourneySummary) -> ChartTable:
    """Return every score of every value."""
    return ChartTable(
        name=readable(grouped.by or ""),
        columns=("group", "metric", *ESTIMATE_COLUMNS),
        rows=[
            (cell.group, key, *estimate_values(found))
            for cell in grouped.groups
            for key, found in cell.metrics.items()
        ],
    )
