"""The header: each score with its interval, its n and its change since the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.metrics.difference import Difference, difference, real_differences
from cxnlp.metrics.estimate import MIN_RELIABLE_N, MIN_SHOWN_N, NO_DATA, Estimate
from cxnlp.metrics.numbers import (
    MEAN,
    PERCENT,
    Unit,
    describe,
    describe_interval,
    format_interval,
    format_n,
    format_value,
    is_shown,
)
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.nps_mix import NpsMix

MAX_CARDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A score's change between the last two periods that have data."""

    metric: MetricInfo
    old_period: str
    new_period: str
    old: Estimate
    new: Estimate
    difference: Difference
    verdict: str  # "clear change", "no clear change" or "too few to say"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a share bar, in percent."""

    name: str
    css: str
    start: float
    share: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """Where a mean and its interval lie on its scale, in percent of the scale."""

    x: float
    x_low: float
    x_high: float
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One header score, as text."""

    key: str
    label: str
    how: str
    value: str
    interval: str
    n: str
    indicative: bool
    change: str
    change_detail: str
    change_css: str  # better, worse, flat
    parts: tuple[Part, ...] = ()
    gauge: Gauge | None = None


def header_metrics(metrics: Sequence[MetricInfo]) -> tuple[MetricInfo, ...]:
    """Return the metrics that head the page: all but ratings, or ratings where nothing else is."""
    main = [m for m in metrics if m.kind != "rating"]
    return tuple((main or list(metrics))[:MAX_CARDS])


def latest_changes(summary: JourneySummary, metrics: Sequence[MetricInfo]) -> dict[str, Change]:
    """Return each metric's latest change; the verdicts are corrected for looking at several."""
    found: list[tuple[MetricInfo, Cell, Cell, Difference]] = []
    for metric in metrics:
        dated = [
            c
            for c in summary.periods
            if c.period is not None and is_shown(c.metrics.get(metric.key, NO_DATA))
        ]
        # A period that has just begun says little: the last two with enough answers come first.
        settled = [c for c in dated if c.metrics[metric.key].n >= MIN_RELIABLE_N]
        dated = settled if len(settled) > 1 else dated
        if len(dated) < 2:
            continue
        old, new = dated[-2:]
        delta = difference(new.metrics[metric.key], old.metrics[metric.key])
        if delta is not None:
            found.append((metric, old, new, delta))
    testable = [delta.p_value for *_, delta in found if delta.enough]
    real = iter(real_differences(testable))
    changes: dict[str, Change] = {}
    for metric, old, new, delta in found:
        verdict = "too few to say"
        if delta.enough:
            verdict = "clear change" if next(real) else "no clear change"
        changes[metric.key] = Change(
            metric=metric,
            old_period=old.period or "",
            new_period=new.period or "",
            old=old.metrics[metric.key],
            new=new.metrics[metric.key],
            difference=delta,
            verdict=verdict,
        )
    return changes


def build_cards(
    summary: JourneySummary,
    metrics: Sequence[MetricInfo],
    changes: dict[str, Change],
    *,
    nps_mix: NpsMix | None = None,
) -> tuple[Card, ...]:
    """Return the header cards in the order of the metrics."""
    overall = summary.overall
    return tuple(_card(overall, metric, changes.get(metric.key), nps_mix) for metric in metrics)


def _card(overall: Cell, metric: MetricInfo, change: Change | None, nps_mix: NpsMix | None) -> Card:
    estimate = overall.metrics.get(metric.key, NO_DATA)
    interval = describe_interval(estimate, metric.unit)
    counted = metric.counted if estimate.n != 1 else metric.counted.removesuffix("s")
    text, detail, css = "", "", "flat"
    if change is not None:
        text, detail, css = _change_text(change)
    parts: tuple[Part, ...] = ()
    if metric.key == "net_sentiment":
        parts = _sentiment_parts(overall)
    elif metric.kind == "nps" and nps_mix is not None and is_shown(estimate):
        parts = _nps_parts(nps_mix)
    elif metric.unit is PERCENT and is_shown(estimate):
        satisfied = estimate.value or 0.0
        parts = _parts(
            [("satisfied", "positive", satisfied), ("not satisfied", "neutral", 100 - satisfied)]
        )
    return Card(
        key=metric.key,
        label=metric.label,
        how=metric.how,
        value=describe(estimate, metric.unit),
        interval=interval,
        n=f"n = {format_n(estimate.n)} {counted}",
        indicative=estimate.status == "indicative",
        change=text,
        change_detail=detail,
        change_css=css,
        parts=parts,
        gauge=_gauge(estimate, metric) if not parts else None,
    )


def _gauge(estimate: Estimate, metric: MetricInfo) -> Gauge | None:
    low, value, high = estimate.low, estimate.value, estimate.high
    span = metric.scale_max - metric.scale_min
    if not is_shown(estimate) or low is None or value is None or high is None or span <= 0:
        return None
    x_low, x, x_high = (round(100 * (v - metric.scale_min) / span, 2) for v in (low, value, high))
    return Gauge(
        x=x,
        x_low=x_low,
        x_high=x_high,
        low=f"{metric.scale_min:g}",
        high=f"{metric.scale_max:g}",
    )


def _change_text(change: Change) -> tuple[str, str, str]:
    unit = change.metric.unit
    # A difference of two percentages is in points, and always carries its sign.
    unit = Unit(decimals=unit.decimals, signed=True)
    delta = change.difference
    points = "" if change.metric.unit is MEAN else " points"
    text = (
        f"{format_value(delta.value, unit)}{points}, "
        f"{change.new_period} against {change.old_period}"
    )
    detail = f"95% interval {format_interval(delta.low, delta.high, unit)}; {change.verdict}"
    if change.verdict == "too few to say":
        detail += f" (n < {MIN_RELIABLE_N} in a period)"
    css = "flat"
    if change.verdict == "clear change":
        css = "better" if (delta.value > 0) == change.metric.higher_is_better else "worse"
    return text, detail, css


def _sentiment_parts(overall: Cell) -> tuple[Part, ...]:
    names = ("negative", "mixed", "neutral", "positive")
    shares = [(name, overall.sentiment.get(name, NO_DATA)) for name in names]
    if not all(is_shown(estimate) for _, estimate in shares):
        return ()
    return _parts([(name, name, estimate.value or 0.0) for name, estimate in shares])


def _nps_parts(mix: NpsMix) -> tuple[Part, ...]:
    total = mix.detractors + mix.passives + mix.promoters
    if mix.n < MIN_SHOWN_N or not total:
        return ()
    weights = (
        ("detractors", "negative", mix.detractors),
        ("passives", "neutral", mix.passives),
        ("promoters", "positive", mix.promoters),
    )
    return _parts([(name, css, 100 * weight / total) for name, css, weight in weights])


def _parts(shares: Sequence[tuple[str, str, float]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    start = 0.0
    for name, css, share in shares:
        label = format_value(share, PERCENT)
        parts.append(
            Part(name=name, css=css, start=round(start, 2), share=round(share, 2), label=label)
        )
        start += share
    return tuple(part for part in parts if part.share > 0)
