"""Rated questions."""

from __future__ import annotations

from collections.abc import Callable

from cxnlp.journey.summary import Cell, MetricDefinition
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.metric_info import metric_infos
from cxnlp.report.ratings import LINE_WIDTH, build_ratings


def test_dots_lie_on_their_own_scale(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    definitions = {
        f"rating:{question}": MetricDefinition(
            kind="rating",
            unit="mean",
            scale_min=1,
            scale_max=high,
            higher_is_better=high == 5,
            question_id=question,
        )
        for question, high in (("food", 5), ("noise", 11), ("wifi", 5))
    }
    metrics = {
        "rating:food": estimate(3.0, half=1.0),
        "rating:noise": estimate(11.0, half=0.0),
        "rating:wifi": estimate(3.0, n=2),
    }
    noise, food, wifi = build_ratings(cell(metrics=metrics), metric_infos(definitions))
    assert (food.x_low, food.x, food.x_high) == (LINE_WIDTH / 4, LINE_WIDTH / 2, 3 * LINE_WIDTH / 4)
    assert (noise.x, noise.scale) == (LINE_WIDTH, "1 to 11, lower is better")
    assert (wifi.x, wifi.value, wifi.n) == (None, "suppressed (n < 5)", "2")
