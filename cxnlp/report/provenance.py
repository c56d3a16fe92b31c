"""Where the numbers come from: the model, and what became of every row that was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from cxnlp.journey.summary import JourneySummary
from cxnlp.records import METADATA_MODEL
from cxnlp.report.numbers import format_n


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The footer's facts."""

    models: tuple[str, ...]  # name@revision
    counts: tuple[tuple[str, str], ...]  # what was counted, and how many
    licence: str


def read_provenance(
    connection: duckdb.DuckDBPyConnection, scored: Path, summary: JourneySummary
) -> Provenance:
    """Return the model and the counts of a scored file, open as the view `scored`."""
    models = connection.execute(
        "SELECT DISTINCT model FROM scored WHERE model IS NOT NULL ORDER BY model LIMIT 5"
    ).fetchall()
    flags = connection.execute(
        """
        SELECT
            count(*) FILTER (coalesce(text, '') = '' AND coalesce(len(turns), 0) = 0),
            count(*) FILTER (unsure), count(*) FILTER (truncated)
        FROM scored
        """
    ).fetchone()
    without_text, unsure, truncated = flags or (0, 0, 0)
    overall = summary.overall
    counts = [("Interactions in the file", overall.n)]
    rejected = _rejected(summary.run_counts)
    if rejected is not None:
        counts.append(("Texts, answers or rows rejected in reading", rejected))
    counts += [
        ("Comments read by the model", overall.n_scored),
        ("Comments in another language, not read", overall.n_foreign),
        ("Interactions without text", without_text),
        ("Survey answers counted, each once", overall.n_answers),
        ("Comments the model is unsure of, counted all the same", unsure),
        ("Comments cut at the length limit", truncated),
    ]
    metadata = pq.read_schema(scored).metadata or {}
    model = json.loads(metadata.get(METADATA_MODEL, b"{}"))
    return Provenance(
        models=tuple(name for (name,) in models),
        counts=tuple((what, format_n(n)) for what, n in counts),
        licence=str(model.get("licence", "")) if isinstance(model, dict) else "",
    )


def _rejected(run_counts: Mapping[str, Any]) -> int | None:
    rejected = run_counts.get("rejected", run_counts.get("n_rejected"))
    return rejected if isinstance(rejected, int) else None
