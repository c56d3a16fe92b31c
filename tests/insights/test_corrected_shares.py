from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cxnlp.errors import InputError
from cxnlp.insights.corrected_shares import run
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import InsightResult
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.share_correction import read_model_errors
from cxnlp.metrics.confusion import Confusion
from cxnlp.metrics.corrected_share import corrected_shares
from cxnlp.records import METADATA_MODEL
from tests.insights.planted import Row

Write = Callable[..., Path]
Make = Callable[..., Row]

# Sensitivity .85 and specificity .90 for negative; neutral is never mistaken.
SENTIMENT = [[8500, 0, 1500], [1000, 9000, 0], [1000, 0, 9000]]
CONFUSION: dict[str, Any] = {
    "domain": "validation texts of 2 sets",
    "sentiment": SENTIMENT,
    "topics": {
        "wait_time_speed": [[900, 100], [15, 85]],
        "food_drink": [[800, 200], [70, 30]],  # .30 + .80 is less than 1.2
        "price_value": [[900, 100], [2, 8]],  # ten texts
        "trust_safety": [[500, 500], [10, 90]],  # called so of half the texts without it
    },
    "sentiment_effective": [400, 400, 400],
    "topics_effective": {
        "wait_time_speed": [800, 90],
        "food_drink": [50, 50],
        "price_value": [50, 50],
        "trust_safety": [900, 90],
    },
}


def with_model(path: Path, confusion: dict[str, Any] | None = CONFUSION) -> Path:
    """Add what scoring says of its model to a scored file."""
    table = pq.read_table(path)
    told = json.dumps({"model": "cx-mini-en@3", "confusion": confusion}).encode()
    metadata = {**(table.schema.metadata or {}), METADATA_MODEL: told}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return path


def rows_of(result: InsightResult, **wanted: Any) -> list[dict[str, Any]]:
    return [
        row for row in result.table if all(row[name] == value for name, value in wanted.items())
    ]


def topics(*names: str) -> list[dict[str, Any]]:
    return [{"label": name, "score": 0.9, "sentiment": "negative"} for name in names]


@pytest.fixture
def scored(write_scored: Write, scored_row: Make) -> Path:
    """Return 1,000 texts, 175 of them called negative, 40 of those in the shop."""
    rows = []
    for i in range(1000):
        negative = i < 175
        touchpoint = "shop" if i % 5 == 0 and (i < 175 or i >= 200) else "web"
        rows.append(
            scored_row(
                i,
                sentiment="negative" if negative else "positive",
                touchpoint=touchpoint,
                channel="app" if i % 2 else "email",
                topics=topics("wait_time_speed", "food_drink") if i % 4 == 0 else [],
                mixed=i % 3 == 0,
            )
        )
    rows[1]["topics"] = topics("account_access", "price_value", "trust_safety")
    rows.append(scored_row(1000, sentiment=None, text=None))
    return with_model(write_scored(rows))


def label(path: Path, truth: dict[int, tuple[str, str]]) -> Path:
    labels = path.with_suffix(".csv")
    with labels.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["interaction_id", "weight", "sentiment", "topics"])
        out.writerows([f"row {row}", "10", *values] for row, values in truth.items())
    return labels


def test_raw_and_corrected_shares_by_hand(scored: Path) -> None:
    result = run(InsightData.open(scored), InsightOptions())
    assert result.status == "ok"
    (row,) = rows_of(result, touchpoint=None, group=None, label="negative")
    assert (row["n"], row["raw"], row["method"]) == (1000, 17.5, "validation confusion")
    assert row["corrected"] == pytest.approx(10.0)  # .175 = .85 x .10 + .10 x .90
    assert row["low"] < 10 < row["high"] < 17.5
    assert "cx-mini-en@3" in result.note
    assert "validation texts of 2 sets" in result.note
    assert "on these comments it may err otherwise" in result.note


def test_every_touchpoint_and_group_has_its_own_row(scored: Path) -> None:
    result = run(InsightData.open(scored), InsightOptions(by="channel"))
    found = {(row["touchpoint"], row["group"]): row for row in rows_of(result, label="negative")}
    assert list(found) == [
        (None, None), ("web", None), ("shop", None), (None, "app"), (None, "email"),
    ]  # fmt: skip
    assert found["web", None]["n"] + found["shop", None]["n"] == 1000
    # A mixed text counts under its main sentiment, and a group by its own denominator.
    assert found[None, "app"]["raw"] == pytest.approx(100 * 87 / 500)
    shop = found["shop", None]
    confusion = Confusion(
        labels=("negative", "neutral", "positive"),
        counts=tuple(map(tuple, SENTIMENT)),
        effective=(400.0, 400.0, 400.0),
    )
    n_negative = round(shop["raw"] * shop["n"] / 100)
    expected = corrected_shares([n_negative, 0, shop["n"] - n_negative], confusion)[0]
    assert shop["corrected"] == pytest.approx(expected.value)
    assert (shop["low"], shop["high"]) == pytest.approx((expected.low, expected.high))


