"""The header's changes with the verdicts and differences of the section that compares periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cxnlp.insights.finding import InsightResult
from cxnlp.report.header import Change
from cxnlp.report.rows import Row, number, words

_CHANGES = "changes"
_VERDICTS = {
    "real": "clear change", "noise": "no clear change", "not_enough_data": "too few to say",
}  # fmt: skip


def with_report_verdicts(
    changes: Mapping[str, Change], results: Iterable[InsightResult]
) -> dict[str, Change]:
    """Return the changes as the comparison of the same two periods tells them, where there is one.

    Its verdict allows for all that the report compares, and its interval comes from the counts.
    """
    compared = {
        (words(row, "key"), words(row, "old"), words(row, "new")): row
        for result in results
        if result.name == _CHANGES
        for row in result.table
        if words(row, "compared") == "score"
        and words(row, "dimension") == "period"
        and not words(row, "touchpoint")
    }
    return {
        key: _as_compared(change, compared.get((key, change.old_period, change.new_period)))
        for key, change in changes.items()
    }


def _as_compared(change: Change, row: Row | None) -> Change:
    if row is None:
        return change
    delta = change.difference
    value, low, high = (number(row, f"difference{end}") for end in ("", "_low", "_high"))
    if value is not None and low is not None and high is not None:
        p_value = number(row, "p_value")
        delta = replace(
            delta,
            value=value,
            low=low,
            high=high,
            p_value=delta.p_value if p_value is None else p_value,
        )
    verdict = _VERDICTS.get(words(row, "verdict"), change.verdict)
    return replace(change, difference=delta, verdict=verdict)
