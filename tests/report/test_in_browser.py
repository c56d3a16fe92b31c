"""The report opened in a real browser, without a network."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cxnlp.report.build import write_report

pytestmark = pytest.mark.browser

MARKUP = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'


both_widths = pytest.mark.parametrize("page", [1280, 390], indirect=True)


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Any, survey_report: Path) -> Iterator[Any]:
    """Open the report; fail on any console error, dialog or request."""
    opened = browser.new_page(viewport={"width": getattr(request, "param", 1280), "height": 900})
    wrong: list[str] = []
    opened.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda r: wrong.append(r.url) if r.url != survey_report.as_uri() else None)
    opened.goto(survey_report.as_uri())
    yield opened
    opened.close()
    assert [w for w in wrong if not w.startswith("data:")] == []


@both_widths
def test_the_page_never_scrolls_sideways(page: Any) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


@pytest.mark.parametrize("page", [390], indirect=True)
def test_stages_stay_in_sight_where_the_heatmap_is_scrolled(page: Any) -> None:
    page.locator("#heat").evaluate("heat => { heat.style.minWidth = '900px'; }")
    scroller = page.locator("#journey .scroll")
    scroller.evaluate("s => { s.scrollLeft = s.scrollWidth; }")
    left = page.locator("#heat tr.stage bdi").first.bounding_box()["x"]
    assert left >= scroller.bounding_box()["x"]


def test_twelve_months_and_their_total_fit(
    browser: Any, write_scored: Any, scored_row: Any
) -> None:
    months = [dt.datetime(2024, month, 15, tzinfo=dt.UTC) for month in range(1, 13)]
    rows = [scored_row(i, occurred_at=months[i % 12]) for i in range(120)]
    scored = write_scored(rows, journey=None)
    report = write_report(scored, scored.with_suffix(".html"), period="month").output
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(report.as_uri())
    assert opened.locator("#heat thead th").count() == 14
    widths = opened.locator("#journey .scroll").evaluate("s => [s.scrollWidth, s.clientWidth]")
    opened.close()
    assert widths[0] <= widths[1]


@both_widths
def test_a_topic_opens_its_comments_with_markup_as_text(page: Any) -> None:
    page.click("#topics tbody button")
    page.wait_for_selector("#reader[open]")
    assert page.text_content("#reader-h") == "Waiting time and speed"
    page.fill("#reader input[name=q]", "</script>")
    assert page.locator("#reader .comment").count() == 1
    assert MARKUP in page.text_content("#reader .comment")
    assert page.locator("#reader .comment img, #reader .comment script").count() == 0
    page.click("#reader-close")
    assert page.locator("#reader[open]").count() == 0


def test_sentences_are_marked_by_sentiment(page: Any) -> None:
    page.click("#heat tbody button >> nth=0")
    marks = page.locator("#reader .comment mark")
    found = marks.evaluate_all("marks => marks.map((m) => [m.className, m.textContent])")
    expected = {("positive", "Lovely staff."), ("negative", "The wait was long.")}
    assert {tuple(mark) for mark in found} == expected


def test_a_cell_opens_the_comments_of_its_touchpoint_and_period(page: Any) -> None:
    page.click('#heat tr[data-row="1"] td >> nth=1')
    assert page.text_content("#reader-h") == "Web shop, 2024-Q2"
    meta = page.locator("#reader .comment .meta").all_text_contents()
    assert meta
    assert all("Web shop" in m and "2024-04-15" in m for m in meta)


def test_the_score_of_the_heatmap_can_be_chosen(page: Any) -> None:
    cell = page.locator('#heat tr[data-row="1"] td').first
    assert cell.text_content() == "90.040"
    page.select_option("#heat-metric", "net_sentiment")
    assert cell.text_content() == "+80.040"
    page.select_option("#heat-columns", label="Region")
    assert page.locator("#heat thead th").all_text_contents()[1:] == ["north", "south", "All"]
    page.locator('#heat tr[data-row="3"] td').nth(0).hover()
    assert "Delivery, north: Net sentiment suppressed (n < 5)" in page.text_content("#heat-readout")


def test_without_its_script_the_page_still_names_what_it_shows(
    browser: Any, survey_report: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(survey_report.as_uri())
    how = opened.locator("#heat-how")
    assert how.inner_text() == "CSAT: share of answers of 4 or 5 on a scale of 1 to 5."
    assert opened.locator("#filters, .opener, #heat-metric").locator("visible=true").count() == 0
    assert "switched off here" in opened.locator("#comments").inner_text()
    context.close()


def test_forced_colours_leave_the_scale_of_the_heatmap(browser: Any, survey_report: Path) -> None:
    context = browser.new_context(forced_colors="active")
    opened = context.new_page()
    opened.goto(survey_report.as_uri())
    filled = opened.locator("#heat td:not(.empty):not(.hidden-cell)")
    colours = filled.evaluate_all("cells => cells.map(c => getComputedStyle(c).backgroundColor)")
    context.close()
    assert len(set(colours)) > 2


def test_no_data_and_suppressed_cells_look_different(page: Any) -> None:
    cells = page.locator('#heat tr[data-row="3"] td')
    assert cells.nth(0).get_attribute("class") == "hidden-cell"
    assert cells.nth(1).get_attribute("class") == "empty"
    images = [cells.nth(i).evaluate("c => getComputedStyle(c).backgroundImage") for i in (0, 1)]
    assert "repeating-linear-gradient" in images[0]
    assert images[1] == "none"


def test_the_keyboard_reaches_every_cell(page: Any) -> None:
    page.locator('#heat tr[data-row="1"] button').focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert page.text_content("#heat-readout").startswith("High street <shop>, 2024-Q1: CSAT 75.0")
    page.keyboard.press("Enter")
    assert page.text_content("#reader-h") == "High street <shop>, 2024-Q1"


def test_a_point_of_the_trend_opens_its_period(page: Any) -> None:
    page.locator("#trend circle.dot").first.focus()
    page.keyboard.press("Enter")
    assert page.text_content("#reader-h") == "2024-Q1"


def test_a_table_is_taken_along_with_its_formulas_defused(page: Any) -> None:
    page.evaluate(
        """() => {
          const holder = document.querySelector("[data-table]");
          holder.querySelector("button.download").focus();
        }"""
    )
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename.endswith(".csv")
    rows = list(csv.reader(text.splitlines()))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(
    browser: Any, start: str
) -> None:
    script = files("cxnlp.report").joinpath("script/tables.js").read_text(encoding="utf-8")
    opened = browser.new_page()
    written = opened.evaluate(
        f"(text) => {{ {script}; return csvOf(['a', 'b'], [[text, -1.5]]); }}", start + 'SUM("1",2)'
    )
    opened.close()
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows == [["a", "b"], ["'" + start + 'SUM("1",2)', "-1.5"]]
