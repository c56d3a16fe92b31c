"""Tables and text in Markdown, in which no customer's word is markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# What is markup wherever it stands; the rest only in some places, and numbers stay readable.
_ANYWHERE = re.compile(
    r"[\\`*_\[\]|~$]|<(?=[a-z/!?])|(?<=\w)@(?=\w[\w-]*\.)|&(?=#?\w+;)|(?<=http):|(?<=https):|(?<=www)\.",
    re.I,
)
_AT_THE_START = re.compile(r"^(?=[-+](?:\s|$)|#{1,6}(?:\s|$)|>|={3}|-{3})|^(\d+)(?=[.)](?:\s|$))")


def plain(text: str) -> str:
    r"""Return text on one line, none of which Markdown reads as markup, links or formulas.

    >>> plain("*cheap*, see http://a.b")
    '\\*cheap\\*, see http\\://a.b'
    >>> plain("1. -4.2 [0.1 to 3%]")
    '1\\. -4.2 \\[0.1 to 3%\\]'
    """
    escaped = _ANYWHERE.sub(lambda found: "\\" + found[0], " ".join(text.split()))
    return _AT_THE_START.sub(lambda found: f"{found[1] or ''}\\", escaped)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    r"""Yield the lines of a table and an empty one; without rows nothing.

    >>> list(table(["Score"], [["a|b"]]))
    ['| Score |', '| --- |', '| a\\|b |', '']
    """
    if not rows:
        return
    yield _line(heads)
    yield _line(["---"] * len(heads), ruled=True)
    for row in rows:
        yield _line(row)
    yield ""


def section(title: str, note: str = "") -> Iterator[str]:
    """Yield a heading of the second level, and a paragraph where there is one."""
    yield f"## {plain(title)}"
    yield ""
    if note:
        yield plain(note)
        yield ""


def quote(text: str, *, indent: str = "", longest: int = 300) -> str:
    """Return a customer's words as a quotation of one line, cut at a word."""
    text = " ".join(text.split())
    if len(text) > longest:
        text = text[:longest].rsplit(" ", 1)[0] + " …"
    return f"{indent}> {plain(text)}"


def with_interval(value: str, interval: str, n: str = "") -> str:
    """Return a value, its 95% interval in parentheses and its n, of those that there are."""
    found = f"{value} ({interval})" if interval else value
    return f"{found}, n = {n}" if n else found


def _line(cells: Sequence[str], *, ruled: bool = False) -> str:
    return "| " + " | ".join(cell if ruled else plain(cell) for cell in cells) + " |"
