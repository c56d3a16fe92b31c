from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
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


def test_a_workbook_in_and_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Comment", "NPS"], ["Lovely staff!", 10], ["=1+1 is all they said.", 2]):
        book.active.append(row)
    book.active["A3"].data_type = "s"
    other = book.create_sheet("Other")
    for row in (["Comment"], ["Awful queue."]):
        other.append(row)
    book.save(tmp_path / "in.xlsx")
    output = tmp_path / "out.xlsx"
    arguments = ["score", str(tmp_path / "in.xlsx"), "-o", str(output)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "There is data in 'Other' too: --sheet NAME" in result.stderr
    rows = list(openpyxl.load_workbook(output).active.iter_rows())
    header = [cell.value for cell in rows[0]]
    text = rows[2][header.index("text")]
    assert (text.value, text.data_type) == ("=1+1 is all they said.", "s")
    assert rows[1][header.index("sentiment")].value == "positive"
    assert rows[1][header.index("interaction_id")].value == "in.xlsx:2"
    assert isinstance(rows[1][header.index("sentiment_score")].value, float)
    result = CliRunner().invoke(main, [*arguments, "--sheet", "Other"])
    assert "1 row read, 1 kept: 1 text scored" in result.stderr
    result = CliRunner().invoke(main, [*arguments, "--sheet", "Nope"])
    assert (result.exit_code, "no sheet 'Nope'" in result.stderr) == (1, True)


def test_a_sheet_of_no_workbook_is_a_mistake(feedback: Path, tmp_path: Path) -> None:
    arguments = ["score", str(feedback), "-o", str(tmp_path / "o.csv"), "--sheet", "S"]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, "no sheet 'S' to read" in result.stderr) == (1, True)


def test_formulas_in_csv_are_defused_unless_raw(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text,n\n=1+1 it says on the bill,-5\n", encoding="utf-8")
    found = []
    for options in ([], ["--raw-csv"]):
        output = tmp_path / "out.csv"
        arguments = ["score", str(path), "-o", str(output), *options]
        assert CliRunner().invoke(main, arguments).exit_code == 0
        with output.open(encoding="utf-8", newline="") as stream:
            (row,) = csv.DictReader(stream)
        found.append((row["text"], row["n"]))
    assert found == [("'=1+1 it says on the bill", "-5"), ("=1+1 it says on the bill", "-5")]


def test_conversations_are_counted_as_such(tmp_path: Path) -> None:
    path = tmp_path / "chats.csv"
    path.write_text(
        "conversation_id,role,text\na,customer,Where is my parcel?\na,agent,On its way.\n"
        "a,customer,Thank you so much!\nb,customer,This is awful.\nb,agent,Sorry.\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["score", str(path), "-o", str(tmp_path / "o.parquet")])
    assert "2 conversations read, 2 kept: 2 conversations scored, 0 without text" in result.stderr
    assert "2 conversations of 5 turns." in result.stderr
    assert "texts scored" not in result.stderr


def test_several_open_questions_of_one_row(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("id,Q1,Q2,NPS\n1,Lovely staff!,Awful queue.,9\n2,Fine.,,7\n", encoding="utf-8")
    output = tmp_path / "o.jsonl"
    arguments = ["score", str(path), "-o", str(output), "--map", "text=Q1", "--map", "text=Q2"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "2 rows read, 2 kept: 3 texts scored" in result.stderr
    assert "Rows with several texts make 3 interactions." in result.stderr
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [row["interaction_id"] for row in rows] == ["1:Q1", "1:Q2", "2:Q1"]
    assert [row["sentiment"] for row in rows][:2] == ["positive", "negative"]


def test_the_help_names_every_format() -> None:
    from cxnlp.importers.exports import format_names

    words = CliRunner().invoke(main, ["score", "--help"]).output
    named = set(words.replace(",", " ").replace(";", " ").replace(".", " ").split())
    assert set(format_names()) <= named
