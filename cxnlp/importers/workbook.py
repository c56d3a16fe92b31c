"""The sheets of an Excel workbook as rows of plain values, none of its code or links touched.

Only stored values are read: of a formula the result that was saved with it. Macros, links to other
files and pictures are never opened, and XML that declares entities is refused.
"""

from __future__ import annotations

import contextlib
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from cxnlp.errors import InputError
from cxnlp.importers.workbook_styles import load_cells

MAX_ROWS = 1_048_576  # of a sheet, as Excel has it
MAX_COLUMNS = 16_384
MAX_CELLS = 50_000_000

_MAX_PARTS = 10_000
_MAX_XML_BYTES = 1 << 31  # of all parts together, unpacked
_MAX_PART_BYTES = 1 << 29  # of a part that is no sheet: the strings, which are held in memory
# A row is held in memory while it is read. The longest that Excel fills is far shorter.
_MAX_ROW_BYTES = 1 << 24
_BLOCK_BYTES = 1 << 20
_OVERLAP_BYTES = 1 << 13
_BOUNDARY = re.compile(rb"<(?:\w{1,20}:)?(?:row|si)[\s>/]")
_UNCOMPUTED = re.compile(
    rb"<(?:\w{1,20}:)?c(?:\s(?![^<>]*\st=\"str\")[^<>]*)?>\s*"
    rb"<(?:\w{1,20}:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w{1,20}:)?f>)\s*"
    rb"(?:<(?:\w{1,20}:)?v\s*/>|<(?:\w{1,20}:)?v>\s*</|</(?:\w{1,20}:)?c>)"
)
# What hides a character that XML cannot hold, or an underscore that would seem to.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!")
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """An opened workbook; `sheets` are the names of those that hold cells, in order."""

    path: Path
    sheets: tuple[str, ...]
    hidden: frozenset[str]
    _book: Any

    def rows(self, sheet: str) -> Iterator[tuple[int, Row]]:
        """Yield (number in the sheet, cells) of every row that is not blank.

        Cells are str, bool, int, float, datetime, date, time, timedelta or None.

        :raises InputError: where the sheet is broken, or larger than can be read.
        """
        cells = self._book[sheet]
        cells.reset_dimensions()  # what the file says of its size is often wrong
        number = n_cells = 0
        with _reading(self.path):
            for number, row in enumerate(cells.iter_rows(values_only=True), start=1):
                n_cells += len(row)
                if number > MAX_ROWS or len(row) > MAX_COLUMNS or n_cells > MAX_CELLS:
                    raise InputError(
                        f"{self.path}: sheet {sheet!r} is larger than {MAX_ROWS:,} rows, "
                        f"{MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells. Save it as CSV."
                    )
                values = tuple(_value(value) for value in row)
                if any(value is not None for value in values):
                    yield number, values

    def n_uncomputed(self, sheet: str) -> int:
        """Return how many formulas of a sheet were saved without their result."""
        with (
            _reading(self.path),
            self._book._archive.open(self._book[sheet]._worksheet_path) as part,
        ):
            return sum(len(found) for found in _scan(part, _UNCOMPUTED))


@contextlib.contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """Open a workbook for as long as the block runs.

    :raises InputError: where it is broken, protected by a password, or larger than can be read.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    with stream:
        if stream.read(4) == b"\xd0\xcf\x11\xe0":
            raise InputError(
                f"{path}: is protected by a password, or an old Excel workbook. "
                "Save it as .xlsx without a password."
            )
        stream.seek(0)
        with _reading(path):
            _check_size(path, stream)
            book = load_cells(stream)
        try:
            sheets = book.worksheets
            with _reading(path):
                filled = tuple(s.title for s in sheets if _has_cells(s))
            hidden = frozenset(s.title for s in sheets if s.sheet_state != "visible")
            yield Workbook(path=path, sheets=filled, hidden=hidden, _book=book)
        finally:
            book.close()


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what a broken workbook raises into an InputError that names the file."""
    from defusedxml.common import DefusedXmlException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a sheet has besides its cells
            yield
    except InputError:
        raise
    except (
        zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, KeyError, IndexError,
        ValueError, TypeError, AttributeError, NotImplementedError, RuntimeError, OverflowError,
    ) as error:  # fmt: skip
        if any(isinstance(e, DefusedXmlException) for e in (error, error.__cause__)):
            raise InputError(
                f"{path}: declares XML entities, which no spreadsheet program writes, so it is "
                "not read."
            ) from error
        raise InputError(
            f"{path}: is broken or not an Excel workbook. Open it in a spreadsheet program and "
            "save it anew as .xlsx."
        ) from error


def _check_size(path: Path, stream: IO[bytes]) -> None:
    """Refuse an archive that unpacks to more than can be read.

    The sizes that it declares can be trusted: no more than that is ever unpacked.
    """
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
        large = [part for part in xml if part.file_size > _MAX_PART_BYTES]
        if (
            len(parts) > _MAX_PARTS
            or sum(part.file_size for part in xml) > _MAX_XML_BYTES
            or any("/worksheets/" not in part.filename for part in large)
        ):
            raise InputError(
                f"{path}: unpacks to more than can be read of a workbook ({_MAX_XML_BYTES >> 30} "
                f"GB, {_MAX_PART_BYTES >> 20} MB of texts). Save it as CSV."
            )
        for part in xml:
            if part.file_size > _MAX_ROW_BYTES:
                with archive.open(part) as unpacked:
                    _check_rows(path, unpacked)
    stream.seek(0)


def _check_rows(path: Path, part: IO[bytes]) -> None:
    """Raise InputError on a row or string whose XML is too long to be held in memory."""
    since = 0
    for block in iter(lambda: part.read(_BLOCK_BYTES), b""):
        # A tag that two blocks share is missed, which is of no account beside the limit.
        starts = [match.start() for match in _BOUNDARY.finditer(block)]
        since = len(block) - starts[-1] if starts else since + len(block)
        if since > _MAX_ROW_BYTES:
            raise InputError(
                f"{path}: has a row of over {_MAX_ROW_BYTES >> 20} MB, which no spreadsheet "
                "program writes. Save it as CSV."
            )


def _scan(part: IO[bytes], pattern: re.Pattern[bytes]) -> Iterator[list[bytes]]:
    """Yield the matches of a pattern in the blocks of a part, each once."""
    rest = b""
    for block in iter(lambda: part.read(_BLOCK_BYTES), b""):
        rest += block
        matches = list(pattern.finditer(rest))
        yield [match[0] for match in matches]
        end = matches[-1].end() if matches else 0
        rest = rest[max(end, len(rest) - _OVERLAP_BYTES) :]


def _has_cells(sheet: Any) -> bool:
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if any(_value(value) is not None for value in row):
            return True
        if number > MAX_ROWS:
            break
    return False


def _value(value: Any) -> Any:
    """Return the value of a cell; None where it is blank or an error such as #DIV/0!."""
    if not isinstance(value, str):
        return value
    if value in _ERRORS or not value or value.isspace():
        return None
    if "_x" in value:
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    return value
