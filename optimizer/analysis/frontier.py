"""The frontier: every amount of resources at which the best value rises, from the least feasible to the plan's full cost.

Levels are discrete, so these breakpoints are exact and finite: between two of them more money brings nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from optimizer.allocation import Allocation
from optimizer.analysis.best import allocation_of
from optimizer.analysis.frontier_programme import every_breakpoint
from optimizer.analysis.frontier_solver import Walker
from optimizer.audit import Audit, audit
from optimizer.dynamic import NotApplicable
from optimizer.objectives import DELIVERY, MONEY_WEIGHTED, integer_values
from optimizer.plan import Basis
from optimizer.rules import Budget, Ceiling, Floor, FundMoney
from optimizer.scenario import Scenario
from optimizer.solver import SolverFault

BY_PROGRAMME, BY_SOLVER = "dynamic programme", "one solve a breakpoint"
OFFERED = (DELIVERY, MONEY_WEIGHTED)


class NotOffered(Exception):
    """There is no frontier of this scenario; the message says why."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """The least resources at which `value`, in the objective's own measure, is reached; with less it is lower."""

    resources: int
    value: Fraction


@dataclass(frozen=True, eq=False)
class Frontier:
    """`points` rise in resources and value; none where no resources up to the full cost satisfy the rules.

    `levels[k, i]` is the level of output i at breakpoint k, 1 the lowest, 0 for nothing. By the dynamic programme it is the
    choice that the optimizer makes with these resources: fewest partial deliveries, then the canonical choice. By the solver
    (`method`) it is some choice that reaches the value.

    `complete` is False where time ran out; then nothing is known from resources of `known_to` on.
    """

    scenario: Scenario
    points: tuple[Breakpoint, ...]
    levels: np.ndarray = field(repr=False)
    method: str
    complete: bool
    known_to: int

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frontier):
            return NotImplemented
        same = (self.scenario, self.points, self.method) == (other.scenario, other.points, other.method)
        known = (self.complete, self.known_to) == (other.complete, other.known_to)
        return same and known and np.array_equal(self.levels, other.levels)

    def __hash__(self) -> int:
        return hash((self.points, self.method, self.complete, self.known_to))

    def at(self, resources: int) -> int | None:
        """The breakpoint whose value is the best with these resources; None where they are less than the least feasible.

        Raises ValueError where that is not known.
        """
        if not self.complete and resources >= self.known_to:
            raise ValueError(f"the frontier is known below {self.known_to:,}")
        k = bisect_right(self.points, resources, key=lambda point: point.resources)
        return k - 1 if k else None

    def allocation(self, k: int) -> Allocation:
        """What each output receives at a breakpoint."""
        return allocation_of(self.scenario, self.levels[k].tolist())

    def audit(self, k: int) -> Audit:
        """The exact check of a breakpoint, its resources being all there is."""
        return audit(with_resources(self.scenario, self.points[k].resources), self.allocation(k))


@dataclass(frozen=True, slots=True)
class Purchase:
    """What `step` more money buys on top of `resources`: from breakpoint `before` to breakpoint `after`, often the same.

    Positions of outputs: those that are funded now, those that no longer are, and those funded at a higher or lower level.
    """

    resources: int
    step: int
    before: int
    after: int
    gain: Fraction
    entering: tuple[int, ...]
    leaving: tuple[int, ...]
    rising: tuple[int, ...]
    falling: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaver:
    """An output that leaves the funded set while money is added: its position, and the breakpoints at which it is gone."""

    i: int
    at: tuple[int, ...]


def why_not(scenario: Scenario) -> str:
    """Why there is no frontier of a scenario, in a sentence; empty when there is one."""
    if scenario.objective not in OFFERED:
        names = " and ".join(objective.name for objective in OFFERED)
        return f"The frontier is there for the objectives {names}; the objective of this scenario is {scenario.objective.name}."
    if any(isinstance(rule, FundMoney) for rule in scenario.rules):
        return "Resources in % of funds are money of several sources and years, not one amount that could be more or less."
    for rule in scenario.rules:
        if isinstance(rule, Floor | Ceiling) and rule.basis is Basis.RESOURCES:
            what = "minimum" if isinstance(rule, Floor) else "maximum"
            return (
                f"The {what} of component {rule.component} is a share of the resources, so each amount of resources "
                "has rules of its own; as an amount or a share of the estimate it would be the same for all."
            )
    return ""


