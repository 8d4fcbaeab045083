"""Results and tables as pandas data frames."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from optimizer.report.table import Table, flat
from optimizer.report.wording import extent
from optimizer.result import Result

if TYPE_CHECKING:
    import pandas


def frame(result: Result) -> pandas.DataFrame:
    """One row an output, by id; cost, amount and additional resources in whole money, share in percentage points."""
    import pandas  # here, so that only those who ask for a frame wait for it

    plan = result.scenario.plan
    rows = [
        {
            "component": output.component,
            "title": output.name,
            "cost": output.cost,
            "amount": delivery.amount,
            "additional": output.cost - delivery.amount,
            "share": delivery.share,
            "priority": float(priority),
            "status": str(extent(delivery)),
        }
        for output, delivery, priority in zip(plan.outputs, result.allocation, plan.priorities, strict=True)
    ]
    return pandas.DataFrame(rows, index=pandas.Index([output.id for output in plan.outputs], name="output"))


def table_frame(table: Table) -> pandas.DataFrame:
    """Body rows under the table's headers; component headings as a column, no totals. Ratios and priorities become floats."""
    import pandas

    headers, rows = flat(table)
    return pandas.DataFrame(
        [[float(cell) if isinstance(cell, Fraction) else cell for cell in row] for row in rows], columns=list(headers)
    )
