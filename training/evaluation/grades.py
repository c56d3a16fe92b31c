"""Satisfaction against each grade of a set apart, where its reader takes one of several."""

from __future__ import annotations

from pathlib import Path

from training.example import Example, document
from training.readers.opinions import rows

# source -> who graded -> column
_GRADES = {"nhs_fft": {"annotators": "sentiment5", "writers": "fft_score"}}
_MARK = "/"  # between a source and who graded it


def read_graded(folder: Path, source: str) -> list[Example]:
    """Return a source's texts once for every grade, under names such as `nhs_fft/writers`."""
    grades = _GRADES.get(source, {})
    if not grades:
        return []
    records = rows(folder).to_dict("records")
    return [
        document(
            row["text"],
            f"{source}{_MARK}{whose}",
            row["split"],
            question=row["question"] if isinstance(row["question"], str) else None,
            satisfaction=float(row[column]),
        )
        for whose, column in grades.items()
        for row in records
        if row[column] == row[column]  # not NaN
    ]


def is_graded(source: str) -> bool:
    """Return whether texts were taken a second time to be judged by one grade alone."""
    return _MARK in source


def trained_name(source: str) -> str:
    """Return the name under which a source's texts are trained on."""
    return source.partition(_MARK)[0]
