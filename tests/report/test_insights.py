"""Insights as the report shows them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from cxnlp.insights.finding import Finding, InsightResult, Where
from cxnlp.metrics.numbers import MINUS
from cxnlp.report.insights import build_insights, three_things


def finding(**fields: Any) -> Finding:
    given: dict[str, Any] = {
        "insight": "changes",
        "sentence": "NPS fell by 12.0 points.",
        "verdict": "real",
        "importance": 0.2,
        "n": 400,
    }
    return Finding(**{**given, **fields})


def result(**fields: Any) -> InsightResult:
    given: dict[str, Any] = {"name": "pain_points", "title": "Pain", "status": "ok", "note": "n."}
    return InsightResult(**{**given, **fields})


def collected(*results: InsightResult, three: tuple[Finding, ...] = ()) -> Any:
    return SimpleNamespace(results=results, three=three)


def test_what_does_not_apply_is_not_shown() -> None:
    shown = build_insights(collected(result(status="not_applicable"), result()))
    assert [view.name for view in shown] == ["pain-points"]


def test_what_is_real_stands_first_and_the_rest_is_counted() -> None:
    noise = [finding(verdict="noise", importance=0.9, sentence=f"Noise {i}.") for i in range(9)]
    [view] = build_insights(collected(result(findings=(*noise, finding()))))

    assert view.findings[0].sentence == "NPS fell by 12.0 points."
    assert view.findings[0].css == "real"
    assert view.findings[1].verdict == "Within noise"
    assert (len(view.findings), view.n_more) == (3, 7)


def test_a_finding_opens_the_comments_it_speaks_of() -> None:
    where = Where(touchpoint="web", topic="wait_time_speed", sentiment="negative")
    [view] = three_things(collected(three=(finding(where=where),)), [])
    assert dict(view.opens) == {"t": "web", "k": "wait_time_speed", "s": "negative"}


def test_quotes_are_those_of_the_evidence_in_its_order() -> None:
    quotes: Any = [SimpleNamespace(row=3, text="three"), SimpleNamespace(row=9, text="nine " * 200)]
    [view] = three_things(collected(three=(finding(evidence=(9, 3, 4)),)), quotes)

    assert view.quotes[1:] == ("three",)
    assert view.quotes[0].endswith("nine …")
    assert len(view.quotes[0]) <= 402


def test_tables_are_written_for_people() -> None:
    rows = ({"delta": -1.5, "p": 0.0, "real": True, "n": 1200, "name": "web"}, {"delta": None})
    [view] = build_insights(collected(result(table=rows)))

    assert view.columns == ("Delta", "P", "Real", "N", "Name")
    assert view.rows == ((f"{MINUS}1.5", "0", "yes", "1,200", "web"), ("", "", "", "", ""))


def test_a_long_table_is_cut_and_says_so() -> None:
    [view] = build_insights(collected(result(table=tuple({"n": i} for i in range(250)))))
    assert (len(view.rows), view.n_more_rows) == (200, 50)
