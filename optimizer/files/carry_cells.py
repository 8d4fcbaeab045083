"""A cell of an older workbook -> what is written in the new one: the same content, or the reason why it cannot be the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from optimizer.files.cells import Cell
from optimizer.files.changes import Setting
from optimizer.files.exact import exact, is_percentage, shown
from optimizer.files.schema import Column, Kind
from optimizer.files.template import Cell as Written
from optimizer.keys import normalise
from optimizer.values import as_typed

MOST = 10**15  # from here on a cell holds no whole number exactly
_UNFORMATTED = (Kind.ID, Kind.TAGS, Kind.CHOICE)


class Lost(Exception):
    """Why a cell's content cannot stand in the new workbook."""


class _Exact(float):
    """A number that is written with all its digits; XlsxWriter would write 16, and some numbers need 17."""

    def __format__(self, _: str) -> str:
        return repr(float(self)).upper()


def content_text(cell: Cell) -> str:
    """What stands in a cell, as text: a formula that gave nothing as the formula."""
    if cell.error or cell.value is None:
        return cell.formula or str(cell.value)
    return cell.value if isinstance(cell.value, str) else shown(cell)


def carried(cell: Cell, column: Column) -> Written:
    """The value, whether or not it fits the column: what does not is told by the next check. Raises Lost."""
    value = cell.value
    if cell.error:
        raise Lost("an error value")
    if cell.formula and value is None:
        raise Lost("a formula that was never calculated: open and save the older workbook in Excel, then carry it over again")
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date) and column.kind is Kind.TEXT:
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Lost(f"a column of {column.kind} holds no such value")
    return _number(cell, value, column)


def _number(cell: Cell, value: int | float, column: Column) -> Written:
    if not math.isfinite(value) or abs(value) >= MOST:
        raise Lost("a number of more than 15 digits")
    if not is_percentage(cell):
        return _written(exact(value))
    if column.kind is Kind.TEXT:
        return f"{as_typed(exact(value) * 100)}%"
    if column.kind is Kind.PERCENT:
        return _written(exact(value) * 100)
    raise Lost("a number shown as a percentage where none is expected: either could be meant")


def _written(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else _Exact(number)


def meant(column: Column, cells: Mapping[str, Cell], known: Sequence[Setting]) -> Column:
    """The column as the cell beside it says: a limit by its basis, the value of a change by its setting."""
    if column.kind is Kind.LIMIT:
        basis = cells.get(f"{column.key}_basis")
        percent = basis is not None and isinstance(basis.value, str) and basis.value.strip().startswith("%")
        return replace(column, kind=Kind.PERCENT if percent else Kind.NUMBER)
    if column.kind is Kind.ANY:
        cell = cells.get("setting")
        name = normalise(str(cell.value)) if cell is not None else ""
        setting = next((each for each in known if normalise(each.name) == name), None)
        kind = setting.kind if setting is not None else Kind.TEXT
        return replace(column, kind=Kind.PERCENT if "(% of" in name else kind)
    return column
