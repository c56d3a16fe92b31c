"""The report as Markdown, for a message, a ticket or a wiki."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cxnlp.insights.markdown_text import plain, quote
from cxnlp.insights.verdict_words import VERDICT_WORDS
from cxnlp.journey.naming import NO_PERIOD, stage_name, touchpoint_name, touchpoint_names
from cxnlp.journey.summary import Cell
from cxnlp.metrics.numbers import describe, describe_interval, format_n
from cxnlp.report.markdown_sections import insight_lines, section_lines
from cxnlp.report.markdown_table import section, table, with_interval
from cxnlp.report.metric_info import MetricInfo, estimate_of

if TYPE_CHECKING:
    from cxnlp.report.parts import Parts

MAX_COLUMNS = 4  # scores in a table: more do not fit a page
MAX_ROWS = 60


def report_to_markdown(parts: Parts) -> str:
    """Return the whole report; every number has its 95% interval in parentheses and its n."""
    return "\n".join(_lines(parts)).rstrip() + "\n"


def _lines(parts: Parts) -> Iterator[str]:
    overall = parts.summary.overall
    yield f"# {plain(parts.title)}"
    yield ""
    facts = [
        f"{format_n(overall.n)} interactions",
        f"{format_n(overall.n_answers)} survey answers" if overall.n_answers else "",
        f"{format_n(overall.n_scored)} comments read" if overall.n_scored else "",
        f"{parts.period_range}, by {parts.summary.period}" if parts.period_range else "",
    ]
    yield plain("; ".join(fact for fact in facts if fact)) + "."
    yield "Numbers in parentheses are 95% intervals."
    yield ""
    yield from _scores(parts)
    yield from _three(parts)
    yield from _in_words(parts)
    yield from _journey(parts)
    yield from _over_time(parts)
    yield from section_lines(parts)
    for view in parts.sections.insights:
        yield from insight_lines(view)
    yield from _about(parts)


def _scores(parts: Parts) -> Iterator[str]:
    yield from section("Scores")
    rows = []
    for card in parts.cards:
        change = f"{card.change}; {card.change_detail}" if card.change else ""
        n = card.n.removeprefix("n = ")
        rows.append([card.label, card.value, card.interval, n, change, card.how])
    yield from table(["Score", "Value", "95% interval", "n", "Change", "How"], rows)
    if not rows:
        yield "Nothing was scored."
        yield ""


def _three(parts: Parts) -> Iterator[str]:
    yield from section("Three things to know", parts.collected.three_note)
    texts = {item.row: item.text for item in parts.quotes}
    for number, finding in enumerate(parts.collected.three, 1):
        yield f"{number}. **{plain(finding.sentence)}** ({VERDICT_WORDS[finding.verdict]})"
        for row in finding.evidence:
            if row in texts:
                yield ""
                yield quote(texts[row], indent="   ")
        yield ""


def _in_words(parts: Parts) -> Iterator[str]:
    if parts.headlines and not parts.collected.three:
        yield from section("The scores in words")
        yield from (f"- {plain(sentence)}" for sentence in parts.headlines)
        yield ""


def _journey(parts: Parts) -> Iterator[str]:
    cells = [c for c in parts.summary.touchpoints if any(e.n for e in c.metrics.values())]
    if len(cells) < 2:
        return
    names = touchpoint_names(parts.summary.journey)
    yield from section("Along the journey")
    yield from _cells(
        [(f"{touchpoint_name(c.touchpoint, names)} ({stage_name(c.stage)})", c) for c in cells],
        "Touchpoint (stage)",
        parts.heading,
    )


def _over_time(parts: Parts) -> Iterator[str]:
    cells = [c for c in parts.summary.periods if c.period is not None]
    if len(cells) < 2:
        return
    yield from section("Over time")
    rows = [(c.period or NO_PERIOD, c) for c in cells[-MAX_ROWS:]]
    yield from _cells(rows, parts.summary.period.capitalize(), parts.heading)


def _cells(
    rows: Sequence[tuple[str, Cell]], head: str, metrics: Sequence[MetricInfo]
) -> Iterator[str]:
    shown = metrics[:MAX_COLUMNS]
    written = []
    for name, cell in rows[:MAX_ROWS]:
        found = [(m.unit, estimate_of(cell, m.key)) for m in shown]
        written.append(
            [
                name,
                *(
                    with_interval(describe(e, unit), describe_interval(e, unit), format_n(e.n))
                    for unit, e in found
                ),
            ]
        )
    yield from table([head, *(m.label for m in shown)], written)
    if len(rows) > MAX_ROWS:
        yield f"{len(rows) - MAX_ROWS} more are in the JSON."
        yield ""


def _about(parts: Parts) -> Iterator[str]:
    yield from section("About the numbers")
    models = ", ".join(parts.provenance.models) or "none"
    rows = [[what, n] for what, n in parts.provenance.counts]
    yield from table(["What was read", "n"], [*rows, ["Model", models]])
    yield (
        "A value of fewer than 5 answers or comments is suppressed, below 30 it is indicative. "
        "Verdicts allow for how many comparisons this report makes (Benjamini-Hochberg). "
        "Drivers and impacts are associations, not causes."
    )
