"""From examples to a report: fit, score, count, suggest, embed."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from cxnlp.cli.main import main
from cxnlp.topics.definition import read_topics
from cxnlp.topics.examples import read_examples

SEAT = ("The seat was hard and narrow.", "My knees touched the row in front.", "No leg room.",
        "Seats are comfortable and recline well.", "The armrest was broken, the cushion thin.",
        "Wide seats, plenty of space.", "Hardly sat for six hours.")  # fmt: skip
PET = ("They let my dog travel with me.", "The cat carrier did not fit.", "Our cat was lost.",
       "My puppy was treated kindly.", "Flying with a dog costs a fortune.",
       "A kennel was ready for the dog.", "Pets are not allowed in the lounge.")  # fmt: skip
PLACES = ("the station", "terminal two", "the harbour", "the old gate", "the north side",
          "the ring road", "platform nine", "the city hall")  # fmt: skip


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("topics")
    (folder / "topics.toml").write_text(
        '[[topic]]\nname = "Seat comfort"\n[[topic]]\nname = "Pets"\n', encoding="utf-8"
    )
    rows = [f'"{text}",Seat comfort\n' for text in SEAT] + [f'"{text}",Pets\n' for text in PET]
    (folder / "examples.csv").write_text("text,topic\n" + "".join(rows), encoding="utf-8")
    texts = [
        "The seat was too narrow for me.", "I took my dog along.", "Thanks a lot.",
        "My seat was broken. The crew was lovely.", "Great leg room on this seat.",
        "The seat was so narrow and hard.",
    ] * 2  # fmt: skip
    (folder / "new.csv").write_text("text\n" + "".join(f'"{t}"\n' for t in texts), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def scored(folder: Path) -> Path:
    fitted = _run("topics", "fit", folder / "topics.toml", folder / "examples.csv")
    assert fitted.exit_code == 0, fitted.output
    assert "Seat comfort" in fitted.output
    assert "precision" in fitted.output
    assert "texts about none of them" in fitted.output
    out = folder / "out.parquet"
    run = _run("score", folder / "new.csv", "-o", out, "--topics", folder / "topics")
    assert run.exit_code == 0, run.output
    return out


def test_they_are_counted_by_journey_and_report(folder: Path, scored: Path) -> None:
    labels = [
        {topic["label"] for topic in row or ()}
        for row in pq.read_table(scored)["topics"].to_pylist()
    ]
    assert sum("seat_comfort" in row for row in labels) >= 6
    journey = _run("journey", scored)
    assert "seat comfort" in journey.output.casefold()
    assert _run("report", scored, "-o", folder / "report.html").exit_code == 0
    assert "Seat comfort" in (folder / "report.html").read_text(encoding="utf-8")
    assert b"seat_comfort" in pq.read_schema(scored).metadata[b"cxnlp.model"]


def test_one_example_is_refused_with_its_row(folder: Path) -> None:
    path = folder / "one.csv"
    path.write_text(
        "text,topic\nA seat,Seat comfort\n" + "".join(f'"{text}",Pets\n' for text in PET),
        encoding="utf-8",
    )
    run = _run("topics", "fit", folder / "topics.toml", path)
    assert run.exit_code == 1
    assert "'Seat comfort' has 1 (line 2)" in run.output


def test_suggestions_are_ready_to_be_fitted(folder: Path) -> None:
    # Matters of which the model has no topic, each said in many ways, beside praise.
    rows = [
        line
        for number, place in enumerate(PLACES * 3)
        for line in (
            f"penguins danced number {'i' * (number + 1)} beside {place}",
            f"violin strings sounded {'o' * (number + 1)} over {place}",
        )
    ]
    path = folder / "odd.csv"
    path.write_text("text\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    out = folder / "odd.parquet"
    assert _run("score", path, "-o", out).exit_code == 0
    toml = folder / "suggested" / "topics.toml"
    toml.parent.mkdir()
    run = _run("topics", "suggest", out, "-o", toml)
    assert run.exit_code == 0, run.output
    topics = read_topics(toml)
    assert {"penguins", "violin"} & {w for t in topics for w in t.description.split()}
    examples = read_examples(toml.with_name("examples.csv"), topics)
    assert all(sum(topic.label in e.labels for e in examples) >= 4 for topic in topics)
    again = _run("topics", "suggest", out, "-o", toml)
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_too_little_to_suggest_from_is_said(scored: Path, tmp_path: Path) -> None:
    run = _run("topics", "suggest", scored, "-o", tmp_path / "topics.toml")
    assert run.exit_code == 1
    assert "suggestions need 30" in run.output


def test_vectors_are_written(folder: Path) -> None:
    out = folder / "vectors.parquet"
    run = _run("embed", folder / "new.csv", "-o", out, "--layers", "0,6")
    assert run.exit_code == 0, run.output
    table = pq.read_table(out)
    assert len(table["vector"][0].as_py()) == 768
    assert "12 texts" in run.output
    wrong = _run("embed", folder / "new.csv", "-o", out, "--layers", "last")
    assert wrong.exit_code == 2
