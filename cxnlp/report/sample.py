"""Which comments the report carries: a fixed sample that reaches every mark on the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis

from cxnlp.errors import InputError
from cxnlp.journey.scored import ROW, open_scored
from cxnlp.labels import EMOTION_GROUP_OF

MAX_COMMENTS = 400
_COLUMNS = (
    "interaction_id", "source", "occurred_at", "touchpoint", "question", "text", "turns",
    "responses", "model", "sentiment", "mixed", "satisfaction", "emotions", "topics", "spans",
    "truncated", "unsure",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Sampled rows in the order drawn, and how many scored comments each mark stands for."""

    rows: list[dict[str, Any]]
    counts: dict[tuple[str, str], int]  # (kind of mark, key) -> comments
    n_scored: int


def open_comments(scored: Path, *, by: str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with the scored file as its view `scored`.

    The view has what the page shows, and `group_value`: the value of the column or segment `by`.
    """
    opened = open_scored(scored)
    missing = [name for name in _COLUMNS if name not in opened.columns]
    if missing:
        raise InputError(
            f"{scored} is not a scored file: it has no column {', '.join(missing)}. "
            "Run `cxnlp score` on it and give its output."
        )
    # By position, for a kept column may differ from one of ours by case alone.
    columns = {n: opened.table.columns[opened.columns.index(n)] for n in _COLUMNS}
    group = ibis.null("string") if by is None else opened.group(by)
    view = opened.table.select(
        ROW, **{n: opened.table[column] for n, column in columns.items()}, group_value=group
    )
    backend = opened.table.get_backend()
    backend.create_view("scored", view)
    connection: duckdb.DuckDBPyConnection = backend.con
    return connection


def draw_sample(connection: duckdb.DuckDBPyConnection, *, period: str) -> Sample:
    """Draw the comments to show from the view `scored`, which has `group_value` too.

    Every touchpoint, topic with polarity, emotion, and touchpoint in a period is a mark. Comments
    are ranked within each mark by a hash of their id, so the draw is the same every time, and the
    best ranked are taken until `MAX_COMMENTS`. Texts are read for the drawn rows alone.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE emotion_group (label VARCHAR, name VARCHAR)")
    pairs = list(EMOTION_GROUP_OF.items())
    connection.executemany("INSERT INTO emotion_group VALUES (?, ?)", pairs)
    connection.execute(_MARKS, {"period": period})
    counts = {
        (kind, key): n
        for kind, key, n in connection.execute(
            "SELECT kind, key, count(DISTINCT row) FROM mark WHERE kind <> 'cell'"
            " GROUP BY kind, key ORDER BY kind, key"
        ).fetchall()
    }
    drawn = connection.execute(_DRAW, {"most": MAX_COMMENTS}).fetchall()
    scored = connection.execute("SELECT count(*) FROM scored WHERE sentiment IS NOT NULL")
    (n_scored,) = scored.fetchone() or (0,)
    # The connection holds one result at a time: this one is read last, with its column names.
    connection.execute(_ROWS, {"rows": [row for (row,) in drawn]})
    names = [column[0] for column in connection.description or ()]
    return Sample(
        rows=[dict(zip(names, row, strict=True)) for row in connection.fetchall()],
        counts=counts,
        n_scored=n_scored,
    )


_MARKS = """
CREATE OR REPLACE TEMP TABLE mark AS
WITH commented AS (
    SELECT
        file_row_number AS row, coalesce(touchpoint, '') AS touchpoint, sentiment, topics, emotions,
        spans, group_value,
        coalesce(date_trunc($period, occurred_at)::VARCHAR, '') AS period,
        md5(coalesce(source, '') || '/' || coalesce(interaction_id, '')) AS luck
    FROM scored
    WHERE sentiment IS NOT NULL
)
SELECT 'touchpoint' AS kind, touchpoint AS key, sentiment AS part, row, luck FROM commented
UNION ALL
SELECT 'cell', touchpoint || '/' || period, '', row, luck FROM commented
UNION ALL
SELECT 'cell', touchpoint || '/by/' || group_value, '', row, luck FROM commented
WHERE group_value IS NOT NULL
UNION ALL
SELECT DISTINCT 'topic', t.label, t.sentiment, row, luck
FROM (
    SELECT row, luck, unnest(topics) AS t FROM commented
    UNION ALL
    SELECT row, luck, unnest(span.topics)
    FROM (SELECT row, luck, unnest(spans) AS span FROM commented)
)
UNION ALL
SELECT DISTINCT 'emotion', g.name, '', row, luck
FROM (SELECT row, luck, unnest(emotions) AS e FROM commented)
JOIN emotion_group AS g ON g.label = e.label
"""

_DRAW = """
WITH ranked AS (
    SELECT row, luck, row_number() OVER (PARTITION BY kind, key, part ORDER BY luck, row) AS rank
    FROM mark
)
SELECT row FROM ranked GROUP BY row, luck ORDER BY min(rank), luck, row LIMIT $most
"""

_ROWS = """
SELECT
    touchpoint, occurred_at::DATE AS day, question, text, responses,
    -- Without their times: in a nested time DuckDB asks for a package that nothing else needs.
    list_transform(turns, lambda t: {'role': t.role, 'text': t.text}) AS turns,
    CASE WHEN mixed THEN 'mixed' ELSE sentiment END AS sentiment,
    satisfaction, emotions, topics, spans, unsure, group_value
FROM scored
WHERE list_contains($rows, file_row_number)
ORDER BY list_position($rows, file_row_number)
"""
