from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from cxnlp.insights.finding import Finding, InsightResult, Where
from cxnlp.insights.markdown_text import plain
from cxnlp.insights.to_json import insights_to_json
from cxnlp.insights.to_markdown import insights_to_markdown
from cxnlp.metrics.estimate import Estimate


def finding(**fields: Any) -> Finding:
    given: dict[str, Any] = {
        "insight": "changes",
        "sentence": "NPS fell by 12.0 points (95% interval −20.0 to −4.0, n = 400).",
        "verdict": "real",
        "importance": 0.2,
        "n": 400,
        "where": Where(touchpoint="web", topic="wait_time_speed"),
        "estimate": Estimate(value=-12.0, low=-20.0, high=-4.0, n=400),
        "unit": "points",
        "p_value": 0.003,
        "evidence": (7,),
    }
    return Finding(**{**given, **fields})


def collected(*findings: Finding, three: tuple[Finding, ...] = ()) -> Any:
    result = InsightResult(
        name="changes",
        title="What changed",
        status="ok",
        note="Two quarters were compared, n = 400.",
        findings=findings,
        table=({"metric": "nps", "delta": -12.00000004, "n": 400, "real": True, "low": None},),
    )
    return SimpleNamespace(results=(result,), three=three)


def quote(text: str) -> Any:
    return SimpleNamespace(row=7, text=text, occurred_at=dt.datetime.now(dt.UTC))


def test_the_three_stand_first_with_their_verbatims() -> None:
    text = insights_to_markdown(
        collected(finding(), three=(finding(),)), title="Shop", quotes={7: quote("So slow!")}
    )

    assert (
        text.index("## Three things to know") < text.index("So slow") < text.index("What changed")
    )
    assert "Real: NPS fell by 12" in text


def test_nothing_certain_is_said_to_be_nothing() -> None:
    text = insights_to_markdown(collected(), title="Shop")
    assert "Nothing in these data is certain enough to be said." in text


def test_a_customers_words_are_never_markup() -> None:
    hostile = "![x](http://e.vil/p.png) <script>alert(1)</script>\n# Heading\n- item"
    text = insights_to_markdown(
        collected(three=(finding(),)), title="*Shop*", quotes={7: quote(hostile)}
    )

    assert "![x]" not in text
    assert "\\<script>" in text
    assert text.count("<script>") == 1
    assert "\n# Heading" not in text
    assert "# \\*Shop\\*" in text


def test_a_line_break_ends_no_quotation() -> None:
    assert plain("one\n\ntwo") == "one two"


def test_numbers_and_ends_of_sentences_stay_readable() -> None:
    text = insights_to_markdown(collected(finding()), title="Shop")
    assert "- Real: NPS fell by 12.0 points (95% interval −20.0 to −4.0, n = 400)." in text


def test_long_quotes_are_cut_between_words() -> None:
    text = insights_to_markdown(
        collected(three=(finding(),)), title="Shop", quotes={7: quote("late " * 100)}
    )
    [line] = [line for line in text.splitlines() if line.startswith("   > late")]
    assert line.endswith("late …")
    assert len(line) <= 310


def test_findings_beyond_the_shown_are_counted() -> None:
    text = insights_to_markdown(collected(*[finding()] * 10), title="Shop")
    assert "- 4 more are in the JSON." in text


def test_json_holds_every_number_rounded() -> None:
    found = insights_to_json(collected(finding(), three=(finding(),)))

    [row] = found["insights"]["changes"]["table"]
    assert row == {"metric": "nps", "delta": -12.0, "n": 400, "real": True, "low": None}
    [first] = found["three"]
    assert first["estimate"]["value"] == -12.0
    assert first["where"]["topic"] == "wait_time_speed"
    assert first["evidence"] == [7]
