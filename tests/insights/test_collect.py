from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from cxnlp.errors import InputError
from cxnlp.insights import collect as collecting
from cxnlp.insights.collect import REPORT_RATE, collect, corrected, insight_modules
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.to_json import insights_to_json
from cxnlp.metrics.estimate import Estimate
from tests.insights.planted import plant, write_rows


def result(*p_values: float | None, name: str = "x") -> InsightResult:
    findings = tuple(
        Finding(insight=name, sentence=f"{p}.", verdict="real", importance=0.1, n=50, p_value=p)
        for p in p_values
    )
    return InsightResult(name=name, title="X", status="ok", note="Done.", findings=findings)


def verdicts(*results: InsightResult) -> list[list[str]]:
    return [[f.verdict for f in found.findings] for found in corrected(results)]


def insight(name: str, found: InsightResult | Exception) -> ModuleType:
    module = ModuleType(name)

    def run(data: InsightData, options: InsightOptions) -> InsightResult:
        if isinstance(found, Exception):
            raise found
        return found

    module.NAME, module.TITLE, module.run = name, name.title(), run  # type: ignore[attr-defined]
    return module


def test_one_correction_over_all_insights() -> None:
    # By hand: of .005 .01 .015 .02 .9 those are the limits, so four stand. Each pair
    # on its own would give the same or more; with ten null results beside them none does.
    assert verdicts(result(0.005, 0.02), result(0.01, 0.9, 0.015)) == [
        ["real", "real"],
        ["real", "noise", "real"],
    ]
    assert verdicts(result(0.02), result(*[0.9] * 10)) == [["noise"], ["noise"] * 10]


def test_a_lost_verdict_is_lost_in_the_table_too() -> None:
    rows = tuple({"p_value": p, "verdict": "real"} for p in (0.04, 0.001))
    found = replace(result(0.04, 0.001), table=rows)
    (first, _) = corrected([found, result(*[0.9] * 10)])
    assert [row["verdict"] for row in first.table] == ["noise", "real"]


def test_what_is_not_tested_stays() -> None:
    assert verdicts(result(None, 0.9)) == [["real", "noise"]]


def test_the_correction_only_takes_away() -> None:
    found = result(0.0001)
    less = tuple(replace(f, verdict=v) for f, v in zip(
        result(0.0001, 0.0001).findings, ("noise", "not_enough_data"), strict=True
    ))  # fmt: skip
    assert verdicts(found, replace(found, findings=less)) == [
        ["real"],
        ["noise", "not_enough_data"],
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1), max_size=6), max_size=5))
def test_agrees_with_statsmodels(groups: list[list[float]]) -> None:
    everything = [p for group in groups for p in group]
    found = [v for group in verdicts(*(result(*group) for group in groups)) for v in group]
    if everything:
        expected = multipletests(everything, alpha=REPORT_RATE, method="fdr_bh")[0]
        assert [v == "real" for v in found] == list(expected)


def test_insights_are_found_by_their_folder() -> None:
    names = [module.NAME for module in insight_modules()]
    assert names == sorted(names)
    assert {"unusual_words", "unlisted_themes"} <= set(names)
    assert "collect" not in names
    assert "three_things" not in names


def test_what_cannot_be_done_becomes_a_note(
    planted_data: InsightData, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = (insight("a", InputError("There is no column.")), insight("b", result(0.01)))
    monkeypatch.setattr(collecting, "insight_modules", lambda: modules)
    collected = collect(planted_data, InsightOptions())
    assert sorted((r.name, r.status, r.note) for r in collected.results) == [
        ("a", "not_applicable", "There is no column."),
        ("x", "ok", "Done."),
    ]
    assert len(collected.three) == 1
    assert "one statement" in collected.three_note


def test_a_fault_is_not_hidden(planted_data: InsightData, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = insight("a", ZeroDivisionError("a fault"))
    monkeypatch.setattr(collecting, "insight_modules", lambda: (faulty,))
    with pytest.raises(ZeroDivisionError):
        collect(planted_data, InsightOptions())


def test_every_thing_has_its_verbatims(
    planted_data: InsightData, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = result(0.001)
    of_group = replace(found.findings[0], sentence="Group.", where=Where(group="north"))
    kept = replace(found.findings[0], sentence="Own.", evidence=(7,))
    module = insight("a", replace(found, findings=(*found.findings, of_group, kept)))
    monkeypatch.setattr(collecting, "insight_modules", lambda: (module,))
    three = collect(planted_data, InsightOptions(by="region")).three
    evidence = {f.sentence: f.evidence for f in three}
    assert len(evidence["0.001."]) == len(evidence["Group."]) == 3
    assert evidence["Own."] == (7,)


def test_a_fall_is_shown_by_those_who_complain(
    planted_data: InsightData, monkeypatch: pytest.MonkeyPatch
) -> None:
    fall = Estimate(value=-9.0, low=-12.0, high=-6.0, n=900)
    (finding,) = result(0.001, name="changes").findings
    fell = replace(finding, estimate=fall, unit="points", where=Where(touchpoint="delivery"))
    module = insight("changes", replace(result(0.001), findings=(fell,)))
    monkeypatch.setattr(collecting, "insight_modules", lambda: (module,))
    (thing,) = collect(planted_data, InsightOptions()).three
    assert thing.where == Where(touchpoint="delivery")
    shown = planted_data.texts(thing.evidence)
    assert {(v.touchpoint, v.sentiment) for v in shown} == {("delivery", "negative")}


@pytest.mark.slow
def test_a_real_file_is_read_whole(planted_file: Path) -> None:
    collected = collect(InsightData.open(planted_file), InsightOptions(compare="period"))
    assert len(collected.three) == 3
    assert all(f.verdict == "real" and f.evidence for f in collected.three)
    assert len({f.insight for f in collected.three}) > 1


@pytest.mark.slow
def test_one_file_says_the_same_whatever_the_threads(tmp_path: Path) -> None:
    rows = plant(2500).rows
    for i, row in enumerate(rows):
        # Up to three texts of one submission, each repeating its score, with uneven weights.
        row["submission_id"] = f"person {7 * i % 1000}"
        row["responses"] = [{**a, "weight": 0.1 + 37 * i % 101 / 101} for a in row["responses"]]
    path = write_rows(tmp_path / "repeated.parquet", rows)
    # A thread reads a group of rows: with one group there would be nothing to take turns at.
    pq.write_table(pq.read_table(path), path, row_group_size=100)
    said = []
    for threads in (1, 4, 8):
        data = InsightData.open(path)
        data.scored.table.get_backend().raw_sql(f"SET threads = {threads}")
        said.append(json.dumps(insights_to_json(collect(data, InsightOptions(by="region")))))
    assert said[0] == said[1] == said[2]


def test_what_says_something_stands_first(
    planted_data: InsightData, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = (
        insight("a", InputError("There is no column.")),
        insight("b", result(0.01)),
        insight("touchpoints", replace(result(0.01), name="touchpoints")),
    )
    monkeypatch.setattr(collecting, "insight_modules", lambda: modules)
    assert [r.name for r in collect(planted_data, InsightOptions()).results][::2] == [
        "touchpoints",
        "a",
    ]
