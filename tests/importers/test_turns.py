"""Conversations with all their turns in one cell."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxnlp.importers import roles
from cxnlp.importers.turn_cells import turns_of_text
from cxnlp.importers.turns import (
    MAX_TURNS,
    NO_CUSTOMER,
    NO_TEXT,
    NOT_A_LIST,
    NOT_A_STRING,
    NOT_AN_OBJECT,
    NUL,
    TOO_LONG,
    TOO_MANY,
)

UTC = datetime.UTC
USER = {"role": "user", "text": "It broke"}


def lines(*rows):
    return "\n".join(json.dumps(row) for row in rows)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("CUSTOMER", "customer"), ("Client", "customer"), ("visitor", "customer"),
        ("consumer", "customer"), ("user", "customer"), ("assistant", "agent"),
        ("Operator", "agent"), ("representative", "agent"), ("support", "agent"),
        ("admin", "agent"), ("chatbot", "bot"), ("virtual_agent", "bot"),
        ("Virtual Agent", "bot"), ("System", "system"), ("Bob", None), ("", None),
    ],
)  # fmt: skip
def test_other_names_of_roles(name, role):
    assert roles.read_role(name) == role


def test_a_line_is_one_interaction(read, write):
    chat = {
        "id": 1,
        "touchpoint": "Help desk",
        "csat": 2,
        "region": "north",
        "turns": [
            {"role": "Agent", "text": "How can I help?", "at": "2024-05-01T10:00:00Z"},
            {"role": "CLIENT", "text": "My parcel never came.", "at": 1714557660},
            {"author": {"type": "bot"}, "body": "One moment", "created_at": ""},
        ],
    }
    row = read(write("a.jsonl", lines(chat))).rows[0]
    assert row["interaction_id"] == "1"
    assert row["text"] is None
    assert (row["channel"], row["touchpoint"], row["region"]) == ("chat", "help_desk", "north")
    ten = datetime.datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert row["occurred_at"] == ten
    assert row["turns"] == [
        {"role": "agent", "at": ten, "text": "How can I help?"},
        {"role": "customer", "at": ten.replace(minute=1), "text": "My parcel never came."},
        {"role": "bot", "at": None, "text": "One moment"},
    ]
    assert row["responses"][0]["value"] == 2
    assert "input_turns" not in row


def test_what_the_row_says_wins(read, write):
    turn = {**USER, "at": "2024-05-01T10:00:00Z"}
    got = read(write("a.jsonl", lines(
        {"id": "1", "channel": "sms", "date": "2023-01-02", "turns": [turn]},
        {"id": "2", "channel": "pigeon", "turns": [turn]},
    )))  # fmt: skip
    assert got.rows[0]["channel"] == "sms"
    assert got.rows[0]["occurred_at"] == datetime.datetime(2023, 1, 2, tzinfo=UTC)
    assert got.rows[1]["channel"] is None


@pytest.mark.parametrize(
    ("turns", "field", "reason"),
    [
        ("hello", "turns", NOT_A_LIST),
        ({"role": "user"}, "turns", NOT_A_LIST),
        (7, "turns", NOT_A_LIST),
        ([], "turns", NO_CUSTOMER),
        ([{"role": "agent", "text": "Hi"}], "turns", NO_CUSTOMER),
        ([USER] * (MAX_TURNS + 1), "turns", TOO_MANY),
        ([{"role": "user", "text": "x" * 60_000}] * 2, "turns", TOO_LONG),
        (["hey"], "turns[0]", NOT_AN_OBJECT),
        ([[USER]], "turns[0]", NOT_AN_OBJECT),
        ([USER, {"role": "user"}], "turns[1]", NO_TEXT),
        ([USER, {"role": "user", "text": 5}], "turns[1].text", NOT_A_STRING),
        ([USER, {"role": "user", "text": "a\0b"}], "turns[1].text", NUL),
        ([USER, {"role": 5, "text": "x"}], "turns[1].role", roles.UNKNOWN_ROLE),
        ([USER, {"role": "alien", "text": "x"}], "turns[1].role", roles.UNKNOWN_ROLE),
        ([USER, {"text": "x"}], "turns[1].role", roles.NO_ROLE),
        ([{**USER, "at": "never"}], "turns[0].at", "not a date that can be read"),
        ([{**USER, "at": True}], "turns[0].at", "not a date that can be read"),
    ],
)  # fmt: skip
def test_bad_input_is_rejected_with_its_place(read, write, turns, field, reason):
    good = {"id": "good", "turns": [USER]}
    got = read(write("a.jsonl", lines({"id": "bad", "turns": turns}, good)))
    assert ("a.jsonl", 1, field, reason) in got.rejects
    assert got.rows[-1]["interaction_id"] == "good"
    for row in got.rows:
        assert [turn["text"] for turn in row["turns"]] == ["It broke"]
    whole = field == "turns" or reason == NOT_AN_OBJECT
    assert len(got.rows) == (1 if whole else 2)


def test_scores_survive_bad_turns_and_an_absent_customer(read, write):
    got = read(write("a.jsonl", lines(
        {"id": "1", "csat": 3, "turns": "x"},
        {"id": "2", "csat": 4, "turns": [{"role": "agent", "text": "Hi"}]},
        {"id": "3", "turns": [USER]},
        {"id": "3", "turns": [USER]},
    )))  # fmt: skip
    assert [row["interaction_id"] for row in got.rows] == ["1", "2", "3"]
    assert [row["turns"] is None for row in got.rows] == [True, True, False]
    assert [(row, reason) for _, row, _, reason in got.rejects] == [
        (1, NOT_A_LIST), (4, "duplicate id"),
    ]  # fmt: skip


def test_blank_turns_are_dropped_and_those_of_customers_counted(read, write):
    turns = [USER, {"role": "user", "text": " "}, {"role": "agent", "text": ""},
             {"role": "user", "text": None}]  # fmt: skip
    got = read(write("a.jsonl", lines({"id": "1", "turns": turns})))
    assert len(got.rows[0]["turns"]) == 1
    assert got.rejects == []
    assert got.feedback.counts.turns_blank == 2


def test_a_count_of_turns_is_no_conversation(read, write):
    got = read(write("a.csv", "id,text,turns\n1,Good,12\n2,Bad,3\n"))
    assert [row["text"] for row in got.rows] == ["Good", "Bad"]
    assert [row["input_turns"] for row in got.rows] == ["12", "3"]


def test_nested_columns_of_parquet(read, tmp_path: Path):
    at = datetime.datetime(2024, 5, 1, 10, tzinfo=UTC)
    turns = [[{"role": "user", "text": "Hi", "at": at}], None, []]
    table = pa.table({"id": ["1", "2", "3"], "turns": turns, "nps": [None, 9, None]})
    pq.write_table(table, tmp_path / "a.parquet")
    got = read(tmp_path / "a.parquet")
    assert got.rows[0]["turns"] == [{"role": "customer", "at": at, "text": "Hi"}]
    assert got.rows[1]["turns"] is None
    assert [reason for *_, reason in got.rejects] == [NO_CUSTOMER]


def test_text_beside_turns_is_rejected_and_a_text_alone_is_read(read, write):
    got = read(write("a.jsonl", lines(
        {"id": "1", "text": "Also", "turns": [USER]}, {"id": "2", "text": "Alone"},
    )))  # fmt: skip
    assert [row["text"] for row in got.rows] == [None, "Alone"]
    assert [column for _, _, column, _ in got.rejects] == ["text"]
    assert got.rows[1]["channel"] is None


def test_text_that_is_no_conversation():
    assert turns_of_text("hello") is None
    assert turns_of_text("so the agent: hello") is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "text", "at", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(turns=_JSON)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_in_turns_is_a_crash(read, write, turns):
    good = {"id": "good", "turns": [USER]}
    got = read(write("a.jsonl", lines({"id": "any", "turns": turns}, good)))
    assert got.rows[-1]["interaction_id"] == "good"
