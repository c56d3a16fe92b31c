"""What the page's script reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cxnlp.journey.naming import readable, topic_name, touchpoint_name, touchpoint_names
from cxnlp.journey.summary import JourneySummary
from cxnlp.report.chart_table import ChartTable
from cxnlp.report.emotions import tone_of
from cxnlp.report.filter_page import Filters, cube_to_page, scores_to_page, stage_labels
from cxnlp.report.heatmap import Heatmap
from cxnlp.report.metric_info import ANY_RATING, MetricInfo
from cxnlp.report.sample import Sample
from cxnlp.report.trend_periods import MAX_POINTS, all_periods
from cxnlp.report.verbatims import Comment


def page_data(
    summary: JourneySummary,
    metrics: tuple[MetricInfo, ...],
    heatmaps: list[Heatmap],
    comments: tuple[Comment, ...],
    sample: Sample,
    *,
    tables: Mapping[str, ChartTable],
    filters: Filters,
    scores: Sequence[MetricInfo],
) -> dict[str, Any]:
    """Return dictionaries, lists, strings, finite numbers and null.

    :param metrics: those of the heatmap; `scores` are all that are known.
    :param tables: by the id of the element that offers the table as CSV.
    """
    names = touchpoint_names(summary.journey)
    rows = heatmaps[0].rows
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
        "scores": scores_to_page(dict.fromkeys((*scores, *metrics))),
        "rated": [m.key for m in scores if m.kind == "rating"],
        "anyRating": ANY_RATING,
        "tones": {e: tone_of(e) for e in summary.overall.emotions},
        "period": summary.period,
        "periods": all_periods(summary)[-MAX_POINTS:],
        "heatRows": [None if r.is_total else [r.place[0] or "", r.place[1] or ""] for r in rows],
        "stages": stage_labels(filters.cube),
        "totals": {
            "n": summary.overall.n,
            "answers": summary.overall.n_answers,
            "scored": summary.overall.n_scored,
        },
        "cube": cube_to_page(filters.cube, by=filters.by),
        "tables": {key: table.to_page() for key, table in tables.items()},
        "comments": [
            [*_compact(c), stage, values, parts]
            for c, (stage, *values), parts in zip(
                comments, filters.places, filters.answers, strict=True
            )
        ],
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
