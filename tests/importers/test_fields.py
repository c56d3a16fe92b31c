"""Columns are found by name, whatever their spelling."""

from __future__ import annotations

import pytest

from cxnlp.errors import InputError
from cxnlp.importers.fields import FIELDS, assign_columns, canonical_field, check_mapping


def assign(*columns: str, **mapping: str) -> dict[str, str]:
    """Return the columns assigned by guess."""
    return assign_columns(columns, mapping=mapping, taken=(), file="a.csv")[0]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Review Text", "text"), ("reviewText", "text"), ("VERBATIM", "text"), ("Comments", "text"),
        ("Customer comment (optional)", "text"), ("CreatedAt", "date"), ("timestamp", "date"),
        ("Respondent ID", "submission"), ("ResponseId", "submission"), ("NPS Score", "nps"),
        ("NPSScore", "nps"), ("nps_score", "nps"), ("CSAT", "csat"), ("ces", "ces"),
        ("Comment Date", "date"), ("Review Submit Date and Time", "date"), ("createTime", "date"),
        ("Review Created (UTC)", "date"), ("Date of visit", "date"), ("NPS (0-10)", "nps"),
        ("CSAT (1-5)", "csat"), ("Open-Ended Response", "text"),
        ("user_id", "customer"), ("Touch Point", "touchpoint"), ("Channel", "channel"),
    ],
)  # fmt: skip
def test_spellings(column, field):
    assert assign(column) == {field: column}


@pytest.mark.parametrize(
    "column", [
        "score", "rating", "comment_count", "comment_time", "nps_group", "likelihood",
        "CSAT (1-10)", "Date of birth", "created_by", "updated_date", "Response time",
    ],
)  # fmt: skip
def test_what_is_not_guessed(column):
    assert assign(column) == {}


def test_a_column_serves_one_field():
    assert assign("id", "response_id", "text") == {
        "id": "id",
        "submission": "response_id",
        "text": "text",
    }
    assert assign("text", question="text") == {"question": "text"}


def test_names_of_the_records_are_fields_too():
    assert canonical_field("occurred_at") == "date"
    assert canonical_field("Interaction ID") == "id"
    assert canonical_field("colour") is None
    assert all(canonical_field(field) == field for field in FIELDS)
    with pytest.raises(InputError, match="mapped twice"):
        check_mapping({"id": "a", "interaction_id": "b"})
