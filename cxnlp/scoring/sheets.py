"""Write rows as the sheets of an Excel workbook, streamed, the same rows as the same bytes.

Only what a table needs of Office Open XML (ECMA-376): typed cells, a frozen and filtered header,
widths. Texts are inline strings, which no spreadsheet program runs; one that begins as a formula
does is marked as quoted besides, so that it stays a text when it is edited.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

from cxnlp.spreadsheet import spreadsheet_safe

MAX_ROWS = 1_048_575  # beside the header
MAX_COLUMNS = 16_384
MAX_CELL_CHARACTERS = 32_767  # of UTF-16
MAX_SHEET_BYTES = 1 << 30
GENERAL, HEADER, DATE, TIME, QUOTED = range(5)  # styles, in the order of _STYLES

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip archive; a true time would change the bytes
_HELD_BYTES = 1 << 20
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A carriage return would be read as a line feed, and a text that looks like an escape as one.
_TO_ESCAPE = re.compile(r"\r|_(?=x[0-9A-Fa-f]{4}_)")
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)

Value = str | int | float | bool | None


class SheetsWriter:
    """Rows under one header; where a sheet is full, they go on in another."""

    def __init__(self, path: Path, header: Sequence[str], styles: Sequence[int]) -> None:
        """Open a workbook for columns of these names and styles (DATE and TIME hold serials)."""
        self.n_cut = self.n_removed = 0  # cells cut, characters removed
        self._header = header
        self._styles = styles
        self._letters = [_letters(number) for number in range(1, len(header) + 1)]
        self._archive = zipfile.ZipFile(path, "w")
        self._sheet: IO[bytes] | None = None
        self._n_sheets = self._n_rows = self._n_bytes = self._n_held = 0
        self._held: list[str] = []
        self._lengths: list[int] = []  # of the sheets that are whole, in rows

    def write(self, rows: Sequence[Sequence[Value]]) -> None:
        """Append rows."""
        for row in rows:
            if self._sheet is None:
                self._begin(rows)
            elif self._n_rows > MAX_ROWS or self._n_bytes >= MAX_SHEET_BYTES:
                self._end()
                self._begin(rows)
            self._add(row, self._styles)

    def close(self) -> None:
        """Write what makes the sheets a workbook."""
        if self._sheet is None:
            self._begin([])
        self._end()
        sheets = range(1, self._n_sheets + 1)
        # Excel keeps the range of a filter under this name too.
        names = "".join(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n - 1}" hidden="1">'
            f"'{_title(n)}'!$A$1:${self._letters[-1]}${rows}</definedName>"
            for n, rows in zip(sheets, self._lengths, strict=True)
        )
        parts = {
            "xl/styles.xml": _STYLES,
            "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            + "".join(
                f'<sheet name="{_title(n)}" sheetId="{n}" r:id="rId{n}"/>' for n in sheets
            )
            + f"</sheets><definedNames>{names}</definedNames></workbook>",
            "xl/_rels/workbook.xml.rels": _relationships(
                [*(("worksheet", f"worksheets/sheet{n}.xml") for n in sheets),
                 ("styles", "styles.xml")]
            ),
            "_rels/.rels": _relationships([("officeDocument", "xl/workbook.xml")]),
            "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                f'ContentType="{_TYPE}.worksheet+xml"/>'
                for n in sheets
            )
            + "</Types>",
        }  # fmt: skip
        for name, content in parts.items():
            self._archive.writestr(_part(name), content)
        self._archive.close()

    def _begin(self, rows: Sequence[Sequence[Value]]) -> None:
        self._n_sheets += 1
        self._n_rows = self._n_bytes = 0
        self._sheet = self._archive.open(_part(f"xl/worksheets/sheet{self._n_sheets}.xml"), "w")
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(_widths(self._header, rows[:100]), start=1)
        )
        selected = ' tabSelected="1"' if self._n_sheets == 1 else ""
        self._hold(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{selected} '
            'workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
            'state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'
        )
        self._add(self._header, [HEADER] * len(self._header))

    def _end(self) -> None:
        self._lengths.append(self._n_rows)
        last = f"{self._letters[-1]}{self._n_rows}"
        self._hold(f'</sheetData><autoFilter ref="A1:{last}"/></worksheet>')
        self._flush()
        if self._sheet is not None:
            self._sheet.close()

    def _add(self, row: Sequence[Value], styles: Sequence[int]) -> None:
        self._n_rows += 1
        cells = [
            self._cell(f"{letters}{self._n_rows}", value, style)
            for letters, value, style in zip(self._letters, row, styles, strict=True)
            if value is not None and value != ""
        ]
        self._hold(f'<row r="{self._n_rows}">{"".join(cells)}</row>')

    def _cell(self, place: str, value: Value, style: int) -> str:
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
        if isinstance(value, int | float):
            if abs(value) < _EXACT or (isinstance(value, float) and math.isfinite(value)):
                shown = f' s="{style}"' if style else ""
                return f'<c r="{place}"{shown}><v>{value!r}</v></c>'
            value = str(value)
        text = self._fit(str(value))
        style = QUOTED if style != HEADER and spreadsheet_safe(text) != text else style
        shown = f' s="{style}"' if style in (HEADER, QUOTED) else ""
        escaped = escape(_TO_ESCAPE.sub(lambda m: "_x000D_" if m[0] == "\r" else "_x005F_", text))
        inline = f'<is><t xml:space="preserve">{escaped}</t></is>'
        return f'<c r="{place}"{shown} t="inlineStr">{inline}</c>'

    def _fit(self, text: str) -> str:
        """Return what a cell can hold of a text."""
        text, n_removed = _FORBIDDEN.subn("", text)
        self.n_removed += n_removed
        if len(text) * 2 > MAX_CELL_CHARACTERS:
            units = text.encode("utf-16-le")
            if len(units) > 2 * MAX_CELL_CHARACTERS:
                self.n_cut += 1
                text = units[: 2 * MAX_CELL_CHARACTERS].decode("utf-16-le", "ignore")
        return text

    def _hold(self, xml: str) -> None:
        self._held.append(xml)
        self._n_held += len(xml)
        if self._n_held >= _HELD_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._sheet is not None:
            content = "".join(self._held).encode()
            self._n_bytes += self._sheet.write(content)
        self._held.clear()
        self._n_held = 0


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, date_time=_EARLIEST)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _title(number: int) -> str:
    return "Scored" if number == 1 else f"Scored {number}"


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    lines = (
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _widths(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[int]:
    """Return the width of each column in characters, so that most cells show whole."""
    widths = []
    for position, name in enumerate(header):
        lengths = sorted(len(str(row[position])) for row in rows if row[position] is not None)
        usual = lengths[len(lengths) * 9 // 10] if lengths else 0
        widths.append(min(60, max(8, len(name) + 3, usual + 2)))
    return widths
