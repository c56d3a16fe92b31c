"""One shape for every error that the service answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .request_ids import current_request_id

# What to answer where only a status is known. None of it repeats what was sent.
_DEFAULTS: dict[int, tuple[str, str]] = {
    400: ("bad_request", "The request cannot be understood."),
    401: ("key_required", "Send an API key as Authorization: Bearer KEY or as X-API-Key."),
    403: ("forbidden", "This may not be asked from here."),
    404: ("not_found", "There is nothing here. What there is stands in /docs."),
    405: ("method_not_allowed", "This address does not take that method; see Allow."),
    408: ("timeout", "The body of the request did not arrive in time."),
    413: ("body_too_large", "The request is too large; send fewer texts at once."),
    415: ("media_type_not_supported", "Send the body as application/json."),
    422: ("invalid_request", "The body is not what is asked for here; see /docs."),
    429: ("too_many_requests", "Too many requests; wait for as long as Retry-After says."),
    500: ("internal_error", "The request could not be answered. Nothing of it was kept."),
    503: ("unavailable", "The service cannot answer now; wait as long as Retry-After says."),
}


class Refused(Exception):
    """A request that is not answered; the message never repeats what was sent.

    retry_after is in seconds; it is sent as a whole number, rounded up.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.headers = dict(headers or {})


def refuse_with(status: int, *, headers: Mapping[str, str] | None = None) -> Refused:
    """Return the refusal that is usual for a status."""
    code, message = _DEFAULTS.get(status) or (_slug(status), f"{_phrase(status)}.")
    return Refused(status, code, message, headers=headers)


def envelope(refused: Refused) -> Response:
    """Return the answer to a refused request."""
    error = {
        "code": refused.code,
        "message": refused.message,
        "request_id": current_request_id(),
    }
    headers = dict(refused.headers)
    if refused.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(refused.retry_after)))
    return JSONResponse({"error": error}, status_code=refused.status, headers=headers)


async def answer_refused(request: Request, error: Exception) -> Response:
    """Answer a Refused, and anything else with 500; a Starlette exception handler."""
    if not isinstance(error, Refused):
        return envelope(refuse_with(500))
    return envelope(error)


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Answer what Starlette itself raises, such as 404 and 405; its detail is not repeated."""
    if not isinstance(error, HTTPException):
        return envelope(refuse_with(500))
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    return envelope(refuse_with(error.status_code, headers=error.headers))


# For Starlette(exception_handlers=...). After the answer to any other exception Starlette raises it
# again; `Front` takes it then, for the server would log it with what it quotes.
EXCEPTION_HANDLERS: dict[Any, Callable[[Request, Exception], Any]] = {
    Refused: answer_refused,
    HTTPException: answer_http_exception,
    Exception: answer_refused,
}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"


def _slug(status: int) -> str:
    return _phrase(status).lower().replace(" ", "_").replace("-", "_").replace("'", "")
