"""A place for each page, in which its blocks are run one after the other."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cxnlp.client import Client
from tests.docs.blocks import Block

ROOT = Path(__file__).parents[2]
SERVED = "127.0.0.1:3000"  # where pages say that the service is
_BIN = Path(sys.executable).parent
# One command that reads nothing but examples/: word for word the same on another page, it writes
# and prints the same, and is not run again.
_SHARED = re.compile(r"cxnlp (score|topics fit|evaluate) (?!.*--(journey|model|topics)\b).*\n?")


class Shared(NamedTuple):
    """What a command wrote and printed on the page that had it first."""

    written: list[Path]
    printed: str


class Place:
    """A folder with a copy of examples/ and nothing else, and the service that a page starts."""

    def __init__(self, folder: Path, shared: dict[str, Shared] | None = None) -> None:
        self.folder = folder
        self._shared = {} if shared is None else shared
        shutil.copytree(ROOT / "examples", folder / "examples")
        self._served: str | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}",
            "CXNLP_HOME": str(folder / "home"),  # promotions are this page's alone
        }

    def run(self, block: Block) -> str:
        """Return what a block prints."""
        if block.code in self._shared:
            for path in self._shared[block.code].written:
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, self.folder / path.name)
            return self._shared[block.code].printed
        before = set(self.folder.iterdir())
        printed = self._run(block)
        if _SHARED.fullmatch(block.code) and "examples/" in block.code:
            written = [path for path in self.folder.iterdir() if path not in before]
            self._shared[block.code] = Shared(written=written, printed=printed)
        return printed

    def _run(self, block: Block) -> str:
        code = "\n".join(block.typed)
        if SERVED in code:
            assert self._served is not None, f"line {block.line}: nothing was told to serve before"
            code = code.replace(SERVED, self._served)
        command = ["bash", "-euo", "pipefail", "-c"]
        if block.language == "python":
            command = [sys.executable, "-c"]
        run = subprocess.run(
            [*command, code],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def serve(self, line: str) -> None:
        """Start what a line beginning with `cxnlp serve` starts, but at a port of its own."""
        self.stop()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = shlex.split(line, comments=True)
        self._server = subprocess.Popen(
            [str(_BIN / words[0]), *words[1:], "--port", str(port)],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._served = f"127.0.0.1:{port}"
        with Client(f"http://{self._served}") as client:
            deadline = time.monotonic() + 240
            while not client.is_ready():
                assert self._server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def stop(self) -> None:
        """End the service, if one was started."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=60)
            self._server = None


@pytest.fixture(scope="session")
def place_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Place]]:
    """The place of a page; its blocks share it, for one reads what another wrote."""
    places: dict[str, Place] = {}
    shared: dict[str, Shared] = {}

    def place(page: str) -> Place:
        if page not in places:
            for other in places.values():
                other.stop()
            places[page] = Place(tmp_path_factory.mktemp(Path(page).stem), shared)
        return places[page]

    yield place
    for made in places.values():
        made.stop()
