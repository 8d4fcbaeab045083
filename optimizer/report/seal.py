"""The sheet Seal at the end of a workbook, by which optimizer verify finds any cell that was changed later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from optimizer.files import seal
from optimizer.files.recheck import Expected, Place
from optimizer.report import layout
from optimizer.report.table import Book, Column, Kind, Row, Sheet, Table


def sealed(book: Book) -> Book:
    """The workbook with the sheet Seal."""
    rows = [Row(line) for name, cells in layout.expected(book).items() for line in seal.lines(name, _rows(cells))]
    columns = (Column("sheet", "", width=30), Column("first", "", Kind.COUNT), Column("digests", "", width=100))
    table = Table(seal.SEAL, columns, tuple(rows), lead=(seal.NOTE,), headed=False)
    return replace(book, sheets=(*book.sheets, Sheet(seal.SEAL, "", (table,), hidden=True)))


def _rows(cells: Mapping[Place, Expected]) -> dict[int, dict[int, str]]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in cells.items():
        rows.setdefault(row, {})[column] = seal.canonical(cell.value, cell.formula)
    return rows
