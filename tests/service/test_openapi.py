"""The OpenAPI document is true: what it allows is taken, what is answered is what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from service.docs_page import docs_page
from service.envelope import Refused
from service.http import build_app
from service.openapi import openapi_document
from service.paths import PATHS
from service.score_request import read_conversation_request, read_score_request

ROOT = Path(__file__).parents[2]
DOCUMENT = openapi_document(("en",))


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}


def _fits(name: str, value: object) -> bool:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(_schema(name), format_checker=checker).is_valid(value)


def _schemas(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _schemas(item)]
    if not isinstance(node, dict):
        return []
    return [node, *(found for item in node.values() for found in _schemas(item))]


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    references = [node["$ref"] for node in _schemas(DOCUMENT) if "$ref" in node]
    assert len(references) > 50
    for reference in references:
        found: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_no_object_takes_what_it_does_not_name() -> None:
    objects = [node for node in _schemas(DOCUMENT["components"]["schemas"]) if "required" in node]
    closed = [node for node in objects if node.get("additionalProperties") is False]
    contains = [node for node in objects if "additionalProperties" not in node]
    assert len(closed) > 15
    assert [set(node["required"]) for node in contains] == [{"role", "text"}]  # a customer's turn


def test_every_address_is_described_and_served() -> None:
    app = build_app(lambda measurements: pytest.fail("no model is needed"))
    routes = {route.path: route.methods - {"HEAD"} for route in app.routes}  # type: ignore[attr-defined]
    assert routes == {path: {known.method} for path, known in PATHS.items()}
    assert set(DOCUMENT["paths"]) == set(PATHS)


@pytest.mark.parametrize(
    "body",
    [
        {"items": [{"text": "It broke."}]},
        {"items": [{}]},
        {"items": [{"id": None, "text": None, "question": None, "language": None}]},
        {"items": [{"text": 5}, {"text": ["a"]}, {"text": ""}, {"turns": "no"}]},
        {"items": [{"language": "not a code"}], "spans": False, "model": None},
        {"items": [{"turns": [{"role": "customer", "text": "Hi", "at": None}]}]},
        {"items": [{"text": "a"}] * 256},
        {},
        [],
        {"items": []},
        {"items": {}},
        {"items": [{"text": "a"}] * 257},
        {"items": ["a"]},
        {"items": [{"text": "a", "texts": "b"}]},
        {"items": [{"text": "a"}], "more": 1},
        {"items": [{"text": "a"}], "spans": None},
        {"items": [{"text": "a"}], "spans": "yes"},
        {"items": [{"text": "a"}], "model": 5},
        {"items": [{"id": 5}]},
        {"items": [{"question": []}]},
    ],
)
def test_a_score_request_is_taken_where_the_schema_takes_it(body: object) -> None:
    try:
        read_score_request(json.dumps(body).encode(), languages=("en",))
        taken = True
    except Refused:
        taken = False
    assert taken == _fits("ScoreRequest", body)


HELLO = {"role": "customer", "text": "Hello"}


@pytest.mark.parametrize(
    "body",
    [
        {"turns": [HELLO]},
        {"turns": [{"role": "agent", "text": ""}, HELLO], "id": "a", "language": "en"},
        {"turns": [{**HELLO, "at": "2026-05-01T12:00:00Z"}], "spans": True, "model": "cx"},
        {"turns": [{**HELLO, "at": "0001-01-01T00:00:00+14:00"}]},
        {"turns": [{**HELLO, "at": "9999-12-31T23:00:00-14:00"}, HELLO]},
        {},
        {"turns": []},
        {"turns": None},
        {"turns": [{"role": "agent", "text": "Hello"}]},
        {"turns": [{"role": "customer", "text": " "}]},
        {"turns": [{"role": "boss", "text": "Hello"}, HELLO]},
        {"turns": [{"role": "customer"}, HELLO]},
        {"turns": [{"role": "customer", "text": None}, HELLO]},
        {"turns": [{**HELLO, "at": 5}]},
        {"turns": [{**HELLO, "name": "Ann"}]},
        {"turns": [HELLO], "text": "Hello"},
        {"turns": [{"role": "customer", "text": "\u200b\x00"}]},
        {"turns": [{"role": "customer", "text": "\t\r\n"}]},
        *({"turns": [HELLO], "language": tag} for tag in ("", "EN", "en-GB", "en_US", "en-")),
        *({"turns": [HELLO], "language": tag} for tag in ("de", "eng", "English", "en-&", " ")),
        {"turns": [HELLO] * 2001},
        {"turns": [HELLO], "id": 5},
    ],
)
def test_a_conversation_is_taken_where_the_schema_takes_it(body: object) -> None:
    try:
        read_conversation_request(json.dumps(body).encode(), languages=("en",))
        taken = True
    except Refused:
        taken = False
    assert taken == _fits("ConversationRequest", body)


@pytest.mark.parametrize("path", ["/v1/score", "/v1/conversations/score"])
def test_examples_are_answered_as_described(client: TestClient, path: str) -> None:
    operation = DOCUMENT["paths"][path]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    named = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    for example in content["examples"].values():
        assert _fits(content["schema"]["$ref"].rpartition("/")[2], example["value"])
        answer = client.post(path, json=example["value"])
        assert answer.status_code == 200
        jsonschema.validate(answer.json(), _schema(named.rpartition("/")[2]))


def test_other_answers_are_as_described(client: TestClient) -> None:
    odd = [{"text": 5}, {"text": "Wo ist denn bloß mein Paket geblieben?"}, {"text": "Bad. Good."}]
    answer = client.post("/v1/score", json={"items": odd, "spans": False})
    jsonschema.validate(answer.json(), _schema("ScoreResponse"))
    turns = [HELLO, {"role": "customer", "text": "Wo ist denn bloß mein Paket geblieben?"}]
    answer = client.post("/v1/conversations/score", json={"turns": turns})
    jsonschema.validate(answer.json(), _schema("ConversationResponse"))
    jsonschema.validate(client.get("/v1/models").json(), _schema("Models"))
    jsonschema.validate(client.get("/livez").json(), _schema("Status"))
    jsonschema.validate(client.get("/nothing").json(), _schema("Error"))
    assert client.get("/openapi.json").json() == json.loads(json.dumps(DOCUMENT))
    for path in ("/docs", "/metrics"):
        kind = client.get(path).headers["content-type"].partition(";")[0]
        assert kind in DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]


def test_texts_of_examples_are_those_of_the_sample_data() -> None:
    sample = (ROOT / "examples" / "nhs" / "feedback.csv").read_text(encoding="utf-8")
    content = DOCUMENT["paths"]["/v1/score"]["post"]["requestBody"]["content"]["application/json"]
    for item in content["examples"]["texts"]["value"]["items"]:
        assert item["text"] in sample


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = docs_page(("en",))
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page
    for path in PATHS:
        assert path in page
