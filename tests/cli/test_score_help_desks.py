"""Exports of help desks through `cxnlp score`, to predictions and satisfaction."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from cxnlp.cli.main import main

DATA = Path(__file__).parents[1] / "importers/exports/data"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Return the scored tickets and conversations, and what was said about it."""
    output = tmp_path_factory.mktemp("help-desks") / "out.parquet"
    return output, run("score", DATA / "zendesk.json", DATA / "intercom.json", "-o", output)


def test_conversations_have_predictions_of_their_customers_alone(
    scored: tuple[Path, Result],
) -> None:
    output, result = scored
    rows = {row["interaction_id"]: row for row in pq.read_table(output).to_pylist()}
    assert {key: row["sentiment"] for key, row in rows.items()} == {
        "35436": "negative",
        "35436#satisfaction": "positive",
        "35437": "negative",
        "35438": "positive",
        "215472440580": "negative",
        "215472440580#remark": "positive",
        "215472440581": "negative",
    }
    for row in rows.values():
        roles = [turn["role"] for turn in row["turns"] or []]
        assert all(roles[span["turn"]] == "customer" for span in row["spans"] if roles)
        assert row["satisfaction"] is not None
    chat = rows["215472440580"]
    assert {span["sentiment"] for span in chat["spans"] if span["turn"] == 0} == {"negative"}
    assert {span["sentiment"] for span in chat["spans"] if span["turn"] == 3} == {"positive"}
    assert "read as an export of Zendesk" in result.stderr
    assert "read as an export of Intercom" in result.stderr
    assert "5 conversations of 12 turns" in result.stderr


def test_what_holds_no_word_of_a_customer_is_counted(scored: tuple[Path, Result]) -> None:
    with scored[0].with_suffix(".rejects.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    reason = "no text of the customer in the conversation"
    assert rows == [
        ["zendesk.json", "4", "comments", reason],
        ["intercom.json", "3", "conversation_parts", reason],
    ]


def test_satisfaction_counts_each_rating_once_on_its_scale(scored: tuple[Path, Result]) -> None:
    found = json.loads(run("journey", scored[0], "--format", "json").stdout)["overall"]
    assert {name: found[name]["n"] for name in ("csat_0_1", "csat_1_5")} == {
        "csat_0_1": 2,
        "csat_1_5": 1,
    }


def test_good_of_good_and_bad_is_the_satisfaction(tmp_path: Path) -> None:
    scores = ["good"] * 6 + ["bad"] * 2 + ["offered", "unoffered", None]
    tickets = [
        {
            "id": number, "requester_id": 1, "status": "solved", "via": {"channel": "web"},
            "created_at": "2024-05-01T09:30:00Z",
            "satisfaction_rating": {"score": score, "comment": "Fine" if number % 2 else None},
            "comments": [{"author_id": 1, "public": True, "body": "Where is my parcel?"}],
        }
        for number, score in enumerate(scores)
    ]  # fmt: skip
    source = tmp_path / "tickets.json"
    source.write_text(json.dumps({"tickets": tickets}), encoding="utf-8")
    run("score", source, "-o", tmp_path / "out.parquet")
    assert "CSAT 75.0% [40.9, 92.9], n = 8" in run("journey", tmp_path / "out.parquet").stdout
