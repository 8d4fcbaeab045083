"""Results as pandas data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
