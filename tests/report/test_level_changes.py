"""Lasting changes of level in the trend charts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.level_changes import describe_level_change, read_level_changes
from cxnlp.report.metric_info import MetricInfo, metric_infos
from cxnlp.report.summary_tables import summary_tables
from cxnlp.report.trend import LEFT, build_trends

MakeResult = Callable[[Verdict], InsightResult]


@pytest.fixture
def nps() -> MetricInfo:
    definition = MetricDefinition(
        kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True
    )
    return metric_infos({"nps": definition})[0]


@pytest.fixture
def result() -> MakeResult:
    def make(verdict: Verdict) -> InsightResult:
        found = Finding(
            insight="trend", sentence="NPS fell.", verdict=verdict, importance=0.5, n=100,
            where=Where(period="2024-Q2"), p_value=0.001,
            estimate=Estimate(value=-20.0, low=-25.0, high=-15.0, n=100),
        )  # fmt: skip
        size: dict[str, Value] = {"change": -20.0, "change_low": -25.0, "change_high": -15.0}
        none: dict[str, Value] = dict.fromkeys(size)
        table: tuple[dict[str, Value], ...] = (
            {"metric": "nps", "topic": None, "period": "2024-Q1", **none},
            {"metric": "nps", "topic": None, "period": "2024-Q2", **size},
            {"metric": "net_sentiment", "topic": "delivery", "period": "2024-Q2", **size},
        )
        return InsightResult(
            name="trend", title="Change over time", status="ok", note="", findings=(found,),
            table=table,
        )  # fmt: skip

    return make


@pytest.mark.parametrize(("verdict", "says"), [("real", "real"), ("noise", "within noise")])
def test_a_change_of_level_says_date_size_interval_and_verdict(
    result: MakeResult, nps: MetricInfo, verdict: Verdict, says: str
) -> None:
    found = read_level_changes([result(verdict)])
    assert list(found) == ["nps"]  # a topic's change is not the score's
    assert describe_level_change(found["nps"][0], nps) == (
        "New level from 2024-Q2: \u221220.0 points, 95% interval \u221225.0 to \u221215.0; " + says
    )


def test_its_mark_stands_between_the_two_periods_and_its_size_in_the_table(
    cell: Callable[..., Cell],
    estimate: Callable[..., Estimate],
    summary: Callable[..., JourneySummary],
    result: MakeResult,
    nps: MetricInfo,
) -> None:
    periods = tuple(
        cell(period=p, metrics={"nps": estimate(v)})
        for p, v in {"2024-Q1": 30.0, "2024-Q2": 10.0}.items()
    )
    whole = summary(periods=periods, overall=cell(metrics={"nps": estimate(20.0)}))
    (trend,) = build_trends(whole, [nps], read_level_changes([result("real")]))
    (mark,) = trend.levels
    assert LEFT < trend.points[0].x < mark.x < trend.points[1].x
    tables = summary_tables(whole, heading=[nps], metrics=[nps], trends=[trend])
    table = tables[trend.table_id]
    assert table.columns[-3:] == ("level_change", "change_low", "change_high")
    assert [row[-3:] for row in table.rows] == [(None, None, None), (-20.0, -25.0, -15.0)]


def test_no_trend_has_no_marks(nps: MetricInfo) -> None:
    assert read_level_changes([]) == {}
