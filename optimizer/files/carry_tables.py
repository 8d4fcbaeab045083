"""Sheets of an older workbook as rows of cells by column, wherever headers and columns stand; and what has no column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from optimizer.address import address, letters
from optimizer.files import older
from optimizer.files.carry_cells import content_text
from optimizer.files.cells import Cell, Grid
from optimizer.files.headers import HEADER_ROW, SEARCHED, header_key, headers
from optimizer.files.schema import Column, Sheet
from optimizer.files.sheets import BY_PERIOD
from optimizer.files.template_left import Left
from optimizer.findings import guess
from optimizer.values import name_key

Cells = dict[str, Cell]  # of a row, by column key


@dataclass
class Log:
    """What the report will say: what has no place, and what is carried otherwise than it stood."""

    left: list[Left] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def leave(self, grid: Grid, cells: Iterable[Cell], why: str, row: str = "", column: str = "") -> None:
        self.left.extend(Left(grid.name, cell.address, row, column, content_text(cell), why) for cell in cells)


def key_of(sheet: Sheet) -> Callable[[str], str]:
    """How its headers are compared: names of periods are typed with dashes of any length."""
    return (lambda text: header_key(name_key(text))) if sheet in BY_PERIOD else header_key


def from_headers(grid: Grid, sheet: Sheet) -> Grid:
    """The grid from its header row on, which then has the number 1; cells still know where they stood."""
    key = key_of(sheet)
    known = {key(column.header) for column in sheet.columns} | set(map(key, older.COLUMNS.get(sheet.name, {})))
    row = max(range(HEADER_ROW, SEARCHED + 1), key=lambda number: _alike(grid, number, known, key))  # the first of the best
    return replace(grid, rows={number - row + HEADER_ROW: cells for number, cells in grid.rows.items()})


def _alike(grid: Grid, number: int, known: set[str], key: Callable[[str], str]) -> int:
    return sum(key(cell.value) in known for cell in grid.rows.get(number, {}).values() if isinstance(cell.value, str))


def match(grid: Grid, sheet: Sheet, columns: Sequence[Column], log: Log) -> dict[str, int]:
    """Column numbers by column key. Today's headers first: an older name counts only where today's is not there."""
    key = key_of(sheet)
    by_key = {column.key: column for column in columns}
    known = {key(column.header): column.key for column in columns}
    earlier = {key(name): column for name, column in older.COLUMNS.get(sheet.name, {}).items()}
    positions: dict[str, int] = {}
    for names, renamed in ((known, False), (earlier, True)):
        for number, text in headers(grid).items():
            column = names.get(key(text))
            if column is None or column in positions or number in positions.values():
                continue
            positions[column] = number
            if renamed:
                log.remarks.append(f"{grid.name}: the column {text} is now {by_key[column].header}")
    return positions


def rows(grid: Grid, sheet: Sheet, columns: Sequence[Column], log: Log) -> tuple[list[Cells], list[str]]:
    """The cells of each row, and the keys of the columns that there are. What is in no column is left."""
    positions = match(grid, sheet, columns, log)
    unknown = _unknown(grid, sheet, columns, positions)
    totals = {row for area in grid.tables for row in range(area.last[0] - area.totals + 1, area.last[0] + 1)}
    used: set[int] = set()
    found = []
    for number, cells in sorted(grid.rows.items()):
        if number < HEADER_ROW or not positions:
            log.leave(grid, cells.values(), "above the headers" if positions else "no header of this layout is on the sheet")
            continue
        if number == HEADER_ROW:
            continue
        if any(cell.row in totals for cell in cells.values()):
            log.leave(grid, cells.values(), "a row of totals")
            continue
        mine = {key: cells[position] for key, position in positions.items() if position in cells}
        first = content_text(mine[sheet.columns[0].key]) if sheet.columns[0].key in mine else ""
        for position, (header, why) in unknown.items():
            if position in cells:
                used.add(position)
                log.leave(grid, [cells[position]], why, first, header)
        if mine:
            found.append(mine)
    alone = [position for position in unknown if position not in used and positions]  # nothing below: the header itself
    for position in alone:
        log.leave(grid, [cell for at, cell in grid.rows.get(HEADER_ROW, {}).items() if at == position], unknown[position][1])
    if grid.layout.merged:
        log.remarks.append(f"{grid.name}: merged cells {', '.join(grid.layout.merged[:5])} are carried unmerged")
    return found, list(positions)


def _unknown(grid: Grid, sheet: Sheet, columns: Sequence[Column], positions: Mapping[str, int]) -> dict[int, tuple[str, str]]:
    """Header and reason of each column that is not matched, by its number."""
    found = headers(grid)
    present = set(positions.values())
    key = key_of(sheet)
    matched = {key(found[number]) for number in present}
    absent = [column.header for column in columns if column.key not in positions]
    unknown = {}
    for number in sorted({number for row, cells in grid.rows.items() if row >= HEADER_ROW for number in cells} - present):
        text = found.get(number, "")
        why = "; ".join(filter(None, ("no such column", guess(text, absent)))) if text else "no header"
        if text and key(text) in matched:
            why = "a second column of this name"
        unknown[number] = (text or f"column {letters(number)}", why)
    return unknown


def place(grid: Grid, cell: Cell) -> str:
    return f"{grid.name}!{address(cell.row, cell.column)}"
