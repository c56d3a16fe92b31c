"""A journey summary as CSV, one row per cell and metric."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.journey.to_json import estimate_to_json
from cxnlp.metrics.estimate import Estimate
from cxnlp.spreadsheet import spreadsheet_safe

HEADER: tuple[str, ...] = (
    "touchpoint", "stage", "period", "group", "metric", "value", "low", "high", "n", "status",
)  # fmt: skip


def write_summary_csv(summary: JourneySummary, file: TextIO) -> None:
    """Write every cell of touchpoint x stage x period (x group) to an open text file.

    Shares are named "sentiment:negative", "emotion:joy" and "topic:wait_time_speed", and a topic's
    net sentiment "topic_net_sentiment:wait_time_speed".
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    for cell in summary.cells:
        names = (cell.touchpoint, cell.stage, cell.period, cell.group)
        place = [None if name is None else spreadsheet_safe(name) for name in names]
        for name, estimate in _estimates(cell):
            numbers = estimate_to_json(estimate)
            writer.writerow([*place, spreadsheet_safe(name), *numbers.values()])


def _estimates(cell: Cell) -> Iterator[tuple[str, Estimate]]:
    yield from cell.metrics.items()
    for name, estimate in cell.sentiment.items():
        yield f"sentiment:{name}", estimate
    for name, estimate in cell.emotions.items():
        yield f"emotion:{name}", estimate
    for name, topic in cell.topics.items():
        yield f"topic:{name}", topic.share
        yield f"topic_net_sentiment:{name}", topic.net_sentiment
