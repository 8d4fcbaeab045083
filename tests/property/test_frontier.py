"""The frontier is what looking at every allocation at every budget gives, by the dynamic programme and by the solver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis import frontier as module
from optimizer.analysis.frontier import BY_PROGRAMME, BY_SOLVER, Frontier, NotOffered, frontier, with_resources
from optimizer.dynamic import NotApplicable
from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Limit
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.scenario import Scenario, derive
from tests.oracle import Question, Received_by_output
from tests.plans import question
from tests.property.checks import TELLING, received, repeatable

MOST_ALLOCATIONS = 3000  # of a plan: each is looked at
MOST_SOLVES = 12  # breakpoints of a plan that are asked of the solver one by one

Reached = list[tuple[int, Fraction, int, Received_by_output]]  # resources, value, partial deliveries, allocation


def at_any_budget(asked: Question) -> Question:
    """The question with the full cost as resources, limits as amounts, and an objective that has a frontier."""

    def amount(component: Component, limit: Limit | None) -> Limit | None:
        return None if limit is None else Limit(Basis.AMOUNT, asked.money(limit, component.id))

    components = tuple(replace(c, minimum=amount(c, c.minimum), maximum=amount(c, c.maximum)) for c in asked.plan.components)
    objective = "money-weighted" if asked.spec.objective in ("money-weighted", "tiers") else "delivery"
    resources = Limit(Basis.AMOUNT, Fraction(asked.plan.cost))
    return Question(replace(asked.plan, components=components), replace(asked.spec, resources=resources, objective=objective))


def enumerated(asked: Question) -> Reached:
    """Every allocation in order of spend, then value, then partial deliveries: those with more value than any before."""
    found: Reached = []
    best = None
    for (loss, spend, partial, _), allocation in sorted(asked._affordable(), key=lambda item: (item[0][1], item[0])):
        if (best is None or loss < best) and asked.feasible(allocation):
            best = loss
            if found and found[-1][0] == spend:
                found.pop()
            found.append((spend, asked.value(allocation), partial, allocation))
    return found


def small(seeds: range) -> Iterator[tuple[int, Question]]:
    for seed in seeds:
        asked = at_any_budget(question(seed))
        if asked.size <= MOST_ALLOCATIONS:
            yield seed, asked


def points(found: Frontier) -> list[tuple[int, Fraction]]:
    return [(point.resources, point.value) for point in found.points]


def by_solver(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> Frontier:
    def refuse(scenario: Scenario) -> None:
        raise NotApplicable

    with monkeypatch.context() as patch:
        patch.setattr(module, "every_breakpoint", refuse)
        return frontier(scenario)


@pytest.mark.instances(120)
def test_the_frontier_is_that_of_enumeration(seeds: range) -> None:
    """Resources, values and fewest partial deliveries, by allocations that respect every rule; elsewhere a reason."""
    for seed, asked in small(seeds):
        with repeatable(seed):
            _compare(asked, enumerated(asked))


def _compare(asked: Question, expected: Reached) -> None:
    scenario = derive(asked.plan, asked.spec)
    if not applies(scenario):
        return
    found = frontier(scenario)
    assert found.complete
    assert found.method == BY_PROGRAMME
    assert points(found) == [(spend, value) for spend, value, _, _ in expected]
    for k, (spend, value, partial, _) in enumerate(expected):
        assert asked.feasible(received(found.allocation(k)))
        audited = found.audit(k)
        assert (audited.breaches, audited.spend, audited.value, audited.in_part) == ((), spend, value, partial)


def applies(scenario: Scenario) -> bool:
    """Whether the dynamic programme does."""
    try:
        module.every_breakpoint(with_resources(scenario, scenario.plan.cost))
    except NotApplicable:
        return False
    return True


@pytest.mark.instances(60)
def test_one_solve_a_breakpoint_gives_the_same(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also under rules that the dynamic programme does not know."""
    for seed, asked in small(seeds):
        expected = enumerated(asked)
        if len(expected) > MOST_SOLVES:
            continue
        with repeatable(seed):
            try:
                found = by_solver(derive(asked.plan, asked.spec), monkeypatch)
            except NotOffered:
                assert asked.reach > TELLING
                continue
            assert found.complete
            assert found.method == BY_SOLVER
            assert points(found) == [(spend, value) for spend, value, _, _ in expected]
            assert all(asked.feasible(received(found.allocation(k))) for k in range(len(expected)))


@pytest.mark.instances(20)
def test_the_choice_at_a_breakpoint_is_the_optimizers_own(seeds: range) -> None:
    """With the resources of a breakpoint, or a little more, the optimizer gives the allocation of the frontier."""
    for seed, asked in small(seeds):
        scenario = derive(asked.plan, asked.spec)
        if not applies(scenario):
            continue
        found = frontier(scenario)
        for k in (0, len(found.points) // 2) if found.points else ():
            answer = optimize(with_resources(scenario, found.points[k].resources))
            with repeatable(seed):
                assert isinstance(answer, Result)
                if answer.termination is Termination.OPTIMAL:  # with amounts of many digits the solver may not get that far
                    assert answer.allocation == found.allocation(k)


def test_the_drawn_plans_have_what_is_compared() -> None:
    """Both methods, every family of rules that has a frontier, and no allocation at all, come up."""
    drawn = [asked for _, asked in small(range(120))]
    scenarios = [derive(asked.plan, asked.spec) for asked in drawn]
    known = {rule.KIND for scenario in scenarios if applies(scenario) for rule in scenario.rules}
    others = {rule.KIND for scenario in scenarios if not applies(scenario) for rule in scenario.rules}
    assert known >= {
        "level", "budget", "floor", "ceiling", "committed", "deferred", "requires", "at most", "at least", "coverage", "ended",
    }  # fmt: skip
    assert others >= {*known, "changes", "drops"}
    assert sum(map(applies, scenarios)) > 45
    assert sum(not enumerated(asked) for asked in drawn[:40]) > 2
