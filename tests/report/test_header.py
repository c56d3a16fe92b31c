"""Header scores with their changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.header import build_cards, header_metrics, latest_changes
from cxnlp.report.metric_info import MetricInfo, metric_infos
from cxnlp.report.nps_mix import NpsMix

MakeCell = Callable[..., Cell]
MakeEstimate = Callable[..., Estimate]
MakeSummary = Callable[..., JourneySummary]


@pytest.fixture
def metrics() -> tuple[MetricInfo, ...]:
    def definition(kind: str, unit: str, higher: bool = True) -> MetricDefinition:
        return MetricDefinition(
            kind=kind, unit=unit, scale_min=1, scale_max=5, higher_is_better=higher
        )

    return metric_infos(
        {
            "nps": definition("nps", "points"),
            "ces": definition("ces", "mean", higher=False),
            "rating:food": definition("rating", "mean"),
        }
    )


def test_ratings_head_the_page_only_where_nothing_else_does(
    metrics: tuple[MetricInfo, ...],
) -> None:
    assert [m.key for m in header_metrics(metrics)] == ["nps", "ces"]
    assert [m.key for m in header_metrics(metrics[2:])] == ["rating:food"]


def test_a_change_is_between_the_last_two_periods_with_enough_answers(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, metrics: tuple[MetricInfo, ...]
) -> None:
    n_of = {"2024-Q1": 90, "2024-Q2": 90, "2024-Q3": 4, "2024-Q4": 12}
    periods = tuple(
        cell(period=p, metrics={"nps": estimate(50.0 if p == "2024-Q1" else 20.0, n)})
        for p, n in n_of.items()
    )
    change = latest_changes(summary(periods=periods), metrics)["nps"]
    assert (change.old_period, change.new_period) == ("2024-Q1", "2024-Q2")
    assert change.verdict == "clear change"
    assert change.difference.value == -30.0


def test_too_few_answers_give_no_verdict(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, metrics: tuple[MetricInfo, ...]
) -> None:
    periods = (
        cell(period="2024-Q1", metrics={"nps": estimate(90.0, 20)}),
        cell(period="2024-Q2", metrics={"nps": estimate(-90.0, 90)}),
    )
    assert latest_changes(summary(periods=periods), metrics)["nps"].verdict == "too few to say"


def test_cards_say_value_interval_n_change_and_direction(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, metrics: tuple[MetricInfo, ...]
) -> None:
    def both(nps: float, ces: float, **fields: object) -> Cell:
        known = {"nps": estimate(nps, 2746), "ces": estimate(ces, 40, half=0.1)}
        return cell(metrics=known, **fields)

    whole = summary(
        overall=both(39.84, 2.0),
        periods=(both(30.0, 2.0, period="2024-Q1"), both(45.0, 3.0, period="2024-Q2")),
    )
    heading = header_metrics(metrics)
    mix = NpsMix(detractors=342, passives=968, promoters=1436, n=2746)
    nps, ces = build_cards(whole, heading, latest_changes(whole, heading), nps_mix=mix)
    assert (nps.value, nps.interval, nps.n) == ("+39.8", "+34.8 to +44.8", "n = 2,746 answers")
    assert nps.change == "+15.0 points, 2024-Q2 against 2024-Q1"
    assert nps.change_css == "better"
    assert [(p.name, p.label) for p in nps.parts] == [
        ("detractors", "12.5%"), ("passives", "35.3%"), ("promoters", "52.3%"),
    ]  # fmt: skip
    assert ces.change_css == "worse"
    assert ces.gauge is not None
    assert ces.gauge.x == 25.0


def test_suppressed_cards_show_no_number(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, metrics: tuple[MetricInfo, ...]
) -> None:
    whole = summary(overall=cell(metrics={"nps": estimate(50.0, 1)}))
    mix = NpsMix(detractors=0, passives=0, promoters=1, n=1)
    (card,) = build_cards(whole, metrics[:1], {}, nps_mix=mix)
    assert (card.value, card.interval, card.n) == ("suppressed (n < 5)", "", "n = 1 answer")
    assert card.parts == ()
