"""Chats scored as files: one row a conversation, spans that stand in their turns."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cxnlp.cli.main import main
from cxnlp.declarations import JourneyFile
from cxnlp.journey.journey_file import read_journey_file
from cxnlp.model.classifier import Classifier
from cxnlp.scoring.run import RunSummary, score_files

EXAMPLES = Path(__file__).parents[2] / "examples" / "chats"
CHATS = [
    {
        "id": "1",
        "turns": [
            {"role": "agent", "text": "What went wrong?"},
            {"role": "customer", "text": "The driver was rude. My parcel is broken.\nI am angry!"},
            {"role": "agent", "text": "This is terrible, I am so sorry."},
            {"role": "customer", "text": "ok"},
        ],
    },
    {"id": "2", "csat": 5, "turns": [{"role": "agent", "text": "Hello?"}]},
    {"id": "3", "turns": [{"role": "user", "text": "=Lovely service, thank you so much!"}]},
    {"id": "4", "turns": [{"role": "user", "text": "Der Zug kam wieder einmal viel zu spät an."}]},
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    path = tmp_path / "chats.jsonl"
    path.write_text("\n".join(json.dumps(chat) for chat in CHATS), encoding="utf-8")
    return path


def score(
    classifier: Classifier, path: Path, output: Path, journey: JourneyFile | None = None
) -> RunSummary:
    return score_files(
        [path],
        output,
        load=lambda: classifier,
        mapping={},
        journey=journey or JourneyFile(),
        note=lambda line: None,
    )


def test_a_conversation_is_one_row(classifier: Classifier, chats: Path, tmp_path: Path) -> None:
    summary = score(classifier, chats, tmp_path / "out.parquet")
    assert (summary.rows_kept, summary.n_conversations, summary.n_turns) == (4, 4, 6)
    assert (summary.n_scored, summary.n_without_text, summary.foreign) == (2, 1, {"de": 1})
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["sentiment"] for row in rows] == ["negative", None, "positive", None]
    spans = rows[0]["spans"]
    said = [rows[0]["turns"][s["turn"]]["text"][s["start"] : s["end"]] for s in spans]
    assert said == ["The driver was rude.", "My parcel is broken.", "I am angry!", "ok"]
    assert [span["turn"] for span in spans] == [1, 1, 1, 3]


def test_flat_output_can_be_scored_again(
    classifier: Classifier, chats: Path, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    score(classifier, chats, first)
    with first.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["turns"] == (
        "agent: What went wrong?\n"
        "customer: The driver was rude. My parcel is broken.\n  I am angry!\n"
        "agent: This is terrible, I am so sorry.\n"
        "customer: ok"
    )
    assert [row["text"] for row in rows] == [""] * 4
    score(classifier, first, again)
    with again.open(encoding="utf-8", newline="") as stream:
        scored_again = list(csv.DictReader(stream))
    for name in ("turns", "spans", "sentiment", "satisfaction"):
        assert [row[name] for row in scored_again] == [row[name] for row in rows]


def test_json_lines_can_be_scored_again(
    classifier: Classifier, chats: Path, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.jsonl", tmp_path / "again.jsonl"
    score(classifier, chats, first)
    score(classifier, first, again)
    pairs = [
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (first, again)
    ]
    for one, other in zip(*pairs, strict=True):
        assert one["turns"] == other["turns"]
        assert one["spans"] == other["spans"]


@pytest.mark.parametrize(("file", "n"), [("multidogo.jsonl", 60), ("both_sides.jsonl", 12)])
def test_examples(classifier: Classifier, tmp_path: Path, file: str, n: int) -> None:
    output = tmp_path / "out.parquet"
    journey = read_journey_file(EXAMPLES / "journey.toml")
    summary = score(classifier, EXAMPLES / file, output, journey)
    assert (summary.rows_read, summary.rows_kept, summary.n_scored) == (n, n, n)
    assert summary.reasons == {}
    given = [json.loads(line) for line in (EXAMPLES / file).read_text("utf-8").splitlines()]
    rows = pq.read_table(output).to_pylist()
    for chat, row in zip(given, rows, strict=True):
        assert row["interaction_id"] == chat["id"]
        assert row["channel"] == "chat"
        assert row["stage"] in journey.stages
        turns = [(turn["role"], turn["text"]) for turn in row["turns"]]
        assert turns == [(turn["role"], turn["text"]) for turn in chat["turns"]]
        spoken = {i for i, (role, _) in enumerate(turns) if role == "customer"}
        assert {span["turn"] for span in row["spans"]} == spoken
        for index in spoken:
            text = turns[index][1]
            spans = [span for span in row["spans"] if span["turn"] == index]
            cut = [text[span["start"] : span["end"]] for span in spans]
            assert all(piece and piece == piece.strip() for piece in cut)
            assert "".join("".join(cut).split()) == "".join(text.split())


def test_the_made_up_chats_say_so() -> None:
    chats = [
        json.loads(line) for line in (EXAMPLES / "both_sides.jsonl").read_text("utf-8").splitlines()
    ]
    assert all(chat["made_up"] is True for chat in chats)
    assert {turn["role"] for chat in chats for turn in chat["turns"]} == {
        "customer", "agent", "bot", "system",
    }  # fmt: skip
    assert sum("csat" in chat for chat in chats) == 9


def test_the_command_says_how_many_turns(chats: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.parquet"
    result = CliRunner().invoke(main, ["score", str(chats), "-o", str(output)])
    assert result.exit_code == 0, result.output
    assert "4 conversations of 6 turns." in result.stderr
