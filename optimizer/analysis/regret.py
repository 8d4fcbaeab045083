"""One allocation for several weightings: its worst result is best (Wald 1950), or its largest loss is least (Savage 1951).

Exact: the solver is asked for an allocation that loses less than the best one known in every weighting, until there is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from optimizer.allocation import Allocation
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer, checked
from optimizer.analysis.uncertain import Weights, weighted
from optimizer.audit import value
from optimizer.balance import best_balance
from optimizer.canonical import settle
from optimizer.formulate import Formulation, formulate
from optimizer.objectives import BALANCED, integer_values
from optimizer.program import Column, Goal, Row, Termination
from optimizer.rules import LevelColumns
from optimizer.scenario import Scenario, asked_again
from optimizer.search import Search

STEPS = 100_000  # in which the loss is measured by the solve that looks for a good allocation; what follows is exact


@dataclass(frozen=True)
class Weighted:
    """A question under one weighting of the criteria, and its own best value."""

    name: str
    weights: Weights
    best: Best

    @property
    def value(self) -> Fraction:
        return self.best.audit.value

    def reached(self, allocation: Allocation) -> Fraction:
        """What an allocation is worth under this weighting."""
        return value(self.best.scenario, allocation)

    def share(self, allocation: Allocation) -> Fraction:
        """The same as a share of the best; 1 where the best is nothing."""
        return self.reached(allocation) / self.value if self.value else Fraction(1)

    def loss(self, allocation: Allocation, relative: bool) -> Fraction:
        """What is lost against the best: in the objective's measure, or as a share of the best."""
        return 1 - self.share(allocation) if relative else self.value - self.reached(allocation)

    def needed(self, loss: Fraction, relative: bool) -> Fraction:
        """The value at which so much is lost."""
        return self.value - loss * (self.value if relative else 1)


def under(scenario: Scenario, named: Sequence[tuple[str, Weights]], reoptimizer: Reoptimizer) -> tuple[Weighted, ...]:
    """The best allocation under each weighting. For a scenario that some allocation satisfies. Raises OutOfTime."""
    found = []
    for name, weights in named:
        best = reoptimizer.best(asked_again(scenario, weighted(scenario.plan, weights)))
        if best is not None:
            found.append(Weighted(name, weights, best))
    return tuple(found)


def worst(weightings: Sequence[Weighted], allocation: Allocation, relative: bool) -> Fraction:
    return max(one.loss(allocation, relative) for one in weightings)


def least_worst(scenario: Scenario, weightings: Sequence[Weighted], relative: bool, reoptimizer: Reoptimizer) -> Allocation:
    """The allocation whose largest loss over all weightings is least; among several the best under the scenario's own weights.

    `relative`: losses are shares of the best values, so that the smallest share is largest. Under *balanced* the smallest
    coverage, which no weight changes, comes first. Not for *tiers*. Raises OutOfTime.
    """
    question = _Question(_covered(scenario, reoptimizer), tuple(weightings), relative, reoptimizer)
    known = min((one.best.allocation for one in weightings), key=question.loss)
    return question.answer(question.loss(known))


def _covered(scenario: Scenario, reoptimizer: Reoptimizer) -> Scenario:
    if scenario.objective is not BALANCED:
        return scenario
    covered = best_balance(scenario, Search(scenario, formulate(scenario), reoptimizer.left))
    if covered.stage.termination is not Termination.OPTIMAL:
        raise OutOfTime
    return covered.scenario


@dataclass(frozen=True)
class _Question:
    scenario: Scenario
    weightings: tuple[Weighted, ...]
    relative: bool
    reoptimizer: Reoptimizer

    def loss(self, allocation: Allocation) -> Fraction:
        return worst(self.weightings, allocation, self.relative)

    def answer(self, loss: Fraction) -> Allocation:
        """The optimizer's own choice among the allocations whose largest loss is least; `loss` is that of some allocation."""
        formulation = formulate(self.scenario)
        search = Search(self.scenario, formulation, self.reoptimizer.left)
        if loss:
            search, loss = self._looked_for(formulation, loss)
        while loss:
            self.reoptimizer.solves += 1
            termination, point = search.beyond(list(self._rows(formulation.columns, loss, less=True)))
            if point is None:
                if termination is not Termination.INFEASIBLE:
                    raise OutOfTime
                break
            loss = self.loss(formulation.allocation(point))
        search.require(list(self._rows(formulation.columns, loss, less=False)))
        return self._chosen(search)

    def _chosen(self, search: Search) -> Allocation:
        formulation, before = search.formulation, len(search.stages)
        for goal in formulation.goals:
            if search.stage_twice(goal) is not Termination.OPTIMAL:
                raise OutOfTime
        proved = not formulation.coarse and all(stage.confirmed for stage in search.stages[before:])
        if not proved or settle(search)[0] is not Termination.OPTIMAL:
            raise OutOfTime
        self.reoptimizer.solves += len(search.stages) - before
        assert search.point is not None
        return checked(self.scenario, formulation.allocation(search.point)).allocation

    def _looked_for(self, formulation: Formulation, known: Fraction) -> tuple[Search, Fraction]:
        """A loss as small as any, or nearly so, found by one solve with a column for the loss; and the search for a smaller one.

        In it the exact bound has fixed what no allocation can have that loses as little.
        """
        column = len(formulation.program.columns)
        rows = tuple(self._loss_row(formulation.columns, one, known, column) for one in self.weightings)
        program = formulation.program.with_rows(rows)
        program = replace(program, columns=(*program.columns, Column("loss", 0, STEPS)))
        formulation = replace(formulation, program=program)
        goal = Goal("loss", False, ((column, 1),))
        search = Search(self.scenario, formulation, self.reoptimizer.left)
        self.reoptimizer.solves += 1
        search.stage(goal)
        loss = known if search.point is None else min(known, self.loss(formulation.allocation(search.point)))
        steps = math.ceil(loss * STEPS / known)
        search.program, search.point = program, None
        search.keep(goal, steps)
        search.fix({column: steps})
        return search, loss

    def _loss_row(self, columns: LevelColumns, one: Weighted, known: Fraction, column: int) -> Row:
        """In steps of the loss that is known, rounded so that no allocation is charged more than it loses."""
        values = integer_values(one.best.scenario.plan, one.best.scenario.objective)
        steps = STEPS / (known * (one.value if self.relative and one.value else 1))
        worths = [[math.ceil(level * values.unit * steps) for level in levels] for levels in values.of]
        needed = math.floor(one.value * steps)
        return Row(f"loss[{one.name}]", (*_terms(columns, worths), (column, 1)), lower=needed)

    def _rows(self, columns: LevelColumns, loss: Fraction, less: bool) -> Iterator[Row]:
        """What it takes to lose so much in no weighting, or less."""
        for one in self.weightings:
            values = integer_values(one.best.scenario.plan, one.best.scenario.objective)
            units = one.needed(loss, self.relative) / values.unit
            least = math.floor(units) + 1 if less else math.ceil(units)
            if one.value or not self.relative:
                yield Row(f"weighting[{one.name}]", tuple(_terms(columns, values.of)), lower=least).reduced()


def _terms(columns: LevelColumns, worths: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """What a value adds up from, level by level."""
    for i, levels in enumerate(worths):
        for l, (below, worth) in enumerate(pairwise((0, *levels)), start=1):
            if worth != below:
                yield columns.at_least(i, l), worth - below
