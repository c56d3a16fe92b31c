"""What changed between the last two periods, or differs between two groups."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from cxnlp.insights.compared_findings import result_of
from cxnlp.insights.compared_groups import (
    choose,
    group_sides,
    group_table,
    is_arm,
    parse_compare,
    period_sides,
)
from cxnlp.insights.comparison import (
    Compared,
    ComparedMix,
    compare_labels,
    compare_mixes,
    compare_scores,
)
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import InsightResult
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.sides import Side, Sides, statistic_of
from cxnlp.journey.order import period_name
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.estimate import MIN_RELIABLE_N, MIN_SHOWN_N


def last_two(
    sides: Mapping[Hashable, Side], name: str, definition: MetricDefinition
) -> tuple[Hashable, Hashable] | None:
    """Return the last two periods to compare a metric in, the newer first; None without two.

    A last period that has just begun says little. It is known by its n: the last two with 30
    answers or more come first, and the last two with 5 or more only where there are not two such.
    """
    n_of = {day: statistic_of(side, name, definition).n for day, side in sides.items()}
    for fewest in (MIN_RELIABLE_N, MIN_SHOWN_N):
        days = sorted((day for day, n in n_of.items() if n >= fewest), key=str)
        if len(days) > 1:
            return days[-1], days[-2]
    return None


def compare_periods(
    sides: Sides, definitions: Mapping[str, MetricDefinition], *, period: str
) -> list[Compared | ComparedMix]:
    """Return every comparison of the last two periods that have answers to it."""
    # ISO dates sort as their days do.
    names = {day: period_name(day, period) or "" for day in sides.overall}  # type: ignore[arg-type]
    found: list[Compared | ComparedMix] = []
    for name, definition in definitions.items():
        pair = last_two(sides.overall, name, definition)
        if pair is None:
            continue
        found += compare_scores(sides, *pair, name=name, definition=definition, names=names)
        if definition.kind == "net_sentiment":
            found += compare_labels(sides, *pair, names=names)
            found += compare_mixes(sides, *pair, names=names)
    return found


def compare_groups(
    sides: Sides, definitions: Mapping[str, MetricDefinition], *, new: str, old: str
) -> list[Compared | ComparedMix]:
    """Return every comparison of one group with another."""
    names: dict[Hashable, str] = {new: new, old: old}
    found: list[Compared | ComparedMix] = []
    for name, definition in definitions.items():
        found += compare_scores(sides, new, old, name=name, definition=definition, names=names)
    found += compare_labels(sides, new, old, names=names)
    found += compare_mixes(sides, new, old, names=names)
    return found


NAME = "changes"
TITLE = "What changed"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Return what changed between two periods, or two groups where `options.compare` names them.

    :raises InputError: where `options.compare` names no two groups, or a column that is not there.
    """
    groups = parse_compare(options.compare)
    definitions = data.summary.definitions
    if data.summary.overall.n == 0:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data",
            note="There is nothing to compare: n = 0 interactions.",
        )
    # The arms of a test are compared by the insight of their own, and not a second time here.
    if groups is None or is_arm(groups.column):
        periods = sum(cell.period is not None for cell in data.summary.periods)
        if periods < 2:
            return InsightResult(
                name=NAME,
                title=TITLE,
                status="not_enough_data" if periods else "not_applicable",
                note=f"A change needs two periods, and the dates fall into {periods} "
                f"(by {data.period}, n = {data.summary.overall.n}).",
            )
        return result_of(
            compare_periods(period_sides(data), definitions, period=data.period),
            data=data,
            name=NAME,
            title=TITLE,
            dimension="period",
            what="The last two periods (passing over one that has just begun, with fewer than "
            f"{MIN_RELIABLE_N} answers) were compared",
        )
    table, sizes = group_table(data, groups.column)
    names = choose(groups.names or tuple(sizes)[:2], sizes)
    if names is None or len(names) < 2:
        known = ", ".join(list(sizes)[:20]) or "none"
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_applicable",
            note=f"{groups.column!r} does not hold both groups. Choose two of its {len(sizes)} "
            f"values: {known}.",
        )
    old, new = names[:2]
    return result_of(
        compare_groups(group_sides(data, table, names[:2]), definitions, new=new, old=old),
        data=data,
        name=NAME,
        title=TITLE,
        dimension="group",
        what=f"{new} was compared with {old} ({groups.column})",
    )
