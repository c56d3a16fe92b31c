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

from cxnlp.journey.exact_sum import exact_sum
from cxnlp.journey.first_day import first_day
from cxnlp.journey.scored import REQUIRED, ROW
from cxnlp.journey.topic_counts import count_topics
from cxnlp.labels import EMOTION_GROUP_OF, EMOTION_GROUPS

KEYS: tuple[str, ...] = ("touchpoint", "stage", "period", "group")
SCALE: tuple[str, ...] = ("metric", "question_id", "scale_min", "scale_max", "higher_is_better")

# More than a row ever holds: keeps the places of the answers of one row apart from the next row's.
_MOST_ANSWERS = 1 << 20


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
        period=first_day(table.occurred_at, period),
        group=ibis.null("string") if group is None else group,
    )
    return Cube(
        documents=_in_order(_documents(rows)),
        answers=_in_order(_answers(rows, _first_places(table), stages)),
        emotions=_emotions(rows).to_pyarrow(),
        topics=count_topics(rows, KEYS),
    )


def _in_order(cells: Table) -> pa.Table:
    """Return cells sorted: added up in another order, sums end in another digit."""
    found = cells.to_pyarrow()
    names = [name for name in (*KEYS, *SCALE, "bucket") if name in found.column_names]
    ordered: pa.Table = found.sort_by([(name, "ascending") for name in names])
    return ordered


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
        s=exact_sum(s).fill_null(0.0),
        ss=exact_sum(s * s).fill_null(0.0),
    )


def _stage(touchpoint: Value, stages: Mapping[str, str]) -> Value:
    none = ibis.null("string")
    return touchpoint.substitute(stages, else_=none) if stages else none


def _answers(rows: Table, first_places: Table, stages: Mapping[str, str]) -> Table:
    answers = rows.select(
        *KEYS,
        ROW,
        answer=rows.responses.unnest(),
        nth=ibis.range(rows.responses.length()).unnest(),
    )
    answer = answers.answer
    # A question may stand for another touchpoint than its row: then the row's stage is not its own.
    elsewhere = (answer.touchpoint != answers.touchpoint).fill_null(answer.touchpoint.notnull())
    answers = answers.select(
        place=answers[ROW] * _MOST_ANSWERS + answers.nth,
        period=answers.period,
        group=answers.group,
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
    first = answers.semi_join(first_places, "place")
    w, x = first.weight, first.value
    first = first.mutate(bucket=ibis.ifelse(first.higher_is_better, x.floor(), x.ceil()))
    return first.group_by((*KEYS, *SCALE, "bucket")).agg(
        n=first.count(),
        w=exact_sum(w),
        ww=exact_sum(w * w),
        x=exact_sum(w * x),
        xx=exact_sum(w * x * x),
    )


def _first_places(table: Table) -> Table:
    """Return where each submission first answers each question.

    One answer counts once, however many verbatims of its submission repeat it.

    :param table: the scored table itself, for of a selection shared with the answers the database
        would keep every row.
    """
    asked = table.select(
        ROW,
        source=table.source,
        submission=table.submission_id,
        # Without a submission id every row is a submission of its own.
        alone=ibis.ifelse(table.submission_id.isnull(), table[ROW], -1),
        answer=table.responses.unnest(),
        nth=ibis.range(table.responses.length()).unnest(),
    )
    answer = asked.answer
    asked = asked.filter(answer.value.notnull() & ~answer.value.isnan())
    who = {name: asked[name] for name in ("source", "submission", "alone")}
    asked = asked.select(
        who=ibis.struct({**who, "question": asked.answer.question_id}).hash(),
        place=asked[ROW] * _MOST_ANSWERS + asked.nth,
    )
    return asked.group_by("who").agg(place=asked.place.min()).select("place")


def _emotions(rows: Table) -> Table:
    labels = rows.filter(rows.sentiment.notnull()).select(
        *KEYS, labels=rows.emotions.map(lambda emotion: emotion.label)
    )
    # Few combinations of labels occur, so the rest is done once for each of them.
    once = labels.group_by((*KEYS, "labels")).agg(n=labels.count())
    # A document that is both annoyed and disapproving is frustrated once.
    groups = once.labels.map(lambda label: label.substitute(EMOTION_GROUP_OF)).unique()
    found = once.select(*KEYS, "n", emotion=groups.unnest())
    found = found.filter(found.emotion.isin(tuple(EMOTION_GROUPS)))
    return found.group_by((*KEYS, "emotion")).agg(n=found.n.sum())


def _sum_over(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    all_keys = {*KEYS, *SCALE, "bucket", "emotion", "topic"}
    sums = [name for name in table.column_names if name not in all_keys]
    # use_threads=False keeps the order of summation, so the last digit too.
    grouped = table.group_by(list(keys), use_threads=False).aggregate([(c, "sum") for c in sums])
    return grouped.rename_columns([name.removesuffix("_sum") for name in grouped.column_names])
