"""What a spreadsheet program would take for a formula, and how it is kept from that."""

from __future__ import annotations

import re

# "=" and "@" begin a formula or a function; "+" and "-" a sum. Some programs read the full-width
# forms and the mathematical minus as the plain ones, and cut white space before them. A tab or a
# line end at the start moves what follows into a cell of its own.
_FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x1f\u200b-\u200d\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫⁺⁻−]")
_NUMBER = re.compile(r"\s*[+-](?:\d[\d,.]*|\.\d+)(?:e[+-]?\d+)?\s?%?\s*", re.ASCII | re.I)


def spreadsheet_safe(cell: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe goes before one.

    For cells of text in CSV, where a formula cannot be told from a text that begins like one
    (OWASP, "CSV Injection"). Numbers stay as they are.

    >>> spreadsheet_safe("=1+1"), spreadsheet_safe("-0.5"), spreadsheet_safe("- fine")
    ("'=1+1", '-0.5', "'- fine")
    """
    if cell and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
