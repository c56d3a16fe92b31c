"""Tables and sections in Markdown, in which no customer's word is markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cxnlp.insights.markdown_text import plain


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


def with_interval(value: str, interval: str, n: str = "") -> str:
    """Return a value, its 95% interval in parentheses and its n, of those that there are."""
    found = f"{value} ({interval})" if interval else value
    return f"{found}, n = {n}" if n else found


def _line(cells: Sequence[str], *, ruled: bool = False) -> str:
    return "| " + " | ".join(cell if ruled else plain(cell) for cell in cells) + " |"
