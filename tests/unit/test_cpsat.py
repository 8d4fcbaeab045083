"""CP-SAT as another solver: what it says counts; what it does not know, the same solver is asked. Where installed, for real."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest

from optimizer import cpsat, selftest, solver
from optimizer.optimize import optimize
from optimizer.program import Column, Goal, Program, Row, Termination
from optimizer.result import Result
from optimizer.scenario import Scenario, derive
from optimizer.search import ANY, BY_ANOTHER, BY_SOLVER
from optimizer.solver import Solution, SolverFault
from tests.plans import question

MODELS = {model.name: model for model in selftest.models() if len(model.program.columns) < 10}
needed = pytest.mark.skipif(not cpsat.name(), reason="the extra prove is not installed")


def unsettled() -> tuple[Scenario, Result]:
    """A question whose value only a second solve confirms, and its answer."""
    for seed in range(200):
        asked = question(seed)
        scenario = derive(asked.plan, asked.spec)
        answer = optimize(scenario)
        if isinstance(answer, Result) and answer.stages[0].confirmed == BY_SOLVER and answer.proof.proved:
            return scenario, answer
    raise AssertionError("there is none among so many")


@pytest.fixture(scope="module")
def asked() -> tuple[Scenario, Result]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpsat, "name", lambda: "")
        return unsettled()


def by_highs(program: Program, seconds: float) -> Solution:
    return solver.solve(program, ANY, seconds)


Find = Callable[[Program, float], Solution]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Find], None]:
    def with_answers(find: Find) -> None:
        monkeypatch.setattr(cpsat, "name", lambda: "CP-SAT 0")
        monkeypatch.setattr(cpsat, "find", find)

    return with_answers


def test_what_it_confirms_is_said_so(asked: tuple[Scenario, Result], installed: Callable[[Find], None]) -> None:
    scenario, before = asked
    installed(by_highs)
    answer = optimize(scenario)
    assert isinstance(answer, Result)
    assert answer.stages[0].confirmed == BY_ANOTHER
    assert f"confirmed by: {BY_ANOTHER}" in answer.proof.statement
    assert answer.allocation == before.allocation


def test_where_it_does_not_know_the_same_solver_is_asked(
    asked: tuple[Scenario, Result], installed: Callable[[Find], None]
) -> None:
    installed(lambda program, seconds: Solution(Termination.NO_SOLUTION, None, None, 0, 0.0))
    answer = optimize(asked[0])
    assert isinstance(answer, Result)
    assert answer.stages[0].confirmed == BY_SOLVER


def test_a_better_point_of_its_is_taken(
    asked: tuple[Scenario, Result], installed: Callable[[Find], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """HiGHS calls a worse point the best, the first time that it is asked for the value."""
    scenario, right = asked
    true, lied = solver.solve, [False]

    def lie(program: Program, goal: Goal, *rest: Any, **more: Any) -> Solution:
        found = true(program, goal, *rest, **more)
        if lied[0] or goal.name != "value" or found.point is None:
            return found
        lied[0] = True
        worst = true(program, replace(goal, maximise=False), *rest, **more)
        assert worst.point is not None
        return replace(found, point=worst.point, bound=goal.value(worst.point))

    installed(lambda program, seconds: true(program, ANY, seconds))
    monkeypatch.setattr(solver, "solve", lie)
    answer = optimize(scenario)
    assert isinstance(answer, Result)
    assert lied[0]
    assert answer.allocation == right.allocation
    assert len([stage for stage in answer.stages if stage.name == "value"]) > 1, "what was called best stays in the record"


def test_impossible_is_not_believed_where_it_has_an_allocation(
    asked: tuple[Scenario, Result], installed: Callable[[Find], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    true = solver.solve
    installed(lambda program, seconds: true(program, ANY, seconds))
    monkeypatch.setattr(solver, "solve", lambda *_, **__: Solution(Termination.INFEASIBLE, None, None, 0, 0.0))
    with pytest.raises(SolverFault, match="finds no allocation where CP-SAT has one"):
        optimize(asked[0])


@pytest.mark.parametrize("output", ["", "Killed", "{}", '{"status": "none"}', "[]"])
def test_an_answer_that_is_none_is_not_known(output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, output, ""))
    assert cpsat.find(Program((Column("x"),), ()), 1.0).termination is Termination.NO_SOLUTION


def test_its_process_gets_the_whole_program(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    def run(command: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
        told.append(json.loads(more["input"]))
        return subprocess.CompletedProcess(command, 0, '{"status": "found", "point": [2]}', "")

    monkeypatch.setattr(subprocess, "run", run)
    program = Program((Column("x", 0, 5),), (Row("r", ((0, 3),), 4, None),))
    assert cpsat.find(program, 1.0).point == (2,)
    assert told == [{"columns": [[0, 5]], "rows": [[[[0, 3]], 4, None]], "seconds": 1.0}]
    assert cpsat.find(Program(program.columns, (Row("r", ((0, 2**62),), 4, None),)), 1.0).termination is Termination.NO_SOLUTION
    assert len(told) == 1, "what 64 bits do not hold is not asked"


def test_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(cpsat, "version", missing)
    assert cpsat.name() == ""


@needed
@pytest.mark.parametrize("name", MODELS)
def test_it_knows_the_models_that_solvers_have_answered_wrongly(name: str) -> None:
    model = MODELS[name]
    if model.best is None:
        assert cpsat.find(model.program, 10.0).termination is Termination.INFEASIBLE
        return
    best = model.program.with_rows([model.goal.kept(model.best)])
    found = cpsat.find(best, 10.0)
    assert found.point is not None
    assert best.violated(found.point) == ()
    better = model.goal.kept(model.best + (1 if model.goal.maximise else -1))
    assert cpsat.find(model.program.with_rows([better]), 10.0).termination is Termination.INFEASIBLE


@needed
def test_it_confirms_an_answer(asked: tuple[Scenario, Result]) -> None:
    answer = optimize(asked[0])
    assert isinstance(answer, Result)
    assert (answer.stages[0].confirmed, answer.allocation) == (BY_ANOTHER, asked[1].allocation)
