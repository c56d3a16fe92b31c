"""A sample of the user's own texts, drawn to be labelled by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import numpy as np
from ibis.expr.types import StringValue, Table

from cxnlp.errors import InputError
from cxnlp.insights.asked import is_asked
from cxnlp.insights.data import InsightData
from cxnlp.insights.label_sheet import write_label_sheet
from cxnlp.insights.sample_labels import TO_FILL
from cxnlp.journey.scored import ROW, reading
from cxnlp.journey.summary import MetricDefinition
from cxnlp.spreadsheet import spreadsheet_safe

COLUMNS: tuple[str, ...] = ("source", "interaction_id", "weight", "question", "text", *TO_FILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One text to label, and how many texts it stands for."""

    source: str
    interaction_id: str
    weight: float  # 1 / the probability that it was drawn
    question: str
    text: str


def allocate(sizes: Sequence[int], n: int) -> list[int]:
    """Return how many to draw of each stratum: in proportion to the root of its size.

    Between equal numbers and proportional ones (Bankier, 1988): the small strata, which hold most
    of the classifier's errors, are read closely, and no text stands for very many. At least two
    of each where there are two, and never more than there are.

    >>> allocate([100, 900, 1], 50)
    [12, 37, 1]
    """
    wanted = min(n, sum(sizes))
    given = [min(size, 2) for size in sizes]
    if sum(given) > wanted:
        given = [0] * len(sizes)
    while sum(given) < wanted:
        # One at a time to the stratum that is furthest below its share: Webster's method.
        open_strata = [k for k, size in enumerate(sizes) if given[k] < size]
        best = max(open_strata, key=lambda k: math.sqrt(sizes[k]) / (given[k] + 0.5))
        given[best] += 1
    return given


def draw_sample(data: InsightData, *, n: int = 200, seed: int = 0) -> list[DrawnRow]:
    """Return n scored texts, stratified, in random order; fewer where there are fewer.

    The strata are low, middle and high answers to the main metric; texts without an answer are
    stratified by the model's sentiment, which is not returned.

    :raises InputError: where n is below 1, or no text was scored.
    """
    if n < 1:
        raise InputError(f"A sample of {n} rows cannot be drawn. Ask for at least 1.")
    main = None if data.main is None else data.summary.definitions[data.main]
    with reading(data.scored.path):
        found = _strata(data, main).to_pyarrow()
    if not len(found):
        raise InputError(f"{data.scored.path}: no text was scored, so there is none to label.")
    rows = found[ROW].to_numpy()
    strata = found["stratum"].to_numpy(zero_copy_only=False).astype(str)
    names, sizes = np.unique(strata, return_counts=True)
    numbers = allocate([int(size) for size in sizes], n)
    generator = np.random.default_rng(seed)
    weight_of: dict[int, float] = {}
    for name, size, number in zip(names, sizes, numbers, strict=True):
        members = np.sort(rows[strata == name])
        drawn = generator.choice(members, size=number, replace=False)
        weight_of |= {int(row): float(size / number) for row in drawn}
    order = [int(row) for row in generator.permutation(sorted(weight_of))]
    return _with_texts(data, order, weight_of)


def write_sample(rows: Sequence[DrawnRow], path: Path) -> None:
    """Write a sample as CSV with empty columns to fill; formulas in its texts are defused.

    :raises OutputError: where it cannot be written, or a sample with labels would be lost.
    """
    found = []
    for row in rows:
        cells = (row.source, row.interaction_id, f"{row.weight:.6g}", row.question, row.text)
        found.append([*(spreadsheet_safe(cell) for cell in cells), "", ""])
    write_label_sheet(Path(path), COLUMNS, found, to_fill=TO_FILL, what="a sample ")


def _strata(data: InsightData, main: MetricDefinition | None) -> Table:
    table = data.scored.record("sentiment", "text", "turns", "responses")
    scored = table.filter(
        table.sentiment.notnull() & (table.text.notnull() | table.turns.notnull())
    )
    predicted = ibis.literal("said ") + scored.sentiment
    if main is None:
        return scored.select(ROW, stratum=predicted)
    span = main.scale_max - main.scale_min
    # Averaged within the row: added up in another order, a mean ends in another digit.
    asked = scored.responses.filter(lambda answer: is_asked(answer, main))
    place = asked.map(lambda answer: (answer.value - main.scale_min) / span).means()
    return scored.select(ROW, stratum=ibis.coalesce(_bin(place, main), predicted))


def _bin(place: ibis.Value, main: MetricDefinition) -> StringValue:
    # Detractors, passives and promoters; else below, about and above the middle of the scale.
    low, high = (0.65, 0.85) if main.kind == "nps" else (0.4, 0.6)
    return ibis.cases(
        (place.isnull() | place.isnan(), ibis.null("string")),
        (place < low, "score low"),
        (place > high, "score high"),
        else_="score middle",
    )


def _with_texts(
    data: InsightData, order: Sequence[int], weight_of: Mapping[int, float]
) -> list[DrawnRow]:
    table = data.scored.record("source", "interaction_id", "question", "text", "turns")
    kept = table.filter(table[ROW].isin(list(order)))
    with reading(data.scored.path):
        found = {row[ROW]: row for row in kept.to_pyarrow().to_pylist()}
    return [
        DrawnRow(
            source=row["source"] or "",
            interaction_id=row["interaction_id"] or "",
            weight=weight_of[number],
            question=row["question"] or "",
            text=row["text"] or _spoken(row["turns"] or ()),
        )
        for number, row in ((number, found[number]) for number in order)
    ]


def _spoken(turns: Sequence[Mapping[str, str | None]]) -> str:
    return "\n".join(f"{turn['role']}: {turn['text'] or ''}" for turn in turns)
