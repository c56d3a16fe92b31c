"""Insights as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cxnlp.insights.finding import Finding, InsightResult, Value
from cxnlp.journey.to_json import DECIMALS, estimate_to_json

if TYPE_CHECKING:
    from cxnlp.insights.collect import Collected


def insights_to_json(collected: Collected) -> dict[str, Any]:
    """Return dictionaries, lists, strings, finite numbers and null.

    `three` are the most important findings that are true, `insights` everything by name.
    """
    return {
        "three": [finding_to_json(finding) for finding in collected.three],
        "insights": {result.name: _result(result) for result in collected.results},
    }


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Return one finding; numbers are rounded beyond the digits of a floating-point sum."""
    return {
        "insight": finding.insight,
        "sentence": finding.sentence,
        "verdict": finding.verdict,
        "importance": _rounded(finding.importance),
        "n": finding.n,
        "n_needed": finding.n_needed,
        "estimate": None if finding.estimate is None else estimate_to_json(finding.estimate),
        "unit": finding.unit,
        "p_value": _rounded(finding.p_value),
        "where": asdict(finding.where),
        "evidence": list(finding.evidence),
    }


def _result(result: InsightResult) -> dict[str, Any]:
    return {
        "title": result.title,
        "status": result.status,
        "note": result.note,
        "findings": [finding_to_json(finding) for finding in result.findings],
        "table": [{name: _rounded(value) for name, value in row.items()} for row in result.table],
    }


def _rounded(value: Value) -> Value:
    # Adding zero turns -0.0 into 0.0.
    return round(value, DECIMALS) + 0.0 if isinstance(value, float) else value
