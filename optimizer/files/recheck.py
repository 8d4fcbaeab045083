"""A finished workbook read back from disk and compared with what was meant to be in it, cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimizer.address import address
from optimizer.files.cells import Cell, Grid, read_grids
from optimizer.files.container import open_container
from optimizer.files.parts import scan
from optimizer.findings import InputRefused, quoted

_ESCAPE = re.compile("(_x[0-9a-fA-F]{4}_)")
Stored = str | int | float | bool
Place = tuple[int, int]  # row and column, both from 1


@dataclass(frozen=True, slots=True)
class Expected:
    """What a cell should hold; with a formula, `value` is what it should come to."""

    value: Stored
    formula: str = ""


Sheets = Mapping[str, Mapping[Place, Expected]]


def differences(path: Path, sheets: Sheets) -> Iterator[str]:
    """Every way in which the workbook is not as it should be, in words. Sheets are in their order."""
    try:
        container = open_container(path)
        parts = scan(container).sheets
        grids = read_grids(container, parts)
    except InputRefused as refused:
        yield from map(str, refused.findings)
        return
    yield from compared([part.name for part in parts], grids, sheets)


def compared(names: Sequence[str], grids: Mapping[str, Grid], sheets: Sheets, saved: bool = False) -> Iterator[str]:
    """The same for a workbook that has been read: the names of its sheets, and their cells.

    `saved`: a spreadsheet program may have saved it since. LibreOffice keeps 15 digits of a number, and leaves out quotes around
    the name of a sheet that needs none: that is no difference then.
    """
    if list(names) != list(sheets):
        yield f"its sheets are {', '.join(names)}; {', '.join(sheets)} was written"
        return
    for name, expected in sheets.items():
        found = {(row, column): cell for row, cells in grids[name].rows.items() for column, cell in cells.items()}
        for place in sorted(found.keys() | expected.keys()):
            said = _difference(found.get(place), expected.get(place), saved)
            if said:
                yield f"{name}!{address(*place)}: {said}"


def as_read(text: str) -> str:
    """What openpyxl makes of a text: it removes x005F_, which marks a look-alike of an escape, wherever it stands."""
    return _ESCAPE.sub(r"_x005F\1", text).replace("x005F_", "")


def _difference(found: Cell | None, expected: Expected | None, saved: bool) -> str:
    if found is None or expected is None:
        return f"{quoted(found.value)} stands where nothing was written" if found else f"{_shown(expected)} is missing"
    wanted = as_read(expected.value) if isinstance(expected.value, str) else expected.value
    kinds = (isinstance(found.value, kind) == isinstance(wanted, kind) for kind in (str, bool))
    if found.error or not all(kinds) or not (found.value == wanted or (saved and _close(found.value, wanted))):
        return f"{quoted(found.value)} instead of {_shown(expected)}"
    if found.formula != expected.formula and not (saved and _bare(found.formula) == _bare(expected.formula)):
        return f"the formula {quoted(found.formula)} instead of {quoted(expected.formula)}"
    return ""


def _bare(formula: str) -> str:
    return formula.replace("'", "")


def _close(found: object, wanted: Stored) -> bool:
    return isinstance(found, float) and isinstance(wanted, float) and math.isclose(found, wanted, rel_tol=1e-14)


def _shown(expected: Expected | None) -> str:
    return quoted(expected.value if expected else "")
