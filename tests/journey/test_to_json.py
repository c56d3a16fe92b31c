"""The summary as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxnlp.journey.summarise import summarise
from cxnlp.journey.summary import JourneySummary
from cxnlp.journey.to_csv import HEADER, write_summary_csv
from cxnlp.journey.to_json import summary_to_json

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def summary(write_scored: Callable[..., Path], comment: Make, answer: Make) -> JourneySummary:
    topics = [{"label": "price_value", "score": 0.9, "sentiment": "negative"}]
    rows = [comment("negative", topics=topics, responses=[answer(i % 11)]) for i in range(30)]
    rows += [comment(touchpoint="=web", stage=None, topics=topics, responses=[answer(9)])] * 2
    return summarise(write_scored(rows), by="language")


def test_shape_of_the_json(summary: JourneySummary) -> None:
    data = summary_to_json(summary)
    text = json.dumps(data, allow_nan=False)
    assert json.loads(text) == data
    assert set(data["overall"]["nps"]) == {"value", "low", "high", "n", "status"}
    assert data["overall"]["nps"]["n"] == 32
    shop = data["cells"][0]
    assert (shop["touchpoint"], shop["stage"], shop["period"]) == ("shop", "purchase", "2021-10")
    assert shop["metrics"]["net_sentiment"]["value"] == -100.0
    assert shop["topics"]["price_value"]["n_negative"] == 30


def test_suppressed_cells_keep_only_their_n(summary: JourneySummary) -> None:
    web = summary_to_json(summary)["cells"][1]
    hidden = {"value": None, "low": None, "high": None, "n": 2, "status": "suppressed"}
    assert web["metrics"]["nps"] == web["sentiment"]["positive"] == hidden
    assert web["topics"]["price_value"]["share"] == hidden
    assert web["topics"]["price_value"]["n_negative"] is None


def test_csv_has_a_row_per_cell_and_metric(summary: JourneySummary) -> None:
    file = io.StringIO()
    write_summary_csv(summary, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert tuple(rows[0]) == HEADER
    keys = {(row["touchpoint"], row["period"], row["group"], row["metric"]) for row in rows}
    assert len(keys) == len(rows)
    nps = [row for row in rows if row["metric"] == "nps"]
    assert [(row["n"], row["status"]) for row in nps] == [("30", "ok"), ("2", "suppressed")]
    assert nps[1]["value"] == ""
    assert nps[1]["touchpoint"] == "'=web"  # no spreadsheet runs it
    metrics = {row["metric"] for row in rows}
    assert {"sentiment:mixed", "emotion:joy", "topic:price_value"} <= metrics
    assert "topic_net_sentiment:price_value" in metrics
