"""Numbers put into cells of a worksheet part, byte for byte: whatever is not one of these cells stays as it was.

No library that reads and writes a workbook keeps all that it has; here nothing is written but the cells themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from optimizer.address import address, position

Place = tuple[int, int]  # row and column
_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_TYPE = re.compile(rb"\s+t\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_SPANS = re.compile(rb"(\sspans\s*=\s*[\"'])(\d+):(\d+)([\"'])")


@dataclass(frozen=True, slots=True)
class CellAt:
    """A cell where it stands in the bytes; `holds` are the local names of what is inside it."""

    start: int
    end: int
    attributes: Mapping[str, str]
    holds: tuple[str, ...]


@dataclass
class RowAt:
    """`cells` are where each begins, by column; `told` says that all have their address."""

    start: int
    attributes: Mapping[str, str]
    end: int = 0
    cells: dict[int, int] = field(default_factory=dict)
    told: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A formula as it stands: its cell, type, the range it is for, its text."""

    cell: str
    kind: str
    area: str
    text: str


def editable(data: bytes) -> bool:
    """Whether the part is in UTF-8, so that its bytes can be edited as they are."""
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    said = re.match(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w-]+)", head)
    return head.startswith(b"<") and b"\0" not in head and (said is None or said[1].lower() in (b"utf-8", b"us-ascii"))


class SheetXml:
    """What a worksheet part has in the rows asked for, and its formulas. The part has been found well-formed before."""

    def __init__(self, data: bytes, rows: frozenset[int] = frozenset()) -> None:
        self.data = data
        self.rows: dict[int, RowAt] = {}
        self.cells: dict[Place, CellAt] = {}
        self.formulas: list[Written] = []
        self.column_styles: list[tuple[int, int, str]] = []
        self.protected = False
        self.prefix = ""
        self._wanted = rows
        self._path: list[str] = []
        self._row = self._column = self._start = 0
        self._attributes: dict[str, str] = {}
        self._holds: list[str] = []
        self._formula: dict[str, str] = {}
        self._text: list[str] | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._characters
        self._parser.Parse(data, True)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        if self._path[-1:] == ["c"]:
            self._holds.append(name)
        self._path.append(name)
        at = self._parser.CurrentByteIndex
        if self._path[1:] == ["sheetData", "row"]:
            self.prefix = f"{prefix}:" if prefix else ""
            self._row = _whole(attributes.get("r"), self._row + 1)
            self._column = 0
            if self._row in self._wanted:
                self.rows[self._row] = RowAt(at, attributes)
        elif self._path[1:] == ["sheetData", "row", "c"]:
            row, column = position(attributes.get("r", ""))
            self._column = column or self._column + 1
            self._start, self._attributes, self._holds = at, attributes, []
            if self._row in self.rows:
                self.rows[self._row].cells[self._column] = at
                self.rows[self._row].told &= bool(row)
        elif self._path[-2:] == ["c", "f"]:
            self._formula, self._text = attributes, []
        elif name == "sheetProtection":
            self.protected |= attributes.get("sheet") in ("1", "true")
        elif self._path[1:] == ["cols", "col"] and "style" in attributes:
            first = _whole(attributes.get("min"), 1)
            self.column_styles.append((first, _whole(attributes.get("max"), first), attributes["style"]))

    def _finish(self, _: str) -> None:
        name = self._path[-1]
        if name == "f" and self._text is not None:
            found, cell = self._formula, address(self._row, self._column)
            self.formulas.append(Written(cell, found.get("t", ""), found.get("ref", ""), "".join(self._text)))
            self._text = None
        elif self._path[1:] == ["sheetData", "row", "c"] and self._row in self.rows:
            end = self._end(self._start)
            self.cells[self._row, self._column] = CellAt(self._start, end, self._attributes, tuple(self._holds))
        elif self._path[1:] == ["sheetData", "row"] and self._row in self.rows:
            self.rows[self._row].end = self._parser.CurrentByteIndex
        self._path.pop()

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, start: int) -> int:
        """Where the element that is ending here, and began at `start`, ends."""
        tag = _TAG.match(self.data, start)
        assert tag is not None, "well-formed, and in UTF-8"
        return tag.end() if tag[1] else self.data.index(b">", self._parser.CurrentByteIndex) + 1

    def style(self, place: Place) -> str:
        """The style that a blank cell shows there: that of its row, else of its column."""
        row = self.rows[place[0]].attributes
        if row.get("customFormat") in ("1", "true"):
            return row.get("s", "")
        return next((style for first, last, style in self.column_styles if first <= place[1] <= last), "")

    def with_numbers(self, numbers: Mapping[Place, int]) -> bytes:
        """The part with these numbers in these cells; what each cell looks like stays."""
        edits = sorted(edit for place, number in numbers.items() for edit in self._edits(place, number))
        pieces, at = [], 0
        for start, end, new in edits:
            pieces += [self.data[at:start], new]
            at = end
        return b"".join((*pieces, self.data[at:]))

    def _edits(self, place: Place, number: int) -> Iterator[tuple[int, int, bytes]]:
        close = f"<{self.prefix}v>{number}</{self.prefix}v></{self.prefix}c>".encode()
        cell = self.cells.get(place)
        if cell is not None:
            tag = _TAG.match(self.data, cell.start)
            assert tag is not None
            yield cell.start, cell.end, _TYPE.sub(b"", tag[0]).removesuffix(b">").removesuffix(b"/").rstrip() + b">" + close
            return
        row, style = self.rows[place[0]], self.style(place)
        after = [start for column, start in row.cells.items() if column > place[1]]
        at = min(after, default=row.end)
        look = f' s="{style}"' if style else ""
        yield at, at, f'<{self.prefix}c r="{address(*place)}"{look}>'.encode() + close
        tag = _TAG.match(self.data, row.start)
        spans = _SPANS.search(tag[0]) if tag else None
        if spans is not None and not int(spans[2]) <= place[1] <= int(spans[3]):
            wide = b"%d:%d" % (min(int(spans[2]), place[1]), max(int(spans[3]), place[1]))
            yield row.start + spans.start(2), row.start + spans.end(3), wide


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() else default
