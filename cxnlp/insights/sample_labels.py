"""The labels of a sample that was filled in, matched to the rows of the scored file."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cxnlp.errors import InputError
from cxnlp.importers.decoding import find_encoding
from cxnlp.journey.scored import ROW, ScoredFile, reading
from cxnlp.labels import SENTIMENTS, TOPICS
from cxnlp.spreadsheet import spreadsheet_safe

# What a reader fills in; the model's own labels are not shown, for they would lead him.
TO_FILL: tuple[str, ...] = ("sentiment", "topics")
NO_TOPIC = "none"
# How a file of texts that were picked to train on says so: such texts are no sample of all.
DRAWN_FOR = "drawn_for"
FOR_TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """What a reader said of one text; None where that was not filled in."""

    row: int  # of the scored file
    weight: float
    sentiment: str | None
    topics: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSample:
    """Labels that came back, and what became of the rows without a usable one."""

    texts: tuple[LabelledText, ...]
    n_rows: int
    n_empty: int = 0
    n_half: int = 0  # with a sentiment or topics alone; used for what they have
    n_unknown_id: int = 0
    n_repeated: int = 0  # an id that was there before
    n_outside: int = 0  # with a label that is not in the scheme; that label is not used

    def describe(self) -> str:
        """Return what was read, in one sentence without its full stop."""
        parts = [f"{len(self.texts):,} of {self.n_rows:,} rows are labelled"]
        for n, words in (
            (self.n_empty, "left empty"),
            (self.n_half, "half-filled, used for what they have"),
            (self.n_unknown_id, "with an id that is not in the scored file"),
            (self.n_repeated, "repeating an id"),
            (self.n_outside, "with a label outside the scheme, which is not used"),
        ):
            if n:
                parts.append(f"{n:,} {words}")
        return "; ".join(parts)


def read_labels(path: Path, scored: ScoredFile) -> LabelledSample:
    """Return the labels of a sample that was filled in, matched to the rows of the scored file.

    Without a column of weights every text stands for equally many. Topics are names joined by
    `;`, and `none` where a text has none: an empty cell is not labelled.

    :raises InputError: where the file cannot be read, lacks a column, or was drawn for training.
    """
    cells = read_cells(path)
    _refuse_picked(path, cells)
    wanted = {_id_of(row) for row in cells}
    rows = _rows_of(scored, {key[1] for key in wanted})
    counts: Counter[str] = Counter()
    texts: dict[int, LabelledText] = {}
    for line, row in enumerate(cells, start=2):
        filled, outside = _labels_of(row)
        if filled == (None, None) and not outside:
            counts["empty"] += 1
            continue
        counts["outside"] += outside
        place = rows.get(_id_of(row)) or rows.get(("", _id_of(row)[1]))
        if place is None or len(place) > 1:
            counts["unknown_id"] += 1
        elif place[0] in texts:
            counts["repeated"] += 1
        elif filled != (None, None):
            counts["half"] += None in filled and not outside
            weight = _weight(row.get("weight", ""), path, line)
            texts[place[0]] = LabelledText(
                row=place[0], weight=weight, sentiment=filled[0], topics=filled[1]
            )
    return LabelledSample(
        texts=tuple(texts.values()),
        n_rows=len(cells),
        **{f"n_{name}": counts[name] for name in ("empty", "half", "unknown_id", "repeated")},
        n_outside=counts["outside"],
    )


def read_cells(path: Path) -> list[dict[str, str]]:
    """Return the rows of a sample as a spreadsheet saved it, by column name in small letters.

    :raises InputError: where the file cannot be read, or lacks a column.
    """
    if not Path(path).is_file():
        raise InputError(f"{path}: there is no such file. Draw one with `cxnlp sample`.")
    content = Path(path).read_bytes().decode(find_encoding(Path(path)).codec, errors="replace")
    # A spreadsheet may save commas as semicolons or tabs.
    header = content.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: is not CSV: {error}.") from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in ("interaction_id", *TO_FILL) if name not in names]
    if missing:
        raise InputError(
            f"{path}: has no column {', '.join(missing)}. Give a sample of `cxnlp sample`, filled."
        )
    return [dict(zip(names, [*row, *[""] * len(names)], strict=False)) for row in rows[1:]]


def check_sample(path: Path) -> None:
    """Refuse a file that is no filled sample of all texts.

    :raises InputError: where it cannot be read, lacks a column, or was drawn for training.
    """
    _refuse_picked(path, read_cells(path))


def _refuse_picked(path: Path, cells: Sequence[Mapping[str, str]]) -> None:
    if any(row.get(DRAWN_FOR, "").strip().lower() == FOR_TRAINING for row in cells):
        raise InputError(
            f"{path}: its texts were picked for training, because the model was unsure of them; "
            "shares corrected by them would be wrong. Draw a sample with `cxnlp sample` without "
            "--for-labels, and give this file to `cxnlp train --labels`."
        )


def _id_of(row: Mapping[str, str]) -> tuple[str, str]:
    return (row.get("source", "").strip(), row["interaction_id"].strip())


def _rows_of(scored: ScoredFile, ids: set[str]) -> dict[tuple[str, str], list[int]]:
    """Return file rows by (source, id), and by ("", id) whatever the source."""
    table = scored.record("sentiment", "source", "interaction_id")
    # As they were written: with an apostrophe where a spreadsheet would run them.
    plain = ids | {name[1:] for name in ids if name.startswith("'")}
    kept = table.filter(table.sentiment.notnull() & table.interaction_id.strip().isin(list(plain)))
    with reading(scored.path):
        found = kept.select(ROW, "source", "interaction_id").to_pyarrow().to_pylist()
    rows: dict[tuple[str, str], list[int]] = {}
    for row in sorted(found, key=lambda row: int(row[ROW])):
        name, source = row["interaction_id"].strip(), (row["source"] or "").strip()
        for key in {(s, i) for s in (source, spreadsheet_safe(source), "")
                    for i in (name, spreadsheet_safe(name))}:  # fmt: skip
            rows.setdefault(key, []).append(row[ROW])
    return rows


def _labels_of(row: Mapping[str, str]) -> tuple[tuple[str | None, frozenset[str] | None], bool]:
    """Return the labels of a row, and whether one of its cells is outside the scheme."""
    sentiment = row["sentiment"].strip().lower() or None
    names = [_slug(name) for name in row["topics"].replace("|", ";").split(";") if name.strip()]
    outside = sentiment is not None and sentiment not in SENTIMENTS
    wrong_topics = any(name not in TOPICS and name != NO_TOPIC for name in names)
    topics = frozenset(names) - {NO_TOPIC} if names and not wrong_topics else None
    return (None if outside else sentiment, topics), outside or wrong_topics


def _slug(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def _weight(cell: str, path: Path, line: int) -> float:
    if not cell.strip():
        return 1.0
    try:
        weight = float(cell.strip().replace(",", "."))
    except ValueError as error:
        raise InputError(f"{path}:{line}: the weight is not a number. Restore it.") from error
    if not (weight > 0 and math.isfinite(weight)):
        raise InputError(f"{path}:{line}: the weight is not above 0. Restore it.")
    return weight
