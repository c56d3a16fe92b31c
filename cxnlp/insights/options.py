"""What the reader of insights may choose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightOptions:
    """Choices that hold for all insights of one run."""

    compare: str | None = None  # "period", or two groups: "column=a,b"
    by: str | None = None  # a column or segment whose groups are compared
    labels: Path | None = None  # a labelled sample of the user's own data
    seed: int = 0
