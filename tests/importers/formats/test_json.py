"""Which objects of a JSON file are its rows."""

from __future__ import annotations

import json

import pytest

from cxnlp.errors import InputError

ROWS = [{"id": str(n), "comment": f"Good {n}", "nps": n} for n in range(3)]


@pytest.mark.parametrize(
    "document",
    [
        ROWS,
        {"data": ROWS, "total": 3, "tags": ["a", "b"]},
        {"meta": {"rows": [1]}, "answers_2024": ROWS},
        {"users": [{"name": "Ann"}], "results": ROWS},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_or_an_object_that_holds_one(read, write, document, indent):
    reading = read(write("a.json", json.dumps(document, indent=indent)))
    assert [(row["interaction_id"], row["text"]) for row in reading.rows] == [
        ("0", "Good 0"),
        ("1", "Good 1"),
        ("2", "Good 2"),
    ]
    assert [row["responses"][0]["value"] for row in reading.rows] == [0, 1, 2]


def test_json_lines_under_the_name_of_json(read, write):
    rows = [{**row, "items": [{"sku": 1}]} for row in ROWS]
    reading = read(write("a.json", "\n".join(map(json.dumps, rows))))
    assert [row["text"] for row in reading.rows] == ["Good 0", "Good 1", "Good 2"]


def test_one_conversation_is_a_row(read, write):
    chat = {"id": 7, "messages": [{"role": "user", "text": "It broke"}]}
    [row] = read(write("a.json", json.dumps(chat, indent=1))).rows
    assert [turn["text"] for turn in row["turns"]] == ["It broke"]


def test_several_lists_are_not_guessed_between(read, write):
    with pytest.raises(InputError, match="several lists: 'one', 'two'"):
        read(write("a.json", json.dumps({"one": ROWS, "two": ROWS})))


def test_broken_objects_are_rejected_by_their_number(read, write):
    body = '[{"comment": "a"}, {"comment": b}, 7, {"comment": "c"}]'
    reading = read(write("a.json", body))
    assert [row["text"] for row in reading.rows] == ["a", "c"]
    assert reading.rejects == [
        ("a.json", 2, "", "not valid JSON"),
        ("a.json", 3, "", "not a JSON object"),
    ]


@pytest.mark.parametrize("body", ["[]", "[1, 2]", "nope", '{"a": [', '"text"'])
def test_a_file_without_objects_is_refused(read, write, body):
    with pytest.raises(InputError):
        read(write("a.json", body))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(read, write, encoding):
    body = json.dumps([{"comment": "Café"}] * 3, ensure_ascii=False, indent=1)
    reading = read(write("a.json", body, encoding))
    assert [row["text"] for row in reading.rows] == ["Café"] * 3
