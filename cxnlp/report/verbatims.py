"""Sampled comments as the page shows them: labels, and text in pieces by sentiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cxnlp.labels import EMOTION_GROUP_OF
from cxnlp.text.personal_data import cover_personal_data

MAX_SHOWN_CHARACTERS = 800
_MAX_ANSWERS = 3
_BEYOND = 120  # personal data that begins before the cut ends before this
_SPOKEN = {"customer": "Customer", "agent": "Agent", "bot": "Bot", "system": "System"}

Piece = tuple[str, str]  # text, and its sentiment or "" where it is not highlighted


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One text, or one turn of a conversation."""

    role: str  # "" for a single text
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment with its labels."""

    touchpoint: str | None
    period: str | None
    day: str
    sentiment: str
    satisfaction: float | None
    emotions: tuple[str, ...]  # groups
    topics: tuple[tuple[str, str], ...]  # topic, sentiment of a mention
    question: str
    answers: tuple[str, ...]  # the customer's own scores
    unsure: bool
    cut: bool  # longer than the page shows
    group: str  # value of the column or segment the report is broken down by
    turns: tuple[Turn, ...]


def build_comments(
    rows: Sequence[Mapping[str, Any]],
    *,
    period_of: Callable[[date], str],
    covered: bool = True,
    longest: int = MAX_SHOWN_CHARACTERS,
) -> tuple[Comment, ...]:
    """Return the comments of sampled rows, personal data covered unless told otherwise.

    :param period_of: names the period of a day.
    :param longest: characters of a comment that are shown.
    """
    return tuple(_comment(row, period_of, covered, longest) for row in rows)


def _comment(
    row: Mapping[str, Any], period_of: Callable[[date], str], covered: bool, longest: int
) -> Comment:
    day: date | None = row["day"]
    turns, cut = _turns(row, covered, longest)
    satisfaction = row["satisfaction"]
    groups = (EMOTION_GROUP_OF.get(e["label"]) for e in row["emotions"] or ())
    return Comment(
        touchpoint=row["touchpoint"],
        period=None if day is None else period_of(day),
        day="" if day is None else day.isoformat(),
        sentiment=row["sentiment"],
        satisfaction=None if satisfaction is None else round(satisfaction, 1),
        emotions=tuple(dict.fromkeys(g for g in groups if g is not None)),
        topics=_topics(row),
        question=row["question"] or "",
        answers=_answers(row["responses"] or ()),
        unsure=bool(row["unsure"]),
        cut=cut,
        group=row["group_value"] or "",
        turns=turns,
    )


def _topics(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return each topic with the sentiments of its mentions, as they are counted.

    A sentence that names a topic is a mention; the comment's own label counts where none does.
    """
    spans = [
        (t["label"], t["sentiment"] or "") for s in row["spans"] or () for t in s["topics"] or ()
    ]
    named = {label for label, _ in spans}
    own = [(t["label"], t["sentiment"] or "") for t in row["topics"] or ()]
    return tuple(dict.fromkeys([*spans, *(pair for pair in own if pair[0] not in named)]))


def _answers(responses: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    shown = []
    for r in responses[:_MAX_ANSWERS]:
        name = "rated" if r["metric"] == "rating" else r["metric"].upper()
        shown.append(f"{name} {r['value']:g} of {r['scale_max']:g}")
    return tuple(shown)


def _turns(row: Mapping[str, Any], covered: bool, longest: int) -> tuple[tuple[Turn, ...], bool]:
    """Return the texts cut at `longest` characters in all, and whether anything was cut."""
    if row["turns"]:
        texts = [(_SPOKEN.get(t["role"], t["role"] or ""), t["text"] or "") for t in row["turns"]]
    else:
        texts = [("", row["text"] or "")]
    left = longest
    turns: list[Turn] = []
    for i, (role, text) in enumerate(texts):
        if left <= 0:
            return tuple(turns), True
        spans = [s for s in row["spans"] or () if (s["turn"] or 0) == i]
        # Covered before it is cut: half of a number looks like none.
        shown = cover_personal_data(text[: left + _BEYOND]) if covered else text
        turns.append(Turn(role=role, pieces=split_pieces(shown[:left], spans)))
        left -= len(text)
    return tuple(turns), left < 0


def split_pieces(text: str, spans: Sequence[Mapping[str, Any]]) -> tuple[Piece, ...]:
    """Cut a text at its spans; only negative and positive spans keep their sentiment.

    Offsets count code points, so the text is cut here and not in the page, whose script counts
    UTF-16 units.
    """
    pieces: list[Piece] = []
    at = 0
    for span in sorted(spans, key=lambda s: (s["start"], s["end"])):
        start, end = max(at, span["start"]), min(len(text), span["end"])
        if span["sentiment"] not in ("negative", "positive") or start >= end:
            continue
        if start > at:
            pieces.append((text[at:start], ""))
        pieces.append((text[start:end], span["sentiment"]))
        at = end
    if at < len(text):
        pieces.append((text[at:], ""))
    return tuple(pieces)
