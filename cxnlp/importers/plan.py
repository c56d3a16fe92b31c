"""How one opened file will be read: which column is what, in which order its dates are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from cxnlp.declarations import JourneyFile, Metric
from cxnlp.errors import InputError
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.conversations import ConversationTable
from cxnlp.importers.dates import UNREADABLE, DateReader, find_date_order
from cxnlp.importers.fields import (
    SCORE_FIELDS,
    SYNONYMS,
    Guess,
    assign_columns,
    canonical_field,
    column_list,
    describe_guesses,
    key_of,
    nearest,
)
from cxnlp.importers.score_columns import named_metrics as named_metrics
from cxnlp.importers.scores import is_number
from cxnlp.importers.table import Chunk, Note, Table, ignore_reject
from cxnlp.importers.turn_cells import looks_like_turns
from cxnlp.importers.turn_columns import TurnColumns, find_turn_columns
from cxnlp.importers.verbatims import describe_texts, find_texts, questions_of, told_texts

LOOKED_AT_ROWS = 2048
# A column called id that repeats more than this names something else, as a customer.
_MIN_DISTINCT_IDS = 0.9
_MIN_IDS_TO_JUDGE = 10
# A column with a word such as "comment" in its name may say of which kind it is, or whether it is.
_MAX_CHOICE_WORDS, _MAX_CHOICES = 2, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is read from one file.

    `source` is that of its records: the file, or the name of the export that it is, whose ids are
    unique over all files. `texts` are the columns of verbatims, each with its question ("" for
    none); where it is empty, `columns` names the one column of text and that of its question.
    """

    table: Table
    file: str
    source: str
    columns: dict[str, str]  # field -> column
    metrics: tuple[Metric, ...]
    segments: tuple[str, ...]
    day_first: bool
    turn_columns: TurnColumns | None = None  # where the rows of the file were turns
    texts: Mapping[str, str] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()  # columns that the input does not have

    @property
    def turns_field(self) -> str:
        """Return the input column that rejects of whole conversations name."""
        if self.turn_columns is not None:
            return self.turn_columns.text
        return self.columns.get("turns", "")


def make_plan(
    table: Table,
    *,
    source: str,
    mapping: Mapping[str, str],
    journey: JourneyFile,
    note: Note,
) -> Plan:
    """Look at the first rows of a file and decide how to read it.

    :raises InputError: on a mapped column that is not there, or a file without text and score.
    """
    names = table.schema.names
    first = next(iter(table.chunks(LOOKED_AT_ROWS, ignore_reject)))
    declared = [m for m in journey.metrics if m.column in names]
    repeating: list[str] = []
    guesses: list[Guess] = []
    texts = told_texts(mapping, names, file=source)
    if texts:
        mapping = {**mapping, "text": texts[0]}
    several = len(texts) > 1
    turn_columns = (
        None if several else find_turn_columns(table, first, mapping=mapping, source=source)
    )
    if turn_columns is not None:
        mapping = {**mapping, **turn_columns.to_mapping()}
        guesses.extend(turn_columns.guesses)
    elif not several and "turns" not in mapping and (turns := _find_turns(first)) is not None:
        mapping = {**mapping, "turns": turns}
        guesses.append(Guess(field="turns", column=turns))

    def is_usable(field: str, column: str) -> bool:
        if field in SCORE_FIELDS and any(m.kind == field for m in declared):
            note(
                f"{source}: {column!r} is not read as {field}, since the journey file declares one."
            )
            return False
        if field == "id" and _repeats(first, column):
            repeating.append(column)
            return False
        return _looks_like(field, column, first)

    columns, guessed = assign_columns(
        names,
        mapping=mapping,
        taken=[*texts[1:], *(m.column for m in declared)],
        file=source,
        is_usable=is_usable,
    )
    guesses += guessed
    if "text" not in mapping and "turns" not in columns:
        taken = [*(m.column for m in declared), *journey.segments]
        texts = find_texts(first, columns, taken=taken)
        if texts:
            columns["text"] = texts[0]
            guesses = [guess for guess in guesses if guess.field != "text"]
            note(f"{source}: {describe_texts(texts)}")
    if guesses:
        note(f"{source}: {describe_guesses(guesses)}")
    for column in repeating:
        note(f"{source}: {column!r} repeats, so it is not read as the id of a row.")
    metrics = (*declared, *named_metrics(columns, declared, source=source, note=note))
    for metric in metrics:
        if metric.weight_column is not None and metric.weight_column not in names:
            raise InputError(
                f"{source}: there is no column {metric.weight_column!r}, the weight of "
                f"{metric.column!r}. The columns are {column_list(names)}."
            )
    if "text" not in columns and (turn_columns or ("turns" not in columns and not metrics)):
        raise InputError(
            f"{source}: no column of text or scores was found. Name one by --map text=COLUMN "
            "or, of answers from 0 to 10, --map nps=COLUMN. "
            f"The columns are {column_list(names)}."
        )
    if "text" not in columns and "turns" not in columns:
        note(f"{source}: no column of text was found, only scores are read.")
    at = columns.pop("at", None)
    if turn_columns is not None and at is None:
        at = _find_at(first, columns)
    day_first = find_day_first(first, at or columns.get("date"), source=source, note=note)
    if turn_columns is not None:
        turn_columns = turn_columns.with_columns(columns, at)
        table = ConversationTable(table, turn_columns, day_first=day_first)
        columns = turn_columns.of_conversations(columns, turns=table.turns_column)
        note(f"{source}: {turn_columns.describe()}")
    return Plan(
        table=table,
        file=source,
        source=source,
        columns=columns,
        metrics=metrics,
        segments=tuple(s for s in journey.segments if s in names),
        day_first=day_first,
        turn_columns=turn_columns,
        texts=questions_of(texts or [columns.get("text", "")], columns),
    )


