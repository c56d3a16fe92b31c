"""The bento that `bentoml build` makes: without a network, and with all it needs inside."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from cxnlp.model.folder import verify_model
from tests.service.started_server import ROOT, clean_environment, started

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("bentoml") is None, reason="bentoml is not installed: make setup"
    ),
]

# Nobody listens on this port: whoever asks the network fails at once.
NO_NETWORK = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
    "UV_OFFLINE": "1",
    "UV_NO_CACHE": "1",
    "NO_PROXY": "127.0.0.1,localhost",
}
# An editable install puts the checkout on the path of every process: take it away again.
ALONE = """
import os, sys
ROOT = os.environ["CHECKOUT"]
sys.path[:] = [place for place in sys.path if place and not os.path.realpath(place) == ROOT]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bento")
    (folder / "alone").mkdir()
    (folder / "alone" / "sitecustomize.py").write_text(ALONE)
    return folder


@pytest.fixture(scope="module")
def tag(folder: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "bentoml", "build", "--output", "tag"],
        cwd=ROOT,
        env=clean_environment(folder, NO_NETWORK),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    [tag] = [line for line in run.stdout.splitlines() if line.startswith("__tag__:")]
    return tag.removeprefix("__tag__:")


def _sources(folder: Path, tag: str) -> Path:
    name, _, version = tag.partition(":")
    return folder / "bentoml" / "bentos" / name / version / "src"


def test_a_bento_holds_the_model_and_nothing_that_it_does_not_need(folder: Path, tag: str) -> None:
    sources = _sources(folder, tag)
    verify_model(sources / "models" / "cx-mini-en")
    found = {path.name for path in sources.iterdir()}
    assert found == {"bentofile.yaml", "cxnlp", "models", "requirements", "service"}
    assert not list(sources.rglob("__pycache__"))
    for package in ("cxnlp", "service"):
        ours = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*.py")}
        assert {path.relative_to(sources) for path in (sources / package).rglob("*.py")} == ours


def test_a_bento_serves_from_its_own_sources(folder: Path, tag: str) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    with started(
        elsewhere,
        command=[sys.executable, "-m", "bentoml", "serve", tag],
        variables={
            **NO_NETWORK,
            "BENTOML_HOME": str(folder / "bentoml"),
            "PYTHONPATH": str(folder / "alone"),
            "CHECKOUT": str(ROOT),
        },
    ) as server:
        body = {"items": [{"id": "1", "text": "Lovely people!"}, {"id": "2", "text": 5}]}
        answer = httpx.post(f"{server.url}/v1/score", json=body, timeout=60)
        assert answer.status_code == 200
        good, bad = answer.json()["results"]
        assert (good["id"], good["sentiment"]) == ("1", "positive")
        assert (bad["id"], bad["error"]["code"]) == ("2", "text_not_string")
        assert httpx.get(f"{server.url}/nothing").json()["error"]["code"] == "not_found"
        [worker] = server.workers()
        opened = Path(f"/proc/{worker.pid}/maps").read_text()
        assert f"{ROOT}/models" not in opened  # the model's weights are mapped, not read
        assert f"{_sources(folder, tag)}/models/cx-mini-en/model.bin" in opened
        assert os.path.realpath(worker.cwd()) == os.path.realpath(_sources(folder, tag))
        assert server.end() == 0
