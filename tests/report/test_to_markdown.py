"""The report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxnlp.insights.markdown_text import plain, quote
from cxnlp.report.build import render_report
from cxnlp.report.markdown_table import table, with_interval

Row = dict[str, Any]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a *b* _c_ `d`", r"a \*b\* \_c\_ \`d\`"),
        ("<script>x</script>", r"\<script>x\</script>"),
        ("[here](javascript:1)", r"\[here\](javascript:1)"),
        ("5 | 6", r"5 \| 6"),
        ("$5 and $6", r"\$5 and \$6"),
        ("&lt;b> AT&T", r"\&lt;b> AT&T"),
        ("see https://a.b, www.c.d or me@e.f", r"see https\://a.b, www\.c.d or me\@e.f"),
        ("# no heading", r"\# no heading"),
        ("- no item", r"\- no item"),
        ("2) no item", r"2\) no item"),
        ("> no quote", r"\> no quote"),
        ("line\n\n# two", "line # two"),
        (
            "\u22124.2 (0.1 to 3%), +1.5 points, 2022-Q3",
            "\u22124.2 (0.1 to 3%), +1.5 points, 2022-Q3",
        ),
    ],
)
def test_words_are_never_markup(text: str, written: str) -> None:
    assert plain(text) == written


def test_a_table_has_a_line_for_every_row_and_none_is_no_table() -> None:
    lines = list(table(["A", "B"], [["1", "x|y"], ["2", "z"]]))
    assert lines[1] == "| --- | --- |"
    assert len(lines) == 5
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 3 for line in lines[:4])
    assert list(table(["A"], [])) == []


def test_long_quotes_are_cut_at_a_word() -> None:
    assert quote("word " * 100, longest=20) == "> word word word word …"


def test_a_number_stands_with_its_interval_and_n() -> None:
    assert with_interval("86.4%", "83.5 to 88.9%", "597") == "86.4% (83.5 to 88.9%), n = 597"
    assert with_interval("suppressed (n < 5)", "", "3") == "suppressed (n < 5), n = 3"


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory, survey_rows: list[Row]) -> str:
    from tests.report.conftest import write_rows

    scored = write_rows(tmp_path_factory.mktemp("markdown") / "scored.parquet", survey_rows)
    return render_report(scored, form="md", by="region").text


def test_scores_stand_first_with_interval_and_n(text: str) -> None:
    assert text.startswith("# Scored\n")
    assert re.search(r"\| CSAT \| 63\.4% \| [\d.]+ to [\d.]+% \| 161 answers \|", text)
    titles = re.findall(r"^## (.+)$", text, re.M)
    assert titles[:2] == ["Scores", "Three things to know"]
    assert titles[-1] == "About the numbers"
    assert len(titles) == len(set(titles))


def test_sections_follow_the_page(text: str) -> None:
    for title in (
        "Along the journey", "Over time", "What customers talk about", "Emotions over time",
        "What changed", "Region", "How far to trust the model",
    ):  # fmt: skip
        assert f"## {title}\n" in text
    assert "High street \\<shop>" in text
    assert "None" not in text
    assert "nan" not in text.lower().split()


def test_every_table_is_whole(text: str) -> None:
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert len(blocks) > 6
    for block in blocks:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1


def test_markup_in_a_comment_stays_text(text: str) -> None:
    assert "<script>" not in text.replace("\\<script>", "")


def test_a_file_without_anything_is_still_a_report(
    write_scored: Write, scored_row: Callable[..., Row]
) -> None:
    bare = scored_row(0, sentiment=None, responses=[], text=None, occurred_at=None, touchpoint=None)
    text = render_report(write_scored([bare], journey=None), form="md").text
    assert "Nothing was scored." in text
    assert "## About the numbers" in text
