"""How a table lies on a page of paper: what a line of text measures, how wide columns are, where a table is too wide.

Lengths are in points. Text is measured in Arial, whose widths other sans serif faces come near; `SLACK` covers the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from optimizer.report.language import Language
from optimizer.report.table import Cell, Column, Kind, Row, Style, Table, kind_of, plain

RIGHT = (Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.PERCENT)
SMALLEST = 7.0  # points; smaller type is not read by anybody
SLACK, BOLD = 1.05, 1.08
PADDING = 7.0  # left and right of a cell, with a little air
LINE, ROW = 1.22, 4.0  # height of a line as a multiple of the type size; what a row has above and below
FEWEST = 13.0  # times the type size: a column of sentences is no narrower,
PART = 0.4  # nor than so much of the width in characters that it asks for, where that is less
TALLEST = 1.5  # times the height that the smallest type would give
STUB = 2  # columns at most that say what a row is, repeated where a table is split
LONGEST_WORD = 0.3  # of the page: longer words are broken
_LETTERS = {
    "ijl'|’‘": 0.222, " \u00a0!,./:;I[\\]ft·": 0.278, "()-r`\u2010\u2011•": 0.333, "\"*{}": 0.37, "^": 0.469, "Jcksvxyz": 0.5,
    "#$?L_–0123456789abdeghnopqu€§": 0.556, "+<=>~×−": 0.584, "FTZ": 0.611, "&ABEKPSVXY": 0.667, "CDHNRUw": 0.722,
    "GOQ": 0.778, "Mm": 0.833, "%W": 0.92, "@—…": 1.0,
}  # fmt: skip
_WIDTHS = {letter: width for letters, width in _LETTERS.items() for letter in letters}
_PIECES = re.compile(r"(?:[^ \n\t–-]|(?<=[0-9])[–-](?=[0-9]))*[–-]*")  # 2021–26 stays whole
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """With plain line ends, and the mark of a damaged character for what no markup may hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def spans(table: Table, row: Row) -> Iterator[tuple[int, int, Cell]]:
    """First column, number of columns and content of each cell of a row as it is drawn.

    Headings take the full width; the label of a sum takes the blank cells on both sides.
    """
    if row.full_width:
        yield 0, len(table.columns), row.cells[0]
        return
    cells = list(row.cells)
    after = 0
    if row.style in (Style.SUBTOTAL, Style.TOTAL):
        label = next((i for i, cell in enumerate(cells) if cell is not None), 0)
        after = next((i for i in range(label + 1, len(cells)) if cells[i] is not None or table.columns[i].kind in RIGHT), 0)
        if after and isinstance(plain(cells[label]), str):
            yield 0, after, cells[label]
        else:
            after = 0
    for i in range(after, len(cells)):
        yield i, 1, cells[i]


def shown(language: Language, column: Column, row: Row, cell: Cell) -> str:
    return clean(language.shown(cell, kind_of(column, row, cell)))


def to_right(column: Column) -> bool:
    return column.kind in RIGHT


@lru_cache(maxsize=50_000)
def length(text: str) -> float:
    """Of a line at a type size of one point."""
    return SLACK * sum(map(_width, text))


