"""Where the numbers come from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from cxnlp.journey.summarise import summarise
from cxnlp.report.provenance import read_provenance
from cxnlp.report.sample import open_comments


def test_every_row_is_accounted_for(
    write_scored: Callable[..., Path], scored_row: Callable[..., dict[str, Any]]
) -> None:
    rows = [
        scored_row(0),
        scored_row(1, unsure=True),
        scored_row(2, sentiment=None, language="fr"),
        scored_row(3, sentiment=None, text=None),
    ]
    path = write_scored(rows)
    with closing(open_comments(path)) as connection:
        found = read_provenance(connection, summarise(path))
    assert found.models == ("cx-mini-en@abc123",)
    assert dict(found.counts) == {
        "Rows read": "9",
        "Rows rejected, repeated ones included": "3",
        "Interactions in this report": "4",
        "Comments read by the model": "2",
        "Comments in another language, not read": "1",
        "Interactions without text": "1",
        "Survey answers counted, each once": "4",
        "Comments the model is unsure of, counted all the same": "1",
        "Comments cut at the length limit": "0",
    }
