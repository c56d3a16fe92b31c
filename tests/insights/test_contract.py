"""What every insight in the folder keeps to, whatever the file holds."""

from __future__ import annotations

import datetime as dt
import math
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import cxnlp.insights
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult
from cxnlp.insights.options import InsightOptions
from cxnlp.metrics.estimate import Estimate
from tests.insights.planted import Row, data_of, plant, plant_nothing

_WHOLE = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})*(?![\d,]*\d)")
VERDICTS = {"real", "noise", "not_enough_data"}
STATUSES = {"ok", "not_enough_data", "not_applicable"}


def _insights() -> list[ModuleType]:
    names = (m.name for m in pkgutil.iter_modules(cxnlp.insights.__path__, "cxnlp.insights."))
    modules = map(import_module, names)
    return [m for m in modules if hasattr(m, "NAME") and hasattr(m, "run")]


INSIGHTS = _insights()


def _first_day(rows: list[Row]) -> list[Row]:
    return [{**row, "occurred_at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)} for row in rows]


def _without_text(row: Row) -> Row:
    kept = ("interaction_id", "source", "occurred_at", "touchpoint", "channel", "submission_id",
            "segments", "responses")  # fmt: skip
    return {name: row[name] for name in kept}


def _all_equal() -> list[Row]:
    one = next(row for row in plant().rows if row["responses"] and row.get("topics"))
    return [{**one, "interaction_id": str(i), "submission_id": str(i)} for i in range(120)]


def _only(name: str, value: Any) -> list[Row]:
    return [{**row, name: value} for row in plant(600).rows]


FILES: dict[str, Callable[[], list[Row]]] = {
    "planted": lambda: plant().rows,
    "nothing planted": lambda: plant_nothing().rows,
    "empty": list,
    "one row": lambda: plant(1, seed=2).rows,
    "two rows": lambda: plant(2, seed=2).rows,
    "thirty rows": lambda: plant(30).rows,
    "all equal": _all_equal,
    "no text": lambda: [_without_text(row) for row in plant(600).rows],
    "no score": lambda: _only("responses", []),
    "no dates": lambda: _only("occurred_at", None),
    "one day": lambda: _first_day(plant(600).rows),
    "no touchpoints": lambda: [{**row, "stage": None} for row in _only("touchpoint", None)],
    "no channels": lambda: _only("channel", None),
    "no segments": lambda: _only("segments", []),
    "no topics": lambda: _only("topics", []),
    "no submissions": lambda: _only("submission_id", None),
    "nothing but names": lambda: [{"interaction_id": str(i), "source": "a.csv"} for i in range(40)],
}
OPTIONS = {
    "as it is": InsightOptions(),
    "periods": InsightOptions(compare="period"),
    "a segment": InsightOptions(compare="region=north,south", by="region"),
}


@pytest.fixture(scope="module")
def opened() -> Callable[[str], InsightData]:
    """Return a function that gives one of `FILES` as insights read it, each made once."""
    made: dict[str, InsightData] = {}

    def give(name: str) -> InsightData:
        if name not in made:
            made[name] = data_of(FILES[name]())
        return made[name]

    return give


def _numbers(value: object) -> Iterator[float]:
    """Yield every float within a result, however deep."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _numbers(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _numbers(getattr(value, field.name))


def _check_estimate(estimate: Estimate) -> None:
    known = [estimate.value is None, estimate.low is None, estimate.high is None]
    assert known[1] == known[2]
    if not known[1]:
        assert estimate.low <= estimate.high
    assert estimate.n >= 0


def _check_finding(finding: Finding, name: str) -> None:
    assert finding.insight == name
    assert finding.sentence.endswith(".")
    assert not finding.sentence.endswith("..")
    assert "None" not in finding.sentence
    assert "nan" not in finding.sentence.split()
    # Nothing is said without its n; of a comparison each side has its own.
    said = {int(number.replace(",", "")) for number in _WHOLE.findall(finding.sentence)}
    assert finding.n in said or any(finding.n - one in said for one in said)
    assert finding.verdict in VERDICTS
    assert 0 <= finding.importance <= 1
    assert finding.p_value is None or 0 <= finding.p_value <= 1
    assert finding.n_needed is None or finding.n_needed > 0
    if finding.estimate is not None:
        _check_estimate(finding.estimate)


def _check(result: InsightResult, module: ModuleType) -> None:
    assert isinstance(result, InsightResult)
    assert (result.name, result.title) == (module.NAME, module.TITLE)
    assert result.status in STATUSES
    assert result.note.endswith(".")
    assert all(math.isfinite(number) for number in _numbers(result))
    for row in result.table:
        assert all(isinstance(v, (str, int, float, bool, type(None))) for v in row.values())
    for finding in result.findings:
        _check_finding(finding, module.NAME)
    if result.status != "ok":
        assert not any(finding.verdict == "real" for finding in result.findings)


def test_insights_are_found() -> None:
    names = [module.NAME for module in INSIGHTS]
    assert len(names) == len(set(names)) > 0
    assert all(module.__name__.endswith(f".{module.NAME}") for module in INSIGHTS)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("module", INSIGHTS, ids=lambda module: str(module.NAME))
def test_an_insight_always_answers(
    module: ModuleType, file: str, opened: Callable[[str], InsightData]
) -> None:
    data = opened(file)
    for options in OPTIONS.values():
        if file == "no segments" and options.by is not None:
            continue  # there is no such column: that is an error, not a result
        _check(module.run(data, options), module)


@pytest.mark.parametrize("module", INSIGHTS, ids=lambda module: str(module.NAME))
def test_an_insight_says_the_same_again(module: ModuleType) -> None:
    rows = plant(800).rows
    first, again = (module.run(data_of(rows), InsightOptions()) for _ in range(2))
    assert first == again
