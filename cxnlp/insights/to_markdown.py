"""Insights as Markdown: what a person pastes into a message or a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cxnlp.insights.finding import Finding, InsightResult
from cxnlp.insights.markdown_text import plain, quote
from cxnlp.insights.shown import shown_findings
from cxnlp.insights.verdict_words import VERDICT_WORDS

if TYPE_CHECKING:
    from cxnlp.insights.collect import Collected
    from cxnlp.insights.data import Verbatim


def insights_to_markdown(
    collected: Collected, *, title: str, quotes: dict[int, Verbatim] | None = None
) -> str:
    """Return the three things to know with their verbatims, then every insight.

    :param quotes: verbatims by file row; evidence that is not among them is left out.
    """
    return "\n".join(_lines(collected, title, quotes or {})).rstrip() + "\n"


def _lines(collected: Collected, title: str, quotes: dict[int, Verbatim]) -> Iterator[str]:
    yield f"# {plain(title)}"
    yield ""
    yield "## Three things to know"
    yield ""
    yield from _three(collected.three, quotes)
    for result in collected.results:
        yield from _insight(result)


def _three(findings: Sequence[Finding], quotes: dict[int, Verbatim]) -> Iterator[str]:
    if not findings:
        yield "Nothing in these data is certain enough to be said."
        yield ""
    for number, finding in enumerate(findings, 1):
        yield f"{number}. **{plain(finding.sentence)}**"
        for row in finding.evidence:
            if row in quotes:
                yield quote(quotes[row].text, indent="   ")
                yield "   >"
        yield ""


def _insight(result: InsightResult) -> Iterator[str]:
    yield f"## {plain(result.title)}"
    yield ""
    yield plain(result.note)
    yield ""
    for finding in shown_findings(result):
        yield f"- {VERDICT_WORDS[finding.verdict]}: {plain(finding.sentence)}"
    left = len(result.findings) - len(shown_findings(result))
    if left:
        yield f"- {left} more are in the JSON."
    if result.findings:
        yield ""
