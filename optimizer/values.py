"""Exact values from typed text. Nothing is guessed: what is not plainly a value is refused with what is expected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from optimizer.findings import nearest
from optimizer.keys import normalise
from optimizer.plan import Basis, Limit

LARGEST_AMOUNT = 10**15  # a cell stores 15 digits exactly
FIRST_YEAR, LAST_YEAR = 1900, 2199
YES_NO = ("yes", "no")
NONE = "none"  # in place of a value that may be absent
T = TypeVar("T")


class ValueRefused(ValueError):
    """`expected` says what would have been accepted, `remedy` how to get there where that is not the same."""

    def __init__(self, expected: str, remedy: str = "") -> None:
        self.expected = expected
        self.remedy = remedy
        super().__init__(expected)


def parse_amount(text: str) -> int:
    """A whole number of currency units >= 0, in plain digits."""
    if not re.fullmatch(r"[0-9]{1,15}", text.strip()):
        raise ValueRefused(
            "a whole number >= 0 in plain digits is expected, at most 15 of them, no separators, currency or decimals"
        )
    return int(text)


def parse_number(text: str) -> Fraction:
    """A plain decimal number >= 0."""
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", text.strip()):
        raise ValueRefused("a number >= 0 is expected, with a point for decimals and no separators")
    return Fraction(text.strip())


def parse_percent(text: str) -> Fraction:
    """A percentage from 0 to 100, with or without the sign."""
    value = parse_number(text.strip().removesuffix("%"))
    if value > 100:
        raise ValueRefused("a percentage from 0 to 100 is expected")
    return value


def parse_year(text: str) -> int:
    """A year of four digits."""
    if not (re.fullmatch(r"[0-9]{4}", text.strip()) and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise ValueRefused("a year of four digits is expected")
    return int(text)


def parse_share(text: str) -> int:
    """A whole percentage from 0 to 100, with or without the sign."""
    value = parse_percent(text)
    if value.denominator != 1:
        raise ValueRefused("a whole percentage from 0 to 100 is expected")
    return int(value)


def parse_yes(text: str) -> bool:
    return parse_choice(text, YES_NO) == "yes"


def parse_or_none(text: str, parse: Callable[[str], T]) -> T | None:
    """`none`, or what `parse` accepts."""
    if text.strip().casefold() == NONE:
        return None
    try:
        return parse(text)
    except ValueRefused as refused:
        raise ValueRefused(or_none(refused.expected), refused.remedy) from None


def or_none(expected: str) -> str:
    """What is expected, where `none` is accepted too."""
    return expected.replace(" is expected", ", or none, is expected", 1)


def parse_choice(text: str, choices: Iterable[str]) -> str:
    """One of a printed list; case and outer space do not matter."""
    choices = list(choices)
    for choice in choices:
        if choice.casefold() == text.strip().casefold():
            return choice
    raise ValueRefused(f"one of {', '.join(choices)} is expected; {nearest(text, choices)}")


def parse_limit(text: str) -> Limit | None:
    """`none`, an amount, `60% of estimate` or `60% of resources`."""
    text = text.strip()
    if text.casefold() == "none":
        return None
    match = re.fullmatch(r"(?P<percent>[0-9.]+)\s*%\s*of\s+(?P<base>estimate|resources)", text, re.IGNORECASE)
    if match:
        return Limit(Basis(f"% of {match['base'].lower()}"), parse_percent(match["percent"]))
    if "%" in text:
        raise ValueRefused("a percentage must say of what: 60% of estimate, or 60% of resources")
    try:
        return Limit(Basis.AMOUNT, Fraction(parse_amount(text)))
    except ValueRefused:
        raise ValueRefused("none, a whole amount, 60% of estimate or 60% of resources is expected") from None


def parse_resources(text: str) -> Limit:
    """An amount, a percentage of the total estimate (`75%`), or of the money of all funds (`90% of funds`)."""
    text = text.strip()
    of_funds = re.fullmatch(r"([0-9.]+)\s*%\s*of\s+funds", text, re.IGNORECASE)
    if of_funds:
        return Limit(Basis.FUNDS, parse_number(of_funds[1]))
    if "%" in text:
        return Limit(Basis.ESTIMATE, parse_number(re.sub(r"\s*%(\s*of\s+estimate)?$", "", text)))
    return Limit(Basis.AMOUNT, Fraction(parse_amount(text)))


def as_typed(number: Fraction) -> str:
    """A decimal fraction in plain digits: 7, 0.25."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


def name_key(text: str) -> str:
    """Names for comparison: as `normalise`, and hyphens and dashes of every length are the same, with or without spaces."""
    plain = "".join("-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c for c in normalise(text))
    return re.sub(r" ?- ?", "-", plain)
