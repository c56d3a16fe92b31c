"""How conversations go: how customers come, how low they get, how they leave, who recovers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cxnlp.insights.courses import MAX_CONVERSATIONS, Course, read_courses
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.wording import interval_text
from cxnlp.metrics.difference import difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.mean import mean
from cxnlp.metrics.numbers import Unit, format_value
from cxnlp.metrics.recovery_rate import recovery_rate

SHOWN_EACH = 4  # conversations that recovered, and that did not
_ALPHA = 0.05
_MEAN = Unit(decimals=2, signed=True)


def _rate(courses: Sequence[Course]) -> Estimate:
    return recovery_rate((c.negative_at_worst, c.negative_at_end) for c in courses)


def _mean_of(values: Sequence[float], low: float, high: float) -> Estimate:
    total, squares = sum(values), sum(v * v for v in values)
    return mean(len(values), total, squares, scale_min=low, scale_max=high).suppressed()


def course_findings(
    courses: Sequence[Course], names: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """Yield how conversations end, how many recover, and where recovery differs from elsewhere."""
    yield _movement(courses)
    overall = _rate(courses)
    if overall.n:
        yield Finding(
            insight=NAME,
            sentence=f"Of the conversations that turned negative, "
            f"{interval_text(overall.suppressed(), 'percent', counted='conversations')} ended "
            "neutral or better.",
            verdict="real" if overall.n >= MIN_RELIABLE_N else "not_enough_data",
            importance=0.0,  # a level, compared with nothing
            n=overall.n,
            n_needed=None if overall.n >= MIN_RELIABLE_N else MIN_RELIABLE_N,
            estimate=overall.suppressed(),
            unit="percent",
            evidence=_telling(courses),
        )
    places = {c.touchpoint for c in courses if c.touchpoint is not None}
    for place in sorted(places) if len(places) > 1 else ():
        here = _rate([c for c in courses if c.touchpoint == place])
        delta = difference(here, _rate([c for c in courses if c.touchpoint != place]))
        if delta is None:
            continue
        name, enough = (names or {}).get(place, place), delta.enough
        verdict: Verdict = "not_enough_data"
        if enough:
            verdict = "real" if delta.p_value < _ALPHA else "noise"
        points = Unit(signed=True)
        yield Finding(
            insight=NAME,
            sentence=f"At {name} {interval_text(here, 'percent', counted='conversations')} of the "
            "conversations that turned negative ended neutral or better, "
            f"{format_value(delta.value, points)} percentage points against elsewhere "
            f"(95% interval {format_value(delta.low, points)} to "
            f"{format_value(delta.high, points)}).",
            verdict=verdict,
            importance=here.n / len(courses) * abs(delta.value) / 100,
            n=here.n,
            n_needed=None if enough else MIN_RELIABLE_N,
            where=Where(touchpoint=place),
            estimate=here,
            unit="percent",
            p_value=delta.p_value if enough else None,
        )


def _telling(courses: Sequence[Course]) -> tuple[int, ...]:
    """Return the rows of the greatest recoveries, then of the worst ends, of what turned bad."""
    bad = [c for c in courses if c.negative_at_worst]
    gained = sorted((c for c in bad if not c.negative_at_end), key=lambda c: (-c.recovery, c.row))
    lost = sorted((c for c in bad if c.negative_at_end), key=lambda c: (c.end, c.row))
    return tuple(c.row for c in (*gained[:SHOWN_EACH], *lost[:SHOWN_EACH]))


def _movement(courses: Sequence[Course]) -> Finding:
    moved = _mean_of([c.end - c.start for c in courses], -2, 2)
    parts = ", ".join(
        f"{word} {format_value(sum(values) / len(courses), _MEAN)}"
        for word, values in (
            ("start at", [c.start for c in courses]),
            ("fall to", [c.worst for c in courses]),
            ("end at", [c.end for c in courses]),
        )
    )
    enough = len(courses) >= MIN_RELIABLE_N
    return Finding(
        insight=NAME,
        sentence=f"On a scale from {_signed(-1)} to {_signed(1)} customers {parts} on average; "
        f"from start to end they move by {interval_text(moved, 'mean', counted='conversations')}.",
        # Stated, not tested: a conversation begins with a problem and ends when it is over.
        verdict="real" if enough else "not_enough_data",
        importance=0.0,
        n=len(courses),
        n_needed=None if enough else MIN_RELIABLE_N,
        estimate=moved,
        unit="mean",
    )


def _signed(value: float) -> str:
    return format_value(value, Unit(decimals=0, signed=True))


def _row(name: str | None, courses: Sequence[Course]) -> dict[str, Value]:
    rate = _rate(courses).suppressed()
    row: dict[str, Value] = {
        "touchpoint": name, "conversations": len(courses), "negative": rate.n,
        "recovery_rate": rate.value, "recovery_rate_low": rate.low, "recovery_rate_high": rate.high,
        "improving": sum(c.trend == "improving" for c in courses),
        "worsening": sum(c.trend == "worsening" for c in courses),
    }  # fmt: skip
    for field, values, low in (
        ("start", [c.start for c in courses], -1.0),
        ("worst", [c.worst for c in courses], -1.0),
        ("end", [c.end for c in courses], -1.0),
        ("recovery", [c.recovery for c in courses], 0.0),
    ):
        estimate = _mean_of(values, low, 1.0 if field != "recovery" else 2.0)
        row |= {field: estimate.value, f"{field}_low": estimate.low, f"{field}_high": estimate.high}
    return row


NAME = "conversations"
TITLE = "Conversations and recovery"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Follow the customer through every conversation of a file with turns."""
    courses, n_all = read_courses(data, seed=options.seed)
    if n_all == 0:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_applicable",
            note="The file has no scored conversations with turns.",
        )
    if not courses:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data",
            note=f"In none of the {n_all:,} conversations do two turns of the customer say how "
            "they feel, so there is no course to follow.",
        )
    drawn = min(n_all, MAX_CONVERSATIONS)
    sample = f" (a seeded sample of {n_all:,})" if n_all > drawn else ""
    places = sorted({c.touchpoint for c in courses if c.touchpoint is not None})
    table = [_row(None, courses)]
    table += [_row(p, [c for c in courses if c.touchpoint == p]) for p in places]
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok" if len(courses) >= MIN_RELIABLE_N else "not_enough_data",
        note=f"{len(courses):,} of {drawn:,} conversations{sample} have two turns or more that say "
        "how the customer feels; recovery is the sentiment at the end minus the worst.",
        findings=tuple(course_findings(courses, data.touchpoint_names)),
        table=tuple(table),
    )
