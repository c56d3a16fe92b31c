"""Reads reviews of the App Store: rating, title, body, nickname, date and territory."""

from __future__ import annotations

import json
from dataclasses import replace

from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.export_rows import Cells, Derive, ExportRows, Rows, by_row
from cxnlp.importers.review_export import ReviewColumns, open_reviews
from cxnlp.importers.table import Note

NAME = "app_store"
TITLE = "App Store"
EXPECTS = "the columns rating, body, reviewerNickname and territory"
PLAIN_IS_SAFE = True

# Where a review stands in an object of its own, as in the JSON of App Store Connect.
_OBJECT = "attributes"
_FIELDS = ("rating", "title", "body", "reviewerNickname", "createdDate", "territory")


def recognise(head: Head) -> float:
    """Return how sure it is that these are reviews of the App Store."""
    keys = _flat(head).keys
    if not {"rating", "body"} <= keys:
        return 0.0
    n = len(keys & {"title", "reviewer_nickname", "territory", "created_date"})
    return 0.95 if n >= 3 else 0.6 if n == 2 else 0.0


def open_export(head: Head, note: Note) -> ExportTable:
    """Open reviews of the App Store."""
    head = _flat(head)
    told = [
        head.find(key) for key in ("created_date", "reviewer_nickname", "title", "body", "rating")
    ]
    columns = ReviewColumns(
        stars=head.find("rating") or "",
        title=head.find("title"),
        text=head.find("body"),
        date=head.find("created_date"),
        id=head.find("id", "review_id"),
        told=tuple(name for name in told if name),
        segments=(head.find("territory"), head.find("app_version", "version")),
    )
    return open_reviews(head, columns, source=NAME)


def _flat(head: Head) -> Head:
    """Return the beginning of a file with the fields of each review's object as columns."""
    if head.table is None or _OBJECT not in head.names or "rating" in head.names:
        return head
    cells = head.cells(_OBJECT)
    if not any("body" in _parsed(cell) for cell in cells):
        return head
    names = tuple(name for name in _FIELDS if name not in head.names)
    table = ExportRows(head.table, derive={name: by_row(_field(name)) for name in names})
    added = zip(*([_parsed(cell).get(name) for cell in cells] for name in names), strict=True)
    rows = tuple((*row, *more) for row, more in zip(head.rows, added, strict=True))
    return replace(head, table=table, names=(*head.names, *names), rows=rows)


def _field(name: str) -> Derive:
    def derive(rows: Rows) -> Cells:
        return [_parsed(cell).get(name) for cell in rows.cells(_OBJECT)]

    return derive


def _parsed(cell: str | None) -> dict[str, str]:
    """Return the fields in a cell of JSON that are text or numbers."""
    try:
        found = json.loads(cell) if cell else None
    except (ValueError, RecursionError):
        return {}
    fields = found.items() if isinstance(found, dict) else ()
    return {name: str(value) for name, value in fields if isinstance(value, str | int)}
