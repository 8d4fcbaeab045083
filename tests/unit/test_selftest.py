"""The self-test passes with the solver in use, and says so when a solver is wrong: each way in which solvers have been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from optimizer import run as runner
from optimizer import selftest, solver
from optimizer.allocation import NOTHING, Allocation
from optimizer.doctor import satisfies
from optimizer.files.reader import read_workbook
from optimizer.optimize import optimize
from optimizer.program import Termination
from optimizer.result import Result, Unanswered
from optimizer.scenario import Scenario
from optimizer.solver import Solution, SolverFault
from tests.oracle import Question
from tests.workbooks import book, saved

MODELS = {model.name: model for model in selftest.models()}


def test_the_solver_in_use_can_be_believed() -> None:
    assert list(selftest.solver_doubts()) == []
    assert list(selftest.plan_doubts()) == []


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if len(model.program.columns) < 10])
def test_the_known_answers_are_right(name: str) -> None:
    """By enumeration; of wide columns the ends and what is near the answer are looked at."""
    model = MODELS[name]
    near = range(-2, 3)
    values = [
        sorted(
            {c.lower, c.upper, *(x + d for x in (c.upper // 2, 123_456_789, 45_000) for d in near if c.lower <= x + d <= c.upper)}
            if c.upper - c.lower > 20
            else range(c.lower, c.upper + 1)
        )
        for c in model.program.columns
    ]
    reached = [model.goal.value(point) for point in product(*values) if not model.program.violated(point)]
    best = (max if model.goal.maximise else min)(reached, default=None)
    assert best == model.best


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the models that take a millisecond."""
    monkeypatch.setattr(selftest, "models", lambda: tuple(m for m in MODELS.values() if len(m.program.columns) < 10))


def wrong(change: Callable[[Solution], Solution]) -> Callable[..., Solution]:
    """The solver, with its answers changed."""
    right = solver.solve
    return lambda *asked, **more: change(right(*asked, **more))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: replace(s, point=s.point and tuple(0 for _ in s.point)), "breaks"),
        (lambda s: replace(s, bound=None if s.bound is None else s.bound + 1), "proved to"),
        (lambda s: replace(s, termination=Termination.INFEASIBLE, point=None, bound=None), "called impossible"),
        (lambda s: replace(s, termination=Termination.NO_SOLUTION, point=None, bound=None), "stopped without an allocation"),
    ],
    ids=["breaks a row", "proves too much", "impossible", "stops"],
)
def test_a_wrong_answer_is_told(change: Callable[[Solution], Solution], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "solve", wrong(change))
    assert said in "\n".join(selftest.solver_doubts())


@pytest.mark.usefixtures("small")
def test_a_wrong_solver_answers_no_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked at the start of a run; nothing is solved and not even a folder is made."""
    monkeypatch.setattr(solver, "solve", wrong(lambda s: replace(s, termination=Termination.INFEASIBLE, point=None, bound=None)))
    selftest.refuse_wrong_solver.cache_clear()
    asked = runner.request(read_workbook(saved(tmp_path, book())), ("Base",), False, (), tmp_path / "results")
    try:
        with pytest.raises(SolverFault, match="the solver is refused: it fails its self-test"):
            list(runner.run(asked))
        with pytest.raises(SolverFault, match="is refused"):
            runner.question(asked.workbook, None, ())
    finally:
        selftest.refuse_wrong_solver.cache_clear()
    assert not (tmp_path / "results").exists()


def test_a_solver_that_faults_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object, **__: object) -> Solution:
        raise SolverFault("half a decision")

    monkeypatch.setattr(solver, "solve", fault)
    doubts = list(selftest.solver_doubts())
    assert len(doubts) == len(MODELS)
    assert all("half a decision" in doubt for doubt in doubts)


def test_a_solver_that_takes_what_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "models", lambda: ())
    monkeypatch.setattr(solver, "solve", lambda *_, **__: Solution(Termination.OPTIMAL, (1, 1), 2, 2, 0.0))
    assert len(list(selftest.solver_doubts())) == 2


def test_a_plan_answered_wrongly_is_told() -> None:
    def nothing(scenario: Scenario) -> Result:
        answer = optimize(scenario)
        assert isinstance(answer, Result)
        return replace(answer, allocation=Allocation((NOTHING,) * len(scenario.plan.outputs)))

    doubts = list(selftest.plan_doubts(nothing))
    assert [doubt.partition(",")[0].partition("0")[0][:35] for doubt in doubts] == [
        "the answer to a small plan breaches",
        "the answer to a small plan is value",
    ]
    unanswered = Unanswered(selftest.small_plan(), Termination.NO_SOLUTION, (), "")
    assert list(selftest.plan_doubts(lambda _: unanswered)) == ["a small plan has no answer, where enumeration has one"]


def test_the_enumeration_of_the_self_test_is_that_of_the_oracle() -> None:
    scenario = selftest.small_plan()
    best = Question(scenario.plan, selftest.small_spec()).best
    assert selftest.best_by_enumeration(scenario) == (best.value, best.spend, best.partial)
    assert best.value > Fraction(0)


@pytest.mark.parametrize(
    ("found", "wanted", "fits"),
    [
        ("3.3.2", ">=3.3.2,<4", True),
        ("3.3.1", ">=3.3.2,<4", False),
        ("4.0", ">=3.3.2,<4", False),
        ("4.0.0", "<4", False),
        ("3.10", ">=3.9", True),
        ("1.15.1rc1", ">=1.15.1", True),
        ("2", "==2.0.0", True),
        ("2.1", "!=2.1", False),
        ("0.7.1.post2", "", True),
    ],
)
def test_versions(found: str, wanted: str, fits: bool) -> None:
    assert satisfies(found, wanted) is fits
