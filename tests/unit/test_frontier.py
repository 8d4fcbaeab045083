"""The frontier by hand: minima met by a dominated spend, outputs that leave, what the next money buys, what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from optimizer.analysis import frontier as module
from optimizer.analysis.frontier import (
    BY_PROGRAMME,
    BY_SOLVER,
    Breakpoint,
    Frontier,
    NotOffered,
    frontier,
    funded_between,
    leavers,
    next_money,
    why_not,
)
from optimizer.analysis.frontier_solver import Step, Walker
from optimizer.chain import Chain
from optimizer.dynamic import NotApplicable
from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Limit, Plan
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.scenario import Scenario, ScenarioSpec, derive
from optimizer.solver import SolverFault
from tests.example import PLAN, output, over_time


def plan(*costs_and_scores: tuple[int, int], minimum: Limit | None = None) -> Plan:
    """All or nothing, in one component."""
    outputs = tuple(output(f"A.{n}", "A", cost, cost, score) for n, (cost, score) in enumerate(costs_and_scores, start=1))
    return replace(
        PLAN, components=(Component("A", "First", minimum=minimum),), outputs=outputs, links=(), groups=(), coverage=()
    )


def scenario(of: Plan, objective: str = "delivery") -> Scenario:
    return derive(of, ScenarioSpec("s", Limit(Basis.ESTIMATE, Fraction(75)), objective))


def points(found: Frontier) -> list[tuple[int, Fraction]]:
    return [(point.resources, point.value) for point in found.points]


LEAVING = scenario(
    plan((3, 60), (2, 50), (2, 40))
)  # 2 money: the second; 3: the first; 4: second and third; 5: first two; 7: all


@pytest.fixture
def solver_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(scenario: Scenario) -> None:
        raise NotApplicable

    monkeypatch.setattr(module, "every_breakpoint", refuse)


def test_outputs_leave_while_money_is_added() -> None:
    found = frontier(LEAVING)
    assert points(found) == [(0, 0), (2, 50), (3, 60), (4, 90), (5, 110), (7, 150)]
    assert found.levels.tolist() == [[0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 1], [1, 1, 0], [1, 1, 1]]
    assert [(leaver.i, leaver.at) for leaver in leavers(found)] == [(0, (3,)), (1, (2,)), (2, (4,))]
    assert funded_between(found, 0) == ((3, 4), (5, None))
    assert funded_between(found, 1) == ((2, 3), (4, None))
    assert found.audit(3).received == {"A": 4}


def test_what_the_next_money_buys() -> None:
    found = frontier(LEAVING)
    bought = next_money(found, 3, 1)
    assert bought is not None
    assert (bought.before, bought.after, bought.gain) == (2, 3, 30)
    assert (bought.entering, bought.leaving, bought.rising, bought.falling) == ((1, 2), (0,), (), ())
    nothing = next_money(found, 5, 1)
    assert nothing is not None
    assert (nothing.before, nothing.after, nothing.gain, nothing.entering) == (4, 4, 0, ())
    assert next_money(frontier(scenario(plan((4, 10), minimum=Limit(Basis.AMOUNT, Fraction(1))))), 3, 5) is None


def test_levels_rise_and_fall() -> None:
    """A.1 of 4 money in halves; A.2 at 3 money. With 4: A.1 in full, 80; with 5: half of A.1 and A.2, 110."""
    stepped = plan((4, 80), (3, 70))
    outputs = (replace(stepped.outputs[0], minimum=2), stepped.outputs[1])
    found = frontier(scenario(replace(stepped, outputs=outputs, unit_of_account=1)))
    assert points(found) == [(0, 0), (2, 40), (3, 70), (4, 80), (5, 110), (7, 150)]
    down, up = next_money(found, 4, 1), next_money(found, 5, 2)
    assert down is not None
    assert up is not None
    assert (down.entering, down.falling, down.rising) == ((1,), (0,), ())
    assert (up.entering, up.falling, up.rising) == ((), (), (0,))


def test_a_dominated_spend_that_meets_the_minimum_stays() -> None:
    """4 money for 100 points dominates 5 for 10, which alone meets the minimum of 5."""
    found = frontier(scenario(plan((4, 100), (5, 10), minimum=Limit(Basis.AMOUNT, Fraction(5)))))
    assert points(found) == [(5, 10), (9, 110)]
    chain = Chain(5, 9)
    for spend, worth in ((4, 100), (5, 10)):
        chain.add(np.array([0, spend]), np.array([0, worth]))
    assert chain.points.spend.tolist() == [5, 9]


def test_no_resources_satisfy_the_rules() -> None:
    found = frontier(scenario(plan((4, 100), minimum=Limit(Basis.AMOUNT, Fraction(5)))))
    assert (found.points, found.complete, found.at(10), leavers(found), next_money(found, 4, 1)) == ((), True, None, (), None)
    assert funded_between(found, 0) == ()


def test_the_choice_does_not_depend_on_row_order() -> None:
    """Four outputs that tie in many ways, in both orders of rows and with other ids."""
    of = plan((2, 50), (2, 50), (3, 75), (3, 75))
    turned = tuple(replace(o, id=f"A.{n}9") for n, o in enumerate(reversed(of.outputs)))
    one, other = frontier(scenario(of)), frontier(scenario(replace(of, outputs=turned)))
    assert points(one) == points(other)
    assert len(one.points) > 4
    titles = (
        [{o.title for o, l in zip(s.scenario.plan.outputs, row, strict=True) if l} for row in s.levels] for s in (one, other)
    )
    assert list(next(titles)) == list(next(titles))


@pytest.mark.parametrize("objective", ["delivery", "money-weighted"])
def test_both_methods_on_linked_outputs(objective: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = scenario(replace(PLAN, components=(PLAN.components[0], replace(PLAN.components[1], maximum=None))), objective)
    linked = replace(asked, rules=tuple(rule for rule in asked.rules if rule.KIND not in ("at most", "coverage")))
    found = frontier(linked)
    monkeypatch.setattr(module, "every_breakpoint", _refuse)
    solved = frontier(linked)
    assert (found.method, solved.method) == (BY_PROGRAMME, BY_SOLVER)
    assert points(found) == points(solved)
    assert len(found.points) > 5
    answer = optimize(linked)
    assert isinstance(answer, Result)
    assert found.points[found.at(linked.resources) or 0] == Breakpoint(answer.audit.spend, answer.audit.value)


def _refuse(scenario: Scenario) -> None:
    raise NotApplicable


@pytest.mark.usefixtures("solver_only")
def test_without_time_nothing_is_known_and_it_says_so() -> None:
    found = frontier(LEAVING, seconds=0.0)
    assert (found.points, found.complete, found.known_to) == ((), False, 0)
    with pytest.raises(ValueError, match="known below 0"):
        found.at(5)


@pytest.mark.usefixtures("solver_only")
def test_stopped_in_between_the_last_breakpoint_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be more value at the same resources; what is below them is known."""
    step = Walker.step

    def until_four(self: Walker, after: Step | None, confirmed: bool = True) -> Step:
        if after is not None and after.resources == 4:
            return Step(Termination.FEASIBLE)
        return step(self, after, confirmed)

    monkeypatch.setattr(Walker, "step", until_four)
    found = frontier(LEAVING)
    assert points(found) == [(0, 0), (2, 50), (3, 60)]
    assert (found.complete, found.known_to, found.at(3)) == (False, 4, 2)
    assert funded_between(found, 0) == ((3, 4),)
    with pytest.raises(ValueError, match="known below 4"):
        next_money(found, 3, 1)


