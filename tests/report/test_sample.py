"""The fixed sample of comments."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxnlp.report.sample as sample_module
from cxnlp.errors import InputError
from cxnlp.insights.data import InsightData
from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from cxnlp.report.sample import MAX_COMMENTS, Sample, draw_sample, open_comments
from tests.report.conftest import write_rows

Row = dict[str, Any]


def _draw(path: Path, *, by: str | None = None, data: InsightData | None = None) -> Sample:
    data = data or InsightData.open(path, period="quarter")
    grouped = None if by is None else data.by(by).cube
    with closing(open_comments(path, by=by)) as connection:
        return draw_sample(connection, cube=data.cube, period="quarter", grouped=grouped)


def test_every_mark_is_reached_and_counted(
    write_scored: Callable[..., Path], survey_rows: list[Row]
) -> None:
    sample = _draw(write_scored(survey_rows), by="region")
    assert sample.n_scored == len(survey_rows) - 1
    assert {r["touchpoint"] for r in sample.rows} == {"web", "shop", "delivery"}
    assert {r["group_value"] for r in sample.rows} == {"north", "south"}
    assert sample.counts["touchpoint", "delivery"] == 5
    assert sample.counts["topic", "wait_time_speed"] == sample.n_scored
    assert sample.counts["emotion", "gratitude"] == sample.n_scored


def test_foreign_comments_are_not_drawn(
    write_scored: Callable[..., Path], survey_rows: list[Row]
) -> None:
    texts = {r["text"] for r in _draw(write_scored(survey_rows)).rows}
    assert not any(text.startswith("Tr\u00e8s") for text in texts)


def test_the_draw_is_capped_and_does_not_depend_on_the_order_of_rows(
    write_scored: Callable[..., Path], scored_row: Callable[..., Row]
) -> None:
    rows = [
        scored_row(i, touchpoint=f"place {i % 200}", text=f"Comment {i}", spans=[])
        for i in range(1500)
    ]
    one = [r["text"] for r in _draw(write_scored(rows, name="a.parquet")).rows]
    two = [r["text"] for r in _draw(write_scored(rows[::-1], name="b.parquet")).rows]
    assert len(one) == MAX_COMMENTS
    assert one == two
    assert {int(text.split()[1]) % 200 for text in one} == set(range(200))


def test_mixed_comments_are_named_so(
    write_scored: Callable[..., Path], scored_row: Callable[..., Row]
) -> None:
    sample = _draw(write_scored([scored_row(0, mixed=True)]))
    assert [r["sentiment"] for r in sample.rows] == ["mixed"]


def test_an_empty_file(write_scored: Callable[..., Path]) -> None:
    assert _draw(write_scored([])).rows == []


def test_a_file_without_a_needed_column_is_refused(
    write_scored: Callable[..., Path], scored_row: Callable[..., Row]
) -> None:
    path = write_scored([scored_row()])
    pq.write_table(pq.read_table(path).drop_columns(["unsure"]), path)
    with pytest.raises(InputError, match="no column unsure"):
        open_comments(path)


def test_topics_named_only_by_a_sentence_are_counted_once_per_comment(
    write_scored: Callable[..., Path], scored_row: Callable[..., Row]
) -> None:
    topics = [{"label": "food_drink", "score": 0.9, "sentiment": "negative"}]
    spans = [
        {"start": 0, "end": 6, "sentiment": "negative", "topics": topics},
        {"start": 7, "end": 13, "sentiment": "negative", "topics": topics},
    ]
    sample = _draw(write_scored([scored_row(0, spans=spans), scored_row(1)]))
    assert sample.counts["topic", "food_drink"] == 1


@given(st.integers(0, 2**32 - 1), st.integers(0, 60))
@settings(max_examples=8, deadline=None)
def test_ranking_a_part_of_a_file_draws_what_ranking_it_all_does(seed: int, n_ranked: int) -> None:
    rng = random.Random(seed)

    def labels(of: Sequence[str]) -> list[Row]:
        # The first labels are named by most comments, the last by hardly any.
        named = {of[int(len(of) * rng.random() ** 4)]: 0 for _ in range(rng.randrange(4))}
        return [
            {"label": label, "score": 0.9, "sentiment": rng.choice(SENTIMENTS)} for label in named
        ]

    def span() -> Row:
        return {"start": 0, "end": 6, "sentiment": "neutral", "topics": labels(TOPICS)}

    rows: list[Row] = [
        {
            "interaction_id": str(i), "source": "a.csv", "text": f"Comment {i}",
            "touchpoint": rng.choice(["web"] * 40 + ["shop", None]),
            "sentiment": rng.choice([*SENTIMENTS, None]), "responses": [],
            "occurred_at": rng.choice([None, dt.datetime(2024, 1 + i % 12, 15, tzinfo=dt.UTC)]),
            "emotions": labels(EMOTIONS), "topics": rng.choice([None, labels(TOPICS)]),
            "spans": rng.choice([None, [], [span(), span()]]),
            "segments": [("region", rng.choice(["north"] * 20 + ["south"]))],
        }
        for i in range(300)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = write_rows(Path(folder) / "scored.parquet", rows)
        patch.setattr(sample_module, "MAX_COMMENTS", rng.choice([20, 80]))
        data = InsightData.open(path, period="quarter")
        everything = _draw(path, by="region", data=data)
        patch.setattr(sample_module, "MAX_RANKED", n_ranked)
        assert _draw(path, by="region", data=data) == everything
