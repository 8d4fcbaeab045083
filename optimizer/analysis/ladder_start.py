"""What a ladder begins with: the best of each level alone, a nested list to start from, and what both of them rule out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.allocation import Allocation
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer, checked
from optimizer.audit import Attained, audit
from optimizer.balance import best_balance
from optimizer.bounding import implied
from optimizer.formulate import formulate, value_goals
from optimizer.nesting import Nesting
from optimizer.objectives import BALANCED, DELIVERY, integer_values
from optimizer.program import Program, Termination
from optimizer.rules import Committed, Deferred
from optimizer.scenario import Scenario
from optimizer.search import Search

SHARE_OF_TIME = 0.1  # of what is left, for one solve


@dataclass(frozen=True)
class Alone:
    """A level without the others. `posed` is its scenario; under *balanced* its coverage has become rules, and value is left.

    `best` is None where it was not proved in time.
    """

    scenario: Scenario
    posed: Scenario
    best: Best | None

    @property
    def attained(self) -> Attained | None:
        """In the figures of the scenario's own objective."""
        return None if self.best is None else audit(self.scenario, self.best.allocation).attained


def lone(scenario: Scenario, reoptimizer: Reoptimizer) -> Alone | None:
    """The best of one level; None where no allocation satisfies its rules. Raises OutOfTime where its coverage is not proved."""
    posed = scenario
    if scenario.objective is BALANCED:
        covered = best_balance(scenario, Search(scenario, formulate(scenario), max(reoptimizer.left, 0.0)))
        if covered.stage.termination is Termination.INFEASIBLE:
            return None
        if covered.stage.termination is not Termination.OPTIMAL:
            raise OutOfTime
        posed = replace(covered.scenario, objective=DELIVERY)
    try:
        best = reoptimizer.best(posed)
    except OutOfTime:
        return Alone(scenario, posed, None)
    return None if best is None else Alone(scenario, posed, best)


def nested_start(levels: Sequence[Alone], weights: Sequence[Fraction], reoptimizer: Reoptimizer) -> list[Best] | None:
    """A good nested list: from the best at the lowest, middle or highest level on; then each level between its neighbours.

    None where this leads nowhere or time runs out before a first list.
    """
    found: list[Best] | None = None
    scenarios = [one.posed for one in levels]
    pivots = dict.fromkeys((0, len(levels) // 2, len(levels) - 1))
    try:
        for pivot in pivots:
            first = levels[pivot].best or (_good(scenarios[0], reoptimizer) if pivot == 0 else None)
            built = None if first is None else _around(scenarios, pivot, first, reoptimizer)
            if built is not None and (found is None or worth(built, weights) > worth(found, weights)):
                found = built
        while found is not None:
            before = worth(found, weights)
            for t, scenario in enumerate(scenarios):
                lower = found[t - 1].allocation if t else None
                upper = found[t + 1].allocation if t + 1 < len(found) else None
                better = _good(_between(scenario, lower, upper), reoptimizer)
                if better is not None and _first(better) > _first(found[t]):
                    found = [*found[:t], better, *found[t + 1 :]]
            if worth(found, weights) == before:
                break
    except OutOfTime:
        pass
    return found


def _around(scenarios: Sequence[Scenario], pivot: int, first: Best, reoptimizer: Reoptimizer) -> list[Best] | None:
    found = {pivot: first}
    for t in (*range(pivot + 1, len(scenarios)), *range(pivot - 1, -1, -1)):
        lower = found[t - 1].allocation if t > pivot else None
        upper = found[t + 1].allocation if t < pivot else None
        good = _good(_between(scenarios[t], lower, upper), reoptimizer)
        if good is None:
            return None
        found[t] = good
    return [found[t] for t in range(len(scenarios))]


def _good(scenario: Scenario, reoptimizer: Reoptimizer) -> Best | None:
    """The best allocation by the dynamic programme; where it does not apply, what one solve for the first value gives."""
    if not reoptimizer.solves:
        return reoptimizer.best(scenario)
    if reoptimizer.left <= 0:
        raise OutOfTime
    search = Search(scenario, formulate(scenario), SHARE_OF_TIME * reoptimizer.left)
    search.stage(search.formulation.values[0])
    reoptimizer.solves += 1
    return None if search.point is None else checked(scenario, search.formulation.allocation(search.point))


def _between(scenario: Scenario, lower: Allocation | None, upper: Allocation | None) -> Scenario:
    """The scenario with each output at least at its level in one allocation, and at most at its level in another."""
    ids = [output.id for output in scenario.plan.outputs]
    least = [Committed(ids[i], i, given.amount) for i, given in enumerate(lower or ()) if given.funded]
    most = [Deferred(ids[i], i, given.amount) for i, given in enumerate(upper or ())]
    return replace(scenario, rules=(*scenario.rules, *least, *most))


def worth(levels: Sequence[Best], weights: Sequence[Fraction]) -> Fraction:
    """The weighted sum of the first figures that the objective compares."""
    return sum((weight * _first(level) for weight, level in zip(weights, levels, strict=True)), Fraction(0))


def _first(level: Best) -> Fraction:
    """The first figure that its objective compares."""
    return level.audit.attained[0][1]


def tightened(nesting: Nesting, levels: Sequence[Best], weights: Sequence[Fraction], most: Fraction) -> Program:
    """The program with what follows from all levels together losing at most so much of their best.

    Then no level loses more than that by its weight; the exact bound of each level alone, which is far tighter than that of all
    together, fixes what this settles.
    """
    program = nesting.formulation.program
    bounds: dict[int, tuple[int, int]] = {}
    rows = []
    for level, columns, weight in zip(levels, nesting.parts, weights, strict=True):
        scenario = level.scenario
        formulation = formulate(scenario, ordered=False)
        search = Search(scenario, replace(formulation, program=implied(formulation.program)), 0.0)
        unit = integer_values(scenario.plan, scenario.objective).unit
        target = math.ceil((_first(level) - most / weight) / unit)
        search.keep(search.formulation.values[0], target)
        bounds |= {j: (c.lower, c.upper) for j, c in enumerate(search.program.columns, start=columns.first[0])}
        rows.append(next(value_goals(scenario, columns)).kept(target))
    return implied(program.with_bounds(bounds).with_rows(rows))
