"""The cells of a cube as columns of numbers that the page can add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cxnlp.journey.cube import SCALE, Cube
from cxnlp.journey.summary import JourneySummary, MetricDefinition
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER
from cxnlp.report.filter_keys import Caps, Integers, Keys, read_keys, texts_of
from cxnlp.report.filter_values import Choice

DOCUMENTS = (
    "n", "n_scored", "n_foreign", "n_negative", "n_neutral", "n_positive", "n_mixed",
    "n_satisfaction", "s", "ss",
)  # fmt: skip
TOPICS = ("n", "m", "x", "xx", "xm", "mm", "n_negative", "n_neutral", "n_positive")
# Over answers of weight w: promoters and detractors, or the satisfied, or Σwx and Σwx², as a and b.
ANSWERS = ("n", "w", "ww", "a", "b")

Column = list[int] | list[float]
Columns = tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Cells as columns: the keys of every cell, then counts and sums that refer to cells."""

    keys: Keys
    cells: Columns  # per cell: place in each key's values
    documents: Columns  # per cell, as DOCUMENTS
    answers: Columns  # cell, metric, then as ANSWERS
    emotions: Columns  # cell, emotion, n
    topics: Columns  # cell, topic, then as TOPICS
    metrics: tuple[str, ...]
    emotion_names: tuple[str, ...]
    topic_names: tuple[str, ...]


def count_numbers(part: Part) -> int:
    """Return how many numbers a part puts on the page."""
    tables = (part.cells, part.documents, part.answers, part.emotions, part.topics)
    return sum(len(column) for table in tables for column in table)


def cut_part(cube: Cube, choices: Sequence[Choice], *, summary: JourneySummary, caps: Caps) -> Part:
    """Return the cells of a cube whose groups are the joined codes of `choices`."""
    keys = read_keys(cube, choices, summary=summary, caps=caps)
    documents = _summed(cube.documents, keys.codes(cube.documents), None, DOCUMENTS)
    answers, metrics = _answers(cube.answers, keys.codes(cube.answers), summary.definitions)
    emotions, emotion_names = _labelled(cube.emotions, keys, "emotion", ("n",))
    topics, topic_names = _labelled(cube.topics, keys, "topic", TOPICS)
    codes = np.unique(np.concatenate([documents[0], answers[0]]))
    per_cell = [np.zeros(len(codes)) for _ in DOCUMENTS]
    at = np.searchsorted(codes, documents[0])
    for column, known in zip(per_cell, documents[1:], strict=True):
        column[at] = known

    def numbered(columns: Sequence[NDArray[Any]]) -> Columns:
        cells = np.searchsorted(codes, columns[0])
        return tuple(_plain(column) for column in (cells, *columns[1:]))

    return Part(
        keys=keys,
        cells=tuple(_plain(column) for column in np.unravel_index(codes, keys.sizes)),
        documents=tuple(_plain(column) for column in per_cell),
        answers=numbered(answers),
        emotions=numbered(emotions),
        topics=numbered(topics),
        metrics=metrics,
        emotion_names=emotion_names,
        topic_names=topic_names,
    )


def _summed(
    table: pa.Table, codes: Integers, label: Integers | None, names: Sequence[str]
) -> list[NDArray[Any]]:
    """Return cell codes, labels where there are any, and the sums of each column over them."""
    keys = {"cell": codes} if label is None else {"cell": codes, "label": label}
    columns = {name: table[name].to_numpy() for name in names}
    together = pa.table({**keys, **columns})
    summed = together.group_by(list(keys), use_threads=False).aggregate(
        [(name, "sum") for name in names]
    )
    summed = summed.sort_by([(name, "ascending") for name in keys])
    return [summed[name].to_numpy() for name in (*keys, *(f"{name}_sum" for name in names))]


def _labelled(
    table: pa.Table, keys: Keys, column: str, names: Sequence[str]
) -> tuple[list[NDArray[Any]], tuple[str, ...]]:
    names_of_rows = texts_of(table, column)
    found = tuple(sorted(set(names_of_rows)))
    places = {name: place for place, name in enumerate(found)}
    labels = np.asarray([places[name] for name in names_of_rows], np.int64)
    return _summed(table, keys.codes(table), labels, names), found


def _answers(
    table: pa.Table, codes: Integers, definitions: Mapping[str, MetricDefinition]
) -> tuple[list[NDArray[Any]], tuple[str, ...]]:
    """Return the sums that each metric is computed of, by cell and metric."""
    scales = {
        (d.kind, d.question_id, d.scale_min, d.scale_max, d.higher_is_better): name
        for name, d in definitions.items()
    }
    metrics = tuple(definitions)
    label = np.zeros(table.num_rows, np.int64)
    for row, (metric, question, *scale) in enumerate(
        zip(*(table[name].to_pylist() for name in SCALE), strict=True)
    ):
        name = scales[(metric, question if metric == "rating" else None, *scale)]
        label[row] = metrics.index(name)
    w, bucket = table["w"].to_numpy(), table["bucket"].to_numpy()
    a, b = table["x"].to_numpy().copy(), table["xx"].to_numpy().copy()
    for place, definition in enumerate(definitions.values()):
        mine = label == place
        if definition.unit == "points":
            a[mine] = (w * (bucket >= LOWEST_PROMOTER))[mine]
            b[mine] = (w * (bucket <= HIGHEST_DETRACTOR))[mine]
        bound = satisfied_from(
            definition.scale_min, definition.scale_max, higher_is_better=definition.higher_is_better
        )
        if definition.unit == "percent" and bound is not None:
            inside = bucket >= bound if definition.higher_is_better else bucket <= bound
            a[mine], b[mine] = (w * inside)[mine], 0.0
    columns = {"n": table["n"], "w": w, "ww": table["ww"], "a": a, "b": b}
    return _summed(pa.table(columns), codes, label, ANSWERS), metrics


def _plain(column: NDArray[Any]) -> Column:
    """Return numbers as JSON writes them shortest: whole ones without a point."""
    whole = column.astype(np.int64)
    plain: Column = (whole if np.array_equal(whole, column) else column).tolist()
    return plain
