"""Reads reviews of Google Business profiles, whose stars are the words ONE to FIVE."""

from __future__ import annotations

import re

from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.review_export import ReviewColumns, open_reviews
from cxnlp.importers.table import Note

NAME = "google_business"
TITLE = "Google Business"
EXPECTS = "the columns reviewId, starRating and createTime"
PLAIN_IS_SAFE = True

_STARS = {"ONE": "1", "TWO": "2", "THREE": "3", "FOUR": "4", "FIVE": "5"}
_UNSAID = "STAR_RATING_UNSPECIFIED"
# A translation stands before the original or after it.
_BEFORE = re.compile(r"^\s*\(Translated by Google\).*?\(Original\)\s*", re.S)
_AFTER = re.compile(r"\s*\(Translated by Google\).*$", re.S)


def recognise(head: Head) -> float:
    """Return how sure it is that these are reviews of a Google Business profile."""
    if not {"review_id", "star_rating", "create_time"} <= head.keys:
        return 0.0
    cells = [cell for cell in head.cells(head.find("star_rating") or "") if cell]
    return 0.95 if any(cell.strip().upper() in _STARS for cell in cells) else 0.7


def open_export(head: Head, note: Note) -> ExportTable:
    """Open reviews; the owner's replies are no customer's words and are not read."""
    columns = ReviewColumns(
        stars=head.find("star_rating") or "",
        title=None,
        text=head.find("comment"),
        date=head.find("create_time"),
        id=head.find("review_id"),
        told=tuple(n for n in (head.find("create_time"), head.find("comment")) if n),
        segments=(head.find("location_name"), head.find("store_code"), head.find("location")),
    )
    return open_reviews(
        head, columns, source=NAME, read_stars=_read_stars, read_text=_without_translation
    )


def _read_stars(cell: str) -> str:
    return "" if cell.upper() == _UNSAID else _STARS.get(cell.upper(), cell)


def _without_translation(text: str) -> str:
    r"""Return the customer's own words.

    >>> _without_translation("(Translated by Google) Very good\n\n(Original)\nSehr gut")
    'Sehr gut'
    """
    return _AFTER.sub("", _BEFORE.sub("", text))
