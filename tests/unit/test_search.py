"""The solver is not believed: what it returns is checked, cut off when wrong, and a contradiction stops everything."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from optimizer import search as search_module
from optimizer import solver
from optimizer.formulate import formulate
from optimizer.optimize import optimize
from optimizer.plan import Basis, Limit
from optimizer.program import Goal, Point, Program, Termination
from optimizer.result import Result, Unanswered
from optimizer.scenario import ScenarioSpec, derive
from optimizer.solver import Solution, SolverFault
from tests.example import PLAN, every_family, over_time

Solve = Callable[..., Solution]


@pytest.fixture
def honest() -> Solve:
    return solver.solve


def lie(monkeypatch: pytest.MonkeyPatch, liar: Solve) -> None:
    monkeypatch.setattr(search_module.solver, "solve", liar)


def test_points_that_the_audit_refuses_are_cut_off_and_the_optimum_is_found(
    monkeypatch: pytest.MonkeyPatch, honest: Solve
) -> None:
    """A solver that ignores the budget offers better and better points beyond it; none may come through."""
    scenario, _ = every_family()
    truth = optimize(scenario)

    def without_budget(
        program: Program, goal: Goal, seconds: float, start: Point | None = None, second_opinion: bool = False
    ) -> Solution:
        loose = replace(program, rows=tuple(row for row in program.rows if row.label != "budget"))
        return honest(loose, goal, seconds, None, second_opinion)

    lie(monkeypatch, without_budget)
    result = optimize(scenario)
    assert isinstance(result, Result)
    assert isinstance(truth, Result)
    assert result.allocation == truth.allocation


def test_a_solver_that_returns_the_same_refused_point_for_ever_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, formulation = every_family()
    everything = tuple(1 for _ in formulation.program.columns)

    def stubborn(*_: object, **__: object) -> Solution:
        return Solution(Termination.OPTIMAL, everything, 0, 1, 0.0)

    lie(monkeypatch, stubborn)
    with pytest.raises(SolverFault, match="refused 50 points"):
        optimize(scenario)


def test_a_later_stage_called_infeasible_is_a_fault(monkeypatch: pytest.MonkeyPatch, honest: Solve) -> None:
    scenario, _ = every_family()

    def forgetful(
        program: Program, goal: Goal, seconds: float, start: Point | None = None, second_opinion: bool = False
    ) -> Solution:
        if goal.name == "spend":
            return Solution(Termination.INFEASIBLE, None, None, 1, 0.0)
        return honest(program, goal, seconds, start, second_opinion)

    lie(monkeypatch, forgetful)
    with pytest.raises(SolverFault, match="although one is known"):
        optimize(scenario)


def test_a_worse_point_called_optimal_is_a_fault(monkeypatch: pytest.MonkeyPatch, honest: Solve) -> None:
    """Output B.4 has no priority here, so the best value leaves room for a spend that is not the least."""
    plan = replace(PLAN, outputs=(*PLAN.outputs[:5], replace(PLAN.outputs[5], scores=(Fraction(0),))), links=(), groups=())
    scenario = derive(plan, ScenarioSpec("Ample", Limit(Basis.AMOUNT, Fraction(100_000))))
    spend = formulate(scenario).goals[1]

    def lazy(program: Program, goal: Goal, seconds: float, start: Point | None = None, second_opinion: bool = False) -> Solution:
        if goal.name == "value":
            best = honest(program, goal, seconds, start, second_opinion)
            assert best.point is not None
            kept = program.with_rows([goal.kept(goal.value(best.point))])
            return replace(best, point=honest(kept, spend, seconds).point)
        return honest(program, replace(goal, maximise=goal.name == "spend"), seconds, None, second_opinion)

    lie(monkeypatch, lazy)
    with pytest.raises(SolverFault, match="is known"):
        optimize(scenario)


def test_infeasible_is_believed_only_twice(monkeypatch: pytest.MonkeyPatch, honest: Solve) -> None:
    """A wrong "infeasible" of the first solve is put right by the second opinion."""
    scenario, _ = every_family()

    def hasty(program: Program, goal: Goal, seconds: float, start: Point | None = None, second_opinion: bool = False) -> Solution:
        if not second_opinion and goal.name == "value":
            return Solution(Termination.INFEASIBLE, None, None, 1, 0.0)
        return honest(program, goal, seconds, start, second_opinion)

    lie(monkeypatch, hasty)
    assert isinstance(optimize(scenario), Result)


def test_a_gap_under_a_hundredth_of_a_per_cent_is_not_shown_as_none(monkeypatch: pytest.MonkeyPatch, honest: Solve) -> None:
    fine = replace(PLAN.outputs[0], scores=(Fraction(500_001, 10_000),))  # values are whole numbers of millions
    scenario = derive(replace(PLAN, outputs=(fine, *PLAN.outputs[1:])), ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(9000))))
    said = {}
    for beyond in (1, 10**9):
        monkeypatch.setattr("optimizer.optimize.certify", lambda _: None)

        def stopped(program: Program, goal: Goal, *others: Any, beyond: int = beyond, **named: Any) -> Solution:
            best = honest(program, goal, *others, **named)
            return replace(best, termination=Termination.FEASIBLE, bound=(best.bound or 0) + beyond)

        lie(monkeypatch, stopped)
        outcome = optimize(scenario)
        assert isinstance(outcome, Result)
        said[beyond] = outcome.proof.statement
    assert said[1].endswith("gap 1 (under 0.01 per cent)")
    assert re.search(r"gap 1,000,000,000 \([0-9]{2,}\.[0-9]{2} per cent\)$", said[10**9])


def test_a_count_is_never_said_to_be_possibly_below_nothing(monkeypatch: pytest.MonkeyPatch, honest: Solve) -> None:
    scenario, _ = over_time()

    def stopped(program: Program, goal: Goal, *others: Any, **named: Any) -> Solution:
        found = honest(program, goal, *others, **named)
        return replace(found, termination=Termination.FEASIBLE, bound=-3) if goal.name == "partial deliveries" else found

    lie(monkeypatch, stopped)
    outcome = optimize(scenario)
    assert [(stage.name, stage.bound) for stage in outcome.stages][-1] == ("partial deliveries", 0)
    assert outcome.stages[-1].value > 0


def test_seconds_of_stages_are_those_of_the_question(monkeypatch: pytest.MonkeyPatch, honest: Solve) -> None:
    """Relaxations, second opinions and the questions of the canonical choice belong to the stage in which they are asked."""
    scenario, _ = over_time()
    relaxed = solver.relaxed

    def slow(*others: Any, **named: Any) -> Solution:
        time.sleep(0.03)
        return honest(*others, **named)

    def slowly_relaxed(*others: Any) -> Any:
        time.sleep(0.03)
        return relaxed(*others)

    lie(monkeypatch, slow)
    monkeypatch.setattr(solver, "relaxed", slowly_relaxed)
    began = time.monotonic()
    outcome = optimize(scenario)
    passed = time.monotonic() - began
    assert passed > 0.15
    assert 0.85 * passed < sum(stage.seconds for stage in outcome.stages) <= passed


def test_no_time_means_no_numbers() -> None:
    scenario, _ = every_family()
    outcome = optimize(scenario, seconds=0.0)
    assert isinstance(outcome, Unanswered)
    assert outcome.termination is Termination.NO_SOLUTION


def test_a_fractional_decision_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, _ = every_family()
    monkeypatch.setattr(solver.pulp.LpVariable, "varValue", property(lambda self: 0.5, lambda self, value: None), raising=False)
    with pytest.raises(SolverFault, match="whole numbers"):
        optimize(scenario)


def test_numbers_beyond_doubles_are_refused() -> None:
    _, formulation = every_family()
    huge = Goal("huge", True, ((0, 2**53),))
    with pytest.raises(SolverFault, match="more than a double holds"):
        solver.solve(formulation.program, huge, 10.0)
