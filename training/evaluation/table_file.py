"""Read a file of labelled texts as rows, saying which line is wrong where one is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from cxnlp.errors import InputError

# What pandas and pyarrow raise on files that are not what they are called.
_BROKEN = (OSError, ValueError, TypeError, LookupError, NotImplementedError, OverflowError)
_LINE = re.compile(r"\bline (\d+)")


def read_table(path: Path) -> pd.DataFrame:
    """Return the rows of a Parquet, CSV, TSV or JSON-lines file; cells of text stay as they are.

    :raises InputError: where it is none of these, or broken.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise InputError(f"{path}: not one of {', '.join(_READERS)}. Convert the file.")
    try:
        return read(path)
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not in UTF-8. Save it so.") from error
    except _BROKEN as error:
        reason = getattr(error, "strerror", None)
        why = f"cannot be read: {reason}" if reason else f"is not a readable {path.suffix} file"
        raise InputError(f"{path}: {why}.") from error


def is_table(path: Path) -> bool:
    """Return whether a path is a file that `read_table` may read."""
    return path.suffix.lower() in _READERS and path.is_file()


def _read_parquet(path: Path) -> pd.DataFrame:
    # By pyarrow: pandas would take a column that was once an index out of the columns.
    table = pq.read_table(path, partitioning=None)
    frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
    return frame


def _read_separated(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig") as lines:
        header = lines.readline()
    separator = max(",;\t", key=header.count)
    try:
        # As strings: "None" and "NA" are what customers answer, and "1" may be all they wrote.
        frame = pd.read_csv(
            path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path}: is empty.") from error
    except pd.errors.ParserError as error:
        line = _LINE.search(str(error))
        where = f"line {line[1]}" if line else "a line"
        raise _too_many_cells(path, where) from error
    if not isinstance(frame.index, pd.RangeIndex):
        raise _too_many_cells(path, "every line")  # pandas would take the first for row names
    return frame


def _too_many_cells(path: Path, where: str) -> InputError:
    return InputError(
        f"{path}: {where} does not have the cells of the header. "
        "Put quotes around a cell that holds a separator."
    )


def _read_json_lines(path: Path) -> pd.DataFrame:
    rows = []
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise InputError(f"{path}: line {number} is not a JSON object.")
            rows.append(row)
    return pd.DataFrame(rows, dtype=object)


_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".parquet": _read_parquet,
    ".csv": _read_separated,
    ".tsv": _read_separated,
    ".jsonl": _read_json_lines,
}
