"""Names and explanations of metrics."""

from __future__ import annotations

from collections.abc import Callable

from cxnlp.journey.summary import Cell, MetricDefinition
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.numbers import MEAN, PERCENT, POINTS
from cxnlp.report.metric_info import (
    ANY_RATING,
    estimate_of,
    journey_metrics,
    metric_infos,
    name_by_touchpoint,
    widest_first,
)


def _definition(kind: str, unit: str, low: float, high: float, **more: object) -> MetricDefinition:
    fields = {"higher_is_better": True, **more}
    return MetricDefinition(kind=kind, unit=unit, scale_min=low, scale_max=high, **fields)  # type: ignore[arg-type]


def _rating(question: str, high: float = 5) -> tuple[str, MetricDefinition]:
    definition = _definition("rating", "mean", 1, high, question_id=question)
    return f"rating:{question}", definition


def test_order_units_and_wording() -> None:
    infos = metric_infos(
        {
            "satisfaction": _definition("satisfaction", "mean", 1, 5),
            "ces": _definition("ces", "mean", 1, 5, higher_is_better=False),
            "csat": _definition("csat", "percent", 1, 7),
            "nps": _definition("nps", "points", 0, 10),
        }
    )
    assert [i.label for i in infos] == ["NPS", "CSAT", "CES", "Predicted satisfaction"]
    assert [i.unit for i in infos] == [POINTS, PERCENT, MEAN, MEAN]
    assert infos[1].how == "Share of answers of 6 or 7 on a scale of 1 to 7"
    assert infos[2].how == "Mean answer on a scale of 1 to 5; lower is better"
    assert [i.counted for i in infos] == ["answers", "answers", "answers", "comments"]
    ranges = [(i.scale_min, i.scale_max) for i in infos]
    assert ranges == [(-100, 100), (0, 100), (1, 5), (1, 5)]


def test_a_share_of_satisfied_answers_is_better_when_higher_on_a_reversed_scale() -> None:
    (info,) = metric_infos({"csat": _definition("csat", "percent", 1, 5, higher_is_better=False)})
    assert info.higher_is_better
    assert info.how == "Share of answers of 1 or 2 on a scale of 1 to 5"


def test_several_scales_of_a_kind_are_told_apart() -> None:
    infos = metric_infos(
        {
            "csat_1_5": _definition("csat", "percent", 1, 5),
            "csat_1_10": _definition("csat", "percent", 1, 10),
        }
    )
    assert [i.label for i in infos] == ["CSAT, 1 to 5", "CSAT, 1 to 10"]


def test_one_question_per_touchpoint_becomes_one_column(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    infos = metric_infos(dict([_rating("signs"), _rating("food")]))
    signs = cell(metrics={"rating:signs": estimate(4.0), "rating:food": NO_DATA})
    food = cell(metrics={"rating:food": estimate(3.0)})
    assert [m.key for m in journey_metrics(infos, [signs, food])] == [ANY_RATING]
    assert estimate_of(signs, ANY_RATING).value == 4.0
    both = cell(metrics={"rating:signs": estimate(4.0), "rating:food": estimate(3.0)})
    assert estimate_of(both, ANY_RATING) == NO_DATA
    assert len(journey_metrics(infos, [both, food])) == 2


def test_scales_are_never_pooled(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    infos = metric_infos(dict([_rating("signs"), _rating("food", high=10)]))
    cells = [cell(metrics={i.key: estimate(4.0)}) for i in infos]
    assert [m.key for m in journey_metrics(infos, cells)] == ["rating:signs", "rating:food"]


def test_a_question_about_one_touchpoint_is_named_after_it(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    infos = metric_infos(dict([_rating("Q7FOOD"), _rating("Q8")]))
    restaurant = cell(
        touchpoint="food", metrics={"rating:Q7FOOD": estimate(3.0), "rating:Q8": estimate(2.0)}
    )
    other = cell(touchpoint="signs", metrics={"rating:Q8": estimate(2.0)})
    named = name_by_touchpoint(infos, [restaurant, other], {"food": "Restaurants"})
    assert [m.label for m in named] == ["Restaurants (Q7FOOD)", "Q8"]


def test_the_first_metric_of_the_heatmap_is_one_that_most_touchpoints_know(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    nps, csat, ces = metric_infos(
        {
            "nps": _definition("nps", "points", 0, 10),
            "csat": _definition("csat", "percent", 1, 5),
            "ces": _definition("ces", "mean", 1, 7),
        }
    )
    known = ({"nps", "ces"}, {"csat", "ces"}, {"csat"})
    cells = [cell(metrics={key: estimate(4.0) for key in keys}) for keys in known]
    cells[0] = cell(metrics={"nps": estimate(4.0)})
    assert widest_first([nps, csat, ces], cells) == (nps, csat, ces)
    many = [*cells, *[cell(metrics={"csat": estimate(4.0)})] * 3]
    assert widest_first([nps, csat, ces], many) == (csat, nps, ces)
