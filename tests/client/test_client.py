from __future__ import annotations

import copy
import json
import pickle
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from cxnlp.client import Client, ServiceError
from cxnlp.errors import CxnlpError, InputError
from tests.client.fake_service import (
    FakeService,
    Server,
    Step,
    answer_and_hang_up,
    answer_raw,
    cut_short,
    refuse,
    reset,
    serve,
    stall,
    trickle,
)

ROOT = Path(__file__).parents[2]
SECRET = "my card number is 4929"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _failure(client: Client) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        client.score([SECRET])
    error = caught.value
    assert isinstance(error, CxnlpError)
    assert SECRET not in f"{error} {error!r} {vars(error)}"
    assert error.__cause__ is error.__context__ is None
    return error


def test_a_result_has_the_prediction_as_attributes_and_as_keys(service: FakeService) -> None:
    with Client(service.url) as client:
        [result] = client.score(["Lovely staff."])
    assert result.sentiment == result["sentiment"] == "positive"
    assert result.topics is not None
    assert result.topics[0].label == result["topics"][0]["label"] == "staff_service"
    assert result.error is None
    assert pickle.loads(pickle.dumps(result)) == copy.deepcopy(result) == result
    assert json.loads(json.dumps(result)) == result
    with pytest.raises(AttributeError, match="sentimnet"):
        _ = result.sentimnet


def test_an_item_without_text_has_an_error_and_costs_the_others_nothing(
    service: FakeService,
) -> None:
    with Client(service.url) as client:
        first, second = client.score([{"id": "a"}, {"id": "b", "text": "four"}])
    assert first.id == "a"
    assert first.error is not None
    assert first.error.code == "text_missing"
    assert first.sentiment is None
    assert (second.id, second.satisfaction, second.error) == ("b", 4, None)


def test_any_iterable_is_cut_into_requests_and_keeps_its_order(service: FakeService) -> None:
    with Client(service.url) as client:
        results = client.score("x" * number for number in range(600))
    assert [result.satisfaction for result in results] == list(range(600))
    assert [len(seen.body["items"]) for seen in service.seen] == [256, 256, 88]
    assert len({seen.connection for seen in service.seen}) == 1  # kept alive


def test_nothing_to_score_asks_nothing(service: FakeService) -> None:
    with Client(service.url) as client:
        assert client.score([]) == []
    assert service.seen == []


def test_options_and_items_travel_as_given(service: FakeService) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    turns = [{"role": "customer", "text": "schön \ud800", "at": at}]
    item = {"id": "c", "turns": turns, "language": "en"}
    with Client(service.url + "/nlp/", api_key="k1\n") as client:
        client.score([item, {"text": "No.", "question": "All well?"}], spans=False, model="m@1")
    [seen] = service.seen
    assert seen.path == "/nlp/v1/score"
    assert seen.headers["authorization"] == "Bearer k1"
    assert seen.headers["content-type"] == "application/json"
    sent = {**turns[0], "text": "schön \ufffd", "at": at.isoformat()}
    assert seen.body == {
        "items": [{**item, "turns": [sent]}, {"text": "No.", "question": "All well?"}],
        "spans": False,
        "model": "m@1",
    }


def test_large_texts_travel_in_bodies_of_bounded_size(service: FakeService) -> None:
    with Client(service.url) as client:
        results = client.score(["é" * 90_000] * 30)
    assert [result.satisfaction for result in results] == [90_000] * 30
    assert len(service.seen) == 6
    assert max(seen.n_bytes for seen in service.seen) <= 1024 * 1024


def test_a_text_too_large_for_the_service_costs_the_others_nothing(service: FakeService) -> None:
    service.max_bytes = 300_000
    texts = ["a" * 10, "b" * 900_000, "c" * 30, "d" * 40]
    with Client(service.url) as client:
        results = client.score([{"id": text[0], "text": text} for text in texts])
    assert [result.id for result in results] == ["a", "b", "c", "d"]
    assert [result.satisfaction for result in results] == [10, None, 30, 40]
    assert results[1].error is not None
    assert results[1].error.code == "body_too_large"


