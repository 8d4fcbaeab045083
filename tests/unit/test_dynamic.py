"""The dynamic programme against complete enumeration, and what happens when the solver disagrees with it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer import balance as balance_module
from optimizer import optimize as optimize_module
from optimizer import search as search_module
from optimizer import solver
from optimizer.dynamic import Impossible, best_coverage, certify
from optimizer.objectives import integer_values
from optimizer.optimize import optimize
from optimizer.plan import Basis, Limit, Status
from optimizer.program import Goal, Point, Program
from optimizer.result import Result
from optimizer.scenario import ScenarioSpec, derive
from optimizer.search import BY_SOLVER
from optimizer.solver import Solution, SolverFault
from tests.example import PLAN, every_family
from tests.oracle import Question
from tests.plans import question
from tests.property.checks import provable, received, repeatable, solve

SEEDS = range(260)
SCENARIO = derive(replace(PLAN, groups=(), coverage=()), ScenarioSpec("Linked", Limit(Basis.AMOUNT, Fraction(9000))))


def asking_for(asked: Question, objective: str) -> Question:
    return replace(asked, spec=replace(asked.spec, objective=objective))


def test_it_agrees_with_enumeration_wherever_it_applies() -> None:
    """Its allocation reaches what it certifies. Balance is a question of its own, below."""
    applied = infeasible = tied = timed = 0
    for seed in SEEDS:
        asked = question(seed)
        asked = asking_for(asked, "delivery") if asked.spec.objective == "balanced" else asked
        scenario = derive(asked.plan, asked.spec)
        certificate = certify(scenario)
        if certificate is None:
            continue
        applied += 1
        best = asked.best
        if best is None:
            infeasible += 1
            assert certificate.allocations == 0, f"seed {seed}"
            assert certificate.allocation is None
            continue
        value = certificate.value * integer_values(scenario.plan, scenario.objective).unit
        assert (value, certificate.spend, certificate.partial) == (best.value, best.spend, best.partial), f"seed {seed}"
        assert certificate.allocations == len(best.ties), f"seed {seed}"
        assert received(certificate.allocation) in best.ties, f"seed {seed}"
        tied += certificate.allocations > 1
        timed += bool(asked.plan.periods)
    assert applied > 45
    assert infeasible > 8
    assert tied > 3
    assert timed > 5, "also with periods and progress, as long as no funds and no changes are in play"


def test_the_best_coverage_is_that_of_enumeration_wherever_it_applies() -> None:
    applied = impossible = between = 0
    for seed in SEEDS:
        asked = asking_for(question(seed), "balanced")
        scenario = derive(asked.plan, asked.spec)
        try:
            share = best_coverage(scenario)
        except Impossible:
            assert asked.best is None, f"seed {seed}"
            impossible += 1
            continue
        if share is not None:
            assert asked.best is not None, f"seed {seed}"
            assert share == asked.best.attained[0], f"seed {seed}"
            applied += 1
            between += 0 < share < 1
    assert applied > 30
    assert impossible > 5
    assert between > 12


@pytest.mark.instances(60)
def test_balance_without_the_programme_comes_to_the_same(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """By halving the range between a share reached and one refused; amounts small enough for the solver's doubles."""
    monkeypatch.setattr(balance_module, "best_coverage", lambda scenario: None)
    for seed in provable(seeds):
        asked = asking_for(question(seed), "balanced")
        if max(output.cost for output in asked.plan.outputs) > 10**8:
            continue
        answer = solve(asked)
        with repeatable(seed):
            assert isinstance(answer, Result) == (asked.best is not None)
            if isinstance(answer, Result):
                assert tuple(figure for _, figure in answer.audit.attained) == asked.best.attained
                assert answer.proof.proved
                assert answer.stages[0].confirmed == BY_SOLVER


def test_coverage_raised_by_hand() -> None:
    """A can receive 0, 2,000, 3,000, 4,000, 5,000 or 7,000 of 7,000; B of 8,000 1,000, 1,500, ... 3,500, 4,500, 5,000 and more.

    B at 4,500 (9/16) and A at 4,000 (4/7) take 8,500. With less B stays at 3,500 (7/16), as A at 3,000 (3/7) would be less than
    that; 7,500 are enough for it. With 9,000 B is at 5,000 (5/8) and A at 4,000 the least.
    """
    outputs = (*PLAN.outputs[:2], *(replace(o, status=Status.OPEN, committed=0) for o in PLAN.outputs[2:5]))
    components = tuple(replace(component, minimum=None, maximum=None) for component in PLAN.components)
    plan = replace(PLAN, outputs=outputs, components=components, links=(), groups=(), coverage=())
    seven, nine = Fraction(7, 16), Fraction(9, 16)
    found = {7499: Fraction(3, 7), 7500: seven, 8499: seven, 8500: nine, 8999: nine, 9000: Fraction(4, 7), 0: Fraction(0)}
    for resources, share in found.items():
        spec = ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(resources)), "balanced")
        assert best_coverage(derive(plan, spec)) == share
    assert best_coverage(derive(plan, replace(spec, resources=Limit(Basis.ESTIMATE, Fraction(100))))) == 1


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
