from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner

from cxnlp.cli.main import main
from cxnlp.model.folder import locate_model


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["models", *arguments])
    return result.exit_code, result.output


def test_list_names_the_current_model() -> None:
    code, output = run("list")
    assert code == 0
    assert output.startswith("cx-mini-en@")


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
