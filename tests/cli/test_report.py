"""`cxnlp report` on a small scored file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cxnlp.cli.main import main
from cxnlp.records import INTERACTION, PREDICTION


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    answer = {"metric": "csat", "question_id": "q", "scale_min": 1.0, "scale_max": 5.0}
    rows: list[dict[str, Any]] = [
        {
            "interaction_id": str(i),
            "source": "a.csv",
            "submission_id": str(i),
            "touchpoint": "web",
            "channel": "email",
            "responses": [{**answer, "value": 5.0, "higher_is_better": True, "weight": 1.0}],
        }
        for i in range(40)
    ]
    fields = {field.name: field for field in (*PREDICTION, *INTERACTION)}
    path = tmp_path / "survey.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(list(fields.values()))), path)
    return path


def test_the_path_and_headlines_are_printed(scored: Path) -> None:
    result = CliRunner().invoke(main, ["report", str(scored)])
    written = scored.with_suffix(".html")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == str(written)
    assert result.stdout.splitlines()[1].startswith("CSAT is 100.0% (95% interval ")
    assert written.read_text(encoding="utf-8").endswith("</html>")


def test_options_reach_the_report(scored: Path, tmp_path: Path) -> None:
    output = tmp_path / "board.html"
    arguments = ["report", str(scored), "-o", str(output), "--by", "channel", "--period", "year"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert "email" in output.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.parquet"], 1, "there is no such file"),
        (["{scored}", "--by", "planet"], 1, "planet"),
        (["{scored}", "-o", "{folder}/missing/report.html"], 1, "missing is not a folder"),
        (["{scored}", "--period", "century"], 2, "century"),
    ],
)
def test_errors_are_one_sentence(scored: Path, arguments: list[str], code: int, said: str) -> None:
    filled = [a.format(scored=scored, folder=scored.parent) for a in arguments]
    result = CliRunner().invoke(main, ["report", *filled])
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert not scored.with_suffix(".html").exists()


@pytest.mark.parametrize(
    ("arguments", "name", "begins"),
    [
        (["-o", "{folder}/a.md"], "a.md", "# "),
        (["-o", "{folder}/a.json"], "a.json", "{"),
        (["-o", "{folder}/a.txt"], "a.txt", "<!DOCTYPE html>"),
        (["-o", "{folder}/a.txt", "--format", "json"], "a.txt", "{"),
        (["--format", "md"], "survey.md", "# "),
    ],
)
def test_the_ending_or_the_option_chooses_the_form(
    scored: Path, arguments: list[str], name: str, begins: str
) -> None:
    filled = [a.format(folder=scored.parent) for a in arguments]
    result = CliRunner().invoke(main, ["report", str(scored), *filled])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == str(scored.parent / name)
    assert (scored.parent / name).read_text(encoding="utf-8").lstrip().startswith(begins)


def test_a_minus_prints_the_report_and_nothing_else(scored: Path) -> None:
    before = sorted(scored.parent.iterdir())
    result = CliRunner().invoke(main, ["report", str(scored), "--format", "json", "-o", "-"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["format"] == "cxnlp-report"
    page = CliRunner().invoke(main, ["report", str(scored), "-o", "-"])
    assert page.stdout.rstrip().endswith("</html>")
    assert sorted(scored.parent.iterdir()) == before
