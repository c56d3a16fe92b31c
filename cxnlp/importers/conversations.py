"""A file of turns as a table of conversations, sorted on disk so that memory stays bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.errors import InputError
from cxnlp.importers.cells import cell_texts, is_blank
from cxnlp.importers.dates import DateReader, read_column
from cxnlp.importers.roles import read_role
from cxnlp.importers.scores import is_number
from cxnlp.importers.table import CHUNK_CHARACTERS, Chunk, Reject, Table, strings
from cxnlp.importers.turn_columns import TurnColumns
from cxnlp.importers.turns import MAX_TURNS
from cxnlp.records import MAX_TEXT_CHARACTERS
from cxnlp.turns import CUSTOMER

NO_CONVERSATION = "turn without a conversation id"

_CHUNK_ROWS = 16_384
_MEMORY = "256MB"
_TURN = pa.struct(
    [
        ("role", pa.string()),
        ("text", pa.string()),
        ("at", pa.int64()),
        ("row", pa.int64()),
        ("problem", pa.string()),
    ]
)
_STAGED = ("conversation", "speaker", "said", "micros", "place", "problem", "number")
# Conversations come as their first rows stand in the file. A blank turn must not undo an order.
_SORT = """
COPY (
    SELECT staged.* EXCLUDE (number)
    FROM staged JOIN (
        SELECT conversation, min(place) AS first_place,
            bool_and(micros IS NOT NULL) FILTER (said IS NOT NULL) AS timed,
            bool_and(number IS NOT NULL) FILTER (said IS NOT NULL) AS numbered
        FROM staged GROUP BY conversation
    ) USING (conversation)
    ORDER BY first_place, CASE WHEN timed THEN micros END, CASE WHEN numbered THEN number END, place
) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 16384)
"""


class ConversationTable:
    """The conversations of a file of turns, one a row, under the number of their first row.

    `turns_column` holds the turns in order: by time where every turn has one, else by number, else
    as in the file. Of every other column it has the first value of a conversation that is not null.
    """

    def __init__(self, table: Table, columns: TurnColumns, *, day_first: bool) -> None:
        self.path = table.path
        self.bytes_total = 2 * table.bytes_total  # read once, then sorted
        self.bytes_read = 0
        self._table = table
        self._columns = columns
        self._day_first = day_first
        own = {columns.conversation, columns.role, columns.number, columns.text, columns.at}
        self._kept = [f.with_type(_kept_type(f.type)) for f in table.schema if f.name not in own]
        self.turns_column = "turns"
        while self.turns_column in table.schema.names:
            self.turns_column += "_"
        id_field = pa.field(columns.conversation, pa.string())
        turns_field = pa.field(self.turns_column, pa.list_(_TURN))
        self.schema = pa.schema([id_field, *self._kept, turns_field])

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the conversations, at most `rows` at a time; turns of none are rejected."""
        with tempfile.TemporaryDirectory(prefix="cxnlp-") as folder:
            path = Path(folder) / "sorted.parquet"
            try:
                self._sort(Path(folder), path, reject)
            except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
                raise InputError(
                    f"{self.path}: its turns cannot be sorted in {tempfile.gettempdir()}. "
                    "Make room there, or name another folder by TMPDIR."
                ) from error
            with pq.ParquetFile(path) as file:
                yield from self._gather(file, rows)
        self.bytes_read = self.bytes_total

    def _sort(self, folder: Path, path: Path, reject: Reject) -> None:
        connection = duckdb.connect(str(folder / "turns.duckdb"))
        try:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            connection.execute("SET threads = 1")
            connection.execute(f"SET temp_directory = '{_quoted(folder)}'")
            made = False
            for chunk in self._table.chunks(_CHUNK_ROWS, reject):
                connection.register("chunk", self._stage(chunk, reject))
                insert = "INSERT INTO staged" if made else "CREATE TABLE staged AS"
                connection.execute(f"{insert} SELECT * FROM chunk WHERE conversation IS NOT NULL")
                connection.unregister("chunk")
                made = True
                self.bytes_read = self._table.bytes_read
            connection.execute(_SORT.format(path=_quoted(path)))
        finally:
            connection.close()

    def _stage(self, chunk: Chunk, reject: Reject) -> pa.Table:
        """Return the rows of a chunk as they are sorted; kept columns are named k0, k1, ..."""
        names, batch, rows = self._columns, chunk.batch, chunk.rows
        ids = [
            c if c and not is_blank(c) else None
            for c in cell_texts(batch.column(names.conversation))
        ]
        for row, cell in zip(rows, ids, strict=True):
            if cell is None:
                reject(row, names.conversation, NO_CONVERSATION)
        times, problems = self._times(chunk)
        nothing: list[str | None] = [None] * len(rows)
        roles = cell_texts(batch.column(names.role)) if names.role else nothing
        texts = [
            None if text is None or is_blank(text) else text
            for text in cell_texts(batch.column(names.text))
        ]
        numbers = cell_texts(batch.column(names.number)) if names.number else nothing
        staged = [
            strings(ids),
            strings(roles),
            strings(texts),
            pa.array(times, pa.int64()),
            pa.array(rows, pa.int64()),
            pa.array(problems, pa.string()),
            pa.array([float(n) if n and is_number(n) else None for n in numbers], pa.float64()),
        ]
        kept = [_stored(batch.column(f.name), f.type) for f in self._kept]
        return pa.table([*staged, *kept], names=[*_STAGED, *(f"k{i}" for i in range(len(kept)))])

    def _times(self, chunk: Chunk) -> tuple[list[int | None], list[str | None]]:
        n = len(chunk.rows)
        times: list[int | None] = [None] * n
        problems: list[str | None] = [None] * n
        if self._columns.at is None:
            return times, problems
        reader = DateReader(day_first=self._day_first)
        times, wrong = read_column(chunk.batch.column(self._columns.at), reader)
        for i, problem in wrong:
            problems[i] = problem
        return times, problems

    def _gather(self, file: pq.ParquetFile, rows: int) -> Iterator[Chunk]:
        done: list[_Conversation] = []
        n_characters = n_read = 0
        half = self.bytes_total // 2
        names = [f.name for f in self._kept]
        customer = names.index(self._columns.customer) if self._columns.customer in names else -1
        latest: _Conversation | None = None
        for batch in file.iter_batches(batch_size=_CHUNK_ROWS, use_threads=False):
            columns = [column.to_pylist() for column in batch.columns]
            for id_, role, text, at, row, problem, *kept in zip(*columns, strict=True):
                if latest is None or latest.id_ != id_:
                    if latest is not None:
                        done.append(latest)
                        n_characters += latest.n_characters
                    if len(done) == rows or n_characters >= CHUNK_CHARACTERS:
                        yield self._chunk(done)
                        done, n_characters = [], 0
                    latest = _Conversation(id_=id_, row=row, kept=[None] * len(kept))
                latest.add(
                    {"role": role, "text": text, "at": at, "row": row, "problem": problem},
                    kept,
                    customer,
                )
            n_read += len(batch)
            self.bytes_read = half + half * n_read // max(1, file.metadata.num_rows)
        if latest is not None:
            yield self._chunk([*done, latest])

    def _chunk(self, done: list[_Conversation]) -> Chunk:
        kept = [
            pa.array([c.kept[i] for c in done], _stored_type(f.type)).cast(f.type)
            for i, f in enumerate(self._kept)
        ]
        ids = strings([c.id_ for c in done])
        turns = pa.array([c.turns for c in done], pa.list_(_TURN))
        batch = pa.RecordBatch.from_arrays([ids, *kept, turns], schema=self.schema)
        return Chunk(rows=[c.row for c in done], batch=batch)


