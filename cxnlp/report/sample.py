"""Which comments the report carries: a fixed sample that reaches every mark on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.compute as pc

from cxnlp.errors import InputError
from cxnlp.journey.cube import Cube
from cxnlp.journey.scored import ROW, open_scored
from cxnlp.labels import EMOTION_GROUP_OF
from cxnlp.report.marks import MARK_SCHEMA, mark_counts, marks_of

MAX_COMMENTS = 400
MAX_RANKED = 200_000  # comments that are ranked at once; beyond these only what marks lack
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


def draw_sample(
    connection: duckdb.DuckDBPyConnection, *, cube: Cube, period: str, grouped: Cube | None = None
) -> Sample:
    """Draw the comments to show from the view `scored`, which has `group_value` too.

    Every touchpoint, topic with polarity, emotion, and touchpoint in a period is a mark. Comments
    are ranked within each mark by a hash of their id, so the draw is the same every time, and the
    best ranked are taken until `MAX_COMMENTS`. Texts are read for the drawn rows alone.

    Of a large file the comments with the lowest hashes are ranked, and all of those marks that have
    too few among them: the draw is the same as if all had been ranked.

    :param cube: of the same file and period; tells which marks there are, and of how many comments.
    :param grouped: the cube by the column or segment of `group_value`, where there is one.
    """
    n_scored = int(pc.sum(cube.documents["n_scored"]).as_py() or 0)
    connection.execute("CREATE OR REPLACE TEMP TABLE emotion_group (label VARCHAR, name VARCHAR)")
    pairs = list(EMOTION_GROUP_OF.items())
    connection.executemany("INSERT INTO emotion_group VALUES (?, ?)", pairs)
    quoted = period.replace("'", "''")
    connection.execute(_COMMENTED.format(period=quoted))
    share = MAX_RANKED / max(n_scored, 1)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE ranked AS SELECT * FROM commented WHERE luck < $below",
        # The letter g lies after every digit of a hash.
        {"below": "g" if share >= 1 else f"{int(share * 16**8):08x}"},
    )
    _rank(connection)
    if share < 1:
        found = pa.Table.from_pylist(marks_of(cube, grouped), MARK_SCHEMA)
        connection.register("found", found)
        connection.execute(_LACKING, {"most": MAX_COMMENTS})
        connection.unregister("found")
        kinds = connection.execute("SELECT DISTINCT kind FROM lacking ORDER BY kind").fetchall()
        if kinds:
            marks = " UNION ALL ".join(_MARKS[kind] for (kind,) in kinds)
            connection.execute(_LACKED.format(marks=marks.format(rows="commented")))
            _rank(connection)
    drawn = connection.execute(_DRAW, {"most": MAX_COMMENTS}).fetchall()
    # The connection holds one result at a time: this one is read last, with its column names.
    connection.execute(_ROWS, {"rows": [row for row, _ in drawn]})
    names = [column[0] for column in connection.description or ()]
    return Sample(
        rows=[dict(zip(names, row, strict=True)) for row in connection.fetchall()],
        counts=mark_counts(cube),
        n_scored=n_scored,
    )


def rows_at(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Return what the page shows of these file rows, by row; one that is not there is left out."""
    # In the order of the file, which is that of the query.
    wanted = sorted(set(rows))
    found = connection.execute(
        "SELECT file_row_number FROM scored WHERE list_contains($rows, file_row_number) ORDER BY 1",
        {"rows": wanted},
    ).fetchall()
    connection.execute(_ROWS, {"rows": wanted})
    names = [column[0] for column in connection.description or ()]
    records = (dict(zip(names, row, strict=True)) for row in connection.fetchall())
    return {row: record for (row,), record in zip(found, records, strict=True)}


def _rank(connection: duckdb.DuckDBPyConnection) -> None:
    """Rank the rows of the table `ranked` within each of their marks, as the table `mark`."""
    marks = " UNION ALL ".join(_MARKS.values()).format(rows="ranked")
    connection.execute(_MARK.format(marks=marks))


