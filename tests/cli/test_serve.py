"""`cxnlp serve` says what is wrong before anything is started; `cxnlp keys` keeps hashes."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cxnlp.cli.main import main
from service.settings import SETTINGS

MODEL = Path(__file__).parents[2] / "models" / "cx-mini-en"


class Started(Exception):
    """What stands where the server would."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    calls: list[Any] = []

    def execute(path: str, arguments: list[str], environment: dict[str, str]) -> None:
        calls.extend((path, arguments, environment))
        raise Started

    monkeypatch.setattr(os, "execve", execute)
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    return calls


@pytest.fixture
def port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _refused(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["serve", *arguments])
    assert result.exit_code == 1, result.output
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1
    return result.output


def test_it_starts_bentoml_with_what_was_asked(
    started: list[Any], port: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["keys", "add", "desk", "--file", "keys"])
    arguments = ["--port", port, "--host", "0.0.0.0", "--keys", "keys", "--workers", "3"]
    result = CliRunner().invoke(main, ["serve", *arguments, "--log-format", "json"])
    assert isinstance(result.exception, Started), result.output
    path, command, environment = started
    assert path == sys.executable
    assert command[1:5] == ["-m", "bentoml", "serve", "service.app:CxnlpService"]
    assert command[command.index("--port") + 1] == port
    assert command[command.index("--host") + 1] == "0.0.0.0"
    assert environment["CXNLP_WORKERS"] == "3"
    assert environment["CXNLP_LOG_FORMAT"] == "json"
    assert environment["CXNLP_API_KEYS_FILE"] == str(tmp_path / "keys")
    assert environment["BENTOML_DO_NOT_TRACK"] == "True"


def test_without_options_it_listens_to_this_machine(started: list[Any], port: str) -> None:
    CliRunner().invoke(main, ["serve", "--port", port])
    assert started[2]["CXNLP_HOST"] == "127.0.0.1"


def test_a_link_to_a_model_stays_a_link(
    started: list[Any], port: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "now").symlink_to(MODEL)
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["serve", "--port", port, "--model", "now"])
    assert started[2]["CXNLP_MODEL"] == str(tmp_path / "now")


def test_a_broken_model_is_one_sentence(started: list[Any], port: str, tmp_path: Path) -> None:
    folder = tmp_path / "cx"
    shutil.copytree(MODEL, folder)
    with (folder / "model.bin").open("r+b") as weights:
        weights.write(b"\0\0\0\0")
    assert "model.bin: altered since release" in _refused("--port", port, "--model", str(folder))
    assert "no such model" in _refused("--port", port, "--model", "nothing")
    assert not started


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_others_are_served_with_keys_alone(started: list[Any], host: str, port: str) -> None:
    assert "there are no API keys" in _refused("--port", port, "--host", host)
    assert not started


def test_keys_must_be_keys(started: list[Any], port: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    assert "cannot be read" in _refused("--port", port, "--keys", str(path))
    path.write_text("# nobody yet\n")
    assert "holds no API key" in _refused("--port", port, "--keys", str(path))
    path.write_text("desk secret\n")
    assert "secret" not in _refused("--port", port, "--keys", str(path))


def test_a_taken_port_is_one_sentence(started: list[Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "the port is taken" in _refused("--port", str(taken.getsockname()[1]))
    assert not started


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--port", "many"), "CXNLP_PORT"),
        (("--workers", "0"), "CXNLP_WORKERS"),
        (("--host", "my.host"), "--host"),
    ],
)
def test_wrong_options_are_one_sentence(
    started: list[Any], arguments: tuple[str, ...], said: str
) -> None:
    assert said in _refused(*arguments)


def test_missing_packages_are_named(
    started: list[Any], port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318/")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http", None)
    assert "cxnlp[otel]" in _refused("--port", port)
    find = "importlib.util.find_spec"
    monkeypatch.setattr(find, lambda name: None)
    assert "cxnlp[serve]" in _refused("--port", port)


def test_traces_are_sent_where_they_should_be(
    started: list[Any], port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318/")
    monkeypatch.setenv("BENTOML_CONFIG_OPTIONS", "services.backlog=99")
    CliRunner().invoke(main, ["serve", "--port", port])
    options = started[2]["BENTOML_CONFIG_OPTIONS"]
    assert 'services.tracing.otlp.endpoint="http://127.0.0.1:4318/v1/traces"' in options
    assert options.endswith(" services.backlog=99")


def test_keys_are_added_listed_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    runner = CliRunner(env={"CXNLP_API_KEYS_FILE": str(path)})
    added = runner.invoke(main, ["keys", "add", "desk", "--rate", "50"])
    assert added.exit_code == 0
    assert added.output.startswith("cxk_")
    assert added.output.strip() not in path.read_text()
    assert runner.invoke(main, ["keys", "list"]).output == "desk\t50/s\n"
    assert runner.invoke(main, ["keys", "add", "desk"]).exit_code == 1
    assert runner.invoke(main, ["keys", "remove", "desk"]).exit_code == 0
    assert runner.invoke(main, ["keys", "list"]).output == ""
    assert runner.invoke(main, ["keys", "remove", "desk"]).exit_code == 1
