"""Tables as pandas data frames."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from optimizer.report.table import Table, flat

if TYPE_CHECKING:
    import pandas


def frame(table: Table) -> pandas.DataFrame:
    """Body rows under the table's headers; component headings as a column, no totals. Ratios and priorities become floats."""
    import pandas  # here, so that only those who ask for a frame wait for it

    headers, rows = flat(table)
    return pandas.DataFrame(
        [[float(cell) if isinstance(cell, Fraction) else cell for cell in row] for row in rows], columns=list(headers)
    )
