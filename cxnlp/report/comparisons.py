"""Comparisons: two periods, two groups or the arms of a test, and the values of a segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cxnlp.insights.finding import InsightResult, Verdict
from cxnlp.insights.verdict_words import VERDICT_WORDS
from cxnlp.insights.wording import UNITS
from cxnlp.journey.naming import readable, topic_name
from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.numbers import (
    MEAN,
    POINTS,
    Unit,
    describe,
    describe_interval,
    format_n,
    format_value,
)
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.rows import Row, estimate, number, words
from cxnlp.report.segment_table import SegmentTable, build_segment_table

MAX_ROWS = 24
FEWEST_ROWS = 12  # where fewer are real
BAR_WIDTH = 100.0
_MANY = 100_000

_DIFFERENCES = {"mean": Unit(decimals=2, signed=True)}
_MIXES = {
    "sentiment_mix": "Mix of negative, mixed, neutral and positive",
    "emotion_mix": "Mix of emotions",
    "topic_mix": "Mix of topics",
}
_LABELS = {
    "topic_share": "Comments about {}",
    "topic_sentiment": "Net sentiment about {}",
    "emotion_share": "Comments that show {}",
}
_COMPARED = ("changes", "ab_test")
_ORDER = ("real", "noise", "not_enough_data")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One number on two sides, with the difference and its verdict."""

    label: str
    place: str  # the touchpoint; empty for all
    old_name: str
    new_name: str
    old: str
    old_interval: str
    n_old: str
    new: str
    new_interval: str
    n_new: str
    difference: str
    difference_interval: str
    verdict: Verdict
    says: str
    needed: str
    opens: tuple[tuple[str, str], ...]
    # The interval of the difference on a scale of `BAR_WIDTH`, zero in the middle; None for mixes.
    bar: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The rows of one insight, what survives the correction first."""

    name: str  # of its article, and of its table among the page's
    title: str
    note: str
    enough: bool
    rows: tuple[ComparedRow, ...] = ()
    n_more: int = 0
    n_real: int = 0
    heads: tuple[str, str] = ("", "")
    n_tested: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """The whole section."""

    compared: tuple[Comparison, ...]
    segment: SegmentTable | None
    segments: tuple[str, ...]  # columns that could be compared


def build_comparisons(
    results: Iterable[InsightResult],
    *,
    metrics: Sequence[MetricInfo],
    touchpoints: Mapping[str, str],
    grouped: JourneySummary | None,
    segments: Sequence[str] = (),
) -> Comparisons | None:
    """Return the comparisons of a report, or None where there is nothing to compare.

    :param metrics: all metrics of the file, by whose names the rows are called.
    :param touchpoints: touchpoint -> name that people read.
    :param grouped: the journey by a column, where one was asked for.
    :param segments: columns that could be compared.
    """
    by_name = {result.name: result for result in results}
    found = (by_name.get(name) for name in _COMPARED)
    compared = tuple(
        _comparison(result, {m.key: m.label for m in metrics}, touchpoints)
        for result in found
        if result is not None and result.status != "not_applicable"
    )
    segment = None if grouped is None else build_segment_table(grouped, metrics)
    if not compared and segment is None:
        return None
    return Comparisons(compared=compared, segment=segment, segments=tuple(segments))


def _comparison(
    result: InsightResult, labels: Mapping[str, str], touchpoints: Mapping[str, str]
) -> Comparison:
    rows = [row for row in result.table if words(row, "compared") != "sample_ratio"]
    # What is real, then the scores that head the report, then the rest by its importance.
    rows.sort(key=lambda row: (_ORDER.index(words(row, "verdict")), -_rank(row)))
    n_real = sum(words(row, "verdict") == "real" for row in rows)
    # Sides too small to show say nothing; where no comparison has enough, the scores alone do.
    known = [row for row in rows if number(row, "difference") is not None]
    known = known if result.status == "ok" else [row for row in known if _rank(row) == 2]
    shown = known[: min(max(n_real + 4, FEWEST_ROWS), MAX_ROWS)]
    reach = {
        mean: max((_reach(row) for row in shown if (words(row, "unit") == "mean") == mean),
                  default=0.0)
        for mean in (True, False)
    }  # fmt: skip
    return Comparison(
        name=f"insight-{result.name.replace('_', '-')}",
        title=result.title,
        note=result.note,
        enough=result.status == "ok",
        rows=tuple(_row(r, labels, touchpoints, reach[words(r, "unit") == "mean"]) for r in shown),
        n_more=len(rows) - len(shown),
        n_real=n_real,
        heads=_heads(shown),
        n_tested=sum(number(row, "p_value") is not None for row in rows),
    )


def _rank(row: Row) -> int:
    """Return 2 for a score that heads the report, 1 for a rated question, 0 for the rest."""
    if words(row, "compared") != "score" or words(row, "touchpoint"):
        return 0
    return 1 if words(row, "key").startswith("rating:") else 2


def _heads(rows: Sequence[Row]) -> tuple[str, str]:
    """Return what the two sides are called, where all rows call them alike."""
    old, new = ({words(row, name) for row in rows} for name in ("old", "new"))
    periods = all(row.get("dimension") == "period" for row in rows)
    return (
        old.pop() if len(old) == 1 else "Before" if periods else "Compared with",
        new.pop() if len(new) == 1 else "After" if periods else "Group",
    )


def _reach(row: Row) -> float:
    if words(row, "unit") == "cramers_v":
        return 0.0
    ends = (number(row, "difference_low"), number(row, "difference_high"))
    return max((abs(end) for end in ends if end is not None), default=0.0)


def _row(
    row: Row, labels: Mapping[str, str], touchpoints: Mapping[str, str], reach: float
) -> ComparedRow:
    kind = words(row, "unit")
    unit = UNITS.get(kind, MEAN)
    old = estimate(row, "value_old", "low_old", "high_old", "n_old")
    new = estimate(row, "value_new", "low_new", "high_new", "n_new")
    delta = Estimate(
        value=number(row, "difference"),
        low=number(row, "difference_low"),
        high=number(row, "difference_high"),
        n=old.n + new.n,
    )
    is_mix = kind == "cramers_v"
    apart = Unit(decimals=3) if is_mix else _DIFFERENCES.get(kind, POINTS)
    verdict: Verdict = "not_enough_data"
    for known in VERDICT_WORDS:
        verdict = known if known == row.get("verdict") else verdict
    place, topic = words(row, "touchpoint"), words(row, "key")
    opens = [("t", place)] if place else []
    opens += [("p", words(row, "new"))] if row.get("dimension") == "period" else []
    if words(row, "compared").startswith("topic_") and topic:
        opens.append(("k", topic))
    needed = number(row, "n_needed")
    return ComparedRow(
        label=_label(row, labels),
        place=touchpoints.get(place, readable(place)) if place else "",
        old_name=words(row, "old"),
        new_name=words(row, "new"),
        old="" if is_mix else describe(old, unit),
        old_interval="" if is_mix else describe_interval(old, unit),
        n_old=format_n(old.n),
        new="" if is_mix else describe(new, unit),
        new_interval="" if is_mix else describe_interval(new, unit),
        n_new=format_n(new.n),
        difference="" if delta.value is None else _difference(delta.value, apart, is_mix),
        difference_interval=describe_interval(delta, apart),
        verdict=verdict,
        says=VERDICT_WORDS[verdict],
        needed="" if needed is None or verdict == "real" else _needed(int(needed), verdict),
        opens=tuple(opens),
        bar=None if is_mix else _bar(delta, reach),
    )


def _needed(n: int, verdict: Verdict) -> str:
    if n > _MANY:
        return "too small a difference for a survey to settle"
    settles = "would settle it" if verdict == "noise" else "are needed"
    return f"{format_n(n)} on each side {settles}"


def _difference(value: float, unit: Unit, is_mix: bool) -> str:
    return f"{'V = ' * is_mix}{format_value(value, unit)}{' pts' if unit is POINTS else ''}"


def _label(row: Row, labels: Mapping[str, str]) -> str:
    kind, key = words(row, "compared"), words(row, "key")
    if kind in _MIXES:
        return _MIXES[kind]
    if kind == "score":
        return labels.get(key, readable(key))
    name = readable(key) if kind == "emotion_share" else topic_name(key)
    return _LABELS[kind].format(name[:1].lower() + name[1:])


def _bar(delta: Estimate, reach: float) -> tuple[float, float, float] | None:
    if delta.value is None or delta.low is None or delta.high is None or reach <= 0:
        return None
    middle, ends = BAR_WIDTH / 2, (delta.low, delta.value, delta.high)
    low, value, high = (round(middle + end / reach * (middle - 3), 2) for end in ends)
    return low, value, high
