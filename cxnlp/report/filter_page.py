"""The filter cube as the page's script reads it, and where each shown comment stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from cxnlp.insights.data import InsightData
from cxnlp.journey.naming import stage_name
from cxnlp.journey.scored import ROW, ScoredFile, reading
from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.numbers import format_n
from cxnlp.report.answer_parts import answer_parts
from cxnlp.report.filter_cells import Part
from cxnlp.report.filter_cube import FilterCube, build_filter_cube
from cxnlp.report.filter_keys import kept_values
from cxnlp.report.filter_mixed import Mixed
from cxnlp.report.filter_values import CHANNEL, NOT_GIVEN, OTHER
from cxnlp.report.metric_info import MetricInfo
from cxnlp.report.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the page's filters need."""

    cube: FilterCube
    by: str | None
    places: list[list[str]]  # per shown comment, its stage and its value of each choice
    answers: list[list[str]]  # per shown comment, the parts of its scores, as "nps/promoters"


def read_filters(opened: InsightData, sample: Sample, *, by: str | None) -> Filters:
    """Return the cube of a scored file, and where the sampled comments stand in it."""
    mixed = Mixed.of(opened)
    cube = build_filter_cube(opened.scored, opened.summary, by=by, mixed=mixed)
    rows = [row["row"] for row in sample.rows]
    return Filters(
        cube=cube,
        by=by,
        places=places_of_comments(opened.scored, cube, rows, summary=opened.summary),
        answers=[
            answer_parts(row["responses"] or (), opened.summary.definitions) for row in sample.rows
        ],
    )


def cube_to_page(cube: FilterCube, *, by: str | None) -> dict[str, Any]:
    """Return dictionaries, lists, strings and finite numbers; the columns are those of `Part`."""
    names = [choice.name for choice in cube.choices]
    return {
        "choices": [
            {"key": "channel" if c.name == CHANNEL else f"by.{c.name}", "label": c.label}
            for c in cube.choices
        ],
        "by": names.index(by) if by in names else None,
        "crossed": cube.crossed,
        "splits": cube.splits,
        "notes": _notes(cube),
        "parts": [_part(part) for part in cube.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "places": part.keys.places,
        "periods": part.keys.periods,
        "values": part.keys.values,
        "cells": part.cells,
        "documents": part.documents,
        "answers": part.answers,
        "emotions": part.emotions,
        "topics": part.topics,
        "metrics": part.metrics,
        "emotionNames": part.emotion_names,
        "topicNames": part.topic_names,
    }


def _notes(cube: FilterCube) -> list[str]:
    """Say what was left out to keep the page small."""
    notes = []
    keys = cube.parts[0].keys
    if any(touchpoint == OTHER for _, touchpoint in keys.places):
        notes.append(
            f"The {cube.caps.touchpoints} most frequent touchpoints can be chosen one by one, "
            "all others together as “Other”."
        )
    if OTHER in keys.periods:
        notes.append(
            f"The {cube.caps.periods} latest periods can be chosen, all before them together as "
            "“Earlier”."
        )
    for choice in cube.choices:
        kept = kept_values(choice, cube.caps.values)
        if OTHER in kept:
            n = len(choice.values) + choice.n_other - (len(kept) - 1)
            rare = "the rarest value stands" if n == 1 else f"the {format_n(n)} rarest values stand"
            notes.append(f"{choice.label}: {rare} under “Other”.")
    if not cube.crossed:
        notes.append("One segment at a time: all of them crossed would be too much for one page.")
    if cube.n_left_out:
        segments = "segment is" if cube.n_left_out == 1 else "segments are"
        notes.append(f"{cube.n_left_out} further {segments} left out; --by COLUMN puts one first.")
    return notes


def scores_to_page(metrics: Iterable[MetricInfo]) -> dict[str, dict[str, Any]]:
    """Return how each score is called, computed and written."""
    kinds = {"nps": "points", "net_sentiment": "points"}
    return {
        m.key: {
            "label": m.label,
            "how": m.how,
            "counted": m.counted,
            "kind": m.kind,
            "kindOfUnit": kinds.get(m.kind) or ("percent" if m.unit.suffix else "mean"),
            "unit": {
                "decimals": m.unit.decimals,
                "signed": m.unit.signed,
                "suffix": m.unit.suffix,
            },
            "min": m.scale_min,
            "max": m.scale_max,
            "higher": m.higher_is_better,
            "floor": m.floor,
        }
        for m in metrics
    }


def stage_labels(cube: FilterCube) -> dict[str, str]:
    """Return the name that people read of each stage."""
    stages = {stage: stage_name(stage or None) for stage, _ in cube.parts[0].keys.places}
    return stages


def places_of_comments(
    opened: ScoredFile, cube: FilterCube, rows: Sequence[int], *, summary: JourneySummary
) -> list[list[str]]:
    """Return the stage of each file row and its value of each choice, as the filters name them.

    :param rows: numbers of file rows, in the order of the answer.
    """
    table = opened.table
    stages = {t.name: t.stage for t in summary.journey.touchpoints}
    own = table.touchpoint.substitute(stages, else_=ibis.null("string")) if stages else None
    stage = table.stage if own is None else ibis.coalesce(table.stage, own)
    values = {
        f"v{i}": opened.group(c.name).fill_null(NOT_GIVEN) for i, c in enumerate(cube.choices)
    }
    found = table.select(table[ROW], stage=stage.fill_null(NOT_GIVEN), **values)
    with reading(opened.path):
        records = found.filter(found[ROW].isin(list(rows))).to_pyarrow().to_pylist()
    kept = [set(kept_values(choice, cube.caps.values)) for choice in cube.choices]
    by_row = {
        record[ROW]: [
            record["stage"],
            *(
                value if (value := record[f"v{i}"]) in known else OTHER
                for i, known in enumerate(kept)
            ),
        ]
        for record in records
    }
    return [by_row[row] for row in rows]
