from __future__ import annotations

import pytest

from cxnlp.journey.cells import PREDICTED, metric_namer
from cxnlp.journey.summary import MetricDefinition

NPS = MetricDefinition(kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True)
CSAT = MetricDefinition(
    kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
)
FOOD = MetricDefinition(
    kind="rating", unit="mean", scale_min=1, scale_max=7, higher_is_better=True, question_id="food"
)


@pytest.mark.parametrize(
    ("definition", "bounds", "span", "counted"),
    [
        (NPS, (-100, 100), 200, "answers"),
        (CSAT, (0, 100), 100, "answers"),
        (FOOD, (1, 7), 6, "answers"),
        (PREDICTED["net_sentiment"], (-100, 100), 200, "comments"),
        (PREDICTED["satisfaction"], (1, 5), 4, "comments"),
    ],
)
def test_a_metric_knows_its_range_and_what_it_counts(
    definition: MetricDefinition, bounds: tuple[float, float], span: float, counted: str
) -> None:
    assert (definition.bounds, definition.span, definition.counted) == (bounds, span, counted)


def test_only_ratings_are_named_by_their_question() -> None:
    name = metric_namer({"nps": NPS, "rating:food": FOOD})
    row = {
        "metric": "nps",
        "question_id": "recommend",
        "scale_min": 0.0,
        "scale_max": 10.0,
        "higher_is_better": True,
    }
    assert name(row) == "nps"
    assert name({**row, "metric": "rating", "question_id": "food", "scale_min": 1.0,
                 "scale_max": 7.0}) == "rating:food"  # fmt: skip
