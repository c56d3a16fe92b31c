"""Which answers belong to a metric: those to its question, on its scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ibis.expr.types import BooleanValue, StructValue

from cxnlp.journey.summary import MetricDefinition

_SCALE = ("scale_min", "scale_max", "higher_is_better")


def asks(answer: Mapping[str, Any], definition: MetricDefinition) -> bool:
    """Tell whether an answer, or a row of a cube's answers, belongs to the metric."""
    return (
        answer["metric"] == definition.kind
        and definition.question_id in (None, answer["question_id"])
        and all(answer[name] == getattr(definition, name) for name in _SCALE)
    )


def is_asked(answer: StructValue, definition: MetricDefinition) -> BooleanValue:
    """Return what `asks` tells, as an expression; it is never null."""
    same = answer.metric == definition.kind
    for name in _SCALE:
        same &= answer[name] == getattr(definition, name)
    if definition.question_id is not None:
        same &= answer.question_id == definition.question_id
    return same.fill_null(False)


def is_answer(answer: StructValue, definition: MetricDefinition | None) -> BooleanValue:
    """Return whether a value was given, to the metric or, with None, to any; never null."""
    given = answer.value.notnull() & ~answer.value.isnan()
    if definition is not None:
        given &= is_asked(answer, definition)
    return given.fill_null(False)
