"""Numbers of cells as exact values: the shortest decimal text that means the number stored, never its binary fraction."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from optimizer.files.cells import Cell
from optimizer.findings import quoted
from optimizer.values import FIRST_YEAR, LARGEST_AMOUNT, LAST_YEAR, ValueRefused, as_typed

TYPE_NUMBER = "type it as a plain number"
_TYPED_DIGITS = re.compile(r'"[^"A-Za-z]*[0-9][^"A-Za-z]*"|\\[0-9]')  # 0"000" shows thousands that are not there
_NOT_DIGITS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def exact(value: int | float) -> Fraction:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueRefused("a finite number is expected")
    return Fraction(repr(value))


def shown(cell: Cell) -> str:
    """A cell's content for a message: text in quotes, numbers with what their format makes of them."""
    value = cell.value
    if cell.error:
        return f"{value} from {cell.formula}" if cell.formula else str(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return str(value)
        number = exact(value)
        return f"{as_typed(number)} (shown as {as_typed(number * 100)}%)" if is_percentage(cell) else as_typed(number)
    if isinstance(value, datetime):
        return f"the date {value.isoformat(' ', 'minutes')}" if value.time() != time() else f"the date {value.date().isoformat()}"
    if isinstance(value, date):
        return f"the date {value.isoformat()}"
    return f"the time {value}" if isinstance(value, time | timedelta) else quoted(value)


def is_percentage(cell: Cell) -> bool:
    return "%" in _NOT_DIGITS.sub("", cell.format)


def shows_other(cell: Cell) -> bool:
    """Whether the number format hides a number or the last thousands of it, or has digits of its own."""
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float) or cell.value <= 0:
        return False
    positive = _NOT_DIGITS.sub("", cell.format).partition(";")[0]
    if positive in ("General", "@"):
        return False
    if _TYPED_DIGITS.search(cell.format):
        return True
    return not re.search(r"[0#?]", positive) or re.search(r"[0#?],+(?![0#?,])", positive) is not None


def amount(cell: Cell) -> int:
    return _whole(_number(cell))


def year(cell: Cell) -> int:
    number = _whole(_number(cell))
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise ValueRefused("")
    return number


def number(cell: Cell) -> Fraction:
    return _number(cell)


def share(cell: Cell) -> int:
    return _whole(percentage(cell, 100))


def percentage(cell: Cell, most: int) -> Fraction:
    """In percentage points. A percent format holds a hundredth of what it shows; without one, 0.4 could mean either."""
    if is_percentage(cell):
        found = _nonnegative(cell) * 100
    else:
        found = _nonnegative(cell)
        if 0 < found < 1:
            readings = f"{as_typed(found)} per cent or {as_typed(found * 100)} per cent"
            raise ValueRefused(f"it could mean {readings}", f"type {as_typed(found * 100)}, or give the cell a percent format")
    if found > most:
        raise ValueRefused("")
    return found


def _number(cell: Cell) -> Fraction:
    found = _nonnegative(cell)
    if is_percentage(cell):
        raise ValueRefused("", f"give the cell a number format without % and type {as_typed(found)} or {as_typed(found * 100)}")
    return found


def _whole(found: Fraction) -> int:
    if found.denominator != 1:
        raise ValueRefused("", "round it, for instance with ROUND")
    if found >= LARGEST_AMOUNT:
        raise ValueRefused("at most 15 digits are expected: a cell holds no more exactly")
    return int(found)


def _nonnegative(cell: Cell) -> Fraction:
    """The number of a cell that truly holds one."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueRefused("", _remedy(value) if isinstance(value, str) else TYPE_NUMBER)
    found = exact(value)
    if found < 0:
        raise ValueRefused("")
    return found


def _remedy(text: str) -> str:
    """How to mend a number typed as text. It is never read: a comma may stand for either of two things."""
    digits = "".join(text.split())
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits):
        if len(digits.partition(".")[2]) == 3 or digits != text.strip():
            return _readings(digits)
        return "it is a number stored as text: give the cell a number format and type it again"
    if re.fullmatch(r"[0-9]{1,3}(?:[.,'’][0-9]{3})+|[0-9]+,[0-9]+", digits):
        return _readings(digits)
    return f"{TYPE_NUMBER}; currency, units and signs belong in the header or the number format"


def _readings(digits: str) -> str:
    joined = re.sub(r"[.,'’]", "", digits)
    mark = re.search(r"[.,]", digits)
    if mark is None or len(re.findall(r"[.,'’]", digits)) > 1:
        return f"{TYPE_NUMBER}, for instance {joined}"
    return f"it could mean {joined} or {digits.replace(',', '.')}: {TYPE_NUMBER}"
