"""BentoML serves the application: it starts, answers, and stops when told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
SECRET = "Margaret of 12 Elm Street was rude to me"

pytestmark = pytest.mark.slow


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(tmp_path: Path) -> dict[str, str]:
    home = {"BENTOML_HOME": str(tmp_path / "bentoml"), "BENTOML_DO_NOT_TRACK": "True"}
    return {**os.environ, **home, "PYTHONPATH": str(ROOT)}


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the server did not become ready")


def test_it_serves_locally_and_stops_on_sigterm(tmp_path: Path) -> None:
    port, log = _free_port(), tmp_path / "log"
    command = [sys.executable, "-m", "bentoml", "serve", "service.app:CxnlpService"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=ROOT,
            env=_environment(tmp_path),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, server)
            body = {"items": [{"id": "1", "text": SECRET}, {"id": "2"}]}
            response = httpx.post(f"{url}/v1/score", json=body, timeout=60)
            assert response.status_code == 200
            first, second = response.json()["results"]
            assert first["sentiment"] in {"negative", "neutral", "positive"}
            assert second["error"]["code"] == "text_missing"
            assert httpx.post(f"{url}/v1/score", content="{").json()["error"]["code"]
            assert httpx.get(f"{url}/v1/nothing").json()["error"]["code"] == "not_found"
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(timeout=30)
    said = log.read_text()
    assert code == 0, said
    assert f"listening on http://127.0.0.1:{port}" in said
    assert "Margaret" not in said


def test_a_broken_model_stops_it_before_it_starts(tmp_path: Path) -> None:
    """The package is laid out anew with a model that one byte was changed in."""
    (tmp_path / "service").symlink_to(ROOT / "service")
    (tmp_path / "cxnlp").mkdir()
    for entry in (ROOT / "cxnlp").iterdir():
        (tmp_path / "cxnlp" / entry.name).symlink_to(entry)
    broken = tmp_path / "models" / "cx-mini-en"
    broken.mkdir(parents=True)
    for file in (ROOT / "models" / "cx-mini-en").iterdir():
        (broken / file.name).symlink_to(file)
    (broken / "labels.json").unlink()
    (broken / "labels.json").write_text("{}")
    run = subprocess.run(
        [sys.executable, "-m", "bentoml", "serve", "service.app:CxnlpService"],
        cwd=tmp_path,
        env={**_environment(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode != 0
    assert "labels.json: altered since release" in run.stdout + run.stderr
