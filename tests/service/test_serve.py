"""A server that was started by `cxnlp serve`, and one whose workers cannot start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.keys import add_key

ROOT = Path(__file__).parents[2]
SECRET = "Margaret of 12 Elm Street was rude to me"

pytestmark = pytest.mark.slow


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CXNLP_")}
    return {**kept, "BENTOML_HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve")


@pytest.fixture(scope="module")
def key(folder: Path) -> str:
    return add_key(folder / "keys", "desk")


@pytest.fixture(scope="module")
def url(folder: Path, key: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "cxnlp", "serve", "--port", port, "--keys", "keys"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--log-format", "json"],
            cwd=folder,
            env=_environment(folder / "bentoml"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(address, server)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(timeout=40)
    assert code == 0


def _wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the server did not become ready")


@pytest.mark.parametrize("path", ["/", "/healthz", "/schema.json", "/docs.json", "/static_content"])
def test_nothing_of_bentoml_shows(url: str, key: str, path: str) -> None:
    assert httpx.get(url + path).json()["error"]["code"] == "key_required"
    answer = httpx.get(url + path, headers={"X-API-Key": key})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_only_a_key_opens(url: str, key: str) -> None:
    body = {"items": [{"text": SECRET}]}
    assert httpx.post(f"{url}/v1/score", json=body).status_code == 401
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.post(f"{url}/v1/score", json=body, headers=headers).status_code == 200
    assert httpx.get(f"{url}/metrics").status_code == 401
    assert "cxnlp_" in httpx.get(f"{url}/metrics", headers=headers).text
    assert httpx.get(f"{url}/livez").status_code == httpx.get(f"{url}/docs").status_code == 200


def test_a_large_body_gets_its_answer_and_the_connection_ends(url: str, key: str) -> None:
    body = b"[" + b" " * (33 * 1024 * 1024)
    for headers, status in (({"X-API-Key": key}, 413), ({}, 401)):
        answer = httpx.post(f"{url}/v1/score", content=body, headers=headers)
        assert answer.status_code == status
        assert answer.headers["connection"] == "close"


def test_no_text_of_a_customer_is_logged(url: str, key: str, folder: Path) -> None:
    headers = {"X-API-Key": key, "X-Request-ID": "find-me", "User-Agent": SECRET}
    for body in ({"items": [{"text": SECRET, "x": 1}]}, {"items": SECRET}, SECRET):
        answer = httpx.post(f"{url}/v1/score?q={SECRET}", json=body, headers=headers)
        assert answer.status_code == 422
        assert "Margaret" not in answer.text
    httpx.post(f"{url}/v1/score", content=SECRET, headers=headers)
    httpx.get(f"{url}/{SECRET}", headers=headers)
    said = (folder / "log").read_text()
    assert "Margaret" not in said
    assert key not in said
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    found = [line for line in lines if line["request_id"] == "find-me"]
    assert [line["status"] for line in found] == [422, 422, 422, 400, 404]
    assert {line["key"] for line in found} == {"desk"}


CRASHING = """
import contextlib, bentoml
from starlette.applications import Starlette
from service.front import Front
from service.settings import Settings
from service.start_guard import watch_starts

watch_starts()

@contextlib.asynccontextmanager
async def lifespan(app):
    raise RuntimeError("the worker cannot start")
    yield

APP = Starlette(lifespan=lifespan)

@bentoml.service(name="crashing", workers=1)
@bentoml.asgi_app(APP, path="/")
class Crashing: ...

Crashing.add_asgi_middleware(Front, service=APP, settings=Settings())
"""


def test_workers_that_cannot_start_end_the_server(tmp_path: Path) -> None:
    (tmp_path / "crashing.py").write_text(CRASHING)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    run = subprocess.run(
        [sys.executable, "-m", "bentoml", "serve", "crashing:Crashing", "--port", port],
        cwd=tmp_path,
        env=_environment(tmp_path / "bentoml"),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert run.returncode == 1
    assert "failed at their start again and again" in run.stderr
    said = run.stdout + run.stderr
    assert 1 <= said.count("Application startup failed") <= 8  # twice a start
