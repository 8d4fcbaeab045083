"""Amounts in the unit of the published tables, rounded so that every sum holds as shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer.plan import Allocation, Plan
from optimizer.report.wording import Extent, extent
from optimizer.rounding import nearest, split_totals
from optimizer.rules import Ceiling, Floor
from optimizer.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Figures:
    """An amount in three columns; estimated = allocated + additional."""

    allocated: int
    additional: int

    @property
    def estimated(self) -> int:
        return self.allocated + self.additional

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.allocated + other.allocated, self.additional + other.additional)


@dataclass(frozen=True)
class Shown:
    """The published amounts of an allocation: in all, by component id, by output in the plan's order, by extent of funding."""

    total: Figures
    components: Mapping[str, Figures]
    outputs: tuple[Figures, ...]
    extents: Mapping[Extent, Figures]


def shown(plan: Plan, allocation: Allocation) -> Shown:
    """Rounded from the top down: the total, the components within it, the outputs within each component.

    The total of estimates and of allocations are the nearest whole numbers; every other figure is the exact one rounded up or
    down, so that lines add up to subtotals, subtotals to the total, and allocated and additional to the estimate.
    """
    unit = plan.display_unit
    exact = [
        (Fraction(delivery.amount, unit), Fraction(output.cost - delivery.amount, unit))
        for output, delivery in zip(plan.outputs, allocation, strict=True)
    ]
    allocated = nearest(Fraction(allocation.spend, unit))
    total = Figures(allocated, nearest(Fraction(plan.cost, unit)) - allocated)
    sums = [_add(exact[i] for i in plan.members[component.id]) for component in plan.components]
    components = dict(
        zip(plan.members, (Figures(*pair) for pair in split_totals(sums, (total.allocated, total.additional))), strict=True)
    )
    outputs: dict[int, Figures] = {}
    for key, members in plan.members.items():
        within = (components[key].allocated, components[key].additional)
        outputs |= zip(members, (Figures(*pair) for pair in split_totals([exact[i] for i in members], within)), strict=True)
    extents = dict.fromkeys(Extent, Figures(0, 0))
    for i, delivery in enumerate(allocation):
        extents[extent(delivery)] += outputs[i]
    return Shown(total, components, tuple(outputs[i] for i in range(len(plan.outputs))), extents)


def _add(pairs: Iterable[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    pairs = list(pairs)
    return sum((a for a, _ in pairs), Fraction(0)), sum((b for _, b in pairs), Fraction(0))


def minima(scenario: Scenario) -> dict[str, int]:
    """The minimum allocation of each component that has one, in whole units of the currency."""
    return {rule.component: rule.limit for rule in scenario.rules if isinstance(rule, Floor)}


def maxima(scenario: Scenario) -> dict[str, int]:
    """The maximum allocation of each component that has one, in whole units of the currency."""
    return {rule.component: rule.limit for rule in scenario.rules if isinstance(rule, Ceiling)}


def shown_minimum(plan: Plan, amount: int) -> int:
    """Rounded down: an allocation that respects a minimum is never shown below it."""
    return amount // plan.display_unit


def shown_maximum(plan: Plan, amount: int) -> int:
    return -(-amount // plan.display_unit)


def shown_resources(plan: Plan, amount: int) -> int:
    """The nearest, as the total allocated is, so that resources cover the total as shown."""
    return nearest(Fraction(amount, plan.display_unit))


def ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def priority_delivered(plan: Plan, allocation: Allocation) -> Fraction:
    """Priority of each output times the share of it delivered, as a share of what full costing delivers."""
    total = sum(plan.priorities, Fraction(0))
    points = sum((v * d.share for v, d in zip(plan.priorities, allocation, strict=True)), Fraction(0))
    return points / (100 * total) if total else Fraction(0)
