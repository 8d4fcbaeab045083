"""Variants of one question, answered one after the other: what they have in common is worked out once, and counted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.analysis.frontier_programme import Chains, best_levels
from optimizer.audit import Audit, audit
from optimizer.balance import balance
from optimizer.dynamic import Impossible, NotApplicable, best_coverage
from optimizer.objectives import BALANCED
from optimizer.optimize import optimize, reached
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.scenario import Scenario
from optimizer.solver import SolverFault

MOST_KNOWN = 400  # chains kept for the next variants


class OutOfTime(Exception):
    """A variant was not answered with proof in the time that is left; what rests on it is not known."""


@dataclass(frozen=True)
class Best:
    """The optimizer's own choice in a variant, proved best and audited exactly.

    `audit.attained` is what its objective compares.
    """

    scenario: Scenario
    allocation: Allocation
    audit: Audit


class Reoptimizer:
    """`programmes` counts the dynamic programmes run, `solves` the stages put to the solver, `seconds` bounds all variants.

    `known` is the optimizer's own choice for one of them, where it is there already: it is not solved again. `solved` says
    whether the dynamic programme did not apply to some variant.
    """

    def __init__(self, seconds: float = 600.0, known: tuple[Scenario, Allocation] | None = None) -> None:
        self.deadline = time.monotonic() + seconds
        self.programmes = self.solves = 0
        self.known, self.solved = known, False
        self.chains: Chains = {}

    @property
    def left(self) -> float:
        return self.deadline - time.monotonic()

    def best(self, scenario: Scenario, settled: bool = True) -> Best | None:
        """The best allocation of a variant; None where none satisfies the rules.

        By the dynamic programme where it applies, else as `optimize` does it; then without `settled` it is any that reaches what
        the objective compares, in a fifth of the time. Raises OutOfTime; SolverFault when an allocation breaches a rule.
        """
        if self.left <= 0:
            raise OutOfTime
        try:
            levels = best_levels(_covered(scenario), self.chains)
        except NotApplicable:
            self.solved = True
            if self.known is not None and self.known[0] == scenario:
                return checked(*self.known)
            return self._solved(scenario) if settled else self._reached(scenario)
        except Impossible:
            levels = None
        self.programmes += 1
        while len(self.chains) > MOST_KNOWN:
            self.chains.pop(next(iter(self.chains)))
        return None if levels is None else checked(scenario, allocation_of(scenario, levels))

    def _solved(self, scenario: Scenario) -> Best | None:
        outcome = optimize(scenario, self.left)
        self.solves += len(outcome.stages)
        if outcome.termination is Termination.INFEASIBLE:
            return None
        if not isinstance(outcome, Result) or not outcome.proof.proved or outcome.termination is not Termination.OPTIMAL:
            raise OutOfTime
        return Best(scenario, outcome.allocation, outcome.audit)

    def _reached(self, scenario: Scenario) -> Best | None:
        termination, allocation, stages = reached(scenario, self.left)
        self.solves += stages
        if termination is Termination.INFEASIBLE:
            return None
        if allocation is None:
            raise OutOfTime
        return checked(scenario, allocation)


def known(scenario: Scenario, allocation: Allocation | None) -> tuple[Scenario, Allocation] | None:
    """What a Reoptimizer need not solve."""
    return None if allocation is None else (scenario, allocation)


def _covered(scenario: Scenario) -> Scenario:
    """Under balanced coverage with the rules that keep every component at the share that all can reach."""
    if scenario.objective is not BALANCED:
        return scenario
    share = best_coverage(scenario)
    if share is None:
        raise NotApplicable
    return replace(scenario, rules=(*scenario.rules, *balance(scenario, share)))


def allocation_of(scenario: Scenario, levels: Iterable[int], starts: Sequence[int | None] = ()) -> Allocation:
    """What each output receives at its level, 0 for nothing; each begins as planned unless `starts` say otherwise."""
    plan = scenario.plan
    of_output = zip(plan.levels, levels, starts or (None,) * len(plan.outputs), strict=True)
    chosen = ((given[l - 1] if l else None, start) for given, l, start in of_output)
    return Allocation(tuple(Delivery(level.amount, level.share, start) if level else NOTHING for level, start in chosen))


def levels_of(scenario: Scenario, allocation: Allocation) -> tuple[int, ...]:
    """The level of each output, 0 for nothing. Raises ValueError for what is no level."""
    places = [[(level.amount, level.share) for level in levels] for levels in scenario.plan.levels]
    return tuple(
        place.index((given.amount, given.share)) + 1 if given.funded else 0
        for place, given in zip(places, allocation, strict=True)
    )


def checked(scenario: Scenario, allocation: Allocation) -> Best:
    found = audit(scenario, allocation)
    if found.breaches:
        raise SolverFault(f"the best allocation of a variant breaches {found.breaches[0].rule}")
    return Best(scenario, allocation, found)
