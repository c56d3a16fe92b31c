"""Comparisons as findings: a sentence, a verdict and a row of the table each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cxnlp.insights.comparison import Compared, ComparedMix
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.insights.outcome import theme_words
from cxnlp.insights.wording import UNITS
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.numbers import MEAN, Unit, describe, format_interval, format_n, format_value
from cxnlp.metrics.verdict import verdicts

_MIXES = {
    "sentiment_mix": "The mix of negative, mixed, neutral and positive comments",
    "emotion_mix": "The mix of emotions",
    "topic_mix": "The mix of topics",
}
# Above this the n needed says no more than "very many".
_MANY = 1_000_000


def findings_of(
    compared: Sequence[Compared | ComparedMix],
    *,
    insight: str,
    dimension: str,
    definitions: Mapping[str, MetricDefinition],
    touchpoint_names: Mapping[str, str],
) -> tuple[tuple[Finding, ...], tuple[dict[str, Value], ...]]:
    """Return a finding and a row for each comparison, in one order: real ones first.

    The sentence holds whatever the verdict turns out to be, for the correction over a whole report
    may alter the one given here.

    :param dimension: "period" or "group", which the sides are values of.
    """
    judged = zip(compared, verdicts([c.test for c in compared]), strict=True)
    made: list[tuple[Finding, dict[str, Value]]] = []
    for item, verdict in judged:
        if isinstance(item, Compared):
            label = _label(item, definitions, touchpoint_names)
            sentence, importance = _sentence(item, label, dimension), _importance(item)
            n, estimate = item.new.n + item.old.n, _estimate(item)
            unit = "points" if item.unit == "percent" else item.unit
        else:
            sentence, estimate, unit = _mix_sentence(item), None, ""
            n = item.n_new + item.n_old
            # Squared it stays below the findings that name what makes the mixes differ.
            importance = item.test.cramers_v**2 if item.test else 0.0
        finding = Finding(
            insight=insight,
            sentence=sentence,
            verdict=verdict,
            importance=importance,
            n=n,
            where=_where(item, dimension),
            estimate=estimate,
            unit=unit,
            p_value=None if verdict == "not_enough_data" or not item.test else item.test.p_value,
            n_needed=_n_needed(item, verdict),
        )
        made.append((finding, _row(item, finding, dimension)))
    order = ("real", "noise", "not_enough_data")
    made.sort(key=lambda pair: (order.index(pair[0].verdict), -pair[0].importance))
    return tuple(finding for finding, _ in made), tuple(row for _, row in made)


def _n_needed(item: Compared | ComparedMix, verdict: Verdict) -> int | None:
    needed = None if item.test is None else item.test.n_needed
    return MIN_RELIABLE_N if needed is None and verdict == "not_enough_data" else needed


def _importance(item: Compared) -> float:
    if item.difference is None:
        return 0.0
    return min(item.concerned * abs(item.difference.value) / item.span, 1.0)


def _estimate(item: Compared) -> Estimate | None:
    delta = item.difference
    if delta is None:
        return None
    n = item.new.n + item.old.n
    return Estimate(value=delta.value, low=delta.low, high=delta.high, n=n)


def _where(item: Compared | ComparedMix, dimension: str) -> Where:
    period = item.new_name if dimension == "period" else None
    group = item.new_name if dimension == "group" else None
    if isinstance(item, ComparedMix):
        return Where(period=period, group=group)
    topic = item.key if item.kind.startswith("topic") else None
    return Where(touchpoint=item.touchpoint, period=period, group=group, topic=topic)


def _label(
    item: Compared,
    definitions: Mapping[str, MetricDefinition],
    touchpoint_names: Mapping[str, str],
) -> str:
    words = theme_words(item.key)
    if item.kind == "topic_share":
        return f"The share of comments about {words}"
    if item.kind == "topic_sentiment":
        return f"Net sentiment about {words}"
    if item.kind == "emotion_share":
        return f"The share of comments that show {words}"
    definition = definitions[item.key]
    named = {"net_sentiment": "Net sentiment", "satisfaction": "Predicted satisfaction"}
    label = named.get(definition.kind, definition.kind.upper())
    if definition.kind == "rating":
        label = f"The rating {definition.question_id}"
    elif item.key != definition.kind:
        label += f" ({definition.scale_min:g} to {definition.scale_max:g})"
    if item.touchpoint is None:
        return label
    return f"{label} at {touchpoint_names.get(item.touchpoint, item.touchpoint)}"


def _sentence(item: Compared, label: str, dimension: str) -> str:
    delta, old, new = item.difference, item.old, item.new
    counted = "answers" if item.key not in ("net_sentiment", "satisfaction") else "comments"
    counted = counted if item.kind == "score" else "comments"
    n_old, n_new = format_n(old.n), format_n(new.n)
    if delta is None or not delta.enough:
        sentence = (
            f"{label} cannot be compared yet: {n_old} {counted} in {item.old_name} and {n_new} in "
            f"{item.new_name}, where each side needs at least {MIN_RELIABLE_N}"
        )
        return f"{sentence}{_needs(delta)}."
    unit = Unit(decimals=MEAN.decimals if item.unit == "mean" else 1, signed=True)
    size = format_value(abs(delta.value), Unit(decimals=unit.decimals))
    size += "" if item.unit == "mean" else " points"
    used = UNITS[item.unit]
    before, after = describe(old, used), describe(new, used)
    interval = (
        f"95% interval of the difference {format_interval(delta.low, delta.high, unit)}"
        f"{_needs(delta)}"
    )
    if dimension == "period":
        verb = "rose" if delta.value > 0 else "fell"
        moved = f"{verb} by {size}" if delta.value else "did not move"
        return (
            f"{label} {moved}, from {before} in {item.old_name} ({n_old} {counted}) to {after} in "
            f"{item.new_name} ({n_new}); {interval}."
        )
    apart = f"{size} {'higher' if delta.value > 0 else 'lower'} in {item.new_name} than"
    apart = apart if delta.value else f"the same in {item.new_name} as"
    return (
        f"{label} is {apart} in {item.old_name}: {after} ({n_new} {counted}) against {before} "
        f"({n_old}); {interval}."
    )


def _needs(test: Difference | None) -> str:
    """Say how many answers would settle it, where this many do not."""
    if test is None or test.n_needed is None or test.p_value < 0.05:
        return ""
    if test.n_needed > _MANY:
        return "; a difference this small takes more than a million on each side to find"
    return f"; to find a difference of this size takes {format_n(test.n_needed)} on each side"


def _mix_sentence(item: ComparedMix) -> str:
    n_old, n_new = format_n(item.n_old), format_n(item.n_new)
    label, test = _MIXES[item.kind], item.test
    if test is None or not test.enough:
        return (
            f"{label} cannot be compared yet: {n_old} comments in {item.old_name} and {n_new} in "
            f"{item.new_name}, where each side needs at least {MIN_RELIABLE_N} and some variety."
        )
    return (
        f"{label} in {item.new_name} ({n_new} comments) lies {test.cramers_v:.3f} from that in "
        f"{item.old_name} ({n_old}) by Cramér's V, where 0 is the same mix and 1 shares nothing."
    )


def _row(item: Compared | ComparedMix, finding: Finding, dimension: str) -> dict[str, Value]:
    mix = item.test if isinstance(item, ComparedMix) else None
    row: dict[str, Value] = {
        "compared": item.kind,
        "key": None if isinstance(item, ComparedMix) else item.key,
        "touchpoint": finding.where.touchpoint,
        "dimension": dimension,
        "old": item.old_name,
        "new": item.new_name,
        "unit": item.unit if isinstance(item, Compared) else "cramers_v",
    }
    for side in ("old", "new"):
        known = getattr(item, side) if isinstance(item, Compared) else None
        row[f"value_{side}"] = known.value if known else None
        row[f"low_{side}"] = known.low if known else None
        row[f"high_{side}"] = known.high if known else None
        row[f"n_{side}"] = known.n if known else getattr(item, f"n_{side}")
    delta = finding.estimate
    return row | {
        "difference": delta.value if delta else mix.cramers_v if mix else None,
        "difference_low": delta.low if delta else None,
        "difference_high": delta.high if delta else None,
        "chi_square": mix.statistic if mix else None,
        "degrees": mix.degrees if mix else None,
        "p_value": finding.p_value,
        "verdict": finding.verdict,
        "n_needed": finding.n_needed,
    }


def result_of(
    compared: Sequence[Compared | ComparedMix],
    *,
    data: InsightData,
    name: str,
    title: str,
    dimension: str,
    what: str,
) -> InsightResult:
    """Return comparisons as an insight's result; `what` begins its note."""
    findings, table = findings_of(
        compared,
        insight=name,
        dimension=dimension,
        definitions=data.summary.definitions,
        touchpoint_names={t.name: t.display or t.name for t in data.journey.touchpoints},
    )
    n_tested = sum(finding.p_value is not None for finding in findings)
    note = (
        f"{what} in {format_n(len(findings))} ways, of which {format_n(n_tested)} had at least "
        f"{MIN_RELIABLE_N} answers or comments on both sides."
    )
    return InsightResult(
        name=name,
        title=title,
        status="ok" if n_tested else "not_enough_data",
        note=note,
        findings=findings,
        table=table,
    )
