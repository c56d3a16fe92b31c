"""Sufficient statistics per touchpoint x stage x period x group, as Ibis expressions.

Everything a metric needs of a cell is a count or a sum here, so cells add up: the statistics of a
touchpoint are the sum of those of its periods, and no coarser cell asks the data again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanValue, Table, Value

from cxnlp.journey.answer_counts import count_answers, declared_stage
from cxnlp.journey.cube_cells import KEYS as KEYS
from cxnlp.journey.cube_cells import SCALE as SCALE
from cxnlp.journey.cube_cells import in_order, sum_over
from cxnlp.journey.exact_sum import exact_sum
from cxnlp.journey.first_day import first_day
from cxnlp.journey.scored import REQUIRED, ROW
from cxnlp.journey.topic_counts import count_topics
from cxnlp.labels import EMOTION_GROUP_OF, EMOTION_GROUPS


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
    # The same by `mix` in place of `group`, where one was asked for.
    mixed: Cube | None = None

    def rolled_up(self, *keys: str) -> Cube:
        """Return the cube summed over every key but these."""
        return Cube(
            documents=sum_over(self.documents, keys),
            answers=sum_over(self.answers, (*keys, *SCALE, "bucket")),
            emotions=sum_over(self.emotions, (*keys, "emotion")),
            topics=sum_over(self.topics, (*keys, "topic")),
        )


def build_cube(
    table: Table,
    *,
    period: str,
    group: Value | None = None,
    mix: Value | None = None,
    stage_of: Mapping[str, str] | None = None,
) -> Cube:
    """Return the sufficient statistics of a scored table.

    :param table: columns of INTERACTION and PREDICTION, and the row number `ROW`.
    :param period: one of cxnlp.journey.journey_file.PERIODS; `period` holds its first day.
    :param group: a string expression over `table`, or None for one group, null.
    :param mix: what everything is counted by as well, in `mixed`, at the same reading; a string
        expression over `table`, only without `group`.
    :param stage_of: the stage of a touchpoint, for rows and answers that name none themselves.
    """
    stages = dict(stage_of or {})
    # Other columns stay out: DuckDB cannot tell an input column "Period" from `period`.
    rows = table.select(
        *(name for name in (*REQUIRED, ROW) if name != "stage"),
        stage=ibis.coalesce(table.stage, declared_stage(table.touchpoint, stages)),
        period=first_day(table.occurred_at, period),
        group=next((value for value in (group, mix) if value is not None), ibis.null("string")),
    )
    cube = Cube(
        documents=in_order(_documents(rows).to_pyarrow()),
        answers=in_order(count_answers(rows, table, stages)),
        emotions=_emotions(rows).to_pyarrow(),
        topics=count_topics(rows, KEYS),
    )
    return cube if mix is None else _without_group(cube)


def _without_group(mixed: Cube) -> Cube:
    """Return the cube of all groups together, which has the cube of each as its `mixed`."""
    whole = mixed.rolled_up(*(name for name in KEYS if name != "group"))

    def ungrouped(cells: pa.Table) -> pa.Table:
        return cells.append_column("group", pa.nulls(len(cells), pa.string()))

    return Cube(
        documents=in_order(ungrouped(whole.documents)),
        answers=in_order(ungrouped(whole.answers)),
        emotions=ungrouped(whole.emotions),
        topics=ungrouped(whole.topics),
        mixed=mixed,
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
        s=exact_sum(s).fill_null(0.0),
        ss=exact_sum(s * s).fill_null(0.0),
    )


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
