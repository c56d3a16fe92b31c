"""A worker that is told to end says so, answers what it accepted, and ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]

SERVER = """
import asyncio, sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from service.front import Front
from service.logging_setup import configure_logging
from service.settings import Settings

async def score(request):
    await asyncio.sleep(float((await request.body()).decode()))
    return JSONResponse({})

async def ready(request):
    return JSONResponse({})

app = Starlette(routes=[Route("/v1/score", score, methods=["POST"]), Route("/readyz", ready)])
configure_logging("plain")
uvicorn.run(
    Front(app, service=app, settings=Settings(drain_seconds=float(sys.argv[2]))),
    port=int(sys.argv[1]), log_config=None,
)
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def server(port: int, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SERVER, str(port), str(request.param)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/readyz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("server", [0.5], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_accepted_is_answered(
    server: subprocess.Popen[str], port: int, number: signal.Signals
) -> None:
    url = f"http://127.0.0.1:{port}"
    answers: list[int] = []
    slow = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{url}/v1/score", content="1.5").status_code)
    )
    slow.start()
    time.sleep(0.3)
    server.send_signal(number)
    time.sleep(0.1)
    ready = httpx.get(f"{url}/readyz")
    refused = httpx.post(f"{url}/v1/score", content="0")
    assert (ready.status_code, refused.status_code) == (503, 503)
    assert ready.json()["error"]["code"] == "shutting_down"
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["connection"] == "close"
    slow.join()
    assert answers == [200]
    server.wait(timeout=5)


@pytest.mark.slow
@pytest.mark.parametrize("server", [1.0], indirect=True)
def test_an_idle_worker_shows_for_a_second_that_it_ends(
    server: subprocess.Popen[str], port: int
) -> None:
    started = time.monotonic()
    server.send_signal(signal.SIGTERM)
    seen = set()
    while server.poll() is None and time.monotonic() - started < 10:
        try:
            seen.add(httpx.get(f"http://127.0.0.1:{port}/readyz").status_code)
        except httpx.TransportError:
            time.sleep(0.01)
    assert seen == {503}
    assert 0.9 < time.monotonic() - started < 4


@pytest.mark.slow
@pytest.mark.parametrize("server", [25.0], indirect=True)
def test_a_second_interrupt_ends_it_now(server: subprocess.Popen[str], port: int) -> None:
    server.send_signal(signal.SIGINT)
    time.sleep(0.3)
    server.send_signal(signal.SIGTERM)  # what a supervisor sends besides does not hasten it
    time.sleep(0.5)
    assert server.poll() is None
    server.send_signal(signal.SIGINT)
    server.wait(timeout=5)
