"""The cube stays small, says what it left out, and still adds up to everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxnlp.insights.data import InsightData
from cxnlp.journey.journey_file import JourneyFile
from cxnlp.report.filter_cells import DOCUMENTS, Part, count_numbers
from cxnlp.report.filter_cube import FilterCube, build_filter_cube
from cxnlp.report.filter_page import cube_to_page, places_of_comments, stage_labels
from cxnlp.report.filter_values import NOT_GIVEN, OTHER, segment_names

Row = dict[str, Any]
Write = Callable[..., Path]


def _open(path: Path) -> InsightData:
    return InsightData.open(path)


def _total(part: Part, name: str) -> float:
    return sum(part.documents[DOCUMENTS.index(name)])


@pytest.fixture
def many(scored_row: Callable[..., Row]) -> list[Row]:
    """Return 600 rows of 70 touchpoints, 150 months, and a segment of 40 values."""
    return [
        scored_row(
            i,
            touchpoint=f"place {i % 70}",
            stage="order",
            channel="email" if i % 50 else None,
            occurred_at=dt.datetime(2012 + i % 150 // 12, 1 + i % 12, 2, tzinfo=dt.UTC),
            segments=[("shop", f"s{i % 40}"), ("tier", "gold" if i % 3 else "none")],
        )
        for i in range(600)
    ]


JOURNEY = JourneyFile(segments=("shop", "tier", "absent"), period="month")


def _cube(path: Path) -> tuple[InsightData, FilterCube]:
    opened = _open(path)
    return opened, build_filter_cube(opened.scored, opened.summary)


def test_rare_values_stand_together_and_nothing_is_lost(
    write_scored: Write, many: list[Row]
) -> None:
    opened, cube = _cube(write_scored(many, journey=JOURNEY))
    names = [choice.name for choice in cube.choices]
    # A segment that no row has is no choice.
    assert names == ["channel", "shop", "tier"]
    (part,) = cube.parts
    assert part.keys.periods[0] == OTHER
    assert len(part.keys.periods) == 1 + cube.caps.periods
    assert part.keys.values[0] == ("email", NOT_GIVEN)
    assert part.keys.values[1][-1] == OTHER
    assert len(part.keys.values[1]) == 1 + cube.caps.values
    assert _total(part, "n") == 600
    assert _total(part, "n_scored") == opened.summary.overall.n_scored
    assert sum(part.answers[2]) == opened.summary.overall.n_answers
    notes = " ".join(cube_to_page(cube, by=None)["notes"])
    assert "The 120 latest periods" in notes
    assert "Shop: the 16 rarest values" in notes
    assert stage_labels(cube) == {"order": "Order"}


def test_a_tight_budget_keeps_fewer_and_segments_apart(
    write_scored: Write, many: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxnlp.report.filter_cube.MAX_NUMBERS", 12_000)
    monkeypatch.setattr("cxnlp.report.filter_cube.MAX_CROSSED_CELLS", 100)
    _, cube = _cube(write_scored(many, journey=JOURNEY))
    assert not cube.crossed
    assert cube.splits == ((0, 1), (0, 2))
    assert sum(count_numbers(part) for part in cube.parts) <= 12_000
    for part in cube.parts:
        assert _total(part, "n") == 600
        touchpoints = {touchpoint for _, touchpoint in part.keys.places}
        assert OTHER in touchpoints
        assert len(touchpoints) == 1 + cube.caps.touchpoints
    notes = " ".join(cube_to_page(cube, by=None)["notes"])
    assert "One segment at a time" in notes
    assert f"The {cube.caps.touchpoints} most frequent touchpoints" in notes


def test_segments_beyond_the_most_are_left_out_and_said_so(
    write_scored: Write, scored_row: Callable[..., Row]
) -> None:
    names = tuple(f"s{i}" for i in range(11))
    rows = [
        scored_row(i, segments=[(name, "ab"[i % 2]) for name in names], channel=None)
        for i in range(20)
    ]
    opened, cube = _cube(write_scored(rows, journey=JourneyFile(segments=names)))
    assert [choice.name for choice in cube.choices] == list(names[:8])
    assert "3 further segments are left out" in " ".join(cube_to_page(cube, by=None)["notes"])
    assert segment_names(opened.scored, by="s10", n_rows=20)[0] == "s10"
    assert segment_names(opened.scored, by="channel", n_rows=20) == names[:8]
    assert len(segment_names(opened.scored, by=None, n_rows=2_000_000)) == 2


def test_comments_stand_where_their_rows_are_counted(
    write_scored: Write, scored_row: Callable[..., Row]
) -> None:
    rows = [
        scored_row(0, channel="chat", stage=None, segments=[("tier", "gold")]),
        scored_row(1, channel=None, stage="late", segments=None),
        scored_row(2, channel="chat", touchpoint=None, stage=None, segments=[("tier", "none")]),
    ]
    path = write_scored(rows, journey=JourneyFile(segments=("tier",)))
    opened, cube = _cube(path)
    found = places_of_comments(opened.scored, cube, [2, 0, 1], summary=opened.summary)
    assert found == [
        [NOT_GIVEN, "chat", "none"], [NOT_GIVEN, "chat", "gold"], ["late", NOT_GIVEN, NOT_GIVEN],
    ]  # fmt: skip


def test_a_file_without_anything_to_choose_has_one_cell(
    write_scored: Write, scored_row: Callable[..., Row]
) -> None:
    plain = {"touchpoint": None, "stage": None, "occurred_at": None, "segments": None}
    _, cube = _cube(write_scored([scored_row(i, **plain) for i in range(9)], journey=None))
    (part,) = cube.parts
    assert cube.choices == ()
    assert len(part.cells[0]) == 1
    assert _total(part, "n") == 9
