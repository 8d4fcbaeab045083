"""The dynamic programme against complete enumeration, and what happens when the solver disagrees with it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer import optimize as optimize_module
from optimizer import search as search_module
from optimizer import solver
from optimizer.dynamic import certify
from optimizer.objectives import integer_values
from optimizer.optimize import optimize
from optimizer.plan import Basis, Limit
from optimizer.program import Goal, Point, Program
from optimizer.result import Result
from optimizer.scenario import ScenarioSpec, derive
from optimizer.solver import Solution, SolverFault
from tests.example import PLAN, every_family
from tests.plans import question

SEEDS = range(250)
SCENARIO = derive(replace(PLAN, groups=(), coverage=()), ScenarioSpec("Linked", Limit(Basis.AMOUNT, Fraction(9000))))


def test_it_agrees_with_enumeration_wherever_it_applies() -> None:
    applied = infeasible = tied = 0
    for seed in SEEDS:
        asked = question(seed)
        scenario = derive(asked.plan, asked.spec)
        certificate = certify(scenario)
        if certificate is None:
            continue
        applied += 1
        best = asked.best
        if best is None:
            infeasible += 1
            assert certificate.allocations == 0, f"seed {seed}"
            continue
        value = certificate.value * integer_values(scenario.plan, scenario.objective).unit
        assert (value, certificate.spend, certificate.partial) == (best.value, best.spend, best.partial), f"seed {seed}"
        assert certificate.allocations == len(best.ties), f"seed {seed}"
        tied += certificate.allocations > 1
    assert applied > 80
    assert infeasible > 15
    assert tied > 5


def _lazy(honest: Callable[..., Solution]) -> Callable[..., Solution]:
    """A solver that calls the worst point of the first value stage the best, as HiGHS 1.15.1 has been seen to do."""

    def solve(program: Program, goal: Goal, seconds: float, start: Point | None = None, second_opinion: bool = False) -> Solution:
        if goal.name != "value" or second_opinion or any(row.label.startswith("keep") for row in program.rows):
            return honest(program, goal, seconds, start, second_opinion)
        worst = honest(program, replace(goal, maximise=False), seconds)
        assert worst.point is not None
        return replace(worst, bound=goal.value(worst.point))

    return solve


@pytest.mark.parametrize("applies", [True, False])
def test_a_false_optimum_of_the_solver_is_found_and_put_right(applies: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the dynamic programme where it applies, by the second opinion elsewhere."""
    scenario = SCENARIO
    truth = optimize(scenario)
    assert isinstance(truth, Result)
    assert certify(scenario) is not None, "the example is small enough for it"
    if not applies:
        monkeypatch.setattr(optimize_module, "certify", lambda scenario: None)
    monkeypatch.setattr(search_module.solver, "solve", _lazy(solver.solve))
    answer = optimize(scenario)
    assert isinstance(answer, Result)
    assert answer.allocation == truth.allocation
    assert answer.proof.proved
    assert [stage.name for stage in answer.stages].count("value") == 2, "the false value stands in the record"


def test_a_solver_that_beats_the_dynamic_programme_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = SCENARIO
    certificate = certify(scenario)
    assert certificate is not None
    monkeypatch.setattr(optimize_module, "certify", lambda scenario: replace(certificate, value=certificate.value - 1))
    with pytest.raises(SolverFault, match="dynamic programme says at most"):
        optimize(scenario)


def test_a_count_of_ties_that_the_solver_does_not_find_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = SCENARIO
    certificate = certify(scenario)
    assert certificate is not None
    monkeypatch.setattr(optimize_module, "certify", lambda scenario: replace(certificate, allocations=2))
    with pytest.raises(SolverFault, match="counts 2 allocations"):
        optimize(scenario)


def test_amounts_without_a_common_unit_are_left_to_others() -> None:
    outputs = tuple(
        replace(o, cost=o.cost * 10**6 + 1, minimum=o.minimum * 10**6, explicit_levels=()) for o in SCENARIO.plan.outputs
    )
    large = derive(replace(SCENARIO.plan, outputs=outputs), ScenarioSpec("Large", Limit(Basis.ESTIMATE, Fraction(75))))
    assert certify(large) is None


def test_rules_that_tie_components_with_minima_together_are_left_to_others() -> None:
    scenario, _ = every_family()
    assert certify(scenario) is None
