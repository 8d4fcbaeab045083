"""Where a table stands on its sheet: the one place that the writer, the formulas and the re-check ask.

A table is its title, its lead lines, its header, its rows, its notes; two empty rows separate it from the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from optimizer.address import letters
from optimizer.files.recheck import Expected, Place, Stored
from optimizer.report.table import Book, Cell, Formula, Row, Sheet, Style, Table, plain

LONGEST = 32_000  # characters; a cell holds 32,767
Position = tuple[int, int]  # row and column, both from 0


@dataclass(frozen=True)
class Placed:
    """A table on a sheet; `top` is the row of its title."""

    sheet: str
    table: Table
    top: int

    @property
    def header(self) -> int:
        """The row of the header; where there is none, the row before the first."""
        return self.top + 1 + len(self.table.lead) - (not self.table.headed)

    @property
    def first(self) -> int:
        return self.header + 1

    @property
    def notes(self) -> int:
        return self.first + len(self.table.rows)

    @property
    def end(self) -> int:
        """The row after the last."""
        return self.notes + len(self.table.notes)

    @cached_property
    def columns(self) -> tuple[int, ...]:
        """The sheet's column in which each column of the table begins."""
        found, at = [], 0
        for column in self.table.columns:
            found.append(at)
            at += column.span
        return tuple(found)

    @property
    def width(self) -> int:
        return sum(column.span for column in self.table.columns)

    def rows(self) -> Iterator[tuple[int, Row]]:
        return enumerate(self.table.rows, start=self.first)

    def column(self, key: str) -> int:
        return self.columns[self.table.position(key)]

    def cell(self, index: int, key: str) -> str:
        """A reference to the cell of row `index` (from 0) of the table."""
        return f"{quoted(self.sheet)}!{absolute(self.first + index, self.column(key))}"

    def range(self, key: str, first: int = 0, last: int | None = None) -> str:
        """A reference to the column's cells from row `first` to row `last` of the table, both included."""
        last = len(self.table.rows) - 1 if last is None else last
        column = self.column(key)
        return f"{quoted(self.sheet)}!{absolute(self.first + first, column)}:{absolute(self.first + last, column)}"

    def body(self, key: str) -> str:
        """A reference to the column's cells from the first to the last body row."""
        at = [i for i, row in enumerate(self.table.rows) if row.style is Style.BODY]
        return self.range(key, at[0], at[-1])


def place(sheet: Sheet) -> tuple[Placed, ...]:
    placed: list[Placed] = []
    top = 0
    for table in sheet.tables:
        placed.append(Placed(sheet.shown, table, top + table.room))
        top = placed[-1].end + 2
    return tuple(placed)


def cells(sheet: Sheet) -> dict[Position, Cell]:
    """Everything that stands on a sheet."""
    found: dict[Position, Cell] = {}
    for placed in place(sheet):
        found[placed.top, 0] = placed.table.title
        found |= {(placed.top + 1 + i, 0): line for i, line in enumerate(placed.table.lead)}
        if placed.table.headed:
            header = (column.header for column in placed.table.columns)
            found |= {(placed.header, at): text for at, text in zip(placed.columns, header, strict=True)}
        for at, row in placed.rows():
            found |= {(at, column): cell for column, cell in zip(placed.columns, row.cells, strict=False)}
        found |= {(placed.notes + i, 0): note for i, note in enumerate(placed.table.notes)}
    return {position: cell for position, cell in found.items() if cell is not None and cell != ""}


def area(first: int, last: int, columns: int) -> str:
    """A reference to so many columns of the rows from first to last, both included."""
    return f"{absolute(first, 0)}:{absolute(last, columns - 1)}"


def absolute(row: int, column: int) -> str:
    return f"${letters(column + 1)}${row + 1}"


def quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def stored(cell: Cell) -> Stored | None:
    """The value as a workbook holds it: 16 digits, plain line ends, no endless text; None for a blank cell."""
    value = plain(cell)
    if isinstance(value, str):  # first, as most are: whether something is a Fraction takes Python longer to see
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]} … [{len(text) - LONGEST:,} characters more]"
        return text if text.strip() else None
    return float(f"{float(value):.16G}") if isinstance(value, Fraction) else value


def expected(book: Book) -> dict[str, dict[Place, Expected]]:
    """What the finished workbook must hold, sheet by sheet."""
    return {
        sheet.shown: {
            (row + 1, column + 1): Expected(value, cell.text if isinstance(cell, Formula) else "")
            for (row, column), cell in cells(sheet).items()
            if (value := stored(cell)) is not None
        }
        for sheet in book.sheets
    }
