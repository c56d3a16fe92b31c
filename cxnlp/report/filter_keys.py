"""The keys of a cube as small whole numbers, with rare values under "other"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cxnlp.journey.cube import Cube
from cxnlp.journey.order import journey_order, period_name
from cxnlp.journey.summary import JourneySummary
from cxnlp.report.filter_values import NOT_GIVEN, OTHER, SEPARATOR, Choice

Place = tuple[str, str]  # stage, touchpoint; NOT_GIVEN and OTHER among them
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many of each are kept apart."""

    touchpoints: int
    periods: int
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The values of every key, and the code of a cell that has them."""

    places: tuple[Place, ...]  # in journey order
    periods: tuple[str, ...]  # in time order; NOT_GIVEN at the end
    values: tuple[tuple[str, ...], ...]  # per choice
    place_of: dict[tuple[str | None, str | None], int]
    period_of: dict[date | None, int]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Return how many values each key has."""
        return (len(self.places), len(self.periods), *(len(values) for values in self.values))

    def codes(self, table: pa.Table) -> Integers:
        """Return one number per row that stands for its cell."""
        stages, touchpoints = (table[name].to_pylist() for name in ("stage", "touchpoint"))
        places = [self.place_of[key] for key in zip(stages, touchpoints, strict=True)]
        periods = [self.period_of[day] for day in table["period"].to_pylist()]
        columns = [places, periods, *self._values(texts_of(table, "group"))]
        indices = [np.asarray(column, np.int64) for column in columns]
        return np.ravel_multi_index(indices, self.sizes).astype(np.int64)

    def _values(self, groups: list[str]) -> list[list[int]]:
        last = [len(values) - 1 for values in self.values]
        split = {group: group.split(SEPARATOR) for group in set(groups)} if last else {}
        # What is not kept stands behind the last that is.
        return [[min(int(split[g][i]), end) for g in groups] for i, end in enumerate(last)]


def texts_of(table: pa.Table, column: str) -> list[str]:
    """Return a column of texts that has no null, or of nulls alone."""
    texts: list[Any] = table[column].to_pylist()
    return texts


def read_keys(
    cube: Cube, choices: Sequence[Choice], *, summary: JourneySummary, caps: Caps
) -> Keys:
    """Return the most frequent touchpoints and values of a cube, and its latest periods."""
    places, place_of = _places(cube, summary, caps.touchpoints)
    periods, period_of = _periods(cube, summary.period, caps.periods)
    return Keys(
        places=places,
        periods=periods,
        values=tuple(kept_values(choice, caps.values) for choice in choices),
        place_of=place_of,
        period_of=period_of,
    )


def kept_values(choice: Choice, most: int) -> tuple[str, ...]:
    """Return the values that are kept apart, and OTHER at the end where there are more."""
    if len(choice.values) <= most and not choice.n_other:
        return choice.values
    return (*choice.values[:most], OTHER)


def _places(
    cube: Cube, summary: JourneySummary, most: int
) -> tuple[tuple[Place, ...], dict[tuple[str | None, str | None], int]]:
    count: Counter[str | None] = Counter()
    found: set[tuple[str | None, str | None]] = set()
    for table in (cube.documents, cube.answers):
        columns = (table[name].to_pylist() for name in ("stage", "touchpoint", "n"))
        for stage, touchpoint, n in zip(*columns, strict=True):
            count[touchpoint] += n
            found.add((stage, touchpoint))
    ranked = sorted(count, key=lambda name: (-count[name], name or ""))
    kept = set(ranked[:most])
    order = journey_order(summary.journey)
    known = sorted(found, key=lambda key: order(key[1], key[0]))
    key_of = {key: _place_key(*key, kept=kept) for key in known}
    # What is under "other" stands last, in each stage.
    places = sorted(dict.fromkeys(key_of.values()), key=lambda place: place[1] == OTHER)
    return tuple(places), {key: places.index(key_of[key]) for key in known}


def _place_key(stage: str | None, touchpoint: str | None, *, kept: set[str | None]) -> Place:
    name = touchpoint or NOT_GIVEN if touchpoint in kept else OTHER
    return (stage or NOT_GIVEN, name)


def _periods(cube: Cube, period: str, most: int) -> tuple[tuple[str, ...], dict[date | None, int]]:
    days = {*cube.documents["period"].to_pylist(), *cube.answers["period"].to_pylist()}
    dated = sorted(day for day in days if day is not None)
    early, late = dated[:-most], dated[-most:]
    names = [OTHER] if early else []
    period_of: dict[date | None, int] = dict.fromkeys(early, 0)
    for day in late:
        period_of[day] = len(names)
        names.append(period_name(day, period) or NOT_GIVEN)
    if None in days:
        period_of[None] = len(names)
        names.append(NOT_GIVEN)
    return tuple(names), period_of
