"""Outputs appear whole or not at all, and hold what was written."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.atomic_file import writing
from cxnlp.errors import OutputError
from cxnlp.records import PREDICTION
from cxnlp.scoring.writers import open_writer

SCHEMA = pa.schema(
    [
        ("interaction_id", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("text", pa.string()),
        ("segments", pa.map_(pa.string(), pa.string())),
        *[field for field in PREDICTION if field.name != "language"],
        ("=kept", pa.float64()),
    ]
)
SCORED = {
    "interaction_id": "a:1",
    "occurred_at": datetime.datetime(2021, 10, 3, tzinfo=datetime.UTC),
    "text": "=SUM(A1)",
    "segments": [("region", "north")],
    "model": "m@1",
    "sentiment": "negative",
    "sentiment_score": -0.9,
    "sentiment_probs": {"negative": 0.9, "neutral": 0.1, "positive": 0.0},
    "mixed": False,
    "satisfaction": 1.2,
    "emotions": [{"label": "anger", "score": 0.7}, {"label": "sadness", "score": 0.6}],
    "topics": [
        {"label": "price_value", "score": 0.8, "sentiment": "negative"},
        {"label": "food_drink", "score": 0.7, "sentiment": None},
    ],
    "spans": [
        {
            "turn": None,
            "start": 0,
            "end": 8,
            "sentiment": "negative",
            "sentiment_score": -0.9,
            "emotions": [],
            "topics": [],
        }
    ],
    "truncated": False,
    "unsure": True,
    "=kept": -1.5,
}
NOT_SCORED = {**dict.fromkeys(SCORED), "interaction_id": "a:2", "text": "Très bien", "segments": []}
BATCH = pa.RecordBatch.from_pylist([SCORED, NOT_SCORED], schema=SCHEMA)


def write(path, *batches, metadata=None, **options):
    """Write batches to a file."""
    with open_writer(path, SCHEMA, **options) as writer:
        for batch in batches:
            writer.write(batch)
        writer.set_metadata(metadata or {})


def test_parquet_gives_back_rows_types_and_metadata(tmp_path):
    path = tmp_path / "o.parquet"
    write(path, BATCH, BATCH, metadata={b"cxnlp.journey": b'{"a": 1}'})
    table = pq.read_table(path)
    assert table.to_pylist() == [*BATCH.to_pylist(), *BATCH.to_pylist()]
    assert [field.type for field in table.schema] == [field.type for field in SCHEMA]
    assert pq.read_schema(path).metadata[b"cxnlp.journey"] == b'{"a": 1}'
    assert pq.read_metadata(path).num_row_groups == 1


def test_large_parquet_is_cut_in_row_groups(tmp_path):
    path = tmp_path / "o.parquet"
    many = pa.Table.from_batches([BATCH] * 500).combine_chunks().to_batches()[0]
    write(path, *[many] * 40)
    groups = pq.read_metadata(path)
    assert groups.num_rows == 40_000
    assert 2 <= groups.num_row_groups <= 3


def test_csv_is_flat_and_safe_in_a_spreadsheet(tmp_path):
    path = tmp_path / "o.csv"
    write(path, BATCH)
    with path.open(encoding="utf-8", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert first["text"] == "'=SUM(A1)"
    assert first["occurred_at"] == "2021-10-03T00:00:00Z"
    assert first["topics"] == "price_value;food_drink"
    assert first["topic_sentiments"] == "negative;"
    assert first["emotions"] == "anger;sadness"
    assert (first["prob_negative"], first["prob_neutral"]) == ("0.9", "0.1")
    assert first["sentiment_score"] == "-0.9"
    assert first["mixed"] == "false"
    assert json.loads(first["spans"])[0]["end"] == 8
    assert json.loads(first["segments"]) == {"region": "north"}
    assert first["'=kept"] == "-1.5"
    assert second["text"] == "Très bien"
    assert second["sentiment"] == second["prob_negative"] == second["topics"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_every_start_of_a_formula_is_defused(tmp_path, start):
    path = tmp_path / "o.csv"
    write(path, pa.RecordBatch.from_pylist([{**SCORED, "text": f"{start}cmd|'/c'"}], schema=SCHEMA))
    with path.open(encoding="utf-8", newline="") as stream:
        assert next(csv.DictReader(stream))["text"] == f"'{start}cmd|'/c'"


def test_json_lines_are_nested(tmp_path):
    path = tmp_path / "o.jsonl"
    write(path, BATCH)
    first, second = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert first == {
        **SCORED,
        "occurred_at": "2021-10-03T00:00:00Z",
        "segments": {"region": "north"},
    }
    assert second == {**NOT_SCORED, "segments": {}}


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl", ".xlsx"])
def test_the_same_rows_give_the_same_bytes(tmp_path, suffix):
    one, two = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
    write(one, BATCH, BATCH, metadata={b"k": b"v"})
    write(two, BATCH, BATCH, metadata={b"k": b"v"})
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl", ".xlsx"])
@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there(tmp_path, suffix, failure):
    path = tmp_path / f"o{suffix}"
    path.write_text("old")
    with pytest.raises(failure), open_writer(path, SCHEMA) as writer:  # noqa: PT012
        writer.write(BATCH)
        raise failure
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "in.csv").write_text("text\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "in.csv")
    (tmp_path / "old.rejects.csv").touch()
    inputs = [tmp_path / "in.csv", tmp_path / "old.rejects.csv"]
    cases = {
        "o.xls": "Supported are .csv, .jsonl, .parquet, .xlsx",
        "o": "Supported are",
        "nowhere/o.csv": "there is no folder",
        "in.csv/o.csv": "there is no folder",
        "folder.csv": "is a folder",
        "in.csv": "is an input",
        "link.csv": "is an input",
        "old.parquet": "old.rejects.csv: is an input",
    }
    for name, message in cases.items():
        with pytest.raises(OutputError, match=message):
            open_writer(tmp_path / name, SCHEMA, inputs=inputs).__enter__()
    assert (tmp_path / "in.csv").read_text() == "text\n"


def test_the_file_has_the_usual_permissions(tmp_path):
    write(tmp_path / "o.csv", BATCH)
    (tmp_path / "plain").touch()
    assert (tmp_path / "o.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_full_disk_is_an_output_error():
    with (
        pytest.raises(OutputError, match=r"o\.csv: cannot be written: No space"),
        writing(Path("o.csv")),
        open("/dev/full", "w") as stream,
    ):
        stream.write("x" * 100_000)
