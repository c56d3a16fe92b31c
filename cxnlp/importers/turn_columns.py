"""Whether the rows of a file are the turns of conversations, and which columns say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from cxnlp.errors import InputError
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.fields import SYNONYMS, Guess, key_of
from cxnlp.importers.roles import share_of_roles
from cxnlp.importers.scores import is_number
from cxnlp.importers.seen_ids import SeenIds
from cxnlp.importers.table import Chunk, Table, ignore_reject

ROLE_NAMES = SYNONYMS["role"]
# These names mean a conversation whatever else a file holds; a ticket or a session may be one
# comment a row, and is taken for a conversation only where there are roles or numbers of turns.
_SURE = frozenset(n for n in SYNONYMS["conversation"] if n.startswith(("conv", "chat", "dialog")))
_OWN_IDS = frozenset({"id", "interaction_id"})
_MIN_ROLES = 0.5
_CHUNK_ROWS = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnColumns:
    """The columns of a file in which each row is one turn."""

    conversation: str
    role: str | None  # None: every turn is the customer's
    number: str | None
    text: str = ""
    at: str | None = None
    customer: str | None = None
    guesses: tuple[Guess, ...] = ()

    def to_mapping(self) -> dict[str, str]:
        """Return field to column; the rows have no id of their own."""
        fields = {"conversation": self.conversation, "role": self.role, "turn": self.number}
        return {field: column or "" for field, column in fields.items()} | {"id": "", "turns": ""}

    def with_columns(self, columns: Mapping[str, str], at: str | None) -> TurnColumns:
        """Return these with the columns that were assigned to the other fields."""
        return replace(self, text=columns["text"], at=at, customer=columns.get("customer"))

    def of_conversations(self, columns: Mapping[str, str], *, turns: str) -> dict[str, str]:
        """Return the columns of the fields once the turns are gathered in a column `turns`."""
        gone = {"text", "conversation", "role", "turn"}
        left = {f: c for f, c in columns.items() if f not in gone and c != self.at}
        return {**left, "id": self.conversation, "turns": turns}

    def describe(self) -> str:
        """Return in one line how the rows are read."""
        line = f"each row is read as one turn, the turns of one {self.conversation!r} together"
        if self.role is None:
            line += "; no column says who speaks, so every turn is taken as the customer's"
        return f"{line}. Of other columns the first value in a conversation is kept."


def find_turn_columns(
    table: Table, first: Chunk, *, mapping: Mapping[str, str], source: str
) -> TurnColumns | None:
    """Return the columns of a file of turns; None of a file with a row for each interaction.

    :raises InputError: where a role is mapped and no conversation is found.
    """
    names = table.schema.names
    if any(mapping.get(field) and mapping[field] not in names for field in _FIELDS):
        return None  # assigning the columns says which one is not there
    if mapping.get("turns") or mapping.get("conversation") == "":
        return None
    used = {c for field, c in mapping.items() if field not in (*_FIELDS, "id")}
    keys = {name: key_of(name) for name in names if name not in used}
    role = mapping.get("role", _find_role(first, keys))
    number = mapping.get("turn", _find_number(first, keys))
    conversation = mapping.get("conversation")
    if conversation is None:
        conversation = _find_conversation(
            table, first, keys, role=role, number=number, own_id=mapping.get("id")
        )
        if conversation is None:
            if mapping.get("role"):
                raise InputError(
                    f"{source}: a role is mapped, but no column of conversation ids is found. "
                    "Name it by --map conversation=COLUMN."
                )
            return None
    found = {"conversation": conversation, "role": role, "turn": number}
    return TurnColumns(
        conversation=conversation,
        role=role or None,
        number=number or None,
        guesses=tuple(Guess(field=f, column=c) for f, c in found.items() if c and f not in mapping),
    )


_FIELDS = ("conversation", "role", "turn")


def _find_role(first: Chunk, keys: Mapping[str, str]) -> str | None:
    """Return the column that says best who speaks, also where it says it in unknown words."""
    found = [name for name, key in keys.items() if key in ROLE_NAMES]
    found.sort(key=lambda name: ROLE_NAMES.index(keys[name]))
    return max(found, key=lambda name: _roles(first, name), default=None)


def _find_number(first: Chunk, keys: Mapping[str, str]) -> str | None:
    found = [name for name, key in keys.items() if key in SYNONYMS["turn"]]
    for name in sorted(found, key=lambda name: SYNONYMS["turn"].index(keys[name])):
        cells = [cell for cell in _cells(first, name) if cell]
        if cells and all(is_number(cell) for cell in cells):
            return name
    return None


def _find_conversation(
    table: Table,
    first: Chunk,
    keys: Mapping[str, str],
    *,
    role: str | None,
    number: str | None,
    own_id: str | None,
) -> str | None:
    has_roles = bool(role) and _roles(first, role or "") >= _MIN_ROLES
    named = [name for name, key in keys.items() if key in SYNONYMS["conversation"]]
    named = [name for name in named if name not in (role, number)]
    named.sort(key=lambda name: SYNONYMS["conversation"].index(keys[name]))
    if named and (has_roles or number):
        return named[0]
    for name in named:
        if keys[name] in _SURE and _repeats(table, name):
            return name
    if has_roles:
        own = [own_id] if own_id else [name for name, key in keys.items() if key in _OWN_IDS]
        return next((name for name in own if name in keys and _repeats(table, name)), None)
    return None


def _roles(first: Chunk, column: str) -> float:
    return share_of_roles(_cells(first, column))


def _cells(first: Chunk, column: str) -> list[str | None]:
    cells = first.batch.column(column)
    return [] if pa.types.is_nested(cells.type) else cell_texts(cells)


def _repeats(table: Table, column: str) -> bool:
    """Return whether an id stands in two rows, wherever in the file."""
    seen = SeenIds()
    for chunk in table.chunks(_CHUNK_ROWS, ignore_reject):
        if any(seen.add([cell for cell in cell_texts(chunk.batch.column(column)) if cell])):
            return True
    return False
