"""The counts and sums that the page filters by: touchpoint x stage x period x channel x segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from ibis.expr.types import StringValue, Value

from cxnlp.journey.cube import Cube, build_cube
from cxnlp.journey.first_day import first_day
from cxnlp.journey.scored import ScoredFile, reading
from cxnlp.journey.summary import JourneySummary
from cxnlp.report.filter_cells import Part, count_numbers, cut_part
from cxnlp.report.filter_keys import Caps
from cxnlp.report.filter_mixed import Mixed
from cxnlp.report.filter_values import CHANNEL, SEPARATOR, Choice, read_choices, segment_names

# Above this many cells the segments are not crossed with each other.
MAX_CROSSED_CELLS = 4_000
# About three bytes each on the page.
MAX_NUMBERS = 400_000

_CAPS = (
    Caps(touchpoints=200, periods=120, values=24),
    Caps(touchpoints=60, periods=48, values=12),
    Caps(touchpoints=30, periods=24, values=6),
    Caps(touchpoints=15, periods=12, values=4),
    Caps(touchpoints=8, periods=8, values=3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCube:
    """Everything that the filters need; every part adds up to the same totals."""

    choices: tuple[Choice, ...]  # channel first where it is one; then segments
    # Per part, which of the choices its cells are split by: all where segments are crossed, else
    # one segment a part.
    splits: tuple[tuple[int, ...], ...]
    parts: tuple[Part, ...]
    caps: Caps
    n_left_out: int  # declared segments beyond the most that are offered

    @property
    def crossed(self) -> bool:
        """Tell whether several segments can be chosen at once."""
        return len(self.parts) == 1


def build_filter_cube(
    opened: ScoredFile,
    summary: JourneySummary,
    *,
    by: str | None = None,
    mixed: Mixed | None = None,
) -> FilterCube:
    """Return the cube of a scored file, as small as the page needs it.

    Segments are crossed where the cells stay few, else each has a part of its own. What is still
    too large keeps the most frequent touchpoints and values and the latest periods; the rest of
    each goes under one "other".

    :param mixed: the cube of the summary told apart by channel and some segments; what it holds is
        not asked of the file again.
    """
    with reading(opened.path):
        names = segment_names(opened, by=by, n_rows=summary.overall.n)
        choices = _choices(opened, (CHANNEL, *names), mixed)
        channel = tuple(i for i, c in enumerate(choices) if c.name == CHANNEL)
        segments = tuple(i for i, c in enumerate(choices) if c.name != CHANNEL)
        everything = (*channel, *segments)
        crossed = (
            len(segments) < 2 or _n_cells(opened, summary, choices, mixed) <= MAX_CROSSED_CELLS
        )
        splits = (everything,) if crossed else tuple((*channel, i) for i in segments)
        cubes = [_cube(opened, summary, [choices[i] for i in split], mixed) for split in splits]
    for caps in _CAPS:
        parts = tuple(
            cut_part(cube, [choices[i] for i in split], summary=summary, caps=caps)
            for cube, split in zip(cubes, splits, strict=True)
        )
        if sum(count_numbers(part) for part in parts) <= MAX_NUMBERS:
            break
    declared = segment_names(opened, by=by, n_rows=0)
    wanted = {*opened.journey.segments} - {CHANNEL}
    return FilterCube(
        choices=choices,
        splits=splits,
        parts=parts,
        caps=caps,
        n_left_out=len(wanted | set(declared)) - len(names),
    )


def _choices(opened: ScoredFile, names: Sequence[str], mixed: Mixed | None) -> tuple[Choice, ...]:
    if mixed is not None and mixed.holds(names):
        return mixed.choices(names)
    return read_choices(opened, names)


def _cube(
    opened: ScoredFile, summary: JourneySummary, choices: Sequence[Choice], mixed: Mixed | None
) -> Cube:
    if not choices and summary.cube is not None and summary.by is None:
        return summary.cube
    if mixed is not None and mixed.holds([choice.name for choice in choices]):
        return mixed.cube_of(choices)
    return build_cube(
        opened.table,
        period=summary.period,
        group=_codes(opened, choices),
        stage_of={t.name: t.stage for t in summary.journey.touchpoints},
    )


def _codes(opened: ScoredFile, choices: Sequence[Choice]) -> Value | None:
    """Return the codes of a row's values, joined: one text to group by."""
    codes = [choice.code(opened) for choice in choices]
    if not codes:
        return None

    def join(left: StringValue, right: StringValue) -> StringValue:
        joined: StringValue = left + SEPARATOR + right
        return joined

    return reduce(join, codes)


def _n_cells(
    opened: ScoredFile, summary: JourneySummary, choices: Sequence[Choice], mixed: Mixed | None
) -> float:
    """Return about how many cells the cross of all choices has."""
    if mixed is not None and mixed.holds([choice.name for choice in choices]):
        return mixed.n_cells(choices)
    table = opened.table
    keys = table.select(
        touchpoint=table.touchpoint,
        period=first_day(table.occurred_at, summary.period),
        codes=_codes(opened, choices),
    )
    n_of_rows = int(keys.distinct().count().to_pyarrow().as_py())
    if summary.cube is None:
        return n_of_rows
    # Answers can stand for other touchpoints than their rows, and have cells of their own there.
    return n_of_rows * len(summary.cells) / max(1, summary.cube.documents.num_rows)
