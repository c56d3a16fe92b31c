"""Read the rows of label files, and refuse them with counts and row numbers where one is wrong."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cxnlp.errors import InputError
from cxnlp.labels import EMOTIONS
from training.labelled.cells import (
    Row,
    Wrong,
    read_place,
    read_satisfaction,
    read_sentiment,
    read_set,
    read_split,
    read_string,
    read_topics,
)
from training.labelled.tables import read_label_table

LABEL_COLUMNS = ("sentiment", "satisfaction", "emotions", "topics", "polarities")
COLUMNS = ("text", "question", *LABEL_COLUMNS, "start", "end", "annotator", "split")
# As `cxnlp score` and other files name them.
_ALSO = {"topic_sentiments": "polarities", "rating": "satisfaction"}
MAX_CHARACTERS = 100_000  # the model reads no further
_ROWS_NAMED = 8  # in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """What one annotator said of one text, or of a part of it; None where nothing."""

    file: str
    number: int  # of the row, as a spreadsheet counts them
    text: str
    question: str | None
    place: tuple[int, int] | None  # code points of the text; None: the whole
    annotator: str | None
    split: str | None
    sentiment: int | None = None
    satisfaction: float | None = None
    emotions: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    polarities: tuple[tuple[str, int], ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether any label was given."""
        given = (self.sentiment, self.satisfaction, self.emotions, self.topics)
        return any(value is not None for value in given)


class Problems:
    """Collects what is wrong with a file, so that all of it is told at once."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[str, int]]] = defaultdict(list)

    def add(self, reason: str, file: str, number: int) -> None:
        """Note that a row is wrong for a reason."""
        self._rows[reason].append((file, number))

    def refuse(self) -> None:
        """Raise one error for all that was noted.

        :raises InputError: where anything was.
        """
        if not self._rows:
            return
        parts = [f"{reason}: {name_rows(rows)}" for reason, rows in self._rows.items()]
        raise InputError(f"Nothing was trained. {'. '.join(parts)}.")


def name_rows(rows: Sequence[tuple[str, int]]) -> str:
    """Return how many rows, and which, the first of them by file and number.

    >>> name_rows([("a.csv", 2), ("a.csv", 5)])
    '2 rows (a.csv 2, 5)'
    """
    named, last = [], None
    for file, number in sorted(rows)[:_ROWS_NAMED]:
        named.append(str(number) if file == last else f"{file} {number}")
        last = file
    more = ", …" if len(rows) > _ROWS_NAMED else ""
    return f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'} ({', '.join(named)}{more})"


def read_label_rows(
    paths: Sequence[Path], *, mapping: Mapping[str, str] | None = None
) -> tuple[list[LabelRow], list[str]]:
    """Return every row with a label of some files, and notes on what was left out.

    :param mapping: one of COLUMNS -> the column to read as that.
    :raises InputError: on a missing column, and on cells that are not of the scheme, all at once,
        with the count and the numbers of the rows.
    """
    problems, rows, notes = Problems(), list[LabelRow](), list[str]()
    for path in paths:
        found, said = _read_file(path, mapping or {}, problems)
        rows += found
        notes += said
    problems.refuse()
    if not rows:
        names = ", ".join(str(path) for path in paths)
        raise InputError(f"{names}: no row has a label. Fill in one of {', '.join(LABEL_COLUMNS)}.")
    return rows, notes


def _read_file(
    path: Path, mapping: Mapping[str, str], problems: Problems
) -> tuple[list[LabelRow], list[str]]:
    columns, records, first = read_label_table(path)
    names, notes = _names(path, columns, mapping)
    rows, n_empty = list[LabelRow](), 0
    for number, record in enumerate(records, start=first):
        cells = {name: record.get(column) for name, column in names.items()}
        row = _read_row(path.name, number, cells, problems)
        if row is None or row.says_something:
            rows += [row] if row else []
        else:
            n_empty += 1
    if n_empty:
        notes.append(f"{path.name}: {n_empty:,} of {len(records):,} rows have no label, left out")
    return rows, notes


def _names(
    path: Path, columns: Sequence[str], mapping: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return name -> column of a file.

    :raises InputError: where there is no text, no label, or a mapped column is missing.
    """
    unknown = sorted(set(mapping) - set(COLUMNS))
    if unknown:
        near = difflib.get_close_matches(unknown[0], COLUMNS, n=1, cutoff=0)[0]
        raise InputError(f"There is no label column {unknown[0]!r} to map; did you mean {near!r}?")
    for name, column in mapping.items():
        if column not in columns:
            raise InputError(f"{path}: has no column {column!r} to read as {name!r}.")
    names = dict(mapping)
    for column in columns:
        name = column.strip().lower()
        name = _ALSO.get(name, name)
        if name in COLUMNS and name not in names and column not in names.values():
            names[name] = column
    if "text" not in names:
        raise InputError(f"{path}: has no column 'text'. Pass --map text=COLUMN.{_near(columns)}")
    if not set(LABEL_COLUMNS) & set(names):
        raise InputError(
            f"{path}: has none of the columns {', '.join(LABEL_COLUMNS)}. Add one, or pass "
            f"--map sentiment=COLUMN.{_near(columns)}"
        )
    if ("start" in names) != ("end" in names):
        raise InputError(f"{path}: has only one of the columns start and end. Add the other.")
    if "polarities" in names and "topics" not in names:
        raise InputError(f"{path}: has polarities without a column 'topics'. Add their topics.")
    unread = [c for c in columns if c not in names.values()]
    likely = [(c, _nearest(c)) for c in unread]
    notes = [
        f"{path.name}: column {c!r} is not read; did you mean {near!r}?"
        for c, near in likely
        if near and near not in names
    ]
    return names, notes


def _nearest(column: str) -> str | None:
    known = (*COLUMNS, *_ALSO)
    near = difflib.get_close_matches(column.strip().lower(), known, n=1, cutoff=0.8)
    return near[0] if near else None


def _near(columns: Sequence[str]) -> str:
    others = [c for c in columns if c.strip().lower() not in (*COLUMNS, *_ALSO)]
    hints = [f" Did you mean {n!r} by {c!r}?" for c in others if (n := _nearest(c))]
    return hints[0] if hints else ""


def _read_row(file: str, number: int, cells: Row, problems: Problems) -> LabelRow | None:
    """Return a row, or None where something of it is wrong and was noted."""
    wrong = Wrong()
    row = _parse(file, number, cells, wrong)
    for reason in wrong.reasons:
        problems.add(reason, file, number)
    return None if wrong.reasons else row


def _parse(file: str, number: int, cells: Row, wrong: Wrong) -> LabelRow | None:
    text = cells.get("text")
    if not isinstance(text, str) or not any(c.isalnum() or ord(c) > 0x2000 for c in text):
        wrong.note("text: empty, or without a letter")
        return None
    if len(text) > MAX_CHARACTERS:
        wrong.note(f"text: longer than {MAX_CHARACTERS:,} characters")
        return None
    topics, polarities = read_topics(cells, wrong)
    return LabelRow(
        file=file,
        number=number,
        text=text,
        question=read_string(cells.get("question")),
        place=read_place(cells, text, wrong),
        annotator=read_string(cells.get("annotator")),
        split=read_split(cells.get("split"), wrong),
        sentiment=read_sentiment(cells.get("sentiment"), "sentiment", wrong),
        satisfaction=read_satisfaction(cells.get("satisfaction"), wrong),
        emotions=read_set(cells.get("emotions"), "emotions", EMOTIONS, wrong),
        topics=topics,
        polarities=polarities,
    )
