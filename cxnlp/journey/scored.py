"""A scored Parquet file, opened for aggregation."""

from __future__ import annotations

import contextlib
import glob
import json
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.errors import InputError
from cxnlp.journey.journey_file import JourneyFile, journey_from_json
from cxnlp.records import INTERACTION, METADATA_JOURNEY, METADATA_SUMMARY, PREDICTION

# What the aggregation reads; a file without one of these was not written by `cxnlp score`.
REQUIRED: tuple[str, ...] = (
    "source", "occurred_at", "channel", "touchpoint", "stage", "language", "text", "turns",
    "submission_id", "segments", "responses", "sentiment", "mixed", "satisfaction", "emotions",
    "topics", "spans",
)  # fmt: skip

# The record's own columns that are worth grouping by.
GROUPABLE: tuple[str, ...] = ("channel", "language", "source", "question")

ROW = "file_row_number"

MAX_MEMORY = 3_000_000_000  # bytes that the database may hold
_BYTES = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFile:
    """A scored file as a table expression, with what its metadata say."""

    path: Path
    table: ibis.Table  # the file's columns and its row number, `ROW`
    columns: tuple[str, ...]
    journey: JourneyFile
    run_counts: dict[str, Any] = field(default_factory=dict)

    def group(self, by: str) -> ibis.expr.types.Value:
        """Return the expression of one grouping: a column, or a segment.

        :param by: in any case, where only one name then fits.
        :raises InputError: where there is no such column or segment, listing those there are.
        """
        declared = (*self.groupable_columns(), *self.journey.segments)
        # Which other segments there are, only the whole file says.
        found = () if by in declared else self.segments()
        names = dict.fromkeys((*declared, *found))
        alike = [name for name in names if name.casefold() == by.casefold()]
        by = alike[0] if by not in names and len(alike) == 1 else by
        if by in self.groupable_columns():
            # By position, for DuckDB renames a column that differs from another by case alone.
            return self.table[self.table.columns[self.columns.index(by)]].cast("string")
        if by in names:
            return self.table.segments.get(by)
        raise InputError(
            f"{self.path}: there is no column or segment {by!r} to group by. "
            f"Choose one of: {', '.join(names)}."
        )

    def record(self, *names: str) -> ibis.Table:
        """Return some of the record's own columns, and the row number `ROW`.

        :raises InputError: where the file has no such column.
        """
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise InputError(
                f"{self.path} is not a scored file: it has no column {', '.join(missing)}. "
                "Run `cxnlp score` on it and give its output."
            )
        # By position, for DuckDB renames a column that differs from another by case alone.
        positions = {name: self.columns.index(name) for name in names}
        table = self.table
        return table.select(ROW, **{n: table[table.columns[i]] for n, i in positions.items()})

    def groupable_columns(self) -> tuple[str, ...]:
        """Return the columns that can group: a few of the record's own, and every kept one."""
        own = {*INTERACTION.names, *PREDICTION.names}
        types = self.table.schema().types
        kept = (
            name
            for name, kind in zip(self.columns, types, strict=False)
            if name not in own and not kind.is_nested()
        )
        return (*GROUPABLE, *kept)

    def segments(self) -> tuple[str, ...]:
        """Return the names of the segments that occur in the file."""
        names = self.table.select(name=self.table.segments.keys().unnest()).distinct()
        return tuple(sorted(names.to_pyarrow()["name"].to_pylist()))


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Name the file where DuckDB cannot read it.

    :raises InputError: in place of any error of DuckDB within the block.
    """
    try:
        yield
    except duckdb.Error as error:
        raise InputError(
            f"{path} is damaged, or not written by `cxnlp score`. Score the file again."
        ) from error


@contextlib.contextmanager
def kept(table: ibis.Table) -> Iterator[ibis.Table]:
    """Compute a table over a scored file once, for all that is asked of it within the block."""
    backend = table.get_backend()
    name = ibis.util.gen_name("kept")
    try:
        yield backend.create_table(name, table, temp=True)
    finally:
        backend.raw_sql(f'DROP TABLE IF EXISTS "{name}"')


def open_scored(path: Path) -> ScoredFile:
    """Open a Parquet file that `cxnlp score` wrote.

    :raises InputError: where the file is missing, not Parquet, or not scored.
    """
    try:
        schema = pq.read_schema(path)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"{path} is not a readable Parquet file. Give the OUT.parquet of `cxnlp score`."
        ) from error
    missing = [name for name in REQUIRED if name not in schema.names]
    if missing:
        raise InputError(
            f"{path} is not a scored file: it has no column {', '.join(missing)}. "
            "Run `cxnlp score` on it and give its output."
        )
    metadata = schema.metadata or {}
    journey = metadata.get(METADATA_JOURNEY)
    return ScoredFile(
        path=path,
        table=_table(path, schema.names),
        columns=tuple(schema.names),
        journey=JourneyFile() if journey is None else journey_from_json(journey),
        run_counts=json.loads(metadata.get(METADATA_SUMMARY, b"{}")),
    )


def _table(path: Path, columns: Sequence[str]) -> ibis.Table:
    connection = ibis.duckdb.connect()
    # Periods are cut in UTC wherever the command runs.
    connection.raw_sql("SET TimeZone = 'UTC'")
    _limit_memory(connection.con)
    # A bracket in a file's name would be read as a pattern.
    pattern = glob.escape(str(path))
    try:
        if any(name.lower() == ROW for name in columns):
            table = connection.read_parquet(pattern)
            table = table.rename({f"input_{ROW}": table.columns[_position(columns)]})
            return table.mutate(**{ROW: ibis.row_number()})
        return connection.read_parquet(pattern, file_row_number=True)
    except duckdb.Error as error:
        raise InputError(f"{path} cannot be read as Parquet. Score the file again.") from error


def _limit_memory(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the database within a share of the machine's memory; beyond it, it writes to disk."""
    size = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    number, unit = str(size[0] if size else "").split()
    # What it takes by itself is four fifths of the memory there is.
    allowed = float(number) * _BYTES[unit] * 0.75
    connection.execute("SET memory_limit = ?", [f"{min(allowed, MAX_MEMORY):.0f}B"])
    # Otherwise it writes into the folder that the command runs in. Made only when it is needed.
    folder = Path(tempfile.gettempdir()) / f"cxnlp-{uuid.uuid4().hex}"
    connection.execute("SET temp_directory = ?", [str(folder)])


def _position(columns: Sequence[str]) -> int:
    return [name.lower() for name in columns].index(ROW)
