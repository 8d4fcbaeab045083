"""Every cell that was read, named by what its row is about rather than by where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from optimizer.files.document import InputCell
from optimizer.files.parse import as_read
from optimizer.files.tables import Row, Table

# What names a row on sheets without an id: the cells that are not blank, in this order.
_NAMED_BY = {
    "Plan": ("setting",),
    "Links": ("group", "output", "requires"),
    "Levels": ("output", "share"),
    "Targets": ("output", "measure"),
    "Profile": ("output", "share", "fund"),
    "Coverage": ("tag_column", "tag"),
    "Scenario changes": ("scenario", "kind", "item", "setting"),
}


def input_cells(tables: Iterable[Table]) -> tuple[InputCell, ...]:
    return tuple(cell for table in tables for cell in _cells(table))


def _cells(table: Table) -> Iterator[InputCell]:
    count: Counter[str] = Counter()
    for row in table.rows:
        name = _name(table, row)
        count[name] += 1
        if count[name] > 1:
            name = f"{name} ({count[name]})"
        for key, cell in sorted(row.cells.items(), key=lambda item: item[1].column):
            yield InputCell(table.sheet.name, cell.address, name, table.columns[key].header, as_read(cell))


def _name(table: Table, row: Row) -> str:
    keys = _NAMED_BY.get(table.sheet.name, (table.id_key,))
    return " / ".join(as_read(row.cells[key]) for key in keys if key in row.cells)
