"""One module per file format, found by the suffixes that it names."""

from __future__ import annotations

import importlib
import pkgutil
import stat
from pathlib import Path
from typing import cast

from cxnlp.errors import InputError
from cxnlp.importers.table import Format, Note, Table


def formats() -> dict[str, Format]:
    """Return the format of each file suffix."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(__path__):
        reader = cast(Format, importlib.import_module(f"{__name__}.{module.name}"))
        found.update(dict.fromkeys(reader.SUFFIXES, reader))
    return found


def open_table(
    path: Path, note: Note, *, suffix: str | None = None, sheet: str | None = None
) -> Table:
    """Open an input file by its suffix.

    :param suffix: is read instead of that of the path.
    :param sheet: of a workbook; of no account for other files.
    :raises InputError: on a file that does not exist, cannot be read or is of no known format.
    """
    check_file(path)
    known = formats()
    suffix = suffix or path.suffix.lower()
    if suffix not in known:
        what = f"files of type {suffix!r}" if suffix else "files without an extension"
        way = "Save it as .xlsx." if suffix == ".xls" else "Where it is one of these, use --format."
        raise InputError(
            f"{path}: {what} cannot be read. Supported are {', '.join(sorted(known))}. {way}"
        )
    if sheet is not None:
        from cxnlp.importers.formats import xlsx

        if suffix in xlsx.SUFFIXES:
            return xlsx.open_table(path, note, sheet=sheet)
    return known[suffix].open_table(path, note)


def check_file(path: Path) -> None:
    """Raise InputError on what is no file that can be read more than once."""
    if str(path) == "-":
        raise InputError("-: a file is read more than once. Save the input and name the file.")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    if stat.S_ISDIR(mode):
        raise InputError(f"{path}: is a folder. Name the files in it.")
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: is not a regular file. Save the feedback to a file first.")
