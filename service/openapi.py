"""The OpenAPI document of the service, written from the labels and limits that it uses."""

from __future__ import annotations

from functools import cache
from typing import Any

import cxnlp

from .api_schemas import SCHEMAS
from .paths import PATHS, Access
from .score_request import language_pattern

_STATUSES: dict[int, str] = {
    400: "The body is not JSON in UTF-8.",
    401: "No API key, or one that is not known here.",
    403: "No API keys are set, and the request does not come from this machine.",
    404: "There is no such model here.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is of another media type, or compressed.",
    422: "The body is JSON, but not what is asked for here.",
    429: "Too much is waiting, or the API key asks too often; ask again after Retry-After.",
    500: "The request could not be answered.",
    503: "The worker is ending or is too slow now; ask again after Retry-After.",
}
_ALWAYS = (403, 500)
_WITH_KEY = (401, 429)
_WITH_BODY = (400, 404, 408, 413, 415, 422, 503)

_SCORE_EXAMPLES: dict[str, Any] = {
    "texts": {
        "summary": "Answers to a survey",
        "value": {
            "items": [
                {"id": "1", "text": "None. Quite satisfied.", "question": "FFT Why?"},
                {
                    "id": "2",
                    "text": "Not your problem but something must be done to relieve the handover "
                    "times at hospital.",
                },
            ]
        },
    }
}
_CHAT = [
    {"role": "customer", "text": "My parcel still has not come and I am tired of waiting."},
    {"role": "agent", "text": "I am sorry. It is out for delivery now."},
    {"role": "customer", "text": "Great, thank you for looking so quickly!"},
]
_CONVERSATION_EXAMPLES: dict[str, Any] = {
    "chat": {"summary": "A chat so far", "value": {"id": "chat-7", "turns": _CHAT}}
}

_ABOUT: dict[str, tuple[str, str]] = {
    "/v1/score": ("Score texts or conversations", "Every item is answered, in order."),
    "/v1/conversations/score": (
        "Score a chat so far",
        "Each of the customer's turns, the arc of the chat, and its risk of escalation.",
    ),
    "/v1/models": ("List the models that score", ""),
    "/livez": ("Whether the worker lives", ""),
    "/readyz": ("Whether the worker takes requests", "It fails before the worker ends."),
    "/metrics": ("Measurements for Prometheus", "Those of all workers, added up."),
    "/docs": ("This documentation as a page", ""),
    "/openapi.json": ("This documentation as OpenAPI", ""),
}

_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The id that was sent, or a new one; it is in the service's log too.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "Retry-After": {
        "description": "Seconds to wait before asking again.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {"description": "How to send a key.", "schema": {"type": "string"}},
}


@cache
def openapi_document(languages: tuple[str, ...]) -> dict[str, Any]:
    """Return the document; do not change it.

    :param languages: those that the model reads.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cxnlp",
            "version": cxnlp.__version__,
            "description": "How customers feel, about what, and how a chat with them goes.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {path: {known.method.lower(): _operation(path)} for path, known in PATHS.items()},
        "components": {
            "schemas": _schemas(languages),
            "headers": _HEADERS,
            "responses": {f"Error{status}": _error(status) for status in _STATUSES},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _schemas(languages: tuple[str, ...]) -> dict[str, Any]:
    """Return the schemas; a chat in a language that the model does not read is none to score."""
    conversation = SCHEMAS["ConversationRequest"]
    properties = conversation["properties"]
    language = {**properties["language"], "pattern": language_pattern(languages)}
    conversation = {**conversation, "properties": {**properties, "language": language}}
    return {**SCHEMAS, "ConversationRequest": conversation}


def _operation(path: str) -> dict[str, Any]:
    known = PATHS[path]
    summary, description = _ABOUT[path]
    operation: dict[str, Any] = {
        "operationId": path.strip("/").replace("/", "_").replace(".", "_"),
        "summary": summary,
        # A service without keys answers its own machine alone, and needs none.
        "security": [{"bearer": []}, {"header": []}, {}] if known.access is Access.KEY else [],
        "responses": {"200": _answer(path)},
    }
    if description:
        operation["description"] = description
    statuses = set(_ALWAYS) if known.access is not Access.ANYBODY else {500}
    statuses |= {503} if path == "/readyz" else set()
    if known.access is Access.KEY:
        statuses |= set(_WITH_KEY)
    if known.method == "POST":
        statuses |= set(_WITH_BODY)
        operation["requestBody"] = _request(path)
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Error{status}"}
    return operation


def _request(path: str) -> dict[str, Any]:
    conversation = path == "/v1/conversations/score"
    name = "ConversationRequest" if conversation else "ScoreRequest"
    examples = _CONVERSATION_EXAMPLES if conversation else _SCORE_EXAMPLES
    return {"required": True, "content": {"application/json": _content(name, examples)}}


def _content(name: str, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    return {**content, "examples": examples} if examples else content


def _answer(path: str) -> dict[str, Any]:
    named = {
        "/v1/score": "ScoreResponse",
        "/v1/conversations/score": "ConversationResponse",
        "/v1/models": "Models",
        "/livez": "Status",
        "/readyz": "Status",
    }
    other = {"/metrics": "text/plain", "/docs": "text/html"}
    if path in named:
        content = {"application/json": _content(named[path])}
    elif path in other:
        content = {other[path]: {"schema": {"type": "string"}}}
    else:
        content = {"application/json": {"schema": {"type": "object"}}}
    return {"description": "The answer.", "headers": _sent("X-Request-ID"), "content": content}


def _error(status: int) -> dict[str, Any]:
    more = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
    return {
        "description": _STATUSES[status],
        "headers": _sent("X-Request-ID", *more.get(status, ())),
        "content": {"application/json": _content("Error")},
    }


def _sent(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
