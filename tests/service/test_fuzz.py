"""Requests that fit the OpenAPI document, and requests that do not, against the whole service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis import Case, CheckContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.python.asgi import shutdown_lifespans
from starlette.types import Receive, Scope, Send

from cxnlp.model.locate import locate_model
from service.front import Front
from service.http import build_app
from service.model_slot import ModelSlot
from service.openapi import openapi_document
from service.settings import Settings

pytestmark = pytest.mark.slow

EXAMPLES = 25  # an operation, besides one or more for every keyword of its schema

# The model is loaded when the first request comes, and not when the tests are collected.
_inner = build_app(lambda measurements: ModelSlot(lambda: locate_model(None), measurements))
_front = Front(_inner, service=_inner, settings=Settings(drain_seconds=0))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a client on this machine."""
    await _front({**scope, "client": ("127.0.0.1", 5000)}, receive, send)


SCHEMA = schemathesis.openapi.from_dict(
    openapi_document(("en",)),
    config=SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "generation": {
                "mode": "all",
                "max-examples": EXAMPLES,
                "deterministic": True,
                "database": "none",
            },
        }
    ),
)
SCHEMA.app = application


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    """End the service after the tests of this file."""
    yield
    shutdown_lifespans()


def one_envelope(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Every error has the same shape, and says which request it answers."""
    [request_id] = response.headers["x-request-id"]
    if response.status_code < 400 or case.method == "HEAD":
        return
    found = response.json()
    assert set(found) == {"error"}
    assert set(found["error"]) == {"code", "message", "request_id"}
    assert all(isinstance(value, str) and value for value in found["error"].values())
    assert found["error"]["request_id"] == request_id
    assert response.status_code not in (429, 503) or "retry-after" in response.headers
    assert response.status_code != 405 or "allow" in response.headers


@SCHEMA.parametrize()
def test_nothing_is_found(case: Case[Any]) -> None:
    case.call_and_validate(additional_checks=[one_envelope])
