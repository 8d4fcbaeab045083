"""Allocations near the best as a scenario of its own, with rules that keep them near: for whatever needs a solver."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.analysis.alternatives_count import Count
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer
from optimizer.balance import NAME as COVERAGE
from optimizer.balance import balance
from optimizer.formulate import Formulation, formulate
from optimizer.objectives import integer_values, value_stages
from optimizer.optimize import optimize
from optimizer.plan import Plan
from optimizer.program import Column, Goal, Point, Program, Row, Termination, activity, cut_off
from optimizer.result import Result
from optimizer.rules.base import Comparison, LevelColumns, Sense, Unit
from optimizer.scenario import Scenario
from optimizer.search import Search

MOST_FOUND = 40  # allocations or portfolios that are looked for one by one
SHARE_OF_TIME = 0.25  # of what is left, for each count


@dataclass(frozen=True, slots=True)
class Kept(Comparison):
    """One of the values that the objective compares is at least `limit`, in its whole numbers; `worths` by output and level."""

    KIND: ClassVar[str] = "kept"
    FORMULA: ClassVar[str] = "sum_i sum_l (w_il - w_i,l-1) u_il >= W"
    SENSE: ClassVar[Sense] = "at least"

    name: str
    worths: tuple[tuple[int, ...], ...]
    limit: int

    @property
    def key(self) -> str:
        return f"kept[{self.name}]"

    def describe(self, plan: Plan) -> str:
        return f"The {self.name} stays near the best"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        for i, worths in enumerate(self.worths):
            below = 0
            for l, worth in enumerate(worths, start=1):
                yield columns.at_least(i, l), worth - below
                below = worth

    def value(self, plan: Plan, allocation: Allocation) -> int:
        total = 0
        for levels, worths, given in zip(plan.levels, self.worths, allocation, strict=True):
            if given.funded:
                total += {(l.amount, l.share): worth for l, worth in zip(levels, worths, strict=True)}[given.amount, given.share]
        return total

    def fault(self, value: int) -> str:
        return f"the {self.name} is {value:,}; at least {self.limit:,} is asked for"


@dataclass(frozen=True, slots=True)
class Apart(Comparison):
    """At least `limit` outputs are funded that are not in a portfolio, or not funded that are: `funded` says which are in it."""

    KIND: ClassVar[str] = "apart"
    FORMULA: ClassVar[str] = "sum_(i in P) (1 - x_i) + sum_(i not in P) x_i >= d"
    SENSE: ClassVar[Sense] = "at least"
    UNIT: ClassVar[Unit] = "outputs"

    number: int
    funded: tuple[bool, ...]
    limit: int

    @property
    def key(self) -> str:
        return f"apart[{self.number}]"

    def describe(self, plan: Plan) -> str:
        return f"At least {self.limit} outputs differ from portfolio {self.number}"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        return ((columns.funded(i), -1 if funded else 1) for i, funded in enumerate(self.funded))

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        """The constant of the sum, one for each output of the portfolio, goes to the limit."""
        yield Row(self.key, tuple(self.terms(columns)), lower=self.limit - sum(self.funded))

    def value(self, plan: Plan, allocation: Allocation) -> int:
        return apart(self.funded, allocation)

    def fault(self, value: int) -> str:
        return f"{value} outputs differ from portfolio {self.number}; at least {self.limit} are asked for"


def apart(funded: tuple[bool, ...], allocation: Allocation) -> int:
    """In how many outputs an allocation differs from a portfolio: funded in one, not in the other."""
    return sum(given.funded != before for given, before in zip(allocation, funded, strict=True))


def near(scenario: Scenario, best: Best, within: Fraction) -> Scenario:
    """The scenario with rules that allow only what comes within a share of the best, in each figure that is compared.

    Within 0 these are the allocations that are as good.
    """
    plan, whole = scenario.plan, integer_values(scenario.plan, scenario.objective)
    attained = dict(best.audit.attained)
    kept = []
    for name, outputs in value_stages(plan, scenario.objective):
        worths = tuple(of if i in outputs else (0,) * len(of) for i, of in enumerate(whole.of))
        kept.append(Kept(name, worths, math.ceil(attained[name] * (1 - within) / whole.unit)))
    covering = covered(scenario, best, within)
    return replace(covering, rules=(*covering.rules, *kept))


def covered(scenario: Scenario, best: Best, within: Fraction) -> Scenario:
    """The scenario where the smallest coverage of a component, if that is compared, comes within a share of the best."""
    attained = dict(best.audit.attained)
    if COVERAGE not in attained:
        return scenario
    return replace(scenario, rules=(*scenario.rules, *balance(scenario, attained[COVERAGE] * (1 - within))))


def farthest(scenario: Scenario, others: list[tuple[bool, ...]], asking: Reoptimizer) -> Best | None:
    """The allocation of a scenario whose portfolio differs most from the one of others that is most like it.

    Among several the optimizer's own choice. None where every allocation has one of the portfolios. Raises OutOfTime.
    """
    formulation = _told_apart(formulate(scenario))
    count = len(scenario.plan.outputs)
    first = len(formulation.program.columns)
    digits = tuple((first + k, 2**k) for k in range(count.bit_length()))
    columns = tuple(Column(f"apart.{k}") for k in range(len(digits)))
    minus = tuple((j, -c) for j, c in digits)
    asked = [
        replace(row, terms=(*row.terms, *minus))
        for n, funded in enumerate(others)
        for row in Apart(n, funded, 0).rows(formulation.columns)
    ]
    program = Program((*formulation.program.columns, *columns), (*formulation.program.rows, *asked))
    search = Search(scenario, replace(formulation, program=program), asking.left)
    goal = Goal("apart", True, digits)
    termination = search.stage_twice(goal)
    asking.solves += len(search.stages)
    if termination is not Termination.OPTIMAL or not search.stages[-1].confirmed or search.point is None or asking.left <= 0:
        raise OutOfTime
    distance = activity(digits, search.point)
    if not distance:
        return None
    rules = (Apart(n, funded, distance) for n, funded in enumerate(others))
    outcome = optimize(replace(scenario, rules=(*scenario.rules, *rules)), asking.left)
    asking.solves += len(outcome.stages)
    if not isinstance(outcome, Result) or outcome.termination is not Termination.OPTIMAL or not outcome.proof.proved:
        raise OutOfTime
    return Best(outcome.scenario, outcome.allocation, outcome.audit)


def count_one_by_one(scenario: Scenario, best: Best, alike: bool, portfolios: bool, asking: Reoptimizer) -> Count | None:
    """The allocations or portfolios of a scenario, found one by one: all, or at least so many; None where values
    are too large for the solver to tell.

    `alike`: only those that also spend no more than the best, with no more partial deliveries and no later starts.
    """
    formulation = _told_apart(formulate(scenario))
    if formulation.coarse:
        return None
    search = Search(scenario, formulation, SHARE_OF_TIME * asking.left)
    search.point = formulation.point(best.allocation)
    if alike:
        goals = formulation.goals[len(formulation.values) :]
        search.require([goal.kept(goal.value(search.point)) for goal in goals])
    funded = [0] * len(scenario.plan.outputs)
    number = 0
    while number <= MOST_FOUND:
        termination = search.find()
        asking.solves += number > 0  # the first is the best, which is known
        if termination is Termination.INFEASIBLE:
            return Count(number, tuple(funded))
        if termination is not Termination.OPTIMAL or search.point is None:
            return Count(number, None)
        number += 1
        for i, given in enumerate(formulation.allocation(search.point)):
            funded[i] += given.funded
        search.require([_without(formulation, search.point, portfolios, number)])
    return Count(number, None)


def _told_apart(formulation: Formulation) -> Formulation:
    """The formulation without the rows that order outputs that are alike: here every allocation counts."""
    rows = tuple(row for row in formulation.program.rows if not row.label.startswith("identical["))
    return replace(formulation, program=replace(formulation.program, rows=rows), identical=())


def _without(formulation: Formulation, point: Point, portfolio: bool, number: int) -> Row:
    if not portfolio:
        return cut_off(formulation.program, point, f"found {number}")
    funded = [formulation.columns.funded(i) for i in range(len(formulation.columns.levels))]
    terms = tuple((j, -1 if point[j] else 1) for j in funded)
    return Row(f"found {number}", terms, lower=1 - sum(point[j] for j in funded))
