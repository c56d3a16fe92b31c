"""The impact waterfall: points of the score lost and gained by what is said of each theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.insights.finding import InsightResult
from cxnlp.insights.outcome import UNSPECIFIC
from cxnlp.journey.naming import topic_name
from cxnlp.metrics.numbers import Unit, describe, describe_interval, format_n, format_value
from cxnlp.report.rows import Row, count, estimate, number, words

BAR_WIDTH = 300.0
MAX_BARS = 24  # all that are told from chance, as far as they fit
FEWEST_BARS = 12  # with others beside them where those are few

_SAID = {
    "negative": "complaints",
    "positive": "praise",
    "any": "any mention",
}
_VERDICTS = {"real": "", "noise": "within chance", "not_enough_data": "too few to say"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactBar:
    """One theme said in one way; lengths are in units of `BAR_WIDTH`."""

    topic: str
    label: str
    said: str
    sentiment: str  # of the comments behind it; empty for any
    css: str  # negative (points lost), positive (gained) or unsure
    x: float
    width: float
    x_low: float
    x_high: float
    impact: str
    interval: str
    n: str
    verdict: str  # empty where it is told from chance


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactChart:
    """The bars, what was lost first, or why there are none."""

    enough: bool
    note: str
    score: str = ""
    overall: str = ""
    n: str = ""
    centre: float = 0.0
    bars: tuple[ImpactBar, ...] = ()
    n_more: int = 0


def build_impact(result: InsightResult | None) -> ImpactChart | None:
    """Return the chart of a file's theme impacts, or None where they do not apply."""
    if result is None or result.status == "not_applicable":
        return None
    rows = _shown(result.table)
    if result.status != "ok" or not rows:
        return ImpactChart(enough=False, note=result.note)
    first = rows[0]
    unit = Unit(decimals=2 if words(first, "unit") == "mean" else 1, signed=True)
    signed = words(first, "score") == "NPS"  # the one score that can be below zero
    better = 1 if first.get("higher_is_better") else -1
    rows.sort(key=lambda row: better * (number(row, "impact") or 0.0))
    kept = _most_telling(rows)
    # Losses to the left, whichever way the score runs.
    ends = [better * (number(r, name) or 0.0) for r in kept for name in ("low", "high")]
    low, high = min(0.0, *ends), max(0.0, *ends)
    scale = BAR_WIDTH / (high - low or 1.0)
    # Everyone's score is that without a theme, plus what the theme adds.
    everyone = (number(first, "score_without") or 0.0) + (number(first, "impact") or 0.0)
    return ImpactChart(
        enough=True,
        note=result.note,
        score=words(first, "score"),
        overall=format_value(everyone, Unit(decimals=unit.decimals, signed=signed)),
        n=format_n(count(first, "n")),
        centre=round(-low * scale, 2),
        bars=tuple(_bar(row, unit, better, low, scale) for row in kept),
        n_more=len(rows) - len(kept),
    )


def _shown(table: Sequence[Row]) -> list[Row]:
    """Return complaints and praise of each theme; any mention where that alone can be told."""
    known = [
        row for row in table if words(row, "status") == "ok" and words(row, "topic") != UNSPECIFIC
    ]
    real = {(words(r, "topic"), words(r, "said")) for r in known if words(r, "verdict") == "real"}
    sided = {words(row, "topic") for row in known if words(row, "said") != "any"}

    def is_told_whole(topic: str) -> bool:
        sides = {(topic, "negative"), (topic, "positive")}
        return topic not in sided or ((topic, "any") in real and not sides & real)

    return [r for r in known if (words(r, "said") == "any") == is_told_whole(words(r, "topic"))]


def _most_telling(rows: Sequence[Row]) -> list[Row]:
    """Return at most `MAX_BARS` in their order: what is told from chance, then the largest."""
    ranked = sorted(
        range(len(rows)),
        key=lambda i: (words(rows[i], "verdict") != "real", -abs(number(rows[i], "impact") or 0.0)),
    )
    n_real = sum(words(row, "verdict") == "real" for row in rows)
    return [rows[i] for i in sorted(ranked[: min(max(n_real, FEWEST_BARS), MAX_BARS)])]


def _bar(row: Row, unit: Unit, better: int, low: float, scale: float) -> ImpactBar:
    found = estimate(row, "impact", "low", "high", "n")
    value = better * (found.value or 0.0)
    ends = sorted((better * (found.low or 0.0), better * (found.high or 0.0)))
    verdict, said = words(row, "verdict"), words(row, "said")
    gained = "positive" if value > 0 else "negative"
    return ImpactBar(
        topic=words(row, "topic"),
        label=topic_name(words(row, "topic")),
        said=_SAID[said],
        sentiment="" if said == "any" else said,
        css=gained if verdict == "real" else "unsure",
        x=round((min(value, 0.0) - low) * scale, 2),
        width=round(max(abs(value) * scale, 0.5), 2),
        x_low=round((ends[0] - low) * scale, 2),
        x_high=round((ends[1] - low) * scale, 2),
        impact=describe(found, unit),
        interval=describe_interval(found, unit),
        n=format_n(count(row, "n_mentions")),
        verdict=_VERDICTS[verdict],
    )
