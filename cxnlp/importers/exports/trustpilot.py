"""Reads the reviews that Trustpilot exports: stars, title and content."""

from __future__ import annotations

from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.review_export import ReviewColumns, open_reviews
from cxnlp.importers.table import Note

NAME = "trustpilot"
TITLE = "Trustpilot"
EXPECTS = "the columns Review Stars and Review Content or Review Title"
PLAIN_IS_SAFE = True


def recognise(head: Head) -> float:
    """Return how sure it is that this is an export of reviews from Trustpilot."""
    keys = head.keys
    if "review_stars" not in keys or not keys & {"review_content", "review_title"}:
        return 0.0
    return 0.95 if keys & {"review_created_utc", "review_created", "review_username"} else 0.85


def open_export(head: Head, note: Note) -> ExportTable:
    """Open an export of reviews; the company's replies are no customer's words and are not read."""
    date = head.find("review_created_utc", "review_created", "review_date")
    columns = ReviewColumns(
        stars=head.find("review_stars") or "",
        title=head.find("review_title"),
        text=head.find("review_content"),
        date=date,
        id=head.find("review_id"),
        told=tuple(
            name
            for name in (
                date,
                head.find("review_username", "review_consumer_user_id"),
                head.find("review_title"),
                head.find("review_content"),
                head.find("review_stars"),
            )
            if name
        ),
        customer=head.find("review_consumer_user_id"),
        language=head.find("review_language"),
        segments=(
            head.find("domain_url"),
            head.find("location_name"),
            head.find("source_of_review"),
        ),
    )
    return open_reviews(head, columns, source=NAME)
