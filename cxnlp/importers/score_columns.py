"""Columns that are named after a score, as the metrics that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cxnlp.declarations import Metric
from cxnlp.importers.fields import SCORE_FIELDS
from cxnlp.importers.table import Note

_SCALES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0)}


def named_metrics(
    columns: Mapping[str, str], declared: Sequence[Metric], *, source: str, note: Note
) -> list[Metric]:
    """Return the metrics of the columns of score fields that are not declared."""
    metrics = []
    for kind in SCORE_FIELDS:
        column = columns.get(kind)
        if column is None or any(m.column == column for m in declared):
            continue
        low, high = _SCALES[kind]
        if kind == "ces":
            note(
                f"{source}: {column!r} is read as CES 2.0 (1-7, higher is better), as nothing else "
                "is declared. Declare scale and direction in the journey file where that is wrong."
            )
        metrics.append(
            Metric(
                column=column,
                kind=kind,
                question_id=column,
                scale_min=low,
                scale_max=high,
                higher_is_better=True,
            )
        )
    return metrics