def frontier(scenario: Scenario, seconds: float = 60.0) -> Frontier:
    """Every breakpoint of a scenario, whatever its own resources are.

    By the dynamic programme where it applies; elsewhere by one solve a breakpoint and a second opinion on each, as far as
    `seconds` allow. Raises NotOffered, with the reason; SolverFault when a choice does not come to its figures.
    """
    reason = why_not(scenario)
    if reason:
        raise NotOffered(reason)
    full = with_resources(scenario, scenario.plan.cost)
    complete, known_to, method = True, full.resources, BY_PROGRAMME
    try:
        resources, values, levels = every_breakpoint(full)
    except NotApplicable:
        method, walker = BY_SOLVER, Walker(full, seconds)
        if walker.doubt:
            raise NotOffered(f"The dynamic programme does not apply, and {walker.doubt}.") from None
        walk = walker.walk()
        complete, known_to = walk.complete, walk.known_to
        resources, values = [step.resources for step in walk.steps], [step.value for step in walk.steps]
        levels = np.array([step.levels for step in walk.steps]).reshape(len(walk.steps), len(scenario.plan.outputs))
    found = from_levels(scenario, levels, method, complete, known_to)
    whole = integer_values(scenario.plan, scenario.objective)
    if [(point.resources, point.value) for point in found.points] != [
        (spend, value * whole.unit) for spend, value in zip(resources, values, strict=True)
    ]:
        raise SolverFault("the choice at a breakpoint of the frontier does not come to its resources and value")
    return found


def from_levels(
    scenario: Scenario, levels: np.ndarray | Sequence[Sequence[int]], method: str, complete: bool, known_to: int
) -> Frontier:
    """The frontier with these choices: what each spends and is worth, added up from the plan's levels."""
    plan, whole = scenario.plan, integer_values(scenario.plan, scenario.objective)
    levels = np.array(levels).reshape(len(levels), len(plan.outputs))
    spend, value = [0] * len(levels), [0] * len(levels)
    for i, of_output in enumerate(plan.levels):
        amounts, worths = [0, *(level.amount for level in of_output)], [0, *whole.of[i]]
        for k, l in enumerate(levels[:, i].tolist()):
            spend[k] += amounts[l]
            value[k] += worths[l]
    points = tuple(Breakpoint(*pair) for pair in zip(spend, (worth * whole.unit for worth in value), strict=True))
    small = np.uint8 if max(map(len, plan.levels)) < 256 else np.uint16
    return Frontier(scenario, points, levels.astype(small), method, complete, known_to)


def with_resources(scenario: Scenario, amount: int) -> Scenario:
    """The scenario with other resources, its further rules as they are: none of them may be a share of the resources."""
    rules = tuple(Budget(amount) if isinstance(rule, Budget) else rule for rule in scenario.rules)
    return replace(scenario, resources=amount, rules=rules)


def next_money(frontier: Frontier, resources: int, step: int) -> Purchase | None:
    """What the next `step` of money buys for somebody who has `resources`; below nil, what losing it takes away.

    None where the resources before or after are less than the least feasible.
    Raises ValueError where the frontier is not known that far.
    """
    before, after = frontier.at(resources), frontier.at(resources + step)
    if before is None or after is None:
        return None
    gain = frontier.points[after].value - frontier.points[before].value
    old, new = frontier.levels[before], frontier.levels[after]
    changes = ((old == 0) & (new > 0), (old > 0) & (new == 0), (old > 0) & (new > old), (new > 0) & (new < old))
    return Purchase(resources, step, before, after, gain, *(tuple(np.flatnonzero(change).tolist()) for change in changes))


def leavers(frontier: Frontier) -> tuple[Leaver, ...]:
    """The outputs that leave the funded set somewhere while money is added, with the breakpoints where they do, in order."""
    funded = frontier.levels > 0
    gone = funded[:-1] & ~funded[1:]
    return tuple(Leaver(i, tuple((np.flatnonzero(gone[:, i]) + 1).tolist())) for i in np.flatnonzero(gone.any(axis=0)).tolist())


def funded_between(frontier: Frontier, i: int) -> tuple[tuple[int, int | None], ...]:
    """The intervals of resources in which output `i` is funded: from, inclusive, and to, exclusive; None: to the end."""
    funded = np.concatenate(([False], frontier.levels[:, i] > 0, [False]))
    turns = np.flatnonzero(funded[1:] != funded[:-1]).tolist()
    money = [point.resources for point in frontier.points]
    end = None if frontier.complete else frontier.known_to
    return tuple((money[a], money[b] if b < len(money) else end) for a, b in zip(turns[::2], turns[1::2], strict=True))
