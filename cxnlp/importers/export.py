"""What an importer of a known export gives: a table, and what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cxnlp.declarations import Metric
from cxnlp.importers.fields import key_of
from cxnlp.importers.table import Note, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The beginning of a file, by which importers recognise it.

    `names` and `rows` are those of `table`, the file as a plain table, and `numbers` those that it
    gives the rows; where it is no table, `table` is None and they are empty.
    """

    path: Path
    table: Table | None = None
    names: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    numbers: tuple[int, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Return the column names as `key_of` writes them: "Review Stars" is review_stars."""
        return frozenset(key_of(name) for name in self.names)

    def find(self, *keys: str) -> str | None:
        """Return the column of the first of `keys` that is there, however it is spelt."""
        known = {key_of(name): name for name in reversed(self.names)}
        return next((known[key] for key in keys if key in known), None)

    def cells(self, name: str) -> list[str | None]:
        """Return the first cells of a column."""
        at = self.names.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTable:
    """An opened export.

    `table` calls its `reject` for every row that it drops (a preview, an agent's ticket), with the
    reason; what is no row of data, as a second header, it leaves out in silence and counts rows
    from 1 after it. Every row has an id that is the same in every copy and later export: where the
    export has none, the importer makes one (see `stable_id`).

    :param source: NAME of the importer.
    :param columns: field -> column, as `--map` names them; `id` is always there.
    :param texts: verbatim column -> its question ("" for none), in order. A conversation stands
        in columns["turns"] instead.
    :param metrics: the scored columns; `question_id` is the same in every export of the kind.
    :param segments: columns to break results down by.
    :param month_first: 03/04/2021 is the fourth of March where no date shows otherwise.
    :param derived: columns that the importer has made, which are not kept as input columns.
    """

    table: Table
    source: str
    columns: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
    segments: tuple[str, ...] = ()
    month_first: bool = False
    derived: frozenset[str] = frozenset()


class Export(Protocol):
    """A module of `cxnlp.importers.exports`; its ids are unique per NAME, which is the source."""

    NAME: str  # of --format, a slug
    TITLE: str  # "Google Play"
    EXPECTS: str  # what such a file has, to end "is no ... export, which has ..."
    PLAIN_IS_SAFE: bool  # whether it can be read as a plain table too, all rows being data

    def recognise(self, head: Head) -> float:
        """Return how sure it is that this is such an export: 0 (it cannot be read so) to 1."""
        ...

    def open_export(self, head: Head, note: Note) -> ExportTable:
        """Open an export; `head` was recognised with more than 0."""
        ...


def stable_id(*parts: str | None) -> str:
    """Return an id of a row that has none of its own, from the cells that tell it from others.

    >>> stable_id("com.example", "1612137600000")
    '7bace9a67ac3a20ebe9c33e0a4935eea'
    """
    return sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[
        :32
    ]
