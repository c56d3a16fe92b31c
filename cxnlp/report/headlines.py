"""What the report says first: plain sentences that the intervals support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cxnlp.journey.naming import readable, topic_name, touchpoint_name, touchpoint_names
from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.metrics.difference import difference, real_differences
from cxnlp.metrics.estimate import MIN_RELIABLE_N, NO_DATA, Estimate
from cxnlp.metrics.numbers import (
    PERCENT,
    POINTS,
    SUPPRESSED,
    Unit,
    describe,
    describe_interval,
    format_interval,
    format_n,
    format_value,
    is_shown,
)
from cxnlp.report.header import Change, header_metrics
from cxnlp.report.metric_info import MetricInfo


def write_headlines(
    summary: JourneySummary, metrics: Sequence[MetricInfo], changes: Mapping[str, Change]
) -> tuple[str, ...]:
    """Return the sentences, the most important first."""
    heading = header_metrics(metrics)
    sentences = [_scores(summary.overall, heading)]
    main = next((m for m in heading if _known(summary.overall, m)), None)
    if main is not None:
        sentences.append(_touchpoints(summary, main))
        sentences.append(_change(changes))
    sentences += [_topic(summary.overall), _emotion(summary.overall)]
    sentences.append(_ratings(summary.overall, metrics))
    return tuple(s for s in sentences if s)


def _known(cell: Cell, metric: MetricInfo) -> bool:
    return is_shown(cell.metrics.get(metric.key, NO_DATA))


def _with_interval(estimate: Estimate, unit: Unit, counted: str) -> str:
    return (
        f"{describe(estimate, unit)} "
        f"(95% interval {describe_interval(estimate, unit)}, n = {format_n(estimate.n)} {counted})"
    )


def _scores(overall: Cell, metrics: Sequence[MetricInfo]) -> str:
    shown = [m for m in metrics if _known(overall, m)]
    if not shown:
        if any(overall.metrics.get(m.key, NO_DATA).n for m in metrics):
            return f"No score can be shown: {SUPPRESSED}."
        why = (
            f": {format_n(overall.n_foreign)} are in another language" if overall.n_foreign else ""
        )
        return f"There is no survey answer, and no comment could be read{why}."
    own = [m for m in shown if m.counted == "answers"][:1]
    read = [m for m in shown if m.key == "net_sentiment"]
    parts = [
        f"{m.inline} is {_with_interval(overall.metrics[m.key], m.unit, m.counted)}"
        for m in (own + read or shown[:1])
    ]
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:] + "."


def _touchpoints(summary: JourneySummary, metric: MetricInfo) -> str:
    """Name the touchpoints furthest from the overall value, where they clearly are."""
    overall = summary.overall.metrics[metric.key]
    compared = []
    for cell in summary.touchpoints:
        estimate = cell.metrics.get(metric.key, NO_DATA)
        # A touchpoint is part of the overall value, so this difference errs on the safe side.
        delta = difference(estimate, overall)
        if cell.touchpoint is not None and delta is not None and estimate.n >= MIN_RELIABLE_N:
            compared.append((cell, estimate, delta))
    if len(compared) < 2:
        return ""
    real = real_differences([delta.p_value for *_, delta in compared])
    apart = [item for item, is_real in zip(compared, real, strict=True) if is_real]
    if not apart:
        return (
            f"No touchpoint stands clearly apart from the overall {metric.inline}: "
            f"{len(compared)} were compared."
        )
    names = touchpoint_names(summary.journey)
    better = 1 if metric.higher_is_better else -1
    apart.sort(key=lambda item: better * item[2].value)
    weakest, strongest = apart[0], apart[-1]
    reference = f"the overall {metric.inline} of {describe(overall, metric.unit)}"
    clauses = []
    if better * weakest[2].value < 0:
        clauses.append((f"clearly worse than {reference}", weakest))
    if better * strongest[2].value > 0:
        words = "clearly better" if clauses else f"clearly better than {reference}"
        clauses.append((words, strongest))
    texts = [
        f"{touchpoint_name(cell.touchpoint, names)} is {words}, at "
        + _with_interval(estimate, metric.unit, metric.counted)
        for words, (cell, estimate, _) in clauses
    ]
    return "; ".join(texts) + "."


def _change(changes: Mapping[str, Change]) -> str:
    clear = [c for c in changes.values() if c.verdict == "clear change"]
    if not clear:
        testable = [c for c in changes.values() if c.verdict == "no clear change"]
        if not testable:
            return ""
        first = testable[0]
        unit = Unit(decimals=first.metric.unit.decimals, signed=True)
        delta = first.difference
        return (
            f"No score changed clearly of late: {first.metric.inline} moved by "
            f"{format_value(delta.value, unit)} (95% interval "
            f"{format_interval(delta.low, delta.high, unit)}) "
            f"from {first.old_period} to {first.new_period}."
        )
    parts: list[str] = []
    for change in clear[:2]:
        metric, delta = change.metric, change.difference
        unit = Unit(decimals=metric.unit.decimals, signed=True)
        verb = "rose" if delta.value > 0 else "fell"
        size = format_value(abs(delta.value), Unit(decimals=unit.decimals))
        parts.append(
            f"{metric.inline if parts else metric.label} {verb} by {size} (95% interval "
            f"{format_interval(delta.low, delta.high, unit)}) "
            f"from {change.old_period} to {change.new_period}"
        )
    return "; ".join(parts) + "."


def _topic(overall: Cell) -> str:
    """Name the most mentioned topic that is clearly negative, and the one clearly positive."""
    judged = [
        t
        for t in overall.topics.values()
        if t.net_sentiment.status == "ok"
        and t.net_sentiment.low is not None
        and t.topic != "general_experience"  # says nothing about what to keep or change
    ]
    judged.sort(key=lambda t: (-(t.n_negative + t.n_neutral + t.n_positive), t.topic))
    bad = next((t for t in judged if (t.net_sentiment.high or 0.0) < 0), None)
    good = next((t for t in judged if (t.net_sentiment.low or 0.0) > 0), None)
    parts = []
    for word, topic in (("negative", bad), ("positive", good)):
        if topic is not None:
            n = topic.n_negative + topic.n_neutral + topic.n_positive
            parts.append(
                f"the most mentioned clearly {word} topic is {topic_name(topic.topic).lower()} "
                f"({format_n(n)} mentions, net sentiment {describe(topic.net_sentiment, POINTS)}, "
                f"95% interval {describe_interval(topic.net_sentiment, POINTS)})"
            )
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:] + "." if sentence else ""


def _emotion(overall: Cell) -> str:
    """Name the most common emotion, where its interval clears the next one's."""
    found = [(name, e) for name, e in overall.emotions.items() if e.status == "ok"]
    found.sort(key=lambda item: -(item[1].value or 0.0))
    if len(found) < 2 or (found[0][1].low or 0.0) <= (found[1][1].high or 0.0):
        return ""
    name, estimate = found[0]
    return (
        f"{readable(name)} is the most common emotion: "
        f"{_with_interval(estimate, PERCENT, 'comments')}."
    )


def _ratings(overall: Cell, metrics: Sequence[MetricInfo]) -> str:
    """Name the lowest and the highest rated question of one scale, where they clearly differ."""
    rated = [
        (m, overall.metrics[m.key])
        for m in metrics
        if m.kind == "rating" and overall.metrics.get(m.key, NO_DATA).status == "ok"
    ]
    scales = {(m.scale_min, m.scale_max, m.higher_is_better) for m, _ in rated}
    if len(rated) < 3 or len(scales) > 1:
        return ""
    rated.sort(key=lambda item: item[1].value or 0.0)
    (low, lowest), (high, highest) = rated[0], rated[-1]
    if (lowest.high or 0.0) >= (highest.low or 0.0):
        return ""
    return (
        f"Of {len(rated)} questions rated {low.scale_min:g} to {low.scale_max:g}, the lowest mean "
        f"is {low.label} with {_with_interval(lowest, low.unit, low.counted)}; the highest is "
        f"{high.label} with {_with_interval(highest, high.unit, high.counted)}."
    )
