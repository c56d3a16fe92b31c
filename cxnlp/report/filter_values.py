"""Which values of channel and segments the page can filter by: the most frequent ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import StringValue

from cxnlp.journey.naming import readable
from cxnlp.journey.scored import ScoredFile

MAX_VALUES = 24  # of one segment; the columns of the widest heatmap
MAX_SEGMENTS = 8
# A pass over each segment of millions of rows would take longer than the rest of the report.
LARGE, MAX_SEGMENTS_OF_LARGE = 1_000_000, 2

CHANNEL = "channel"
SEPARATOR = "|"  # between the codes of several values
NOT_GIVEN = ""  # the key of what has no value
OTHER = "(other)"  # the key of what is too rare to be a choice of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One column or segment and its values, the most frequent first."""

    name: str
    values: tuple[str, ...]  # NOT_GIVEN among them where rows have none
    n_other: int = 0  # further values

    @property
    def label(self) -> str:
        """Return the name as people read it."""
        return readable(self.name)

    def code(self, opened: ScoredFile) -> StringValue:
        """Return the place of each row's value in `values`, as text; their number for others."""
        value = opened.group(self.name).fill_null(NOT_GIVEN)
        places = {value: str(place) for place, value in enumerate(self.values)}
        code: StringValue = value.substitute(places, else_=str(len(self.values)))
        return code


def segment_names(opened: ScoredFile, *, by: str | None, n_rows: int) -> tuple[str, ...]:
    """Return the segments to filter by, that of `by` first, then those of the journey file."""
    known = (*opened.groupable_columns(), *opened.journey.segments)
    alike = [n for n in known if by is not None and n.casefold() == by.casefold()]
    first = () if by is None else (by if by in known or not alike else alike[0],)
    names = dict.fromkeys((*first, *opened.journey.segments))
    limit = MAX_SEGMENTS if n_rows <= LARGE else MAX_SEGMENTS_OF_LARGE
    return tuple(name for name in names if name != CHANNEL)[:limit]


def read_choices(opened: ScoredFile, names: Sequence[str]) -> tuple[Choice, ...]:
    """Return the choices of each name with two values or more."""
    choices = (_read_choice(opened, name) for name in names)
    return tuple(choice for choice in choices if len(choice.values) > 1)


def _read_choice(opened: ScoredFile, name: str) -> Choice:
    values = opened.table.select(value=opened.group(name).fill_null(NOT_GIVEN))
    counted = values.group_by("value").agg(n=values.count())
    # A segment may be an id: its values are counted, but not all are brought here.
    n_values = int(counted.count().to_pyarrow().as_py())
    ranked = counted.order_by(ibis.desc("n"), "value").limit(MAX_VALUES).to_pyarrow()
    found = tuple(value for value in ranked["value"].to_pylist() if value != OTHER)
    return Choice(name=name, values=found, n_other=n_values - len(found))
