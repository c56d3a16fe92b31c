"""The benchmark of the report: what its files hold, and what its table says."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.journey import (
    TOTAL,
    Figure,
    Measured,
    make_file,
    measure_parts,
    measure_report,
    summarise_rounds,
    write_table,
)
from benchmarks.scored_rows import ROW_GROUP_ROWS, write_scored_rows
from cxnlp.journey.summarise import summarise

N = ROW_GROUP_ROWS + 3_000


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scored_rows(tmp_path_factory.mktemp("bench") / "scored.parquet", N)


def test_a_synthetic_file_is_like_a_real_one(scored: Path) -> None:
    summary = summarise(scored)
    assert summary.overall.n == summary.overall.n_scored == N
    assert len(summary.periods) == 8
    assert len(summary.touchpoints) == 8
    assert {"nps", "csat"} <= summary.definitions.keys()
    # Rows that go on with a submission repeat its answers.
    assert 0.6 * N < summary.overall.metrics["nps"].n < 0.75 * N
    table = pq.read_table(scored, columns=["spans", "topics", "text"])
    assert table["spans"].combine_chunks().values.__len__() / N == pytest.approx(2, abs=0.05)
    assert table["topics"].combine_chunks().values.__len__() / N == pytest.approx(1.5, abs=0.05)
    assert sum(map(len, table["text"].to_pylist())) / N == pytest.approx(105, abs=10)
    labels = [[topic["label"] for topic in topics] for topics in table["topics"].to_pylist()]
    assert all(len(set(names)) == len(names) for names in labels)


def test_files_are_written_in_row_groups(scored: Path) -> None:
    metadata = pq.ParquetFile(scored).metadata
    assert [metadata.row_group(i).num_rows for i in range(2)] == [ROW_GROUP_ROWS, 3_000]


def test_a_file_is_made_once_and_always_the_same(tmp_path: Path) -> None:
    path = make_file(tmp_path / "cache", 50)
    first = path.read_bytes(), path.stat().st_mtime_ns
    assert (make_file(tmp_path / "cache", 50).read_bytes(), path.stat().st_mtime_ns) == first
    assert write_scored_rows(tmp_path / "again.parquet", 50).read_bytes() == first[0]


def test_everything_the_report_needs_is_measured(tmp_path: Path) -> None:
    path = make_file(tmp_path, 400)
    parts = measure_parts(path).seconds
    assert list(parts)[:2] == ["journey", "respondents"]
    assert any(part.startswith("insight ") for part in parts)
    assert list(parts)[-1] == "comments to show"
    report = measure_report(path)
    assert list(report.seconds) == [TOTAL]
    assert report.peak_mib > 50


def test_rounds_become_medians() -> None:
    rounds = [Measured(seconds={TOTAL: s}, peak_mib=m) for s, m in ((3, 10), (1, 30), (2, 20))]
    (figure,) = summarise_rounds(7, rounds)
    assert figure == Figure(part=TOTAL, n=7, seconds=2, lowest=1, highest=3, peak_mib=20)
    several = [Measured(seconds={"a": 1, "b": 2}, peak_mib=10)]
    assert [f.peak_mib for f in summarise_rounds(7, several)] == [None, None]


def test_the_table_says_how_a_part_grows() -> None:
    figures = [
        Figure(part="a", n=n, seconds=s, lowest=s, highest=s, peak_mib=None)
        for n, s in ((1_000, 0.5), (10_000, 2.5))
    ]
    lines = write_table(figures).splitlines()
    assert lines[1].split() == ["a", "1,000", "0.50", "0.50-0.50"]
    assert lines[2].split()[-1] == "x5.0"
