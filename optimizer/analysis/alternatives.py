"""What else would do as well, or nearly: how many allocations and portfolios, each output's share of them, the most different."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer.allocation import Allocation
from optimizer.analysis.alternatives_blocks import Structure
from optimizer.analysis.alternatives_count import Count, count
from optimizer.analysis.alternatives_portfolios import Portfolios, portfolios
from optimizer.analysis.alternatives_solver import apart, count_one_by_one, covered, farthest, near
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer, checked, known, levels_of
from optimizer.audit import Attained
from optimizer.dynamic import NotApplicable
from optimizer.objectives import BALANCED, DELIVERY, integer_values
from optimizer.rules import Committed, Deferred
from optimizer.scenario import Scenario

BY_PROGRAMME, BY_SOLVER = "dynamic programme", "one solve each"
CLOSER = (Fraction(1, 2), Fraction(1, 5), Fraction(1, 10))  # of the share asked for, tried where allocations are too many


@dataclass(frozen=True, slots=True)
class Near:
    """How many allocations, and how many portfolios, come within a share of the best; None where that was not found in time.

    A portfolio, a set of funded outputs, comes within it when one of its allocations does.
    """

    within: Fraction
    allocations: Count | None
    portfolios: Count | None


@dataclass(frozen=True, slots=True)
class Different:
    """An allocation near the best; `levels` by output, 0 for nothing.

    `entering` and `leaving` are the outputs (positions) that it funds and the chosen one does not, and the reverse; `apart` says
    in how many outputs its portfolio differs from those of the alternatives before it.
    """

    levels: tuple[int, ...]
    attained: Attained
    spend: int
    entering: tuple[int, ...]
    leaving: tuple[int, ...]
    apart: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Beside the allocation chosen (`attained`, `spend`, `partial`, `levels`).

    `alike`: those of the same value, spend and number of partial deliveries; `equal`: of the same value. `near` is within the
    share asked for; `closer`, where there are too many allocations to be counted in that, the largest of three smaller shares in
    which they were counted, if any. They count the chosen one too.

    `different` are up to `asked` portfolios within the share asked for, each as far as can be from the chosen one and those
    before it: the smallest number of outputs in which it differs from one of them is as large as can be. `settled` is False where
    time ran out; else fewer than `asked` means that there are no more. `programmes` and `solves` are what it took.
    """

    attained: Attained
    spend: int
    partial: int
    levels: tuple[int, ...]
    alike: Near
    equal: Near
    near: Near
    closer: Near | None
    different: tuple[Different, ...]
    asked: int
    settled: bool
    method: str
    programmes: int
    solves: int


def alternatives(
    scenario: Scenario,
    within: Fraction = Fraction(1, 100),
    most: int = 3,
    seconds: float = 60.0,
    allocation: Allocation | None = None,
) -> Alternatives | None:
    """What else comes within a share of the best, in each figure that the objective compares; None where nothing is feasible.

    Counts are exact, or say that they are lower bounds. By the dynamic programme where it applies, elsewhere by the solver, one
    by one and only so many. `allocation` is the optimizer's own, where it is there already. Raises OutOfTime when the best itself
    was not proved in `seconds`.
    """
    if not 0 <= within < 1:
        raise ValueError("the share is to be at least 0 and less than 1")
    asking = Reoptimizer(seconds, known(scenario, allocation))
    best = asking.best(scenario)
    if best is None:
        return None
    counting = _Counting(scenario, best, asking)
    alike, equal, around = counting.near(Fraction(0), alike=True), counting.near(Fraction(0)), counting.near(within)
    closer = None
    for part in CLOSER if within and around.allocations and not around.allocations.exact else ():
        found = counting.near(within * part)
        if found.allocations and found.allocations.exact:
            closer = found
            break
    different, settled = _different(counting, within, most)
    return Alternatives(
        best.audit.attained,
        best.audit.spend,
        best.audit.in_part,
        levels_of(scenario, best.allocation),
        alike,
        equal,
        around,
        closer,
        different,
        most,
        settled,
        counting.method,
        asking.programmes,
        asking.solves,
    )


