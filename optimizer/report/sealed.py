"""The sheet Record: a text in cells of bearable length, under its digest, hidden since nobody reads it but this tool."""

from __future__ import annotations

import hashlib

from optimizer.files.cells import Grid
from optimizer.files.results import RECORD
from optimizer.report.table import Column, Row, Sheet, Table

LONGEST = 30_000  # characters of a cell; Excel takes 32,767
NOTE = "What this workbook was made from, for optimizer table, which makes its tables again. Not to be changed."
FIRST = 3  # row of the digest, after title and note


class Broken(ValueError):
    """The text is not the one that was written."""


def sheet(text: str) -> Sheet:
    parts = (text[at : at + LONGEST] for at in range(0, len(text), LONGEST))
    rows = tuple(Row((part,)) for part in (_digest(text), *parts))
    table = Table(RECORD, (Column("text", "", width=100),), rows, lead=(NOTE,), headed=False)
    return Sheet(RECORD, "What the workbook was made from", (table,), hidden=True)


def text(grid: Grid) -> str:
    """What `sheet` was given. Raises Broken."""
    values = [cells[1].value for row, cells in sorted(grid.rows.items()) if row >= FIRST and 1 in cells]
    digest, *parts = map(str, values or [""])
    found = "".join(parts)
    if digest != _digest(found):
        raise Broken("its text does not come to its digest")
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
