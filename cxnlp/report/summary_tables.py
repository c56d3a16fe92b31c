"""The tables behind the report's own charts, with every number whole."""

from __future__ import annotations

from collections.abc import Sequence

from cxnlp.journey.naming import readable, topic_name
from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.metrics.estimate import MIN_SHOWN_N, NO_DATA
from cxnlp.report.chart_table import ESTIMATE_COLUMNS, ChartTable, Value, estimate_values
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.trend import Trend

JOURNEY_COLUMNS = ("stage", "touchpoint", "column", "score", *ESTIMATE_COLUMNS)


def summary_tables(
    summary: JourneySummary,
    *,
    heading: Sequence[MetricInfo],
    metrics: Sequence[MetricInfo],
    trends: Sequence[Trend],
) -> dict[str, ChartTable]:
    """Return the tables of header, heatmap, trends, topics, emotions and ratings, by id.

    The heatmap's has no rows: the page writes them of what it shows.
    """
    overall = summary.overall
    rated = [m for m in metrics if m.kind == "rating"]
    return {
        "scores": _estimates("scores", "score", overall, heading),
        "journey": ChartTable(name="journey", columns=JOURNEY_COLUMNS, rows=[]),
        **{t.table_id: _trend(t, summary) for t in trends},
        "topics": _topics(overall),
        "emotions": ChartTable(
            name="emotions",
            columns=("emotion", *ESTIMATE_COLUMNS),
            rows=[
                (readable(name), *estimate_values(e))
                for name, e in overall.emotions.items()
                if e.value != 0
            ],
        ),
        "ratings": _estimates("rated questions", "question", overall, rated),
    }


def _estimates(name: str, first: str, overall: Cell, metrics: Sequence[MetricInfo]) -> ChartTable:
    return ChartTable(
        name=name,
        columns=(first, *ESTIMATE_COLUMNS),
        rows=[(m.label, *estimate_values(overall.metrics.get(m.key, NO_DATA))) for m in metrics],
    )


def _trend(trend: Trend, summary: JourneySummary) -> ChartTable:
    known = {c.period: c.metrics.get(trend.metric.key, NO_DATA) for c in summary.periods}
    levels = {c.change.period: c.change for c in trend.levels}
    sizes = {p: (c.change, c.low, c.high) for p, c in levels.items()}
    limits, change = ("limit_low", "limit_high"), ("level_change", "change_low", "change_high")
    return ChartTable(
        name=f"{trend.metric.label} by {summary.period}",
        columns=(summary.period, *ESTIMATE_COLUMNS, *limits, *change),
        rows=[
            (
                p.period,
                *estimate_values(known.get(p.period, NO_DATA)),
                *(p.limits or (None, None)),
                *sizes.get(p.period, (None, None, None)),
            )
            for p in trend.points
        ],
    )


def _topics(overall: Cell) -> ChartTable:
    def row(topic: str) -> tuple[Value, ...]:
        t = overall.topics[topic]
        split = (t.n_negative, t.n_neutral, t.n_positive)
        hidden = t.net_sentiment.n < MIN_SHOWN_N
        return (
            topic_name(topic),
            *((None, None, None) if hidden else split),
            sum(split),
            *estimate_values(t.share),
            *estimate_values(t.net_sentiment),
        )

    share = tuple(f"share_{name}" for name in ESTIMATE_COLUMNS)
    net = tuple(f"net_{name}" for name in ESTIMATE_COLUMNS)
    return ChartTable(
        name="topics",
        columns=("topic", "negative", "neutral", "positive", "mentions", *share, *net),
        rows=[row(topic) for topic in overall.topics],
    )