@dataclass
class _Counting:
    scenario: Scenario
    best: Best
    asking: Reoptimizer
    method: str = field(default=BY_PROGRAMME, init=False)
    known: dict[tuple[Fraction, bool], Near] = field(default_factory=dict, init=False)
    listed: dict[Fraction, Portfolios] = field(default_factory=dict, init=False)

    def near(self, within: Fraction, alike: bool = False) -> Near:
        """Those within a share of the best, or with `alike` those that are as good in every respect."""
        if (within, alike) not in self.known:
            self.known[within, alike] = self._near(within, alike)
        return self.known[within, alike]

    def _near(self, within: Fraction, alike: bool) -> Near:
        try:
            if self.method == BY_PROGRAMME and self.asking.left > 0:
                return self._by_programme(within, alike)
        except NotApplicable:
            self.method = BY_SOLVER
        kept = near(self.scenario, self.best, within)

        def one_by_one(portfolios: bool) -> Count | None:
            return count_one_by_one(kept, self.best, alike, portfolios, self.asking) if self.asking.left > 0 else None

        sets = one_by_one(True)
        return Near(within, one_by_one(False), sets)

    def _by_programme(self, within: Fraction, alike: bool) -> Near:
        best, scenario = self.best.audit, covered(self.scenario, self.best, within)
        structure = Structure(scenario, alike, best.spend if alike else None)
        value = math.ceil(best.value * (1 - within) / integer_values(scenario.plan, scenario.objective).unit)
        target = value * structure.programme.scale - best.in_part if alike else value
        self.asking.programmes += 2
        found = portfolios(structure, target)
        if isinstance(found, Portfolios):
            if not alike:
                self.listed[within] = found
            found = found.count
        return Near(within, count(structure, target), found)

    def farthest(self, within: Fraction, others: list[tuple[bool, ...]]) -> Best | None:
        """The alternative that is least like any of others: from the list where there is one, else by the solver."""
        if within not in self.listed:
            return farthest(near(self.scenario, self.best, within), others, self.asking)
        funded = self.listed[within].farthest(others, self.scenario.keys)
        if funded is None:
            return None
        plan = self.scenario.plan
        fixed = (
            Committed(output.id, i, levels[0].amount) if paid else Deferred(output.id, i)
            for i, (output, levels, paid) in enumerate(zip(plan.outputs, plan.levels, funded, strict=True))
        )
        asked = covered(self.scenario, self.best, within)
        objective = DELIVERY if asked.objective is BALANCED else asked.objective  # its coverage is among the rules
        found = self.asking.best(replace(asked, objective=objective, rules=(*asked.rules, *fixed)))
        assert found is not None
        return checked(self.scenario, found.allocation)


def _different(counting: _Counting, within: Fraction, most: int) -> tuple[tuple[Different, ...], bool]:
    """The most different portfolios, one after the other, and whether time sufficed."""
    chosen, asking = _portfolio(counting.best), counting.asking
    others, found = [chosen], list[Different]()
    while len(found) < most:
        try:
            one = counting.farthest(within, others) if asking.left > 0 else None
        except OutOfTime:
            return tuple(found), False
        if one is None:
            return tuple(found), asking.left > 0
        funded = _portfolio(one)
        entering = tuple(i for i, (now, before) in enumerate(zip(funded, chosen, strict=True)) if now and not before)
        leaving = tuple(i for i, (now, before) in enumerate(zip(funded, chosen, strict=True)) if before and not now)
        distances = tuple(apart(other, one.allocation) for other in others[1:])
        levels = levels_of(counting.scenario, one.allocation)
        found.append(Different(levels, one.audit.attained, one.audit.spend, entering, leaving, distances))
        others.append(funded)
    return tuple(found), True


def _portfolio(best: Best) -> tuple[bool, ...]:
    return tuple(given.funded for given in best.allocation)