def test_periods_are_groups_too(scored: Path) -> None:
    result = run(InsightData.open(scored, period="quarter"), InsightOptions(compare="period"))
    assert {row["group"] for row in result.table} == {None, "2024-Q1"}


def test_a_share_that_cannot_be_corrected_says_why(scored: Path) -> None:
    result = run(InsightData.open(scored), InsightOptions())
    told = {row["label"]: row for row in rows_of(result, touchpoint=None, kind="topic")}
    assert told["wait_time_speed"]["corrected"] == pytest.approx(20.0)  # .25 observed
    food, price = told["food_drink"], told["price_value"]
    assert (food["raw"], food["corrected"], food["method"]) == (25.0, None, "not corrected")
    assert food["why_not"] == (
        "sensitivity 0.30 and specificity 0.80 of food_drink sum to less than 1.2"
    )
    assert "10 texts, fewer than 20" in price["why_not"]
    assert "no validation text" in told["account_access"]["why_not"]
    # One in a thousand is called so, where false alarms alone would make it half.
    assert told["trust_safety"]["corrected"] is None
    assert "no share explains these counts" in told["trust_safety"]["why_not"]


def test_findings_are_overall_sentiments_and_topics_that_are_off(scored: Path) -> None:
    result = run(InsightData.open(scored), InsightOptions())
    assert [f.where.sentiment or f.where.topic for f in result.findings] == [
        "negative", "neutral", "positive", "wait_time_speed",
    ]  # fmt: skip
    first = result.findings[0]
    assert first.verdict == "real"
    assert first.importance == pytest.approx(0.075)
    assert first.sentence.startswith("Corrected for the model's errors, 10.0% (95% interval ")
    assert "1,000 comments) are negative; the count of its labels, 17.5%, is off" in first.sentence
    assert result.findings[1].verdict == "noise"


def test_labels_of_ones_own_correct_what_they_reach(scored: Path) -> None:
    # Of 60 labelled texts that the model calls negative, half are; of 60 others, none is.
    truth = {i: (("negative", "positive")[i % 2], "none") for i in range(60)}
    truth |= {i: ("positive", "wait_time_speed" if i % 4 == 0 else "none") for i in range(200, 260)}
    options = InsightOptions(labels=label(scored, truth))
    result = run(InsightData.open(scored), options)
    (row,) = rows_of(result, touchpoint=None, label="negative")
    assert (row["method"], row["n_labelled"]) == ("labelled sample", 120)
    assert row["corrected"] == 0.0  # 17.5 - 25, and no share is below none
    (shop,) = rows_of(result, touchpoint="shop", label="negative")
    assert (shop["method"], shop["n_labelled"]) == ("validation confusion", 24)
    assert "120 of 120 rows are labelled" in result.note


def test_labels_alone_are_enough(write_scored: Write, scored_row: Make) -> None:
    rows = [scored_row(i, sentiment="negative" if i < 50 else "positive") for i in range(200)]
    path = write_scored(rows)
    truth = {i: ("negative" if i < 20 else "positive", "") for i in (*range(40), *range(160, 200))}
    result = run(InsightData.open(path), InsightOptions(labels=label(path, truth)))
    (row,) = rows_of(result, touchpoint=None, label="negative")
    assert row["corrected"] == pytest.approx(25 - 100 * 20 / 80, abs=1e-9)
    assert result.status == "ok"
    few = label(path, dict.fromkeys(range(5), ("negative", "")))
    result = run(InsightData.open(path), InsightOptions(labels=few))
    assert result.status == "not_enough_data"
    assert "at least 30 are needed" in result.note
    assert all(row["corrected"] is None for row in result.table)


def test_without_errors_or_labels_nothing_is_corrected(
    write_scored: Write, scored_row: Make
) -> None:
    for path in (
        write_scored([scored_row(0)], name="none.parquet"),
        with_model(write_scored([scored_row(0)], name="old.parquet"), None),
    ):
        result = run(InsightData.open(path), InsightOptions())
        assert (result.status, result.table) == ("not_applicable", ())
        assert "cxnlp sample" in result.note


def test_nothing_scored_and_one_text(write_scored: Write, scored_row: Make) -> None:
    path = with_model(write_scored([scored_row(0, sentiment=None, text=None)]))
    result = run(InsightData.open(path), InsightOptions())
    assert (result.status, result.findings) == ("not_enough_data", ())
    one = run(InsightData.open(with_model(write_scored([scored_row(0)]))), InsightOptions())
    assert one.findings == ()
    assert {row["corrected"] for row in one.table} == {None}  # suppressed below 5


def test_a_column_that_is_not_there_is_named(scored: Path) -> None:
    with pytest.raises(InputError, match="'regio'"):
        run(InsightData.open(scored), InsightOptions(by="regio"))


def test_the_errors_are_those_of_the_file(scored: Path) -> None:
    errors = read_model_errors(scored)
    assert errors is not None
    assert errors.sentiment.sensitivity("negative") == 0.85
    assert errors.topics["wait_time_speed"].sensitivity("wait_time_speed") == 0.85
