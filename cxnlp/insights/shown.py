"""Which findings of an insight are shown first where not all of them fit."""

from __future__ import annotations

from cxnlp.insights.finding import Finding, InsightResult


def shown_findings(result: InsightResult, *, real: int = 6, other: int = 2) -> list[Finding]:
    """Return the most important real findings, then a few that are not: those are no news."""
    ordered = sorted(result.findings, key=lambda finding: -finding.importance)
    found = [finding for finding in ordered if finding.verdict == "real"][:real]
    return found + [finding for finding in ordered if finding.verdict != "real"][:other]
