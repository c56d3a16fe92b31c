"""Whether a touchpoint is scored alike in all its channels, after adjusting for their mix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from cxnlp.errors import InputError
from cxnlp.insights.channel_mix import Adjusted, Answers, adjust
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.series import metric_words
from cxnlp.journey.cube import build_cube
from cxnlp.journey.scored import REQUIRED, ROW, reading
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.channel_spread import Spread, channel_spread
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95, Estimate
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER
from cxnlp.metrics.numbers import MEAN, PERCENT, POINTS, Unit, format_value

MAX_VALUES = 50  # of a segment; more leave too few answers in each to adjust for it
MAX_SEGMENTS = 2
_SEPARATOR = "\x1f"
_ALPHA = 0.05
_UNITS: dict[str, Unit] = {"points": POINTS, "percent": PERCENT, "mean": MEAN}
_WIDTHS = {"points": 200.0, "percent": 100.0}
_DIFFERENCES = {"points": " points", "percent": " percentage points", "mean": ""}


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


def read_answers(
    data: InsightData, metric: str, segments: Sequence[str]
) -> dict[str, list[Answers]]:
    """Return the answers of each touchpoint by channel and stratum: the period, then segments."""
    scored, definition = data.scored, data.summary.definitions[metric]
    table = scored.table
    groups = [ibis.coalesce(scored.group(name), "") for name in ("channel", *segments)]
    joined = groups[0]
    for group in groups[1:]:
        joined = joined + _SEPARATOR + group
    columns = {name: table[table.columns[scored.columns.index(name)]] for name in REQUIRED}
    types = {name: columns[name].type() for name in ("emotions", "topics", "spans")}
    # Without labels the cube has only answers and documents to count.
    rows = table.select(
        ROW, **{**columns, **{n: ibis.null(t) for n, t in types.items()}}, mix=joined
    )
    with reading(scored.path):
        cube = build_cube(rows, period=data.period, group=rows.mix)
    keys = ("touchpoint", "period", "group")
    found: dict[str, list[Answers]] = defaultdict(list)
    counted = cube.documents if definition.kind == "net_sentiment" else cube.answers
    for row in counted.to_pylist():
        if row["touchpoint"] is None or row["group"] is None:
            continue
        channel, *values = row["group"].split(_SEPARATOR)
        sums = _sums(row, definition)
        if channel and sums is not None:
            touchpoint, period, _ = (row[key] for key in keys)
            found[touchpoint].append(
                Answers(channel=channel, stratum=(str(period), *values), **sums)
            )
    return found


def _sums(row: dict[str, Any], definition: MetricDefinition) -> dict[str, Any] | None:
    """Return n, Σw, Σw², Σwy and Σwy² of a row of the cube, or None of another metric."""
    if definition.kind == "net_sentiment":
        n, positive, negative = row["n_scored"], row["n_positive"], row["n_negative"]
        y, yy = 100.0 * (positive - negative), 1e4 * (positive + negative)
        return {"n": n, "w": float(n), "ww": float(n), "y": y, "yy": yy}
    names = ("metric", "scale_min", "scale_max", "higher_is_better")
    asked = (
        definition.kind, definition.scale_min, definition.scale_max, definition.higher_is_better
    )  # fmt: skip
    other = definition.question_id is not None and row["question_id"] != definition.question_id
    if other or tuple(row[name] for name in names) != asked:
        return None
    sums = {"n": row["n"], "w": row["w"], "ww": row["ww"]}
    if definition.unit == "mean":
        return {**sums, "y": row["x"], "yy": row["xx"]}
    y = _points(row["bucket"], definition)
    return {**sums, "y": row["w"] * y, "yy": row["w"] * y * y}


def _points(bucket: float, definition: MetricDefinition) -> float:
    if definition.unit == "points":
        return 100.0 * ((bucket >= LOWEST_PROMOTER) - (bucket <= HIGHEST_DETRACTOR))
    higher = definition.higher_is_better
    bound = satisfied_from(definition.scale_min, definition.scale_max, higher_is_better=higher)
    if bound is None:
        return 0.0
    return 100.0 if (bucket >= bound if higher else bucket <= bound) else 0.0


def _segments(data: InsightData, by: str | None) -> list[str]:
    """Return the segments to adjust for: the one asked for, else the first declared ones."""
    asked = [by] if by is not None and by.casefold() != "channel" else []
    few = []
    for name in dict.fromkeys((*asked, *data.journey.segments)):
        try:
            group = data.scored.group(name)
        except InputError:  # declared, but not in this file
            continue
        table = data.scored.table.select(value=group)
        if 2 <= int(table.value.nunique().to_pyarrow().as_py()) <= MAX_VALUES:
            few.append(name)
    return few[:MAX_SEGMENTS]


def _finding(
    found: Consistency, definition: MetricDefinition, words: str, adjusted_for: str, n_all: int
) -> Finding:
    spread, unit = found.spread, _UNITS[definition.unit]
    width = _WIDTHS.get(definition.unit, definition.scale_max - definition.scale_min)
    by_name = {channel.name: channel for channel in found.adjusted.channels}
    place, counted = found.touchpoint.replace("_", " "), _counted(definition)
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
    gap = f"{format_value(spread.gap, plain)}{_DIFFERENCES[definition.unit]}"
    interval = (
        f"95% interval {format_value(spread.low, plain)} to {format_value(spread.high, plain)}"
    )
    says = "differs between channels by" if verdict == "real" else "is alike in all channels within"
    chance = "" if verdict == "real" else " that chance explains"
    return Finding(
        insight=NAME,
        sentence=f"At {place} {words} {says} {gap}{chance} ({interval}, {found.n:,} {counted}), "
        f"{adjusted_for}: highest in {high.name.replace('_', ' ')} with "
        f"{format_value(high.value, unit)}, lowest in {low.name.replace('_', ' ')} with "
        f"{format_value(low.value, unit)}.",
        verdict=verdict,
        importance=min(1.0, low.n / max(n_all, 1) * spread.gap / width),
        n=found.n,
        where=Where(touchpoint=found.touchpoint),
        estimate=Estimate(value=spread.gap, low=spread.low, high=spread.high, n=found.n),
        unit=definition.unit,
        p_value=spread.p_value,
    )


def _counted(definition: MetricDefinition) -> str:
    return "comments" if definition.kind == "net_sentiment" else "answers"


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
    definition, words = data.summary.definitions[metric], ""
    words = metric_words(metric, definition)
    segments = _segments(data, options.by)
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
            note=f"No touchpoint has two channels with {MIN_RELIABLE_N} {_counted(definition)} "
            f"each, so none can be compared; there {'is' if len(channels) == 1 else 'are'} "
            f"{len(channels)} channel{'' if len(channels) == 1 else 's'} with {words}.",
        )
    findings, table = [], []
    for found in compared:
        names = [strata[i] for i in found.adjusted.by]
        adjusted_for = f"adjusted for the mix of {' and '.join(names)}" if names else "not adjusted"
        findings.append(_finding(found, definition, words, adjusted_for, n_all))
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
