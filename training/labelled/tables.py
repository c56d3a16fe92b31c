"""Read a label file as rows of cells: CSV, TSV, Parquet, JSON lines, or an Excel sheet."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxnlp.errors import InputError
from training.evaluation.table_file import read_table

# A company labels thousands of texts, not millions; more is a file of something else.
MAX_BYTES = 200 * 2**20
MAX_ROWS = 500_000
_MAX_UNPACKED = 2**30  # of an Excel file, which is a zip
_EXCEL = ".xlsx"


def read_label_table(path: Path) -> tuple[list[str], list[Mapping[str, Any]], int]:
    """Return the columns, the rows, and the number that a reader of the file gives the first row.

    :raises InputError: where it is too large, broken, or of another kind.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    if size > MAX_BYTES:
        raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MiB. Name a file of labels.")
    suffix = path.suffix.lower()
    if suffix == _EXCEL:
        columns, rows = _read_excel(path)
    else:
        frame = read_table(path)
        columns = [str(column) for column in frame.columns]
        frame.columns = columns
        if len(set(columns)) < len(columns):
            raise InputError(f"{path}: has two columns of one name. Rename one.")
        rows = frame.to_dict("records")
    if len(rows) > MAX_ROWS:
        raise InputError(f"{path}: more than {MAX_ROWS:,} rows. Name a file of labels.")
    # Below a header, the first row is the second line.
    return columns, rows, 1 if suffix in (".parquet", ".jsonl") else 2


def _read_excel(path: Path) -> tuple[list[str], list[Mapping[str, Any]]]:
    """Return the first sheet of a workbook; formulas are read as the values they last had."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > _MAX_UNPACKED:
                raise InputError(f"{path}: unpacks to more than {_MAX_UNPACKED >> 20} MiB.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that openpyxl does not know
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        lines = []
        for line in book.worksheets[0].iter_rows(values_only=True):
            lines.append(line)
            if len(lines) > MAX_ROWS + 1:
                break
        book.close()
    except InputError:
        raise
    except (
        OSError, ValueError, KeyError, IndexError, TypeError, SyntaxError, EOFError,
        NotImplementedError, zipfile.BadZipFile, InvalidFileException,
    ) as error:  # fmt: skip
        raise InputError(f"{path}: is not a readable Excel file. Save it as CSV.") from error
    if not lines:
        raise InputError(f"{path}: is empty.")
    header = ["" if cell is None else str(cell) for cell in lines[0]]
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise InputError(f"{path}: has two columns of one name. Rename one.")
    rows: list[Mapping[str, Any]] = [
        {name: cell for name, cell in zip(header, line, strict=False) if name} for line in lines[1:]
    ]
    while rows and all(cell is None for cell in rows[-1].values()):
        rows.pop()  # what a spreadsheet keeps of rows that were emptied
    return named, rows
