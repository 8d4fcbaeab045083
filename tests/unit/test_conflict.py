"""Infeasibility in words and as a minimal set: every sentence has the figures, every clash is minimal."""

from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis.conflict import explain
from optimizer.optimize import optimize
from optimizer.plan import Basis, Coverage, Group, Limit, Link, Output, Plan, Status
from optimizer.result import Result, Termination, Unanswered
from optimizer.scenario import Scenario, ScenarioSpec, derive
from tests.example import PLAN
from tests.plans import question


def scenario(plan: Plan, resources: int = 9000) -> Scenario:
    return derive(plan, ScenarioSpec("Conflict", Limit(Basis.AMOUNT, Fraction(resources))))


def plain(**changes: object) -> Plan:
    """The example without links, groups and coverage, every output open, no maximum."""
    outputs = tuple(replace(o, status=Status.OPEN, committed=0) for o in PLAN.outputs)
    components = tuple(replace(c, maximum=None) for c in PLAN.components)
    base = replace(PLAN, outputs=outputs, components=components, links=(), groups=(), coverage=())
    return replace(base, **changes)  # type: ignore[arg-type]


def statuses(plan: Plan, **by_position: Status) -> tuple[Output, ...]:
    wanted = {int(key[1:]): status for key, status in by_position.items()}
    return tuple(
        replace(o, status=wanted[i], committed=o.cost if wanted[i] is Status.COMMITTED else 0, reason="agreed")
        if i in wanted
        else o
        for i, o in enumerate(plan.outputs)
    )


CASES = {
    "minima over resources": (
        plain(),
        4000,
        "minimum allocations add up to US$4,800; the available resources are US$4,000: US$800",
    ),
    "commitments over resources": (
        plain(outputs=statuses(plain(), o3=Status.COMMITTED, o1=Status.COMMITTED)),
        7999,
        "Commitments add up to US$8,000; the available resources are US$7,999: US$1 is missing",
    ),
    "minima and commitments": (
        plain(outputs=statuses(plain(), o3=Status.COMMITTED)),
        7000,
        "add up to US$7,800; the available resources are US$7,000: US$800 is missing",
    ),
    "minimum over what can be funded": (
        plain(outputs=statuses(plain(), o0=Status.DEFERRED, o1=Status.DEFERRED)),
        9000,
        "minimum allocation of component A is US$2,800, but its outputs that are not deferred cost US$0",
    ),
    "minimum over maximum": (
        plain(components=(PLAN.components[0], replace(PLAN.components[1], maximum=Limit(Basis.AMOUNT, Fraction(1500))))),
        9000,
        "minimum allocation of component B is US$2,000, its maximum US$1,500: US$500 apart",
    ),
    "commitments over maximum": (
        plain(
            components=(PLAN.components[0], replace(PLAN.components[1], maximum=Limit(Basis.AMOUNT, Fraction(4500)))),
            outputs=statuses(plain(), o3=Status.COMMITTED),
        ),
        9000,
        "Commitments in component B take US$5,000, its maximum is US$4,500: US$500 too much",
    ),
    "a chain to a deferred output": (
        plain(
            outputs=statuses(plain(), o0=Status.COMMITTED, o2=Status.DEFERRED),
            links=(Link("A.1", "A.2"), Link("A.2", "B.1")),
        ),
        12000,
        "Output A.1 is committed and requires output A.2, which requires output B.1, which is deferred",
    ),
    "too many of a group": (
        plain(outputs=statuses(plain(), o0=Status.COMMITTED, o1=Status.COMMITTED), groups=(Group("g", True, 1, ("A.1", "A.2")),)),
        12000,
        "At most 1 of group g may be funded, but A.1, A.2 are committed",
    ),
    "too few of a group": (
        plain(outputs=statuses(plain(), o0=Status.DEFERRED), groups=(Group("g", False, 2, ("A.1", "A.2")),)),
        12000,
        "At least 2 of group g must be funded, but only 1 are not deferred",
    ),
    "too few carry a tag": (
        plain(outputs=statuses(plain(), o1=Status.DEFERRED), coverage=(Coverage("conclusions", "y", 2),)),
        12000,
        "At least 2 funded outputs must carry y (conclusions), but only 1",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_arithmetic_is_said_in_words(name: str) -> None:
    plan, resources, sentence = CASES[name]
    asked = scenario(plan, resources)
    outcome = optimize(asked)
    assert isinstance(outcome, Unanswered)
    assert outcome.termination is Termination.INFEASIBLE
    conflict = explain(asked)
    assert any(sentence in reason for reason in conflict.reasons), conflict.reasons
    assert_minimal(asked)


def assert_minimal(asked: Scenario) -> None:
    clash = explain(asked).clash
    assert clash
    always = tuple(rule for rule in asked.rules if not rule.REMOVABLE)
    assert isinstance(optimize(replace(asked, rules=(*always, *clash))), Unanswered)
    for left_out in clash:
        rest = tuple(rule for rule in clash if rule is not left_out)
        assert isinstance(optimize(replace(asked, rules=(*always, *rest))), Result), f"{left_out.key} is not needed for the clash"


def test_clashes_of_random_plans_are_minimal() -> None:
    found = 0
    for seed in range(60):
        drawn = question(seed)
        asked = derive(drawn.plan, drawn.spec)
        if isinstance(optimize(asked), Unanswered):
            found += 1
            assert_minimal(asked)
    assert found >= 5


def test_a_feasible_scenario_has_no_conflict() -> None:
    conflict = explain(scenario(PLAN))
    assert conflict.reasons == ()
    assert conflict.clash == ()
