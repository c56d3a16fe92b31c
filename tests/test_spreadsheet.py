"""What a spreadsheet would run as a formula, and what it would not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.spreadsheet import spreadsheet_safe


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1",
        "\u00a0=1", "\u200b=1", "\ufeff=1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "−1+2",
        "- fine", "-", "+44 20 79", "\tindented", " \x0b=1", "--1", "-1-1", "-5)", "=-5",
    ],
)  # fmt: skip
def test_what_begins_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert spreadsheet_safe(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell",
    ["", "-5", "-5.25", "+3", "-.5", "-1,234.50", "-1e-05", "-12 %", " -5", "good", "a=b", "'=1",
     "(-5)", "5-3", "x@y.org", "…", " \u200b ", "#1", "“=1”"],
)  # fmt: skip
def test_numbers_and_other_texts_stay(cell: str) -> None:
    assert spreadsheet_safe(cell) == cell


@given(st.text())
def test_a_text_comes_back_without_the_apostrophe(cell: str) -> None:
    safe = spreadsheet_safe(cell)
    assert safe in (cell, "'" + cell)
    assert spreadsheet_safe(safe) == safe
    assert not safe.lstrip().startswith(("=", "@", "＝", "＠"))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_no_number_is_touched(number: float) -> None:
    assert spreadsheet_safe(str(number)) == str(number)