def check_journey_columns(plans: Sequence[Plan], journey: JourneyFile, note: Note) -> None:
    """Raise InputError where no file has a column that the journey file names."""
    wanted = [(m.column, "metric") for m in journey.metrics]
    wanted += [(s, "segment") for s in journey.segments]
    for column, what in wanted:
        without = [plan.source for plan in plans if column not in plan.table.schema.names]
        if len(without) == len(plans):
            names = plans[0].table.schema.names
            raise InputError(
                f"{without[0]}: there is no column {column!r}, which the journey file names as "
                f"{what}{nearest(column, names)} The columns are {column_list(names)}."
            )
        if without:
            note(f"{', '.join(without)}: there is no column {column!r}, a {what} of the others.")


def _find_turns(first: Chunk) -> str | None:
    """Return the column whose cells are lists of turns."""
    names = [name for name in first.batch.schema.names if key_of(name) in SYNONYMS["turns"]]
    names.sort(key=lambda name: SYNONYMS["turns"].index(key_of(name)))
    return next((name for name in names if looks_like_turns(first.batch.column(name), name)), None)


def _find_at(first: Chunk, columns: Mapping[str, str]) -> str | None:
    """Return the column of the times of turns, which may be the only date there is."""
    taken = {column for field, column in columns.items() if field != "date"}
    names = [n for n in first.batch.schema.names if key_of(n) in SYNONYMS["at"] and n not in taken]
    names.sort(key=lambda name: SYNONYMS["at"].index(key_of(name)))
    found = next((name for name in names if _looks_like("date", name, first)), None)
    return found or columns.get("date")


def _looks_like(field: str, column: str, first: Chunk) -> bool:
    """Return whether the values fit the field; a column of the field's own name always does."""
    if field not in ("text", "date") or canonical_field(column) == field:
        return True
    cells = [cell for cell in cell_texts(first.batch.column(column)) if cell]
    if field == "text":
        if key_of(column) not in SYNONYMS["text"] and _are_choices(cells):
            return False
        return not cells or not all(is_number(cell) for cell in cells)
    if pa.types.is_temporal(kind := first.batch.schema.field(column).type):
        return pa.types.is_timestamp(kind) or pa.types.is_date(kind)
    reader = DateReader()
    return not cells or any(reader.read(cell) != UNREADABLE for cell in cells)


def _are_choices(cells: Sequence[str]) -> bool:
    """Return whether cells are a few short values again and again, as "yes" and "no" are."""
    values = {cell.strip().casefold() for cell in cells}
    is_short = all(len(value.split()) <= _MAX_CHOICE_WORDS for value in values)
    return is_short and len(values) < _MAX_CHOICES * len(cells) and len(cells) >= _MIN_IDS_TO_JUDGE


def _repeats(first: Chunk, column: str) -> bool:
    ids = [i for i in cell_texts(first.batch.column(column)) if i]
    return len(ids) >= _MIN_IDS_TO_JUDGE and len(set(ids)) < _MIN_DISTINCT_IDS * len(ids)


def find_day_first(
    first: Chunk, column: str | None, *, source: str, note: Note, month_first: bool = False
) -> bool:
    """Return whether the dates of a column have the day before the month.

    :param month_first: what is assumed of dates that could be both.
    """
    if column is None or not pa.types.is_string(first.batch.schema.field(column).type):
        return True
    order = find_date_order(cell_texts(first.batch.column(column)), month_first=month_first)
    if order.note:
        note(f"{source}: {order.note}.")
    return order.day_first
