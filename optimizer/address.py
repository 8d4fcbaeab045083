"""Cell addresses: F14 is row 14, column 6."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby, pairwise

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


@cache
def letters(column: int) -> str:
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


@cache
def column_number(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


def position(text: str) -> tuple[int, int]:
    """Row and column of the address that `text` begins with; 0, 0 where it begins with none."""
    match = _ADDRESS.match(text)
    return (int(match[2]), column_number(match[1])) if match else (0, 0)


def listed(addresses: list[str], limit: int = 12) -> str:
    """Addresses in words, neighbours below each other as a range: F2:F9, F12."""
    cells = sorted({position(text) for text in addresses}, key=lambda cell: (cell[1], cell[0]))
    parts = [
        f"{letters(column)}{span}"
        for column, group in groupby(cells, key=lambda c: c[1])
        for span in spans([row for row, _ in group], f":{letters(column)}")
    ]
    return ", ".join(parts[:limit]) + (f" and {len(parts) - limit} more" if len(parts) > limit else "")


def spans(numbers: list[int], to: str = "-") -> list[str]:
    """Consecutive numbers drawn together: 3-5, 9."""
    numbers = sorted(set(numbers))
    if not numbers:
        return []
    starts = [numbers[0], *(b for a, b in pairwise(numbers) if b != a + 1)]
    ends = [*(a for a, b in pairwise(numbers) if b != a + 1), numbers[-1]]
    return [f"{a}" if a == b else f"{a}{to}{b}" for a, b in zip(starts, ends, strict=True)]
