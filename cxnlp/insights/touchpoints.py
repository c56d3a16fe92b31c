"""Which touchpoints stand apart from all the others, in the score and in what people wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.series import metric_words
from cxnlp.insights.sides import Row, Side, difference_of, estimate_of, statistic_of
from cxnlp.insights.wording import DIFFERENCES, UNITS, interval_text
from cxnlp.journey.cells import metric_namer
from cxnlp.journey.cube import Cube
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, MIN_SHOWN_N, Estimate
from cxnlp.metrics.numbers import Unit, describe, format_value
from cxnlp.metrics.verdict import verdicts


def touchpoint_sides(
    cube: Cube, definitions: Mapping[str, MetricDefinition]
) -> dict[str | None, Side]:
    """Return what was counted at each touchpoint; None holds what names none."""
    name_of = metric_namer(definitions)
    rolled = cube.rolled_up("touchpoint")
    found: dict[str | None, Side] = defaultdict(Side)
    for row in rolled.documents.to_pylist():
        found[row["touchpoint"]].documents = row
    for row in rolled.answers.to_pylist():
        found[row["touchpoint"]].answers.setdefault(name_of(row), []).append(row)
    return dict(found)


def pooled(sides: Iterable[Side]) -> Side:
    """Return several sides as one: counts and sums add up."""
    documents: Row = defaultdict(int)
    answers: dict[str, list[Row]] = defaultdict(list)
    for side in sides:
        for name, value in side.documents.items():
            if isinstance(value, int | float):
                documents[name] += value
        for name, rows in side.answers.items():
            answers[name] += rows
    return Side(documents=dict(documents), answers=dict(answers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """One touchpoint beside all others in one metric."""

    touchpoint: str
    here: Estimate
    others: Estimate
    difference: Difference  # here - others
    share: float  # of all answers or comments that are this touchpoint's


def compare_places(
    sides: Mapping[str | None, Side], key: str, definition: MetricDefinition
) -> Iterator[Apart]:
    """Yield every touchpoint that has 5 answers or more, as have all the others together."""
    whole = statistic_of(pooled(sides.values()), key, definition).n
    for place in sorted(name for name in sides if name is not None):
        here = statistic_of(sides[place], key, definition)
        others = pooled(side for name, side in sides.items() if name != place)
        rest = statistic_of(others, key, definition)
        if min(here.n, rest.n) < MIN_SHOWN_N:
            continue
        delta = difference_of(here, rest, definition)
        if delta is not None:
            yield Apart(
                touchpoint=place,
                here=estimate_of(here, definition),
                others=estimate_of(rest, definition),
                difference=delta,
                share=here.n / whole,
            )


def _findings(
    found: Sequence[Apart], key: str, definition: MetricDefinition, names: Mapping[str, str]
) -> Iterator[tuple[Finding, dict[str, Value]]]:
    better = 1 if definition.higher_is_better else -1
    said = verdicts([item.difference for item in found])
    for item, verdict in zip(found, said, strict=True):
        delta, here = item.difference, item.here
        good = better * delta.value > 0
        yield (
            Finding(
                insight=NAME,
                sentence=_sentence(
                    item, names.get(item.touchpoint, item.touchpoint), key, definition
                ),
                verdict=verdict,
                importance=min(1.0, item.share * abs(delta.value) / definition.span),
                n=here.n,
                n_needed=None if verdict == "real" else delta.n_needed,
                where=Where(
                    touchpoint=item.touchpoint, sentiment="positive" if good else "negative"
                ),
                estimate=here,
                unit=definition.unit,
                p_value=delta.p_value,
            ),
            {
                "touchpoint": item.touchpoint, "metric": key, "n": here.n, "value": here.value,
                "low": here.low, "high": here.high, "others": item.others.value,
                "others_n": item.others.n, "difference": delta.value,
                "difference_low": delta.low, "difference_high": delta.high,
                "p_value": delta.p_value,
            },
        )  # fmt: skip


def _sentence(item: Apart, place: str, key: str, definition: MetricDefinition) -> str:
    delta, shown = item.difference, UNITS[definition.unit]
    unit = Unit(decimals=shown.decimals, signed=True)
    low, high = format_value(delta.low, unit), format_value(delta.high, unit)
    size = format_value(abs(delta.value), Unit(decimals=shown.decimals))
    above = "above" if delta.value > 0 else "below"
    return (
        f"At {place} {metric_words(key, definition)} is "
        f"{interval_text(item.here, definition.unit, counted=definition.counted)}, "
        f"{size}{DIFFERENCES[definition.unit]} {above} all other touchpoints, which have "
        f"{describe(item.others, shown)} (95% interval of the difference {low} to {high})."
    )


NAME = "touchpoints"
TITLE = "Touchpoints that stand apart"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Compare each touchpoint with all the others, in the headline score and in net sentiment."""
    keys = [key for key in (data.main, "net_sentiment") if key is not None]
    definitions = data.summary.definitions
    sides = touchpoint_sides(data.cube, definitions)
    found = [
        item
        for key in keys
        for item in _findings(
            tuple(compare_places(sides, key, definitions[key])),
            key,
            definitions[key],
            data.touchpoint_names,
        )
    ]
    places = sum(place is not None for place in sides)
    if not found:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_applicable" if places < 2 else "not_enough_data",
            note=f"Of {places} known by name no touchpoint has {MIN_SHOWN_N} answers or comments "
            f"to compare with as many elsewhere (n = {data.summary.overall.n}).",
        )
    enough = sum(finding.verdict != "not_enough_data" for finding, _ in found)
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=f"{places} touchpoints, each compared with all others together; {enough} of "
        f"{len(found)} comparisons had {MIN_RELIABLE_N} answers or comments on both sides.",
        findings=tuple(finding for finding, _ in found),
        table=tuple(row for _, row in found),
    )