def test_conversations_models_and_readiness(service: FakeService) -> None:
    turns = [{"role": "agent", "text": "Hello?"}, {"role": "customer", "text": "It broke."}]
    with Client(service.url) as client:
        conversation = client.score_conversation(turns, id="c1")
        assert conversation.arc.trend == "falling"
        assert conversation.turns[0].sentiment == "negative"
        assert service.seen[-1].body == {"turns": turns, "spans": True, "id": "c1"}
        assert [model.name for model in client.models()] == ["cx-mini-en@3"]
        assert client.is_ready() is True
        service.ready = False
        assert client.is_ready() is False
    assert service.seen[-1].method == "GET"


@pytest.mark.parametrize(
    "step",
    [*map(refuse, [408, 429, 502, 503, 504]), reset, cut_short, answer_raw(b"<html>", 502)],
)
def test_a_passing_failure_is_tried_again_under_the_same_id(
    service: FakeService, step: Step
) -> None:
    service.steps = [step, step]
    with Client(service.url) as client:
        assert client.score(["good"])[0].satisfaction == 4
    assert len(service.seen) == 3
    assert len({seen.headers["x-request-id"] for seen in service.seen}) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 415, 422, 500, 501])
def test_what_will_not_change_is_not_tried_again(service: FakeService, status: int) -> None:
    service.steps = [refuse(status, "no_such_thing", X_Request_ID="abc")]
    with Client(service.url) as client:
        error = _failure(client)
    assert (error.status, error.code, error.message) == (status, "no_such_thing", "Not now.")
    assert error.request_id == "abc"
    assert len(service.seen) == 1


def test_each_request_has_its_own_id(service: FakeService) -> None:
    with Client(service.url) as client:
        client.score(["a"])
        client.score(["b"])
    assert len({seen.headers["x-request-id"] for seen in service.seen}) == 2


def test_tries_are_counted_and_the_last_failure_is_told(service: FakeService) -> None:
    service.steps = [refuse(503, "overloaded")] * 9
    with Client(service.url, retries=2) as client:
        error = _failure(client)
    assert (error.status, error.code) == (503, "overloaded")
    assert error.request_id == service.seen[0].headers["x-request-id"]
    assert len(service.seen) == 3


@pytest.mark.parametrize("dated", [False, True])
def test_retry_after_is_waited_for(service: FakeService, dated: bool) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    service.steps = [refuse(429, Retry_After=at if dated else "1")]
    with Client(service.url) as client:
        client.score(["good"])
    first, second = service.seen
    assert 0.95 < second.at - first.at < 4.0


def test_a_wait_beyond_the_deadline_is_not_begun(service: FakeService) -> None:
    service.steps = [refuse(503, Retry_After="3600")]
    start = time.monotonic()
    with Client(service.url, deadline=5.0) as client:
        error = _failure(client)
    assert time.monotonic() - start < 2.0
    assert (error.status, error.retry_after_s) == (503, 3600.0)


def test_the_deadline_bounds_all_tries(service: FakeService) -> None:
    service.steps = [refuse(503)] * 1000
    start = time.monotonic()
    with Client(service.url, retries=1000, deadline=1.0) as client:
        assert _failure(client).status == 503
    assert time.monotonic() - start < 2.0
    assert 2 <= len(service.seen) < 1000


@pytest.mark.parametrize("step", [stall(1.0), trickle])
def test_a_stalled_answer_is_given_up_and_tried_again(service: FakeService, step: Step) -> None:
    service.steps = [step]
    start = time.monotonic()
    with Client(service.url, timeout=0.3) as client:
        assert client.score(["good"])[0].satisfaction == 4
    assert 0.25 < time.monotonic() - start < 1.5


def test_a_service_that_never_answers_is_named_a_timeout(service: FakeService) -> None:
    service.steps = [stall(1.0)]
    with Client(service.url, timeout=0.2, retries=0) as client:
        error = _failure(client)
    assert (error.status, error.code) == (None, "timeout")
    assert error.request_id == service.seen[0].headers["x-request-id"]


def test_a_service_that_is_not_there_is_named() -> None:
    port = _free_port()
    with Client(f"http://127.0.0.1:{port}", retries=1) as client:
        error = _failure(client)
        assert (error.status, error.code) == (None, "connection_failed")
        assert f"127.0.0.1:{port}" in str(error)
        assert client.is_ready() is False


