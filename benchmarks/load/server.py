"""Start a service in a process of its own, and stop it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil  # type: ignore[import-untyped]

from cxnlp.errors import CxnlpError

ROOT = Path(__file__).parents[2]
_START_S = 180.0
_STOP_S = 45.0
_WORKER = "_bentoml_impl.worker"


class ServerError(CxnlpError, RuntimeError):
    """A server did not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running service."""

    process: psutil.Popen
    port: int
    log: Path

    def workers(self) -> list[int]:
        """Return the ids of the processes that score, whether or not they are ready."""
        return sorted(
            child.pid
            for child in self.process.children()
            if any(word.startswith(_WORKER) for word in _words(child))
        )

    def serving(self) -> set[int]:
        """Return which workers hold a connection, and so are ready."""
        return {pid for pid in self.workers() if self.port in _connected_ports(pid)}


@contextmanager
def cxnlp_server(*, workers: int, model: str | None = None) -> Iterator[Server]:
    """Run `cxnlp serve` on a free port until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "cxnlp", "serve"]
    command += ["--port", str(port), "--workers", str(workers)]
    command += ["--model", model] if model else []
    with _running(command, port=port, n_workers=workers) as server:
        yield server


@contextmanager
def bentoml_server(*, workers: int, model: str | None = None) -> Iterator[Server]:
    """Run the service that has BentoML's own batching on a free port until the end of the block."""
    port = free_port()
    service = "benchmarks.load.bentoml_batching:Batching"
    command = [sys.executable, "-m", "bentoml", "serve", service, "--working-dir", str(ROOT)]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    extra = {"CXNLP_BENCH_MODEL": model or "", "CXNLP_BENCH_WORKERS": str(workers)}
    with _running(command, port=port, n_workers=workers, extra=extra) as server:
        yield server


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    command: Sequence[str], *, port: int, n_workers: int, extra: dict[str, str] | None = None
) -> Iterator[Server]:
    environment = {**os.environ, "BENTOML_DO_NOT_TRACK": "True", **(extra or {})}
    with TemporaryDirectory() as place:
        log = Path(place) / "log"
        with log.open("wb") as stream:
            process = psutil.Popen(
                list(command), cwd=ROOT, env=environment, stdout=stream, stderr=subprocess.STDOUT
            )
        server = Server(process=process, port=port, log=log)
        try:
            _wait_until_ready(server, n_workers)
            yield server
        finally:
            _stop(process)


def _wait_until_ready(server: Server, n_workers: int) -> None:
    """Wait until each worker has answered: one that still loads takes a core from the others."""
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        if server.process.poll() is not None:
            break
        kept = [HTTPConnection("127.0.0.1", server.port, timeout=10) for _ in range(4 * n_workers)]
        try:
            ready = [_is_ready(connection) for connection in kept]
            if all(ready) and len(server.serving()) == n_workers:
                return
        finally:
            for connection in kept:
                connection.close()
        time.sleep(0.2)
    said = server.log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise ServerError(f"The server did not become ready. It said:\n{said}")


def _is_ready(connection: HTTPConnection) -> bool:
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return False
    return response.status == 200


def _stop(process: psutil.Popen) -> None:
    """End it as a host does; what does not end in time is killed with all it started."""
    family = [*process.children(recursive=True), process] if process.is_running() else []
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_S)
    except psutil.TimeoutExpired:
        for member in family:
            if member.is_running():
                member.kill()


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []  # it has just ended


def _connected_ports(pid: int) -> set[int]:
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return set()
    return {c.laddr.port for c in connections if c.status == psutil.CONN_ESTABLISHED}
