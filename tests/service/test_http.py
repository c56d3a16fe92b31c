"""The application answers as the library does, and refuses in one shape."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from cxnlp import Classifier
from cxnlp.records import MAX_TEXT_CHARACTERS, PREDICTION
from service.http import MAX_BODY_BYTES, build_app
from service.score_request import MAX_ITEMS

SECRET = "Margaret of 12 Elm Street was rude to me"


def _post(client: TestClient, *items: Any) -> list[dict[str, Any]]:
    response = client.post("/v1/score", json={"items": list(items)})
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    assert len(results) == len(items)
    return results


def test_results_are_predictions_in_order(client: TestClient, classifier: Classifier) -> None:
    texts = ["Lovely staff.", "I waited two hours and nobody came.", "It was fine, I suppose."]
    questions = [None, "What could we do better?", None]
    results = _post(
        client,
        *({"id": f"n{n}", "text": t, "question": questions[n]} for n, t in enumerate(texts)),
    )
    expected = classifier.classify(texts, questions=questions)
    for number, (result, prediction) in enumerate(zip(results, expected, strict=True)):
        assert result.pop("id") == f"n{number}"
        assert list(result) == PREDICTION.names
        assert result == json.loads(json.dumps(prediction.to_dict()))


def test_the_question_is_read(client: TestClient) -> None:
    asked = {"text": "Nothing.", "question": "What could we do better?"}
    better, alone = _post(client, asked, {"text": "Nothing."})
    assert better["sentiment_score"] != alone["sentiment_score"]


def test_a_bad_item_leaves_the_others_alone(client: TestClient) -> None:
    results = _post(
        client,
        {"id": "a", "text": "Great service, thank you."},
        {"id": "b"},
        {"id": "c", "text": None},
        {"id": "d", "text": " \n\u200b"},
        {"id": "e", "text": 5},
        {"id": "f", "text": ["Great"]},
        {"id": "g", "text": "x" * (MAX_TEXT_CHARACTERS + 1)},
        {"text": "Great service, thank you."},
    )
    codes = [result.get("error", {}).get("code") for result in results]
    missing, not_string = "text_missing", "text_not_string"
    assert codes == [
        None, missing, missing, missing, not_string, not_string, "text_too_long", None
    ]  # fmt: skip
    assert [result["id"] for result in results] == [*"abcdefg", None]
    assert set(results[1]) == {"id", "error"}
    assert results[0]["sentiment_score"] == pytest.approx(results[7]["sentiment_score"], abs=0.01)


def test_only_bad_items_are_an_answer_too(client: TestClient) -> None:
    assert _post(client, {"text": ""})[0]["error"]["code"] == "text_missing"


def test_a_given_language_is_believed(client: TestClient) -> None:
    given, regional = _post(
        client,
        {"text": "Das war wirklich sehr gut", "language": "de"},
        {"text": "Very good", "language": "en-GB"},
    )
    assert (given["language"], given["sentiment"]) == ("de", None)
    assert (regional["language"], regional["sentiment"] is None) == ("en", False)


@pytest.mark.parametrize(
    "text", ["half \ud83d a pair", "nul \x00 byte", "\u202egood\u0000", "👍🏽" * 9]
)
def test_odd_characters_are_scored(client: TestClient, text: str) -> None:
    body = json.dumps({"items": [{"id": "\udc00", "text": text, "question": "\ud800?"}]})
    response = client.post("/v1/score", content=body)
    assert response.status_code == 200, response.text
    [result] = response.json()["results"]
    assert result["id"] == "\ufffd"
    assert all(0 <= span["start"] < span["end"] <= len(text) for span in result["spans"] or [])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "invalid_json"),
        ('{"items": [{"text": "unfinished', 400, "invalid_json"),
        (b'{"items": [{"text": "caf\xe9"}]}', 400, "invalid_json"),
        ("[" * 100_000, 400, "invalid_json"),
        ('[{"text": "Good"}]', 422, "invalid_request"),
        ('{"texts": ["Good"]}', 422, "invalid_request"),
        ('{"items": {"text": "Good"}}', 422, "invalid_request"),
        ('{"items": null}', 422, "invalid_request"),
        ('{"items": []}', 422, "no_items"),
        ('{"items": ["Good"]}', 422, "invalid_item"),
        ('{"items": [{"text": "Good"}], "model": "x"}', 422, "unknown_field"),
        ('{"items": [{"text": "Good", "txt": "x"}]}', 422, "unknown_field"),
        ('{"items": [{"text": "Good", "id": 7}]}', 422, "invalid_field"),
        ('{"items": [{"text": "Good", "question": ["x"]}]}', 422, "invalid_field"),
        ('{"items": [{"text": "Good", "language": "English"}]}', 422, "invalid_field"),
        (json.dumps({"items": [{"text": "Good"}] * (MAX_ITEMS + 1)}), 413, "too_many_items"),
        (b" " * (MAX_BODY_BYTES + 1), 413, "body_too_large"),
    ],
)
def test_refusals_have_one_shape(
    client: TestClient, body: str | bytes, status: int, code: str
) -> None:
    response = client.post("/v1/score", content=body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message"}


def test_as_many_items_as_promised_are_scored(client: TestClient) -> None:
    results = _post(client, *({"id": str(n), "text": "Good."} for n in range(MAX_ITEMS)))
    assert [result["id"] for result in results] == [str(n) for n in range(MAX_ITEMS)]
    assert all(result["sentiment"] for result in results)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/score", 405, "method_not_allowed"),
        ("DELETE", "/v1/score", 405, "method_not_allowed"),
        ("POST", "/v1/scores", 404, "not_found"),
        ("GET", "/v1/", 404, "not_found"),
    ],
)
def test_other_routes_are_refused_in_the_same_shape(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_requests_at_once_get_their_own_answers(client: TestClient) -> None:
    texts = [f"Visit {n} was {'awful' if n % 2 else 'wonderful'}." for n in range(16)]
    alone = [_post(client, {"id": t, "text": t})[0] for t in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda t: _post(client, {"id": t, "text": t})[0], texts))
    assert together == alone


class _Failing:
    """A classifier whose errors quote the text, as those of libraries may."""

    def __init__(self, classifier: Classifier) -> None:
        self.config = classifier.config

    def classify(self, texts: list[str], **_: object) -> list[Any]:
        raise RuntimeError(f"cannot score {texts}")


def test_no_text_reaches_a_log_or_an_error(
    client: TestClient, classifier: Classifier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failing: Any = _Failing(classifier)
    with TestClient(build_app(lambda: failing), raise_server_exceptions=False) as broken:
        response = broken.post("/v1/score", json={"items": [{"text": SECRET}]})
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    refused = client.post("/v1/score", json={"items": [{"id": SECRET, SECRET: SECRET}]})
    unread = client.post("/v1/score", content=f'{{"items": [{{"text": "{SECRET}')
    scored = client.post("/v1/score", json={"items": [{"text": SECRET}]})
    assert scored.status_code == 200
    assert "RuntimeError" in caplog.text
    for said in (caplog.text, response.text, refused.text, unread.text):
        assert "Margaret" not in said
