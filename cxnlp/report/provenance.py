"""Where the numbers come from: the model, and what became of every row that was read."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.numbers import format_n

# What the scoring run counted, where its file says so.
_RUN_COUNTS = {
    "rows_read": "Rows read",
    "rows_rejected": "Rows rejected, repeated ones included",
    "values_rejected": "Single texts, answers or dates rejected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The footer's facts."""

    models: tuple[str, ...]  # name@revision
    counts: tuple[tuple[str, str], ...]  # what was counted, and how many


def read_provenance(connection: duckdb.DuckDBPyConnection, summary: JourneySummary) -> Provenance:
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
    run = summary.run_counts
    counts = [(what, run[key]) for key, what in _RUN_COUNTS.items() if _is_count(run.get(key))]
    counts += [
        ("Interactions in this report", overall.n),
        ("Comments read by the model", overall.n_scored),
        ("Comments in another language, not read", overall.n_foreign),
        ("Interactions without text", without_text),
        ("Survey answers counted, each once", overall.n_answers),
        ("Comments the model is unsure of, counted all the same", unsure),
        ("Comments cut at the length limit", truncated),
    ]
    return Provenance(
        models=tuple(name for (name,) in models),
        counts=tuple((what, format_n(n)) for what, n in counts),
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
