"""Sections without anything to show are named once, with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxnlp.report.build import render_report

Row = dict[str, Any]
MakeRow = Callable[..., Row]
Write = Callable[..., Path]


def page_of(scored: Path) -> str:
    return render_report(scored).text


def ids_of(page: str) -> list[str]:
    return re.findall(r'<section id="([a-z-]+)"', page)


def test_one_row_has_no_empty_sections(write_scored: Write, scored_row: MakeRow) -> None:
    page = page_of(write_scored([scored_row(1)]))
    absent = {"trend", "drivers", "impact", "emotions", "emotion-trend", "comparisons", "conflicts"}
    assert not absent & {*ids_of(page)}
    reasons = page.partition("Not in this report")[2]
    for title in ("Over time", "How customers feel", "What changed", "Pain points"):
        assert reasons.count(f"<b>{title}.</b>") == 1
        assert f">{title}</h" not in page
    assert "Every share is suppressed (n &lt; 5)." in reasons


def test_a_file_without_dates_says_that_it_has_none(
    write_scored: Write, scored_row: MakeRow
) -> None:
    page = page_of(write_scored([scored_row(i, occurred_at=None) for i in range(40)]))
    assert "trend" not in ids_of(page)
    assert "<b>Over time.</b> No interaction has a date." in page


def test_sections_stand_in_order_and_links_in_theirs(
    write_scored: Write, survey_rows: list[Row]
) -> None:
    page = page_of(write_scored(survey_rows))
    ids = ids_of(page)
    order = ["scores", "trend", "journey", "topics", "emotions", "comparisons", "insights",
             "comments", "model", "about"]  # fmt: skip
    assert [name for name in ids if name in order] == order
    nav = page.partition("<nav")[2].partition("</nav>")[0]
    links = re.findall(r'href="#([a-z-]+)"', nav)
    assert links == [name for name in ids if name in links]
    assert "about" in links


@pytest.mark.parametrize("known", [True, False])
def test_the_scores_are_put_in_words_only_where_nothing_else_is_said(
    write_scored: Write, survey_rows: list[Row], scored_row: MakeRow, known: bool
) -> None:
    page = page_of(write_scored(survey_rows if known else [scored_row(i) for i in range(6)]))
    assert ("things to know</h2>" in page) is known
    assert ("The scores in words</h2>" in page) is not known
