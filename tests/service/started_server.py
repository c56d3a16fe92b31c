"""Start a server of its own for a test, and look at its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
CXNLP = (sys.executable, "-m", "cxnlp")
START_S, END_S = 180, 60  # generous: other work may have the cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs, and the file that its output goes to."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def workers(self) -> list[psutil.Process]:
        """Return the processes that answer requests."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if _is_worker(child)]

    def wait_for_workers(self, n_workers: int) -> None:
        """Wait until so many of them listen and the server takes requests."""
        _wait(lambda: len(self.workers()) >= n_workers, self, "start its workers")
        _wait(lambda: is_ready(self.url), self, "become ready")

    def end(self) -> int:
        """Tell it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=END_S)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(folder: Path, variables: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the environment without settings of cxnlp, with a home for BentoML in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CXNLP_")}
    home = folder / "bentoml"
    home.mkdir(exist_ok=True)
    own = {"BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True", "OMP_NUM_THREADS": "1"}
    return {**kept, **own, "PYTHONPATH": str(ROOT), **variables}


@contextlib.contextmanager
def started(
    folder: Path,
    *arguments: str,
    command: Sequence[str] = (*CXNLP, "serve"),
    n_workers: int = 1,
    variables: Mapping[str, str] = {},
) -> Iterator[Server]:
    """Start a server in a folder, wait until it takes requests, and end it."""
    port = free_port()
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--port", str(port), *arguments],
            cwd=folder,
            env=clean_environment(folder, variables),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    server = Server(process=process, url=f"http://127.0.0.1:{port}", log=log)
    try:
        server.wait_for_workers(n_workers)
        yield server
    finally:
        left = [process.pid, *(p.pid for p in _family(process.pid))]
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=END_S)
        for pid in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        process.wait()


def is_ready(url: str) -> bool:
    """Ask a server whether it takes requests."""
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _wait(true: Callable[[], bool], server: Server, what: str) -> None:
    until = time.monotonic() + START_S
    while not true():
        if server.process.poll() is not None or time.monotonic() > until:
            raise AssertionError(f"The server did not {what}:\n{server.log.read_text()[-3000:]}")
        time.sleep(0.1)


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return list(psutil.Process(pid).children(recursive=True))
    return []


def _is_worker(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return "_bentoml_impl.worker.service" in " ".join(process.cmdline())
    return False