_COMMENTED = """
CREATE OR REPLACE TEMP VIEW commented AS
SELECT
    file_row_number AS row, coalesce(touchpoint, '') AS touchpoint,
    CASE WHEN mixed THEN 'mixed' ELSE sentiment END AS sentiment,
    list_concat(
        coalesce(topics, []),
        coalesce(flatten(list_transform(spans, lambda span: coalesce(span.topics, []))), [])
    ) AS topics,
    list_transform(emotions, lambda emotion: emotion.label) AS emotions, group_value,
    -- DuckDB cuts a time that has a zone by a calendar, which takes far longer.
    date_trunc('{period}', make_timestamp(epoch_us(occurred_at)))::DATE AS period,
    md5(coalesce(source, '') || '/' || coalesce(interaction_id, '')) AS luck
FROM scored
WHERE sentiment IS NOT NULL
"""

# By kind: the rows of every mark, a row more than once where it names a topic or emotion again.
_MARKS = {
    "touchpoint": "SELECT 'touchpoint' AS kind, touchpoint AS key, sentiment AS part, row, luck"
    " FROM {rows}",
    "cell": "SELECT 'cell' AS kind, touchpoint || '/' || coalesce(period::VARCHAR, '') AS key,"
    " '' AS part, row, luck FROM {rows}",
    "group": "SELECT 'group' AS kind, touchpoint || '/' || group_value AS key, '' AS part, row,"
    " luck FROM {rows} WHERE group_value IS NOT NULL",
    "topic": "SELECT 'topic' AS kind, t.label AS key, coalesce(t.sentiment, 'neutral') AS part,"
    " row, luck FROM (SELECT row, luck, unnest(topics) AS t FROM {rows})",
    "emotion": "SELECT 'emotion' AS kind, g.name AS key, '' AS part, row, luck"
    " FROM (SELECT row, luck, unnest(emotions) AS label FROM {rows})"
    " JOIN emotion_group AS g USING (label)",
}

_MARK = """
CREATE OR REPLACE TEMP TABLE mark AS
SELECT *, row_number() OVER (PARTITION BY kind, key, part ORDER BY luck, row) AS rank
FROM (SELECT DISTINCT * FROM ({marks}))
"""

_DRAW = """
SELECT row, min(rank) AS rank FROM mark GROUP BY row, luck ORDER BY min(rank), luck, row LIMIT $most
"""

# A mark with as many ranked as the last one drawn would have no other drawn.
_LACKING = f"""
CREATE OR REPLACE TEMP TABLE lacking AS
SELECT found.kind, found.key, found.part
FROM found
LEFT JOIN (SELECT kind, key, part, max(rank) AS n FROM mark GROUP BY ALL) AS had
    ON found.kind = had.kind AND found.key IS NOT DISTINCT FROM had.key
    AND found.part IS NOT DISTINCT FROM had.part
WHERE coalesce(had.n, 0) < (
    SELECT CASE WHEN count(*) < $most THEN $most ELSE max(rank) END FROM ({_DRAW})
)
"""

_LACKED = """
INSERT INTO ranked
SELECT * FROM commented
WHERE row IN (
    SELECT m.row FROM ({marks}) AS m
    JOIN lacking AS l ON m.kind = l.kind AND m.key IS NOT DISTINCT FROM l.key
        AND m.part IS NOT DISTINCT FROM l.part
) AND row NOT IN (SELECT row FROM ranked)
"""

_ROWS = """
SELECT
    file_row_number AS row, touchpoint, occurred_at::DATE AS day, question, text, responses,
    -- Without their times: in a nested time DuckDB asks for a package that nothing else needs.
    list_transform(turns, lambda t: {'role': t.role, 'text': t.text}) AS turns,
    CASE WHEN mixed THEN 'mixed' ELSE sentiment END AS sentiment,
    satisfaction, emotions, topics, spans, unsure, group_value
FROM scored
WHERE list_contains($rows, file_row_number)
ORDER BY list_position($rows, file_row_number)
"""
