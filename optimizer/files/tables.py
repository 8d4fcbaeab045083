"""A sheet's rows as exact values, with the place of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from optimizer.address import address, letters, spans
from optimizer.files.cells import Cell, Grid
from optimizer.files.headers import HEADER_ROW, match_headers
from optimizer.files.log import Log, Place
from optimizer.files.parse import expected, found, read_cell, read_limit
from optimizer.files.schema import Column, Kind, Sheet
from optimizer.titles import Titles
from optimizer.values import ValueRefused

_TOTAL = re.compile(r"((grand|sub)[\s-]*)?totals?\s*:?|sum\s*:?", re.IGNORECASE)  # where ids stand
_TOTAL_OF = re.compile(rf"{_TOTAL.pattern}|((grand|sub)[\s-]*)?total\b.*", re.IGNORECASE)  # in the text of a row without id
_ADDS_UP = r"(SUM|SUBTOTAL|AGGREGATE)\([^!]*(\$?{0}\$?\d+:\$?{0}\$?\d+|\[)"


@dataclass(frozen=True, slots=True)
class Row:
    """`values` has what could be read; `cells` what has content. Both by column key."""

    number: int
    cells: Mapping[str, Cell]
    values: Mapping[str, object]

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def whole(self, key: str) -> int | None:
        value = self.values.get(key)
        return value if isinstance(value, int) else None

    def exact(self, key: str) -> Fraction | None:
        value = self.values.get(key)
        return value if isinstance(value, Fraction) else None

    def tags(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        return value if isinstance(value, tuple) else ()

    def titles(self, key: str) -> Titles:
        """The translations of a title, by language: cells of the columns `key:LANGUAGE`."""
        columns = sorted(column for column in self.values if column.startswith(f"{key}:"))
        return tuple((column.partition(":")[2], self.text(column)) for column in columns if self.text(column))


@dataclass(frozen=True)
class Table:
    """A sheet as read. `name` is the sheet's name in this file, `id_key` the column that names a row, if there is one."""

    sheet: Sheet
    name: str
    columns: Mapping[str, Column]
    positions: Mapping[str, int]
    rows: tuple[Row, ...]

    @property
    def id_key(self) -> str:
        first = self.sheet.columns[0]
        return first.key if first.kind is Kind.ID and not first.refers else ""

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """The first row of each id."""
        rows: dict[str, Row] = {}
        for row in self.rows:
            if row.text(self.id_key):
                rows.setdefault(row.text(self.id_key), row)
        return rows

    @property
    def tells_ids(self) -> bool:
        """Whether every row's id could be read, so that an id not found is truly unknown."""
        return bool(self.rows) and all(row.text(self.id_key) for row in self.rows)

    def place(self, row: Row, key: str) -> Place:
        """The cell of a column in a row, blank or not; the row's first cell where the sheet has no such column."""
        return Place(self.name, address(row.number, self.positions.get(key, 1)), row.text(self.id_key) if self.id_key else "")

    def header(self, key: str) -> Place:
        return Place(self.name, address(HEADER_ROW, self.positions.get(key, 1)))


def read_table(grid: Grid, sheet: Sheet, columns: Sequence[Column], currency: str, log: Log) -> Table | None:
    """None where the sheet's headers do not allow it to be read."""
    positions = match_headers(grid, sheet, columns, log)
    if positions is None:
        return None
    used = {column.key: column for column in columns if column.key in positions}
    reader = _RowReader(grid, sheet, used, positions, currency, log)
    table = Table(sheet, grid.name, used, positions, tuple(reader.rows()))
    if sheet.required and not table.rows:
        place, remedy = Place(grid.name, address(HEADER_ROW + 1, 1)), "type the first directly below the headers"
        log.error(place, "no-rows", "no rows", f"at least one {sheet.row} is expected", remedy)
    return table


