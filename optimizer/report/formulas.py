"""Live formulas over placed tables, each with what it comes to; and checks, which compare two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from optimizer.report.layout import Placed
from optimizer.report.table import Formula, Style, plain

SIGNS = {"=": "=", "≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence, two sides and how they should compare."""

    says: str
    left: Formula
    sign: str
    right: Formula | int

    @property
    def holds(self) -> bool:
        left, right = figure(self.left.value), figure(plain(self.right))
        return {"=": left == right, "≤": left <= right, "≥": left >= right}[self.sign]


def figure(cell: object) -> int:
    """What a cell counts for in a sum: nothing where it is blank."""
    return cell if isinstance(cell, int) else 0


def body(placed: Placed) -> range:
    """The body rows of a table that has them first."""
    return range(sum(row.style is Style.BODY for row in placed.table.rows))


def cell(placed: Placed, index: int, key: str) -> Formula:
    return Formula("=" + placed.cell(index, key), plain(placed.table.rows[index].cells[placed.table.position(key)]))


def last(placed: Placed, key: str) -> Formula:
    return cell(placed, len(placed.table.rows) - 1, key)


def literal(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def added(placed: Placed, key: str, rows: range) -> Formula:
    return Formula(f"=SUM({placed.range(key, rows[0], rows[-1])})", sum(values(placed, key, rows)))


def values(placed: Placed, key: str, rows: Iterable[int]) -> Iterator[int]:
    at = placed.table.position(key)
    return (figure(plain(row.cells[at])) for row in map(placed.table.rows.__getitem__, rows) if not row.full_width)


def apart(placed: Placed, whole: str, parts: Sequence[str]) -> Formula:
    """How far the columns `parts` are from adding up to the column `whole`, line by line, in all rows of the table."""
    rows = range(len(placed.table.rows))
    columns = [list(values(placed, key, rows)) for key in (whole, *parts)]
    text = "".join(f"-{placed.range(key)}" for key in parts)
    return Formula(f"=SUMPRODUCT(ABS({placed.range(whole)}{text}))", sum(abs(a - sum(b)) for a, *b in zip(*columns, strict=True)))


def where(placed: Placed, key: str, conditions: Sequence[tuple[str, str, object]]) -> Formula:
    """The sum of a column over the body rows in which other columns hold, letter for letter, what cells elsewhere hold.

    A condition is a column, a reference to a cell or a literal, and what that holds.
    """
    tests = "".join(f"EXACT({placed.body(column)},{reference})*" for column, reference, _ in conditions)
    columns = [placed.table.cells(column) for column, _, _ in conditions]
    wanted = tuple(value for _, _, value in conditions)
    found = zip(zip(*columns, strict=True), placed.table.cells(key), strict=True)
    return Formula(
        f"=SUMPRODUCT({tests}{placed.body(key)})",
        sum(figure(plain(amount)) for line, amount in found if tuple(map(plain, line)) == wanted),
    )
