"""A sample of those who gave a score and whose words were read: one row a submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table
from numpy.typing import NDArray

from cxnlp.insights.asked import is_answer
from cxnlp.journey.first_day import first_day
from cxnlp.journey.order import period_name
from cxnlp.journey.scored import ROW, ScoredFile, kept
from cxnlp.journey.summary import MetricDefinition
from cxnlp.labels import TOPICS

MAX_RESPONDENTS = 20_000

Floats = NDArray[np.float64]
Names = NDArray[np.object_]  # of str or None

_WHO = ("source", "submission_id", "responses")
_READ = ("touchpoint", "channel", "occurred_at", "sentiment", "sentiment_score", "satisfaction",
         "topics", "spans")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondents:
    """Who gave one score and wrote a text that was scored, in the order of the file.

    One row is one submission: the texts of one submission are joined. A topic is present where any
    of its texts has it. `touchpoint`, `channel` and `period` are those of the answer. Arrays of
    labels have a column per topic in the order of cxnlp.labels.TOPICS.
    """

    value: Floats  # [n] the score, on its own scale
    weight: Floats  # [n] of the answer, > 0
    topics: NDArray[np.bool_]  # [n, 21]
    # Of each topic's mentions in the submission: 1 more positive than negative, -1 fewer, else 0.
    polarity: NDArray[np.int8]  # [n, 21]
    sentiment_score: Floats  # [n] -1 to 1, mean over the submission's texts
    predicted: Floats  # [n] predicted satisfaction, 1 to 5, mean over the submission's texts
    touchpoint: Names  # [n]
    channel: Names  # [n]
    period: Names  # [n] as "2021-Q4"
    row: NDArray[np.int64]  # [n] file row of the submission's first text
    n_all: int  # how many there are in the file; the sample holds at most its limit
    scale_min: float
    scale_max: float
    higher_is_better: bool


def draw_respondents(
    scored: ScoredFile,
    definition: MetricDefinition,
    *,
    period: str,
    limit: int = MAX_RESPONDENTS,
    seed: int = 0,
) -> Respondents:
    """Draw up to `limit` submissions at random, always the same ones for one seed.

    The draw is by a hash of the submission, so neither threads nor the order of rows change it, and
    no text is read. Where a submission answers several questions of this scale, its first counts.
    """
    known = scored.record(*_WHO, *_READ)
    # Without a submission id every row is a submission of its own.
    alone = ibis.ifelse(known.submission_id.isnull(), known[ROW], -1)
    known = known.mutate(
        who=ibis.struct(
            {"source": known.source, "submission": known.submission_id, "alone": alone, "s": seed}
        ).hash()
    )
    answers = known.responses.filter(lambda answer: is_answer(answer, definition))
    known = known.mutate(answers=answers, is_scored=known.sentiment.notnull())
    who = (
        known.select("who", "is_scored", answered=known.answers.length() > 0)
        .group_by("who")
        .agg(answered=ibis._.answered.any(), is_scored=ibis._.is_scored.any())
        .filter(ibis._.answered & ibis._.is_scored)
        .select("who")
    )
    with kept(who) as everyone:
        n_all = int(everyone.count().to_pyarrow().as_py())
        chosen = everyone if n_all <= limit else everyone.order_by("who").limit(limit)
        theirs = known.semi_join(chosen, "who").select("who", ROW, "answers", *_READ)
        with kept(theirs) as rows:
            return _respondents(rows, definition, period=period, n_all=n_all)


def _respondents(
    rows: Table, definition: MetricDefinition, *, period: str, n_all: int
) -> Respondents:
    first = rows.answers[0]
    told = rows.select(
        "who", ROW, "channel",
        value=first.value.cast("float64"),
        weight=ibis.coalesce(first.weight, 1.0).cast("float64"),
        touchpoint=ibis.coalesce(first.touchpoint, rows.touchpoint),
        day=first_day(rows.occurred_at, period),
        answered=rows.answers.length() > 0,
        is_scored=rows.sentiment.notnull(),
        sentiment_score=rows.sentiment_score.cast("float64"),
        satisfaction=rows.satisfaction.cast("float64"),
    ).order_by(ROW).to_pyarrow()  # fmt: skip
    is_scored = _numpy(told["is_scored"]).astype(bool)
    who, row = _numpy(told["who"]), _numpy(told[ROW])
    submissions, of = np.unique(who, return_inverse=True)
    n = len(submissions)
    # The rows are in order, so the first of each is the one that counts.
    text_at, answer_at = _first(is_scored, of, n), _first(_numpy(told["answered"]), of, n)
    order = np.argsort(row[text_at], kind="stable")
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    of, text_at, answer_at = place[of], text_at[order], answer_at[order]
    m, x = _mentions(rows.filter(rows.sentiment.notnull()), row)
    net, mentioned = np.zeros((n, len(TOPICS)), np.int64), np.zeros((n, len(TOPICS)), np.int64)
    np.add.at(net, of, x)
    np.add.at(mentioned, of, m)
    days = [period_name(day, period) for day in told["day"].to_pylist()]
    answers = told.take(pa.array(answer_at))
    return Respondents(
        value=_numpy(answers["value"]),
        weight=_numpy(answers["weight"]),
        topics=mentioned > 0,
        polarity=np.sign(net).astype(np.int8),
        sentiment_score=_mean(_numpy(told["sentiment_score"]), of, n),
        predicted=_mean(_numpy(told["satisfaction"]), of, n),
        touchpoint=_names(answers["touchpoint"].to_pylist()),
        channel=_names(answers["channel"].to_pylist()),
        period=_names([days[i] for i in answer_at]),
        row=row[text_at].astype(np.int64),
        n_all=n_all,
        scale_min=definition.scale_min,
        scale_max=definition.scale_max,
        higher_is_better=definition.higher_is_better,
    )


def _mentions(scored: Table, row: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Return mentions m and positive minus negative x, [rows, topics], as the cube counts them.

    Each sentence that names a topic is a mention; the document's own label counts where none does.
    """
    spans = scored.select(ROW, span=scored.spans.unnest())
    of_spans = spans.select(ROW, topic=spans.span.topics.unnest())
    of_document = scored.select(ROW, topic=scored.topics.unnest())
    m, x = _counts(of_spans, row)
    own_m, own_x = _counts(of_document, row)
    spanned = m > 0
    return np.where(spanned, m, own_m > 0), np.where(spanned, x, own_x)


