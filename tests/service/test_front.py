"""What stands before the application: keys, rates, limits, the log and the last resort."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from service.envelope import EXCEPTION_HANDLERS
from service.front import _MAX_OPEN, Front
from service.keys import hash_key
from service.logging_setup import JsonFormatter, SafeFormatter, add_request_id
from service.settings import Settings

SECRET = "Margaret of 12 Elm Street"
HERE, ELSEWHERE = ("127.0.0.1", 5000), ("192.0.2.7", 5000)
KEYS = f"desk sha256:{hash_key('right').hex()},slow sha256:{hash_key('other').hex()} rate=1/s"


async def _score(request: Request) -> Response:
    body = await request.body()
    if b"fail" in body:
        raise ValueError(body.decode())
    request.state.n_items = 3
    return JSONResponse({"bytes": len(body)})


async def _said(request: Request) -> Response:
    return JSONResponse({"path": request.url.path})


async def _outer(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("a request came through")


APP = Starlette(
    routes=[
        Route("/v1/score", _score, methods=["POST"]),
        *(Route(path, _said) for path in ("/v1/models", "/livez", "/readyz", "/metrics", "/docs")),
    ],
    exception_handlers=EXCEPTION_HANDLERS,
)


def _client(settings: Settings, client: tuple[str, int] = HERE, **options: object) -> TestClient:
    front = Front(_outer, service=APP, settings=settings, **options)  # type: ignore[arg-type]
    return TestClient(front, client=client)


@pytest.fixture
def keyed() -> TestClient:
    return _client(Settings(api_keys=KEYS), ELSEWHERE)


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    handler.addFilter(add_request_id)
    logger = logging.getLogger("cxnlp")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield records
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_without_keys_this_machine_is_served(address: str) -> None:
    client = _client(Settings(), (address, 1))
    assert client.post("/v1/score", json={}).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "x"])
def test_without_keys_nobody_else_is_whatever_the_address_bound(address: str) -> None:
    client = _client(Settings(host="0.0.0.0"), (address, 1))
    for path in ("/v1/models", "/metrics", "/docs", "/nothing"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "keys_not_set"
    assert client.post("/v1/score", json={}).status_code == 403
    assert client.get("/livez").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer right"}, {"authorization": "bearer  right"}, {"X-API-Key": "right"}],
)
def test_a_key_opens(keyed: TestClient, headers: dict[str, str]) -> None:
    assert keyed.post("/v1/score", json={}, headers=headers).status_code == 200
    assert keyed.get("/metrics", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "key_required"),
        ({"Authorization": "Basic right"}, "key_required"),
        ({"Authorization": "Bearer "}, "key_required"),
        ({"X-API-Key": "wrong"}, "key_unknown"),
        ({"Authorization": "Bearer wrong", "X-API-Key": "right"}, "key_unknown"),
    ],
)
def test_no_key_or_a_wrong_one_does_not(
    keyed: TestClient, headers: dict[str, str], code: str
) -> None:
    for answer in (
        keyed.post("/v1/score", content=b"{", headers={**headers, "Content-Type": "text/plain"}),
        keyed.get("/v1/models", headers=headers),
        keyed.get("/metrics", headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["error"]["code"] == code
    assert keyed.get("/readyz").status_code == 200
    assert keyed.get("/docs").status_code == 200


def test_a_body_is_not_read_without_a_key(keyed: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(3):
            yield b"x" * 1000

    answer = keyed.post("/v1/score", content=endless())
    assert answer.status_code == 401
    assert answer.headers["connection"] == "close"


def test_a_key_has_its_rate(keyed: TestClient) -> None:
    counted: list[str] = []
    client = _client(Settings(api_keys=KEYS), on_refused=counted.append)
    answers = [client.get("/v1/models", headers={"X-API-Key": "other"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1].headers["retry-after"]) == 1
    assert counted == ["rate_limited"]


def test_limits_stand_before_the_application() -> None:
    client = _client(Settings(max_body_mib=0.001))
    assert client.post("/v1/score", content=b"x" * 1048).json() == {"bytes": 1048}
    for content in (b"x" * 1049, iter([b"x" * 1000] * 2)):
        answer = client.post("/v1/score", content=content)
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"
    assert client.post("/v1/score", data={"a": "b"}).status_code == 415
    assert client.post("/nothing", content=b"x" * 2000).status_code == 404
    assert client.put("/v1/score", content=b"x" * 2000).status_code == 405


def test_an_error_of_ours_is_a_500_that_says_nothing(
    lines: list[logging.LogRecord],
) -> None:
    answer = _client(Settings()).post("/v1/score", content=f"fail {SECRET}")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]
    for formatter in (SafeFormatter(), JsonFormatter()):
        said = "\n".join(formatter.format(record) for record in lines)
        assert "ValueError at " in said
        assert "test_front.py" in said
        assert "Margaret" not in said
        assert said.count(answer.headers["x-request-id"]) == 2


def test_a_request_is_one_line_without_its_text(lines: list[logging.LogRecord]) -> None:
    headers = {"X-API-Key": "right", "X-Request-ID": "abc", "User-Agent": SECRET}
    client = _client(Settings(api_keys=KEYS), ELSEWHERE)
    client.post(f"/v1/score?name={SECRET}", json=[SECRET], headers=headers)
    client.get(f"/{SECRET}")
    client.request("MARGARET", "/livez")
    assert len(lines) == 3
    entry = json.loads(JsonFormatter().format(lines[0]))
    assert entry.pop("ms") >= 0
    assert entry.pop("time").endswith("Z")
    assert entry.pop("message").startswith("POST /v1/score 200 ")
    assert entry == {
        "level": "INFO",
        "logger": "cxnlp.access",
        "request_id": "abc",
        "method": "POST",
        "route": "/v1/score",
        "status": 200,
        "items": 3,
        "key": "desk",
    }
    said = "\n".join(SafeFormatter().format(record) for record in lines)
    assert "margaret" not in said.lower()
    assert "GET unknown 401" in said
    assert "OTHER /livez 405" in said


def test_other_loggers_tell_no_values() -> None:
    other = logging.LogRecord("bentoml.x", logging.ERROR, "file.py", 7, SECRET, None, None)
    serve = logging.LogRecord("bentoml.serve", logging.INFO, "f.py", 7, "listening", None, None)
    inside = logging.LogRecord("uvicorn.error", logging.ERROR, "f.py", 7, SECRET, None, None)
    inside.request_id = "abc"
    formatter = SafeFormatter()
    assert "bentoml.x, file.py:7" in formatter.format(other)
    assert "listening" in formatter.format(serve)
    assert "Margaret" not in formatter.format(other) + formatter.format(inside)


def test_while_draining_only_what_was_accepted_is_answered() -> None:
    front = Front(_outer, service=APP, settings=Settings())
    client = TestClient(front, client=HERE)
    front.drain.draining = True
    ready, score = client.get("/readyz"), client.post("/v1/score", json={})
    for answer in (ready, score):
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["connection"] == "close"
    assert client.get("/livez").status_code == 200
    assert front.drain.n_open == 0


def test_a_rush_is_refused_before_a_body_is_read() -> None:
    front = Front(_outer, service=APP, settings=Settings())
    client = TestClient(front, client=HERE)
    with contextlib.ExitStack() as held:
        for _ in range(_MAX_OPEN):
            held.enter_context(front.drain.accepted())
        refused = client.post("/v1/score", content=b"fail")  # would raise where it is read
        assert client.get("/readyz").status_code == 200

    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "overloaded"
    assert float(refused.headers["Retry-After"]) >= 1
    assert client.post("/v1/score", content=b"ok").json() == {"bytes": 2}
