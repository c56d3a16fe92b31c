"""The sentences that head the report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition, TopicSummary
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.numbers import MINUS
from cxnlp.report.header import latest_changes
from cxnlp.report.headlines import write_headlines
from cxnlp.report.metric_info import MetricInfo, metric_infos

MakeCell = Callable[..., Cell]
MakeEstimate = Callable[..., Estimate]
MakeSummary = Callable[..., JourneySummary]


@pytest.fixture
def csat() -> tuple[MetricInfo, ...]:
    definition = MetricDefinition(
        kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
    )
    return metric_infos({"csat": definition})


def test_touchpoints_are_named_only_where_they_clearly_differ(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, csat: tuple[MetricInfo, ...]
) -> None:
    def place(name: str, value: float, n: int = 100) -> Cell:
        return cell(touchpoint=name, metrics={"csat": estimate(value, n)})

    overall = cell(metrics={"csat": estimate(70.0, 500)})
    touchpoints = (place("web", 40.0), place("shop", 72.0), place("delivery", 1.0, n=29))
    _, sentence = write_headlines(summary(overall=overall, touchpoints=touchpoints), csat, {})
    assert sentence == (
        "Web shop is clearly worse than the overall CSAT of 70.0%, at 40.0% "
        "(95% interval 35.0 to 45.0%, n = 100 answers)."
    )
    alike = summary(overall=overall, touchpoints=(place("web", 71.0), place("shop", 69.0)))
    assert write_headlines(alike, csat, {})[1] == (
        "No touchpoint stands clearly apart from the overall CSAT: 2 were compared."
    )


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (50.0, "CSAT fell by 20.0 (95% interval -27.1 to -12.9) from 2024-Q1 to 2024-Q2."),
        (
            71.0,
            "No score changed clearly of late: CSAT moved by +1.0 (95% interval -6.1 to +8.1) "
            "from 2024-Q1 to 2024-Q2.",
        ),
    ],
)
def test_changes_carry_their_interval(
    cell: MakeCell,
    estimate: MakeEstimate,
    summary: MakeSummary,
    csat: tuple[MetricInfo, ...],
    now: float,
    sentence: str,
) -> None:
    periods = (
        cell(period="2024-Q1", metrics={"csat": estimate(70.0)}),
        cell(period="2024-Q2", metrics={"csat": estimate(now)}),
    )
    whole = summary(periods=periods, overall=cell(metrics={"csat": estimate(65.0)}))
    found = write_headlines(whole, csat, latest_changes(whole, csat))[1]
    assert found.replace(MINUS, "-") == sentence


def test_topics_and_emotions_need_intervals_that_support_them(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary
) -> None:
    def topic(name: str, net: float, n: int) -> TopicSummary:
        return TopicSummary(
            topic=name,
            share=estimate(20.0),
            net_sentiment=estimate(net, n),
            n_negative=n,
            n_neutral=0,
            n_positive=0,
        )

    topics = (topic("price_value", -3.0, 90), topic("food_drink", -40.0, 50))
    clear = {"gratitude": estimate(40.0), "anger": estimate(20.0)}
    overall = cell(topics={t.topic: t for t in topics}, emotions=clear)
    sentences = write_headlines(summary(overall=overall), (), {})
    assert "most mentioned clearly negative topic is food and drink" in sentences[1]
    assert "Gratitude is the most common emotion: 40.0%" in sentences[2]
    close = cell(emotions={"gratitude": estimate(24.0), "anger": estimate(20.0)})
    assert len(write_headlines(summary(overall=close), (), {})) == 1


def test_nothing_is_said_of_suppressed_scores(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary, csat: tuple[MetricInfo, ...]
) -> None:
    whole = summary(overall=cell(metrics={"csat": estimate(50.0, 3)}))
    assert write_headlines(whole, csat, {}) == ("No score can be shown: suppressed (n < 5).",)
    nothing = "There is no survey answer, and no comment could be read"
    assert write_headlines(summary(), csat, {}) == (f"{nothing}.",)
    foreign = summary(overall=cell(n_foreign=3))
    assert write_headlines(foreign, (), {}) == (f"{nothing}: 3 are in another language.",)


def test_rated_questions_that_clearly_differ(
    cell: MakeCell, estimate: MakeEstimate, summary: MakeSummary
) -> None:
    definitions = {
        f"rating:{q}": MetricDefinition(
            kind="rating",
            unit="mean",
            scale_min=1,
            scale_max=5,
            higher_is_better=True,
            question_id=q,
        )
        for q in ("food", "signs", "wifi")
    }
    values = {"rating:food": 2.0, "rating:signs": 3.0, "rating:wifi": 4.0}
    overall = cell(metrics={k: estimate(v, half=0.2) for k, v in values.items()})
    sentence = write_headlines(summary(overall=overall), metric_infos(definitions), {})[-1]
    assert sentence.startswith("Of 3 questions rated 1 to 5, the lowest mean is Food with 2.00")
    assert "the highest is Wifi with 4.00" in sentence
