"""The tables of the model page, to take along."""

from __future__ import annotations

from cxnlp.labels import SENTIMENTS
from cxnlp.report.chart_table import ChartTable
from cxnlp.report.model_page import ModelPage


def model_tables(page: ModelPage) -> dict[str, ChartTable]:
    """Return the tables of what the page shows, by the id of the element that offers them."""
    tables = {
        "model-confusion": ChartTable(
            name="Sentiment, true against read",
            columns=("true", "read_as", "n", "share", "interval"),
            rows=[
                (true, label, cell.n, cell.share, cell.interval)
                for true, _, cells in page.confusion
                for label, cell in zip(SENTIMENTS, cells, strict=True)
            ],
        ),
        "model-reliability": ChartTable(
            name="Reliability",
            columns=("head", "confidence", "accuracy", "interval", "n"),
            rows=[
                (head.name, p.confidence, p.accuracy, p.interval, p.n)
                for head in page.reliability
                for p in head.points
            ],
        ),
        "model-labels": ChartTable(
            name="Labels",
            columns=(
                "kind",
                "label",
                "f1",
                "f1_interval",
                "precision",
                "precision_interval",
                "recall",
                "recall_interval",
                "n",
            ),
            rows=[
                (
                    x.kind,
                    x.label,
                    x.f1,
                    x.f1_interval,
                    x.precision,
                    x.precision_interval,
                    x.recall,
                    x.recall_interval,
                    x.n,
                )
                for x in page.labels
            ],
        ),
        "model-slices": ChartTable(
            name="Sentiment on parts of the test texts",
            columns=("of", "part", "macro_f1", "n"),
            rows=[(x.by, x.name, x.f1, x.n) for x in page.slices],
        ),
    }
    return {key: table for key, table in tables.items() if table.rows}
