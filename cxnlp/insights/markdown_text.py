"""Text in Markdown, in which no customer's word is markup."""

from __future__ import annotations

import re

from cxnlp.insights.wording import shorten

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


def quote(text: str, *, indent: str = "", longest: int = 300) -> str:
    """Return a customer's words as a quotation of one line, cut at a word."""
    return f"{indent}> {plain(shorten(text, longest))}"
