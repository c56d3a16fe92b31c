"""What every form of the report says: scores, findings and charts, before they are written."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from cxnlp.insights.collect import Collected, collect
from cxnlp.insights.data import InsightData, Verbatim
from cxnlp.insights.options import InsightOptions
from cxnlp.journey.naming import readable, touchpoint_names
from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.estimate import NO_DATA
from cxnlp.report.emotions import EmotionBar, build_emotions
from cxnlp.report.header import Card, Change, build_cards, header_metrics, latest_changes
from cxnlp.report.header_verdicts import with_report_verdicts
from cxnlp.report.headlines import write_headlines
from cxnlp.report.level_changes import read_level_changes
from cxnlp.report.metric_info import MetricInfo, metric_infos, name_by_touchpoint
from cxnlp.report.nps_mix import NpsMix, nps_mix_of
from cxnlp.report.provenance import Provenance, read_provenance
from cxnlp.report.ratings import RatingDot, build_ratings
from cxnlp.report.sections import Sections, build_sections
from cxnlp.report.topics import TopicChart, build_topics
from cxnlp.report.trend import Trend, build_trends


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a report."""

    title: str
    summary: JourneySummary
    grouped: JourneySummary | None  # by the column asked for
    period_range: str
    collected: Collected
    quotes: tuple[Verbatim, ...]  # of the three things to know
    metrics: tuple[MetricInfo, ...]  # all that were measured
    heading: tuple[MetricInfo, ...]  # those that head the report
    changes: dict[str, Change]
    headlines: tuple[str, ...]
    nps_mix: NpsMix | None
    cards: tuple[Card, ...]
    trends: tuple[Trend, ...]
    topics: TopicChart
    emotions: tuple[EmotionBar, ...]
    ratings: tuple[RatingDot, ...]
    sections: Sections
    provenance: Provenance

    @property
    def said_first(self) -> tuple[str, ...]:
        """Return the three things to know, or what the scores say where nothing is certain."""
        return tuple(finding.sentence for finding in self.collected.three) or self.headlines


def read_parts(
    opened: InsightData, options: InsightOptions, connection: duckdb.DuckDBPyConnection
) -> Parts:
    """Return the parts of the report on a scored file.

    :param connection: with the comments as its view `scored`.
    """
    summary = opened.summary
    grouped = None if options.by is None else opened.by(options.by)
    collected = collect(opened, options)
    metrics = name_by_touchpoint(
        [
            m
            for m in metric_infos(summary.definitions)
            if summary.overall.metrics.get(m.key, NO_DATA).n
        ],
        summary.touchpoints,
        touchpoint_names(summary.journey),
    )
    heading = header_metrics(metrics)
    changes = with_report_verdicts(latest_changes(summary, heading), collected.results)
    nps_mix = nps_mix_of(opened.cube) if any(m.kind == "nps" for m in heading) else None
    provenance = read_provenance(connection, summary)
    return Parts(
        title=summary.journey.title or readable(opened.scored.path.name.partition(".")[0]),
        summary=summary,
        grouped=grouped,
        period_range=_period_range(summary),
        collected=collected,
        quotes=tuple(opened.texts([row for f in collected.three for row in f.evidence])),
        metrics=metrics,
        heading=heading,
        changes=changes,
        headlines=write_headlines(summary, metrics, changes),
        nps_mix=nps_mix,
        cards=build_cards(summary, heading, changes, nps_mix=nps_mix),
        trends=build_trends(summary, heading, read_level_changes(collected.results)),
        topics=build_topics(summary.overall),
        emotions=build_emotions(summary.overall),
        ratings=build_ratings(summary.overall, metrics),
        sections=build_sections(
            opened,
            collected,
            connection,
            metrics=metrics,
            models=provenance.models,
            grouped=grouped,
        ),
        provenance=provenance,
    )


def _period_range(summary: JourneySummary) -> str:
    periods = [c.period for c in summary.periods if c.period is not None]
    if not periods:
        return ""
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
