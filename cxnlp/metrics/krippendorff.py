"""How far several annotators agree beyond chance: Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

Value = TypeVar("Value", bound=Hashable)
Distance = Callable[[Value, Value], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha:
    """Agreement of annotators on the units that two or more of them judged."""

    # "ok", "no_pairs" (no unit was judged twice), "constant" (one value throughout)
    status: str
    value: float | None  # 1 is full agreement, 0 what chance gives; None unless ok
    n_units: int  # judged twice or more
    n_values: int  # in those units


def krippendorff_alpha(units: Iterable[Sequence[Value]], distance: Distance[Value]) -> Alpha:
    """Return alpha = 1 - observed over expected disagreement (Krippendorff, 2011).

    Units may have any number of values; those with fewer than two say nothing and are left out.

    :param units: the values that annotators gave each unit, in any order.
    :param distance: how far two values are apart, squared where the scale is an interval; 0 for
        equal ones.

    >>> krippendorff_alpha([[1, 1], [2, 2], [1, 2], [2, 2]], nominal).value.__round__(3)
    0.533
    """
    pairable = [list(unit) for unit in units if len(unit) > 1]
    counts = Counter(value for unit in pairable for value in unit)
    n = sum(counts.values())
    if not pairable or len(counts) < 2:
        status = "constant" if pairable else "no_pairs"
        return Alpha(status=status, value=None, n_units=len(pairable), n_values=n)
    observed = 0.0
    for unit in pairable:
        of_unit = Counter(unit)
        apart = sum(of_unit[a] * of_unit[b] * distance(a, b) for a, b in combinations(of_unit, 2))
        observed += apart / (len(unit) - 1)
    expected = sum(counts[a] * counts[b] * distance(a, b) for a, b in combinations(counts, 2))
    if expected == 0:
        return Alpha(status="constant", value=None, n_units=len(pairable), n_values=n)
    alpha = 1 - (n - 1) * observed / expected
    return Alpha(status="ok", value=alpha, n_units=len(pairable), n_values=n)


def nominal(a: Hashable, b: Hashable) -> float:
    """Return the distance of two names: none or all.

    >>> nominal("negative", "neutral"), nominal("neutral", "neutral")
    (1.0, 0.0)
    """
    return 0.0 if a == b else 1.0


def interval(a: float, b: float) -> float:
    """Return the distance of two numbers on a scale of equal steps: their difference squared.

    >>> interval(1.0, 4.0)
    9.0
    """
    return (a - b) ** 2


def masi(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the distance of two sets: one minus Jaccard times monotonicity (Passonneau, 2006).

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, else 0.

    >>> round(masi(frozenset("ab"), frozenset("abc")), 4)
    0.5556
    """
    if a == b:
        return 0.0
    shared = len(a & b)
    if not shared:
        return 1.0
    monotonicity = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1.0 - shared / len(a | b) * monotonicity
