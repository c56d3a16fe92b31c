"""The sections of the report that show one insight each, and the insights that have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import InsightResult
from cxnlp.insights.series import metric_words
from cxnlp.journey.order import period_name
from cxnlp.journey.summary import JourneySummary
from cxnlp.report.chart_table import ChartTable
from cxnlp.report.comparisons import Comparisons, build_comparisons
from cxnlp.report.conflicts import Conflicts, build_conflicts, conflict_rows
from cxnlp.report.conversations import (
    LONGEST,
    Conversations,
    build_conversations,
    conversation_rows,
)
from cxnlp.report.drivers import DriverMatrix, build_drivers
from cxnlp.report.emotion_trend import EmotionTrend, build_emotion_trend, emotion_trend_table
from cxnlp.report.impact import ImpactChart, build_impact
from cxnlp.report.insights import InsightView, build_insights
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.model_page import ModelPage, build_model_page
from cxnlp.report.model_tables import model_tables
from cxnlp.report.sample import rows_at
from cxnlp.report.segment_table import segment_rows
from cxnlp.report.verbatims import build_comments

if TYPE_CHECKING:
    from cxnlp.insights.collect import Collected

# What these say stands in sections of their own, and not a second time among the others.
_OWN_SECTION = (
    "relative_importance", "theme_impact", "changes", "ab_test", "conflicts", "conversations",
)  # fmt: skip
_NEEDS_WORDS = ("relative_importance", "theme_impact", "conflicts", "conversations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """Each section; None is absent from the page and from its list of contents."""

    drivers: DriverMatrix | None
    impact: ImpactChart | None
    emotion_trend: EmotionTrend | None
    comparisons: Comparisons | None
    conflicts: Conflicts | None
    conversations: Conversations | None
    model_page: ModelPage | None
    told: dict[str, InsightView]  # findings of the insights that have a section, by name
    insights: tuple[InsightView, ...]  # all others
    tables: dict[str, ChartTable]  # beside those of the insights, by the id of their element

    def views(self) -> dict[str, object]:
        """Return what the templates read, by the name they read it under."""
        names = (
            "drivers", "impact", "emotion_trend", "comparisons", "conflicts", "conversations",
            "model_page", "told", "insights",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}


def build_sections(
    opened: InsightData,
    collected: Collected,
    connection: duckdb.DuckDBPyConnection,
    *,
    metrics: Sequence[MetricInfo],
    models: Sequence[str],
    grouped: JourneySummary | None,
) -> Sections:
    """Return the sections of a report.

    :param connection: with the comments as its view `scored`.
    :param models: name@revision of every model in the file.
    :param grouped: the journey by the column asked for, if any.
    """
    summary, names = opened.summary, opened.touchpoint_names
    # What holds scores against words does not apply where nobody wrote.
    wrote = summary.overall.n_scored > 0
    results = {r.name: r for r in collected.results if wrote or r.name not in _NEEDS_WORDS}
    views = build_insights(collected)
    own = {name.replace("_", "-") for name in _OWN_SECTION}
    model_page = build_model_page(
        models, n_read=summary.overall.n_scored, n_unsure=_count_unsure(connection)
    )
    emotion_trend = build_emotion_trend(summary)
    tables = {} if model_page is None else model_tables(model_page)
    if emotion_trend is not None and emotion_trend.enough:
        tables["emotion-trend"] = emotion_trend_table(summary)
    if grouped is not None:
        tables["segments"] = segment_rows(grouped)
    return Sections(
        drivers=build_drivers(results.get("relative_importance"), score=_score_words(opened)),
        impact=build_impact(results.get("theme_impact")),
        emotion_trend=emotion_trend,
        comparisons=build_comparisons(
            collected.results,
            metrics=metrics,
            touchpoints=names,
            grouped=grouped,
            segments=opened.scored.segments(),
        ),
        conflicts=_conflicts(opened, results.get("conflicts"), connection),
        conversations=_conversations(opened, results.get("conversations"), connection),
        model_page=model_page,
        told={view.name: view for view in views if view.name in own},
        insights=tuple(view for view in views if view.name not in own),
        tables=tables,
    )


def _score_words(opened: InsightData) -> str:
    if opened.main is None:
        return "the score"
    return metric_words(opened.main, opened.summary.definitions[opened.main])


def _conflicts(
    opened: InsightData, result: InsightResult | None, connection: duckdb.DuckDBPyConnection
) -> Conflicts | None:
    records = rows_at(connection, conflict_rows(result))
    comments = build_comments(
        list(records.values()),
        period_of=lambda day: period_name(day, opened.period) or "",
        covered=opened.covered,
    )
    scale = ""
    if opened.main is not None:
        scale = f"of {opened.summary.definitions[opened.main].scale_max:g}"
    return build_conflicts(
        result,
        dict(zip(records, comments, strict=True)),
        opened.touchpoint_names,
        scale=scale,
    )


def _conversations(
    opened: InsightData, result: InsightResult | None, connection: duckdb.DuckDBPyConnection
) -> Conversations | None:
    records = rows_at(connection, conversation_rows(result))
    comments = build_comments(
        list(records.values()),
        period_of=lambda day: period_name(day, opened.period) or "",
        covered=opened.covered,
        longest=LONGEST,
    )
    return build_conversations(
        result,
        records,
        dict(zip(records, comments, strict=True)),
        opened.touchpoint_names,
    )


def _count_unsure(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(
        "SELECT count(*) FROM scored WHERE unsure AND sentiment IS NOT NULL"
    ).fetchone()
    return int(found[0]) if found else 0