@dataclass
class _RowReader:
    grid: Grid
    sheet: Sheet
    columns: Mapping[str, Column]
    positions: Mapping[str, int]
    currency: str
    log: Log

    def rows(self) -> Iterator[Row]:
        self._merged_cells()
        self._outside_table()
        totals = self._totals_rows()
        blank: list[int] = []
        last = HEADER_ROW
        hidden = []
        for number in sorted(self.grid.rows):
            cells = self._cells(number)
            if number == HEADER_ROW or not cells:
                continue
            if number in totals:
                self.log.note(self._place(number), "totals-row", "the totals row of the table", "it is skipped")
                continue
            blank.extend(range(last + 1, number))
            last = number
            if number in self.grid.layout.hidden_rows:
                hidden.append(number)
            if self._adds_up(cells):
                self.log.error(self._place(number), "total-row", "a row of totals among the data", "one row an item is expected",
                               "delete it, or use the totals row of the Excel table")  # fmt: skip
                continue
            yield self._row(number, cells)
        self._say_rows("blank-rows", blank, "blank rows", "rows below them are read all the same")
        self._say_rows("hidden-rows", hidden, "hidden or filtered rows", "they are read all the same")

    def _cells(self, number: int) -> dict[str, Cell]:
        cells = self.grid.rows.get(number, {})
        return {key: cells[position] for key, position in self.positions.items() if position in cells}

    def _place(self, number: int, key: str = "") -> Place:
        return Place(self.grid.name, address(number, self.positions.get(key, min(self.positions.values()))))

    def _row(self, number: int, cells: dict[str, Cell]) -> Row:
        values: dict[str, object] = {}
        # limits last: they are read as the basis beside them says
        for key, column in sorted(self.columns.items(), key=lambda item: item[1].kind is Kind.LIMIT):
            if column.kind is Kind.ANY:
                continue
            cell = cells.get(key)
            if cell is None:
                if column.required and not (column.kind is Kind.LIMIT and f"{key}_basis" not in cells):
                    self._blank(number, column)
                continue
            try:
                value = self._value(cell, column, values)
            except ValueRefused as refused:
                place = Place(self.grid.name, cell.address, str(values.get(self.sheet.columns[0].key, "")))
                self.log.error(place, "value", found(cell, column), refused.expected, refused.remedy)
            else:
                values[key] = value
        return Row(number, cells, values)

    def _value(self, cell: Cell, column: Column, values: Mapping[str, object]) -> object:
        def remark(code: str) -> None:
            self.log.remark(code, self.grid.name, column.label, cell.address)

        if column.kind is not Kind.LIMIT:
            return read_cell(cell, column, self.currency, remark)
        basis = values.get(f"{column.key}_basis")
        return read_limit(cell, column, str(basis), self.currency, remark) if isinstance(basis, str) else None

    def _blank(self, number: int, column: Column) -> None:
        wanted = "text is expected" if column.kind is Kind.ID else expected(column, self.currency)
        self.log.error(self._place(number, column.key), "blank", f"{column.label} is blank", wanted, column.if_blank)

    def _adds_up(self, cells: Mapping[str, Cell]) -> bool:
        """A typed row of totals: it says so where ids stand, or it has no id and adds its own columns up."""
        first = self.sheet.columns[0].key
        key = cells.get(first)
        if key is not None and isinstance(key.value, str):
            return self.columns[first].kind is Kind.ID and _TOTAL.fullmatch(key.value.strip()) is not None
        texts = (cell.value for cell in cells.values() if isinstance(cell.value, str) and not cell.formula)
        formulas = (re.search(_ADDS_UP.format(letters(cell.column)), cell.formula) for cell in cells.values() if cell.formula)
        return any(_TOTAL_OF.fullmatch(text.strip()) for text in texts) or any(formulas)

    def _merged_cells(self) -> None:
        for area in self.grid.layout.merged:
            found_text = f"merged cells {area}"
            self.log.error(Place(self.grid.name, area.partition(":")[0]), "merged", found_text, "one value a cell is expected",
                           "unmerge them and type the value in each row")  # fmt: skip

    def _totals_rows(self) -> set[int]:
        return {row for area in self.grid.tables for row in range(area.last[0] - area.totals + 1, area.last[0] + 1)}

    def _outside_table(self) -> None:
        """Rows below the real Excel table: formulas and filters of the workbook do not see them."""
        for area in self.grid.tables:
            below = [row for row in sorted(self.grid.rows) if row > area.last[0] and self._cells(row)]
            if below and area.first[0] == HEADER_ROW:
                self._say_rows("below-table", below, f"rows below the table {area.name}", "they are read all the same")

    def _say_rows(self, code: str, rows: list[int], what: str, then: str) -> None:
        if rows:
            listed = spans(rows)
            shown = ", ".join(listed[:12]) + (f" and {len(listed) - 12} more" if len(listed) > 12 else "")
            self.log.warning(self._place(rows[0]), code, f"{what}: {shown}", then)
