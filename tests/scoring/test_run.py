from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.declarations import JourneyFile
from cxnlp.errors import CxnlpError, InputError, OutputError
from cxnlp.model.classifier import Classifier
from cxnlp.records import INTERACTION, METADATA_MODEL, METADATA_SUMMARY, PREDICTION
from cxnlp.scoring.run import RunSummary, score_files

Score = Callable[..., RunSummary]

CSV = """id,comment,nps,sentiment,touchpoint
1,The nurse was wonderful.,10,mine,Ward A
2,,7,,Ward A
3,Der Zug kam wieder einmal viel zu spät und niemand hat uns etwas gesagt.,,,Ward B
4,Terrible wait and rude staff.,11,,Ward B
5,,,,Ward B
"""


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture
def score(classifier: Classifier) -> Score:
    def run(*inputs: Path, output: Path, **options: Any) -> RunSummary:
        return score_files(
            inputs,
            output,
            load=lambda: classifier,
            mapping=options.pop("mapping", {}),
            journey=options.pop("journey", JourneyFile()),
            note=lambda line: None,
            **options,
        )

    return run


@pytest.fixture
def feedback(tmp_path: Path) -> Path:
    path = tmp_path / "feedback.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_every_row_is_accounted_for(score: Score, feedback: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.parquet"
    summary = score(feedback, output=output)
    assert (summary.rows_read, summary.rows_kept, summary.rows_rejected) == (5, 4, 1)
    assert (summary.n_scored, summary.n_without_text, summary.n_responses) == (2, 1, 2)
    assert summary.foreign == {"de": 1}
    assert sum(summary.reasons.values()) == 2
    rejects = (tmp_path / "out.rejects.csv").read_text(encoding="utf-8").splitlines()
    assert len(rejects) == 1 + 2
    assert not any(word in line for line in rejects for word in ("nurse", "Terrible", "Zug"))


def test_the_output_has_record_prediction_and_kept_columns(
    score: Score, feedback: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.parquet"
    score(feedback, output=output)
    table = pq.read_table(output)
    names = [*INTERACTION.names, *(n for n in PREDICTION.names if n not in INTERACTION.names)]
    assert table.schema.names[: len(names)] == names
    assert table.column("input_sentiment").to_pylist()[0] == "mine"
    rows = {row["interaction_id"]: row for row in table.to_pylist()}
    assert rows["1"]["sentiment"] == "positive"
    assert rows["4"]["sentiment"] == "negative"
    assert rows["2"]["sentiment"] is None
    assert rows["3"]["sentiment"] is None
    assert rows["3"]["language"] == "de"
    assert rows["2"]["language"] is None
    assert rows["1"]["spans"][0]["end"] == len("The nurse was wonderful.")
    metadata = pq.read_schema(output).metadata
    assert json.loads(metadata[METADATA_SUMMARY])["n_scored"] == 2


def test_the_errors_of_the_model_travel_with_the_output(
    score: Score, classifier: Classifier, feedback: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.parquet"
    score(feedback, output=output)
    told = json.loads(pq.read_schema(output).metadata[METADATA_MODEL])
    confusion = classifier.config.confusion
    assert told["model"] == classifier.config.label
    assert told["confusion"] == (confusion and confusion.to_dict())


def test_the_same_input_gives_the_same_bytes(score: Score, feedback: Path, tmp_path: Path) -> None:
    for suffix in (".parquet", ".csv", ".jsonl"):
        one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
        score(feedback, output=one)
        score(feedback, output=other)
        assert one.read_bytes() == other.read_bytes()


def test_results_keep_the_order_of_the_input_over_many_shards(score: Score, tmp_path: Path) -> None:
    texts = [f"number {n} " + "word " * (n * 7 % 23) for n in range(4500)]
    path = tmp_path / "many.parquet"
    # A foreign language is not scored: this is about order, not about answers.
    table = pa.table({"text": texts, "language": ["de"] * 4400 + ["en"] * 100})
    pq.write_table(table, path)
    output = tmp_path / "out.parquet"
    seen: list[tuple[int, float]] = []
    score(path, output=output, progress=lambda rows, share: seen.append((rows, share)))
    scored = pq.read_table(output)
    assert scored.column("text").to_pylist() == texts
    assert scored.column("sentiment").null_count == 4400
    assert seen == sorted(seen)
    assert seen[-1] == (4500, 1.0)
    assert len({rows for rows, _ in seen}) >= 3


def test_progress_moves_within_a_shard(score: Score, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text\n" + "The staff were kind and the room was clean today.\n" * 900)
    seen: list[tuple[int, float]] = []
    score(path, output=tmp_path / "o.csv", progress=lambda *told: seen.append(told))
    assert seen == sorted(seen)
    assert any(0 < rows < 900 and 0 < share < 1 for rows, share in seen)
    assert seen[-1] == (900, 1.0)


def test_several_files_make_one_output(score: Score, feedback: Path, tmp_path: Path) -> None:
    other = tmp_path / "more.jsonl"
    other.write_text('{"text": "Great app!", "region": "north"}\n', encoding="utf-8")
    output = tmp_path / "out.parquet"
    assert score(feedback, other, output=output).rows_kept == 5
    table = pq.read_table(output)
    assert table.column("source").to_pylist()[-1] == "more.jsonl"
    assert table.column("region").to_pylist() == [None] * 4 + ["north"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", InputError),
        ("id,comment\n", InputError),
        ("id,comment\n1,\n2,  \n", InputError),
    ],
)
def test_nothing_usable_leaves_nothing_behind(
    score: Score, tmp_path: Path, content: str, error: type[CxnlpError]
) -> None:
    path = tmp_path / "in.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(error):
        score(path, output=tmp_path / "out.parquet")
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_an_earlier_output_survives_a_failed_run(
    score: Score, feedback: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.parquet"
    score(feedback, output=output)
    before = output.read_bytes()

    def fail(rows: int, share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score(feedback, output=output, progress=fail)
    assert output.read_bytes() == before
    assert not [p for p in tmp_path.iterdir() if "tmp" in p.name]


def test_an_output_that_cannot_be_written_is_told_before_the_model_loads(
    feedback: Path, tmp_path: Path
) -> None:
    def load() -> Classifier:
        pytest.fail("the model was loaded")

    for output in (tmp_path / "no" / "out.parquet", tmp_path / "out.xyz", feedback):
        with pytest.raises(OutputError):
            score_files(
                [feedback], output, load=load, mapping={}, journey=JourneyFile(),
                note=lambda line: None,
            )  # fmt: skip
