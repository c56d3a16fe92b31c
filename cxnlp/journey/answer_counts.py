"""Survey answers per cell of the journey, each counted once."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table, Value

from cxnlp.journey.cube_cells import KEYS, SCALE
from cxnlp.journey.exact_sum import exact_sum
from cxnlp.journey.scored import ROW

# More than a row ever holds: keeps the places of the answers of one row apart from the next row's.
_MOST_ANSWERS = 1 << 20


def count_answers(rows: Table, table: Table, stages: Mapping[str, str]) -> pa.Table:
    """Return the cells of all answers, each counted once however often its submission repeats it.

    :param rows: columns of `KEYS`, the row number and the responses.
    :param table: the scored table that the rows were selected from.
    """
    cells: pa.Table = _answers(rows, _first_places(table), stages).to_pyarrow()
    return cells


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
            ibis.ifelse(elsewhere, declared_stage(answer.touchpoint, stages), answers.stage),
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


def declared_stage(touchpoint: Value, stages: Mapping[str, str]) -> Value:
    """Return the stage that the journey file gives to a touchpoint, else null."""
    none = ibis.null("string")
    return touchpoint.substitute(stages, else_=none) if stages else none