def test_what_has_no_frontier_says_why() -> None:
    tiered = replace(PLAN, outputs=tuple(replace(o, tier=1) for o in PLAN.outputs))
    of_resources = plan((4, 100), minimum=Limit(Basis.RESOURCES, Fraction(10)))
    for asked, reason in (
        (scenario(tiered, "tiers"), "objective of this scenario is tiers"),
        (scenario(PLAN, "balanced"), "objective of this scenario is balanced"),
        (scenario(PLAN), "maximum of component B is a share of the resources"),
        (scenario(of_resources), "minimum of component A is a share of the resources"),
        (over_time()[0], "money of several sources"),
    ):
        assert reason in why_not(asked)
        with pytest.raises(NotOffered, match=reason):
            frontier(asked)
    assert not why_not(LEAVING)


@pytest.mark.usefixtures("solver_only")
def test_values_that_the_solver_cannot_tell_apart_are_refused() -> None:
    with pytest.raises(NotOffered, match="tells apart"):
        frontier(scenario(plan((10**12 + 1, 99), (10**12 + 3, 98)), "money-weighted"))


def test_a_choice_that_does_not_come_to_its_figures_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "every_breakpoint", lambda scenario: ([0, 2], [0, 1], np.array([[0, 0, 0], [0, 0, 1]])))
    with pytest.raises(SolverFault, match="does not come to its resources and value"):
        frontier(LEAVING)


def test_sums_by_table_and_by_sorting_are_the_same() -> None:
    """A chain of few spends far apart, and the same close together; of parts that are equal the one of higher rank is taken."""
    for unit in (1, 10**9):
        chain = Chain(0, 6 * unit)
        for _ in range(2):
            chain.add(np.array([0, unit, unit, 3 * unit]), np.array([0, 5, 5, 6]))
        assert (chain.points.spend // unit).tolist() == [0, 1, 2, 4, 6]
        assert chain.points.worth.tolist() == [0, 5, 10, 11, 12]
        choice = chain.choose(np.arange(5), lambda link, parts: [(1, 10)[link] * j for j in parts])
        assert choice.parts.tolist() == [[0, 0], [0, 2], [2, 2], [2, 3], [3, 3]]
        assert list(choice.ranks) == [0, 20, 22, 32, 33]
