"""Results as pandas data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.figures import categories, paid_by_category
from optimizer.report.wording import extent
from optimizer.result import Result

if TYPE_CHECKING:
    import pandas


def frame(result: Result) -> pandas.DataFrame:
    """One row an output, by id; cost, amount and additional resources in whole money, share in percentage points.

    `begins_in` names the period of a later start and is empty otherwise. Where funds pay, a column "of which: ..." for each of
    their categories has what it pays.
    """
    import pandas  # here, so that only those who ask for a frame wait for it

    plan = result.scenario.plan
    names = categories(plan) if result.funding else ()
    paid = paid_by_category(plan, result.funding) if result.funding else [()] * len(plan.outputs)
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
            "begins_in": "" if delivery.start is None else plan.periods[delivery.start].name,
            **{f"of which: {name}": share for name, share in zip(names, shares, strict=True)},
        }
        for output, delivery, priority, shares in zip(plan.outputs, result.allocation, plan.priorities, paid, strict=True)
    ]
    return pandas.DataFrame(rows, index=pandas.Index([output.id for output in plan.outputs], name="output"))
