"""Three things to know: the most important true statements, about different matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import Literal

from cxnlp.insights.finding import Finding, InsightResult

N_THINGS = 3

Kind = Literal["weakness", "change", "strength", "other"]

# What differs in time, or between the arms of an experiment, is a change whatever its direction.
_CHANGES = frozenset({"changes", "trend", "ab_test"})
# These say how far numbers can be trusted, or restate others in a form that needs its chart.
_ASIDE = frozenset({"conflicts", "corrected_shares", "relative_importance"})
_PER_KIND = 8  # considered, so that the search stays small


def three_things(
    results: Iterable[InsightResult], *, recent: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Return up to three real findings, the most important first.

    Real is what stood after correction over the whole report; levels that are compared with nothing
    have no importance and are left out. Of all sets of three, that one is taken which is not all
    about one touchpoint, topic or metric, then has most of a weakness, a change and a strength,
    then repeats a matter least, then is most important. Where only one or two statements are true
    there are only these.

    :param recent: the periods of which something may be said; None: all.
    """
    real = sorted(
        (
            f
            for result in results
            for f in result.findings
            if f.verdict == "real"
            and f.importance > 0
            and f.insight not in _ASIDE
            and (recent is None or f.where.period is None or f.where.period in recent)
        ),
        key=lambda f: (-f.importance, f.p_value or 0.0, f.insight, f.sentence),
    )
    considered = _considered(list({f.sentence: f for f in real}.values()))
    size = min(N_THINGS, len(considered))
    best = max(
        combinations(considered, size),
        key=lambda chosen: (
            -_all_one_matter(chosen),
            len({kind_of(f) for f in chosen} - {"other"}),
            -_repeats(chosen),
            sum(f.importance for f in chosen),
        ),
    )
    return tuple(sorted(best, key=lambda f: -f.importance))


def kind_of(finding: Finding) -> Kind:
    """Tell what a finding is to the reader: something bad, something good, or something new."""
    if finding.insight in _CHANGES:
        return "change"
    if finding.where.sentiment in ("negative", "positive"):
        return "weakness" if finding.where.sentiment == "negative" else "strength"
    return "change" if finding.where.period is not None else "other"


def three_note(things: Sequence[Finding]) -> str:
    """Return the sentence that stands over the things to know.

    >>> three_note([])
    'Nothing in these data stands clearly apart from chance.'
    """
    if len(things) >= N_THINGS:
        return "The three most important statements that these data clearly support."
    if not things:
        return "Nothing in these data stands clearly apart from chance."
    said = "one statement" if len(things) == 1 else "two statements"
    return f"Only {said} stood clearly apart from chance in these data."


def _considered(ordered: Sequence[Finding]) -> list[Finding]:
    """Return the most important of each kind, first those about different matters."""
    chosen: list[Finding] = []
    for kind in ("weakness", "change", "strength", "other"):
        own = [f for f in ordered if kind_of(f) == kind]
        seen: set[tuple[str | None, ...]] = set()
        first: list[Finding] = []
        again: list[Finding] = []
        for f in own:
            matter = (f.where.touchpoint, f.where.topic, f.insight)
            (again if matter in seen else first).append(f)
            seen.add(matter)
        chosen += [*first, *again][:_PER_KIND]
    return chosen


def _matters(chosen: Sequence[Finding]) -> tuple[list[str], ...]:
    return (
        [f.where.touchpoint for f in chosen if f.where.touchpoint is not None],
        [f.where.topic for f in chosen if f.where.topic is not None],
        [f.insight for f in chosen],
    )


def _all_one_matter(chosen: Sequence[Finding]) -> int:
    """Count in how many ways all of several findings speak of one matter."""
    return sum(
        len(chosen) > 1 and len(names) == len(chosen) and len(set(names)) == 1
        for names in _matters(chosen)
    )


def _repeats(chosen: Sequence[Finding]) -> int:
    return sum(len(names) - len(set(names)) for names in _matters(chosen))
