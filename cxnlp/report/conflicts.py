"""The queue of those whose score contradicts their words, with what they wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxnlp.insights.finding import InsightResult
from cxnlp.metrics.numbers import Unit, format_n, format_value
from cxnlp.report.rows import Row, count, number, words
from cxnlp.report.verbatims import Comment

SHOWN_FIRST = 6  # of each kind; the others fold away
SHOWN_EACH = 20

_KINDS = {
    "promoter_complains": "Good scores with complaints",
    "detractor_praises": "Bad scores with praise",
}
_WHY = {
    "promoter_complains": "They stay today, and say what may drive them away.",
    "detractor_praises": "The scale may have been read upside down, or something not told weighs "
    "on the score.",
}
_SCORE = Unit(decimals=2, signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictCard:
    """One contradiction."""

    comment: Comment
    touchpoint: str  # as people read it
    score: str
    sentiment: str
    is_strong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictQueue:
    """Those of one kind, the strongest first."""

    kind: str
    title: str
    why: str
    n: str
    first: tuple[ConflictCard, ...]
    more: tuple[ConflictCard, ...]
    n_left: int  # in the downloaded table alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """Both queues, or why there are none."""

    enough: bool
    note: str
    queues: tuple[ConflictQueue, ...] = ()


def conflict_rows(result: InsightResult | None) -> list[int]:
    """Return the file rows whose comments the queues show."""
    if result is None or result.status != "ok":
        return []
    return [count(row, "row") for kind in _KINDS for row in _of(result.table, kind)[:SHOWN_EACH]]


def build_conflicts(
    result: InsightResult | None,
    comments: Mapping[int, Comment],
    touchpoints: Mapping[str, str],
    *,
    scale: str,
) -> Conflicts | None:
    """Return the queues, or None where there is no score to hold against the words.

    :param comments: by file row, those of `conflict_rows`.
    :param scale: the words after a score, as "of 10".
    """
    if result is None or result.status == "not_applicable":
        return None
    if result.status != "ok":
        return Conflicts(enough=False, note=result.note)
    queues = []
    for kind, title in _KINDS.items():
        rows = _of(result.table, kind)
        cards = [
            _card(row, comments[count(row, "row")], touchpoints, scale)
            for row in rows[:SHOWN_EACH]
            if count(row, "row") in comments
        ]
        if cards:
            queues.append(
                ConflictQueue(
                    kind=kind,
                    title=title,
                    why=_WHY[kind],
                    n=format_n(len(rows)),
                    first=tuple(cards[:SHOWN_FIRST]),
                    more=tuple(cards[SHOWN_FIRST:]),
                    n_left=len(rows) - len(cards),
                )
            )
    return Conflicts(enough=True, note=result.note, queues=tuple(queues))


def _of(table: Sequence[Row], kind: str) -> list[Row]:
    return [row for row in table if words(row, "kind") == kind]


def _card(row: Row, comment: Comment, touchpoints: Mapping[str, str], scale: str) -> ConflictCard:
    score = number(row, "score") or 0.0
    return ConflictCard(
        comment=comment,
        touchpoint=touchpoints.get(comment.touchpoint or "", comment.touchpoint or ""),
        score=f"{score:g}{' ' + scale if scale else ''}",
        sentiment=format_value(number(row, "sentiment_score") or 0.0, _SCORE),
        is_strong=bool(row.get("is_strong")),
    )
