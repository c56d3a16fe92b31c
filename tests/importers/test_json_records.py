"""Objects of JSON files, broken ones among them, one at a time."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.importers import json_records, json_window
from cxnlp.importers.json_records import (
    NOT_AN_OBJECT,
    NOT_JSON,
    NOT_JSON_FROM_HERE,
    TOO_LONG,
    list_names,
    read_records,
)


def stream(text):
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="\n")


def found(text, *lists):
    """Return the value or the problem of each record."""
    return [record.value or record.problem for record in read_records(stream(text), lists)]


@pytest.fixture(params=[1, 3, 1 << 16])
def chunk(request, monkeypatch):
    """Read by pieces of one, three and many characters."""
    monkeypatch.setattr(json_window, "_CHUNK_CHARACTERS", request.param)


A, B, C = {"a": 1}, {"a": {"b": ["]", '"', "{"]}}, {"a": "ü"}


@pytest.mark.parametrize("indent", [None, 1])
def test_the_shapes_of_a_file(chunk, indent):
    def dump(value):
        return json.dumps(value, indent=indent, ensure_ascii=False)

    assert found(dump([A, B, C])) == [A, B, C]
    assert found(dump({"n": 3, "rows": [A, B], "more": [1], "other": [C]}), "rows") == [A, B]
    assert found(dump({"rows": [A], "users": [C]}), "rows", "users") == [A, C]
    assert found(dump({"ticket": A}), "ticket") == [A]
    assert found(dump(B)) == [B]
    assert found("\n\n".join(map(dump, [A, B, C]))) == [A, B, C]
    assert found("\n".join(dump({"rows": [row]}) for row in (A, C)), "rows") == [A, C]
    assert found(dump({"rows": []}), "rows") == []


def test_records_know_their_list_and_number(chunk):
    records = read_records(stream('{"u": [{"id": 1}], "t": [{"id": 2}, 3, {"id": 4}]}'), ("t", "u"))
    assert [(r.name, r.number, r.problem) for r in records] == [
        ("u", 1, ""),
        ("t", 1, ""),
        ("t", 2, NOT_AN_OBJECT),
        ("t", 3, ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": 1}, {"a": nope}, {"a": 1}]', [A, NOT_JSON, A]),
        ('[{"a": 1}, {"a": 1 "b": 2}, {"a": 1}]', [A, NOT_JSON, A]),
        ('[{"a": 1}, {"a": "]}", x}, {"a": 1}]', [A, NOT_JSON, A]),
        ('[{"a": 1}, 5, "x", null, [{}], {"a": 1}]', [A, *[NOT_AN_OBJECT] * 4, A]),
        ('[\n  {"a": 1},\n  {"a": "cut off\n  {"a": 1}\n]', [A, NOT_JSON, A]),
        ('[\n  {\n    "a": [\n      {"b": tru\n  },\n  {\n    "a": 1\n  }\n]', [NOT_JSON, A]),
        ('[{"a": 1} {"a": 1}]', [A, A]),
        ('[{"a": 1}, {"a": 1}, {"a":', [A, A, NOT_JSON_FROM_HERE]),
        ('[{"a": 1}, {"a": "x', [A, NOT_JSON_FROM_HERE]),
        ('[{"a": 1}}]', [A, NOT_JSON_FROM_HERE]),
        ('[{"a": 1},', [A, NOT_JSON_FROM_HERE]),
        ("[" * 5000, [NOT_JSON_FROM_HERE]),
        ('[{"a": 1}, {"a": ' + "[" * 5000 + "]" * 5000 + '}, {"a": 1}]', [A, NOT_JSON, A]),
        ('[{"a": 1}, {"a": ' + "9" * 5000 + '}, {"a": 1}]', [A, NOT_JSON, A]),
        ('{"a": 1}\n{"a": \n[1]\n{"a": 1}\n', [A, NOT_JSON, NOT_AN_OBJECT, A]),
        ("nope", [NOT_JSON_FROM_HERE]),
    ],
)
def test_what_is_broken_does_not_take_the_rest_along(chunk, text, expected):
    assert found(text) == expected


def test_a_record_of_endless_length_is_passed_over(monkeypatch):
    monkeypatch.setattr(json_window, "MAX_VALUE_CHARACTERS", 1000)
    monkeypatch.setattr(json_window, "_CHUNK_CHARACTERS", 64)
    long = {"a": ["x" * 50] * 100}
    assert found(json.dumps([A, long, C])) == [A, TOO_LONG, C]
    document = {"skip": long, "too": [A] * 500, "numbers": [1] * 500, "rows": [A], "n": "x" * 500}
    assert found(json.dumps(document, indent=0), "rows") == [A]
    assert list_names(stream(json.dumps(document, indent=0))) == ["too", "rows"]
    assert found(json.dumps({**A, "b": "x" * 3000}, indent=1)) == [TOO_LONG]


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                lambda inner: st.lists(inner, max_size=3),
                max_leaves=6,
            ),
            min_size=1,
            max_size=3,
        ),
        max_size=6,
    ),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)
def test_it_is_what_json_says(rows, indent, ascii_only):
    text = json.dumps({"\x00rows": rows}, indent=indent, ensure_ascii=ascii_only)
    text = text.encode("utf-8", "replace").decode()
    records = read_records(stream(text), ("\x00rows",))
    assert [record.value for record in records] == json.loads(text)["\x00rows"]


def test_any_bytes_end(monkeypatch):
    monkeypatch.setattr(json_window, "_CHUNK_CHARACTERS", 2)
    tokens = ['{"a": 1}', "[", "]", "{", "}", '"', ",", ":", "\n", "x", '"rows":', "\\", "1"]

    @given(st.lists(st.sampled_from(tokens), max_size=25))
    def check(parts):
        found("".join(parts), "rows")
        list_names(stream("".join(parts)))

    check()


def test_the_lists_of_an_object(chunk):
    text = '{"n": 1, "tags": ["{"], "rows": [{"x": ["]"]}], "o": {"in": [{}]}, "last": [{}]}'
    assert list_names(stream(text)) == ["rows", "last"]
    assert list_names(stream("[{}]")) == []
    assert json_records.is_json_lines(stream('\n{"a": 1}\n[')) is True
    assert json_records.is_json_lines(stream('{\n"a": 1}')) is False
