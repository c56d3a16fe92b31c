"""The arms of an A/B test compared, and whether they were filled as planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
from ibis.expr.types import Table

from cxnlp.insights.changes import compare_groups
from cxnlp.insights.compared_findings import result_of
from cxnlp.insights.compared_groups import (
    SIDE,
    Groups,
    choose,
    group_sides,
    group_table,
    is_arm,
    parse_compare,
)
from cxnlp.insights.comparison import Compared, ComparedMix
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value
from cxnlp.insights.options import InsightOptions
from cxnlp.journey.scored import ROW, reading
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.numbers import format_n
from cxnlp.metrics.sample_ratio import MISMATCH_P, equal_allocation

NAME = "ab_test"
TITLE = "A/B test"

_CONTROLS = ("control", "baseline", "a", "0")
_MAX_ARMS = 6


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Return each arm compared with the control arm, and a check of how many each arm got.

    The arms are those that `options.compare` names as "arm=a,b" (the first is the control), else
    all of a column or segment called arm, variant or ab_group.

    :raises InputError: where `options.compare` cannot be read.
    """
    named = parse_compare(options.compare)
    groups = named if named is not None and is_arm(named.column) else None
    column = _arm_column(data, groups)
    if column is None:
        return _not("No column or segment is called arm, variant or ab_group.")
    table, sizes = group_table(data, column)
    chosen = groups.names if groups is not None and groups.names else _in_order(sizes)
    arms = choose(chosen, sizes)
    if arms is None or len(arms) < 2:
        known = ", ".join(list(sizes)[:20]) or "none"
        return _not(f"A test needs two arms, and {column!r} holds {len(sizes)}: {known}.")
    if len(arms) > _MAX_ARMS:
        return _not(
            f"{column!r} holds {len(arms)} values, too many for the arms of a test. "
            f"Name two, as {column}={arms[0]},{arms[1]}."
        )
    control, *others = arms
    sides = group_sides(data, table, arms)
    compared: list[Compared | ComparedMix] = []
    for arm in others:
        compared += compare_groups(sides, data.summary.definitions, new=arm, old=control)
    result = result_of(
        compared,
        data=data,
        name=NAME,
        title=TITLE,
        dimension="group",
        what=f"{', '.join(others)} was compared with {control} ({column})",
    )
    counts = count_units(data, table, arms)
    finding, row = allocation(counts)
    warning = f" {finding.sentence}" if finding.verdict == "real" else ""
    return InsightResult(
        name=NAME,
        title=TITLE,
        status=result.status,
        note=f"{result.note}{warning}",
        findings=(*result.findings, finding),
        table=(*result.table, {**dict.fromkeys(result.table[0] if result.table else ()), **row}),
    )


def allocation(counts: Mapping[str, int]) -> tuple[Finding, dict[str, Value]]:
    """Return whether the arms are filled as if by equal chance, as a finding and its row.

    It has a level of its own, p < .001, and takes no part in the correction over the report: that
    is why the finding carries no p-value. The row does.

    :param counts: customers in each arm, the control first.
    """
    p_value = equal_allocation(list(counts.values()))
    n = sum(counts.values())
    said = ", ".join(f"{format_n(count)} in {arm}" for arm, count in counts.items())
    enough = p_value is not None and n >= MIN_RELIABLE_N
    mismatch = enough and p_value is not None and p_value < MISMATCH_P
    if mismatch:
        sentence = (
            f"Warning: the arms do not hold equal numbers of customers ({said}), which equal "
            f"allocation gives less than once in {round(1 / MISMATCH_P):,} times; unless the arms "
            "were meant to differ in size, trust no difference between them."
        )
    elif enough:
        sentence = f"The arms hold customers as equal allocation would fill them: {said}."
    else:
        sentence = f"There are too few customers to check how the arms were filled: {said}."
    shares = [count / n for count in counts.values()] if n else [0.0]
    finding = Finding(
        insight=NAME,
        sentence=sentence,
        verdict="real" if mismatch else "noise" if enough else "not_enough_data",
        importance=max(shares) - min(shares),
        n=n,
        n_needed=None if enough else MIN_RELIABLE_N,
    )
    names = list(counts)
    row: dict[str, Value] = {
        "compared": "sample_ratio",
        "dimension": "group",
        "old": names[0],
        "new": ", ".join(names[1:]),
        "n_old": counts[names[0]],
        "n_new": n - counts[names[0]],
        "p_value": p_value,
        "verdict": finding.verdict,
        "n_needed": finding.n_needed,
    }
    return finding, row


def count_units(data: InsightData, table: Table, arms: Sequence[str]) -> dict[str, int]:
    """Return the customers of each arm, in their order.

    A customer is counted once, however often they wrote; without a name, each submission or row is
    one: arms are given to people, not to comments.
    """
    columns = {name: table[table.columns[i]] for i, name in enumerate(data.scored.columns)}
    ids = [columns[name] for name in ("customer_id", "submission_id") if name in columns]
    unit = ibis.coalesce(*ids, table[ROW].cast("string"))
    with reading(data.scored.path):
        found = table.group_by(SIDE).agg(n=unit.nunique()).to_pyarrow().to_pylist()
    n_of = {row[SIDE]: int(row["n"]) for row in found}
    return {arm: n_of.get(arm, 0) for arm in arms}


def _arm_column(data: InsightData, groups: Groups | None) -> str | None:
    # A segment that the journey file declares may hold nothing: only those that occur count.
    names = (*data.scored.groupable_columns(), *data.scored.segments())
    if groups is not None:
        alike = [name for name in names if name.casefold() == groups.column.casefold()]
        if alike:
            return groups.column if groups.column in alike else alike[0]
        # "arm" may also stand for whichever column holds the arms.
    return next((name for name in names if is_arm(name)), None)


def _in_order(sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Return the arms with the control first, known by its name, else by the alphabet."""

    def place(name: str) -> tuple[int, str]:
        known = name.casefold()
        return (_CONTROLS.index(known) if known in _CONTROLS else len(_CONTROLS), name)

    return tuple(sorted(sizes, key=place))


def _not(note: str) -> InsightResult:
    return InsightResult(name=NAME, title=TITLE, status="not_applicable", note=note)
