"""The course of each conversation of a scored file: start, worst, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from cxnlp.conversation.arc import find_arc
from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.conversation.weighed import weigh
from cxnlp.insights.data import InsightData
from cxnlp.journey.scored import ROW, reading
from cxnlp.model.prediction import Prediction

MAX_CONVERSATIONS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The course of one conversation; scores are sentiment, in [-1, 1]."""

    touchpoint: str | None
    row: int
    start: float
    worst: float
    end: float
    negative_at_worst: bool
    negative_at_end: bool
    trend: str  # one of cxnlp.conversation.trend.TRENDS

    @property
    def recovery(self) -> float:
        """Return end - worst, in [0, 2]."""
        return self.end - self.worst


def find_course(
    turns: Sequence[ScoredTurn], *, row: int = 0, touchpoint: str | None = None
) -> Course | None:
    """Return the course of a customer's turns in order, or None where fewer than two count.

    Start and worst are those of the arc: greetings, "ok" and order numbers do not count. The end is
    the last turn that counts; an acknowledgement after it counts where it is read as positive, for
    thanks at the end are an end, "ok, bye" is none.
    """
    weighed = weigh(turns)
    arc = find_arc(turns)
    if arc.start is None or arc.worst is None:
        return None
    last, scored = weighed[-1], [t for t in turns if t.prediction.sentiment_score is not None]
    end, negative_at_end, n_counted = last.score, last.negative, arc.n_counted
    closing = scored[-1]
    if closing.index > last.turn.index and closing.prediction.sentiment == "positive":
        end, negative_at_end = closing.prediction.sentiment_score or 0.0, False
        n_counted += 1
    if n_counted < 2:
        return None
    worst = min(weighed, key=lambda item: item.score)
    # Of two negative turns the last may be labelled so at a score that is not the lowest.
    negative = worst.negative or negative_at_end
    return Course(
        touchpoint=touchpoint,
        row=row,
        start=arc.start,
        worst=min(arc.worst, end),
        end=end,
        negative_at_worst=negative,
        negative_at_end=negative_at_end,
        trend=arc.trend,
    )


def read_turns(
    turns: Sequence[dict[str, Any]], spans: Sequence[dict[str, Any]]
) -> list[ScoredTurn]:
    """Return the customer's turns of a scored conversation, each scored by its spans.

    A turn's score is the mean of its spans', by their length; its label the one that most of its
    characters have, of equals the worse.
    """
    by_turn: dict[int, list[dict[str, Any]]] = {}
    for span in spans:
        if span["turn"] is not None and span["sentiment_score"] is not None:
            by_turn.setdefault(span["turn"], []).append(span)
    return [
        ScoredTurn(
            index=index, text=turns[index]["text"] or "", prediction=_prediction(by_turn[index])
        )
        for index in sorted(by_turn)
        if 0 <= index < len(turns)
    ]


def _prediction(spans: Sequence[dict[str, Any]]) -> Prediction:
    lengths = [max(span["end"] - span["start"], 1) for span in spans]
    pairs = list(zip(spans, lengths, strict=True))
    score = sum(span["sentiment_score"] * length for span, length in pairs) / sum(lengths)
    extent = dict.fromkeys(("negative", "neutral", "positive"), 0)
    for span, length in pairs:
        extent[span["sentiment"]] = extent.get(span["sentiment"], 0) + length
    return Prediction(
        model="", sentiment=max(extent, key=lambda label: extent[label]), sentiment_score=score,
        sentiment_probs=None, mixed=None, satisfaction=None, emotions=None, topics=None,
        spans=None, language=None, truncated=None, unsure=None,
    )  # fmt: skip


def read_courses(
    data: InsightData, *, limit: int = MAX_CONVERSATIONS, seed: int = 0
) -> tuple[list[Course], int]:
    """Return the courses of up to `limit` conversations drawn by a hash, and how many there are."""
    rows = data.scored.record("touchpoint", "turns", "spans", "sentiment")
    rows = rows.filter(rows.sentiment.notnull() & (rows.turns.length() > 0))
    with reading(data.scored.path):
        n_all = int(rows.count().to_pyarrow().as_py())
        if n_all == 0:
            return [], 0
        if n_all > limit:
            drawn = rows.select(
                ROW, order=ibis.struct({"row": rows[ROW], "seed": ibis.literal(seed)}).hash()
            )
            rows = rows.semi_join(drawn.order_by("order", ROW).limit(limit), ROW)
        # Only what a course needs leaves the database.
        needed = rows.select(
            ROW,
            "touchpoint",
            turns=rows.turns.map(lambda turn: ibis.struct({"text": turn.text})),
            spans=rows.spans.map(
                lambda span: ibis.struct(
                    {
                        name: span[name]
                        for name in ("turn", "start", "end", "sentiment", "sentiment_score")
                    }
                )
            ),
        )
        found = needed.order_by(ROW).to_pyarrow()
    courses = []
    for batch in found.to_batches(max_chunksize=500):
        for record in batch.to_pylist():
            course = find_course(
                read_turns(record["turns"], record["spans"] or ()),
                row=record[ROW],
                touchpoint=record["touchpoint"],
            )
            if course is not None:
                courses.append(course)
    return courses, n_all
