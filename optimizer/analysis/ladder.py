"""The ladder: one nested list for several levels of resources. What is funded at a level stays funded at the next, or is raised.

Best for all levels together: the weighted sum of what the objective measures is as large as it can be, then total spend as small,
then partial deliveries as few; then the canonical choice, level after level. Nested lists over budgets: Koc, Morton, Popova,
Hess, Kee and Richards, Prioritizing project selection, The Engineering Economist 54 (2009).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from optimizer.allocation import Allocation
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer, known
from optimizer.analysis.frontier import NotOffered
from optimizer.analysis.ladder_start import Alone, lone, nested_start, tightened, worth
from optimizer.audit import Attained, audit, first_change
from optimizer.canonical import canonical_digits
from optimizer.nesting import Nesting, nest
from optimizer.objectives import value_stages
from optimizer.optimize import doubt, solved_twice
from optimizer.plan import Basis, Limit
from optimizer.program import Termination
from optimizer.result import Proof
from optimizer.rules import FundMoney
from optimizer.scenario import Scenario, at_resources
from optimizer.search import Search

BY_LEVELS = "every level has the best that it could have alone"
SHARE_OF_TIME = 0.5  # that the levels alone may take of all
BELOW = Fraction(4, 5)  # the first of the three default levels, as a part of the scenario's resources


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of resources; `name` is that of its scenario, `weight` its part of 1.

    `attained` is what the objective compares, on the ladder; `alone` the best of it where nothing else is to be kept to, None
    where that was not proved in time.
    """

    name: str
    resources: int
    weight: Fraction
    allocation: Allocation
    attained: Attained
    alone: Attained | None

    @property
    def price(self) -> tuple[str, Fraction] | None:
        """What nesting costs at this level, in the first figure of the objective that differs; None where it is not known."""
        return None if self.alone is None else first_change(self.attained, self.alone)


@dataclass(frozen=True, slots=True)
class Ladder:
    """`rungs` from the least resources to the most; `left_out` are resources at which no allocation satisfies the rules.

    `proof` is of the weighted sum of values; `settled` says that what comes after it, down to the canonical choice, is too.
    `programmes` and `solves` count what it took, the levels alone included.
    """

    rungs: tuple[Rung, ...]
    left_out: tuple[int, ...]
    proof: Proof
    settled: bool
    programmes: int
    solves: int

    @property
    def attained(self) -> Attained:
        """The weighted sum of what the objective compares."""
        return _added([(rung.weight, rung.attained) for rung in self.rungs])

    @property
    def price(self) -> tuple[str, Fraction] | None:
        """What nesting costs over all levels, by their weights; None where it is not known at one of them."""
        alone = [(rung.weight, rung.alone) for rung in self.rungs if rung.alone is not None]
        return first_change(self.attained, _added(alone)) if len(alone) == len(self.rungs) else None

    @property
    def added(self) -> tuple[tuple[int, ...], ...]:
        """Phase by phase what each output receives on top of the phase before: the phases add up to the highest level."""
        amounts = [[delivery.amount for delivery in rung.allocation] for rung in self.rungs]
        return (tuple(amounts[0]), *(tuple(b - a for a, b in zip(*pair, strict=True)) for pair in pairwise(amounts)))


@dataclass(frozen=True, slots=True)
class Unnested:
    """There is no such list. `first` is the position of the first level that cannot be met: `alone`, or with those before it.

    `names` and `resources` are those of all levels.
    """

    names: tuple[str, ...]
    resources: tuple[int, ...]
    first: int
    alone: bool


def _added(weighted: Sequence[tuple[Fraction, Attained]]) -> Attained:
    names = [name for name, _ in weighted[0][1]]
    figures = zip(*([weight * figure for _, figure in attained] for weight, attained in weighted), strict=True)
    return tuple((name, sum(some, Fraction(0))) for name, some in zip(names, figures, strict=True))


def ladder(
    scenarios: Sequence[Scenario], weights: Sequence[Fraction | int] | None = None, seconds: float = 600.0
) -> Ladder | Unnested:
    """The ladder over some scenarios of one plan, in the order given, which is that of growing resources.

    `weights` are how much the levels count, for instance their probabilities; equal unless given. They are scaled to a sum of 1.
    Under *balanced* each level keeps the smallest coverage that it can have alone. Raises ValueError for weights that are none,
    NotOffered where levels, objectives or order do not compare, OutOfTime where nothing was found in `seconds`.
    """
    return _ladder(scenarios, weights, Reoptimizer(seconds), leave_out=False)


