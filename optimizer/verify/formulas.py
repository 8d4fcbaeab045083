"""Live formulas calculated again: every cell with a formula must hold what the formula comes to.

Only what the results use: arithmetic and comparisons on numbers and ranges, and a dozen functions, as any spreadsheet program
has them. Ranges are lists of cells; what is done to a list is done to each of its cells.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial

from optimizer.address import address, position
from optimizer.verify.cells import Cell, File, Sheet
from optimizer.verify.ledger import Ledger

Scalar = Fraction | str | bool | None  # None: a blank cell
Value = Scalar | list[Scalar]
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<range>(?:(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
    r"""|(?P<name>[A-Z]+)(?=\()|(?P<sign><=|>=|<>|[-+*/=<>(),&]))"""
)
_COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}

_RECKON: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


class NotCalculated(ValueError):
    """A formula with something that the results do not use."""


def check(ledger: Ledger) -> None:
    for sheet in ledger.file.sheets.values():
        for row, cells in sheet.rows.items():
            for column, cell in cells.items():
                if cell.formula:
                    _check(ledger, sheet, (row, column), cell)


def _check(ledger: Ledger, sheet: Sheet, place: tuple[int, int], cell: Cell) -> None:
    try:
        value = _Formula(ledger.file, sheet, cell.formula).value()
    except (NotCalculated, ArithmeticError) as error:
        ledger.fault(f"{sheet.name}!{address(*place)}: its formula cannot be calculated: {error}")
        return
    ledger.expect(sheet, *place, Fraction(0) if value is None else value)


class _Formula:
    """Read from left to right; a method for each level of precedence."""

    def __init__(self, file: File, sheet: Sheet, text: str) -> None:
        self.file, self.sheet = file, sheet
        self.tokens: list[tuple[str, str]] = []
        at, text = 1, text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise NotCalculated(text[at : at + 20])
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def value(self) -> Scalar:
        found = self._comparison()
        if self.tokens or isinstance(found, list):
            raise NotCalculated("one value is expected")
        return found

    def _next(self, *signs: str) -> str:
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return ""

    def _comparison(self) -> Value:
        left = self._sum()
        while sign := self._next("=", "<>", *_COMPARE):
            left = _each(partial(_compared, sign), left, self._sum())
        return left

    def _sum(self) -> Value:
        left = self._product()
        while sign := self._next("+", "-"):
            left = _each(partial(_reckoned, sign), left, self._product())
        return left

    def _product(self) -> Value:
        left = self._one()
        while sign := self._next("*", "/"):
            left = _each(partial(_reckoned, sign), left, self._one())
        return left

    def _one(self) -> Value:
        if self._next("-"):
            return _each(lambda a, _: -number(a), self._one(), None)
        if self._next("("):
            found = self._comparison()
            self._close()
            return found
        if not self.tokens:
            raise NotCalculated("it ends too early")
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return Fraction(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "range":
            return self._range(text)
        if text == "ROW" and self._next("("):
            return self._rows()
        if kind == "name" and text in _FUNCTIONS and self._next("("):
            arguments = [self._comparison()]
            while self._next(","):
                arguments.append(self._comparison())
            self._close()
            return _FUNCTIONS[text](*arguments)
        raise NotCalculated(text)

    def _close(self) -> None:
        if not self._next(")"):
            raise NotCalculated("a bracket is not closed")

    def _corners(self, text: str) -> tuple[Sheet, tuple[int, int], tuple[int, int]]:
        name, _, area = text.rpartition("!")
        name = name[1:-1].replace("''", "'") if name.startswith("'") else name
        sheet = self.file.sheets.get(name) if name else self.sheet
        if sheet is None:
            raise NotCalculated(f"there is no sheet {name}")
        first, _, last = area.partition(":")
        return sheet, position(first), position(last or first)

    def _range(self, text: str) -> Value:
        sheet, first, last = self._corners(text)
        cells = (sheet.at(r, c) for r in range(first[0], last[0] + 1) for c in range(first[1], last[1] + 1))
        values: list[Scalar] = [None if cell is None else cell.value for cell in cells]
        return values if ":" in text.rpartition("!")[2] else values[0]

    def _rows(self) -> Value:
        """ROW of a range: the numbers of its rows."""
        if not self.tokens or self.tokens[0][0] != "range":
            raise NotCalculated("ROW")
        text = self.tokens.pop(0)[1]
        _, first, last = self._corners(text)
        self._close()
        rows: list[Scalar] = [Fraction(row) for row in range(first[0], last[0] + 1)]
        return rows if ":" in text else rows[0]


def number(value: Scalar) -> Fraction:
    if value is None:
        return Fraction(0)
    if isinstance(value, str):
        raise NotCalculated(f"{value[:20]} is no number")
    return Fraction(value)


def _listed(value: Value) -> list[Scalar]:
    return value if isinstance(value, list) else [value]


def _each(function: Callable[[Scalar, Scalar], Scalar], left: Value, right: Value) -> Value:
    if not isinstance(left, list) and not isinstance(right, list):
        return function(left, right)
    size = max(len(_listed(left)), len(_listed(right)))
    one, other = (each if isinstance(each, list) else [each] * size for each in (left, right))
    if len(one) != len(other):
        raise NotCalculated("ranges of different sizes")
    return [function(a, b) for a, b in zip(one, other, strict=True)]


def _reckoned(sign: str, left: Scalar, right: Scalar) -> Scalar:
    return _RECKON[sign](number(left), number(right))


def _compared(sign: str, left: Scalar, right: Scalar) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        if sign not in ("=", "<>"):
            raise NotCalculated(f"texts with {sign}")
        same = _folded(left) == _folded(right)
        return same == (sign == "=")
    one, other = number(left), number(right)
    if sign in _COMPARE:
        return _COMPARE[sign](one, other)
    return (one == other) == (sign == "=")


def _folded(value: Scalar) -> str:
    return value.casefold() if isinstance(value, str) else "" if value is None else str(value)


def _total(*arguments: Value) -> Value:
    """Numbers alone, as SUM has it: texts and flags in a range do not count."""
    every = [value for argument in arguments for value in _listed(argument)]
    return sum((value for value in every if isinstance(value, Fraction)), Fraction(0))


def _product_sum(*arguments: Value) -> Value:
    product: Value = arguments[0]
    for other in arguments[1:]:
        product = _each(lambda a, b: number(a) * number(b), product, other)
    return sum((value for value in _listed(product) if isinstance(value, Fraction)), Fraction(0))


def _rounded(value: Value, places: Value) -> Value:
    """Halves away from nil."""
    size = 10 ** int(number(_listed(places)[0]))

    def one(exact: Scalar, _: Scalar) -> Scalar:
        nearest = Fraction(math.floor(abs(number(exact)) * size + Fraction(1, 2)), size)
        return -nearest if number(exact) < 0 else nearest

    return _each(one, value, None)


def _meets(value: Scalar, condition: Scalar) -> bool:
    """As COUNTIF has it: a number, a text that may end in *, or a sign and a number."""
    if not isinstance(condition, str):
        return isinstance(value, Fraction) and value == condition
    sign = next((sign for sign in ("<=", ">=", "<", ">") if condition.startswith(sign)), "")
    if sign:
        return isinstance(value, Fraction) and _COMPARE[sign](value, Fraction(condition.removeprefix(sign)))
    if condition.endswith("*"):
        return isinstance(value, str) and value.casefold().startswith(condition[:-1].casefold())
    return _folded(value) == condition.casefold()


def _count(cells: Value, condition: Value) -> Value:
    wanted = _listed(condition)[0]
    return Fraction(sum(_meets(value, wanted) for value in _listed(cells)))


def _sum_if(cells: Value, conditions: Value, amounts: Value) -> Value:
    keys, figures = _listed(cells), _listed(amounts)
    sums: dict[Scalar, Fraction] = {}
    for key, amount in zip(keys, figures, strict=True):
        sums[key] = sums.get(key, Fraction(0)) + (amount if isinstance(amount, Fraction) else 0)
    found: list[Scalar] = [sums.get(condition, Fraction(0)) for condition in _listed(conditions)]
    return found if isinstance(conditions, list) else found[0]


def _all(*arguments: Value) -> Value:
    return all(value is True or (isinstance(value, Fraction) and value != 0) for a in arguments for value in _listed(a))


def _choice(condition: Value, yes: Value, no: Value) -> Value:
    return yes if number(_listed(condition)[0]) else no


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "SUM": _total,
    "SUMPRODUCT": _product_sum,
    "ABS": lambda value: _each(lambda a, _: abs(number(a)), value, None),
    "ROUND": _rounded,
    "AND": _all,
    "IF": _choice,
    "EXACT": lambda left, right: _each(lambda a, b: (a or "") == (b or ""), left, right),
    "COUNTIF": _count,
    "COUNTIFS": _count,
    "SUMIF": _sum_if,
}
