"""Where many people give a low score that is getting worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.outcome import theme_words
from cxnlp.insights.pain_place import PainPoint, better_sign, find_pain_point, without
from cxnlp.insights.series import metric_series, topic_series
from cxnlp.insights.wording import interval_text
from cxnlp.journey.summary import Cell, JourneySummary, TopicSummary
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.trinomial import net_share

# Touchpoint x topic: only the most mentioned are looked at, whatever their score, so that the
# many small ones do not burden the correction.
MAX_TOPIC_PLACES = 30
_NO_MATTER = "general_experience"  # nothing that could be mended
_ALPHA = 0.05


def places(summary: JourneySummary, metric: str, *, length: str) -> Iterator[PainPoint]:
    """Yield every touchpoint, then the touchpoints x topics with the most comments."""
    definition, whole = summary.definitions[metric], summary.overall
    overall = whole.metrics[metric]
    by_topic: list[tuple[Cell, str]] = []
    over_time: dict[tuple[str | None, str | None], list[Cell]] = {}
    for cell in summary.cells:
        over_time.setdefault((cell.touchpoint, cell.stage), []).append(cell)
    for cell in summary.touchpoints:
        if cell.touchpoint is None:
            continue
        cells = over_time.get((cell.touchpoint, cell.stage), [])
        series = metric_series(metric, definition, cells, cell, length=length)
        if series is not None and metric in cell.metrics:
            point = find_pain_point(
                series, touchpoint=cell.touchpoint, stage=cell.stage, score=cell.metrics[metric],
                rest=without(overall, cell.metrics[metric]), n_all=overall.n, length=length,
            )  # fmt: skip
            if point is not None:
                yield point
        by_topic += [(cell, topic) for topic in cell.topics if topic != _NO_MATTER]
    by_topic.sort(key=lambda at: (-at[0].topics[at[1]].net_sentiment.n, at[0].touchpoint, at[1]))
    for cell, topic in by_topic[:MAX_TOPIC_PLACES]:
        cells = over_time.get((cell.touchpoint, cell.stage), [])
        for series in topic_series(topic, cells, cell, length=length):
            if series.kind == "points" and cell.touchpoint is not None:
                point = find_pain_point(
                    series, touchpoint=cell.touchpoint, stage=cell.stage,
                    score=cell.topics[topic].net_sentiment,
                    rest=_other_mentions(whole, cell.topics[topic]), n_all=whole.n_scored,
                    length=length,
                )  # fmt: skip
                if point is not None:
                    yield point


def _other_mentions(whole: Cell, topic: TopicSummary) -> Estimate | None:
    """Return the net sentiment of every other mention of any topic anywhere."""
    mentions = [sum(t.n_positive for t in whole.topics.values()) - topic.n_positive,
                sum(t.n_neutral for t in whole.topics.values()) - topic.n_neutral,
                sum(t.n_negative for t in whole.topics.values()) - topic.n_negative]  # fmt: skip
    n = sum(mentions)
    return net_share(mentions[0], mentions[2], n) if n > 0 else None


def _finding(point: PainPoint, names: Mapping[str, str]) -> Finding:
    series, where = point.series, names.get(point.touchpoint, point.touchpoint)
    if series.topic is not None:
        where = f"{where}, {theme_words(series.topic)}"
    low, high = point.gap.low, point.gap.high
    between = f"{series.difference(low, unit=False)} to {series.difference(high, unit=False)}"
    compared = (
        "all other mentions of topics" if series.topic is not None else "all other touchpoints"
    )
    sentence = (
        f"{where}: "
        f"{interval_text(point.volume, 'percent', counted=series.counted)} are about it; "
        f"{series.name} is {interval_text(point.score, series.kind, counted=series.counted)}, "
        f"{series.difference(point.gap.value)} against {compared} (95% interval {between})"
    )
    p_value = point.p_value
    verdict: Verdict = "not_enough_data"
    if point.decline is None or p_value is None:
        sentence += "; there are too few periods to tell whether it is getting worse."
    else:
        sentence += f"; it {point.decline.words}."
        # A place that is good or getting better is no pain point, however clearly.
        if not (point.is_low and point.is_worsening):
            p_value = 1.0
        verdict = "real" if p_value < _ALPHA else "noise"
    volume = (point.volume.value or 0.0) / 100
    gap = max(-better_sign(series) * point.gap.value, 0.0) / series.width
    return Finding(
        insight=NAME,
        sentence=sentence,
        verdict=verdict,
        importance=min(1.0, volume * gap),
        n=point.score.n,
        n_needed=None if point.decline is not None else MIN_RELIABLE_N,
        where=Where(
            touchpoint=point.touchpoint,
            stage=point.stage,
            topic=series.topic,
            sentiment="negative" if point.is_low else None,
        ),
        estimate=point.score,
        unit=series.kind,
        p_value=p_value,
    )


def _row(rank: int, point: PainPoint) -> dict[str, Value]:
    decline = point.decline
    return {
        "rank": rank, "index": point.index, "touchpoint": point.touchpoint, "stage": point.stage,
        "topic": point.series.topic, "metric": point.series.key, "n": point.score.n,
        "share": point.volume.value, "share_low": point.volume.low, "share_high": point.volume.high,
        "score": point.score.value, "score_low": point.score.low, "score_high": point.score.high,
        "gap": point.gap.value, "gap_low": point.gap.low, "gap_high": point.gap.high,
        "gap_p_value": point.gap.p_value,
        "decline": None if decline is None else decline.how,
        "change": None if decline is None else decline.change,
        "change_low": None if decline is None else decline.low,
        "change_high": None if decline is None else decline.high,
        "change_p_value": None if decline is None else decline.p_value,
    }  # fmt: skip


def rank(points: Sequence[PainPoint]) -> list[PainPoint]:
    """Return the points by index, the worst first."""
    return sorted(points, key=lambda p: (-p.index, p.touchpoint, p.series.topic or ""))


NAME = "pain_points"
TITLE = "Pain points"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Rank touchpoints, and topics at them, by volume, low score and decline together."""
    metric = data.main or "net_sentiment"
    found = rank(list(places(data.summary, metric, length=data.period)))
    if not found:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data",
            note=f"Pain points need two places with {MIN_RELIABLE_N} answers or comments each.",
        )
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=f"{len(found)} touchpoints, and topics at touchpoints, were ranked by an index: the "
        "geometric mean of their share of people, of how much lower they score than all else, and "
        "of how much they fell, each as a share of its scale. A pain point is real where the "
        "score is clearly lower and clearly falling.",
        findings=tuple(_finding(point, data.touchpoint_names) for point in found),
        table=tuple(_row(place, point) for place, point in enumerate(found, 1)),
    )
