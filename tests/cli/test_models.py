from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxnlp.cli.main import main
from cxnlp.model.locate import locate_model
from training.export import write_checksums


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["models", *arguments])
    return result.exit_code, result.output


def test_list_names_the_current_model() -> None:
    code, output = run("list")
    assert code == 0
    assert output.startswith("* cx-mini-en@")


def test_show_prints_figures_beside_their_baselines() -> None:
    code, output = run("show")
    assert code == 0
    assert "goemotions" in output
    assert "tfidf" in output
    assert "vader" in output


def test_verify_counts_the_files(tmp_path: Path) -> None:
    assert "files are as released" in run("verify")[1]
    copy = tmp_path / "model"
    shutil.copytree(locate_model(None), copy)
    with (copy / "labels.json").open("a") as stream:
        stream.write(" ")
    code, output = run("verify", str(copy))
    assert code == 1
    assert "labels.json: altered" in output
    code, output = run("show", "nope")
    assert code == 1
    assert "nope: no such model" in output


@pytest.fixture
def candidate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a model of another revision, whose sentiments are read upside down."""
    monkeypatch.setenv("CXNLP_HOME", str(tmp_path / "home"))
    folder = tmp_path / "candidate"
    shutil.copytree(locate_model(None), folder)
    (folder / "confusion.json").unlink()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"revision": "99"}))
    labels = json.loads((folder / "labels.json").read_text())
    labels["temperatures"]["sentiment"] *= -1
    (folder / "labels.json").write_text(json.dumps(labels))
    write_checksums(folder)
    return folder


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    lines = [f"The room was {word} {i},{label}" for i in range(20) for word, label in (
        ("lovely", "positive"), ("filthy", "negative"))]  # fmt: skip
    path.write_text("text,sentiment\n" + "\n".join(lines) + "\n")
    return path


def test_a_worse_model_is_compared_refused_forced_and_taken_back(
    candidate: Path, labelled: Path, tmp_path: Path
) -> None:
    code, output = run("promote", str(candidate))
    assert code == 1
    assert "was not compared" in output
    code, output = run(
        "compare", "current", str(candidate), "--on", str(labelled), "-o", str(tmp_path / "c.json")
    )
    assert code == 0, output
    assert "worse in 1 of 1 measures" in output
    assert "Where the two differ most" in output
    written = json.loads((tmp_path / "c.json").read_text())
    assert written["heads"][0]["verdict"] == "worse"
    code, output = run("promote", str(candidate))
    assert code == 1
    assert "significantly worse" in output
    assert "mine sentiment macro_f1" in output
    code, output = run("promote", str(candidate), "--force")
    assert code == 2
    assert "--force and --why" in output
    code, output = run("promote", str(candidate), "--force", "--why", "to see it fail")
    assert code == 0
    assert "cx-mini-en@99 is the current model" in output
    assert "* cx-mini-en@99" in run("list")[1]
    assert run("verify")[1].startswith("cx-mini-en@99")
    code, output = run("rollback")
    assert code == 0
    assert "is the current model again" in output
    code, output = run("history")
    assert [line.split("  ", 1)[1].split()[1] for line in output.splitlines()] == [
        "compared", "promoted", "to",
    ]  # fmt: skip
    assert "by force: to see it fail" in output
    assert len(run("history", "--json")[1].splitlines()) == 3


def test_promote_compares_on_the_way(candidate: Path, labelled: Path) -> None:
    code, output = run("promote", str(candidate), "--on", str(labelled))
    assert code == 1
    assert "significantly worse" in output
