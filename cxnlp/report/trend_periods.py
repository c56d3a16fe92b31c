"""Which periods the trends show."""

from __future__ import annotations

from collections.abc import Sequence

from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.estimate import NO_DATA
from cxnlp.metrics.numbers import is_shown
from cxnlp.report.calendar import fill_periods
from cxnlp.report.metric_info import MetricInfo

MAX_POINTS = 120


def all_periods(summary: JourneySummary) -> list[str]:
    """Return every period from the first to the last; without those between if too many."""
    names = [cell.period for cell in summary.periods if cell.period is not None]
    return fill_periods(names, summary.period, at_most=MAX_POINTS)


def span_of(summary: JourneySummary, metrics: Sequence[MetricInfo]) -> tuple[str, str] | None:
    """Return the first and last period that shows any of the scores: all charts have one width.

    A few stray answers weeks after a survey would otherwise leave most of a chart blank.
    """
    names = [
        cell.period
        for cell in summary.periods
        if cell.period is not None
        and any(is_shown(cell.metrics.get(m.key, NO_DATA)) for m in metrics)
    ]
    return (names[0], names[-1]) if names else None
