"""A look at one column of a workbook that is not read as a plan: for the completion of names."""

from __future__ import annotations

import os

from optimizer.files.cells import read_grids
from optimizer.files.container import open_container
from optimizer.files.headers import HEADER_ROW, headers
from optimizer.files.parts import scan
from optimizer.files.sheets import SCENARIOS
from optimizer.findings import InputRefused
from optimizer.keys import normalise


def names_of_scenarios(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """What stands under the header of scenario names; nothing where the workbook cannot be read."""
    try:
        container = open_container(path)
        sheets = [sheet for sheet in scan(container).sheets if normalise(sheet.name) == normalise(SCENARIOS.name)]
        (grid,) = read_grids(container, sheets[:1]).values()
    except (InputRefused, ValueError):  # ValueError: no such sheet
        return ()
    wanted = normalise(SCENARIOS.columns[0].header)
    column = next((number for number, text in headers(grid).items() if normalise(text) == wanted), 0)
    cells = (row[column].value for number, row in sorted(grid.rows.items()) if number > HEADER_ROW and column in row)
    return tuple(dict.fromkeys(value.strip() for value in cells if isinstance(value, str)))
