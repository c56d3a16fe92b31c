"""Every insight of a scored file, corrected together, and the three things to know."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType

import cxnlp.insights
from cxnlp.errors import CxnlpError
from cxnlp.insights.comment_groups import compared_column
from cxnlp.insights.data import InsightData
from cxnlp.insights.exemplars import evidence_rows
from cxnlp.insights.finding import Finding, InsightResult, Value, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.three_things import three_note, three_things
from cxnlp.metrics.false_discovery import real_differences

# What readers ask first; any other insight follows by its name.
_FIRST = ("touchpoints", "changes", "ab_test", "theme_impact", "relative_importance", "trend",
          "pain_points", "channel_consistency", "conversations")  # fmt: skip
# Of false discoveries in a report. Half of the nominal 5%, for some p-values of small samples are
# approximations: of 200 reports of 600 rows in which nothing was going on, 17 claimed something at
# .05, and 7 do at .025.
REPORT_RATE = 0.025
_RECENT = 3  # periods: what stood out before is history


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """All that a scored file says, with verdicts that hold for the report as a whole."""

    results: tuple[InsightResult, ...]  # what has something to say first, then by name
    three: tuple[Finding, ...]  # at most three, the most important first, with evidence
    three_note: str  # one sentence: how many there are, and what they are


def collect(data: InsightData, options: InsightOptions) -> Collected:
    """Run every insight, correct their verdicts together and choose the three things to know.

    What an insight cannot do with these data becomes its note. Any other error is a fault and
    goes through.
    """
    found = tuple(_run(module, data, options) for module in insight_modules())
    results = corrected(found)
    recent = [cell.period for cell in data.summary.periods if cell.period is not None][-_RECENT:]
    three = tuple(_with_evidence(f, data, options) for f in three_things(results, recent=recent))
    return Collected(
        results=tuple(sorted(results, key=_reading_order)),
        three=three,
        three_note=three_note(three),
    )


def _reading_order(result: InsightResult) -> tuple[bool, int, str]:
    place = _FIRST.index(result.name) if result.name in _FIRST else len(_FIRST)
    return (result.status != "ok", place, result.name)


def insight_modules() -> tuple[ModuleType, ...]:
    """Return the modules of this folder that are insights, by their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(cxnlp.insights.__path__))
    modules = (importlib.import_module(f"cxnlp.insights.{name}") for name in names)
    return tuple(m for m in modules if hasattr(m, "NAME") and hasattr(m, "run"))


def corrected(results: Iterable[InsightResult]) -> tuple[InsightResult, ...]:
    """Return results whose real findings stand after one correction over all of them.

    Benjamini & Hochberg (1995) over every p-value of the report. The correction only takes away: a
    real finding that does not stand becomes noise. One without a p-value tests nothing and stays.
    """
    results = tuple(results)
    tested = [f for result in results for f in result.findings if f.p_value is not None]
    stands = iter(
        real_differences([f.p_value for f in tested if f.p_value is not None], rate=REPORT_RATE)
    )
    found = []
    for result in results:
        findings = tuple(_corrected(f, stands) for f in result.findings)
        found.append(replace(result, findings=findings, table=_as_corrected(result, findings)))
    return tuple(found)


def _as_corrected(
    result: InsightResult, findings: tuple[Finding, ...]
) -> tuple[dict[str, Value], ...]:
    """Return the table without the verdicts that its findings have lost."""
    lost = {
        before.p_value
        for before, after in zip(result.findings, findings, strict=True)
        if before.verdict != after.verdict
    }
    return tuple(
        {**row, "verdict": "noise"}
        if row.get("verdict") == "real" and row.get("p_value") in lost
        else row
        for row in result.table
    )


def _corrected(finding: Finding, stands: Iterator[bool]) -> Finding:
    if finding.p_value is None or next(stands) or finding.verdict != "real":
        return finding
    return replace(finding, verdict="noise")


def _run(module: ModuleType, data: InsightData, options: InsightOptions) -> InsightResult:
    try:
        result: InsightResult = module.run(data, options)
    except CxnlpError as error:
        return InsightResult(
            name=module.NAME, title=module.TITLE, status="not_applicable", note=str(error)
        )
    return result


def _with_evidence(finding: Finding, data: InsightData, options: InsightOptions) -> Finding:
    if finding.evidence:
        return finding
    # A group is a value of the column asked for, or of the one compared by.
    columns = tuple(dict.fromkeys((options.by, compared_column(options.compare))))
    for where in dict.fromkeys((_shown(finding), finding.where)):
        for column in columns if where.group is not None else (None,):
            rows = evidence_rows(data, where, group_column=column, seed=options.seed)
            if rows:
                return replace(finding, evidence=rows)
    return finding


def _shown(finding: Finding) -> Where:
    """Return where to look for verbatims: of a net score that fell, among those who complain."""
    where, change = finding.where, finding.estimate
    compares = finding.insight in ("changes", "ab_test") and finding.unit == "points"
    said = where.sentiment is not None or where.topic is not None
    if not compares or said or change is None or not change.value:
        return where
    return replace(where, sentiment="negative" if change.value < 0 else "positive")
