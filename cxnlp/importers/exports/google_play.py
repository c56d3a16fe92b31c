"""Reads the monthly reviews that Google Play exports, most of which are stars only."""

from __future__ import annotations

from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.review_export import ReviewColumns, open_reviews
from cxnlp.importers.table import Note

NAME = "google_play"
TITLE = "Google Play"
EXPECTS = "the columns Star Rating, Review Text and Review Submit Date and Time"
PLAIN_IS_SAFE = True


def recognise(head: Head) -> float:
    """Return how sure it is that this is an export of reviews from Google Play."""
    keys = head.keys
    if "star_rating" not in keys:
        return 0.0
    marks = {
        "package_name",
        "app_version_code",
        "reviewer_language",
        "review_submit_date_and_time",
        "review_submit_millis_since_epoch",
        "developer_reply_text",
        "review_text",
        "review_title",
    }
    n = len(keys & marks)
    return 0.95 if n >= 3 else 0.6 if n == 2 else 0.0


def open_export(head: Head, note: Note) -> ExportTable:
    """Open an export of reviews; the developer's replies are no customer's words and are not read.

    It has no id. A review of one device at one millisecond is one review, edited or not.
    """
    millis = head.find("review_submit_millis_since_epoch")
    date = head.find("review_submit_date_and_time") or millis
    stars = head.find("star_rating") or ""
    package = head.find("package_name")
    version = head.find("app_version_name")
    who = (package, head.find("device"), head.find("reviewer_language"))
    title, text = head.find("review_title"), head.find("review_text")
    told = (millis, *who) if millis else (date, *who, version, stars, title, text)
    columns = ReviewColumns(
        stars=stars,
        title=title,
        text=text,
        date=date,
        told=tuple(name for name in told if name),
        is_exact=bool(millis),
        language=head.find("reviewer_language"),
        segments=(package, version),
    )
    return open_reviews(head, columns, source=NAME)
