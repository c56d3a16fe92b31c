"""The insights of the report: three things to know, then each insight with its verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxnlp.insights.finding import Finding, InsightResult, Value
from cxnlp.insights.shown import shown_findings
from cxnlp.insights.verdict_words import VERDICT_WORDS
from cxnlp.insights.wording import shorten
from cxnlp.journey.naming import readable
from cxnlp.metrics.numbers import MINUS
from cxnlp.report.chart_table import ChartTable, table_of_rows

if TYPE_CHECKING:
    from cxnlp.insights.collect import Collected
    from cxnlp.insights.data import Verbatim

_TABLE_ROWS = 200
_LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding as the page shows it."""

    sentence: str
    verdict: str  # in words
    css: str
    opens: tuple[tuple[str, str], ...]  # what the comments behind it are chosen by
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightView:
    """One insight as the page shows it."""

    name: str
    title: str
    note: str
    findings: tuple[FindingView, ...]
    n_more: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_more_rows: int


def three_things(collected: Collected, quotes: Iterable[Verbatim]) -> tuple[FindingView, ...]:
    """Return the most important findings, each with the verbatims that show it best."""
    texts = {quote.row: quote.text for quote in quotes}
    return tuple(
        _finding(
            f, tuple(shorten(texts[row], _LONGEST_QUOTE) for row in f.evidence if row in texts)
        )
        for f in collected.three
    )


def build_insights(collected: Collected) -> tuple[InsightView, ...]:
    """Return the insights that apply to these data; what does not apply is not shown."""
    return tuple(_insight(r) for r in collected.results if r.status != "not_applicable")


def insight_tables(results: Iterable[InsightResult]) -> dict[str, ChartTable]:
    """Return the whole table of each insight that has one, by the id of its article."""
    return {
        f"insight-{_slug(r)}": table_of_rows(r.title, r.table)
        for r in results
        if r.status != "not_applicable" and r.table
    }


def _insight(result: InsightResult) -> InsightView:
    shown = shown_findings(result)
    columns = tuple(dict.fromkeys(name for row in result.table for name in row))
    return InsightView(
        name=_slug(result),
        title=result.title,
        note=result.note,
        findings=tuple(_finding(f) for f in shown),
        n_more=len(result.findings) - len(shown),
        columns=tuple(readable(name) for name in columns),
        rows=tuple(tuple(_cell(row.get(c)) for c in columns) for row in result.table[:_TABLE_ROWS]),
        n_more_rows=max(0, len(result.table) - _TABLE_ROWS),
    )


def _slug(result: InsightResult) -> str:
    return result.name.replace("_", "-")


def _finding(finding: Finding, quotes: tuple[str, ...] = ()) -> FindingView:
    where = finding.where
    opens = (("t", where.touchpoint), ("p", where.period), ("k", where.topic),
             ("s", where.sentiment))  # fmt: skip
    return FindingView(
        sentence=finding.sentence,
        verdict=VERDICT_WORDS[finding.verdict],
        css=finding.verdict.replace("_", "-"),
        opens=tuple((key, value) for key, value in opens if value is not None),
        quotes=quotes,
    )


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        text = f"{value:,.3f}".rstrip("0").rstrip(".")
        return "0" if text in ("-0", "") else text.replace("-", MINUS)
    return f"{value:,}" if isinstance(value, int) else value
