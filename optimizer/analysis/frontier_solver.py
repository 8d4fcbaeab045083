"""Breakpoint after breakpoint by the solver: the least spend at which the value is higher than the last one."""

from __future__ import annotations

import time
from dataclasses import dataclass

from optimizer.formulate import Formulation, formulate
from optimizer.optimize import TELLING
from optimizer.program import Point, Row, Termination
from optimizer.scenario import Scenario
from optimizer.search import Search


@dataclass(frozen=True)
class Step:
    """The next breakpoint: resources, value in the objective's whole numbers, and the level of each output (0 for nothing).

    The figures mean something when `termination` is OPTIMAL; INFEASIBLE says that no value is higher.
    """

    termination: Termination
    resources: int = 0
    value: int = 0
    levels: tuple[int, ...] = ()


@dataclass(frozen=True)
class Walk:
    """Steps with rising resources. `complete`: nothing is beyond the last; else all is known below `known_to`, exclusive."""

    steps: tuple[Step, ...]
    complete: bool
    known_to: int


class Walker:
    """One formulation of a scenario whose resources are the plan's full cost, asked again and again."""

    def __init__(self, scenario: Scenario, seconds: float) -> None:
        self.scenario, self.formulation = scenario, formulate(scenario)
        self.value, self.spend = self.formulation.goals[:2]
        self.deadline = time.monotonic() + seconds

    @property
    def doubt(self) -> str:
        """Why the solver could not tell one value from the next; empty when it can."""
        reach = self.formulation.program.reach(self.value.terms)
        if self.formulation.coarse or reach > TELLING:
            return f"values can reach {reach * self.value.unit:,}, more than the solver tells apart to the last unit"
        return ""

    def step(self, after: Step | None, confirmed: bool = True) -> Step:
        """The least spend with a higher value than `after`, or the least of all: one solve, and a second opinion if `confirmed`.

        Its value is the best at its resources only if the next step spends more.
        """
        search = Search(self.scenario, self.formulation, max(self.deadline - time.monotonic(), 0.0))
        if after is not None:
            spent = Row("spend of the last breakpoint", self.spend.terms, lower=after.resources // self.spend.unit)
            search.require([self.value.kept(after.value + 1), spent])
        termination, search.point = search.farthest(self.spend)
        if termination is Termination.OPTIMAL and confirmed:
            said = search.challenge(self.spend)
            while said is None:  # the second opinion knew one that spends less, and is asked again
                said = search.challenge(self.spend)
            if not said:
                termination = Termination.FEASIBLE
        if termination is not Termination.OPTIMAL or search.point is None:
            return Step(termination)
        resources = self.spend.value(search.point) * self.spend.unit
        return Step(termination, resources, self.value.value(search.point), _levels(self.formulation, search.point))

    def walk(self) -> Walk:
        """Every breakpoint, until none is left or the time is over."""
        steps: list[Step] = []
        while True:
            step = self.step(steps[-1] if steps else None)
            if step.termination is not Termination.OPTIMAL:
                break
            if steps and steps[-1].resources == step.resources:
                steps.pop()
            steps.append(step)
        if step.termination is Termination.INFEASIBLE:
            return Walk(tuple(steps), True, self.scenario.resources)
        known_to = steps.pop().resources if steps else 0  # there may be a higher value at its resources
        return Walk(tuple(steps), False, known_to)


def _levels(formulation: Formulation, point: Point) -> tuple[int, ...]:
    columns = formulation.columns
    return tuple(sum(point[first : first + len(of)]) for first, of in zip(columns.first, columns.levels, strict=True))
