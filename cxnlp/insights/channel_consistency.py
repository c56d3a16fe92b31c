"""Whether a touchpoint is scored alike in all its channels, after adjusting for their mix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cxnlp.insights.answer_mix import adjustable_segments
from cxnlp.insights.channel_answers import read_answers
from cxnlp.insights.channel_mix import Adjusted, Answers, adjust
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.series import metric_words
from cxnlp.insights.wording import DIFFERENCES, UNITS
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.channel_spread import Spread, channel_spread
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95, Estimate
from cxnlp.metrics.numbers import Unit, format_value

_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """One touchpoint: its channels' adjusted scores and how far they lie apart."""

    touchpoint: str
    adjusted: Adjusted
    spread: Spread

    @property
    def n(self) -> int:
        """Return the answers of all channels compared."""
        return sum(channel.n for channel in self.adjusted.channels)


def find_consistency(
    touchpoint: str, answers: Sequence[Answers], mixes: Sequence[tuple[int, ...]]
) -> Consistency | None:
    """Return a touchpoint's adjusted channels and their spread, or None with fewer than two.

    Where all answers are equal within every channel there is no error to hold a gap against, so
    there is none to state.
    """
    adjusted = adjust(answers, mixes)
    if len(adjusted.channels) < 2:
        return None
    if any(channel.error <= 0 for channel in adjusted.channels):
        return Consistency(
            touchpoint=touchpoint, adjusted=adjusted, spread=Spread(status="not_enough_data")
        )
    return Consistency(
        touchpoint=touchpoint, adjusted=adjusted, spread=channel_spread(adjusted.channels)
    )


def _finding(
    found: Consistency,
    definition: MetricDefinition,
    words: str,
    adjusted_for: str,
    n_all: int,
    *,
    place: str,
) -> Finding:
    spread, unit = found.spread, UNITS[definition.unit]
    by_name = {channel.name: channel for channel in found.adjusted.channels}
    counted = definition.counted
    if spread.gap is None or spread.low is None or spread.high is None or spread.p_value is None:
        return Finding(
            insight=NAME,
            sentence=f"At {place} all {counted} within a channel are equal, so chance cannot be "
            f"told from a difference between channels (n = {found.n:,} {counted}).",
            verdict="not_enough_data",
            importance=0.0,
            n=found.n,
            where=Where(touchpoint=found.touchpoint),
        )
    high, low = by_name[spread.highest or ""], by_name[spread.lowest or ""]
    verdict: Verdict = "real" if spread.p_value < _ALPHA else "noise"
    plain = Unit(decimals=unit.decimals)
    gap = f"{format_value(spread.gap, plain)}{DIFFERENCES[definition.unit]}"
    interval = (
        f"95% interval {format_value(spread.low, plain)} to {format_value(spread.high, plain)}"
    )
    real = verdict == "real"
    says = "differs between channels by" if real else "shows no clear gap between channels:"
    return Finding(
        insight=NAME,
        sentence=f"At {place} {words} {says} {gap} ({interval}, {found.n:,} {counted}), "
        f"{adjusted_for}: highest in {high.name.replace('_', ' ')} with "
        f"{format_value(high.value, unit)}, lowest in {low.name.replace('_', ' ')} with "
        f"{format_value(low.value, unit)}.",
        verdict=verdict,
        importance=min(1.0, low.n / max(n_all, 1) * spread.gap / definition.span),
        n=found.n,
        where=Where(touchpoint=found.touchpoint),
        estimate=Estimate(value=spread.gap, low=spread.low, high=spread.high, n=found.n),
        unit=definition.unit,
        p_value=spread.p_value,
    )


def _rows(found: Consistency, metric: str, adjusted_for: str) -> Iterator[dict[str, Value]]:
    spread = found.spread
    for channel in found.adjusted.channels:
        yield {
            "touchpoint": found.touchpoint, "channel": channel.name, "metric": metric,
            "n": channel.n, "value": channel.value,
            "low": channel.value - Z95 * channel.error, "high": channel.value + Z95 * channel.error,
            "unadjusted": found.adjusted.raw[channel.name], "adjusted_for": adjusted_for,
            "coverage": found.adjusted.coverage,
            "gap": spread.gap, "gap_low": spread.low, "gap_high": spread.high,
            "p_value": spread.p_value, "tau": spread.tau, "heterogeneity": spread.heterogeneity,
        }  # fmt: skip


NAME = "channel_consistency"
TITLE = "Consistency across channels"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Compare the headline score between the channels of every touchpoint."""
    metric = data.main or "net_sentiment"
    definition = data.summary.definitions[metric]
    words = metric_words(metric, definition)
    segments = data.mixed_segments
    if options.by is not None:
        segments = adjustable_segments(data.scored, data.journey.segments, by=options.by)
    strata = ("period", *(name.replace("_", " ") for name in segments))
    everything = tuple(range(len(strata)))
    # Customers before calendar: what a segment explains is no difference between channels.
    mixes = list(dict.fromkeys((everything, everything[1:], (0,)) if segments else ((0,),)))
    by_touchpoint = read_answers(data, metric, segments)
    n_all = sum(a.n for answers in by_touchpoint.values() for a in answers)
    compared = [
        found
        for touchpoint, answers in sorted(by_touchpoint.items())
        if (found := find_consistency(touchpoint, answers, mixes)) is not None
    ]
    channels = {a.channel for answers in by_touchpoint.values() for a in answers}
    if not compared:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data" if len(channels) > 1 else "not_applicable",
            note=f"No touchpoint has two channels with {MIN_RELIABLE_N} {definition.counted} "
            f"each, so none can be compared; there {'is' if len(channels) == 1 else 'are'} "
            f"{len(channels)} channel{'' if len(channels) == 1 else 's'} with {words}.",
        )
    findings, table = [], []
    for found in compared:
        names = [strata[i] for i in found.adjusted.by]
        adjusted_for = f"adjusted for the mix of {' and '.join(names)}" if names else "not adjusted"
        place = data.touchpoint_names.get(found.touchpoint, found.touchpoint)
        findings.append(_finding(found, definition, words, adjusted_for, n_all, place=place))
        table += list(_rows(found, metric, ", ".join(names)))
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=f"The channels of {len(compared)} touchpoints were compared by {words}, each channel "
        f"given the touchpoint's own mix of {' and '.join(strata)} where 80% of the answers allow "
        "it; the interval of a gap holds for every pair of channels at once.",
        findings=tuple(sorted(findings, key=lambda f: (f.verdict != "real", -f.importance))),
        table=tuple(table),
    )
