"""How conversations go: recovery by touchpoint, and some of them turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxnlp.conversation.weighed import weigh
from cxnlp.insights.courses import find_course, read_turns
from cxnlp.insights.finding import InsightResult
from cxnlp.metrics.estimate import MIN_SHOWN_N
from cxnlp.metrics.numbers import PERCENT, Unit, describe, describe_interval, format_n, format_value
from cxnlp.report.rows import Row, count, estimate, words
from cxnlp.report.verbatims import Comment, Turn

LONGEST = 4_000  # characters of a conversation that are shown
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 300.0, 104.0, 26.0, 292.0, 10.0, 86.0
BAR_WIDTH = 300.0
_MEAN = Unit(decimals=2, signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    """One touchpoint: how its customers start, how low they get, how they end."""

    label: str
    touchpoint: str
    n: str
    n_negative: str
    rate: str
    rate_interval: str
    indicative: bool
    start: str
    start_interval: str
    worst: str
    worst_interval: str
    end: str
    end_interval: str
    recovery: str
    recovery_interval: str
    # Places of start, worst and end on a line of `BAR_WIDTH` from -1 to +1; None where hidden.
    places: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTurn:
    """One turn of a conversation; only scored turns of the customer have a number."""

    turn: Turn
    number: int | None
    score: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePoint:
    """One turn of the customer in the chart."""

    number: int
    x: float
    y: float
    score: str
    is_worst: bool
    counts: bool  # greetings, "ok" and order numbers say nothing of how a customer feels


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation: a line with a point for each turn of the customer, and what was said."""

    touchpoint: str
    day: str
    recovered: bool
    start: str
    worst: str
    end: str
    recovery: str
    line: str  # an SVG path
    points: tuple[CoursePoint, ...]
    turns: tuple[SaidTurn, ...]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversations:
    """The section, or why it says little."""

    enough: bool
    note: str
    rows: tuple[CourseRow, ...] = ()
    few: tuple[tuple[str, str], ...] = ()  # touchpoints with too few to show, and how many
    shown: tuple[Conversation, ...] = ()


def conversation_rows(result: InsightResult | None) -> list[int]:
    """Return the file rows of the conversations that are shown turn by turn."""
    found = () if result is None else result.findings
    return list(dict.fromkeys(row for finding in found for row in finding.evidence))


def build_conversations(
    result: InsightResult | None,
    records: Mapping[int, Mapping[str, Any]],
    comments: Mapping[int, Comment],
    touchpoints: Mapping[str, str],
) -> Conversations | None:
    """Return the section, or None for a file without conversations.

    :param records: by file row, those of `conversation_rows`, with their turns and spans.
    :param comments: the same as they are shown.
    """
    if result is None or result.status == "not_applicable":
        return None
    shown = (
        _conversation(records[row], comments[row], touchpoints)
        for row in conversation_rows(result)
        if row in records and row in comments
    )
    kept = [
        row
        for row in result.table
        if not words(row, "touchpoint") or count(row, "conversations") >= MIN_SHOWN_N
    ]
    return Conversations(
        enough=result.status == "ok",
        note=result.note,
        rows=tuple(_row(row, touchpoints) for row in kept),
        few=tuple(
            (_name(row, touchpoints), format_n(count(row, "conversations")))
            for row in result.table
            if row not in kept
        ),
        shown=tuple(conversation for conversation in shown if conversation is not None),
    )


def _name(row: Row, touchpoints: Mapping[str, str]) -> str:
    place = words(row, "touchpoint")
    return touchpoints.get(place, place) if place else "All conversations"


def _row(row: Row, touchpoints: Mapping[str, str]) -> CourseRow:
    place = words(row, "touchpoint")
    rate = estimate(row, "recovery_rate", "recovery_rate_low", "recovery_rate_high", "negative")
    found = {
        name: estimate(row, name, f"{name}_low", f"{name}_high", "conversations").suppressed()
        for name in ("start", "worst", "end", "recovery")
    }
    written = {name: (describe(e, _MEAN), describe_interval(e, _MEAN)) for name, e in found.items()}
    ends = [found[name].value for name in ("start", "worst", "end")]
    known = [value for value in ends if value is not None]
    return CourseRow(
        label=_name(row, touchpoints),
        touchpoint=place,
        n=format_n(count(row, "conversations")),
        n_negative=format_n(rate.n),
        rate="none turned negative" if rate.n == 0 else describe(rate, PERCENT),
        rate_interval=describe_interval(rate, PERCENT),
        indicative=rate.status == "indicative",
        start=written["start"][0],
        start_interval=written["start"][1],
        worst=written["worst"][0],
        worst_interval=written["worst"][1],
        end=written["end"][0],
        end_interval=written["end"][1],
        recovery=written["recovery"][0],
        recovery_interval=written["recovery"][1],
        places=(_place(known[0]), _place(known[1]), _place(known[2])) if len(known) == 3 else None,
    )


def _place(score: float) -> float:
    return round((score + 1) / 2 * BAR_WIDTH, 1)


def _conversation(
    record: Mapping[str, Any], comment: Comment, touchpoints: Mapping[str, str]
) -> Conversation | None:
    """Return a conversation, or None where its customer's turns say too little."""
    scored = read_turns(record["turns"] or (), record["spans"] or ())
    course = find_course(scored)
    if course is None:
        return None
    scores = {t.index: t.prediction.sentiment_score or 0.0 for t in scored}
    counted = {item.turn.index: item.score for item in weigh(scored)}
    lowest = min(counted, key=lambda index: (counted[index], index))
    closing = scored[-1]
    # Thanks at the very end are the end, though elsewhere they do not count.
    counting = {*counted, *([closing.index] if closing.prediction.sentiment == "positive" else [])}
    step = (RIGHT - LEFT) / max(1, len(scores))
    numbers = {index: i for i, index in enumerate(sorted(scores), 1)}
    points = tuple(
        CoursePoint(
            number=numbers[index],
            x=round(LEFT + (numbers[index] - 0.5) * step, 1),
            y=round(BOTTOM - (scores[index] + 1) / 2 * (BOTTOM - TOP), 1),
            score=format_value(scores[index], _MEAN),
            is_worst=index == lowest,
            counts=index in counting,
        )
        for index in sorted(scores)
    )
    return Conversation(
        touchpoint=touchpoints.get(comment.touchpoint or "", comment.touchpoint or ""),
        day=comment.day,
        recovered=not course.negative_at_end,
        start=format_value(course.start, _MEAN),
        worst=format_value(course.worst, _MEAN),
        end=format_value(course.end, _MEAN),
        recovery=format_value(course.recovery, Unit(decimals=2)),
        line="M" + "L".join(f"{p.x:g} {p.y:g}" for p in points),
        points=points,
        turns=tuple(
            SaidTurn(
                turn=turn,
                number=numbers.get(i),
                score=format_value(scores[i], _MEAN) if i in scores else "",
            )
            for i, turn in enumerate(comment.turns)
        ),
        cut=comment.cut,
    )
