"""What the page's script reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cxnlp.journey.naming import readable, topic_name, touchpoint_name, touchpoint_names
from cxnlp.journey.summary import JourneySummary
from cxnlp.report.chart_table import ChartTable
from cxnlp.report.heatmap import Heatmap
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.sample import Sample
from cxnlp.report.verbatims import Comment


def page_data(
    summary: JourneySummary,
    metrics: tuple[MetricInfo, ...],
    heatmaps: list[Heatmap],
    comments: tuple[Comment, ...],
    sample: Sample,
    *,
    tables: Mapping[str, ChartTable],
) -> dict[str, Any]:
    """Return dictionaries, lists, strings, finite numbers and null.

    :param tables: by the id of the element that offers the table as CSV.
    """
    names = touchpoint_names(summary.journey)
    return {
        "metrics": {m.key: [m.label, m.how, m.counted] for m in metrics},
        "heatmaps": [
            {
                "name": h.name,
                "columns": h.columns,
                "keys": h.keys,
                "grids": {k: asdict(g) for k, g in h.grids.items()},
            }
            for h in heatmaps
        ],
        "groups": sorted({c.group for c in comments if c.group}),
        "touchpoints": {
            c.touchpoint or "": touchpoint_name(c.touchpoint, names) for c in summary.touchpoints
        },
        "topics": {t: topic_name(t) for t in summary.overall.topics},
        "emotions": {e: readable(e) for e in summary.overall.emotions},
        "counts": {f"{kind}/{key}": n for (kind, key), n in sample.counts.items()},
        "n_scored": sample.n_scored,
        "tables": {key: table.to_page() for key, table in tables.items()},
        "comments": [_compact(c) for c in comments],
    }


def _compact(comment: Comment) -> list[Any]:
    """Return a comment as a list; the script names its places."""
    return [
        comment.touchpoint or "",
        comment.period or "",
        comment.day,
        comment.sentiment,
        comment.satisfaction,
        comment.emotions,
        comment.topics,
        comment.question,
        comment.answers,
        int(comment.unsure),
        int(comment.cut),
        comment.group,
        [[turn.role, turn.pieces] for turn in comment.turns],
    ]
