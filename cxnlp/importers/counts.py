"""How many rows and values were read, kept and rejected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the rows read so far: rows_read = rows_kept + rows_rejected."""

    rows_read: int = 0
    rows_kept: int = 0
    rows_rejected: int = 0  # duplicates included
    values_rejected: int = 0  # texts, answers, dates, ..., of whatever row
    duplicates: int = 0
    answers: int = 0  # of rows_kept; one to a question counts once for its submission
    interactions: int = 0  # of rows_kept, of which some may give one for each verbatim
    conversations: int = 0  # of rows_kept
    turns: int = 0  # of the conversations kept
    turns_blank: int = 0  # of customers; left out
