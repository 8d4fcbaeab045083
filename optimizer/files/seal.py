"""What a sheet holds, in short: a digest for each of its rows. Whoever writes a workbook and whoever checks it agree on this."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

SEAL = "Seal"  # the hidden sheet
NOTE = "A digest for each row of each sheet, for optimizer verify, which finds any cell that was changed. Not to be changed."
FIRST = 3  # row of the first digests, after title and note
DIGITS = 8  # hexadecimal, for each row
ROWS = 3_000  # of which the digests stand in one cell
WHOLE = 2**53  # whole numbers that a cell holds exactly

_ESCAPE = re.compile("_x([0-9a-fA-F]{4})_")
Value = str | int | float | bool
Line = tuple[str, int, str]  # a sheet, a row of it, the digests of the rows from there on


def canonical(value: Value, formula: str = "") -> str:
    """One way to write a cell. LibreOffice keeps 15 digits of a number, and drops quotes around a sheet's name in a formula."""
    if isinstance(value, bool):
        text = f"b{value}"
    elif isinstance(value, str):
        text = f"s{value}"
    else:
        text = f"n{int(value)}" if value == int(value) and abs(value) < WHOLE else f"n{float(value):.15g}"
    return f"{text}\0{formula.replace(chr(39), '')}" if formula else text


def digests(rows: Mapping[int, Mapping[int, str]]) -> str:
    """Of every row from the first to the last, by what its cells hold in `canonical` form; rows and columns from 1."""
    return "".join(_digest(rows.get(row, {})) for row in range(1, max(rows, default=0) + 1))


def lines(sheet: str, rows: Mapping[int, Mapping[int, str]]) -> list[Line]:
    """What the sheet Seal says of a sheet: one line, or several where it is long."""
    found = digests(rows)
    size = DIGITS * ROWS
    return [(sheet, at // DIGITS + 1, found[at : at + size]) for at in range(0, max(len(found), 1), size)]


def unescaped(text: str) -> str:
    """A text of a workbook as it was meant: _x0041_ stands for the character with that number."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _digest(cells: Mapping[int, str]) -> str:
    text = "\n".join(f"{column}\0{cells[column]}" for column in sorted(cells))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
