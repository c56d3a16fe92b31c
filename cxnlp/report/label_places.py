"""Where the names of dots fit in a chart without covering each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_HEIGHT = 12.0  # of a line of text
_PER_CHARACTER = 5.7  # width of an average letter at 11 px
_GAP = 9.0  # from the middle of the dot

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPlace:
    """Where a text stands, as SVG writes it."""

    x: float
    y: float  # of its base line
    anchor: str  # start, middle or end


def place_labels(
    dots: Sequence[tuple[float, float]],
    names: Sequence[str],
    *,
    within: Box,
    taken: Sequence[Box] = (),
) -> list[LabelPlace | None]:
    """Return a place for each name beside its dot, the first ones first; None where none is free.

    A dot whose name is empty gets none, but is not covered either.

    :param taken: what else must stay free.
    """
    used = [*taken, *((x - 7, y - 7, x + 7, y + 7) for x, y in dots)]
    found: list[LabelPlace | None] = []
    for (x, y), name in zip(dots, names, strict=True):
        place = _place(x, y, name, within, used) if name else None
        found.append(place)
        if place is not None:
            used.append(_box(place, name))
    return found


def _place(x: float, y: float, name: str, within: Box, used: Sequence[Box]) -> LabelPlace | None:
    beside = [
        LabelPlace(x=round(x + dx, 1), y=round(y + dy, 1), anchor=anchor)
        for dx, dy, anchor in (
            # Above the line of an interval that runs across, before on it.
            (_GAP, -5, "start"), (-_GAP, -5, "end"), (_GAP, 13, "start"), (-_GAP, 13, "end"),
            (_GAP, 4, "start"), (-_GAP, 4, "end"), (0, -_GAP, "middle"), (0, _GAP + 9, "middle"),
            (0, -_GAP - 11, "middle"), (0, _GAP + 20, "middle"),
        )
    ]  # fmt: skip
    return next((p for p in beside if _is_free(_box(p, name), within, used)), None)


def _box(place: LabelPlace, name: str) -> Box:
    width = len(name) * _PER_CHARACTER
    left = place.x - {"start": 0.0, "middle": width / 2, "end": width}[place.anchor]
    return (left, place.y - _HEIGHT + 2, left + width, place.y + 2)


def _is_free(box: Box, within: Box, used: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    inside = left >= within[0] and top >= within[1] and right <= within[2] and bottom <= within[3]
    # A dot's own square ends where its name begins.
    return inside and not any(
        left < u[2] - 1 and right > u[0] + 1 and top < u[3] - 1 and bottom > u[1] + 1 for u in used
    )
