"""Files of turns, one a row in any order, read as one interaction a conversation."""

from __future__ import annotations

import datetime
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.errors import InputError
from cxnlp.importers.turns import MAX_TURNS, TOO_LONG, TOO_MANY

UTC = datetime.UTC

ROWS = [
    ("c1", 2, "user", "No, it is broken", "2024-05-01 10:01", "u1", ""),
    ("c2", 1, "visitor", "Hello there", "2024-05-01 11:00", "u2", "5"),
    ("c1", 1, "Bot", "Did it work?", "2024-05-01 10:00", "b9", ""),
    ("c1", 3, "Admin", "Sorry!", "2024-05-01 10:02", "a1", "2"),
]
HEADER = "chat_id,turn,author_type,message,created_at,user_id,csat"


def csv_of(rows, header=HEADER):
    return "\n".join([header, *(",".join(f'"{cell}"' for cell in row) for row in rows)]) + "\n"


def said(row):
    return [(turn["role"], turn["text"]) for turn in row["turns"]]


def test_rows_become_one_interaction_a_conversation(read, write):
    got = read(write("b.csv", csv_of(ROWS)))
    assert [row["interaction_id"] for row in got.rows] == ["c1", "c2"]
    first, second = got.rows
    assert said(first) == [
        ("bot", "Did it work?"), ("customer", "No, it is broken"), ("agent", "Sorry!"),
    ]  # fmt: skip
    assert first["text"] is None
    assert first["channel"] == "chat"
    assert first["customer_id"] == "u1"  # not the bot's, which spoke first
    assert first["occurred_at"] == datetime.datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert first["turns"][2]["at"] == datetime.datetime(2024, 5, 1, 10, 2, tzinfo=UTC)
    assert [answer["value"] for answer in first["responses"]] == [2]
    assert said(second) == [("customer", "Hello there")]
    assert got.feedback.counts.turns == 4
    assert any("one turn" in note and "role from 'author_type'" not in note for note in got.notes)
    assert any("role from 'author_type'" in note for note in got.notes)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_every_format_gives_the_same(read, write, tmp_path, suffix):
    names = HEADER.split(",")
    if suffix in ("csv", "tsv"):
        text = csv_of(ROWS)
        path = write(f"b.{suffix}", text if suffix == "csv" else text.replace(",", "\t"))
        if suffix == "tsv":
            path = write("b.tsv", text.replace("No, it", "No; it").replace(",", "\t"))
    elif suffix == "jsonl":
        rows = [json.dumps(dict(zip(names, row, strict=True))) for row in ROWS]
        path = write("b.jsonl", "\n".join(rows))
    else:
        path = tmp_path / "b.parquet"
        columns = list(zip(*ROWS, strict=True))
        times = [datetime.datetime.fromisoformat(t) for t in columns[4]]
        table = pa.table(dict(zip(names, [*columns[:4], times, *columns[5:]], strict=True)))
        pq.write_table(table, path)
    got = read(path)
    assert [row["interaction_id"] for row in got.rows] == ["c1", "c2"]
    assert [turn["role"] for turn in got.rows[0]["turns"]] == ["bot", "customer", "agent"]
    assert [turn["at"].minute for turn in got.rows[0]["turns"]] == [0, 1, 2]


def test_shuffled_turns_come_in_order(read, write):
    rows = [
        {"conversation_id": f"c{c}", "role": "customer" if t % 2 else "agent", "text": f"{c} {t}",
         "turn_number": t}
        for c in range(40)
        for t in range(10)
    ]  # fmt: skip
    random.Random(1).shuffle(rows)
    got = read(write("b.jsonl", "\n".join(map(json.dumps, rows))), rows=7)
    firsts = list(dict.fromkeys(row["conversation_id"] for row in rows))
    assert [row["interaction_id"] for row in got.rows] == firsts
    for row in got.rows:
        assert [turn["text"] for turn in row["turns"]] == [
            f"{row['interaction_id'][1:]} {t}" for t in range(10)
        ]


def test_time_wins_over_number_and_number_over_the_order_of_the_file(read, write):
    rows = [
        ("timed", 1, "agent", "second", "2024-01-01 10:05"),
        ("timed", 2, "user", "first", "2024-01-01 10:00"),
        ("half", 2, "user", "second", ""),
        ("half", 1, "agent", "first", "2024-01-01 10:00"),
        ("none", "", "user", "first", ""),
        ("none", 1, "agent", "second", ""),
        ("tied", 2, "user", "second", "2024-01-01"),
        ("tied", 1, "user", "first", "2024-01-01"),
    ]
    got = read(write("b.csv", csv_of(rows, "conversationId,turnNumber,speaker,text,at")))
    assert len(got.rows) == 4
    for row in got.rows:
        assert [turn["text"] for turn in row["turns"]] == ["first", "second"]


def test_without_roles_every_turn_is_the_customers(read, write):
    path = write(
        "b.csv",
        "text,conversationId,turnNumber,domain\nhi,a,0,air\nbad seat,a,1,air\nok,b,0,food\n",
    )
    got = read(path)
    assert [said(row) for row in got.rows] == [
        [("customer", "hi"), ("customer", "bad seat")], [("customer", "ok")],
    ]  # fmt: skip
    assert any("every turn is taken as the customer's" in note for note in got.notes)
    assert [row["domain"] for row in got.rows] == ["air", "food"]