def ladder_of(
    scenario: Scenario,
    resources: Sequence[Limit | int] | None = None,
    weights: Sequence[Fraction | int] | None = None,
    seconds: float = 600.0,
    allocation: Allocation | None = None,
) -> Ladder | Unnested:
    """The ladder of one scenario over several amounts of resources, weights in the same order.

    `allocation` is the optimizer's own for the scenario itself, where it is there already.

    Unless given they are four fifths of its resources, these, and halfway from these to the full estimate; of these three, levels
    at which no allocation satisfies the rules are left out.
    """
    reoptimizer = Reoptimizer(seconds, known(scenario, allocation))
    if resources is None:
        levels = [at_resources(scenario, limit) for limit in default_levels(scenario)]
        return _ladder(levels, weights, reoptimizer, leave_out=True)
    limits = [limit if isinstance(limit, Limit) else Limit(Basis.AMOUNT, Fraction(limit)) for limit in resources]
    levels = [at_resources(scenario, limit) for limit in limits]
    order = sorted(range(len(levels)), key=lambda t: levels[t].resources)
    weights = None if weights is None else [weights[t] for t in order]
    return _ladder([levels[t] for t in order], weights, reoptimizer, leave_out=False)


def default_levels(scenario: Scenario) -> tuple[Limit, ...]:
    """Four fifths of a scenario's resources, these, and halfway from these to the full estimate where they are less."""
    limit, money, cost = scenario.spec.resources, scenario.resources, scenario.plan.cost
    halfway = [Fraction(money + cost, 2 * money)] if 0 < money < cost else []
    return tuple(_scaled(limit, factor) for factor in (BELOW, Fraction(1), *halfway))


def _scaled(limit: Limit, factor: Fraction) -> Limit:
    """A part or multiple of a limit; of money, in whole units."""
    value = factor * limit.value
    return replace(limit, value=Fraction(math.floor(value)) if limit.basis is Basis.AMOUNT else value)


def _ladder(
    scenarios: Sequence[Scenario], weights: Sequence[Fraction | int] | None, reoptimizer: Reoptimizer, leave_out: bool
) -> Ladder | Unnested:
    counted = _counted(len(scenarios), weights)
    _comparable(scenarios)
    end = reoptimizer.deadline
    reoptimizer.deadline -= (1 - SHARE_OF_TIME) * reoptimizer.left
    alone = [lone(scenario, reoptimizer) for scenario in scenarios]
    names, resources = tuple(s.name for s in scenarios), tuple(s.resources for s in scenarios)
    impossible = [t for t, one in enumerate(alone) if one is None]
    if impossible and not (leave_out and len(impossible) < len(alone)):
        return Unnested(names, resources, impossible[0], True)
    possible = [(one, weight) for one, weight in zip(alone, counted, strict=True) if one is not None]
    levels, shares = [one for one, _ in possible], _shares([weight for _, weight in possible])
    left_out = tuple(resources[t] for t in impossible)
    reoptimizer.deadline = end
    own = [one.best.allocation for one in levels if one.best is not None]
    if len(own) == len(levels) and all(map(_within, own, own[1:])):
        proof = Proof(True, f"no nested list has a higher weighted value: {BY_LEVELS}")
        return Ladder(_rungs(levels, shares, own), left_out, proof, True, reoptimizer.programmes, reoptimizer.solves)
    search = _search(levels, shares, reoptimizer)
    nesting = search.nesting
    digits = [d for pair in zip(nesting.scenarios, nesting.parts, strict=True) for d in canonical_digits(*pair)]
    termination, _ = solved_twice(search, digits)
    if termination is Termination.INFEASIBLE:
        return Unnested(names, resources, _first(levels, shares, end), False)
    if search.point is None:
        raise OutOfTime
    rungs = _rungs(levels, shares, nesting.split(search.formulation.allocation(search.point)))
    solves = reoptimizer.solves + len(search.stages)
    return Ladder(rungs, left_out, _proof(search), termination is Termination.OPTIMAL, reoptimizer.programmes, solves)


def _within(lower: Allocation, upper: Allocation) -> bool:
    """Whether every output has at least as much in one allocation as in the other."""
    return all((a.amount, a.share) <= (b.amount, b.share) for a, b in zip(lower, upper, strict=True))


