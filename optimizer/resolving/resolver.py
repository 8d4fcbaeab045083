"""One what-if after the other of the same plan, without building anything again that has not changed.

Each answer is exact and proved, and equal to that of a fresh solve (optimizer/optimize.py), which is asked where no quick way
leads to a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimizer.analysis.best import allocation_of, checked, levels_of
from optimizer.analysis.frontier_programme import Chains, best_levels
from optimizer.dynamic import Impossible
from optimizer.dynamic import NotApplicable as NoProgramme
from optimizer.optimize import optimize
from optimizer.plan import Plan
from optimizer.program import Termination
from optimizer.resolving.case import Case, Cases, NotApplicable
from optimizer.resolving.field import Best, Field, TooMany
from optimizer.resolving.prices import NoPrices, Pricer, Prices
from optimizer.resolving.ties import ranks
from optimizer.resolving.window import Window
from optimizer.result import Unanswered
from optimizer.scenario import Scenario

BY_BOUND, BY_WINDOW, BY_MERGING, BY_FRESH_SOLVE = "bound", "window", "merged window", "fresh solve"
BY_PROGRAMME = "dynamic programme"
BRIEFLY, PATIENTLY = (25_000, 1), (400_000, 3)  # allocations within a window, and windows with more
MOST_CHAINS = 20  # of components, that the dynamic programme finds again when a scenario does not change them
PROVED = "no allocation has a higher value: exact bound, and all allocations that it leaves looked at"
NONE_BY_BOUND = "no allocation satisfies the rules: exact bound"
PROVED_BY_PROGRAMME = "no allocation has a higher value: dynamic programme"
NONE_BY_WINDOW = "no allocation satisfies the rules: all allocations that could looked at"
NONE_BY_PROGRAMME = "no allocation satisfies the rules: dynamic programme"


@dataclass(frozen=True)
class Brief:
    """What a batch keeps of an answer; `value` in the measure of the objective, the level of each output, 0 for nothing.

    Without an allocation, `value` is None, `spend` 0 and `levels` empty. `path` names what answered. `starts` is the
    period in which each output begins where it is later than planned, empty where none does.
    """

    termination: Termination
    value: Fraction | None
    spend: int
    levels: tuple[int, ...]
    proved: bool
    proof: str
    path: str
    starts: tuple[int | None, ...] = ()


class Resolver:
    """Answers scenarios of one plan. What does not change from one to the next is kept; the answers do not depend on it."""

    def __init__(self, plan: Plan, seconds: float = 600.0) -> None:
        """`seconds` bounds a fresh solve."""
        self.seconds = seconds
        self.cases, self.pricer = Cases(), Pricer()
        self.chains: Chains = {}
        self.begin = 8
        self.ranked: tuple[object, ...] = ()
        self.ranks = np.zeros((0, 0, 0), dtype=np.int64)

    def answer(self, scenario: Scenario, all_stages: bool = True) -> Brief:
        """The answer of a fresh solve; without `all_stages` the best value, by any allocation that reaches it.

        Raises solver.SolverFault as optimize does.
        """
        try:
            case = self.cases.case(scenario)
            if not case.allowed.any(axis=1).all():
                return _none(NONE_BY_BOUND, BY_BOUND)
            prices = self.pricer.prices(case)
            if not prices.feasible:
                shown = _none(NONE_BY_BOUND, BY_BOUND) if impossible(case, prices) else None
                return shown or self._by_programme(scenario) or self._fresh(scenario)
            field = Field(case, prices, lambda: self._ranks(scenario, case))
            return self._by_window(case, Window(field, *BRIEFLY), all_stages)
        except TooMany:
            return self._by_programme(scenario) or self._patiently(scenario, case, field, all_stages)
        except (NoPrices, NotApplicable):
            return self._fresh(scenario)

    def _patiently(self, scenario: Scenario, case: Case, field: Field, all_stages: bool) -> Brief:
        try:
            return self._by_window(case, Window(field, *PATIENTLY), all_stages)
        except TooMany:
            return self._fresh(scenario)

    def _by_window(self, case: Case, window: Window, all_stages: bool) -> Brief:
        """Raises TooMany."""
        best = window.best(self.begin, all_stages)
        path = BY_MERGING if window.merging else BY_WINDOW
        if best is None:
            return _none(NONE_BY_WINDOW, path)
        self.begin = (3 * self.begin + 5 * window.used(best) // 4 + 3) // 4
        return _brief(case, best, path)

    def _ranks(self, scenario: Scenario, case: Case) -> np.ndarray:
        ids = tuple(output.id for output in scenario.plan.outputs)
        question = (scenario.keys, ids, case.amounts.shape[1])
        if question != self.ranked:
            self.ranked, self.ranks = question, ranks(*question)
        return self.ranks

    def _by_programme(self, scenario: Scenario) -> Brief | None:
        """Where minima leave little choice, bounds say little and this is quicker; None where it does not apply."""
        try:
            levels = best_levels(scenario, self.chains)
        except NoProgramme:
            return None
        except Impossible:
            levels = None
        while len(self.chains) > MOST_CHAINS:
            self.chains.pop(next(iter(self.chains)))
        if levels is None:
            return _none(NONE_BY_PROGRAMME, BY_PROGRAMME)
        found = checked(scenario, allocation_of(scenario, levels)).audit
        return Brief(Termination.OPTIMAL, found.value, found.spend, tuple(levels), True, PROVED_BY_PROGRAMME, BY_PROGRAMME)

    def _fresh(self, scenario: Scenario) -> Brief:
        outcome = optimize(scenario, self.seconds)
        if isinstance(outcome, Unanswered):
            proved = outcome.termination is Termination.INFEASIBLE
            return Brief(outcome.termination, None, 0, (), proved, outcome.termination.value, BY_FRESH_SOLVE)
        levels = levels_of(scenario, outcome.allocation)
        starts = tuple(delivery.start for delivery in outcome.allocation)
        return Brief(
            outcome.termination,
            outcome.audit.value,
            outcome.audit.spend,
            levels,
            outcome.proof.proved,
            outcome.proof.statement,
            BY_FRESH_SOLVE,
            starts if any(start is not None for start in starts) else (),
        )


def impossible(case: Case, prices: Prices) -> bool:
    """Whether the rows, weighted with these prices and added up, ask for what no options come to."""
    cost = (prices.of_rows @ case.rows.reshape(len(case.rows), -1)).reshape(case.amounts.shape)
    return int(np.where(case.allowed, cost, 2**62).min(axis=1).sum()) > int(prices.of_rows @ case.limits)


def _none(proof: str, path: str) -> Brief:
    return Brief(Termination.INFEASIBLE, None, 0, (), True, proof, path)


def _brief(case: Case, best: Best, path: str) -> Brief:
    options = best.options
    spend = int(case.amounts[np.arange(len(options)), options].sum()) * case.unit
    numerator, denominator = case.of_value
    value = Fraction(-(-best.worth // case.scale) * numerator, denominator)
    return Brief(Termination.OPTIMAL, value, spend, tuple(options.tolist()), True, PROVED, path)
