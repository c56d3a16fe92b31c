"""The journey of a scored file: every cell with its metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ibis.expr.types import Value

from cxnlp.errors import InputError
from cxnlp.journey.cells import cells_of, define_metrics
from cxnlp.journey.cube import SCALE, Cube, build_cube
from cxnlp.journey.journey_file import PERIODS, JourneyFile
from cxnlp.journey.order import journey_order, period_name, position_in
from cxnlp.journey.scored import ScoredFile, open_scored, reading
from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition

# Above this many groups the cells are too many to look at and too small to say anything.
MAX_GROUPS = 200


def summarise(
    scored: Path,
    *,
    period: str | None = None,
    by: str | None = None,
    journey: JourneyFile | None = None,
) -> JourneySummary:
    """Return the journey of a scored Parquet file.

    :param period: one of day, week, month, quarter, year; the journey file's where not given.
    :param by: a column or segment to split cells by as well: channel, language, source, question,
        a segment, or any input column that was kept.
    :param journey: used in place of the journey file in the scored file's metadata.
    :raises InputError: where the file is not a scored one, or there is no such `period` or `by`.
    """
    return summarise_opened(open_scored(Path(scored)), period=period, by=by, journey=journey)


def summarise_opened(
    opened: ScoredFile,
    *,
    period: str | None = None,
    by: str | None = None,
    mix: Value | None = None,
    journey: JourneyFile | None = None,
) -> JourneySummary:
    """Return the journey of an opened scored file, as `summarise` does.

    :param mix: what the cube counts documents and answers by as well; only without `by`.
    """
    used = journey if journey is not None else opened.journey
    length = period or used.period
    if length not in PERIODS:
        raise InputError(f"There is no period {length!r}. Choose one of: {', '.join(PERIODS)}.")
    with reading(opened.path):
        cube = build_cube(
            opened.table,
            period=length,
            group=_checked_group(opened, by),
            mix=mix,
            stage_of={touchpoint.name: touchpoint.stage for touchpoint in used.touchpoints},
        )
    definitions = define_metrics(cube.rolled_up().answers.select(list(SCALE)).to_pylist())

    place = journey_order(used)
    group_place = position_in(())

    def order(cell: Cell) -> tuple[object, ...]:
        moment = (cell.period is None, cell.period or "")
        return (*place(cell.touchpoint, cell.stage), moment, group_place(cell.group))

    def cells(*keys: str) -> tuple[Cell, ...]:
        return _named(cube, keys, length, definitions, order)

    def grouped(*keys: str) -> tuple[Cell, ...]:
        return () if by is None else cells(*keys)

    return JourneySummary(
        journey=used,
        period=length,
        by=by,
        overall=cells()[0],
        touchpoints=cells("touchpoint", "stage"),
        periods=cells("period"),
        cells=cells("touchpoint", "stage", "period", *(() if by is None else ("group",))),
        groups=grouped("group"),
        touchpoint_groups=grouped("touchpoint", "stage", "group"),
        touchpoint_periods=grouped("touchpoint", "stage", "period"),
        group_periods=grouped("group", "period"),
        definitions=definitions,
        run_counts=opened.run_counts,
        cube=cube,
    )


def _checked_group(opened: ScoredFile, by: str | None) -> Value | None:
    if by is None:
        return None
    group = opened.group(by)
    n_groups = opened.table.select(group=group).group.nunique().to_pyarrow().as_py()
    if n_groups > MAX_GROUPS:
        raise InputError(
            f"{opened.path}: {by!r} has {n_groups} different values. "
            f"Group by a column with at most {MAX_GROUPS}."
        )
    return group


def _named(
    cube: Cube,
    keys: Sequence[str],
    length: str,
    definitions: dict[str, MetricDefinition],
    order: Callable[[Cell], tuple[object, ...]],
) -> tuple[Cell, ...]:
    found = cells_of(cube, keys, definitions)
    named = (
        replace(cell, period=period_name(dict(zip(keys, key, strict=True)).get("period"), length))
        for key, cell in found.items()
    )
    return tuple(sorted(named, key=order))