def _counts(mentions: Table, row: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    topic = mentions.topic
    sign = ibis.cases(
        (topic.sentiment == "positive", 1), (topic.sentiment == "negative", -1), else_=0
    )
    found = mentions.select(ROW, label=topic.label, sign=sign).to_pyarrow()
    known = pc.index_in(found["label"], pa.array(TOPICS))
    found, column = found.filter(pc.is_valid(known)), _numpy(known.drop_null())
    at = np.searchsorted(row, _numpy(found[ROW])), column
    m, x = np.zeros((len(row), len(TOPICS)), np.int64), np.zeros((len(row), len(TOPICS)), np.int64)
    np.add.at(m, at, 1)
    np.add.at(x, at, _numpy(found["sign"]))
    return m, x


def _first(is_so: NDArray[np.bool_], of: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return, for each of n submissions, the place of its first row that is so."""
    places = np.flatnonzero(is_so)
    first = np.full(n, -1, dtype=np.int64)
    first[of[places[::-1]]] = places[::-1]  # the last one written is the first row
    return first


def _mean(values: Floats, of: NDArray[np.int64], n: int) -> Floats:
    """Return the mean of each submission's values that are numbers; NaN where none is."""
    is_number = ~np.isnan(values)
    counts = np.bincount(of[is_number], minlength=n)
    sums = np.bincount(of[is_number], weights=values[is_number], minlength=n)
    means: Floats = np.divide(sums, counts, out=np.full(n, np.nan), where=counts > 0)
    return means


def _numpy(column: pa.ChunkedArray[Any]) -> NDArray[Any]:
    values: NDArray[Any] = column.to_numpy()
    return values


def _names(values: Sequence[str | None]) -> Names:
    names = np.empty(len(values), dtype=np.object_)
    names[:] = values
    return names
