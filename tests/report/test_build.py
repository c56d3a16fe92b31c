"""Whole reports, as files."""

from __future__ import annotations

import datetime as dt
import json
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from cxnlp.errors import InputError, OutputError
from cxnlp.report import build
from cxnlp.report.build import write_report

Row = dict[str, Any]
Write = Callable[..., Path]


def _page(scored: Path, **options: Any) -> str:
    output = scored.with_suffix(".html")
    write_report(scored, output, **options)
    return output.read_text(encoding="utf-8")


def _data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_report_says_what_the_file_holds(write_scored: Write, survey_rows: list[Row]) -> None:
    page = _page(write_scored(survey_rows))
    assert "High street &lt;shop&gt;" in page
    assert "suppressed (n &lt; 5)" in page
    assert "cx-mini-en@abc123" in page
    assert "2024-Q1 to 2024-Q3, by quarter" in page
    heat = _data(page)["heatmaps"][0]
    rows = heat["grids"]["csat"]["cells"]
    assert heat["columns"] == ["2024-Q1", "2024-Q2", "2024-Q3", "All periods"]
    assert rows[1][0][0] == "90.0"
    assert rows[3][:3] == [3, 0, 2]


def test_the_scored_file_is_never_overwritten(write_scored: Write, survey_rows: list[Row]) -> None:
    scored = write_scored(survey_rows)
    before = scored.read_bytes()
    with pytest.raises(OutputError, match="is the scored file"):
        write_report(scored, scored.parent / ".." / scored.parent.name / scored.name)
    assert scored.read_bytes() == before


def test_headlines_follow_the_intervals(write_scored: Write, survey_rows: list[Row]) -> None:
    scored = write_scored(survey_rows)
    facts = write_report(scored, scored.with_suffix(".html"))
    page = facts.output.read_text(encoding="utf-8")
    assert ">63.4%<" in page
    # The header gives the verdict of the comparisons, which allows for all of them.
    change = page.partition("\N{MINUS SIGN}22.7 points, 2024-Q3 against 2024-Q2")[2]
    assert change.partition("</p>")[0].endswith("; no clear change</span>")
    # What is said first is what matters most: three statements, each on the page.
    assert len(facts.headlines) == 3
    assert all(escape(sentence) in page for sentence in facts.headlines)
    assert facts.n_interactions == len(survey_rows)
    assert facts.n_bytes == facts.output.stat().st_size


def test_the_same_file_gives_the_same_report(write_scored: Write, survey_rows: list[Row]) -> None:
    scored = write_scored(survey_rows)
    assert _page(scored) == _page(scored)


