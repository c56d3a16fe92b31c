"""Which sides are compared, and their statistics: periods, groups of a column, or arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ibis.expr.types import Table

from cxnlp.errors import InputError
from cxnlp.insights.data import InsightData
from cxnlp.insights.sides import Sides, sides_of
from cxnlp.journey.cube import build_cube
from cxnlp.journey.scored import reading

ARM_COLUMNS = ("arm", "variant", "ab_group")
SIDE = "compared_side"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """A column, and which of its values are compared; none named means the largest ones."""

    column: str
    names: tuple[str, ...]


def parse_compare(compare: str | None) -> Groups | None:
    """Return the groups that "column=a,b" or "column" names, or None for periods.

    :raises InputError: where it names a column and one value, or none.

    >>> parse_compare("region=north, south")
    Groups(column='region', names=('north', 'south'))
    >>> parse_compare("period") is None
    True
    """
    if compare is None or compare.strip().casefold() in ("", "period"):
        return None
    column, equals, rest = compare.partition("=")
    names = tuple(name.strip() for name in rest.split(",") if name.strip())
    if not column.strip() or (equals and len(set(names)) < 2):
        raise InputError(
            f"{compare!r} names no two groups to compare. "
            "Write period, or a column and two of its values, as region=north,south."
        )
    return Groups(column=column.strip(), names=names)


def is_arm(column: str) -> bool:
    """Tell whether a column's name says that it holds the arms of a test."""
    return column.casefold() in ARM_COLUMNS


def group_table(data: InsightData, column: str) -> tuple[Table, dict[str, int]]:
    """Return the scored table with each row's group in `SIDE`, and the rows of each group.

    :raises InputError: where there is no such column or segment.
    """
    with reading(data.scored.path):
        table = data.scored.table.mutate(**{SIDE: data.scored.group(column)})
        counts = table.group_by(SIDE).agg(n=table.count()).to_pyarrow().to_pylist()
    found = {row[SIDE]: int(row["n"]) for row in counts if row[SIDE] is not None}
    return table, dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def choose(names: Sequence[str], among: Mapping[str, int]) -> tuple[str, ...] | None:
    """Return the values that were meant, in any case where only one fits; None where one is not.

    >>> choose(("North", "south"), {"north": 3, "south": 2, "east": 1})
    ('north', 'south')
    """
    chosen = []
    for name in names:
        alike = [value for value in among if value.casefold() == name.casefold()]
        if name not in among and len(alike) != 1:
            return None
        chosen.append(name if name in among else alike[0])
    return tuple(chosen)


def group_sides(data: InsightData, table: Table, names: Sequence[str]) -> Sides:
    """Return the sides of some groups of a `group_table`."""
    kept = table.filter(table[SIDE].isin(list(names)))
    with reading(data.scored.path):
        cube = build_cube(
            kept,
            period=data.period,
            group=kept[SIDE],
            stage_of={t.name: t.stage for t in data.journey.touchpoints},
        )
    return sides_of(cube, "group", data.summary.definitions)


def period_sides(data: InsightData) -> Sides:
    """Return every period as a side, by its first day."""
    return sides_of(data.cube, "period", data.summary.definitions)
