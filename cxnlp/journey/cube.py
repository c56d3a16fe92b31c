"""Sufficient statistics per touchpoint x stage x period x group, as Ibis expressions.

Everything a metric needs of a cell is a count or a sum here, so cells add up: the statistics of a
touchpoint are the sum of those of its periods, and no coarser cell asks the data again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import BooleanValue, Table, Value

from cxnlp.journey.scored import REQUIRED, ROW
from cxnlp.labels import EMOTION_GROUP_OF, EMOTION_GROUPS

KEYS: tuple[str, ...] = ("touchpoint", "stage", "period", "group")
SCALE: tuple[str, ...] = ("metric", "question_id", "scale_min", "scale_max", "higher_is_better")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """Four Arrow tables of counts and sums, each keyed by some of `KEYS`.

    documents: n, n_scored, n_foreign, n_negative, n_neutral, n_positive, n_mixed, and of predicted
        satisfaction s: n_satisfaction, s, ss (Σs, Σs²).
    answers, per `SCALE` and bucket: n, and over answers x of weight w: w, ww, x, xx (Σw, Σw², Σwx,
        Σwx²). The bucket is the answer, cut to a whole number on the side that is worse.
    emotions, per emotion: n documents.
    topics, per topic: n documents; over their mentions m and x = positive - negative: m, x, xx, xm,
        mm (Σm, Σx, Σx², Σxm, Σm²); n_negative, n_neutral, n_positive mentions.
    """

    documents: pa.Table
    answers: pa.Table
    emotions: pa.Table
    topics: pa.Table

    def rolled_up(self, *keys: str) -> Cube:
        """Return the cube summed over every key but these."""
        return Cube(
            documents=_sum_over(self.documents, keys),
            answers=_sum_over(self.answers, (*keys, *SCALE, "bucket")),
            emotions=_sum_over(self.emotions, (*keys, "emotion")),
            topics=_sum_over(self.topics, (*keys, "topic")),
        )


def build_cube(
    table: Table,
    *,
    period: str,
    group: Value | None = None,
    stage_of: Mapping[str, str] | None = None,
) -> Cube:
    """Return the sufficient statistics of a scored table.

    :param table: columns of INTERACTION and PREDICTION, and the row number `ROW`.
    :param period: one of cxnlp.journey.journey_file.PERIODS; `period` holds its first day.
    :param group: a string expression over `table`, or None for one group, null.
    :param stage_of: the stage of a touchpoint, for rows and answers that name none themselves.
    """
    stages = dict(stage_of or {})
    # Other columns stay out: DuckDB cannot tell an input column "Period" from `period`.
    rows = table.select(
        *(name for name in (*REQUIRED, ROW) if name != "stage"),
        stage=ibis.coalesce(table.stage, _stage(table.touchpoint, stages)),
        period=table.occurred_at.truncate(period).date(),
        group=ibis.null("string") if group is None else group,
    )
    return Cube(
        documents=_documents(rows).to_pyarrow(),
        answers=_answers(rows, stages).to_pyarrow(),
        emotions=_emotions(rows).to_pyarrow(),
        topics=_topics(rows).to_pyarrow(),
    )


def _documents(rows: Table) -> Table:
    scored = rows.sentiment.notnull()
    mixed = rows.mixed.fill_null(False)
    foreign = (
        rows.sentiment.isnull()
        & (rows.text.notnull() | rows.turns.notnull())
        & ~rows.language.lower().re_search("^en([-_]|$)")
    )
    # Not a number would make a sum not a number, and with it every cell above.
    s = rows.satisfaction.cast("float64")
    s = ibis.ifelse(s.isnan(), ibis.null("float64"), s)

    def count(condition: BooleanValue) -> Value:
        return condition.fill_null(False).sum()

    return rows.group_by(KEYS).agg(
        n=rows.count(),
        n_scored=count(scored),
        n_foreign=count(foreign),
        n_negative=count((rows.sentiment == "negative") & ~mixed),
        n_neutral=count((rows.sentiment == "neutral") & ~mixed),
        n_positive=count((rows.sentiment == "positive") & ~mixed),
        n_mixed=count(scored & mixed),
        n_satisfaction=s.count(),
        s=s.sum().fill_null(0.0),
        ss=(s * s).sum().fill_null(0.0),
    )


def _stage(touchpoint: Value, stages: Mapping[str, str]) -> Value:
    none = ibis.null("string")
    return touchpoint.substitute(stages, else_=none) if stages else none


def _answers(rows: Table, stages: Mapping[str, str]) -> Table:
    answers = rows.select(
        *KEYS,
        ROW,
        "source",
        "submission_id",
        answer=rows.responses.unnest(),
    )
    answer = answers.answer
    # A question may stand for another touchpoint than its row: then the row's stage is not its own.
    elsewhere = (answer.touchpoint != answers.touchpoint).fill_null(answer.touchpoint.notnull())
    answers = answers.select(
        ROW,
        "source",
        "period",
        "group",
        submission=answers.submission_id,
        # Without a submission id every row is a submission of its own.
        alone=ibis.ifelse(answers.submission_id.isnull(), answers[ROW], -1),
        touchpoint=ibis.coalesce(answer.touchpoint, answers.touchpoint),
        stage=ibis.coalesce(
            answer.stage,
            ibis.ifelse(elsewhere, _stage(answer.touchpoint, stages), answers.stage),
        ),
        metric=answer.metric,
        question_id=answer.question_id,
        value=answer.value,
        scale_min=answer.scale_min,
        scale_max=answer.scale_max,
        higher_is_better=answer.higher_is_better,
        weight=ibis.coalesce(answer.weight, 1.0),
    ).filter(_.value.notnull() & ~_.value.isnan())
    # One answer counts once, however many verbatims of its submission repeat it.
    identity = ("source", "submission", "alone", "question_id")
    first = answers.mutate(
        order=ibis.row_number().over(ibis.window(group_by=identity, order_by=answers[ROW]))
    ).filter(_.order == 0)
    w, x = first.weight, first.value
    first = first.mutate(bucket=ibis.ifelse(first.higher_is_better, x.floor(), x.ceil()))
    return first.group_by((*KEYS, *SCALE, "bucket")).agg(
        n=first.count(), w=w.sum(), ww=(w * w).sum(), x=(w * x).sum(), xx=(w * x * x).sum()
    )


def _emotions(rows: Table) -> Table:
    labels = rows.filter(rows.sentiment.notnull()).select(
        *KEYS, ROW, emotion=rows.emotions.unnest()
    )
    groups = labels.mutate(emotion=labels.emotion.label.substitute(EMOTION_GROUP_OF))
    # A document that is both annoyed and disapproving is frustrated once.
    once = groups.filter(groups.emotion.isin(tuple(EMOTION_GROUPS))).distinct()
    return once.group_by((*KEYS, "emotion")).agg(n=once.count())


def _topics(rows: Table) -> Table:
    scored = rows.filter(rows.sentiment.notnull())
    spans = scored.select(*KEYS, ROW, span=scored.spans.unnest())
    by_span = spans.select(*KEYS, ROW, topic=spans.span.topics.unnest(), of_span=True)
    by_document = scored.select(*KEYS, ROW, topic=scored.topics.unnest(), of_span=False)
    rows_of_topics = ibis.union(by_span, by_document)
    topic = rows_of_topics.topic
    mentions = rows_of_topics.select(
        *KEYS, ROW, "of_span", topic=topic.label, sentiment=topic.sentiment
    )
    # Each sentence that names a topic is a mention; the document's own row counts only where no
    # sentence does.
    positive, negative = mentions.sentiment == "positive", mentions.sentiment == "negative"

    def count(condition: BooleanValue) -> Value:
        return condition.fill_null(False).sum()

    of_span = mentions.of_span
    documents = mentions.group_by((*KEYS, ROW, "topic")).agg(
        n_spans=count(of_span),
        span_positive=count(of_span & positive),
        span_negative=count(of_span & negative),
        own_positive=count(~of_span & positive),
        own_negative=count(~of_span & negative),
    )
    spanned = documents.n_spans > 0
    documents = documents.select(
        *KEYS,
        "topic",
        m=ibis.ifelse(spanned, documents.n_spans, 1),
        positive=ibis.ifelse(spanned, documents.span_positive, documents.own_positive),
        negative=ibis.ifelse(spanned, documents.span_negative, documents.own_negative),
    )
    m, x = documents.m, documents.positive - documents.negative
    return documents.group_by((*KEYS, "topic")).agg(
        n=documents.count(),
        n_negative=documents.negative.sum(),
        n_neutral=(m - documents.negative - documents.positive).sum(),
        n_positive=documents.positive.sum(),
        m=m.sum(),
        x=x.sum(),
        xx=(x * x).sum(),
        xm=(x * m).sum(),
        mm=(m * m).sum(),
    )


def _sum_over(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    all_keys = {*KEYS, *SCALE, "bucket", "emotion", "topic"}
    sums = [name for name in table.column_names if name not in all_keys]
    # use_threads=False keeps the order of summation, so the last digit too.
    grouped = table.group_by(list(keys), use_threads=False).aggregate([(c, "sum") for c in sums])
    return grouped.rename_columns([name.removesuffix("_sum") for name in grouped.column_names])
