"""The report as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxnlp.report.build import render_report
from tests.report.conftest import write_rows

Row = dict[str, Any]
DOCUMENTED = Path(__file__).parents[2] / "docs" / "report-json.md"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, survey_rows: list[Row]) -> dict[str, Any]:
    scored = write_rows(tmp_path_factory.mktemp("json") / "scored.parquet", survey_rows)
    return parsed(render_report(scored, form="json", by="region").text)


def parsed(text: str) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    values: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return values


def test_scores_have_value_interval_n_and_change(found: dict[str, Any]) -> None:
    assert (found["format"], found["version"]) == ("cxnlp-report", 1)
    csat = next(s for s in found["scores"] if s["key"] == "csat")
    assert csat["n"] == 161
    assert csat["low"] < csat["value"] < csat["high"]
    assert csat["value"] == pytest.approx(63.354, abs=1e-3)
    change = csat["change"]
    assert (change["old_period"], change["new_period"]) == ("2024-Q2", "2024-Q3")
    assert change["difference"]["value"] == pytest.approx(
        change["new"]["value"] - change["old"]["value"], abs=1e-4
    )
    assert change["difference"]["n"] == change["new"]["n"] + change["old"]["n"]
    assert csat["mix"] is None


def test_what_is_suppressed_is_null_beside_its_n(found: dict[str, Any]) -> None:
    cells = found["journey"]["cells"]
    few = [c["metrics"]["csat"] for c in cells if c["metrics"]["csat"]["status"] == "suppressed"]
    assert few
    assert all(c["value"] is None and 0 < c["n"] < 5 for c in few)


def test_the_three_things_have_their_quotes(found: dict[str, Any]) -> None:
    assert 1 <= len(found["three"]) <= 3
    for finding in found["three"]:
        assert finding["verdict"] == "real"
        assert len(finding["quotes"]) == len(finding["evidence"])


def test_the_breakdown_and_the_model_are_said(found: dict[str, Any]) -> None:
    assert found["by"] == "region"
    assert {g["group"] for g in found["journey"]["groups"]} == {"north", "south"}
    assert found["model"]["names"] == ["cx-mini-en@abc123"]
    assert found["model"]["installed"] is False
    assert found["model"]["unsure_percent"]["value"] == 0


def test_every_key_is_documented(found: dict[str, Any]) -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    known = set(re.findall(r"`([a-z_]+)`", text))
    keys = {*found, *found["counts"], *found["scores"][0], *found["three"][0], *found["model"]}
    keys |= set(found["scores"][0]["change"])
    keys |= {key for insight in found["insights"].values() for key in insight}
    assert keys - known == set()


def test_an_nps_says_its_mix(
    write_scored: Callable[..., Path], scored_row: Callable[..., Row]
) -> None:
    def answer(value: float) -> Row:
        scale = {"scale_min": 0.0, "scale_max": 10.0, "higher_is_better": True, "weight": 1.0}
        return {"question_id": "q", "metric": "nps", "value": value, **scale}

    rows = [scored_row(i, responses=[answer((10, 10, 8, 3)[i % 4])]) for i in range(40)]
    (nps,) = (
        s
        for s in parsed(render_report(write_scored(rows), form="json").text)["scores"]
        if s["kind"] == "nps"
    )
    assert nps["value"] == 25
    assert nps["mix"] == {"detractors": 25, "passives": 25, "promoters": 50, "n": 40}


def test_a_bare_file_has_every_key_too(
    write_scored: Callable[..., Path], scored_row: Callable[..., Row], found: dict[str, Any]
) -> None:
    bare = scored_row(0, sentiment=None, responses=[], text=None, occurred_at=None, touchpoint=None)
    scored = write_scored([bare], journey=None)
    empty = parsed(render_report(scored, form="json").text)
    assert set(empty) == set(found)
    assert (empty["model"], empty["three"], empty["periods"]) == (None, [], [])
