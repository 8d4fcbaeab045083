"""One cell and what its column holds -> an exact value, or a refusal that says what is expected."""

from __future__ import annotations

from optimizer.files import exact, text
from optimizer.files.cells import Cell
from optimizer.files.schema import Column, Kind
from optimizer.plan import Basis
from optimizer.values import ValueRefused, as_typed, parse_choice

MOST_RESOURCES = 1_000  # per cent of the estimate; above it a percent format has multiplied by mistake
NUMERIC = {Kind.AMOUNT, Kind.PERCENT, Kind.NUMBER, Kind.LIMIT, Kind.COUNT, Kind.YEAR}


def expected(column: Column, currency: str) -> str:
    """What a cell of the column holds, in words that can be printed after what was found."""
    if column.kind is Kind.CHOICE:
        return f"one of {', '.join(column.choices)} is expected"
    return {
        Kind.ID: text.IDS_ARE_TEXT,
        Kind.TEXT: "text is expected",
        Kind.TAGS: "text is expected, tags separated by semicolons",
        Kind.AMOUNT: f"a whole number of {currency} >= 0 is expected",
        Kind.PERCENT: "a whole percentage from 0 to 100 is expected",
        Kind.NUMBER: "a number >= 0 is expected",
        Kind.LIMIT: f"a whole number of {currency} >= 0, or a percentage from 0 to 100, is expected, as the basis beside it says",
        Kind.COUNT: "a whole number >= 0 is expected",
        Kind.YEAR: "a year of four digits is expected",
        Kind.ANY: "a value is expected",
    }[column.kind]


def read_cell(cell: Cell, column: Column, currency: str, remark: text.Remark) -> object:
    """The value of a cell with content: str, int, Fraction or tuple of tags, as the column's kind says.

    Not for Kind.LIMIT and Kind.ANY, which need the cell beside. Raises ValueRefused.
    """
    usable(cell, remark)
    if column.kind in NUMERIC and exact.shows_other(cell):
        remark("shows-other")
    try:
        return _read(cell, column, remark)
    except ValueRefused as refused:
        raise ValueRefused(refused.expected or expected(column, currency), refused.remedy) from None


def read_limit(cell: Cell, column: Column, basis: str, currency: str, remark: text.Remark) -> object:
    """A Fraction: an amount or percentage points, as the basis says."""
    usable(cell, remark)
    if exact.shows_other(cell):
        remark("shows-other")
    wanted = f"a whole number of {currency} >= 0" if basis == Basis.AMOUNT else "a percentage from 0 to 100"
    try:
        if basis == Basis.AMOUNT:
            return exact.exact(exact.amount(cell))
        return exact.percentage(cell, MOST_RESOURCES)
    except ValueRefused as refused:
        raise ValueRefused(refused.expected or f"{wanted} is expected, as the basis {basis} says", refused.remedy) from None


def usable(cell: Cell, remark: text.Remark) -> None:
    """Refuses error cells and formulas that were never calculated."""
    if cell.error:
        raise ValueRefused("a value is expected", "mend the formula, or type the value")
    if cell.formula:
        if cell.value is None:
            raise ValueRefused("the formula was not calculated", "open the workbook in Excel and save it, or type the value")
        remark("formula")


def found(cell: Cell, column: Column) -> str:
    """What stands in a cell, for a finding."""
    if cell.formula and cell.value is None:
        return f"{column.label} {cell.formula[:80]}"
    return f"{column.label} {exact.shown(cell)}"


def as_read(cell: Cell) -> str:
    """A cell's content as one would type it, for the list of inputs and its comparison with another version's."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and not cell.error:
        number = exact.exact(value)
        return f"{as_typed(number * 100)}%" if exact.is_percentage(cell) else as_typed(number)
    return value.strip() if isinstance(value, str) else exact.shown(cell)


def _read(cell: Cell, column: Column, remark: text.Remark) -> object:
    match column.kind:
        case Kind.ID:
            return text.identifier(cell, column.longest, remark)
        case Kind.TEXT:
            return text.plain_text(cell, column.longest, remark)
        case Kind.TAGS:
            return text.tags(cell, column.longest, remark)
        case Kind.CHOICE:
            return _choice(cell, column)
        case Kind.AMOUNT | Kind.COUNT:
            return exact.amount(cell)
        case Kind.PERCENT:
            return exact.share(cell)
        case Kind.NUMBER:
            return exact.number(cell)
        case Kind.YEAR:
            return exact.year(cell)
    raise AssertionError(f"{column.kind} is read with the cell beside it")


def _choice(cell: Cell, column: Column) -> str:
    if not isinstance(cell.value, str):
        raise ValueRefused("")
    return parse_choice(cell.value, column.choices)
