"""One module per known export, found by its folder, and the choice between them."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import cast

from cxnlp.errors import InputError
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.export import Export, ExportTable, Head
from cxnlp.importers.fields import nearest
from cxnlp.importers.formats import check_file, formats, open_table
from cxnlp.importers.formats.json import ROWS_ARE
from cxnlp.importers.table import Note, Table, ignore_reject
from cxnlp.slug import slug

AUTO = "auto"

_HEAD_ROWS = 2048
# From what an importer is believed, from what it is worth naming, and how far behind the second is.
_SURE = 0.8
_MAYBE = 0.5
_AHEAD = 0.15


def exports() -> dict[str, Export]:
    """Return the importers by name."""
    modules = (
        cast(Export, importlib.import_module(f"{__name__}.{module.name}"))
        for module in pkgutil.iter_modules(__path__)
    )
    return {module.NAME: module for module in modules}


def format_names() -> list[str]:
    """Return all that `--format` takes."""
    plain = [suffix.removeprefix(".") for suffix in formats()]
    return [AUTO, *sorted(plain), *sorted(exports())]


def find_format(told: str) -> str:
    """Return the format that a user means, as google_play by "Google-Play".

    :raises InputError: on one that does not exist.
    """
    names = format_names()
    name = slug(told)
    if name not in names:
        raise InputError(
            f"There is no format {told!r}{nearest(name, names)} The formats are {', '.join(names)}."
        )
    return name


def open_input(
    path: Path, *, format_name: str, note: Note, sheet: str | None = None
) -> tuple[Table, ExportTable | None]:
    """Open an input file as the export that it is, or else as a plain table.

    :param format_name: one of `format_names`; "auto" looks at the file.
    :param sheet: of a workbook; default: the first with data.
    :raises InputError: on a file that cannot be read, is not what was named, or that could be one
        of several exports and cannot be read as a plain table.
    """
    check_file(path)
    known = exports()
    if format_name != AUTO and format_name not in known:
        return open_table(path, note, suffix=f".{format_name}", sheet=sheet), None
    notes: list[str] = []  # of the plain table, told only where it is read
    head, problem = _read_head(path, notes.append, sheet)
    if format_name != AUTO:
        export = known[format_name]
        if not export.recognise(head):
            if problem is not None:
                raise problem
            raise InputError(f"{path}: is no export of {export.TITLE}, which has {export.EXPECTS}.")
        return _open(export, head, notes, note)
    chosen = _choose(known, head, note)
    if chosen is not None:
        note(f"{path.name}: read as an export of {chosen.TITLE}. Use --format where that is wrong.")
        return _open(chosen, head, notes, note)
    if head.table is None:
        raise problem or InputError(f"{path}: holds nothing that can be read.")
    for line in notes:
        note(line)
    return head.table, None


def _open(export: Export, head: Head, notes: list[str], note: Note) -> tuple[Table, ExportTable]:
    for line in notes:
        if ROWS_ARE not in line:  # which the importer knows, and may read otherwise
            note(line)
    opened = export.open_export(head, note)
    return opened.table, opened


def _choose(known: dict[str, Export], head: Head, note: Note) -> Export | None:
    """Return the export that a file is, None where it is read as a plain table."""
    marks = {name: export.recognise(head) for name, export in known.items()}
    likely = sorted((n for n in marks if marks[n] >= _MAYBE), key=lambda n: (-marks[n], n))
    if not likely:
        return None
    best = marks[likely[0]]
    if best >= _SURE and all(marks[n] <= best - _AHEAD for n in likely[1:]):
        return known[likely[0]]
    titles = " or ".join(f"an export of {known[n].TITLE}" for n in likely)
    names = [*likely, *_plain_names(head)]
    ways = " or ".join(f"--format {n}" for n in names)
    if head.table is None or not all(known[n].PLAIN_IS_SAFE for n in likely):
        raise InputError(f"{head.path}: could be {titles}. Say which by {ways}.")
    note(f"{head.path.name}: could be {titles}, but is read as a plain table. Say which by {ways}.")
    return None


def _plain_names(head: Head) -> list[str]:
    """Return the format by which a file is read as a plain table, none where it cannot be."""
    return [] if head.table is None else [head.path.suffix.lower().removeprefix(".")]


def _read_head(path: Path, note: Note, sheet: str | None) -> tuple[Head, InputError | None]:
    """Return the beginning of a file, and why it is no plain table."""
    try:
        table = open_table(path, note, sheet=sheet)
    except InputError as error:
        return Head(path=path), error
    first = next(iter(table.chunks(_HEAD_ROWS, ignore_reject)), None)
    columns = [] if first is None else [cell_texts(column) for column in first.batch.columns]
    names = tuple(table.schema.names)
    rows = tuple(zip(*columns, strict=True))
    numbers = () if first is None else tuple(first.rows)
    head = Head(path=path, table=table, names=names, rows=rows, numbers=numbers)
    return head, None
