from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cxnlp.cli.main import main


@pytest.fixture
def feedback(tmp_path: Path) -> Path:
    path = tmp_path / "feedback.csv"
    path.write_text("Kommentar,Score\nLovely staff!,10\nAwful queue.,2\n,11\n", encoding="utf-8")
    return path


def test_scores_a_file_and_says_what_it_did(feedback: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.parquet"
    result = CliRunner().invoke(
        main, ["score", str(feedback), "-o", str(output), "--map", "text=Kommentar"]
    )
    assert result.exit_code == 0, result.output
    assert "3 rows read, 2 kept: 2 texts scored" in result.stderr
    assert "1 whole row," in result.stderr
    assert "out.rejects.csv" in result.stderr
    assert result.stdout == ""
    assert pq.read_table(output).column("sentiment").to_pylist() == ["positive", "negative"]


def test_quiet_prints_nothing(feedback: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "out.csv")
    result = CliRunner().invoke(
        main, ["score", str(feedback), "-o", output, "--map", "text=Kommentar", "-q"]
    )
    assert (result.exit_code, result.output) == (0, "")


def test_takes_the_journey_file_beside_the_input(feedback: Path, tmp_path: Path) -> None:
    (tmp_path / "journey.toml").write_text(
        '[columns]\ntext = "Kommentar"\n[[metric]]\ncolumn = "Score"\nkind = "nps"\n',
        encoding="utf-8",
    )
    output = tmp_path / "out.parquet"
    result = CliRunner().invoke(main, ["score", str(feedback), "-o", str(output)])
    assert result.exit_code == 0, result.output
    assert "journey.toml" in result.stderr
    assert "nps outside 0-10" in (tmp_path / "out.rejects.csv").read_text(encoding="utf-8")
    responses = pq.read_table(output).column("responses").to_pylist()
    assert [answer["value"] for row in responses for answer in row or []] == [10, 2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.csv", "-o", "out.parquet"], "missing.csv"),
        (["feedback.csv", "-o", "nowhere/out.parquet"], "nowhere"),
        (["feedback.csv", "-o", "out.docx"], ".docx"),
        (["feedback.csv", "-o", "out.parquet", "--map", "text=Nope"], "Nope"),
        (["feedback.csv", "-o", "out.parquet", "--map", "txet=Kommentar"], "txet"),
        (
            ["feedback.csv", "-o", "out.parquet", "--map", "text=Kommentar", "--model", "nope"],
            "nope: no such model",
        ),
        (["feedback.csv", "-o", "out.parquet", "--journey", "nope.toml"], "nope.toml"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_1(
    feedback: Path, arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(feedback.parent)
    before = sorted(p.name for p in feedback.parent.iterdir())
    result = CliRunner().invoke(main, ["score", *arguments])
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert sorted(p.name for p in feedback.parent.iterdir()) == before


@pytest.mark.parametrize(
    "arguments", [["score"], ["score", "a.csv"], ["score", "a.csv", "-o", "b.csv", "--map", "x"]]
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_no_progress_bar_without_a_terminal(feedback: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cxnlp", "score", feedback, "-o", tmp_path / "out.jsonl",
         "--map", "text=Kommentar"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "\x1b" not in done.stderr
    assert "%" not in done.stderr
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 2