def _rungs(levels: Sequence[Alone], shares: Sequence[Fraction], allocations: Sequence[Allocation]) -> tuple[Rung, ...]:
    return tuple(
        Rung(one.scenario.name, one.scenario.resources, share, given, audit(one.scenario, given).attained, one.attained)
        for one, share, given in zip(levels, shares, allocations, strict=True)
    )


def _counted(count: int, weights: Sequence[Fraction | int] | None) -> list[Fraction]:
    counted = [Fraction(1)] * count if weights is None else [Fraction(weight) for weight in weights]
    if not count or len(counted) != count or any(weight <= 0 for weight in counted):
        raise ValueError("a weight above 0 is expected for each level, and at least one level")
    return counted


def _shares(weights: Sequence[Fraction]) -> list[Fraction]:
    return [weight / sum(weights) for weight in weights]


def _comparable(scenarios: Sequence[Scenario]) -> None:
    """Raises NotOffered where an output's levels cannot be compared, where values cannot be added, or where money falls."""
    for before, after in pairwise(scenarios):
        said = f"{before.name} and {after.name}"
        if [output.id for output in before.plan.outputs] != [output.id for output in after.plan.outputs]:
            raise NotOffered(f"A ladder is of one plan; {said} have different outputs.")
        if value_stages(before.plan, before.objective) != value_stages(after.plan, after.objective):
            raise NotOffered(f"A ladder has one objective, with the same classes of outputs; those of {said} differ.")
        of_output = zip(before.plan.outputs, before.plan.levels, after.plan.levels, strict=True)
        for output, some, others in of_output:
            if [(level.amount, level.share) for level in some] != [(level.amount, level.share) for level in others]:
                raise NotOffered(f"A ladder compares levels; those of output {output.id} differ between {said}.")
        funded = any(isinstance(rule, FundMoney) for rule in (*before.rules, *after.rules))
        if not funded and after.resources < before.resources:
            raise NotOffered(f"A ladder goes from the least resources to the most; {after.name} has less than {before.name}.")


@dataclass
class _Search(Search):
    """A search over all levels at once; each is audited by its own rules."""

    nesting: Nesting = field(kw_only=True)

    def breached(self, allocation: Allocation) -> bool:
        return self.nesting.breached(allocation)


def _search(levels: Sequence[Alone], shares: Sequence[Fraction], reoptimizer: Reoptimizer) -> _Search:
    """The search for the best nested list: from a list already known, and among those as good, where there is one."""
    nesting = nest([one.posed for one in levels], shares)
    search = _Search(levels[0].posed, nesting.formulation, 0.0, nesting=nesting)
    start = None if nesting.formulation.coarse else nested_start(levels, shares, reoptimizer)
    search.deadline = time.monotonic() + max(reoptimizer.left, 0.0)
    if start is None:
        return search
    point = nesting.formulation.point(_stacked(start))
    best = [one.best for one in levels if one.best is not None]
    if len(best) < len(levels):
        search.restart(point)
        return search
    room = worth(best, shares) - worth(start, shares)
    formulation = replace(nesting.formulation, program=tightened(nesting, best, shares, room))
    search.formulation = formulation
    search.restart(point)
    bound, goals = formulation.point(_stacked(best)), list(formulation.goals)
    while goals and goals[0].value(point) == goals[0].value(bound):  # no level could do better by itself
        search.accept(goals[0], goals[0].value(point), BY_LEVELS)
        goals.pop(0)
    search.formulation = replace(formulation, goals=tuple(goals))
    return search


def _stacked(levels: Sequence[Best]) -> Allocation:
    return Allocation(tuple(given for level in levels for given in level.allocation))


def _first(levels: Sequence[Alone], shares: Sequence[Fraction], end: float) -> int:
    """The first level that cannot be met together with those before it; all of them cannot."""
    for count in range(2, len(levels)):
        nesting = nest([one.posed for one in levels[:count]], shares[:count])
        left = max(end - time.monotonic(), 0.0)
        if _Search(levels[0].posed, nesting.formulation, left, nesting=nesting).find() is Termination.INFEASIBLE:
            return count - 1
    return len(levels) - 1


def _proof(search: _Search) -> Proof:
    """Of the weighted values, one stage after the other."""
    last = {stage.name: stage for stage in search.stages}
    for goal in search.formulation.values:
        why_not = doubt(search.formulation, last.get(goal.name), goal.name)
        if why_not:
            return Proof(False, why_not)
    confirmed = ", ".join(dict.fromkeys(last[goal.name].confirmed for goal in search.formulation.values))
    return Proof(True, f"no nested list has a higher weighted value; confirmed by: {confirmed}")
