"""Reads the responses that Delighted exports: a score of some survey type, and a comment."""

from __future__ import annotations

import json
from collections.abc import Callable

from cxnlp.declarations import Metric
from cxnlp.errors import InputError
from cxnlp.importers.export import ExportTable, Head, stable_id
from cxnlp.importers.export_rows import Cells, Derive, ExportRows, Rows, by_row, constant, free_name
from cxnlp.importers.export_segments import MAX_VALUES, find_segments, is_personal
from cxnlp.importers.fields import key_of
from cxnlp.importers.scores import is_number
from cxnlp.importers.table import Note, Table

NAME = "delighted"
TITLE = "Delighted"
EXPECTS = "the columns survey_type, score and comment"
PLAIN_IS_SAFE = True

# The column of scores whose scale is not known: none is read, all are rejected.
_UNKNOWN = "unknown survey type"

# Survey type -> metric, lowest and highest score.
_TYPES: dict[str, tuple[str, int, int]] = {
    "nps": ("nps", 0, 10),
    "csat": ("csat", 1, 5),
    "csat3": ("csat", 1, 3),
    "ces": ("ces", 1, 7),
    "ces7": ("ces", 1, 7),
    "ces5": ("ces", 1, 5),
    "stars5": ("rating", 1, 5),
    "stars_five": ("rating", 1, 5),
    "smileys": ("rating", 1, 5),
    "thumbs": ("rating", 0, 1),
    "pmf": ("rating", 1, 3),
}
# What employees say is no customer's word.
_EMPLOYEES = "enps"
EMPLOYEE = "answer of an employee (eNPS)"
# The scale of CES is 1-7 or 1-5, which no column says: so many answers up to 5 are of the second.
_ENOUGH_ANSWERS = 30
_OWN = frozenset(
    {
        "id", "response_id", "person", "person_id", "survey_type", "score", "comment", "permalink",
        "created_at", "updated_at", "person_properties", "properties", "notes", "tags",
        "additional_answers", "email", "person_email", "name", "person_name", "phone_number",
        "survey_id", "responded_at",
    }
)  # fmt: skip
_MAX_PROPERTIES = 50


def recognise(head: Head) -> float:
    """Return how sure it is that these are responses from Delighted."""
    keys = head.keys
    kind = head.find("survey_type")
    if kind is None or "score" not in keys or head.table is None:
        return 0.0
    cells = [key_of(cell) for cell in head.cells(kind) if cell]
    known = sum(cell in _TYPES or cell == _EMPLOYEES for cell in cells)
    if not cells or 2 * known < len(cells):
        return 0.0
    marks = {"person_properties", "permalink", "person", "created_at", "additional_answers"}
    return 0.95 if "comment" in keys and keys & marks else 0.6


def open_export(head: Head, note: Note) -> ExportTable:
    """Open an export of responses; each survey type is a metric of its own."""
    if head.table is None:
        raise InputError(f"{head.path}: is no table of responses.")
    names = head.names
    kind, score = head.find("survey_type") or "", head.find("score") or ""
    types = _types(head.table, kind, score)
    has_unknown = types.pop(_UNKNOWN, None) is not None
    derive: dict[str, Callable[[], Derive]] = {}
    metrics = []
    for name, (metric, low, high) in types.items():
        column = free_name(f"{score} ({name})", names)
        derive[column] = by_row(_scores_of(name, kind, score))
        metrics.append(_metric(metric, column, name, low, high))
    scales = "; ".join(f"{m.kind.upper()} {m.scale_min:g}-{m.scale_max:g}" for m in metrics)
    note(
        f"{head.path.name}: reads scores as {scales}. "
        "Declare in the journey file what is otherwise."
    )
    if has_unknown:
        column = free_name(f"{score} ({_UNKNOWN})", names)
        derive[column] = by_row(_unknown_scores(kind, score))
        metrics.append(_metric("rating", column, _UNKNOWN, 1, 5))
    channel, id_ = free_name("channel", names), head.find("id", "response_id")
    derive[channel] = constant("survey")
    if id_ is None:
        id_ = free_name("id", names)
        told = ("person", "person_email", "email", "created_at", "survey_type", "score", "comment")
        derive[id_] = by_row(_ids(tuple(n for n in map(head.find, told) if n)))
    bag = head.find("person_properties", "properties")
    inner = _inner_properties(head, bag)
    derive |= {free_name(name, names): by_row(_property(bag, name)) for name in inner}
    columns = {
        "id": id_,
        "date": head.find("created_at", "responded_at", "updated_at"),
        "customer": head.find("person", "person_id"),
        "channel": channel,
    }
    flat = tuple(n for n in names if key_of(n) not in _OWN or key_of(n) == "tags")
    tags = head.find("tags")
    made = frozenset(derive)
    if tags is not None:
        derive[tags] = by_row(_tags(tags))
    comment = head.find("comment")
    return ExportTable(
        table=ExportRows(head.table, drop=lambda rows: _dropped(rows, kind), derive=derive),
        source=NAME,
        columns={field: column for field, column in columns.items() if column},
        texts={comment: ""} if comment else {},
        metrics=tuple(metrics),
        segments=(*find_segments(head, flat), *(free_name(name, names) for name in inner)),
        derived=made,
    )


