"""What goes wrong in a server under stress, and must not go wrong here: with real processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from cxnlp import Classifier
from cxnlp.client import Client
from cxnlp.model.locate import locate_model
from tests.service.started_server import CXNLP, Server, clean_environment, started

pytestmark = pytest.mark.slow

SECRET = "Margaret of 12 Elm Street was rude to me"
LONG = "The staff were rude to us and the room was cold all night. "
TEXTS = ("Lovely people!", "The food was cold.", "Where is the exit?", LONG, "ok")
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("two")
    waits = {"CXNLP_MAX_WAIT_SECONDS": "30"}
    with started(folder, "--workers", "2", n_workers=2, variables=waits) as server:
        yield server


def test_no_answer_is_anothers(server: Server, classifier: Classifier) -> None:
    asked = [
        {f"{n}-{k}": f"{TEXTS[(n + k) % 5]} ({n})" for k in range(1 + n % 4)} for n in range(300)
    ]

    async def ask() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=120) as client:
            return await asyncio.gather(
                *(
                    client.post(
                        "/v1/score",
                        json={"items": [{"id": id, "text": text} for id, text in items.items()]},
                        headers={"X-Request-ID": f"request-{n}"},
                    )
                    for n, items in enumerate(asked)
                )
            )

    texts = {id: text for items in asked for id, text in items.items()}
    expected = dict(zip(texts, classifier.classify(texts.values()), strict=True))
    for n, (items, answer) in enumerate(zip(asked, asyncio.run(ask()), strict=True)):
        assert answer.status_code == 200
        assert answer.headers["x-request-id"] == f"request-{n}"
        results = answer.json()["results"]
        assert [result["id"] for result in results] == list(items)
        for result in results:
            score = expected[result["id"]].sentiment_score
            assert result["sentiment_score"] == pytest.approx(score, abs=0.02)
            assert len(result["spans"]) == len(expected[result["id"]].spans or ())


@pytest.mark.parametrize("told", [True, False], ids=["its length told", "its length not told"])
def test_a_huge_body_costs_no_memory(server: Server, told: bool) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * MIB

    pids = [worker.pid for worker in server.workers()]
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the peak
    before = [_peak_bytes(pid) for pid in pids]
    headers = {"Content-Type": "application/json"}
    if told:
        headers["Content-Length"] = str(100 * MIB)
    answer = httpx.post(f"{server.url}/v1/score", content=parts(), headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
    grown = max(_peak_bytes(pid) - was for pid, was in zip(pids, before, strict=True))
    # Where nothing tells its length, it is read up to the limit of 32 MiB, and no further.
    assert grown < (8 if told else 80) * MIB


def _peak_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_a_client_that_hung_up_costs_nothing_more(server: Server) -> None:
    body = httpx.Request("POST", server.url, json={"items": [{"text": LONG * 80}] * 100}).content
    head = (
        "POST /v1/score HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    before = _n_batches(server)
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as client:
        client.sendall(head.encode() + body)
        until = time.monotonic() + 30
        while _n_batches(server) == before:
            assert time.monotonic() < until
            time.sleep(0.05)
    time.sleep(2)  # for the batches in flight
    after = _n_batches(server)
    time.sleep(1)
    assert _n_batches(server) == after
    assert after - before < 100 * 80 * 12 / 1024  # what the whole would have taken


def _n_batches(server: Server) -> float:
    found = httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    return sum(float(line.split()[1]) for line in found if line.startswith("cxnlp_infer_seconds_c"))


def test_a_killed_worker_is_not_noticed_by_clients(server: Server) -> None:
    stop = threading.Event()
    killed = server.workers()[0].pid

    def ask() -> int:
        n_answers = 0
        with Client(server.url, timeout=30, retries=8, deadline=120) as client:
            while not stop.is_set():
                [result] = client.score(["Lovely people!"])
                assert result["sentiment"] == "positive"
                n_answers += 1
        return n_answers

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            time.sleep(1)
            os.kill(killed, signal.SIGKILL)
            time.sleep(3)
            server.wait_for_workers(2)
        finally:
            stop.set()
        assert all(one.result() > 3 for one in asking)
    assert killed not in [worker.pid for worker in server.workers()]


def test_no_accepted_request_is_lost_when_the_server_ends(server: Server) -> None:
    """The last one with this server: it ends it."""
    outcomes: list[tuple[float, int | str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            began = time.monotonic()
            body = {"items": [{"text": LONG * 4}] * 8}
            try:  # on a connection of its own: one kept open may be closed while it is idle
                status: int | str = httpx.post(
                    f"{server.url}/v1/score", json=body, timeout=60
                ).status_code
            except httpx.TransportError as error:
                status = type(error).__name__
                time.sleep(0.05)
            outcomes.append((began, status))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    told = time.monotonic()
    code = server.end()
    stop.set()
    for thread in threads:
        thread.join()
    assert code == 0
    before = [status for began, status in outcomes if began < told - 0.1]
    assert before.count(200) >= 8
    assert set(before) <= {200, 429}
    # Whoever came later was refused: by the worker, or because nobody listens any more.
    assert {s for began, s in outcomes if began > told} - {200, 429, 503} <= {
        "ConnectError", "ReadError", "RemoteProtocolError"
    }  # fmt: skip


CRASHING = """
import service.http
from service.app import CxnlpService

