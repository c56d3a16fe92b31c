"""Write texts as a CSV whose empty columns people fill in, and never over what they filled in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from cxnlp.atomic_file import write_beside, writing
from cxnlp.errors import InputError, OutputError
from cxnlp.insights.sample_labels import read_cells


def write_label_sheet(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    to_fill: Sequence[str],
    what: str = "",
) -> None:
    """Write a header and rows of cells, in which formulas are defused already.

    :param to_fill: the columns in which a file that stands there may hold labels.
    :param what: is written, as "a sample "; the subject of the error.
    :raises OutputError: where it cannot be written, or labels in it would be lost.
    """
    if path.suffix.lower() != ".csv":
        raise OutputError(f"{path}: {what}is written as CSV. Name a file that ends in .csv.")
    if path.is_file() and path.stat().st_size and _has_labels(path, to_fill):
        raise OutputError(
            f"{path}: holds labels already, which would be lost. Name another file, or remove it."
        )
    # The mark at its start tells a spreadsheet that the file is UTF-8.
    with (
        write_beside(path) as beside,
        writing(path),
        beside.open("w", encoding="utf-8-sig", newline="") as stream,
    ):
        out = csv.writer(stream, lineterminator="\r\n")
        out.writerow(header)
        out.writerows(rows)


def _has_labels(path: Path, to_fill: Sequence[str]) -> bool:
    try:
        return any(row.get(name, "").strip() for row in read_cells(path) for name in to_fill)
    except InputError:
        return False  # another file, or one that is spoilt
