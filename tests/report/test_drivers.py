"""The driver matrix."""

from __future__ import annotations

from typing import Any

from cxnlp.insights.finding import InsightResult
from cxnlp.report.drivers import BOTTOM, LEFT, RIGHT, TOP, build_drivers


def row(topic: str, share: float, net: float, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "topic": topic, "n_mentions": 120, "share_of_r2": share, "low": share / 2,
        "high": share * 1.5, "performance": net, "performance_low": net - 10,
        "performance_high": net + 10, "verdict": "real", "quadrant": "fix first", "r2": 0.31,
        "r2_low": 0.2, "r2_high": 0.4, "n": 600, "importance_line": 33.3, "performance_line": 5.0,
    }  # fmt: skip
    return {**given, **fields}


def result(*rows: dict[str, Any], status: Any = "ok") -> InsightResult:
    return InsightResult(
        name="relative_importance", title="Drivers", status=status, note="Shapley.", table=rows
    )


WAIT = row("wait_time_speed", 40.0, -30.0)
STAFF = row("staff_service", 50.0, 60.0, quadrant="keep up")
PRICE = row("price_value", 10.0, -5.0, verdict="noise", quadrant="watch")


def test_places_are_those_of_importance_and_performance() -> None:
    found = build_drivers(result(WAIT, STAFF, PRICE), score="NPS")
    assert found is not None
    staff, wait, price = found.dots
    assert [d.number for d in found.dots] == [1, 2, 3]
    assert LEFT < price.x < found.x_line < wait.x < staff.x < RIGHT
    assert TOP < staff.y < found.y_line < price.y < wait.y < BOTTOM
    assert (staff.quadrant, wait.quadrant) == ("Keep up", "Fix first")
    assert (wait.share, wait.share_interval) == ("40.0%", "20.0 to 60.0%")
    assert (found.r2, found.r2_interval, found.n) == ("0.31", "0.20 to 0.40", "600")


def test_what_is_not_told_from_chance_is_grey_and_unnamed() -> None:
    found = build_drivers(result(WAIT, PRICE), score="NPS")
    assert found is not None
    wait, price = found.dots
    assert (wait.css, wait.is_real, wait.text_x is None) == ("fix-first", True, False)
    assert (price.css, price.is_real, price.text_x) == ("unsure", False, None)
    assert price.quadrant == "Within chance"


def test_a_finding_that_did_not_survive_the_correction_is_in_no_quadrant() -> None:
    found = build_drivers(result({**WAIT, "verdict": "noise"}), score="NPS")
    assert found is not None
    assert found.dots[0].quadrant == "Within chance"
    assert found.dots[0].css == "unsure"


def test_a_side_to_read_follows_the_quadrant() -> None:
    found = build_drivers(result(WAIT, STAFF), score="NPS")
    assert found is not None
    assert [d.sentiment for d in found.dots] == ["positive", "negative"]


def test_few_mentions_are_indicative() -> None:
    few = row("food_drink", 9.0, -100.0, n_mentions=12, verdict="not_enough_data")
    found = build_drivers(result(WAIT, few), score="NPS")
    assert found is not None
    assert (found.dots[1].quadrant, found.dots[1].indicative) == ("Too few mentions", True)


def test_not_enough_is_one_sentence_and_not_applicable_is_nothing() -> None:
    found = build_drivers(result(status="not_enough_data"), score="NPS")
    assert found is not None
    assert (found.enough, found.note, found.dots) == (False, "Shapley.", ())
    assert build_drivers(result(status="not_applicable"), score="NPS") is None
    assert build_drivers(None, score="NPS") is None
