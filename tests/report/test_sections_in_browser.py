"""The sections of single insights in a real browser, on rows in which much is planted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cxnlp.report.build import write_report
from tests.insights.planted import plant, write_rows

pytestmark = pytest.mark.browser

SECTIONS = (
    "drivers", "impact", "emotion-trend", "comparisons", "conflicts", "conversations", "model",
)  # fmt: skip
both_widths = pytest.mark.parametrize("page", [1280, 390], indirect=True)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = plant(1500).rows
    rows[0] |= {"text": "<img src=x onerror=alert(1)> awful", "sentiment": "negative"}
    scored = write_rows(tmp_path_factory.mktemp("sections") / "scored.parquet", rows)
    output = scored.with_suffix(".html")
    return write_report(scored, output, by="region", compare="arm=a,b").output


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Any, report: Path) -> Iterator[Any]:
    """Open the report; fail on any console error, dialog or request."""
    opened = browser.new_page(viewport={"width": getattr(request, "param", 1280), "height": 900})
    wrong: list[str] = []
    opened.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda r: wrong.append(r.url) if r.url != report.as_uri() else None)
    opened.goto(report.as_uri())
    yield opened
    opened.close()
    assert [w for w in wrong if not w.startswith(("data:", "blob:"))] == []


@both_widths
def test_every_section_is_there_and_fits(page: Any) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    linked = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.hash.slice(1))")
    for name in SECTIONS:
        section = page.locator(f"section#{name}")
        assert section.count() == 1
        assert section.get_attribute("data-scope") == "all"
        assert name in linked
    assert page.evaluate("linked => linked.every(id => document.getElementById(id))", linked)


@both_widths
def test_no_text_of_a_chart_is_cut_or_out_of_sight(page: Any) -> None:
    cut = page.evaluate(
        """() => [...document.querySelectorAll(
            '#drivers svg text, #emotion-trend svg text, #conversations svg text, #model svg text'
        )].filter((text) => {
            const box = text.getBoundingClientRect();
            const frame = text.ownerSVGElement.getBoundingClientRect();
            return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
                || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
        }).map((text) => text.textContent)"""
    )
    assert cut == []


def test_a_driver_opens_the_comments_behind_it(page: Any) -> None:
    dot = page.locator("#drivers g.driver.q-fix-first, #drivers g.driver.q-keep-up").first
    topic = dot.get_attribute("data-k")
    dot.click()
    assert page.locator("#reader").is_visible()
    assert page.locator('#reader-form [name="k"]').input_value() == topic
    page.keyboard.press("Escape")
    dot.focus()
    page.keyboard.press("Enter")
    assert page.locator("#reader").is_visible()


def test_a_bar_opens_those_who_say_so(page: Any) -> None:
    button = page.locator('#impact button[data-s="negative"]').first
    button.click()
    assert page.locator('#reader-form [name="s"]').input_value() == "negative"
    shown = page.locator("#reader-count").text_content()
    assert re.match(r"[1-9]", shown)


@pytest.mark.parametrize("table", ["insight-relative-importance", "emotion-trend", "segments"])
def test_the_table_of_a_chart_comes_as_csv(page: Any, table: str) -> None:
    button = page.locator(f'[data-table="{table}"] .download').first
    with page.expect_download() as download:
        button.click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 2
    assert {"low", "high", "n"} <= set(rows[0])
    assert len({len(row) for row in rows}) == 1


def test_a_conversation_has_a_point_for_each_turn_of_its_customer(page: Any) -> None:
    talk = page.locator("#conversations .talk").first
    talk.locator("summary").click()
    turns = talk.locator(".said.customer")
    assert turns.first.is_visible()
    assert talk.locator("circle").count() == turns.count()
    assert talk.locator("mark").count() > 0


def test_markup_in_a_comment_is_text(page: Any) -> None:
    assert page.locator("main img").count() == 0
    assert page.evaluate("document.querySelectorAll('[style], [onerror], [onclick]').length") == 0


def test_a_chart_tells_a_screen_reader_its_numbers(page: Any) -> None:
    named = page.evaluate(
        """() => [...document.querySelectorAll('main svg')].filter((svg) =>
            svg.getAttribute('aria-hidden') !== 'true' && !svg.getAttribute('aria-label')
        ).length"""
    )
    assert named == 0
    label = page.locator("#drivers g.driver").first.get_attribute("aria-label")
    assert re.search(r"95% interval .+ to .+n = \d", label)
