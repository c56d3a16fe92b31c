"""Fixtures that read feedback files written by a test."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cxnlp.declarations import JourneyFile
from cxnlp.importers.feedback import Feedback, read_feedback
from cxnlp.importers.rejects import RejectLog


@dataclass
class Reading:
    """All that one reading of some files gave."""

    feedback: Feedback
    rows: list[dict[str, Any]]
    rejects: list[tuple[str, int, str, str]]  # file, row, field, reason
    notes: list[str] = field(default_factory=list)


Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads files whole."""

    def run(
        *paths: Path,
        journey: JourneyFile | None = None,
        rows: int = 2048,
        format_name: str = "auto",
        **mapping: str,
    ) -> Reading:
        notes: list[str] = []
        out = tmp_path / "out.rejects.csv"
        with RejectLog(out) as log:
            feedback = read_feedback(
                paths,
                mapping=mapping,
                journey=journey or JourneyFile(),
                rejects=log,
                note=notes.append,
                format_name=format_name,
            )
            found = [row for batch in feedback.batches(rows) for row in batch.to_pylist()]
        rejects = []
        if out.exists():
            with out.open(encoding="utf-8", newline="") as stream:
                lines = list(csv.reader(stream))
            assert lines[0] == ["file", "row", "field", "reason"]
            rejects = [(f, int(row), column, reason) for f, row, column, reason in lines[1:]]
        assert len(rejects) == log.total
        counts = feedback.counts
        assert counts.rows_read == counts.rows_kept + counts.rows_rejected
        assert counts.interactions == len(found) >= counts.rows_kept
        return Reading(feedback, found, rejects, notes)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file of text or bytes."""

    def run(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return run