class _Links(HTMLParser):
    """Collect whatever a page could load, and every inline handler and style."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "poster", "srcset", "xlink:href"):
                self.loads.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")


def test_nothing_is_loaded_and_the_policy_fits(write_scored: Write, survey_rows: list[Row]) -> None:
    page = _page(write_scored(survey_rows))
    links = _Links()
    links.feed(page)
    assert [u for u in links.loads if not u.startswith("#")] == ["data:,"]
    assert links.inline == []
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    script = re.search(r"<script>(.*?)</script>", page, re.S)
    assert style is not None
    assert script is not None
    for source in (style[1], script[1]):
        assert "sha256-" + b64encode(sha256(source.encode()).digest()).decode() in page
    assert "default-src &#39;none&#39;" in page
    assert "url(http" not in page


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"occurred_at": None}, id="no dates"),
        pytest.param({"touchpoint": None, "stage": None}, id="no touchpoints"),
        pytest.param(
            {"touchpoint": None, "stage": None, "occurred_at": None, "responses": []}, id="texts"
        ),
        pytest.param({"responses": []}, id="no scores"),
        pytest.param({"touchpoint": "x" * 500}, id="long name"),
        pytest.param({"text": "\u0645\u0631\u062d\u0628\u0627 " * 200, "spans": []}, id="right"),
        pytest.param({"segments": None, "topics": None, "emotions": None, "spans": None}, id="nul"),
    ],
)
def test_sparse_and_odd_files(
    write_scored: Write, survey_rows: list[Row], change: dict[str, Any]
) -> None:
    page = _page(write_scored([{**row, **change} for row in survey_rows], journey=None))
    assert page.endswith("</html>")
    assert "None" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.S)


def test_the_bar_of_a_suppressed_topic_leans_to_no_side(
    write_scored: Write, scored_row: Callable[..., Row]
) -> None:
    sides = ("negative", "positive")
    bars = []
    for side in sides:
        rows = [scored_row(i, sentiment=sides[i % 2]) for i in range(40)]
        rare = {"label": "price_value", "score": 0.9, "sentiment": side}
        rows[0]["topics"] = [*rows[0]["topics"], rare]
        page = _page(write_scored(rows))
        bars.append(re.search(r'<rect x="([\d.]+)" width="([\d.]+)"[^>]*hatch', page))
    assert bars[0] is not None
    assert bars[1] is not None
    assert bars[0].groups() == bars[1].groups()


def test_one_comment_is_counted_as_one(write_scored: Write, scored_row: Callable[..., Row]) -> None:
    page = _page(write_scored([scored_row(0)]))
    assert "1 comment read" in page
    assert "1 comments" not in page


def test_scores_without_text(write_scored: Write, scored_row: Callable[..., Row]) -> None:
    page = _page(write_scored([scored_row(i, sentiment=None, text=None) for i in range(40)]))
    assert "No comment was read" in page
    assert "100.0%" in page
    assert 'id="reader"' not in page


@pytest.mark.parametrize("n", [0, 1])
def test_almost_empty_files(write_scored: Write, scored_row: Callable[..., Row], n: int) -> None:
    page = _page(write_scored([scored_row(i) for i in range(n)]))
    assert page.endswith("</html>")


def test_many_touchpoints_over_many_periods_stay_small(
    write_scored: Write, scored_row: Callable[..., Row]
) -> None:
    rows = [
        scored_row(
            i,
            touchpoint=f"place {i % 200}",
            occurred_at=dt.datetime(2020 + i % 5, 1 + i % 12, 1, tzinfo=dt.UTC),
        )
        for i in range(1000)
    ]
    page = _page(write_scored(rows), period="month", by="region")
    assert len(page.encode()) < 1_500_000
    assert "Show all 200 touchpoints" in page


def test_segments_are_a_choice_of_columns(write_scored: Write, survey_rows: list[Row]) -> None:
    data = _data(_page(write_scored(survey_rows), by="region"))
    assert [h["name"] for h in data["heatmaps"]] == ["Periods", "Region", "Scores"]
    assert data["heatmaps"][1]["columns"] == ["north", "south", "All"]
    assert data["groups"] == ["north", "south"]
    # Breaking down by a segment must not change what stands under the periods.
    assert data["heatmaps"][0] == _data(_page(write_scored(survey_rows)))["heatmaps"][0]


def test_wrong_options_write_nothing(write_scored: Write, survey_rows: list[Row]) -> None:
    scored = write_scored(survey_rows)
    output = scored.with_name("report.html")
    with pytest.raises(InputError, match="planet"):
        write_report(scored, output, by="planet")
    with pytest.raises(InputError):
        write_report(scored.with_name("missing.parquet"), output)
    assert [p.name for p in scored.parent.iterdir()] == [scored.name]


def test_outputs_that_cannot_be_written(
    write_scored: Write, survey_rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored = write_scored(survey_rows)
    with pytest.raises(OutputError, match="is a folder"):
        write_report(scored, tmp_path)
    with pytest.raises(OutputError, match="not a folder"):
        write_report(scored, tmp_path / "missing" / "report.html")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    output = tmp_path / "report.html"
    output.write_text("the report before")
    monkeypatch.setattr(build.os, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        write_report(scored, output)
    assert output.read_text() == "the report before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", scored.name]


def test_a_conversation_with_times_is_shown_turn_by_turn(
    write_scored: Write, survey_rows: list[Row]
) -> None:
    at = dt.datetime(2024, 1, 2, 9, 30, tzinfo=dt.UTC)
    turns = [
        {"role": "agent", "at": at, "text": "How was the crossing?"},
        {"role": "customer", "at": at, "text": "Rough but punctual."},
    ]
    chats = [{**row, "text": None, "turns": turns, "spans": []} for row in survey_rows]
    page = _page(write_scored(chats))
    assert "How was the crossing?" in page
    assert "Rough but punctual." in page
