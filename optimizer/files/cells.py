"""Cells of an input workbook, as openpyxl reads them. The only module that knows openpyxl."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from xml.etree import ElementTree

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from optimizer.address import address
from optimizer.files.container import Container, damaged
from optimizer.files.parts import SheetPart, TableArea
from optimizer.files.scanner import Layout
from optimizer.findings import Finding, InputRefused, Severity, escaped

_STRING, _TEXT = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}t"
CellValue = str | int | float | bool | datetime | date | time | timedelta | None

# What openpyxl says about features that carry no values; a date out of bounds becomes an error cell, which is refused as one.
_HARMLESS = re.compile(
    r"extension is not supported|Workbook contains no (default style|stylesheet)|Cannot parse header or footer"
    r"|Print area cannot be set|Defined names for sheet index|Unknown type for|is marked as a date but"
    r"|conditional formatting rule"
)
# Whatever a part that is well-formed but wrong makes openpyxl stumble over.
_STUMBLES = (KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError, OSError, ElementTree.ParseError)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with content. `value` is what a formula gave when last calculated; None where it never was."""

    row: int
    column: int
    value: CellValue
    formula: str = ""
    format: str = "General"
    error: bool = False

    @property
    def address(self) -> str:
        return address(self.row, self.column)


@dataclass(frozen=True)
class Grid:
    """A worksheet's cells with content, by row and column."""

    name: str
    state: str
    layout: Layout
    tables: tuple[TableArea, ...]
    rows: Mapping[int, Mapping[int, Cell]]


def read_grids(container: Container, sheets: Iterable[SheetPart]) -> dict[str, Grid]:
    """The grids of these worksheets by name. Raises InputRefused."""
    sheets = list(sheets)
    try:
        with _quietly():
            values, formulas = _load(container, sheets)
            rows = {name: _rows(cells, formulas.get(name, {})) for name, cells in values.items()}
    except _STUMBLES as error:
        code, found, expected, remedy = damaged(
            f"it cannot be understood ({type(error).__name__}: {escaped(str(error))})"
        ).finding
        raise InputRefused([Finding(code, Severity.ERROR, container.name, "", "", found, expected, remedy)]) from None
    return {
        sheet.name: Grid(sheet.name, sheet.state, sheet.layout, sheet.tables, rows[sheet.name])
        for sheet in sheets
        if sheet.layout is not None
    }


class _Worksheet(ReadOnlyWorksheet):
    """A worksheet as its rows alone.

    The scan has seen where the content ends, so that what the sheet declares need not be known; and has refused what makes a fast
    parser of XML unsafe, so that openpyxl's slow one is not needed.
    """

    def _get_size(self) -> None: ...

    def cells(self, last_row: int) -> Iterator[ReadOnlyCell]:
        sheet: Any = self
        book = sheet.parent
        with sheet._get_source() as source:
            formats = book._date_formats, book._timedelta_formats
            parser: Any = WorkSheetParser(source, sheet._shared_strings, book.data_only, book.epoch, *formats)
            for _, element in ElementTree.iterparse(source):
                if element.tag == ROW_TAG:
                    row, cells = parser.parse_row(element)
                    if row > last_row:  # what follows in the part (validation, extensions) is never parsed
                        return
                    element.clear()
                    yield from (ReadOnlyCell(self, **cell) for cell in cells)


class _CellsOnly(ExcelReader):
    """openpyxl's reader without what carries no cells, and could only be stumbled over."""

    def read_worksheets(self) -> None:
        book: Any = self.wb
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                book._sheets.append(_Worksheet(book, sheet.name, relation.target, self.shared_strings))

    def read_strings(self) -> None:
        """As openpyxl does, which takes its time over each; and takes x005F_ out wherever it stands."""
        package, rich = cast(Any, self.package), cast(Any, Text)
        part = package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for _, node in ElementTree.iterparse(source):
                if node.tag == _STRING:
                    simple = len(node) == 1 and node[0].tag == _TEXT
                    text = node[0].text or "" if simple else rich.from_tree(node).content
                    self.shared_strings.append(text.replace("x005F_", ""))
                    node.clear()

    def read_properties(self) -> None: ...

    def read_custom(self) -> None: ...

    def read_theme(self) -> None: ...


Raw = dict[tuple[int, int], Any]


def _load(container: Container, sheets: list[SheetPart]) -> tuple[dict[str, Raw], dict[str, Raw]]:
    """openpyxl's cells with content, up to where the scan saw the content end: with values, and those with formulas once more."""
    if not sheets:
        return {}, {}
    reader = _CellsOnly(io.BytesIO(container.data), read_only=True, data_only=True, keep_links=False)
    reader.read()
    book: Any = reader.wb
    layouts = {sheet.name: sheet.layout for sheet in sheets if sheet.layout is not None}
    try:
        values = {name: _raw(book[name], layout) for name, layout in layouts.items()}
        book._data_only = False  # all that the reader goes by: strings, styles and relations are parsed once
        return values, {name: _raw(book[name], layout) for name, layout in layouts.items() if layout.formulas}
    finally:
        book.close()


def _raw(worksheet: Any, layout: Layout) -> Raw:
    if not layout.last_row:
        return {}
    within = (cell for cell in worksheet.cells(layout.last_row) if cell.column <= layout.last_column)
    return {(cell.row, cell.column): cell for cell in within if cell.value is not None or cell.data_type == "str"}


def _rows(values: Raw, formulas: Raw) -> dict[int, dict[int, Cell]]:
    """Cells of only spaces count as blank."""
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), raw in sorted({**_only_formulas(formulas), **values}.items()):
        formula = formulas.get((row, column))
        text = _formula_text(formula.value) if formula is not None and formula.data_type == "f" else ""
        value = cast(CellValue, raw.value) if (row, column) in values else None
        if value is None and (row, column) in values:
            value = ""  # a formula that gave an empty text
        if isinstance(value, str):
            value = value.replace("_x000D_\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
            if not value.strip():
                continue
        cell = Cell(row, column, value, text, raw.number_format or "General", raw.data_type == "e")
        rows.setdefault(row, {})[column] = cell
    return rows


def _only_formulas(cells: Raw) -> Raw:
    return {place: cell for place, cell in cells.items() if cell.data_type == "f"}


def _formula_text(value: object) -> str:
    """Array formulas keep their text inside an object; data tables have none."""
    return str(value if isinstance(value, str) else getattr(value, "text", None) or "=TABLE()")


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the warnings that are known to be harmless; any other is given on."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for warning in caught:
        if not (issubclass(warning.category, UserWarning) and _HARMLESS.search(str(warning.message))):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
