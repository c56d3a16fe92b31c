"""Emotions over time."""

from __future__ import annotations

from collections.abc import Callable

from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.emotion_trend import (
    BOTTOM,
    MAX_EMOTIONS,
    TOP,
    build_emotion_trend,
    emotion_trend_table,
)

Make = Callable[..., Cell]
Summary = Callable[..., JourneySummary]


def share(value: float, n: int = 100) -> Estimate:
    found = Estimate(value=value, low=max(value - 5, 0.0), high=value + 5, n=n)
    return found.suppressed()


def dated(cell: Make, *shares: tuple[str, float, int]) -> tuple[Cell, ...]:
    return tuple(
        cell(period=period, n=n, n_scored=n, emotions={"anger": share(value, n)})
        for period, value, n in shares
    )


def test_each_emotion_has_a_point_a_period(cell: Make, summary: Summary) -> None:
    periods = dated(cell, ("2024-Q1", 10.0, 50), ("2024-Q2", 30.0, 20))
    found = build_emotion_trend(
        summary(overall=cell(emotions={"anger": share(18.0)}), periods=periods)
    )
    assert found is not None
    (panel,) = found.panels
    assert (panel.label, panel.tone, panel.overall) == ("Anger", "negative", "18.0%")
    first, second = panel.points
    assert first.y is not None
    assert second.y is not None
    assert TOP <= second.y < first.y < BOTTOM
    assert (second.indicative, second.n, second.interval) == (True, "20", "25.0 to 35.0%")
    assert panel.line.startswith("M")


def test_a_gap_is_not_bridged(cell: Make, summary: Summary) -> None:
    periods = dated(cell, ("2024-Q1", 10.0, 50), ("2024-Q2", 12.0, 50), ("2024-Q4", 9.0, 50))
    found = build_emotion_trend(
        summary(overall=cell(emotions={"anger": share(11.0)}), periods=periods)
    )
    assert found is not None
    assert found.periods == ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
    assert found.panels[0].points[2].y is None
    assert found.panels[0].line.count("M") == 1  # the last period stands alone


def test_a_suppressed_period_says_so(cell: Make, summary: Summary) -> None:
    periods = dated(cell, ("2024-Q1", 10.0, 50), ("2024-Q2", 50.0, 4), ("2024-Q3", 12.0, 40))
    found = build_emotion_trend(
        summary(overall=cell(emotions={"anger": share(11.0)}), periods=periods)
    )
    assert found is not None
    assert found.panels[0].points[1].share == "suppressed (n < 5)"


def test_rare_emotions_have_no_chart_but_stand_in_the_table(cell: Make, summary: Summary) -> None:
    emotions = {"anger": share(20.0), "relief": share(2.0)}
    periods = tuple(cell(period=p, emotions=emotions) for p in ("2024-Q1", "2024-Q2"))
    made = summary(overall=cell(emotions=emotions), periods=periods)
    found = build_emotion_trend(made)
    assert found is not None
    assert [p.emotion for p in found.panels] == ["anger"]
    table = emotion_trend_table(made)
    assert {(row[0], row[1]) for row in table.rows} == {
        (e, p) for e in ("anger", "relief") for p in ("2024-Q1", "2024-Q2")
    }
    assert len(found.panels) <= MAX_EMOTIONS


def test_states(cell: Make, summary: Summary) -> None:
    anger = {"anger": share(20.0)}
    one = dated(cell, ("2024-Q1", 10.0, 50), ("2024-Q2", 10.0, 3))
    few = build_emotion_trend(summary(overall=cell(emotions=anger), periods=one))
    assert few is not None
    assert not few.enough
    assert "there is 1." in few.note
    undated = (cell(period=None, emotions=anger),)
    assert build_emotion_trend(summary(overall=cell(emotions=anger), periods=undated)) is None
    assert build_emotion_trend(summary(overall=cell(n_scored=0), periods=one)) is None
