"""Results and analyses as pandas data frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from optimizer.analysis.alternatives import Alternatives
from optimizer.analysis.alternatives_count import Count
from optimizer.analysis.frontier import Frontier
from optimizer.analysis.ladder import Ladder
from optimizer.analysis.own_list import Scored
from optimizer.analysis.prices import Prices
from optimizer.analysis.reasons_found import Reasons
from optimizer.analysis.robustness import Robustness
from optimizer.report import reasons, robustness
from optimizer.report.figures import categories, paid_by_category
from optimizer.report.wording import extent
from optimizer.result import Result
from optimizer.scenario import Scenario

if TYPE_CHECKING:
    import pandas

Row = dict[str, Any]
Found = Result | Frontier | Ladder | Reasons | Prices | Alternatives | Robustness | Scored


def frame(found: Found, scenario: Scenario | None = None) -> pandas.DataFrame:
    """A result or an analysis as a table; money in whole units, shares and values as floats, what is not known as NaN or None.

    One row an output, by id, of a result (`begins_in` names the period of a later start; where funds pay, columns "of which: ..."
    have what each category pays), of reasons, of alternatives (shares of the allocations and of the portfolios that fund it), of
    a ladder and of robustness; one row a breakpoint of a frontier, with the level of each output; one row a condition of prices;
    one row a difference of a list of somebody's own. All but a result and a frontier need their scenario: raises ValueError
    without it.
    """
    import pandas  # here, so that only those who ask for a frame wait for it

    scenario = found.scenario if isinstance(found, Result | Frontier) else scenario
    if scenario is None:
        raise ValueError("the scenario that it is of is needed: frame(found, scenario)")
    rows = _ROWS[type(found)](scenario, found)
    if isinstance(found, Frontier | Prices | Scored):
        return pandas.DataFrame(rows)
    return pandas.DataFrame(rows, index=pandas.Index([output.id for output in scenario.plan.outputs], name="output"))


def _result(scenario: Scenario, result: Result) -> list[Row]:
    plan = scenario.plan
    names = categories(plan) if result.funding else ()
    paid = paid_by_category(plan, result.funding) if result.funding else [()] * len(plan.outputs)
    return [
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


def _frontier(scenario: Scenario, found: Frontier) -> list[Row]:
    ids = [output.id for output in scenario.plan.outputs]
    return [
        {"resources": point.resources, "value": float(point.value), **dict(zip(ids, levels, strict=True))}
        for point, levels in zip(found.points, found.levels.tolist(), strict=True)
    ]


def _ladder(scenario: Scenario, found: Ladder) -> list[Row]:
    """What each output has in all in each phase, and in which it begins; None where it is funded in none."""
    rungs = list(enumerate((rung.allocation for rung in found.rungs), start=1))
    return [
        {
            **{f"phase {n}": allocation[i].amount for n, allocation in rungs},
            "begins": next((n for n, allocation in rungs if allocation[i].funded), None),
        }
        for i in range(len(scenario.plan.outputs))
    ]


def _reasons(scenario: Scenario, found: Reasons) -> list[Row]:
    """Outputs that were not asked about have no figures."""
    known = {record["id"]: record for record in reasons.records(scenario, found)["outputs"]}  # type: ignore[attr-defined]
    rows = []
    for output in scenario.plan.outputs:
        record = known.get(output.id, {})
        reason = found.of(scenario.plan.index[output.id])
        loss = reason.turned.loss if reason and reason.turned else None
        forced = (reason.raised if reason.level else reason.turned) if reason else None
        moves = forced.moves if forced else ()
        rows.append(
            {
                "amount": record.get("amount"),
                "share": record.get("share"),
                "causes": "; ".join(cause["why"] for cause in record.get("causes", ())),
                "regret": None if loss is None else float(loss[1]),
                "reduced": ", ".join(scenario.plan.outputs[move.i].id for move in moves if move.after < move.before),
                "extra_resources": record.get("extra_resources"),
                "priority": _number(reason.priority if reason else None),
                "break_even_priority": _number(reason.break_even_priority if reason else None),
                "break_even_cost": record.get("break_even_cost"),
                "entry_budgets": record.get("entry_budgets"),
                "sentence": record.get("sentence", ""),
            }
        )
    return rows


def _prices(scenario: Scenario, found: Prices) -> list[Row]:
    """Each condition, then each family and all of them, which have no key."""
    rows: list[Row] = []
    for price in (*found.single, *found.families, *((found.every,) if found.every else ())):
        gain = found.gain(price)
        rows.append(
            {
                "kind": price.kind,
                "condition": price.keys[0] if price in found.single else "",
                "conditions": len(price.keys),
                "figure": gain[0] if gain else None,
                "gain": _number(gain[1] if gain else None),
                "saved": price.saved,
            }
        )
    return rows


def _alternatives(scenario: Scenario, found: Alternatives) -> list[Row]:
    counted = {
        f"{kind} {name}": count
        for name, near in (("alike", found.alike), ("equal", found.equal), ("near", found.near))
        for kind, count in (("allocations", near.allocations), ("portfolios", near.portfolios))
    }
    return [
        {"level": level, **{name: _share(count, i) for name, count in counted.items()}} for i, level in enumerate(found.levels)
    ]


def _share(count: Count | None, i: int) -> float | None:
    return None if count is None or count.funded is None or not count.number else count.funded[i] / count.number


def _robustness(scenario: Scenario, found: Robustness) -> list[Row]:
    rows = []
    for record in robustness.records(scenario, found)["outputs"]:
        low, high = record.pop("interval_95")
        rows.append({**record, "core_index": _number(record["core_index"]), "low": float(low), "high": float(high)})
    return [{name: value for name, value in row.items() if name != "output"} for row in rows]


def _scored(scenario: Scenario, found: Scored) -> list[Row]:
    """The outputs that the optimum treats in another way."""
    return [
        {
            "output": scenario.plan.outputs[one.i].id,
            "amount": one.own.amount,
            "share": one.own.share,
            "best_amount": one.best.amount,
            "best_share": one.best.share,
        }
        for one in found.differences
    ]


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


_ROWS: Mapping[type, Callable[[Scenario, Any], list[Row]]] = {
    Result: _result,
    Frontier: _frontier,
    Ladder: _ladder,
    Reasons: _reasons,
    Prices: _prices,
    Alternatives: _alternatives,
    Robustness: _robustness,
    Scored: _scored,
}
