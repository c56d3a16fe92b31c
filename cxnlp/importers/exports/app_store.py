"""Reads reviews of the App Store: rating, title, body, nickname, date and territory."""

from __future__ import annotations

from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.review_export import ReviewColumns, open_reviews
from cxnlp.importers.table import Note

NAME = "app_store"
TITLE = "App Store"
EXPECTS = "the columns rating, body, reviewerNickname and territory"
PLAIN_IS_SAFE = True


def recognise(head: Head) -> float:
    """Return how sure it is that these are reviews of the App Store."""
    keys = head.keys
    if not {"rating", "body"} <= keys:
        return 0.0
    n = len(keys & {"title", "reviewer_nickname", "territory", "created_date"})
    return 0.95 if n >= 3 else 0.6 if n == 2 else 0.0


def open_export(head: Head, note: Note) -> ExportTable:
    """Open reviews of the App Store."""
    date = head.find("created_date")
    told = [
        head.find(key) for key in ("created_date", "reviewer_nickname", "title", "body", "rating")
    ]
    columns = ReviewColumns(
        stars=head.find("rating") or "",
        title=head.find("title"),
        text=head.find("body"),
        date=date,
        id=head.find("id", "review_id"),
        told=tuple(name for name in told if name),
        segments=(head.find("territory"), head.find("app_version", "version")),
    )
    return open_reviews(head, columns, source=NAME)
