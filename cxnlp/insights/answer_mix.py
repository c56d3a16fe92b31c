"""What answers are counted by beside touchpoint and period: the channel, then a few segments."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import Value

from cxnlp.errors import InputError
from cxnlp.journey.scored import ScoredFile

MAX_VALUES = 50  # of a segment; more leave too few answers in each to adjust for it
MAX_SEGMENTS = 2
_SEPARATOR = "\x1f"


def adjustable_segments(
    scored: ScoredFile, declared: Sequence[str], *, by: str | None = None
) -> tuple[str, ...]:
    """Return the segments to adjust for: the one asked for, else the first declared ones."""
    asked = [by] if by is not None and by.casefold() != "channel" else []
    few: list[str] = []
    for name in dict.fromkeys((*asked, *declared)):
        if len(few) == MAX_SEGMENTS:
            break
        try:
            group = scored.group(name)
        except InputError:  # declared, but not in this file
            continue
        table = scored.table.select(value=group)
        if 2 <= int(table.value.nunique().to_pyarrow().as_py()) <= MAX_VALUES:
            few.append(name)
    return tuple(few)


def mix_of(scored: ScoredFile, segments: Sequence[str]) -> Value:
    """Return the channel and segments of a row as one text to group by."""
    groups = [ibis.coalesce(scored.group(name), "") for name in ("channel", *segments)]
    joined = groups[0]
    for group in groups[1:]:
        joined = joined + _SEPARATOR + group
    return joined


def parts_of(mix: str) -> tuple[str, ...]:
    """Return the channel and segments that `mix_of` joined; "" where there is none."""
    return tuple(mix.split(_SEPARATOR))
