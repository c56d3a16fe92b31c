"""The cells of a cube as Arrow tables: what they are keyed by, put in order, added up."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

KEYS: tuple[str, ...] = ("touchpoint", "stage", "period", "group")
SCALE: tuple[str, ...] = ("metric", "question_id", "scale_min", "scale_max", "higher_is_better")


def in_order(cells: pa.Table) -> pa.Table:
    """Return cells sorted: added up in another order, sums end in another digit."""
    names = [name for name in (*KEYS, *SCALE, "bucket") if name in cells.column_names]
    ordered: pa.Table = cells.sort_by([(name, "ascending") for name in names])
    return ordered


def sum_over(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Return a table of counts and sums, summed over every key but these."""
    all_keys = {*KEYS, *SCALE, "bucket", "emotion", "topic"}
    sums = [name for name in table.column_names if name not in all_keys]
    # use_threads=False keeps the order of summation, so the last digit too.
    grouped = table.group_by(list(keys), use_threads=False).aggregate([(c, "sum") for c in sums])
    return grouped.rename_columns([name.removesuffix("_sum") for name in grouped.column_names])
