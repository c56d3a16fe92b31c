"""A service in a thread that fails as told: real sockets, no mock."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "cx-mini-en@3"


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    n_bytes: int
    at: float
    connection: int


Step = Callable[["Handler", Seen], None]


@dataclass
class FakeService:
    """Plays one step a request, in order, and answers well once there are none left."""

    port: int = 0
    scheme: str = "http"
    steps: list[Step] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    max_bytes: int = 1 << 30
    ready: bool = True

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: FakeService

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_GET

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if length > self.service.max_bytes:
            self.close_connection = True  # the body is left unread
            self.reply(413, {"error": {"code": "body_too_large", "message": "Too large."}})
            return
        raw = self.rfile.read(length)
        seen = Seen(
            method=self.command, path=self.path, body=json.loads(raw) if raw else None,
            headers={name.lower(): value for name, value in self.headers.items()},
            n_bytes=length, at=time.monotonic(), connection=self.client_address[1],
        )  # fmt: skip
        with self.service.lock:
            self.service.seen.append(seen)
            step = self.service.steps.pop(0) if self.service.steps else answer_well
        step(self, seen)

    def reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


def answer_well(handler: Handler, seen: Seen) -> None:
    if seen.path.endswith("/readyz"):
        handler.reply(200 if handler.service.ready else 503, {})
    elif seen.path.endswith("/v1/models"):
        handler.reply(200, {"models": [{"name": MODEL}]})
    elif seen.path.endswith("/v1/conversations/score"):
        customers = [t for t in seen.body["turns"] if t["role"] == "customer"]
        turns = [{"turn": number, "sentiment": "negative"} for number, _ in enumerate(customers)]
        handler.reply(200, {"model": MODEL, "turns": turns, "arc": {"trend": "falling"}})
    else:
        results = [score(item) for item in seen.body["items"]]
        handler.reply(200, {"model": MODEL, "results": results})


def score(item: dict[str, Any]) -> dict[str, Any]:
    """Answer with the text's length as satisfaction, so that the order can be seen."""
    text = item.get("text")
    if text is None and "turns" not in item:
        error = {"code": "text_missing", "message": "The item has no text."}
        return {"id": item.get("id"), "error": error}
    topics = [{"label": "staff_service", "score": 0.9, "sentiment": "positive"}]
    return {
        "id": item.get("id"), "model": MODEL, "sentiment": "positive",
        "satisfaction": len(text or ""), "topics": topics,
    }  # fmt: skip


def refuse(status: int, code: str = "busy", **headers: str) -> Step:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"error": {"code": code, "message": "Not now.", "request_id": "inside"}}
    return lambda handler, seen: handler.reply(status, body, named)


def answer_raw(content: bytes, status: int = 200) -> Step:
    return lambda handler, seen: handler.reply(status, content)


def stall(seconds: float) -> Step:
    def step(handler: Handler, seen: Seen) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return step


def trickle(handler: Handler, seen: Seen) -> None:
    """Send a byte at a time, each well within a socket's timeout."""
    handler.close_connection = True
    try:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 100:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.05)
    except OSError:
        pass


def reset(handler: Handler, seen: Seen) -> None:
    """Break the connection before a byte is answered, as a killed worker does."""
    handler.close_connection = True
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_short(handler: Handler, seen: Seen) -> None:
    """Break the connection in the middle of the answer."""
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"model": "')


def answer_and_hang_up(handler: Handler, seen: Seen) -> None:
    """Answer as if the connection were kept, then close it, as an idle limit does."""
    answer_well(handler, seen)
    handler.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments: object) -> None:
        pass  # broken on purpose


def serve(fake: FakeService, *, port: int = 0, context: ssl.SSLContext | None = None) -> Server:
    """Start a server for it in a thread."""
    server = Server(("127.0.0.1", port), type("BoundHandler", (Handler,), {"service": fake}))
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        fake.scheme = "https"
    fake.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
