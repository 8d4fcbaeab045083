"""What is found of a results workbook: which cells were derived again, which are not as they should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from optimizer.address import address
from optimizer.findings import quoted
from optimizer.verify.cells import Cell, File, Sheet, Value

CLOSE = Fraction(1, 10**14)  # a ratio in a cell is the nearest that 15 digits hold
Place = tuple[str, int, int]  # sheet, row and column


@dataclass
class Ledger:
    """`faults` are in words, each with its cell; `derived` are the cells whose content was worked out again."""

    file: File
    faults: list[str] = field(default_factory=list)
    derived: set[Place] = field(default_factory=set)

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def expect(self, sheet: Sheet, row: int, column: int, wanted: Value | int | None) -> None:
        """The cell holds what was worked out: a number, a text, or nothing (None or an empty text)."""
        cell = sheet.at(row, column)
        self.derived.add((sheet.name, row, column))
        if not _same(cell, wanted):
            found = "nothing" if cell is None else quoted(shown(cell.value))
            self.fault(f"{sheet.name}!{address(row, column)}: {found} stands where {shown(wanted)} is derived")

    def begins(self, sheet: Sheet, row: int, column: int, wanted: str) -> None:
        """The cell's text begins with what was worked out; what follows is only sealed, and so the cell counts as sealed."""
        cell = sheet.at(row, column)
        if cell is None or not cell.text.startswith(wanted):
            found = "nothing" if cell is None else quoted(shown(cell.value))
            self.fault(f"{sheet.name}!{address(row, column)}: {found} stands where {quoted(wanted)} is derived")

    def whole(self, sheet: Sheet, row: int, column: int) -> int:
        """The whole number in a cell; 0, and a fault, where there is none."""
        cell = sheet.at(row, column)
        number = cell.number if cell is not None else None
        if number is None or number.denominator != 1:
            self.fault(f"{sheet.name}!{address(row, column)}: a whole number is expected")
            return 0
        return int(number)

    def sheet(self, name: str) -> Sheet:
        """An empty one, and a fault, where the workbook has none of this name."""
        found = self.file.sheets.get(name)
        if found is None:
            self.fault(f"there is no sheet {name}")
        return found or Sheet(name)


@dataclass(frozen=True)
class Table:
    """A table on a sheet: the row of its header, and the column under each header. Rows count from 0."""

    sheet: Sheet
    header: int
    columns: Mapping[str, int]

    def row(self, index: int) -> int:
        return self.header + 1 + index

    def at(self, index: int, header: str) -> Cell | None:
        return self.sheet.at(self.row(index), self.columns[header])


def table(ledger: Ledger, sheet: Sheet, headers: Iterable[str], after: int = 0) -> Table | None:
    """The first table below row `after` whose header has all of these; None, and a fault, where there is none."""
    wanted = list(headers)
    for row, cells in sorted(sheet.rows.items()):
        texts = {cell.text: column for column, cell in cells.items() if row > after}
        if all(header in texts for header in wanted):
            return Table(sheet, row, texts)
    if sheet.rows:
        ledger.fault(f"{sheet.name}: no row has the headers {', '.join(wanted)}")
    return None


def shown(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{int(value):,}" if value.denominator == 1 else f"{float(value):.15g}"
    if value is None or value == "":
        return "nothing"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _same(cell: Cell | None, wanted: Value | int | None) -> bool:
    if wanted is None or wanted == "":
        return cell is None or cell.value == ""
    if cell is None or cell.error:
        return False
    if isinstance(wanted, bool) or isinstance(cell.value, bool):
        return cell.value is wanted
    if isinstance(wanted, str):
        return cell.text == " ".join(wanted.split(" ")).strip()
    number = cell.number
    if number is None:
        return False
    exact = Fraction(wanted)
    return number == exact if exact.denominator == 1 else abs(number - exact) <= abs(exact) * CLOSE