def test_a_service_that_starts_late_is_reached() -> None:
    port, fake, servers = _free_port(), FakeService(), list[Server]()
    start = threading.Timer(0.5, lambda: servers.append(serve(fake, port=port)))
    start.start()
    with Client(f"http://127.0.0.1:{port}", retries=50) as client:
        assert client.score(["good"])[0].satisfaction == 4
    start.join()
    servers[0].shutdown()
    servers[0].server_close()


def test_a_kept_connection_that_was_closed_is_no_failure(service: FakeService) -> None:
    service.steps = [answer_and_hang_up] * 5
    with Client(service.url, retries=0) as client:
        for _ in range(6):
            assert client.score(["good"])[0].satisfaction == 4
            time.sleep(0.02)
    assert len(service.seen) == 6


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<html>hello</html>", b"[]", b"{}", b"\xff", b'{"results": null}', b'{"results": []}',
        b'{"results": [1]}', b'{"results": [{"id": "of another"}]}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_an_error(service: FakeService, content: bytes) -> None:
    service.steps = [answer_raw(content)]
    with Client(service.url) as client:
        error = _failure(client)
    assert (error.status, error.code) == (200, "invalid_response")
    assert len(service.seen) == 1


def test_a_page_that_quotes_the_request_is_not_repeated(service: FakeService) -> None:
    service.steps = [
        lambda handler, seen: handler.reply(500, seen.body),
        lambda handler, seen: handler.reply(500, {"error": seen.body["items"][0]["text"]}),
        lambda handler, seen: handler.reply(500, {"error": {"code": SECRET, "message": SECRET}}),
    ]
    with Client(service.url) as client:
        assert [_failure(client).code for _ in range(3)] == ["http_500"] * 3


def test_threads_share_a_client(service: FakeService) -> None:
    def ask(number: int) -> list[str | None]:
        ids = [f"{number}-{place}" for place in range(5)]
        results = client.score([{"id": one, "text": "x"} for one in ids])
        assert [result.id for result in results] == ids
        return [result.id for result in results]

    service.steps = [reset, refuse(503), cut_short]
    with Client(service.url) as client, ThreadPoolExecutor(8) as threads:
        answered = [one for ids in threads.map(ask, range(80)) for one in ids]
    assert len(set(answered)) == 400
    assert len({seen.connection for seen in service.seen}) <= 8 + 3


def test_closing_ends_a_wait(service: FakeService) -> None:
    service.steps = [refuse(503, Retry_After="30")]
    client = Client(service.url)
    threading.Timer(0.2, client.close).start()
    start = time.monotonic()
    assert _failure(client).code == "client_closed"
    assert time.monotonic() - start < 5.0


@pytest.mark.parametrize(
    "items",
    ["one text", {"text": "a"}, [4929], [b"4929"], [{"text": float("nan")}], [{"texts": "4929"}],
     [{"id": 4929, "text": "a"}], [{"text": "a", "question": 4929}], [{"text": {4929}}]],
)  # fmt: skip
def test_what_is_no_item_is_told_before_it_is_sent(service: FakeService, items: object) -> None:
    with Client(service.url) as client, pytest.raises(InputError) as caught:
        client.score(items)  # type: ignore[arg-type]
    assert "4929" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert service.seen == []


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:3000", "ftp://a", "http://", "http://a:b", "http://u:4929@a", "http://a/?k=4929",
     "http://a b", "http://a..b", "http://a/\n"],
)  # fmt: skip
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InputError) as caught:
        Client(url)
    assert "4929" not in str(caught.value)


@pytest.mark.parametrize("key", ["", " ", "a\nb4929", "schlüssel4929"])
def test_a_key_that_no_header_carries_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(InputError) as caught:
        Client("http://127.0.0.1:1", api_key=key)
    assert "4929" not in str(caught.value)


def test_importing_it_loads_the_standard_library_only() -> None:
    code = "import sys, cxnlp.client; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "cxnlp" in loaded
    assert loaded - sys.stdlib_module_names <= {"cxnlp", "__main__"}
