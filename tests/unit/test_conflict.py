"""Infeasibility in words and as a minimal set: every sentence has the figures, every clash is minimal."""

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from optimizer.analysis import repair
from optimizer.analysis.clashes import clashes
from optimizer.analysis.conflict import explain
from optimizer.optimize import optimize
from optimizer.plan import Basis, Coverage, Group, Limit, Link, Output, Plan, Status
from optimizer.result import Result, Termination, Unanswered
from optimizer.rules import AtMost, Budget, Ceiling, Changes, Committed, Drops, FundMoney, Rule
from optimizer.scenario import Scenario, ScenarioSpec, derive
from tests.example import BY_FUNDS, OVER_TIME, PLAN
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
    (clash,) = clashes(asked, time.monotonic() + 60, most=1).sets
    always = tuple(rule for rule in asked.rules if not rule.REMOVABLE)
    assert isinstance(optimize(replace(asked, rules=(*always, *clash))), Unanswered)
    for left_out in clash:
        rest = tuple(rule for rule in clash if rule is not left_out)
        assert isinstance(optimize(replace(asked, rules=(*always, *rest))), Result), f"{left_out.key} is not needed for the clash"


def test_clashes_of_random_plans_are_minimal() -> None:
    found = 0
    for asked in random_conflicts(0, 40):
        found += 1
        assert_minimal(asked)
    assert found >= 5


def test_a_feasible_scenario_has_no_conflict() -> None:
    conflict = explain(scenario(PLAN))
    assert conflict.reasons == ()
    assert conflict.clash == ()


def random_conflicts(first: int, last: int) -> Iterator[Scenario]:
    for seed in range(first, last):
        drawn = question(seed)
        asked = derive(drawn.plan, drawn.spec)
        if isinstance(optimize(asked), Unanswered):
            yield asked


def moved(asked: Scenario, rule: Rule, by: int) -> Scenario:
    """The scenario with one limit moved, by hand: resources and maxima up, everything else down."""
    up = isinstance(rule, Budget | Ceiling | AtMost | Changes | Drops)
    if isinstance(rule, Committed):
        other: Rule | None = replace(rule, amount=rule.amount - by) if by < rule.amount else None
    else:
        other = replace(rule, limit=rule.limit + (by if up else -by))  # type: ignore[call-arg]
    rules = tuple(other if each is rule else each for each in asked.rules)
    return replace(asked, rules=tuple(each for each in rules if each is not None))


def test_each_way_out_is_enough_and_one_unit_less_is_not() -> None:
    looked_at = 0
    for asked in random_conflicts(0, 28):
        for way in explain(asked).repairs:
            if len(way.moves) > 1 or isinstance(way.moves[0].rule, FundMoney):
                continue
            rule, by = way.moves[0].rule, way.moves[0].by
            looked_at += 1
            if by is None:
                rest = tuple(each for each in asked.rules if each is not rule)
                assert isinstance(optimize(replace(asked, rules=rest)), Result), rule.key
                continue
            assert isinstance(optimize(moved(asked, rule, by)), Result), (rule.key, by)
            assert by == 1 or isinstance(optimize(moved(asked, rule, by - 1)), Unanswered), (rule.key, by)
    assert looked_at >= 6


def test_halving_and_solving_move_a_rule_equally_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dynamic programme by halving, the solver by a column for what a rule is moved by."""
    asked = list(random_conflicts(0, 28))
    ways = [[(r.text(a.plan)) for r in explain(a).repairs if r.money is not None and len(r.moves) == 1] for a in asked]
    monkeypatch.setattr(repair, "_least_move", by_solving)
    assert ways == [[(r.text(a.plan)) for r in explain(a).repairs if r.money is not None and len(r.moves) == 1] for a in asked]


def by_solving(asked: Scenario, rule: repair.Measured, deadline: float) -> int | None:
    found = repair._moved(asked, [rule], deadline)
    return None if found is None else found.moves[0].by


def test_no_way_out_takes_back_what_is_spent() -> None:
    """A re-plan whose resources are less than what was spent and is committed: only the commitments beyond it can be moved."""
    outputs = tuple(
        replace(output, status=Status.COMMITTED, committed=output.cost, reason="agreed", spent=spent)
        for output, spent in zip(PLAN.outputs, (0, PLAN.outputs[1].cost, 1, 0), strict=False)
    )
    base = plain()
    plan = replace(base, outputs=(*outputs, *base.outputs[4:]), first_open_year=2024)
    asked = scenario(plan, sum(output.committed for output in plan.outputs) - 1000)
    ways = explain(asked).repairs
    assert ways
    for move in (move for way in ways for move in way.moves):
        if isinstance(move.rule, Committed):
            assert move.by is not None
            assert move.by <= move.rule.amount - plan.outputs[move.rule.i].spent
            assert move.rule.i != 1


def test_more_money_is_said_once() -> None:
    """Resources and the money of the funds clash together."""
    poor = replace(OVER_TIME, funds=tuple(replace(fund, amounts=(0,) * len(fund.amounts)) for fund in OVER_TIME.funds))
    asked = derive(poor, ScenarioSpec("Poor", BY_FUNDS))
    texts = [way.text(asked.plan) for way in explain(asked).repairs]
    assert len(texts) == len(set(texts))
    assert sum("unrestricted funds" in text for text in texts) == 1


def test_all_minimal_sets_are_found() -> None:
    """Against every subset of the rules of small scenarios."""
    looked_at = 0
    for asked in random_conflicts(0, 28):
        always = tuple(rule for rule in asked.rules if not rule.REMOVABLE)
        candidates = [rule for rule in asked.rules if rule.REMOVABLE]
        if len(candidates) > 6:
            continue
        looked_at += 1
        minimal: list[set[str]] = []
        for size in range(1, len(candidates) + 1):
            for some in combinations(candidates, size):
                keys = {rule.key for rule in some}
                if any(known <= keys for known in minimal):
                    continue
                if isinstance(optimize(replace(asked, rules=(*always, *some))), Unanswered):
                    minimal.append(keys)
        found = clashes(asked, time.monotonic() + 60)
        assert found.complete
        assert sorted(map(sorted, minimal)) == sorted(sorted(rule.key for rule in clash) for clash in found.sets)
    assert looked_at >= 3


def test_the_ways_out_are_said_in_policy_order() -> None:
    plan = plain()
    conflict = explain(scenario(plan, 4000))
    assert conflict.reasons[-1] == (
        "Any one of these would make it possible: add US$1,000; or lower the minimum allocation of component A by US$800; or "
        "lower the minimum allocation of component B by US$1,000."
    )
