"""What the page computes under a filter, against Python over a file of the chosen rows alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cxnlp.insights.data import InsightData
from cxnlp.journey.journey_file import JourneyFile
from cxnlp.journey.summarise import summarise
from cxnlp.journey.summary import Cell
from cxnlp.journey.to_json import estimate_to_json
from cxnlp.report.filter_cube import build_filter_cube
from cxnlp.report.filter_page import cube_to_page, scores_to_page
from cxnlp.report.metric_info import ANY_RATING, metric_infos

pytestmark = pytest.mark.browser

Row = dict[str, Any]

# Every cell that a filter selects, with all that is computed of it.
_COMPUTE = """
(data) => {
  SCRIPTS
  return data.filters.map((filter) => {
    const part = partOf(filter);
    const [place, period] = part.cells;
    const keyOf = (cell) => [...part.places[place[cell]], part.periods[period[cell]]].join("/");
    const found = addUp(part, filter, keyOf);
    found.set("overall", addUp(part, filter, () => "all").get("all") || emptySums());
    return Object.fromEntries([...found].map(([key, sums]) => [key, {
      n: sums.documents.n,
      n_scored: sums.documents.n_scored,
      metrics: Object.fromEntries(Object.keys(data.scores).map((k) => [k, estimate(sums, k)])),
      emotions: Object.fromEntries(data.emotionNames.map((e) => [e, emotionShare(sums, e)])),
      topics: Object.fromEntries(Object.keys(sums.topics).map((t) => [t, topicEstimates(sums, t)])),
    }]));
  });
}
"""


@pytest.fixture(scope="module")
def rows(scored_row: Callable[..., Row]) -> list[Row]:
    """Return answers on every kind of scale, some weighted, over channels and two segments."""
    made: list[Row] = []
    for i in range(420):
        sentiment = ("positive", "negative", "neutral", "positive", "negative")[i * i % 5]
        weight = 1.0 + (i % 3) / 4
        scales = (("nps", i * 7 % 11, 0, 10, True), ("csat", 1 + i * 3 % 5, 1, 5, True),
                  ("ces", 1 + i * 5 % 7, 1, 7, True), ("ces", 1 + i % 5, 1, 5, False),
                  ("rating", 4 if i % 14 == 0 else 1 + i % 4, 1, 4, True))  # fmt: skip
        answers = [
            {"question_id": f"{kind}{high}", "metric": kind, "value": float(value),
             "scale_min": float(low), "scale_max": float(high), "higher_is_better": better,
             "weight": weight if kind in ("nps", "rating") else 1.0}
            for kind, value, low, high, better in scales
        ]  # fmt: skip
        # One question stands for another touchpoint than its row.
        answers[4]["touchpoint"] = "delivery"
        topics = [{"label": ("wait_time_speed", "price_value")[i % 2], "sentiment": sentiment}]
        made.append(
            scored_row(
                i,
                sentiment=sentiment if i % 17 else None,
                touchpoint=("web", "shop", None)[i % 3],
                stage="order" if i % 3 < 2 else None,
                channel=("email", "web", None)[i * i % 3] if i % 4 else "chat",
                occurred_at=dt.datetime(2024, 1 + i % 7, 3, tzinfo=dt.UTC) if i % 19 else None,
                segments=[("region", ("north", "south")[i % 2]), ("tier", f"t{i % 5}")],
                responses=answers,
                satisfaction=1 + (i * 37 % 101) / 25.0,
                mixed=i % 11 == 0,
                emotions=[{"label": "annoyance"}, {"label": "disapproval"}][: i % 3],
                topics=topics,
                spans=[{"start": 0, "end": 4, "sentiment": sentiment, "topics": topics * (i % 4)}],
            )
        )
    return made


def _selected(rows: list[Row], choice: dict[str, str | None]) -> list[Row]:
    def value(row: Row, name: str) -> str | None:
        return row["channel"] if name == "channel" else dict(row["segments"]).get(name)

    return [row for row in rows if all(value(row, k) == v for k, v in choice.items())]


def _expected(cell: Cell) -> dict[str, Any]:
    return {
        "n": cell.n,
        "n_scored": cell.n_scored,
        "metrics": {k: estimate_to_json(e) for k, e in cell.metrics.items()},
        "emotions": {k: estimate_to_json(e) for k, e in cell.emotions.items()},
        "topics": {
            k: {"share": estimate_to_json(t.share), "net": estimate_to_json(t.net_sentiment)}
            for k, t in cell.topics.items()
        },
    }


def _same(found: Any, expected: Any) -> None:
    """Compare estimates and counts; a metric that nobody answered may be absent."""
    for key in ("value", "low", "high", "n"):
        assert found[key] == pytest.approx(expected[key], abs=2e-6), (key, found, expected)


def _compare(found: dict[str, Any], cell: Cell) -> int:
    expected = _expected(cell)
    assert (found["n"], found["n_scored"]) == (expected["n"], expected["n_scored"])
    compared = 0
    for kind in ("metrics", "emotions"):
        for name, estimate in found[kind].items():
            known = expected[kind].get(name)
            if known is None:
                assert estimate["n"] == 0
                continue
            _same(estimate, known)
            compared += 1
    assert set(found["topics"]) == set(expected["topics"])
    for name, topic in found["topics"].items():
        _same(topic["share"], expected["topics"][name]["share"])
        _same(topic["net"], expected["topics"][name]["net"])
        compared += 1
    return compared


@pytest.mark.parametrize("most_cells", [4_000, 0], ids=["crossed", "one segment at a time"])
def test_every_cell_under_every_filter_is_as_python_computes_it(
    browser: Any,
    rows: list[Row],
    write_scored: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    most_cells: int,
) -> None:
    monkeypatch.setattr("cxnlp.report.filter_cube.MAX_CROSSED_CELLS", most_cells)
    journey = JourneyFile(segments=("region", "tier"))
    opened = InsightData.open(write_scored(rows, journey=journey))
    cube = build_filter_cube(opened.scored, opened.summary)
    assert cube.crossed == (most_cells > 0)
    page = cube_to_page(cube, by=None)
    keys = [choice["key"] for choice in page["choices"]]
    assert keys == ["channel", "by.region", "by.tier"]
    chosen: list[dict[str, str | None]] = [
        {}, {"channel": "email"}, {"channel": None}, {"region": "north"},
        {"channel": "web", "tier": "t3"},
    ]  # fmt: skip
    if cube.crossed:
        chosen.append({"channel": "chat", "region": "south", "tier": "t1"})
    names = ["channel", "region", "tier"]
    filters = [{"v": {str(names.index(k)): v or "" for k, v in c.items()}} for c in chosen]
    metrics = metric_infos(opened.summary.definitions)
    data = {
        "cube": page,
        "filters": filters,
        "scores": scores_to_page(metrics),
        "anyRating": ANY_RATING,
        "emotionNames": list(opened.summary.overall.emotions),
    }
    scripts = files("cxnlp.report").joinpath("script")
    source = "\n".join(
        scripts.joinpath(f"{name}.js").read_text(encoding="utf-8")
        for name in ("student", "estimates", "cube")
    )
    blank = browser.new_page()
    found = blank.evaluate(_COMPUTE.replace("SCRIPTS", source), json.loads(json.dumps(data)))
    blank.close()
    compared = 0
    for number, (choice, cells) in enumerate(zip(chosen, found, strict=True)):
        name = f"chosen{number}.parquet"
        summary = summarise(write_scored(_selected(rows, choice), name=name, journey=journey))
        compared += _compare(cells.pop("overall"), summary.overall)
        assert len(cells) == len(summary.cells)
        for cell in summary.cells:
            key = f"{cell.stage or ''}/{cell.touchpoint or ''}/{cell.period or ''}"
            compared += _compare(cells[key], cell)
    assert compared > 1_000
