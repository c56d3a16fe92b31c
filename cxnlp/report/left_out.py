"""What a report has no section for, and why: said once, where the numbers are explained."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cxnlp.metrics.estimate import MIN_SHOWN_N
from cxnlp.metrics.numbers import SUPPRESSED
from cxnlp.report.comparisons import Comparisons
from cxnlp.report.parts import Parts
from cxnlp.report.sections import Sections


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A section without anything to show."""

    title: str
    why: str


def without_empty(sections: Sections) -> Sections:
    """Return the sections that have something to show; the others are None or absent."""
    kept = {
        name: part if part is not None and part.enough else None
        for name, part in (
            ("drivers", sections.drivers),
            ("impact", sections.impact),
            ("emotion_trend", sections.emotion_trend),
            ("conflicts", sections.conflicts),
        )
    }
    return replace(
        sections,
        **kept,  # type: ignore[arg-type]  # each is of the type of the part it stands for
        comparisons=_compared(sections.comparisons),
        insights=tuple(view for view in sections.insights if view.findings or view.rows),
    )


def _compared(comparisons: Comparisons | None) -> Comparisons | None:
    if comparisons is None:
        return None
    compared = tuple(c for c in comparisons.compared if c.rows)
    if not compared and comparisons.segment is None:
        return None
    return replace(comparisons, compared=compared)


def left_out(parts: Parts) -> tuple[LeftOut, ...]:
    """Return what the report has no section for, in the order of its sections."""
    sections, summary = parts.sections, parts.summary
    found: list[tuple[str, str]] = []
    if not parts.trends:
        why = f"A trend needs two {summary.period}s with five answers or comments each."
        found.append(("Over time", why if parts.period_range else "No interaction has a date."))
    named = (
        ("What the score goes with", sections.drivers),
        ("Points lost and gained by theme", sections.impact),
    )
    found += [(title, part.note) for title, part in named if part and not part.enough]
    if 0 < summary.overall.n_scored < MIN_SHOWN_N:
        found.append(("How customers feel", f"Every share is {SUPPRESSED}."))
    if sections.emotion_trend is not None and not sections.emotion_trend.enough:
        found.append(("Emotions over time", sections.emotion_trend.note))
    compared = () if sections.comparisons is None else sections.comparisons.compared
    found += [(c.title, c.note) for c in compared if not c.rows]
    if sections.conflicts is not None and not sections.conflicts.enough:
        found.append(("Where score and words disagree", sections.conflicts.note))
    found += [(v.title, v.note) for v in sections.insights if not (v.findings or v.rows)]
    return tuple(LeftOut(title=title, why=why) for title, why in found)
