"""What the doctor finds in files, as plain values; no text of a customer is among them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumns:
    """How one file will be read."""

    file: str
    source: str  # the file, or the export that it is
    n_columns: int
    fields: dict[str, str]  # field -> column
    questions: dict[str, str]  # column of verbatims -> question, where there are several
    segments: tuple[str, ...]
    others: tuple[str, ...]  # columns that are kept, and mean nothing to cxnlp


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One scored question and its answers."""

    question: str
    kind: str  # nps, csat, ces, rating
    scale_min: float
    scale_max: float
    higher_is_better: bool
    n: int
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLike:
    """A column of whole numbers that nothing declares a score."""

    file: str
    column: str
    low: int
    high: int
    scales: tuple[tuple[int, int], ...]  # the usual ones that hold all its values, or 95% of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Rows or values that would go to the rejects file, for one reason."""

    reason: str
    n: int
    field: str  # the column of the first, "" for a whole row
    file: str
    rows: tuple[int, ...]  # the first few


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that `cxnlp doctor` says."""

    columns: tuple[FileColumns, ...]
    rows_read: int
    rows_kept: int
    rows_rejected: int
    values_rejected: int
    n_interactions: int
    n_texts: int
    n_conversations: int
    n_turns: int
    n_without_text: int
    n_characters: int
    longest: int  # characters of the longest text or conversation
    n_repeated_ids: int
    n_repeated_texts: int  # of four words or more that stood before
    languages: dict[str, int]  # of n_language_sample texts
    n_language_sample: int
    first: str | None  # ISO dates
    last: str | None
    n_undated: int
    touchpoints: dict[str, int]
    n_touchpoints: int
    channels: dict[str, int]
    scores: tuple[Score, ...]
    score_like: tuple[ScoreLike, ...]
    rejected: tuple[Rejected, ...]
    seconds: float | None  # to score all of it here; None where there is nothing to score
    n_timed: int = 0  # texts that this was measured on
    notes: tuple[str, ...] = field(default_factory=tuple)  # what reading told on the way
