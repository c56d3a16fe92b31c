"""Intercom conversations: which parts are turns, whose they are, what the rating is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxnlp.errors import InputError
from cxnlp.importers.exports.intercom import QUESTION

DATA = Path(__file__).parent / "data"
USER, ADMIN = {"type": "user", "id": "u1"}, {"type": "admin", "id": "a1"}
NO_CUSTOMER = "no text of the customer in the conversation"


def conversation(id_="1", body="<p>Hm</p>", *parts, author=USER, **keys):
    """Return a conversation begun by `body`; parts are (author, body) or objects."""
    parts = [part(*p) if isinstance(p, tuple) else p for p in parts]
    return {
        "type": "conversation", "id": id_, "created_at": 1714557600,
        "source": {"type": "conversation", "body": body, "author": author},
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": parts},
        **keys,
    }  # fmt: skip


def part(author, body, /, **keys):
    return {"part_type": "comment", "author": author, "body": body, **keys}


def said(row):
    return [(turn["role"], turn["text"]) for turn in row["turns"] or []]


@pytest.fixture
def read_chats(read, write):
    def run(*conversations):
        document = {"type": "conversation.list", "conversations": list(conversations)}
        return read(write("i.json", json.dumps(document)))

    return run


def test_a_page_of_the_api(read):
    reading = read(DATA / "intercom.json")
    chat, remark, mail = reading.rows
    assert {row["source"] for row in reading.rows} == {"intercom"}
    assert said(chat) == [
        ("customer", "Hi, the app crashes every time I open my basket & I lost my order."),
        ("bot", "Thanks for writing. We look into it."),
        ("agent", "It is fixed, please update."),
        ("customer", "Works now,\nthank you so much!"),
    ]
    assert chat["interaction_id"] == chat["submission_id"] == "215472440580"
    assert chat["customer_id"] == "6329bd9ffe4e2e91dac76188"
    assert chat["occurred_at"] == datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
    assert chat["turns"][3]["at"] == datetime(2024, 5, 1, 10, 30, tzinfo=UTC)
    assert (chat["channel"], mail["channel"]) == ("chat", "email")
    assert dict(chat["segments"]) == {"tags": "app;crash", "priority": "priority"}
    [answer] = chat["responses"]
    assert (answer["metric"], answer["value"], answer["scale_min"], answer["scale_max"]) == (
        "csat", 5, 1, 5,
    )  # fmt: skip
    assert (remark["text"], remark["question"]) == ("Quick and friendly help.", QUESTION)
    assert remark["submission_id"] == chat["submission_id"] != remark["interaction_id"]
    assert remark["occurred_at"] == datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    assert remark["responses"] == chat["responses"]  # one answer, repeated
    assert (mail["customer_id"], mail["responses"]) == ("5f", [])
    assert reading.rejects == [("intercom.json", 3, "conversation_parts", NO_CUSTOMER)]
    assert "SECRET" not in str(reading.rows)
    assert "alert" not in str(reading.rows)


def test_the_same_export_twice_adds_nothing(read, tmp_path):
    again = tmp_path / "again.json"
    again.write_bytes((DATA / "intercom.json").read_bytes())
    reading = read(DATA / "intercom.json", again)
    assert len(reading.rows) == 3
    assert reading.feedback.counts.duplicates == 3


@pytest.mark.parametrize("shape", ["lines", "list", "data", "single"])
def test_the_shapes_of_an_export(read, write, shape):
    one, two = conversation("1"), conversation("2")
    text = {
        "lines": json.dumps(one) + "\n" + json.dumps(two),
        "list": json.dumps([one, two]),
        "data": json.dumps({"data": [one, two]}, indent=2),
        "single": json.dumps(one, indent=2) + "\n" + json.dumps(two, indent=2),
    }[shape]
    reading = read(write("i.json", text))
    assert [row["interaction_id"] for row in reading.rows] == ["1", "2"]
    assert {row["source"] for row in reading.rows} == {"intercom"}


def test_a_conversation_of_the_older_api(read_chats):
    old = {
        "type": "conversation", "id": "9", "created_at": 1714557600, "user": {"id": "u7"},
        "conversation_message": {"body": "<p>It broke</p>", "author": {"type": "contact"}},
        "conversation_parts": [part({"type": "bot"}, "<p>Sorry</p>")],
    }  # fmt: skip
    [row] = read_chats(old).rows
    assert said(row) == [("customer", "It broke"), ("bot", "Sorry")]
    assert row["customer_id"] == "u7"


def test_only_what_was_said_to_the_other_is_a_turn(read_chats):
    kinds = ["note", "assignment", "away_mode_assignment", "participant_added", "open", "close"]
    parts = [part(USER, f"<p>{kind}</p>", part_type=kind) for kind in kinds]
    parts.append(part(USER, "<p>This message was deleted</p>", redacted=True))
    [row] = read_chats(conversation("1", "<p>Hm</p>", *parts)).rows
    assert [text for _, text in said(row)] == ["Hm", "open", "close"]


def test_a_conversation_of_agents_and_bots_is_counted_not_scored(read_chats):
    reading = read_chats(
        conversation("1", "<p>Sale!</p>", ({"type": "bot"}, "x"), author=ADMIN),
        conversation("2", None, author=USER),
        conversation("3", "<p>Sale!</p>", author=ADMIN, conversation_rating={"rating": 1}),
    )
    [row] = reading.rows
    assert (row["interaction_id"], row["text"], said(row)) == ("3", None, [])
    assert [r["value"] for r in row["responses"]] == [1]
    assert [reason for *_, reason in reading.rejects] == [NO_CUSTOMER] * 2


@pytest.mark.parametrize(
    ("rating", "found"),
    [
        (4, [4]), ("4", [4]), (None, []), (0, ["csat outside 1-5"]), (6, ["csat outside 1-5"]),
        (True, ["not a number"]), ([5], ["not a number"]),
    ],
)  # fmt: skip
def test_ratings(read_chats, rating, found):
    reading = read_chats(conversation(conversation_rating={"rating": rating, "remark": None}))
    [row] = reading.rows
    assert [r["value"] for r in row["responses"]] + [r for *_, r in reading.rejects] == found


def test_hostile_conversations_are_read_as_far_as_they_go(read_chats):
    deep = {"x": 1}
    for _ in range(300):
        deep = {"type": deep}
    reading = read_chats(
        conversation("1", "<p>Fine</p>", ({"type": "alien"}, "<p>Beep</p>")),
        conversation("2", "<p>Fine</p>", (None, "<p>Whose?</p>")),
        conversation("3", "<p>Fine</p>", (USER, {"html": 1}), (USER, None)),
        conversation("4", "<p>Fine</p>", 5, None),
        conversation("5", "<p>Fine</p>", conversation_parts="none"),
        conversation("6", "<p>Fine</p>", part(USER, "<p>Late</p>", created_at="soon")),
        conversation("7", "<p>Fine</p>", created_at=10**30, tags=deep, contacts=[deep]),
        conversation("8", deep, author=deep),
        conversation("1", "<p>Again</p>"),
        conversation(10**40, "<p>Fine</p>", part(USER, "x", part_type=[])),
        conversation({"a": 1}, "<p>Fine</p>"),
    )
    texts = {row["interaction_id"]: [text for _, text in said(row)] for row in reading.rows}
    assert texts.pop("6") == ["Fine", "Late"]
    [made] = [key for key in texts if len(key) == 32]
    assert texts.pop(made) == ["Fine"]
    assert texts == {key: ["Fine"] for key in ("1", "2", "3", "4", "7", str(10**40))}
    field = "conversation_parts"
    assert sorted(reading.rejects) == sorted(
        ("i.json", *reject)
        for reject in [
            (1, f"{field}[1].role", "role is none of customer agent bot system"),
            (2, f"{field}[1].role", "turn without a role"),
            (3, f"{field}[1].text", "text of a turn is not a string"),
            (4, f"{field}[1]", "turn is not an object"),
            (4, f"{field}[2]", "turn is not an object"),
            (5, "", f"{field} is not a list"),
            (6, f"{field}[1].at", "not a date that can be read"),
            (7, f"{field}[0].at", "not a date that can be read"),
            (7, "created_at", "not a date that can be read"),
            (8, f"{field}[0].text", "text of a turn is not a string"),
            (8, field, NO_CUSTOMER),
            (9, "id", "duplicate id"),
        ]
    )


@pytest.mark.parametrize(
    "document",
    [
        [{"id": 1, "source": "web", "text": "Good"}],
        [{"id": 1, "conversation": [{"role": "user", "text": "Good"}]}],
        {"conversations": [{"id": 1, "messages": [{"author": USER, "body": "Good"}]}]},
        {"conversations": []},
    ],
)
def test_other_files_are_not_taken_for_it(read, write, document):
    path = write("i.json", json.dumps(document))
    try:
        rows = read(path).rows
    except InputError:
        return
    assert {row["source"] for row in rows} == {"i.json"}