def crash(item, *rest, **more):
    raise ValueError(f"cannot say how {item.text!r} feels")

service.http.answer_item = crash
"""


def test_no_output_of_a_crashing_server_tells_a_text(tmp_path: Path) -> None:
    (tmp_path / "crashing.py").write_text(CRASHING)
    command = [sys.executable, "-m", "bentoml", "serve", "crashing:CxnlpService", "--debug"]
    headers = {"User-Agent": SECRET, "Cookie": SECRET, "X-Request-ID": SECRET}
    bodies = ({"items": [{"text": SECRET}]}, {"items": [{"text": SECRET, "x": 1}]}, {SECRET: 1})
    debug = {"BENTOML_DEBUG": "TRUE", "PYTHONASYNCIODEBUG": "1"}
    with started(tmp_path, command=command, variables=debug) as server:
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
            for body, status in zip(bodies, (500, 422, 422), strict=True):
                answer = client.post("/v1/score", json=body, params={"q": SECRET})
                assert answer.status_code == status
                assert "Margaret" not in answer.text
            client.post("/v1/score", content=f'{{"items": ["{SECRET}"')
            client.get(f"/{SECRET}")
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as raw:  # not HTTP at all
            raw.sendall(f"{SECRET}\r\n\r\n".encode())
            raw.recv(1000)
        os.kill(server.workers()[0].pid, signal.SIGSEGV)
        time.sleep(2)
    said = server.log.read_text(errors="replace")
    assert "ValueError" in said
    assert "margaret" not in said.lower()


def _broken_model(folder: Path) -> list[str]:
    shutil.copytree(locate_model(None), folder / "model")
    with (folder / "model" / "tokenizer.json").open("a") as file:
        file.write(" ")
    return ["--model", "model"]


def _bad_keys(folder: Path) -> list[str]:
    (folder / "keys").write_text("desk open-sesame\n")
    return ["--keys", "keys"]


STARTS: dict[str, tuple[Callable[[Path], list[str]], str]] = {
    "broken model": (_broken_model, "tokenizer.json"),
    "missing model": (lambda folder: ["--model", "nowhere"], "nowhere: no such model"),
    "bad setting": (lambda folder: ["--workers", "many"], "CXNLP_WORKERS: must be a whole number"),
    "bad key file": (_bad_keys, "keys:1: not a line"),
    "missing key file": (lambda folder: ["--keys", "nowhere"], "cannot be read"),
    "port taken": (lambda folder: [], "the port is taken"),
}


@pytest.mark.parametrize("kind", STARTS)
def test_a_start_that_must_fail_does_not_loop(kind: str, tmp_path: Path) -> None:
    arguments, why = STARTS[kind]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        if kind == "port taken":
            taken.listen()
        else:
            taken.close()
        run = subprocess.run(
            [*CXNLP, "serve", "--port", str(port), *arguments(tmp_path)],
            cwd=tmp_path,
            env=clean_environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert run.returncode == 1
    [line] = (run.stdout + run.stderr).strip().splitlines()
    assert line.startswith("Error: ")
    assert why in line
    assert "open-sesame" not in line
