"""The live filters of a report in a real browser: numbers, words, keyboard, address, paper."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cxnlp.journey.journey_file import JourneyFile, Touchpoint
from cxnlp.journey.naming import topic_name
from cxnlp.journey.summarise import summarise
from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.numbers import MEAN, PERCENT, POINTS, describe, describe_interval
from cxnlp.report.build import write_report
from tests.report.conftest import write_rows

pytestmark = pytest.mark.browser

Row = dict[str, Any]
JOURNEY = JourneyFile(
    title="Filters",
    stages=("order", "receive"),
    touchpoints=(
        Touchpoint(name="web", stage="order", display="Web shop"),
        Touchpoint(name="delivery", stage="receive", display="Delivery"),
    ),
    segments=("region",),
    period="quarter",
)
UNITS = {"nps": POINTS, "csat": PERCENT, "ces": MEAN, "net_sentiment": POINTS, "satisfaction": MEAN}
LABELS = {"nps": "NPS", "csat": "CSAT", "ces": "CES", "net_sentiment": "Net sentiment"}


@pytest.fixture(scope="module")
def rows(scored_row: Callable[..., Row]) -> list[Row]:
    """Return 360 rows that answer for NPS, CSAT, CES and a rating, over channels and regions."""
    made: list[Row] = []
    for i in range(360):
        sentiment = ("positive", "negative", "neutral", "positive")[i * i % 7 % 4]
        touchpoint = ("web", "delivery", "web")[i % 3]
        scales = (("nps", i * 7 % 11, 0, 10), ("csat", 1 + i * 3 % 5, 1, 5),
                  ("ces", 1 + i * 5 % 7, 1, 7), ("rating", 1 + i % 4, 1, 4))  # fmt: skip
        answers = [
            {"question_id": kind, "metric": kind, "value": float(value), "scale_min": float(low),
             "scale_max": float(high), "higher_is_better": True, "weight": 1.0}
            for kind, value, low, high in scales
        ]  # fmt: skip
        topic = {"label": ("wait_time_speed", "price_value")[i % 2], "score": 0.9}
        made.append(
            scored_row(
                i,
                sentiment=sentiment,
                touchpoint=touchpoint,
                stage="order" if touchpoint == "web" else "receive",
                channel=("email", "chat", "store")[i * i % 5 % 3],
                occurred_at=dt.datetime(2024, 1 + 3 * (i % 4), 9, tzinfo=dt.UTC),
                segments=[("region", ("north", "south", "=cmd")[i % 3 if i % 40 else 2])],
                responses=answers,
                topics=[{**topic, "sentiment": sentiment}],
                spans=[],
            )
        )
    made[0]["text"] = "<b>bold</b> = not markup"
    return made


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> Path:
    """Return the report of the rows."""
    scored = write_rows(tmp_path_factory.mktemp("filters") / "f.parquet", rows, journey=JOURNEY)
    return write_report(scored, scored.with_suffix(".html")).output


@pytest.fixture
def opened(request: pytest.FixtureRequest, browser: Any, report: Path) -> Iterator[Any]:
    """Open the report at a width; fail on any console error or request."""
    page = browser.new_page(viewport={"width": getattr(request, "param", 1280), "height": 900})
    page.set_default_timeout(5_000)
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: wrong.append(r.url))
    page.goto(report.as_uri())
    yield page
    page.close()
    outside = [w for w in wrong if not w.startswith(("data:", "blob:", report.as_uri()))]
    assert outside == []


def _choose(page: Any, **choices: str) -> None:
    for name, value in choices.items():
        name = {"start": "from", "end": "to", "region": "by.region"}.get(name, name)
        page.select_option(f'#filters select[name="{name}"]', f"={value}")


def _chosen(tmp_path: Path, rows: list[Row], wanted: Callable[[Row], bool]) -> JourneySummary:
    return summarise(
        write_rows(tmp_path / "chosen.parquet", [r for r in rows if wanted(r)], journey=JOURNEY)
    )


def _card(page: Any, key: str) -> tuple[str, ...]:
    card = page.locator(f'[data-score="{key}"]')
    found = tuple(card.locator(css).text_content() for css in (".big", ".interval", ".count"))
    return found


@pytest.mark.parametrize(
    ("choices", "wanted"),
    [
        ({"touchpoint": "delivery"}, lambda r: r["touchpoint"] == "delivery"),
        ({"stage": "order"}, lambda r: r["touchpoint"] == "web"),
        ({"channel": "chat"}, lambda r: r["channel"] == "chat"),
        ({"region": "south"}, lambda r: dict(r["segments"])["region"] == "south"),
        (
            {"start": "2024-Q2", "end": "2024-Q3", "channel": "email"},
            lambda r: r["channel"] == "email" and r["occurred_at"].month in (4, 7),
        ),
    ],
    ids=["touchpoint", "stage", "channel", "segment", "period and channel"],
)
def test_numbers_and_denominators_are_those_of_the_chosen_rows(
    opened: Any,
    rows: list[Row],
    tmp_path: Path,
    choices: dict[str, str],
    wanted: Callable[[Row], bool],
) -> None:
    _choose(opened, **choices)
    expected = _chosen(tmp_path, rows, wanted)
    overall = expected.overall
    for key, unit in UNITS.items():
        e = overall.metrics[key]
        value, interval, n = _card(opened, key)
        assert value == describe(e, unit)
        assert interval == f"95% interval {describe_interval(e, unit)}"
        assert n.startswith(f"n = {e.n} ")
    state = opened.text_content("#filter-state")
    assert f"{overall.n} of {len(rows)} interactions" in state
    assert f"{overall.n_scored} of {len(rows)} comments read" in state
    rating = opened.locator("#ratings tbody tr").first.text_content()
    assert describe(overall.metrics["rating:rating"], MEAN) in rating
    emotion = opened.locator("#emotions tbody tr", has_text="Gratitude").text_content()
    assert describe(overall.emotions["gratitude"], PERCENT) in emotion
    for name, topic in overall.topics.items():
        row = opened.locator("#topics tbody tr", has_text=topic_name(name)).text_content()
        assert describe(topic.share, PERCENT) in row
        assert describe(topic.net_sentiment, POINTS) in row
    periods = opened.locator("#trend figure").first.locator("tbody tr").all_text_contents()
    for cell, text in zip(expected.periods, periods, strict=True):
        assert text.startswith(f"{cell.period}{describe(cell.metrics['nps'], POINTS)}")
        assert text.endswith(str(cell.metrics["nps"].n))
    heads = opened.locator("#heat thead th").all_text_contents()
    assert heads == ["Touchpoint", *(c.period for c in expected.periods), "All periods"]
    cells = opened.locator('#heat tr[data-row="0"] td').all_text_contents()
    shown = [describe(c.metrics["nps"], POINTS) + str(c.metrics["nps"].n) for c in expected.periods]
    assert cells == [*shown, describe(overall.metrics["nps"], POINTS) + str(overall.n_answers // 4)]


def test_clearing_puts_back_what_python_wrote(opened: Any) -> None:
    before = opened.inner_html("main")
    _choose(opened, touchpoint="web", start="2024-Q3")
    assert opened.inner_html("main") != before
    opened.click("#filter-clear")
    after = opened.inner_html("main")
    assert after == before
    assert opened.evaluate("location.hash") == ""
    assert opened.text_content("#filter-state") == "All data: 360 interactions."


def test_few_answers_are_suppressed_and_marked_under_a_filter(opened: Any) -> None:
    _choose(opened, region="=cmd", channel="email", start="2024-Q1", end="2024-Q1")
    assert 5 <= _shown_n(opened) < 30
    counts = opened.locator("#scores .count").all_text_contents()
    assert all(text.endswith("indicative, n < 30") for text in counts)
    _choose(opened, touchpoint="delivery")
    assert _shown_n(opened) < 5
    big = opened.locator("#scores .big").all_text_contents()
    assert set(big) <= {"suppressed (n < 5)", "no data"}


def _shown_n(page: Any) -> int:
    """Return how many interactions the filter says that it selects."""
    return int(page.text_content("#filter-state").split(" of 360 ")[0].split()[-1])


def test_what_is_not_computed_again_says_so(opened: Any) -> None:
    assert opened.locator(".all-data").count() == 0
    _choose(opened, channel="chat")
    static = opened.locator("main > section:not([data-live])")
    labelled = static.locator(".all-data")
    headings = static.locator("h2:first-of-type")
    assert labelled.count() == static.count() == headings.count() > 2
    assert opened.locator("#topics .all-data, #journey .all-data, #trend .all-data").count() == 0
    for change in opened.locator("#scores .change").all_text_contents():
        assert change.startswith("all data")


def test_back_undoes_a_choice(opened: Any) -> None:
    state = opened.locator("#filter-state")
    before = state.text_content()
    opened.select_option("#filters select[name=touchpoint]", "=web")
    chosen = state.text_content()
    assert chosen != before
    opened.go_back()
    opened.wait_for_function("text => document.querySelector('#filter-state').textContent === text",
                             arg=before)  # fmt: skip
    assert opened.input_value("#filters select[name=touchpoint]") == "*"
    opened.go_forward()
    opened.wait_for_function("text => document.querySelector('#filter-state').textContent === text",
                             arg=chosen)  # fmt: skip


def test_a_filter_survives_in_the_address(opened: Any, browser: Any) -> None:
    _choose(opened, touchpoint="web", region="=cmd")
    opened.click('nav a[href="#topics"]')
    address = opened.evaluate("location.href")
    assert "#topics?" in address
    value = _card(opened, "nps")
    again = browser.new_page()
    again.goto(address)
    assert _card(again, "nps") == value
    assert again.input_value('#filters select[name="by.region"]') == "==cmd"
    again.goto(address.split("#")[0] + "#topics?touchpoint=unknown&planet=x")
    assert again.text_content("#filter-state").startswith("All data")
    again.close()


def test_a_touchpoint_of_another_stage_cannot_be_chosen(opened: Any) -> None:
    _choose(opened, touchpoint="web", stage="receive")
    assert opened.input_value("#filters select[name=touchpoint]") == "*"
    option = opened.locator('#filters select[name=touchpoint] option[value="=web"]')
    assert option.is_disabled()


def test_an_end_before_the_start_moves_with_it(opened: Any) -> None:
    _choose(opened, end="2024-Q1")
    _choose(opened, start="2024-Q3")
    assert opened.input_value("#filters select[name=to]") == "=2024-Q3"


def test_marks_open_the_comments_within_the_filter(opened: Any, rows: list[Row]) -> None:
    _choose(opened, channel="chat")
    chats = [r for r in rows if r["channel"] == "chat"]
    promoters = [r for r in chats if r["responses"][0]["value"] >= 9]
    opened.click('[data-score="nps"] [data-a="nps/promoters"]')
    assert opened.text_content("#reader-h") == "NPS: promoters"
    assert "Channel: chat" in opened.text_content("#reader-filter")
    found = opened.locator("#reader .comment .meta").all_text_contents()
    assert len(found) == len(promoters)
    assert all("chat" in meta for meta in found)
    opened.keyboard.press("Escape")
    opened.click('#topics tbody [data-k="price_value"]')
    assert opened.text_content("#reader-count").startswith(
        f"{sum(r['topics'][0]['label'] == 'price_value' for r in chats)} comments"
    )


def test_the_table_of_a_chart_follows_the_filter(opened: Any) -> None:
    _choose(opened, region="=cmd")
    with opened.expect_download() as download:
        opened.click("#journey .download")
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8-sig", newline="")))
    total = [
        r for r in rows if r["touchpoint"] == "All touchpoints" and r["column"] == "All periods"
    ]
    assert total[0]["n"] == _card(opened, "nps")[2].split()[2]
    assert float(total[0]["value"]) == float(
        _card(opened, "nps")[0].replace("\N{MINUS SIGN}", "-").replace("+", "")
    )


def test_everything_is_reached_by_keyboard_in_order(opened: Any) -> None:
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "main"
    opened.focus("#filters select[name=stage]")
    opened.keyboard.press("ArrowDown")
    assert "Stage: Order" in opened.text_content("#filter-state")
    outline = opened.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    opened.focus("#filter-clear")
    opened.keyboard.press("Enter")
    assert opened.text_content("#filter-state").startswith("All data")
    opened.focus('#topics tbody [data-k="price_value"]')
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.closest('dialog') !== null")
    opened.keyboard.press("Escape")
    assert opened.evaluate("document.activeElement.dataset.k") == "price_value"


@pytest.mark.parametrize("opened", [390], indirect=True)
def test_a_phone_neither_scrolls_sideways_nor_hides_the_filter(opened: Any) -> None:
    assert not opened.locator("#filter-fields").is_visible()
    opened.click("#filter-box summary")
    _choose(opened, touchpoint="web", start="2024-Q2")
    widths = opened.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    assert opened.locator("#filter-state").is_visible()


def test_paper_has_no_controls_and_keeps_its_colours(opened: Any) -> None:
    _choose(opened, touchpoint="web")
    opened.emulate_media(media="print")
    visible = opened.evaluate(
        "[...document.querySelectorAll('select, button.download, button.opener, nav a')]"
        ".filter((node) => node.checkVisibility()).length"
    )
    assert visible == 0
    assert opened.locator("#filter-state").is_visible()
    cell = opened.locator("#heat td.d8, #heat td.d0, #heat td.d4").first
    assert cell.evaluate("c => getComputedStyle(c).printColorAdjust") == "exact"


def test_landmarks_headings_and_tables_have_names(opened: Any) -> None:
    problems = opened.evaluate(
        """() => {
          const wrong = [];
          for (const s of document.querySelectorAll('section')) {
            const by = document.getElementById(s.getAttribute('aria-labelledby') || '');
            if (!by && !s.getAttribute('aria-label')) wrong.push('section ' + s.id);
          }
          let level = 1;
          for (const h of document.querySelectorAll('h1, h2, h3, h4')) {
            const now = Number(h.tagName[1]);
            if (now > level + 1) wrong.push('heading ' + h.textContent);
            level = now;
          }
          for (const t of document.querySelectorAll('table')) {
            if (!t.querySelector('th[scope]')) wrong.push('table in ' + t.closest('section').id);
          }
          for (const c of document.querySelectorAll('select, input')) {
            if (!c.labels || !c.labels.length) wrong.push('control ' + c.name);
          }
          const ids = [...document.querySelectorAll('[id]')].map((n) => n.id);
          wrong.push(...ids.filter((id, i) => ids.indexOf(id) !== i));
          return wrong;
        }"""
    )
    assert problems == []


def test_a_heatmap_without_comments_is_reached_by_keyboard(
    browser: Any, rows: list[Row], tmp_path: Path
) -> None:
    silent = [{**row, "text": None, "sentiment": None, "spans": None} for row in rows]
    scored = write_rows(tmp_path / "silent.parquet", silent, journey=JOURNEY)
    page = browser.new_page()
    page.goto(write_report(scored, tmp_path / "silent.html").output.as_uri())
    reached = page.locator('#heat td[tabindex="0"]')
    assert reached.count() == 1
    reached.focus()
    page.keyboard.press("ArrowDown")
    assert page.text_content("#heat-readout").startswith("Web shop, 2024-Q1: ")
    assert page.locator('#heat td[tabindex="0"]').count() == 1
    page.close()


_FAINT = """() => {
  const luminance = (c) => {
    const [r, g, b] = c.map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const c = numbers(getComputedStyle(node).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  // Numbers within the dots of a chart stand on the dot, which has no background of its own.
  const texts = [...document.querySelectorAll('body *:not(.in-dot)')].filter((node) =>
    node.checkVisibility() && [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()));
  return texts.filter((node) => {
    const style = getComputedStyle(node);
    const colour = numbers(node instanceof SVGElement ? style.fill : style.color).slice(0, 3);
    const [a, b] = [luminance(colour), luminance(behind(node))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5;
  }).map((node) => node.tagName + ' ' + node.getAttribute('class') + ': ' + node.textContent);
}"""  # noqa: E501


def test_every_text_stands_out_from_what_is_behind_it(opened: Any) -> None:
    _choose(opened, channel="chat")
    assert opened.evaluate(_FAINT) == []
