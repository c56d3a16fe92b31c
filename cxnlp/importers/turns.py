"""The turns of conversations: lists of objects, or of rows gathered, as TURN records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from cxnlp.importers.cells import is_blank
from cxnlp.importers.counts import Counts
from cxnlp.importers.dates import UNREADABLE, DateReader
from cxnlp.importers.fields import SYNONYMS, key_of
from cxnlp.importers.roles import NO_ROLE, UNKNOWN_ROLE, read_role
from cxnlp.importers.table import strings
from cxnlp.importers.turn_cells import turn_cells
from cxnlp.importers.turn_columns import ROLE_NAMES, TurnColumns
from cxnlp.records import INTERACTION, MAX_TEXT_CHARACTERS, TURN
from cxnlp.turns import CUSTOMER

MAX_TURNS = 2_000

NOT_A_LIST = "turns are not a list"
NOT_AN_OBJECT = "turn is not an object"
NO_TEXT = "turn without a text"
NOT_A_STRING = "text of a turn is not a string"
NUL = "NUL character"
TOO_MANY = f"over {MAX_TURNS:,} turns"
TOO_LONG = f"over {MAX_TEXT_CHARACTERS:,} characters in all turns"
NO_CUSTOMER = "no text of the customer in the conversation"

# Keys of a turn's object, best first.
_KEYS = (ROLE_NAMES, ("text", "message", "content", "body", "utterance"), SYNONYMS["at"])
_REMEMBERED = 1 << 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Called with the row, the column and the reason.
RejectValue = Callable[[int, str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTurn:
    """A turn with something to read; `at` in microseconds since 1970."""

    role: str
    at: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTurns:
    """What a cell of turns gave: `turns` is empty where the customer says nothing in them."""

    turns: tuple[ReadTurn, ...]
    problem: str = ""  # why there are none

    @property
    def first_at(self) -> int | None:
        """Return the time of the first turn that has one."""
        return next((turn.at for turn in self.turns if turn.at is not None), None)


class TurnReader:
    """Reads the cells of turns of one file.

    :param gathered: where the rows of the file are turns: their columns, named in rejects.
    """

    def __init__(
        self,
        column: str,
        *,
        gathered: TurnColumns | None,
        day_first: bool,
        counts: Counts,
        reject: RejectValue,
    ) -> None:
        self._column = column
        self._gathered = gathered
        self._dates = DateReader(day_first=day_first)
        self._counts = counts
        self._reject = reject
        self._keys: dict[tuple[str, ...], tuple[str | None, ...]] = {}

    def read(self, column: pa.Array[Any], rows: Sequence[int]) -> list[ReadTurns | None]:
        """Return the turns of each row, None where the row gives none."""
        cells = turn_cells(column)
        return [self._read(cell, row) for cell, row in zip(cells, rows, strict=True)]

    def _read(self, cell: object, row: int) -> ReadTurns | None:
        if cell is None:
            return None
        if not isinstance(cell, list):
            return self._refuse(row, NOT_A_LIST)
        if len(cell) > MAX_TURNS:
            return self._refuse(row, TOO_MANY)
        read = self._read_row if self._gathered else self._read_object
        turns: list[ReadTurn] = []
        n_characters = n_blank = 0
        for index, given in enumerate(cell):
            found = read(given, row, index)
            if found is None:
                continue
            n_characters += len(found.text)
            if is_blank(found.text):
                n_blank += found.role == CUSTOMER
            elif found.role:
                turns.append(found)
        self._counts.turns_blank += n_blank
        if n_characters > MAX_TEXT_CHARACTERS:
            return self._refuse(row, TOO_LONG)
        if not any(turn.role == CUSTOMER for turn in turns):
            return ReadTurns(turns=(), problem=NO_CUSTOMER)
        return ReadTurns(turns=tuple(turns))

    def _refuse(self, row: int, problem: str) -> ReadTurns:
        self._reject(row, self._column, problem)
        return ReadTurns(turns=(), problem=problem)

    def _read_object(self, given: object, row: int, index: int) -> ReadTurn | None:
        place = f"{self._column}[{index}]"
        if not isinstance(given, dict):
            self._reject(row, place, NOT_AN_OBJECT)
            return None
        role_key, text_key, at_key = self._keys_of(given)
        if text_key is None:
            self._reject(row, place, NO_TEXT)
            return None
        role = given[role_key] if role_key is not None else None
        if isinstance(role, dict):  # {"author": {"type": "user", "id": 7}}
            role = role.get("role") or role.get("type")
        at = given[at_key] if at_key is not None else None
        time = self._time(at)
        if isinstance(time, str):
            self._reject(row, f"{place}.{at_key}", time)
        return self._turn(
            role,
            given[text_key],
            time if isinstance(time, int) else None,
            row=row,
            role_field=f"{place}.{role_key or 'role'}",
            text_field=f"{place}.{text_key}",
        )

    def _read_row(self, given: Mapping[str, Any], row: int, index: int) -> ReadTurn | None:
        gathered = self._gathered
        if gathered is None:
            return None
        if given["problem"]:
            self._reject(given["row"], gathered.at or "", given["problem"])
        return self._turn(
            given["role"] if gathered.role is not None else CUSTOMER,
            given["text"],
            given["at"],
            row=given["row"],
            role_field=gathered.role or "",
            text_field=gathered.text,
        )

    def _turn(
        self, role: object, text: object, at: int | None, *,
        row: int, role_field: str, text_field: str,
    ) -> ReadTurn | None:  # fmt: skip
        """Return a turn, without a role where its text counts but cannot be used."""
        known = read_role(role) if isinstance(role, str) else None
        if text is None:
            text = ""
        if not isinstance(text, str):
            self._reject(row, text_field, NOT_A_STRING)
            return None
        if "\0" in text:
            self._reject(row, text_field, NUL)
            known = None
        elif known is None and not is_blank(text):
            self._reject(row, role_field, UNKNOWN_ROLE if role else NO_ROLE)
        return ReadTurn(role=known or "", at=at, text=text)

    def _time(self, at: object) -> int | str | None:
        if at is None or (isinstance(at, str) and not at.strip()):
            return None
        if isinstance(at, datetime):
            return int(
                ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH).total_seconds() * 10**6
            )
        if isinstance(at, bool) or not isinstance(at, int | float | str):
            return UNREADABLE
        if isinstance(at, float) and at.is_integer():
            at = int(at)
        return self._dates.read(str(at))

    def _keys_of(self, given: Mapping[str, object]) -> tuple[str | None, ...]:
        names = tuple(given)
        if names not in self._keys:
            if len(self._keys) >= _REMEMBERED:
                self._keys.clear()
            known = {key_of(name): name for name in reversed(names)}
            self._keys[names] = tuple(
                next((known[key] for key in keys if key in known), None) for keys in _KEYS
            )
        return self._keys[names]


def turns_array(rows: Sequence[ReadTurns | None]) -> pa.Array[Any]:
    """Return the turns of each row as lists of TURN records, null where there are none."""
    offsets: list[int | None] = []
    flat: list[ReadTurn] = []
    for row in rows:
        offsets.append(len(flat) if row is not None and row.turns else None)
        flat.extend(row.turns if row is not None else ())
    offsets.append(len(flat))
    struct = pa.StructArray.from_arrays(
        [
            pa.array([turn.role for turn in flat], pa.string()),
            pa.array([turn.at for turn in flat], pa.int64()).cast(TURN.field("at").type),
            strings([turn.text for turn in flat]),
        ],
        fields=[TURN.field(name) for name in ("role", "at", "text")],
    )
    turns = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct)
    return turns.cast(INTERACTION.field("turns").type)
