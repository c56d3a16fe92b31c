from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
import pytest

from cxnlp.insights.asked import asks, is_answer, is_asked
from cxnlp.journey.summary import MetricDefinition

FOOD = MetricDefinition(
    kind="rating", unit="mean", scale_min=1, scale_max=5, higher_is_better=True, question_id="food"
)
CSAT = MetricDefinition(
    kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
)
OF_FOOD = {
    "metric": "rating",
    "question_id": "food",
    "scale_min": 1.0,
    "scale_max": 5.0,
    "higher_is_better": True,
    "value": 4.0,
}


@pytest.mark.parametrize(
    ("definition", "changed", "asked", "answered"),
    [
        (FOOD, {}, True, True),
        (FOOD, {"question_id": "room"}, False, False),
        (FOOD, {"question_id": None}, False, False),
        (FOOD, {"metric": "csat"}, False, False),
        (FOOD, {"scale_max": 7.0}, False, False),
        (FOOD, {"scale_min": None}, False, False),
        (FOOD, {"higher_is_better": False}, False, False),
        (FOOD, {"value": None}, True, False),
        (FOOD, {"value": float("nan")}, True, False),
        # Only ratings are told apart by their question.
        (CSAT, {"metric": "csat", "question_id": "any"}, True, True),
        (CSAT, {}, False, False),
    ],
)
def test_an_answer_belongs_by_question_and_scale(
    definition: MetricDefinition, changed: dict[str, Any], asked: bool, answered: bool
) -> None:
    answer = {**OF_FOOD, **changed}
    kinds: dict[str, pa.DataType] = {
        "metric": pa.string(), "question_id": pa.string(), "scale_min": pa.float64(),
        "scale_max": pa.float64(), "higher_is_better": pa.bool_(), "value": pa.float64(),
    }  # fmt: skip
    one = pa.array([answer], pa.struct([pa.field(name, kind) for name, kind in kinds.items()]))
    told = ibis.memtable(pa.table({"answer": one})).select(
        asked=lambda t: is_asked(t.answer, definition),
        answered=lambda t: is_answer(t.answer, definition),
        given=lambda t: is_answer(t.answer, None),
    )
    row = ibis.duckdb.connect().to_pyarrow(told).to_pylist()[0]
    has_value = answer["value"] is not None and answer["value"] == answer["value"]
    assert row == {"asked": asked, "answered": answered, "given": has_value}
    assert asks(answer, definition) is asked
