"""Zendesk tickets: who is the customer, which words count, what the rating is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxnlp.errors import InputError
from cxnlp.importers import zendesk_people
from cxnlp.importers.exports.zendesk import QUESTION
from cxnlp.importers.json_export import TOO_MUCH_HTML

DATA = Path(__file__).parent / "data"
CUSTOMER, AGENT = 11, 90
NO_CUSTOMER = "no text of the customer in the conversation"


def ticket(number=1, *bodies, **keys):
    """Return a ticket whose comments are (author, body) or objects."""
    comments = [b if not isinstance(b, tuple) else comment(*b) for b in bodies]
    return {
        "id": number, "status": "open", "subject": "s", "via": {"channel": "email"},
        "created_at": "2024-05-01T09:30:00Z", "requester_id": CUSTOMER, "comments": comments,
        **keys,
    }  # fmt: skip


def comment(author, body, /, **keys):
    return {"author_id": author, "body": body, "public": True, **keys}


def said(row):
    return [(turn["role"], turn["text"]) for turn in row["turns"] or []]


@pytest.fixture
def read_tickets(read, write):
    def run(*tickets, **others):
        return read(write("t.json", json.dumps({"tickets": list(tickets), **others})))

    return run


def test_an_export_with_users_and_groups(read):
    reading = read(DATA / "zendesk.json")
    ticket, rating, chat, described = reading.rows
    assert {row["source"] for row in reading.rows} == {"zendesk"}
    assert said(ticket) == [
        ("customer", "My parcel never came & nobody answers the phone."),
        ("agent", "I am sorry.\nA new one is on its way."),
        ("system", "This ticket was escalated."),
        ("customer", "It came today, lovely, thank you!"),
    ]
    assert ticket["interaction_id"] == ticket["submission_id"] == "35436"
    assert ticket["occurred_at"] == datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    assert ticket["turns"][3]["at"] == datetime(2024, 5, 2, 8, 0, tzinfo=UTC)
    assert (ticket["channel"], ticket["touchpoint"]) == ("email", "delivery")
    assert dict(ticket["segments"]) == {
        "priority": "high", "ticket_type": "problem", "tags": "courier;late",
    }  # fmt: skip
    [answer] = ticket["responses"]
    assert (answer["metric"], answer["value"], answer["scale_min"], answer["scale_max"]) == (
        "csat", 1, 0, 1,
    )  # fmt: skip
    assert rating["text"] == "Grace was wonderful, thank you!"
    assert rating["question"] == QUESTION
    assert rating["submission_id"] == "35436" != rating["interaction_id"]
    assert rating["turns"] is None
    assert rating["occurred_at"] == datetime(2024, 5, 4, 8, 0, tzinfo=UTC)
    assert rating["responses"] == ticket["responses"]  # one answer, repeated
    assert said(chat)[0][0] == "customer"  # by time, though the agent's comes first
    assert [answer["value"] for answer in chat["responses"]] == [0]
    assert said(described) == [("customer", "The new website is so easy to use.")]
    assert described["responses"] == []  # offered
    assert reading.rejects == [("zendesk.json", 4, "comments", NO_CUSTOMER)]


def test_nothing_of_a_private_note_or_a_signature_of_an_agent_is_kept(read):
    rows = read(DATA / "zendesk.json").rows
    assert "INTERNAL" not in str(rows)
    assert not any("angry" in str(row) for row in rows)


def test_a_ticket_per_line_with_people_in_it(read):
    call, rating, mail = read(DATA / "zendesk_tickets.jsonl").rows
    assert said(call) == [
        ("customer", "The refund is far too slow."),
        ("agent", "We have sent it."),
    ]
    assert (call["channel"], call["touchpoint"], call["customer_id"]) == ("phone", "returns", "11")
    assert rating["text"] == "Nobody called me back."
    assert [row["responses"][0]["value"] for row in (call, rating, mail)] == [0, 0, 1]
    assert dict(mail["segments"])["brand"] == "Outlet"


def test_the_same_export_twice_adds_nothing(read, tmp_path):
    again = tmp_path / "again.json"
    again.write_bytes((DATA / "zendesk.json").read_bytes())
    reading = read(DATA / "zendesk.json", again)
    assert len(reading.rows) == 4
    assert reading.feedback.counts.duplicates == 4


@pytest.mark.parametrize("shape", ["pages", "search", "single", "list"])
def test_the_shapes_of_an_export(read, write, shape):
    one, two = ticket(1, (CUSTOMER, "Bad")), ticket(2, (CUSTOMER, "Good"))
    document = {
        "pages": [{"tickets": [one], "end_of_stream": False}, {"tickets": [two]}],
        "search": [{"results": [one, two], "count": 2, "facets": None}],
        "single": [{"ticket": one}, {"ticket": two}],
        "list": [[one, two]],
    }[shape]
    reading = read(write("t.json", "\n".join(map(json.dumps, document))))
    assert [(row["interaction_id"], said(row)) for row in reading.rows] == [
        ("1", [("customer", "Bad")]),
        ("2", [("customer", "Good")]),
    ]


def test_users_may_come_after_the_tickets(read_tickets):
    users = [{"id": 12, "role": "end-user"}, {"id": AGENT, "role": "admin"}]
    one = ticket(1, (CUSTOMER, "Bad"), (12, "I too"), (AGENT, "Sorry"), (77, "Who am I"))
    [row] = read_tickets(one, users=users).rows
    assert [role for role, _ in said(row)] == ["customer", "customer", "agent", "agent"]


def test_many_users_are_bounded_and_agents_are_kept(read_tickets, monkeypatch):
    monkeypatch.setattr(zendesk_people, "MAX_PEOPLE", 2)
    users = [{"id": n, "role": "end-user"} for n in range(100, 110)]
    users.append({"id": CUSTOMER, "role": "agent"})
    reading = read_tickets(ticket(1, (100, "Bad"), (105, "I too"), (CUSTOMER, "x")), users=users)
    assert [role for role, _ in said(reading.rows[0])] == ["customer", "agent", "agent"]
    assert any("too many users" in note for note in reading.notes)


def test_agents_bots_and_rules_are_not_customers(read_tickets):
    reading = read_tickets(
        ticket(1, (AGENT, "Hello"), requester_id=AGENT, requester={"id": AGENT, "role": "agent"}),
        ticket(2, comment(CUSTOMER, "Bot says", via={"channel": "answer_bot_for_web_widget"})),
        ticket(3, comment(CUSTOMER, "Rule says", via={"channel": "trigger"})),
        ticket(4, comment(CUSTOMER, "Call from 1", type="VoiceComment")),
        ticket(5, (CUSTOMER, "<p> </p><blockquote>Theirs</blockquote>")),
        ticket(6, comment(CUSTOMER, "Note", public=False), comment(CUSTOMER, "x", public="false")),
        ticket(7, description="By an agent", submitter_id=AGENT),
        ticket(8),
        ticket(9, (AGENT, "Hello"), satisfaction_rating={"score": "good"}),
    )
    assert [row["interaction_id"] for row in reading.rows] == ["9"]
    assert reading.rows[0]["text"] is None
    assert said(reading.rows[0]) == []
    assert [reason for *_, reason in reading.rejects] == [NO_CUSTOMER] * 8


@pytest.mark.parametrize(
    ("score", "value"),
    [
        ("good", 1), ("bad", 0), ("Good", 1), ("good_with_comment", 1), ("offered", None),
        ("unoffered", None), (None, None), ("excellent", "not a number"), ({}, "not a number"),
        (7, "csat outside 0-1"),
    ],
)  # fmt: skip
def test_ratings(read_tickets, score, value):
    reading = read_tickets(ticket(1, (CUSTOMER, "Hm"), satisfaction_rating={"score": score}))
    [row] = reading.rows
    found = [answer["value"] for answer in row["responses"]] + [r for *_, r in reading.rejects]
    assert found == ([] if value is None else [value])


def test_channels(read_tickets):
    names = ["web", "api", "mobile_sdk", "native_messaging", "twitter", "voice", "pigeon", 5]
    reading = read_tickets(
        *(ticket(n, (CUSTOMER, "x"), via={"channel": name}) for n, name in enumerate(names))
    )
    assert [row["channel"] for row in reading.rows] == [
        "web", "web", "app", "chat", "social", "phone", None, "chat",
    ]  # fmt: skip
    assert [(row, column) for _, row, column, _ in reading.rejects] == [(7, "channel")]


def test_tags_of_too_many_kinds_are_no_segment(read_tickets):
    reading = read_tickets(*(ticket(n, (CUSTOMER, "x"), tags=[f"t{n}"]) for n in range(60)))
    assert all(not row["segments"] for row in reading.rows)
    assert reading.rows[5]["tags"] == "t5"
    assert any("'tags' has too many values" in note for note in reading.notes)


def test_hostile_tickets_are_read_as_far_as_they_go(read, write):
    deep = "x"
    for _ in range(300):
        deep = [deep]
    good = json.dumps(ticket(1, (CUSTOMER, "Good")))
    hostile = [
        ticket(2, comment(CUSTOMER, None), comment(CUSTOMER, "Fine")),
        ticket(3, comment(CUSTOMER, 5), comment(CUSTOMER, "Fine")),
        ticket(4, "text", (CUSTOMER, "Fine")),
        ticket(5, comment(None, "Whose?"), (CUSTOMER, "Fine")),
        ticket(6, (CUSTOMER, "Fine"), created_at="yesterday"),
        ticket(7, (CUSTOMER, "Fine"), via="mail", tags="x", satisfaction_rating="good"),
        ticket(10**40, (CUSTOMER, "Fine")),
        ticket(1, (CUSTOMER, "Again")),
        ticket(8, comment({"a": 1}, "Fine", via={"channel": []}, author={"role": 5})),
        ticket(9, comment(55, "Fine", author={"id": 55, "role": "alien"}), (CUSTOMER, "Me")),
        ticket(12, comments="none"),
        ticket(13, comments=deep, tags=deep, group=deep),
        ticket(14, (CUSTOMER, "Fine" * 300_000)),
        ticket(15, (CUSTOMER, "a\0b"), (CUSTOMER, "Fine")),
        ticket(None, (CUSTOMER, "Fine")),
        ticket(True, (CUSTOMER, "Fine \ud800")),
        ticket(16, (CUSTOMER, "<p>" * 2000 + "Fine"), comment(deep, deep, created_at=deep)),
    ]
    lines = [good, '{"id": 99, "comments": [{"body": oops}]}', *map(json.dumps, hostile)]
    body = '{"tickets": [' + ",\n".join([*lines, "7", "null"]) + "]}"
    reading = read(write("t.json", body))
    texts = {row["interaction_id"]: [text for _, text in said(row)] for row in reading.rows}
    assert texts.pop("1") == ["Good"]
    assert texts.pop("9") == ["Me"]
    assert texts.pop(str(10**40)) == ["Fine"]
    made = [key for key in texts if len(key) == 32]
    assert sorted(texts.pop(key)[0] for key in made) == ["Fine", "Fine \ufffd"]
    assert texts == {key: ["Fine"] for key in ("2", "3", "4", "5", "6", "7", "15", "16")}
    reasons = {(row, column): reason for _, row, column, reason in reading.rejects}
    assert reasons == {
        (2, ""): "not valid JSON",
        (4, "comments[0].text"): "text of a turn is not a string",
        (5, "comments[0]"): "turn is not an object",
        (6, "comments[0].role"): "turn without a role",
        (7, "created_at"): "not a date that can be read",
        (10, "id"): "duplicate id",
        (11, "comments"): NO_CUSTOMER,
        (11, "comments[0].role"): "turn without a role",
        (12, "comments[0].role"): "role is none of customer agent bot system",
        (13, ""): "comments is not a list",
        (14, "comments[0]"): "turn is not an object",
        (14, "comments"): NO_CUSTOMER,
        (15, ""): TOO_MUCH_HTML,
        (16, "comments[0].text"): "NUL character",
        (19, "comments[1].text"): "text of a turn is not a string",
        (19, "comments[1].at"): "not a date that can be read",
        (20, ""): "not a JSON object",
        (21, ""): "not a JSON object",
    }


def test_a_cut_export_says_where_it_ends(read, write):
    body = json.dumps({"tickets": [ticket(n, (CUSTOMER, "Good")) for n in range(1, 9)]})
    reading = read(write("t.json", body[: len(body) * 2 // 3]))
    n = len(reading.rows)
    assert 4 <= n <= 6
    assert reading.rejects == [
        ("t.json", n + 1, "", "not valid JSON, and nothing after it is read")
    ]


@pytest.mark.parametrize(
    "document",
    [
        [{"id": 1, "text": "Good"}],
        [{"id": 1, "comments": [{"role": "user", "text": "Good"}]}],
        {"tickets": [{"id": 1, "text": "My train ticket was dear"}]},
        {"tickets": []},
    ],
)
def test_other_files_are_not_taken_for_it(read, write, document):
    path = write("t.json", json.dumps(document))
    try:
        rows = read(path).rows
    except InputError:
        return
    assert all(row["source"] == "t.json" for row in rows)


CHAT = (
    "Chat started: 2024-05-01 05:01 PM UTC\n\n(05:01:42 PM) Nadia: My parcel\nnever came\n"
    "(05:02:00 PM) *** Grace joined the chat ***\n(05:02:10 PM) Grace: You must be angry: sorry\n"
    "(05:03:00 PM) nadia : Thanks"
)


def test_a_chat_in_one_comment_is_cut_into_its_turns(read_tickets):
    users = [{"id": CUSTOMER, "name": "Nadia", "role": "end-user"}]
    html = "<p>" + CHAT.replace("\n", "<br>") + "</p>"
    reading = read_tickets(ticket(1, (CUSTOMER, CHAT)), ticket(2, (CUSTOMER, html)), users=users)
    assert [said(row) for row in reading.rows] == [
        [
            ("customer", "My parcel\nnever came"),
            ("system", "Grace joined the chat ***"),
            ("agent", "You must be angry: sorry"),
            ("customer", "Thanks"),
        ]
    ] * 2


def test_a_chat_of_people_that_nobody_knows_is_no_customers(read_tickets):
    reading = read_tickets(
        ticket(1, (CUSTOMER, CHAT)),
        ticket(2, (CUSTOMER, CHAT.replace("Nadia", "Visitor 123").replace("nadia", "Visitor 123"))),
        ticket(3, (CUSTOMER, "(05:01:42 PM) Nadia: I quote one line")),
    )
    assert [(row["interaction_id"], len(row["turns"])) for row in reading.rows] == [
        ("2", 4),
        ("3", 1),
    ]


@pytest.mark.parametrize(("public", "kept"), [(True, 1), (None, 1), (False, 0)])
def test_a_ticket_without_comments_is_its_description(read_tickets, public, kept):
    bare = ticket(1, description="It broke", submitter_id=CUSTOMER, is_public=public)
    other = ticket(2, (CUSTOMER, "Fine"))
    rows = read_tickets(bare, other).rows
    assert [text for row in rows[:-1] for _, text in said(row)] == ["It broke"] * kept