def _width(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if unicodedata.combining(letter):
        return 0.0
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTHS.get(base, 1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.67)


def _longest_piece(text: str) -> float:
    """The widest part that is not broken: lines break at spaces and after dashes."""
    return max((length(piece) for piece in _PIECES.findall(text)), default=0.0)


@dataclass(frozen=True, slots=True)
class Fit:
    """A table on a page: its type size, the widths of its columns, and how high it is without caption and notes."""

    table: Table
    size: float
    widths: tuple[float, ...]
    height: float


def fit(table: Table, language: Language, room: float, size: float) -> tuple[Fit, ...]:
    """The table in a width of `room`, in the largest type up to `size` in which it fits; in parts where it fits in none.

    Type that makes a table much higher than the smallest would is too large: its columns are too narrow for their sentences.
    """
    sizes = [size, *(size - step / 2 for step in range(1, int(2 * (size - SMALLEST)) + 1))] if size > SMALLEST else [SMALLEST]
    found = []
    for one, even in (*((one, True) for one in sizes), (sizes[-1], False)):
        measured = _Measured.of(table, language, room, one, even)
        if sum(measured.least) <= room:
            found.append(measured.fit(table, room))
    if found:
        lowest = min(one.height for one in found)
        return (next(one for one in found if one.height <= TALLEST * lowest),)
    parts = tuple(_parts(table, _Measured.of(table, language, room, SMALLEST), room))
    return tuple(_Measured.of(part, language, room, SMALLEST).fit(part, room) for part in parts)


def _columns(table: Table, chosen: Sequence[int]) -> Table:
    """Sums without a figure in these columns are left out."""
    rows = []
    for row in table.rows:
        cells = row.cells if row.full_width else tuple(row.cells[i] for i in chosen)
        summed = row.style in (Style.SUBTOTAL, Style.TOTAL)
        if not summed or any(cell is not None and not isinstance(plain(cell), str) for cell in cells):
            rows.append(replace(row, cells=cells))
    return replace(table, columns=tuple(table.columns[i] for i in chosen), rows=tuple(rows))


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the columns of a table ask for: the `least` width without broken words, all on one line, and how much text they have.

    `texts` has the lengths of the cells, row by row, of the rows that are not of full width.
    """

    size: float
    least: list[float]
    natural: list[float]
    texts: list[list[float]]

    @classmethod
    def of(cls, table: Table, language: Language, room: float, size: float, even: bool = True) -> _Measured:
        """`even`: columns of figures of one kind are equally wide."""
        columns, longest = range(len(table.columns)), LONGEST_WORD * room
        least, natural = [0.0] * len(columns), [0.0] * len(columns)
        texts: list[list[float]] = []
        header = [clean(column.header) for column in table.columns] if table.headed else []
        rows = [(header, [1] * len(header), BOLD)] if header else []
        for row in table.rows:
            if not row.full_width:
                cells = ["" for _ in columns]
                across = [1 for _ in columns]
                for first, span, cell in spans(table, row):
                    cells[first], across[first] = shown(language, table.columns[first], row, cell), span
                rows.append((cells, across, 1.0 if row.style is Style.BODY else BOLD))
        for cells, across, weight in rows:
            lengths = [max(map(length, text.split("\n"))) * weight * size for text in cells]
            texts.append(lengths)
            for i in columns:
                if across[i] > 1:
                    continue
                pieces = _longest_piece(cells[i]) * weight * size + PADDING
                natural[i] = max(natural[i], lengths[i] + PADDING)
                least[i] = max(least[i], min(pieces, longest))
        for i, column in enumerate(table.columns):
            if to_right(column) and even:
                same = [least[j] for j, other in enumerate(table.columns) if other.kind is column.kind]
                least[i] = max(same)
            elif not to_right(column):
                least[i] = max(least[i], min(natural[i], FEWEST * size, PART * column.width * size))
            natural[i] = max(natural[i], least[i])
        return cls(size, least, natural, texts)

    def fit(self, table: Table, room: float) -> Fit:
        widths = self._widths(room)
        height = sum(self._height(lengths, widths) for lengths in self.texts)
        full = [length(str(plain(row.cells[0]))) * self.size for row in table.rows if row.full_width]
        height += sum(-(-one // (room - PADDING)) * LINE * self.size + ROW for one in full)
        return Fit(table, self.size, tuple(widths), height)

    def _widths(self, room: float) -> list[float]:
        """Between least and natural, so that long columns share what is left as the cubes of their texts ask; then all grow."""
        weights = [sum(line[i] ** 3 for line in self.texts) ** 0.25 for i in range(len(self.least))]
        widths = list(self.least)
        if sum(self.natural) <= room:
            widths = list(self.natural)
        else:
            open_columns = {i for i, (a, b) in enumerate(zip(self.least, self.natural, strict=True)) if a < b and weights[i]}
            fixed: dict[int, float] = {i: self.least[i] for i in range(len(widths)) if i not in open_columns}
            while open_columns:
                scale = (room - sum(fixed.values())) / sum(weights[i] for i in open_columns)
                low = {i: self.least[i] for i in open_columns if scale * weights[i] < self.least[i]}
                high = {i: self.natural[i] for i in open_columns if scale * weights[i] > self.natural[i]}
                settled = low or high
                if not settled:
                    fixed |= {i: scale * weights[i] for i in open_columns}
                    break
                fixed |= settled
                open_columns -= settled.keys()
            widths = [fixed[i] for i in range(len(widths))]
        grow = room / sum(widths) if sum(widths) else 1.0
        return [width * grow for width in widths]

    def _height(self, lengths: Sequence[float], widths: Sequence[float]) -> float:
        lines = max((-(-one // max(width - PADDING, 1.0)) for one, width in zip(lengths, widths, strict=True)), default=1)
        return max(lines, 1.0) * LINE * self.size + ROW


def _parts(table: Table, measured: _Measured, room: float) -> Iterator[Table]:
    """The table, or its pieces that fit side by side, each with the columns that say what a row is."""
    stub = next((i for i, column in enumerate(table.columns) if i == STUB or column.kind not in (Kind.ID, Kind.TEXT)), 0)
    left = room - sum(measured.least[:stub])
    pieces: list[list[int]] = []
    used = left + 1.0  # so that the first column opens a piece
    for i in range(stub, len(table.columns)):
        if used + measured.least[i] > left:
            pieces.append([])
            used = 0.0
        pieces[-1].append(i)
        used += measured.least[i]
    for number, piece in enumerate(pieces):
        part = _columns(table, [*range(stub), *piece])
        first, last = number == 0, number == len(pieces) - 1
        yield replace(part, lead=part.lead if first else (), notes=part.notes if last else ())