@dataclass(slots=True, kw_only=True)
class _Conversation:
    """A conversation being gathered, no further than where it is found to be too long."""

    id_: str
    row: int
    kept: list[Any]
    turns: list[dict[str, Any]] = field(default_factory=list)
    n_characters: int = 0
    is_customers: bool = False  # whether the customer's id comes from a turn of the customer

    def add(self, turn: dict[str, Any], kept: list[Any], customer: int) -> None:
        self.row = min(self.row, turn["row"])
        if len(self.turns) <= MAX_TURNS and self.n_characters <= MAX_TEXT_CHARACTERS:
            self.turns.append(turn)
            self.n_characters += len(turn["text"] or "")
        for i, value in enumerate(kept):
            if value is not None and self.kept[i] is None:
                self.kept[i] = value
        # A column as user_id may name whoever speaks.
        if customer >= 0 and kept[customer] is not None and not self.is_customers:
            if read_role(turn["role"] or "") == CUSTOMER:
                self.kept[customer] = kept[customer]
                self.is_customers = True


def _kept_type(kind: pa.DataType) -> pa.DataType:
    """Return the type in which a column is kept: its own where it is a plain one, else text."""
    is_plain = (
        pa.types.is_boolean(kind)
        or pa.types.is_signed_integer(kind)
        or pa.types.is_float64(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_date32(kind)
    )
    return kind if is_plain else pa.string()


def _stored_type(kind: pa.DataType) -> pa.DataType:
    """Return how a kept type is stored while it is sorted: times as numbers, which lose nothing."""
    if pa.types.is_timestamp(kind):
        return pa.int64()
    return pa.int32() if pa.types.is_date32(kind) else kind


def _stored(column: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
    if pa.types.is_string(kind):
        return strings(cell_texts(column))
    return column.cast(_stored_type(kind))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
