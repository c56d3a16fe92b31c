"""Which comments are compared with which: touchpoints, groups and periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxnlp.insights.comments import Comments

MAX_PERIODS = 8  # the last ones, that are looked at for what rises

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One group of comments and those it is compared with."""

    kind: str  # "touchpoint", "group" or "period"
    name: str
    inside: Bools  # [comments]
    outside: Bools  # [comments]


def comparisons_of(comments: Comments) -> list[Comparison]:
    """Return each touchpoint and group against the rest, and each period against those before."""
    found = [*_against_the_rest("touchpoint", comments.touchpoints)]
    found += _against_the_rest("group", comments.groups)
    periods = np.array([p or "" for p in comments.periods], dtype=object)
    names = sorted({p for p in comments.periods if p is not None})
    for name in names[1:][-MAX_PERIODS:]:
        before = (periods < name) & (periods != "")
        found.append(Comparison(kind="period", name=name, inside=periods == name, outside=before))
    return found


def _against_the_rest(kind: str, values: Sequence[str | None]) -> Iterable[Comparison]:
    array = np.array(values, dtype=object)
    for name in sorted({v for v in values if v is not None}):
        inside = np.asarray(array == name, dtype=bool)
        yield Comparison(kind=kind, name=name, inside=inside, outside=~inside)


def compared_column(compare: str | None) -> str | None:
    """Return the column that groups of comments are compared by, or None.

    >>> compared_column("arm=a,b"), compared_column("period")
    ('arm', None)
    """
    column = (compare or "").partition("=")[0].strip()
    return None if column in ("", "period") else column