def test_a_comment_a_row_with_an_id_of_a_conversation_stays_one(read, write):
    got = read(write("b.csv", "conversation_id,comment,csat\na,Good,5\nb,Bad,1\n"))
    assert [row["text"] for row in got.rows] == ["Good", "Bad"]
    assert got.rows[0]["interaction_id"] == "a"
    got = read(write("b.csv", "ticket_id,author,comment\n1,Jane,Good\n1,Bob,Bad\n2,Al,Fine\n"))
    assert [row["text"] for row in got.rows] == ["Good", "Fine"]
    assert [reason for *_, reason in got.rejects] == ["duplicate id"]


def test_names_of_speakers_are_not_taken_for_customers(read, write):
    path = write("b.csv", "conversation_id,author,text\na,Jane,Good\na,Bob,Bad\n")
    got = read(path)
    assert got.rows == []
    assert {reason for *_, reason in got.rejects} == {
        "role is none of customer agent bot system",
        "no text of the customer in the conversation",
    }


def test_an_id_that_repeats_is_the_conversations_where_there_are_roles(read, write):
    got = read(write("b.csv", "id,role,text\n1,user,Hi\n1,assistant,Hello\n2,user,Bye\n"))
    assert [len(row["turns"]) for row in got.rows] == [2, 1]


def test_columns_can_be_mapped(read, write):
    path = write("b.csv", "k,who,said\nx,Client,Hi\nx,Staff,Hello\n")
    got = read(path, conversation="k", role="who", text="said")
    assert said(got.rows[0]) == [("customer", "Hi"), ("agent", "Hello")]
    with pytest.raises(InputError, match="conversation=COLUMN"):
        read(path, role="who", text="said")
    with pytest.raises(InputError, match="there is no column 'nope'"):
        read(path, conversation="nope", text="said")


def test_what_cannot_be_read_of_a_turn_is_rejected_alone(read, write):
    rows = [
        ("c1", 1, "user", "It broke", "2024-01-01", "", ""),
        ("", 2, "user", "lost", "2024-01-01", "", ""),
        ("c1", 3, "alien", "beep", "2024-01-01", "", ""),
        ("c1", 4, "", "who", "2024-01-01", "", ""),
        ("c1", 5, "agent", "when", "sometime", "", ""),
        ("c1", 6, "user", "a\0b", "2024-01-01", "", ""),
        ("c1", 7, "user", "  ", "", "", ""),
        ("c3", 1, "agent", "Anyone?", "2024-01-01", "", ""),
        ("c4", 1, "agent", "Anyone?", "2024-01-01", "", "4"),
    ]
    got = read(write("b.csv", csv_of(rows)))
    assert [row["interaction_id"] for row in got.rows] == ["c1", "c4"]
    assert said(got.rows[0]) == [("customer", "It broke"), ("agent", "when")]
    assert got.rows[1]["turns"] is None
    assert got.rows[1]["responses"][0]["value"] == 4
    assert sorted((row, column, reason) for _, row, column, reason in got.rejects) == [
        (2, "chat_id", "turn without a conversation id"),
        (3, "author_type", "role is none of customer agent bot system"),
        (4, "author_type", "turn without a role"),
        (5, "created_at", "not a date that can be read"),
        (6, "message", "NUL character"),
        (8, "message", "no text of the customer in the conversation"),
    ]
    assert got.feedback.counts.turns_blank == 1


@pytest.mark.parametrize(
    ("n", "text", "reason"),
    [(MAX_TURNS + 5, "hi", TOO_MANY), (30, "long " * 1000, TOO_LONG), (MAX_TURNS, "hi", "")],
)
def test_limits(read, write, n, text, reason):
    lines = [{"chat_id": "a", "role": "user", "text": text}] * n
    lines.append({"chat_id": "b", "role": "user", "text": "fine"})
    got = read(write("b.jsonl", "\n".join(map(json.dumps, lines))))
    if reason:
        assert [row["interaction_id"] for row in got.rows] == ["b"]
        assert [found for *_, found in got.rejects] == [reason]
    else:
        assert [len(row["turns"]) for row in got.rows] == [n, 1]


def test_kept_columns_keep_their_types(read, tmp_path):
    path = tmp_path / "b.parquet"
    day = datetime.date(2024, 5, 1)
    time = datetime.datetime(2024, 5, 1, 10, 30)
    columns = {
        "conversation_id": [7, 7, 8],
        "role": ["agent", "user", "user"],
        "text": ["Hi", "Hello", "Bye"],
        "opened": [None, day, day],
        "closed": pa.array([time, None, None], pa.timestamp("ns")),
        "tags": [["a"], ["b"], None],
        "vip": [None, True, False],
        "turns": [2, 2, 1],
    }
    pq.write_table(pa.table(columns), path)
    got = read(path)
    assert [row["interaction_id"] for row in got.rows] == ["7", "8"]
    first = got.rows[0]
    assert (first["opened"], first["closed"], first["vip"]) == (day, time, True)
    assert first["tags"] == '["a"]'
    assert first["input_turns"] == 2
