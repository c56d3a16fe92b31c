"""Stand before the application: who may ask, how much, and what is said when it goes wrong."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .body import ClientGone, check_body_headers, has_body, linger, read_body, replay
from .drain import Drain
from .envelope import Refused, envelope, refuse_with
from .keys import Key, KeyRing
from .logging_setup import log_request
from .paths import PATHS, Access
from .rate_limit import RateLimit
from .request_ids import RequestIds
from .settings import Settings
from .start_guard import note_failure, note_ready, note_start

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
_MAX_OPEN = 128  # scoring requests of one worker that are read or answered
_GONE = 499  # what logs are used to call a client that did not wait

_log = logging.getLogger("cxnlp.service")


class Front:
    """ASGI middleware that answers every request from `service`, never from `outer`.

    `outer` is what it is put before; it gets the lifespan alone. `on_refused` is told the code
    of every refusal that is made here.
    """

    def __init__(
        self,
        outer: ASGIApp,
        *,
        service: ASGIApp,
        settings: Settings,
        on_refused: Callable[[str], None] | None = None,
    ) -> None:
        self.drain = Drain(min_seconds=settings.drain_seconds)
        self._outer, self._service, self._settings = outer, service, settings
        self._on_refused = on_refused
        self._keys = KeyRing(path=settings.api_keys_file, lines=settings.api_keys)
        self._rates = RateLimit(workers=settings.workers)
        self._identified = RequestIds(self._answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass the lifespan on."""
        if scope["type"] == "http":
            await self._identified(scope, receive, send)
        elif scope["type"] == "lifespan":
            note_start(self._settings.workers)
            await self._outer(scope, receive, self._watch(send))
        else:
            await send({"type": "websocket.close", "code": 1000})

    def _watch(self, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                note_ready()
                self.drain.install()
            elif message["type"] == "lifespan.startup.failed":
                note_failure()
            elif message["type"] == "lifespan.shutdown.complete":
                self.drain.uninstall()
            await send(message)

        return watched

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.monotonic()
        state = scope.setdefault("state", {})
        exchange = _Exchange(scope, receive, send, self.drain)
        try:
            await self._admit(scope, state, exchange)
        except Refused as refused:
            if self._on_refused is not None:
                self._on_refused(refused.code)
            await exchange.answer(refused)
        except ClientGone:
            exchange.status = _GONE
        except Exception:
            # What it says may quote a text: the formatter writes its kind and place alone.
            _log.exception("A request failed.")
            await exchange.answer(refuse_with(500))
        finally:
            log_request(
                method=scope["method"] if scope["method"] in _METHODS else "OTHER",
                route=scope["path"] if scope["path"] in PATHS else "unknown",
                status=exchange.status or _GONE,
                seconds=time.monotonic() - started,
                n_items=state.get("n_items"),
                key=state.get("key_name"),
            )

    async def _admit(self, scope: Scope, state: dict[str, Any], exchange: _Exchange) -> None:
        path = PATHS.get(scope["path"])
        access = path.access if path else Access.KEY
        key = self._identify(scope, exchange.headers, access)
        if key is not None:
            state["key_name"] = key.name
            self._check_rate(key)
        if access is Access.ANYBODY:
            if scope["path"] == "/readyz" and self.drain.draining:
                raise _ending()
            await self._service(scope, exchange.receive, exchange.send)
        elif path and path.method == "POST" == scope["method"]:
            await self._take(scope, exchange)
        else:
            with self.drain.accepted():
                await self._service(scope, exchange.receive, exchange.send)

    async def _take(self, scope: Scope, exchange: _Exchange) -> None:
        if self.drain.draining:
            raise _ending()
        # Before the body is read and parsed: what a rush of requests waits for is not the encoder
        # but the one thread that talks to them all, and a refusal must stay cheap.
        if self.drain.n_open >= _MAX_OPEN:
            message = "Too many requests are open; try again after Retry-After."
            raise Refused(429, "overloaded", message, retry_after=1.0)
        limit = self._settings.max_body_bytes
        with self.drain.accepted():
            check_body_headers(exchange.headers, max_bytes=limit)
            seconds = self._settings.body_seconds
            body = await read_body(exchange.receive, max_bytes=limit, seconds=seconds)
            exchange.unread = False
            await self._service(scope, replay(body, exchange.receive), exchange.send)

    def _identify(self, scope: Scope, headers: Headers, access: Access) -> Key | None:
        if access is Access.ANYBODY:
            return None
        if not self._keys.configured:
            if _is_loopback(scope.get("client")):
                return None
            message = "Without API keys only this machine is served; give the service keys."
            raise Refused(403, "keys_not_set", message)
        if access is Access.READER:
            return None
        sent = _key_sent(headers)
        challenge = {"WWW-Authenticate": 'Bearer realm="cxnlp"'}
        if not sent:
            raise refuse_with(401, headers=challenge)
        key = self._keys.find(sent)
        if key is None:
            message = "This API key is not known here."
            raise Refused(401, "key_unknown", message, headers=challenge)
        return key

    def _check_rate(self, key: Key) -> None:
        wait = self._rates.take(key)
        if wait:
            message = "This API key asks more often than it may; see Retry-After."
            raise Refused(429, "rate_limited", message, retry_after=wait)


class _Exchange:
    """One request with its answer: what was sent, and whether a body was left unread."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, drain: Drain) -> None:
        self.headers = Headers(scope=scope)
        self.receive = receive
        self.status: int | None = None
        self.unread = has_body(self.headers)
        self._scope, self._send, self._drain = scope, send, drain
        self._begun_unread = False

    async def send(self, message: Message) -> None:
        """Pass a message of the answer on; close after it where a body is left unread."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._begun_unread = self.unread
            if self.unread or self._drain.draining:
                MutableHeaders(scope=message)["Connection"] = "close"
        elif self._begun_unread and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await linger(self.receive)
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def answer(self, refused: Refused) -> None:
        """Answer with an error, unless an answer was begun."""
        if self.status is None:
            await envelope(refused)(self._scope, self.receive, self.send)


def _ending() -> Refused:
    message = "This worker is ending; ask again."
    return Refused(503, "shutting_down", message, retry_after=1.0)


def _key_sent(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return headers.get("x-api-key", "").strip()


def _is_loopback(client: Any) -> bool:
    try:
        address = ipaddress.ip_address(client[0])
    except (TypeError, ValueError):
        return False  # not an address: who that is cannot be known
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