def _ids(told: tuple[str, ...]) -> Derive:
    def derive(rows: Rows) -> Cells:
        return [stable_id(*row) for row in zip(*map(rows.cells, told), strict=True)]

    return derive


def _metric(kind: str, column: str, question_id: str, low: int, high: int) -> Metric:
    return Metric(
        column=column,
        kind=kind,
        question_id=question_id,
        scale_min=float(low),
        scale_max=float(high),
        higher_is_better=True,
    )


def _types(table: Table, kind: str, score: str) -> dict[str, tuple[str, int, int]]:
    """Return the survey types of an export; which scale CES has is seen from all of its answers."""
    found: dict[str, tuple[str, int, int]] = {}
    n_ces, highest = 0, 0.0
    for chunk in table.chunks(16_384, lambda row, column, reason: None):
        rows = Rows(chunk.batch)
        for name, cell in zip(rows.cells(kind), rows.cells(score), strict=True):
            key = key_of(name) if name else ""
            if key in _TYPES:
                found[key] = _TYPES[key]
            elif cell and key != _EMPLOYEES:
                found[_UNKNOWN] = ("rating", 1, 5)
            if key == "ces" and cell and is_number(cell):
                n_ces += 1
                highest = max(highest, float(cell))
    if n_ces >= _ENOUGH_ANSWERS and highest <= 5:
        found["ces"] = ("ces", 1, 5)
    return dict(sorted(found.items()))


def _scores_of(name: str, kind: str, score: str) -> Derive:
    def derive(rows: Rows) -> Cells:
        found = zip(rows.cells(kind), rows.cells(score), strict=True)
        return [cell if key and key_of(key) == name else None for key, cell in found]

    return derive


def _unknown_scores(kind: str, score: str) -> Derive:
    """Return a column of what is no number wherever a score has no scale that is known."""

    def derive(rows: Rows) -> Cells:
        found = zip(rows.cells(kind), rows.cells(score), strict=True)
        return ["?" if cell and key_of(key or "") not in _TYPES else None for key, cell in found]

    return derive


def _dropped(rows: Rows, kind: str) -> list[tuple[str, str] | None]:
    keys = (key_of(cell or "") for cell in rows.cells(kind))
    return [(kind, EMPLOYEE) if key == _EMPLOYEES else None for key in keys]


def _inner_properties(head: Head, bag: str | None) -> list[str]:
    """Return the properties of persons in a column of JSON that can be segments."""
    if bag is None:
        return []
    values: dict[str, set[str]] = {}
    for cell in head.cells(bag):
        for name, value in _parsed(cell).items():
            if len(values) < _MAX_PROPERTIES or name in values:
                values.setdefault(name, set()).add(value)
    return [
        name
        for name in values
        if name.strip() and len(values[name]) <= MAX_VALUES and not is_personal(name)
    ]


def _property(bag: str | None, name: str) -> Derive:
    return lambda rows: [_parsed(cell).get(name) for cell in rows.cells(bag)]


def _tags(column: str) -> Derive:
    return lambda rows: [cell and _joined(cell) for cell in rows.cells(column)]


def _joined(cell: str) -> str | None:
    """Return the tags in a cell of JSON as one text; another cell as it is."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    if not isinstance(found, list):
        return cell
    return "; ".join(sorted(tag for tag in found if isinstance(tag, str))) or None


def _parsed(cell: str | None) -> dict[str, str]:
    """Return the properties in a cell of JSON, none where it is something else."""
    try:
        found = json.loads(cell) if cell else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): str(value)
        for name, value in found.items()
        if isinstance(value, str | int | float) and str(value).strip()
    }
