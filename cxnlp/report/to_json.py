"""The report as JSON: the same facts with stable keys, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cxnlp.insights.to_json import finding_to_json, insights_to_json
from cxnlp.journey.to_json import DECIMALS, estimate_to_json, summary_to_json
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.report.header import Change
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.nps_mix import NpsMix

if TYPE_CHECKING:
    from cxnlp.insights.finding import Finding
    from cxnlp.report.parts import Parts

FORMAT, VERSION = "cxnlp-report", 1


def report_to_json(parts: Parts) -> str:
    """Return the report as a JSON object, indented, with a line's end.

    Numbers are finite; what is suppressed or unknown is null beside its n. Keys are described in
    docs/report-json.md; they change only with `version`.
    """
    found = report_values(parts)
    return json.dumps(found, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def report_values(parts: Parts) -> dict[str, Any]:
    """Return the report as dictionaries, lists, strings, finite numbers, booleans and null."""
    summary, overall = parts.summary, parts.summary.overall
    insights = insights_to_json(parts.collected)["insights"]
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": parts.title,
        "period": summary.period,
        "periods": [c.period for c in summary.periods if c.period is not None],
        "by": None if parts.grouped is None else parts.grouped.by,
        "counts": {
            "interactions": overall.n,
            "comments_read": overall.n_scored,
            "comments_in_another_language": overall.n_foreign,
            "survey_answers": overall.n_answers,
        },
        "scores": [_score(parts, metric) for metric in parts.metrics],
        "headlines": list(parts.headlines),
        "three": [_three(parts, finding) for finding in parts.collected.three],
        "insights": insights,
        "journey": summary_to_json(parts.grouped or summary),
        "model": _model(parts),
    }


def _score(parts: Parts, metric: MetricInfo) -> dict[str, Any]:
    found = parts.summary.overall.metrics.get(metric.key, NO_DATA)
    change = parts.changes.get(metric.key)
    mix = parts.nps_mix if metric.kind == "nps" and metric in parts.heading else None
    return {
        "key": metric.key,
        "kind": metric.kind,
        "label": metric.label,
        "how": metric.how,
        "unit": parts.summary.definitions[metric.key].unit,
        "counted": metric.counted,
        "scale_min": metric.scale_min,
        "scale_max": metric.scale_max,
        "higher_is_better": metric.higher_is_better,
        **estimate_to_json(found),
        "change": None if change is None else _change(change),
        "mix": None if mix is None or found.suppressed().value is None else _mix(mix),
    }


def _change(change: Change) -> dict[str, Any]:
    delta = change.difference
    n = change.old.n + change.new.n
    moved = Estimate(value=delta.value, low=delta.low, high=delta.high, n=n)
    return {
        "old_period": change.old_period,
        "new_period": change.new_period,
        "old": estimate_to_json(change.old),
        "new": estimate_to_json(change.new),
        "difference": estimate_to_json(moved),
        "p_value": round(delta.p_value, DECIMALS) + 0.0,
        "verdict": change.verdict,
    }


def _mix(mix: NpsMix) -> dict[str, Any]:
    whole = mix.detractors + mix.passives + mix.promoters
    shares = {
        "detractors": mix.detractors, "passives": mix.passives, "promoters": mix.promoters,
    }  # fmt: skip
    percent = {k: round(100 * v / whole, DECIMALS) if whole else None for k, v in shares.items()}
    return {**percent, "n": mix.n}


def _three(parts: Parts, finding: Finding) -> dict[str, Any]:
    texts = {quote.row: quote.text for quote in parts.quotes}
    quotes = [texts[row] for row in finding.evidence if row in texts]
    return {**finding_to_json(finding), "quotes": quotes}


def _model(parts: Parts) -> dict[str, Any] | None:
    page = parts.sections.model_page
    if page is None:
        return None
    return {
        "names": list(parts.provenance.models),
        "installed": page.installed,
        "unsure_percent": estimate_to_json(page.unsure_share),
        "weaknesses": list(page.weaknesses),
        "missed_targets": list(page.missed),
    }
