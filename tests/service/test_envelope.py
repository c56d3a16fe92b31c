"""Every error has one shape and repeats nothing of the request."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from service.envelope import EXCEPTION_HANDLERS, Refused, refuse_with
from service.request_ids import RequestIds, choose_request_id

SECRET = "my card is 4111"


async def _raise(request: Request) -> Response:
    status = int(request.path_params["status"])
    if status == 429:
        raise Refused(429, "queue_full", "The queue is full.", retry_after=1.2)
    raise HTTPException(status, detail=SECRET)


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/raise/{status:int}", _raise), Mount("/v1", routes=[Route("/x", _raise)])]
    app = Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS)
    return TestClient(RequestIds(app))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 413, 415, 418, 422, 500, 503, 599])
def test_every_status_has_the_envelope_and_quotes_nothing(client: TestClient, status: int) -> None:
    answer = client.get(f"/raise/{status}", headers={"X-Request-ID": "abc-1"})
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "request_id"}
    assert answer.json()["error"]["request_id"] == "abc-1" == answer.headers["x-request-id"]
    assert SECRET not in answer.text


def test_retry_after_is_a_whole_number_of_seconds_rounded_up(client: TestClient) -> None:
    answer = client.get("/raise/429")
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["error"]["code"] == "queue_full"


@pytest.mark.parametrize("path", ["/raise/400", "/v1/x"])
def test_405_says_what_is_allowed(client: TestClient, path: str) -> None:
    answer = client.delete(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/nothing"])
def test_404_has_the_envelope(client: TestClient, path: str) -> None:
    assert client.get(path).json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("sent", [None, "", "a" * 65, "a b", "a\nb", "é", "<script>"])
def test_an_id_that_is_not_plain_is_replaced(sent: str | None) -> None:
    chosen = choose_request_id(sent)
    assert chosen != sent
    assert len(chosen) == 16


def test_a_status_without_a_text_of_its_own_still_has_a_code() -> None:
    assert refuse_with(418).code == "im_a_teapot"
