"""What README.md tells people to type works, and prints what it says it prints."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import pytest

from cxnlp.client import Client

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVED = "127.0.0.1:3000"
RUN = {"console", "bash", "sh", "shell", "python"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block that is to be run, with the output that stands directly after it."""

    line: int
    language: str
    code: str
    output: str | None


def read_blocks(markdown: str) -> tuple[list[Block], list[str]]:
    """Return the blocks to run, and the reasons why others are not."""
    blocks, reasons = [], []
    fences = list(FENCE.finditer(markdown))
    for fence, after in zip_longest(fences, fences[1:]):
        if fence[1] not in RUN:
            continue
        before = markdown[: fence.start()].rstrip().rpartition("\n")[2]
        if excused := NOT_RUN.fullmatch(before):
            reasons.append(excused[1])
            continue
        follows = after is not None and not markdown[fence.end() : after.start()].strip()
        output = after[2] if after is not None and follows and after[1] == "text" else None
        line = markdown.count("\n", 0, fence.start()) + 1
        blocks.append(Block(line=line, language=fence[1], code=fence[2], output=output))
    return blocks, reasons


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the commands read; they share it, for one reads what another wrote."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of the service as `cxnlp serve` starts it, but for the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "cxnlp"), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with Client(f"http://127.0.0.1:{port}") as client:
            deadline = time.monotonic() + 120
            while not client.is_ready():
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


def _run(block: Block, folder: Path) -> str:
    """Return what a block prints; in a `$ ` session the lines without the sign are output."""
    if block.language == "python":
        command = [sys.executable, "-c", block.code]
    else:
        lines = block.code.splitlines()
        typed = [line[2:] for line in lines if line.startswith("$ ")] or lines
        command = ["bash", "-euo", "pipefail", "-c", "\n".join(typed)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


BLOCKS, _ = read_blocks(README.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line-{block.line}")
def test_block(block: Block, copy: Path, request: pytest.FixtureRequest) -> None:
    if SERVED in block.code:
        there = request.getfixturevalue("service")
        block = replace(block, code=block.code.replace(SERVED, there))
    printed = _run(block, copy)
    if block.output is not None:
        assert printed.split() == block.output.split()


def test_the_main_commands_are_among_the_blocks() -> None:
    typed = "\n".join(block.code for block in BLOCKS)
    for part in (
        "cxnlp score",
        "cxnlp journey",
        "cxnlp report",
        "Classifier.load()",
        "curl",
        "Client(",
    ):
        assert part in typed


def test_blocks_are_found_with_their_output() -> None:
    markdown = (
        "<!-- not run: it takes long -->\n```console\nmake demo\n```\n"
        "```python\nprint(1)\n```\n\n```text\n1\n```\n"
        "Then\n```bash\nls\n```\nprints\n```text\na\n```\n```toml\nx = 1\n```\n"
    )
    blocks, reasons = read_blocks(markdown)
    assert reasons == ["it takes long"]
    assert [(block.code, block.output) for block in blocks] == [
        ("print(1)\n", "1\n"),
        ("ls\n", None),
    ]


def test_a_failing_or_lying_block_is_noticed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    failing = Block(line=1, language="console", code="$ true\nout\n$ false\n$ true\n", output=None)
    with pytest.raises(AssertionError):
        test_block(failing, tmp_path, request)
    lying = Block(line=1, language="python", code="print(1)", output="2\n")
    with pytest.raises(AssertionError):
        test_block(lying, tmp_path, request)
