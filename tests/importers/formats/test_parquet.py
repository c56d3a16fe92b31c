"""Parquet: every type of column is read and kept."""

from __future__ import annotations

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.declarations import JourneyFile, Metric


def test_types_are_kept_and_their_cells_read(read, tmp_path):
    day = datetime.datetime(2021, 3, 4, 5, 6, 7)
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "text": pa.array(["Good", "Bad"]).dictionary_encode(),
            "date": pa.array([day, None], pa.timestamp("ns")),
            "nps": pa.array([9.0, None]),
            "touchpoint": pa.array(["A b", None], pa.large_string()),
            "score": pa.array([decimal.Decimal("4.0"), decimal.Decimal("9.5")]),
            "tags": pa.array([["a"], None]),
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    metric = Metric(
        column="score",
        kind="csat",
        question_id="q",
        scale_min=1,
        scale_max=5,
        higher_is_better=True,
    )
    got = read(path, journey=JourneyFile(metrics=(metric,)))
    row = got.rows[0]
    assert row["interaction_id"] == "1"
    assert row["text"] == "Good"
    assert row["occurred_at"] == day.replace(tzinfo=datetime.UTC)
    assert row["touchpoint"] == "a_b"
    assert sorted((r["metric"], r["value"]) for r in row["responses"]) == [("csat", 4), ("nps", 9)]
    assert row["tags"] == ["a"]
    assert row["score"] == decimal.Decimal("4.0")
    assert row["date"] == day
    assert got.rejects == [("a.parquet", 2, "score", "csat outside 1-5")]


def test_dates_of_every_arrow_type(read, tmp_path):
    day = datetime.date(2021, 3, 4)
    zone = datetime.timezone(datetime.timedelta(hours=2))
    times = {
        "date32": pa.array([day], pa.date32()),
        "date64": pa.array([day], pa.date64()),
        "s": pa.array([datetime.datetime(2021, 3, 4)], pa.timestamp("s")),
        "tz": pa.array(
            [datetime.datetime(2021, 3, 4, 2, tzinfo=zone)], pa.timestamp("us", "+02:00")
        ),
        "unix": pa.array([1614816000]),
        "unix_ms": pa.array([1614816000000.0]),
        "text": pa.array(["2021-03-04T01:00:00+01:00"]),
    }
    for name, values in times.items():
        path = tmp_path / f"{name}.parquet"
        pq.write_table(pa.table({"text": ["a"], "date": values}), path)
        assert read(path).rows[0]["occurred_at"] == datetime.datetime(
            2021, 3, 4, tzinfo=datetime.UTC
        )


def test_a_date_out_of_range_is_rejected(read, tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a"], "date": [datetime.date(2999, 1, 1)]}), path)
    got = read(path)
    assert got.rows[0]["occurred_at"] is None
    assert got.rejects == [("a.parquet", 1, "date", "impossible date")]
