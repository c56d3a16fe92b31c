"""Open workbooks also where what surrounds their cells breaks the standard.

Some programs write styles or properties that openpyxl does not take, and spreadsheet programs do.
All that is wanted of them is which cells are dates.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from typing import IO, Any

_BLOCK_BYTES = 1 << 20
_NOT_NEEDED = "docProps/"
_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<numFmts>%s</numFmts><cellXfs>%s</cellXfs></styleSheet>"
)


def load_cells(stream: IO[bytes]) -> Any:
    """Return the openpyxl workbook of a stream, which stays open; values are those saved."""
    try:
        return _load(stream)
    except (ValueError, TypeError) as error:
        plain: IO[bytes] = tempfile.TemporaryFile(prefix="cxnlp-")  # noqa: SIM115 - read later on
        try:
            _copy_plain(stream, plain)
            return _load(plain)
        except Exception:
            plain.close()
            raise error from error.__cause__


def _load(stream: IO[bytes]) -> Any:
    import openpyxl

    return openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)


def _copy_plain(stream: IO[bytes], copy: IO[bytes]) -> None:
    with (
        zipfile.ZipFile(stream) as old,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.namelist():
            if part.endswith("styles.xml"):
                new.writestr(part, _plain_styles(old.read(part)))
            elif part.endswith((".xml", ".rels")) and not part.startswith(_NOT_NEEDED):
                with old.open(part) as source, new.open(part, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target, _BLOCK_BYTES)
    copy.seek(0)


def _plain_styles(xml: bytes) -> bytes:
    """Return a style sheet of the number formats alone."""
    formats = re.search(rb"<numFmts[^>]*>(.*?)</numFmts>", xml, re.S)
    cells = re.search(rb"<cellXfs[^>]*>(.*?)</cellXfs>", xml, re.S)
    used = re.findall(rb"<xf\s[^>]*?numFmtId=\"(\d+)\"", cells[1] if cells else b"")
    xfs = b"".join(b'<xf numFmtId="%s"/>' % number for number in used)
    return _STYLES % (formats[1] if formats else b"", xfs or b'<xf numFmtId="0"/>')
