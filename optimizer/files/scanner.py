"""The XML of one part, followed without being kept: how far cells reach, and that each stands once, in its place.

What no spreadsheet program writes, libraries read each in its own way: of a cell that stands twice one takes the first and
another the last. Excel opens no such workbook; neither does this program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from optimizer.address import address, column_number
from optimizer.files.container import SAVE_AS, NotUsable, damaged
from optimizer.findings import quoted

MOST_ROWS = 100_000
MOST_COLUMNS = 500
DEEPEST = 100  # nested elements; a workbook needs a dozen
LONGEST_ATTRIBUTE = 100_000  # bytes without anything else in between
LONGEST_TEXT = 500_000  # characters in one element; a cell holds 32,767, and each may be written as an escape
MOST_ELEMENTS = 3_000_000  # of all parts; a sheet of formatted blank rows has 2 million
MOST_LISTED = 100  # merged ranges of a sheet: one is too many
MOST_COLUMN_STYLES = 1_000

# What a cell of each type may hold; a number has the form that XML knows, not the wider one of Python.
_OF_CELLS = {"sheetData", "row", "c", "v", "f", "is"}
_INDEX = re.compile(r"[0-9]{1,9}")
_HOLDS = {
    "n": re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"),
    "s": _INDEX,
    "b": re.compile("[01]"),
}
_TYPES = {*_HOLDS, "str", "inlineStr", "e", "d"}
_SPACES = " \t\r\n"
# Libraries find elements by their namespace and leave out, without a word, those of any other.
_NAMESPACES = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")


@dataclass
class Layout:
    """What a worksheet is like around its values. Rows and columns are numbers from 1."""

    last_row: int = 0
    last_column: int = 0
    beyond: str = ""  # first cell with content outside the limits
    formulas: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cells: int = 0  # with content
    merged: list[str] = field(default_factory=list)


class Scanner:
    """`seen` are the elements of all parts so far. `layout` is None for what is no worksheet."""

    def __init__(self, part: str, seen: int) -> None:
        self.part, self.seen = part, seen
        self.layout: Layout | None = None
        self._depth = self._text = self._styles = self._idle = 0
        self._prefix = self._declares = self._cell = ""
        self._sheet = _Cells(part)
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes, final: bool = False) -> None:
        before = (self.seen, self._depth, self._text)
        self._parser.Parse(chunk, final)
        self._idle = self._idle + len(chunk) if before == (self.seen, self._depth, self._text) else 0
        if self._idle > LONGEST_ATTRIBUTE:
            raise _endless(f"its part {quoted(self.part)} has an endless attribute")
        if self.seen > MOST_ELEMENTS:
            raise _endless(f"it has more than {MOST_ELEMENTS:,} elements")

    def _doctype(self, *_: object) -> None:
        found = f"its part {quoted(self.part)} declares a document type or entities"
        raise NotUsable("file-dtd", found, "plain XML parts are expected", SAVE_AS)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth = depth = self._depth + 1
        self._text = 0
        self.seen += 1
        if tag == self._cell:  # most are, and blank ones at that
            self._sheet.cell(depth, attributes)
        elif depth > DEEPEST:
            raise _endless(f"its part {quoted(self.part)} is nested too deeply")
        elif self.layout is not None:
            self._worksheet(self.layout, tag.removeprefix(self._prefix), attributes)
        elif depth == 1 and tag.rpartition(":")[2] == "worksheet":
            self._prefix = tag.removesuffix("worksheet")
            self._declares = f"xmlns:{self._prefix[:-1]}" if self._prefix else "xmlns"
            space = attributes.get(self._declares, "")
            if space not in _NAMESPACES:
                raise damaged(f"its part {quoted(self.part)} is no worksheet, but one of the kind {quoted(space)}")
            self._cell, self._sheet.declares, self.layout = f"{self._prefix}c", self._declares, Layout()

    def _end(self, tag: str) -> None:
        self._depth = depth = self._depth - 1
        if depth == 4 or depth == 1:  # noqa: PLR1714 - quicker
            self._sheet.close(depth)

    def _characters(self, text: str) -> None:
        self._text += len(text)
        if self._text > LONGEST_TEXT:
            raise _endless(f"its part {quoted(self.part)} has an endless text")
        if self._sheet.reading:
            self._sheet.text += text

    def _worksheet(self, layout: Layout, name: str, attributes: dict[str, str]) -> None:
        if self._declares in attributes and name in _OF_CELLS:
            raise damaged(f"its part {quoted(self.part)} has cells of another kind")
        if name in ("v", "f", "is"):
            self._sheet.content(self._depth, name, layout)
        elif name == "row":
            row = self._sheet.begin(self._depth, attributes)
            if row <= MOST_ROWS and _true(attributes.get("hidden")):
                layout.hidden_rows.add(row)
        elif name == "sheetData":
            self._sheet.data(self._depth)
        elif name == "col" and _true(attributes.get("hidden")):
            self._styles += 1
            first = whole(attributes.get("min"), 1)
            last = min(whole(attributes.get("max"), first), MOST_COLUMNS)
            if self._styles <= MOST_COLUMN_STYLES:
                layout.hidden_columns.update(range(first, last + 1))
        elif name == "mergeCell" and len(layout.merged) < MOST_LISTED:
            layout.merged.append(attributes.get("ref", ""))


class _Cells:
    """Where the scan is among the cells of a worksheet: each row once, each cell once, in their order. Raises NotUsable."""

    def __init__(self, part: str) -> None:
        self.part, self.text = part, ""
        self.reading = False  # the text of a value
        self._seen = self._open = False  # the element with the rows
        self._row = self._column = 0
        self._row_text, self._type, self._has, self.declares = "", "n", "", ""
        self._columns, self._styles = dict[str, int](), {"0"}  # those met so far

    def data(self, depth: int) -> None:
        if self._seen or depth != 2:
            raise self._wrong("it has two lists of rows")
        self._seen = self._open = True

    def begin(self, depth: int, attributes: dict[str, str]) -> int:
        text = attributes.get("r")
        row = self._row + 1 if text is None else whole(text, 0)
        self._row_text = str(row)
        if depth != 3 or not self._open or row <= self._row or text not in (None, self._row_text):
            raise self._wrong(f"its row {quoted(text or '')} stands twice, or out of place")
        self._row, self._column = row, 0
        return row

    def cell(self, depth: int, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        column = self._column + 1 if place is None else self._column_of(place)
        if depth != 4 or not self._open or column <= self._column or self.declares in attributes:
            raise self._wrong(f"its cell {quoted(place or '')} stands twice, out of place or is of another kind")
        self._column, self._type, self._has = column, attributes.get("t", "n"), ""
        style = attributes.get("s", "0")
        if self._type not in _TYPES or (style not in self._styles and not style.isdecimal()):
            raise self._wrong(f"its cell {address(self._row, column)} is of no known kind")
        self._styles.add(style)

    def _column_of(self, place: str) -> int:
        """0 for what is no place in the row."""
        text = place.removesuffix(self._row_text)
        column = self._columns.get(text)
        if column is None:
            column = column_number(text) if text.isupper() and text.isascii() and text.isalpha() and len(text) <= 3 else 0
            self._columns[text] = column
        return column

    def content(self, depth: int, name: str, layout: Layout) -> None:
        if depth != 5 or not self._open:
            return  # not of a cell
        if name in self._has or (name != "f" and (name == "is") != (self._type == "inlineStr")):
            raise self._wrong(f"its cell {address(self._row, self._column)} has two values, or one of another kind")
        layout.cells += not self._has
        layout.formulas |= name == "f"
        self._has += name
        self.reading, self.text = name == "v", ""
        if self._row > MOST_ROWS or self._column > MOST_COLUMNS:
            layout.beyond = layout.beyond or address(self._row, self._column)
            return
        layout.last_row = max(layout.last_row, self._row)
        layout.last_column = max(layout.last_column, self._column)

    def close(self, depth: int) -> None:
        if depth == 1:
            self._open = self.reading = False
        elif depth == 4 and self.reading:
            self.reading = False
            form = _HOLDS.get(self._type)
            if form is not None and self.text and not form.fullmatch(self.text.strip(_SPACES)):
                raise self._wrong(f"its cell {address(self._row, self._column)} holds {quoted(self.text)} as a number")

    def _wrong(self, found: str) -> NotUsable:
        return damaged(f"{found}, in its part {quoted(self.part)}")


def _endless(found: str) -> NotUsable:
    return NotUsable("file-too-large", found, "a workbook of bearable size is expected", SAVE_AS)


def whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() else default


def _true(text: str | None) -> bool:
    return text in ("1", "true")
