"""The application answers as the library does, and refuses in one shape."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from cxnlp import Classifier
from cxnlp.records import MAX_TEXT_CHARACTERS, PREDICTION
from service.logging_setup import configure_logging
from service.score_request import MAX_ITEMS
from service.settings import Settings

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
        assert result["sentiment"] == prediction.sentiment
        assert result["sentiment_score"] == pytest.approx(prediction.sentiment_score, abs=0.01)
        assert [(s["start"], s["end"]) for s in result["spans"]] == [
            (s.start, s.end) for s in prediction.spans or ()
        ]


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


def test_what_the_model_cannot_read_says_so(client: TestClient) -> None:
    given, found, regional, unknown = _post(
        client,
        {"text": "Very good", "language": "de"},
        {"text": "Ich warte seit zwei Wochen auf mein Paket und niemand antwortet mir."},
        {"text": "Very good", "language": "en-GB"},
        {"text": "Very good", "language": "English please"},
    )
    assert given["error"]["code"] == found["error"]["code"] == "language_unsupported"
    assert "is de; the model reads en" in found["error"]["message"]
    assert (regional["language"], regional["sentiment"]) == ("en", "positive")
    assert unknown["error"]["code"] == "language_unsupported"
    assert "please" not in unknown["error"]["message"]


def test_spans_may_be_left_out(client: TestClient) -> None:
    items = [{"text": "Lovely staff."}]
    with_spans = client.post("/v1/score", json={"items": items, "spans": True}).json()
    without = client.post("/v1/score", json={"items": items, "spans": False}).json()
    assert with_spans["results"][0]["spans"]
    assert without["results"][0]["spans"] is None


def test_the_model_may_be_named(client: TestClient, classifier: Classifier) -> None:
    asked: dict[str, Any] = {"items": [{"text": "Good"}]}
    label = classifier.config.label
    for named in (label, classifier.config.name, None):
        response = client.post("/v1/score", json={**asked, "model": named})
        assert response.json()["model"] == label
    other = client.post("/v1/score", json={**asked, "model": "cx-mini-en@0"})
    assert (other.status_code, other.json()["error"]["code"]) == (404, "model_not_found")
    [listed] = client.get("/v1/models").json()["models"]
    assert (listed["model"], listed["languages"]) == (label, ["en"])


def test_turns_are_one_item_of_which_the_customer_counts(client: TestClient) -> None:
    turns = [
        {"role": "agent", "text": "I am so sorry, this is terrible, awful, a disgrace."},
        {"role": "customer", "text": "Thank you, you solved it so quickly!"},
    ]
    [result] = _post(client, {"id": "c", "turns": turns})
    assert result["sentiment"] == "positive"
    assert {span["turn"] for span in result["spans"]} == {1}


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        ("hello", "turns_invalid"),
        ([], "turns_invalid"),
        (["hello"], "turns_invalid"),
        ([{"role": "client", "text": "Good"}], "turns_invalid"),
        ([{"role": ["customer"], "text": "Good"}], "turns_invalid"),
        ([{"role": "customer", "text": 5}], "turns_invalid"),
        ([{"role": "customer"}], "turns_invalid"),
        ([{"role": "customer", "text": "Good", "x": 1}], "turns_invalid"),
        ([{"role": "customer", "text": "Good", "at": "yesterday"}], "turns_invalid"),
        ([{"role": "customer", "text": "Good", "at": 5}], "turns_invalid"),
        ([{"role": "customer", "text": "a"}] * 2001, "turns_invalid"),
        ([{"role": "agent", "text": "Good"}], "text_missing"),
        ([{"role": "customer", "text": " "}], "text_missing"),
        ([{"role": "customer", "text": "x" * 60_000}] * 2, "text_too_long"),
    ],
)
def test_bad_turns_are_an_error_of_their_item(client: TestClient, turns: Any, code: str) -> None:
    bad, good = _post(client, {"turns": turns}, {"text": "Good"})
    assert (bad["error"]["code"], good["sentiment"]) == (code, "positive")
    whole = client.post("/v1/conversations/score", json={"turns": turns})
    assert (whole.status_code, whole.json()["error"]["code"]) == (422, code)


def test_text_and_turns_together_are_an_error(client: TestClient) -> None:
    turns = [{"role": "customer", "text": "Good"}]
    assert _post(client, {"text": "Good", "turns": turns})[0]["error"]["code"] == "turns_invalid"


def test_a_conversation_has_turns_an_arc_and_a_risk(client: TestClient) -> None:
    chat = [
        {"role": "bot", "text": "How can we help?", "at": "2026-05-01T10:00:00Z"},
        {"role": "customer", "text": "My parcel never came and I am really angry.",
         "at": "2026-05-01T10:01:00Z"},
        {"role": "agent", "text": "Your refund is on its way, and a voucher."},
        {"role": "customer", "text": "Oh that is brilliant, thank you so much for your help!"},
        {"role": "customer", "text": "ok"},
    ]  # fmt: skip
    response = client.post("/v1/conversations/score", json={"id": "k1", "turns": chat})
    found = response.json()
    assert response.status_code == 200, response.text
    assert (found["id"], [turn["turn"] for turn in found["turns"]]) == ("k1", [1, 3, 4])
    assert [turn["sentiment"] for turn in found["turns"]][:2] == ["negative", "positive"]
    assert [span["turn"] for span in found["turns"][1]["spans"]] == [3]
    assert found["turns"][0]["at"] == "2026-05-01T10:01:00+00:00"
    assert found["arc"]["start"] < 0 < found["arc"]["now"]
    before = client.post("/v1/conversations/score", json={"turns": chat[:2]}).json()
    assert before["escalation"]["score"] > found["escalation"]["score"]
    for reason in before["escalation"]["reasons"]:
        assert reason["turn"] == 1
        assert 0 <= reason["start"] < reason["end"] <= len(chat[1]["text"])


def test_a_conversation_needs_turns(client: TestClient) -> None:
    for body in ({}, {"id": "x"}, {"items": []}, {"turns": [], "extra": 1}):
        response = client.post("/v1/conversations/score", json=body)
        assert response.status_code == 422
        assert "error" in response.json()


def test_metrics_count_what_was_done(client: TestClient) -> None:
    _post(client, {"text": "Good"}, {"text": ""})
    client.post("/v1/score", json={"items": []})
    said = client.get("/metrics").text
    for name in ("queue", "tokenise", "infer", "total"):
        assert f"cxnlp_{name}_seconds_bucket" in said
    for line in (
        'cxnlp_items_total{outcome="text_missing"}',
        'cxnlp_items_total{outcome="scored"}',
        'cxnlp_refused_total{reason="no_items"}',
        "cxnlp_batch_items_count",
        "cxnlp_batch_tokens_count",
        'cxnlp_model{model="cx-mini-en@',
    ):
        assert line in said


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
        ('{"texts": ["Good"]}', 422, "unknown_field"),
        ("{}", 422, "invalid_request"),
        ('{"items": {"text": "Good"}}', 422, "invalid_request"),
        ('{"items": null}', 422, "invalid_request"),
        ('{"items": []}', 422, "no_items"),
        ('{"items": ["Good"]}', 422, "invalid_item"),
        ('{"items": [{"text": "Good"}], "model": 7}', 422, "invalid_field"),
        ('{"items": [{"text": "Good"}], "spans": "yes"}', 422, "invalid_field"),
        ('{"items": [{"text": "Good"}], "texts": []}', 422, "unknown_field"),
        ('{"items": [{"text": NaN}]}', 400, "invalid_json"),
        ('{"items": [{"text": "Good", "txt": "x"}]}', 422, "unknown_field"),
        ('{"items": [{"text": "Good", "id": 7}]}', 422, "invalid_field"),
        ('{"items": [{"text": "Good", "question": ["x"]}]}', 422, "invalid_field"),
        ('{"items": [{"text": "Good", "language": 5}]}', 422, "invalid_field"),
        (json.dumps({"items": [{"text": "Good"}] * (MAX_ITEMS + 1)}), 422, "too_many_items"),
        (b" " * (Settings().max_body_bytes + 1), 413, "body_too_large"),
    ],
)
def test_refusals_have_one_shape(
    client: TestClient, body: str | bytes, status: int, code: str
) -> None:
    response = client.post("/v1/score", content=body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message", "request_id"}
    assert response.json()["error"]["request_id"] == response.headers["x-request-id"]


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
    assert [found["id"] for found in together] == texts
    assert [found["sentiment"] for found in together] == [a["sentiment"] for a in alone]


class _Failing:
    """A classifier whose errors quote the text, as those of libraries may."""

    def __init__(self, classifier: Classifier) -> None:
        self.config, self.runtime = classifier.config, classifier.runtime
        self.classify = classifier.classify  # warming up is not what fails

    def prepare(self, texts: list[str], **_: object) -> Any:
        raise RuntimeError(f"cannot score {texts}")


def test_no_text_reaches_a_log_or_an_error(
    client: TestClient,
    serve: Callable[[Any], TestClient],
    classifier: Classifier,
    capfd: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    configure_logging("plain")
    with serve(_Failing(classifier)) as broken:
        response = broken.post("/v1/score", json={"items": [{"text": SECRET}]})
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    refused = client.post("/v1/score", json={"items": [{"id": SECRET, SECRET: SECRET}]})
    unread = client.post("/v1/score", content=f'{{"items": [{{"text": "{SECRET}')
    path = client.get(f"/v1/{SECRET}?text={SECRET}")
    scored = client.post("/v1/score", json={"items": [{"text": SECRET}]})
    assert scored.status_code == 200
    logged = "".join(capfd.readouterr())
    assert "RuntimeError" in logged
    for said in (logged, response.text, refused.text, unread.text, path.text):
        assert "Margaret" not in said
