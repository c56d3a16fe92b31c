"""The columns by which results are broken down, as one map a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from cxnlp.importers.cells import cell_texts
from cxnlp.importers.table import Chunk
from cxnlp.records import INTERACTION

_SEGMENTS: Any = INTERACTION.field("segments").type


def segments_array(chunk: Chunk, names: Sequence[str]) -> pa.Array[Any]:
    """Return the values that the columns `names` have in each row, blank ones left out."""
    cells = [cell_texts(chunk.batch.column(name)) for name in names]
    rows: list[list[tuple[str, str]]] = [
        [(n, v) for n, v in zip(names, row, strict=True) if v and not v.isspace()]
        for row in zip(*cells, strict=True)
    ]
    segments: pa.Array[Any] = pa.array(rows if names else [[]] * len(chunk.rows), _SEGMENTS)
    return segments
