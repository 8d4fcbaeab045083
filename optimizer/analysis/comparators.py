"""What planners do without an optimizer, measured by the same audit: a result is worth what it gains over these."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.audit import Audit, audit
from optimizer.plan import Plan
from optimizer.rounding import largest_remainder
from optimizer.scenario import Scenario


@dataclass(frozen=True)
class Comparator:
    """A named allocation. It may breach rules; its audit says which."""

    name: str
    published: str
    allocation: Allocation
    audit: Audit


def comparators(scenario: Scenario) -> tuple[Comparator, ...]:
    """Full costing, across-the-board, all phased at their minimum, ranking by score, ranking by score per unit of money.

    Across-the-board: every output receives the same share of its cost (whole units, largest remainder); one that receives less
    than its minimum viable amount delivers nothing. The rankings go down the list once and give each output the highest level
    that the remaining money pays for; they know no rule but the resources.
    """
    plan, resources = scenario.plan, scenario.resources
    by_score = [(True, -priority) for priority in plan.priorities]
    by_ratio = [  # what costs nothing comes first
        (output.cost > 0, -priority / (output.cost or 1)) for priority, output in zip(plan.priorities, plan.outputs, strict=True)
    ]
    named = (
        ("full costing", "Full costing", _at_level(plan, -1)),
        ("across-the-board", "Across-the-board", _across_the_board(plan, resources)),
        ("all at minimum", "All outputs phased at their minimum", _at_level(plan, 0)),
        ("by score", "In order of priority", _ranking(scenario, by_score)),
        ("by score per money", "In order of priority per amount", _ranking(scenario, by_ratio)),
    )
    return tuple(Comparator(name, published, allocation, audit(scenario, allocation)) for name, published, allocation in named)


def _at_level(plan: Plan, level: int) -> Allocation:
    return Allocation(tuple(Delivery(levels[level].amount, levels[level].share) for levels in plan.levels))


def _across_the_board(plan: Plan, resources: int) -> Allocation:
    money = min(resources, plan.cost)
    amounts = largest_remainder([Fraction(money * output.cost, plan.cost or 1) for output in plan.outputs], money)
    return Allocation(
        tuple(
            Delivery(amount, _share(amount, output.cost) if amount >= levels[0].amount else 0)
            for amount, output, levels in zip(amounts, plan.outputs, plan.levels, strict=True)
        )
    )


def _share(amount: int, cost: int) -> int:
    return 100 * amount // cost if cost else 100


def _ranking(scenario: Scenario, order: list[tuple[bool, Fraction]]) -> Allocation:
    plan, left = scenario.plan, scenario.resources
    deliveries = [NOTHING] * len(plan.outputs)
    for i in sorted(range(len(plan.outputs)), key=lambda i: (order[i], scenario.keys[i])):
        affordable = [level for level in plan.levels[i] if level.amount <= left]
        if affordable:
            deliveries[i] = Delivery(affordable[-1].amount, affordable[-1].share)
            left -= affordable[-1].amount
    return Allocation(tuple(deliveries))
