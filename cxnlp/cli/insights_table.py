"""Insights in the terminal: three things to know, then each insight with its verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from rich.padding import Padding
from rich.text import Text

from cxnlp.cli.console import open_console
from cxnlp.insights.finding import InsightResult
from cxnlp.insights.shown import shown_findings
from cxnlp.insights.verdict_words import VERDICT_WORDS
from cxnlp.insights.wording import shorten

if TYPE_CHECKING:
    from rich.console import Console

    from cxnlp.insights.collect import Collected
    from cxnlp.insights.data import Verbatim

PIPED_WIDTH = 100
_LONGEST_QUOTE = 160
_COLOURS = {"real": "bold", "noise": "dim", "not_enough_data": "dim"}


def print_insights(collected: Collected, quotes: Iterable[Verbatim], file: TextIO) -> None:
    """Print the three most important findings with their verbatims, then every insight."""
    console = open_console(file, piped_width=PIPED_WIDTH)
    texts = {quote.row: quote.text for quote in quotes}
    console.print(Text("Three things to know", style="bold"))
    if not collected.three:
        console.print(Padding(Text("Nothing in these data is certain enough to be said."), (0, 2)))
    for number, finding in enumerate(collected.three, 1):
        console.print(Padding(Text(f"{number}. {finding.sentence}"), (0, 2)))
        for row in finding.evidence:
            if row in texts:
                quote = Text(f"“{shorten(texts[row], _LONGEST_QUOTE)}”", style="italic")
                console.print(Padding(quote, (0, 5)))
    for result in collected.results:
        _print_result(console, result)


def _print_result(console: Console, result: InsightResult) -> None:
    console.print()
    console.print(Text(result.title, style="bold"))
    console.print(Padding(Text(result.note, style="dim"), (0, 2)))
    shown = shown_findings(result, real=4)
    for finding in shown:
        verdict = f"[{VERDICT_WORDS[finding.verdict].lower()}] "
        line = Text.assemble((verdict, _COLOURS[finding.verdict]), finding.sentence)
        console.print(Padding(line, (0, 2)))
    left = len(result.findings) - len(shown)
    if left:
        console.print(Padding(Text(f"{left} more with --format json.", style="dim"), (0, 2)))
