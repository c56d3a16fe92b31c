"""Give every request an id that is in its answer and in every line it logs."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID_HEADER = "X-Request-ID"

# Anything else could forge a line of a log, or carry text into it.
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

_current: ContextVar[str | None] = ContextVar("cxnlp_request_id", default=None)


def current_request_id() -> str | None:
    """Return the id of the request that is being answered here, if one is."""
    return _current.get()


def choose_request_id(sent: str | None) -> str:
    """Return the id that the client sent where it is a plain one, else a new one."""
    return sent if sent and _SANE.fullmatch(sent) else secrets.token_hex(8)


class RequestIds:
    """ASGI middleware that sets the id of each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with an id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = choose_request_id(Headers(scope=scope).get(REQUEST_ID_HEADER))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id
            await send(message)

        token = _current.set(request_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _current.reset(token)
