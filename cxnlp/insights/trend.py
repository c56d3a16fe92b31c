"""Whether metrics and topics change over time: outliers, changes of level and slopes."""

from __future__ import annotations

from collections.abc import Iterator

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.series import Series, followed_topics, metric_series, topic_series
from cxnlp.insights.series_trend import INSIGHT, Trend, find_trend, strongest, trend_findings
from cxnlp.metrics.control_limits import MIN_POINTS
from cxnlp.metrics.estimate import MIN_RELIABLE_N


def trend_rows(trend: Trend) -> Iterator[dict[str, Value]]:
    """Yield a row per period, with its limits, and the slope of the whole series."""
    series, slope = trend.series, trend.slope
    changed = {trend.tested[c.at]: c for c in trend.changes.changes}
    for i, (value, point) in enumerate(zip(series.values, trend.chart.points, strict=True)):
        change = changed.get(i)
        yield {
            "metric": series.key,
            "topic": series.topic,
            "period": series.periods[i],
            "n": value.n,
            "status": value.status,
            "value": value.value,
            "low": value.low,
            "high": value.high,
            "centre": trend.chart.centre,
            "limit_low": point.low,
            "limit_high": point.high,
            "outside": point.outside,
            "p_value": point.p_value,
            "change": None if change is None else change.change,
            "change_low": None if change is None else change.low,
            "change_high": None if change is None else change.high,
            "slope": slope.value,
            "slope_low": slope.low,
            "slope_high": slope.high,
            "slope_p_value": slope.p_value,
        }


NAME = INSIGHT
TITLE = "Change over time"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Follow the scores, net sentiment and every topic over the periods."""
    summary, length = data.summary, data.period
    metrics = [
        key
        for key, d in summary.definitions.items()
        if key == data.main or d.kind in ("nps", "csat", "ces", "net_sentiment")
    ]
    whole, cells = summary.overall, summary.periods
    followed: list[Series] = [
        series
        for key in metrics
        if whole.metrics.get(key) is not None and whole.metrics[key].n >= MIN_RELIABLE_N
        for series in [metric_series(key, summary.definitions[key], cells, whole, length=length)]
        if series is not None
    ]
    for topic in followed_topics(summary):
        followed.extend(topic_series(topic, cells, whole, length=length))
    trends = [find_trend(series) for series in followed]
    findings: list[Finding] = []
    for trend in trends:
        found = trend_findings(trend, length=length)
        if trend.series.topic is None:
            findings.extend(found)
        elif (best := strongest(found)) is not None:
            findings.append(best)
    table = tuple(row for trend in trends for row in trend_rows(trend))
    n_periods = max((len(trend.tested) for trend in trends), default=0)
    if not findings:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data",
            note=f"A trend needs {MIN_POINTS} {length}s with {MIN_RELIABLE_N} answers or comments "
            f"each; there {'is' if n_periods == 1 else 'are'} {n_periods}.",
            table=table,
        )
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=f"{len(trends)} series over up to {n_periods} {length}s with at least "
        f"{MIN_RELIABLE_N} answers or comments each were held against control limits of three "
        "standard errors, searched for changes of level (from eight periods on) and fitted with a "
        "weighted slope (from four on).",
        findings=tuple(sorted(findings, key=lambda f: (f.verdict != "real", -f.importance))),
        table=table,
    )
