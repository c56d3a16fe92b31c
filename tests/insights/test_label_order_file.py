from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from cxnlp.cli.main import main
from cxnlp.errors import InputError, OutputError
from cxnlp.insights import label_order_pool
from cxnlp.insights.label_order_file import COLUMNS, GUESSES, choose_to_label, write_to_label
from cxnlp.insights.sample_labels import read_labels
from cxnlp.journey.scored import open_scored
from tests.insights.planted import Row

Write = Callable[..., Path]
Make = Callable[..., Row]

WORDS = [
    "the",
    "staff",
    "room",
    "price",
    "food",
    "wait",
    "desk",
    "call",
    "order",
    "phone",
    "parcel",
    "seat",
    "ticket",
    "refund",
]


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return vectors that depend on the text alone, far from each other."""
    seeds = [int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) for text in texts]
    rows = [np.random.default_rng(seed).normal(size=16) for seed in seeds]
    return np.asarray(rows, dtype=np.float32)


def probs(sure: float) -> dict[str, float]:
    return {"negative": (1 - sure) / 2, "neutral": (1 - sure) / 2, "positive": sure}


def words(number: int) -> str:
    generator = np.random.default_rng(number)
    return " ".join(generator.choice(WORDS, size=8)) + f" {generator.integers(10**9)}"


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def scored(write_scored: Write, scored_row: Make) -> Path:
    """Return 300 texts of which the model is sure, and 60 of which it is not."""
    rows = [
        scored_row(i, text=words(i), sentiment_probs=probs(0.99 if i < 300 else 0.4))
        for i in range(360)
    ]
    rows.append(scored_row(360, sentiment=None, text="Tres bien", language="fr"))
    rows.append(scored_row(361, text="!!!", sentiment_probs=probs(0.4)))
    return write_scored(rows)


def test_the_doubtful_are_picked_and_the_seed_decides(scored: Path) -> None:
    first, again, other = (choose_to_label(scored, encode=encode, n=40, seed=s) for s in (0, 0, 1))
    assert first.texts == again.texts
    assert first.texts != other.texts
    numbers = [int(text.interaction_id.removeprefix("row ")) for text in first.texts]
    assert len(set(numbers)) == 40
    doubtful = sum(300 <= number < 360 for number in numbers)
    assert doubtful >= 15  # 7 of 40 by chance
    assert not {360, 361} & set(numbers)
    assert first.pool.n_scored == 361
    assert first.pool.n_unusable == 1


def test_copies_and_near_copies_are_drawn_once(write_scored: Write, scored_row: Make) -> None:
    long = "The parcel came three days late and the box was torn open at one side"
    texts = [long, long.upper() + "!", long + " again", "Kind staff at the desk", "Nothing."]
    rows = [scored_row(i, text=t, sentiment_probs=probs(0.5)) for i, t in enumerate(texts)]
    rows.append(scored_row(9, text="Nothing.", question="What was good?"))
    chosen = choose_to_label(write_scored(rows), encode=encode, n=50)
    found = [(text.question, text.text) for text in chosen.texts]
    assert len(found) == 4
    assert sum("parcel" in text.lower() for _, text in found) == 1
    # One word answers two questions: these are two texts.
    assert ("", "Nothing.") in found
    assert ("What was good?", "Nothing.") in found
    assert (chosen.pool.n_copies, chosen.n_near_copies) == (1, 1)
    assert chosen.describe() == (
        "4 texts to label, of 6 (1 copies; 1 near-copies among the most doubtful)."
    )


def test_of_many_texts_a_random_part_is_looked_at(
    scored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_order_pool, "MAX_POOL", 100)
    chosen = choose_to_label(scored, encode=encode, n=10)
    assert (chosen.pool.n_scored, chosen.pool.n_read) == (361, 100)
    numbers = [int(text.interaction_id.removeprefix("row ")) for text in chosen.pool.texts]
    assert max(numbers) > 250  # not the first hundred
    assert "261 not looked at: a random part was" in chosen.describe()


def test_of_a_conversation_the_customer_is_read(write_scored: Write, scored_row: Make) -> None:
    turns = [
        {"role": "agent", "text": "How can I help?"},
        {"role": "customer", "text": "My card is gone"},
        {"role": "customer", "text": "please block it"},
    ]
    path = write_scored([scored_row(0, text=None, turns=turns)])
    (only,) = choose_to_label(path, encode=encode, n=5).texts
    assert only.text == "My card is gone\nplease block it"


def test_what_cannot_be_drawn_is_refused(write_scored: Write, scored_row: Make) -> None:
    path = write_scored([scored_row(0, text="...")])
    with pytest.raises(InputError, match="no text was scored that could be labelled"):
        choose_to_label(path, encode=encode)
    with pytest.raises(InputError, match="Ask for 1 to 10,000"):
        choose_to_label(path, encode=encode, n=10_001)


def test_the_file_is_a_label_file_and_loses_no_labels(scored: Path, tmp_path: Path) -> None:
    path = tmp_path / "to_label.csv"
    chosen = choose_to_label(scored, encode=encode, n=30)
    write_to_label(chosen, path)
    rows = cells(path)
    assert tuple(rows[0]) == (*COLUMNS, "drawn_for")
    assert [row["text"] for row in rows] == [text.text for text in chosen.texts]
    assert {row["sentiment"] + row["topics"] + row["emotions"] for row in rows} == {""}
    write_to_label(chosen, path, guesses=True)  # nothing was filled in yet
    rows = cells(path)
    assert tuple(rows[0]) == (*COLUMNS, *GUESSES, "drawn_for")
    assert {row["model_sentiment"] for row in rows} == {"positive"}
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, list(rows[0]))
        out.writeheader()
        out.writerows({**row, "satisfaction": "3"} for row in rows)
    with pytest.raises(OutputError, match="holds labels already"):
        write_to_label(chosen, path)
    with pytest.raises(OutputError, match=r"ends in \.csv"):
        write_to_label(chosen, tmp_path / "to_label.xlsx")


def test_training_reads_it_once_it_is_filled_in(scored: Path, tmp_path: Path) -> None:
    rows_of = pytest.importorskip("training.labelled.rows")
    path = tmp_path / "to_label.csv"
    write_to_label(choose_to_label(scored, encode=encode, n=9), path, guesses=True)
    rows = cells(path)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.DictWriter(stream, list(rows[0]))
        out.writeheader()
        out.writerows({**row, "sentiment": "neutral"} for row in rows[:6])
        out.writerows(rows[6:])
    read, notes = rows_of.read_label_rows([path])
    assert [row.text for row in read] == [row["text"] for row in rows[:6]]
    assert {row.sentiment for row in read} == {1}
    assert notes == ["to_label.csv: 3 of 9 rows have no label, left out"]


@pytest.mark.parametrize("name", ["insights", "report"])
def test_labels_for_training_correct_no_shares(scored: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "to_label.csv"
    write_to_label(choose_to_label(scored, encode=encode, n=9), path)
    with pytest.raises(InputError, match="picked for training"):
        read_labels(path, open_scored(scored))
    out = [] if name == "insights" else ["-o", str(tmp_path / "report.html")]
    result = CliRunner().invoke(main, [name, str(scored), "--labels", str(path), *out])
    assert result.exit_code == 1
    assert "picked for training" in result.output
    assert "cxnlp train --labels" in " ".join(result.output.split())


def test_the_command(scored: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["sample", str(scored), "--for-labels", "-n", "20"])
    assert result.exit_code == 0, result.output
    path = scored.with_suffix(".to_label.csv")
    assert result.stdout == f"{path}\n"
    assert len(cells(path)) == 20
    assert "20 texts to label, of 361" in result.stderr
    assert "do not correct shares" in result.stderr
    wrong = CliRunner().invoke(main, ["sample", str(scored), "--guesses"])
    assert wrong.exit_code == 2
    assert "--guesses goes with --for-labels only" in wrong.output
