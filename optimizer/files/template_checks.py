"""What the cells of an input workbook accept: drop-downs and limits, as XlsxWriter's data_validation takes them.

They help while typing and prove nothing: pasting goes past them, so the reader checks everything again.
"""

from __future__ import annotations

from typing import Any

from optimizer.files.schema import Column, Kind
from optimizer.values import FIRST_YEAR, LARGEST_AMOUNT, LAST_YEAR

EXTRA_ROWS = 200  # below the last row of a table
LONGEST_LIST = 255  # characters that Excel stores in a drop-down

Check = dict[str, Any]

_NUMBERS: dict[Kind, tuple[str, float, float, str]] = {
    Kind.AMOUNT: ("integer", 0, LARGEST_AMOUNT - 1, "A whole number, 0 or more."),
    Kind.COUNT: ("integer", 0, LARGEST_AMOUNT - 1, "A whole number, 0 or more."),
    Kind.PERCENT: ("integer", 0, 100, "A whole number from 0 to 100, without the sign %."),
    Kind.YEAR: ("integer", FIRST_YEAR, LAST_YEAR, "A year of four digits."),
    Kind.NUMBER: ("decimal", 0, LARGEST_AMOUNT - 1, "A number, 0 or more."),
    Kind.LIMIT: ("decimal", 0, LARGEST_AMOUNT - 1, "A number, 0 or more: a whole amount, or a percentage without the sign %."),
}
_SCORE = ("decimal", 0, 100, "A number from 0 to 100.")


def wanted(column: Column) -> str:
    """What a cell of the column holds, in a few words for its note; empty where the header says it all."""
    if column.kind in _NUMBERS:
        return _limits(column)[3]
    if column.choices:
        return "From the list." if column.kind is Kind.CHOICE else ""
    if column.refers:
        return f"From the list, which is the sheet {column.refers}."
    return ""


def check(column: Column, listed: str = "") -> Check | None:
    """The check of a column. `listed` is the range of the ids that it may hold, where it refers to another sheet."""
    if column.kind in _NUMBERS:
        kind, least, most, message = _limits(column)
        return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most} | _refusal(column, message)
    if column.refers:
        return from_list(column, listed, f"The sheet {column.refers} has no such id. Add it there first.") if listed else None
    if column.choices:
        if len(",".join(column.choices)) > LONGEST_LIST:
            return None
        source = {"validate": "list", "source": list(column.choices)}
        if column.kind is Kind.CHOICE:
            return source | _refusal(column, "One of the list.")
        return source | {"error_type": "warning"} | _refusal(column, f"Not in the list. {column.note}")
    return None


def from_list(column: Column, listed: str, message: str) -> Check:
    """A drop-down of other cells. A warning only: not every spreadsheet program lengthens the list with its table."""
    return {"validate": "list", "source": f"={listed}", "error_type": "warning"} | _refusal(column, message)


def ids_of(sheet: str, rows: int) -> str:
    """The cells of a sheet's ids; Excel lengthens a list that is a whole table column as the table grows.

    Of a sheet without rows as far as there will be any: no other program lengthens lists, and everything is still to be typed.
    """
    if rows:
        return f"'{sheet}'!$A$2:$A${rows + 1}"
    return f"OFFSET('{sheet}'!$A$2,0,0,MAX(1,COUNTA('{sheet}'!$A$2:$A${EXTRA_ROWS + 2})),1)"


def own_id(column: Column, letter: str, last_row: int) -> Check:
    """Ids are text, and each stands once. EXACT, because COUNTIF would take 1.10 and 1.1 for the same."""
    cells = f"${letter}$2:${letter}${last_row}"
    formula = f"=AND(ISTEXT({letter}2),SUMPRODUCT(--EXACT({cells},{letter}2))=1)"
    message = "An id that no other row has is expected, as text: 1.10 is not 1.1."
    return {"validate": "custom", "value": formula} | _refusal(column, message)


def _limits(column: Column) -> tuple[str, float, float, str]:
    return _SCORE if column.key.startswith("score:") else _NUMBERS[column.kind]


def _refusal(column: Column, message: str) -> Check:
    """Excel allows 32 characters of title and 255 of message."""
    return {"error_title": column.header[:32], "error_message": message[:255]}
