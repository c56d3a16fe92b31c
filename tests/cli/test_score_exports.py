"""Exports of survey tools and review sites through `cxnlp score`, as docs/exports.md says."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from click.testing import CliRunner, Result

from cxnlp.cli.main import main
from cxnlp.importers.exports import exports

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/importers/exports/data"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_help_names_every_export() -> None:
    told = " ".join(run("score", "--help").output.split())
    assert [name for name in exports() if name not in told] == []


def test_the_page_has_a_row_for_every_export() -> None:
    page = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w ]+) \| `(\w+)` \|", page, re.M))
    assert rows == {export.TITLE: name for name, export in exports().items()}


def test_what_is_dropped_is_told_and_stands_in_the_rejects(tmp_path: Path) -> None:
    output = tmp_path / "out.parquet"
    again = tmp_path / "again.csv"
    shutil.copy(DATA / "qualtrics.csv", again)
    result = run("score", DATA / "qualtrics.csv", again, "-o", output)
    assert result.exit_code == 0, result.output
    assert "qualtrics.csv: read as an export of Qualtrics." in result.stderr
    assert "22 rows read, 6 kept" in result.stderr
    assert "10 survey answers" in result.stderr  # though some stand with several verbatims
    with (tmp_path / "out.rejects.csv").open(encoding="utf-8", newline="") as stream:
        rejects = Counter(row["reason"] for row in csv.DictReader(stream))
    assert rejects == {
        "preview of the survey": 4,
        "unfinished response": 2,
        "test response": 2,
        "marked as spam": 2,
        "duplicate id": 6,
        "nps outside 0-10": 2,
        "csat outside 1-5": 2,
    }
    assert all(f"{reason} {n}" in result.stderr for reason, n in rejects.items())


def test_the_command_of_the_page(tmp_path: Path) -> None:
    page = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    found = re.search(r"^cxnlp score (\S+) -o (\S+)$\n(.*)$", page, re.M)
    assert found is not None
    source, output = tmp_path / found[1], tmp_path / found[2]
    shutil.copy(DATA / "google_play.csv", source)
    result = run("score", source, "-o", output)
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[0] == found[3]
    rows = pq.read_table(output).to_pylist()
    assert len(rows) == 10
    assert sum(len(row["responses"]) for row in rows) == 10
    assert sum(row["text"] is not None for row in rows) == 4
    assert {row["sentiment"] for row in rows if row["text"] and row["language"] == "en"} <= {
        "negative",
        "neutral",
        "positive",
    }


def test_a_file_that_is_no_such_export_is_one_line(tmp_path: Path) -> None:
    result = run(
        "score", "--format", "delighted", DATA / "qualtrics.csv", "-o", tmp_path / "out.csv"
    )
    assert result.exit_code != 0
    assert result.stderr.splitlines() == [
        f"Error: {DATA / 'qualtrics.csv'}: is no export of Delighted, which has the columns "
        "survey_type, score and comment."
    ]
