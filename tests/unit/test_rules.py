"""Each rule family on its own: a point inside, on the bound and one unit beyond, in the audit and in the model's rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.balance import balance
from optimizer.plan import Basis, Limit
from optimizer.rules import (
    REGISTRY,
    AtLeast,
    AtMost,
    Balance,
    Budget,
    Ceiling,
    Committed,
    Deferred,
    Floor,
    LevelColumns,
    OneLevel,
    Requires,
    Rule,
    TagCoverage,
)
from optimizer.scenario import ScenarioSpec, derive
from tests.example import PLAN, every_family, over_time
from tests.unit.test_rules_of_time import CASES as OF_TIME

COLUMNS = LevelColumns.of(PLAN)  # A.1: 2 levels, A.2: 1, B.1: 2, B.2: 3, B.3: 1, B.4: 1
A1, A2, B1, B2, B3, B4 = range(6)


def at(*levels: int) -> tuple[int, ...]:
    """The level of A.1, A.2, B.1, B.2, B.3 and B.4; 0 is nothing."""
    return levels


# What the levels cost: A.1 2,000 4,000; A.2 3,000; B.1 1,000 2,000; B.2 1,500 3,500 5,000; B.3 1,000; B.4 1,000.


@dataclass(frozen=True)
class Case:
    rule: Rule
    levels: tuple[int, ...]
    slack: int

    def __str__(self) -> str:
        return f"{self.rule.KIND} {self.slack:+}"


def around(rule: Rule, levels: tuple[int, ...]) -> list[Case]:
    """A rule that the levels meet exactly, and the same with its limit one unit easier and one unit harder."""
    easier = 1 if rule.SENSE == "at most" else -1
    return [Case(replace(rule, limit=rule.limit + easier * slack), levels, slack) for slack in (1, 0, -1)]


CASES = [
    *around(Budget(8500), at(1, 1, 0, 2, 0, 0)),  # 2,000 + 3,000 + 3,500
    *around(Floor("B", Basis.AMOUNT, (B1, B2, B3, B4), 6500), at(2, 1, 1, 2, 1, 1)),  # 1,000 + 3,500 + 1,000 + 1,000
    *around(Balance("B", Basis.ESTIMATE, (B1, B2, B3, B4), 6500), at(2, 1, 1, 2, 1, 1)),
    *around(Ceiling("A", Basis.AMOUNT, (A1, A2), 5000), at(1, 1, 2, 3, 1, 1)),  # 2,000 + 3,000
    *around(AtMost("g", (A1, A2, B4), 2), at(2, 0, 1, 1, 1, 1)),  # A.1 and B.4
    *around(AtLeast("g", (A1, A2, B4), 2), at(2, 0, 1, 1, 1, 1)),
    *around(TagCoverage("conclusions", "y", (A2, B2), 1), at(1, 0, 1, 1, 1, 1)),  # B.2 at its lowest level counts in full
    Case(Committed("B.2", B2, 1500), at(0, 0, 0, 2, 0, 0), 2000),
    Case(Committed("B.2", B2, 1500), at(0, 0, 0, 1, 0, 0), 0),
    Case(Committed("B.2", B2, 1501), at(0, 0, 0, 1, 0, 0), -1),
    Case(Committed("B.2", B2, 1501), at(0, 0, 0, 2, 0, 0), 1999),  # the smallest level that covers it
    Case(Committed("B.2", B2, 5000), at(0, 0, 0, 3, 0, 0), 0),
    Case(Deferred("B.4", B4), at(2, 1, 2, 3, 1, 0), 0),
    Case(Deferred("B.4", B4), at(0, 0, 0, 0, 0, 1), -1000),
    Case(Requires("A.2", A2, "A.1", A1, 0), at(1, 0, 0, 0, 0, 0), 1),
    Case(Requires("A.2", A2, "A.1", A1, 0), at(0, 0, 0, 0, 0, 0), 0),
    Case(Requires("A.2", A2, "A.1", A1, 0), at(1, 1, 0, 0, 0, 0), 0),
    Case(Requires("A.2", A2, "A.1", A1, 0), at(0, 1, 0, 0, 0, 0), -1),
    Case(Requires("B.4", B4, "B.2", B2, 74), at(0, 0, 0, 2, 0, 1), 1),  # the level of 75 per cent
    Case(Requires("B.4", B4, "B.2", B2, 75), at(0, 0, 0, 2, 0, 1), 0),
    Case(Requires("B.4", B4, "B.2", B2, 76), at(0, 0, 0, 2, 0, 1), -1),
    Case(Requires("B.4", B4, "B.2", B2, 76), at(0, 0, 0, 3, 0, 1), 24),
    Case(Requires("B.4", B4, "B.2", B2, 76), at(0, 0, 0, 1, 0, 0), 40),  # nothing is asked of B.2
    Case(OneLevel("B.2", B2), at(0, 0, 0, 3, 0, 0), 0),
    Case(OneLevel("B.2", B2), at(0, 0, 0, 1, 0, 0), 3500),
    Case(OneLevel("B.2", B2), at(0, 0, 0, 0, 0, 0), 5000),
]


def allocation(levels: tuple[int, ...]) -> Allocation:
    chosen = zip(PLAN.levels, levels, strict=True)
    return Allocation(tuple(Delivery(ways[l - 1].amount, ways[l - 1].share) if l else NOTHING for ways, l in chosen))


def point(levels: tuple[int, ...]) -> list[int]:
    """u[i, l] = 1 for every level up to the chosen one."""
    return [int(k < l) for ways, l in zip(PLAN.levels, levels, strict=True) for k in range(len(ways))]


def holds(rule: Rule, x: list[int]) -> bool:
    return all(row.admits(sum(a * x[j] for j, a in row.terms)) for row in rule.rows(COLUMNS))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_audit_rows_and_measure_agree(case: Case) -> None:
    given = allocation(case.levels)
    breaches = list(case.rule.breaches(PLAN, given))
    assert bool(breaches) == (case.slack < 0)
    assert holds(case.rule, point(case.levels)) == (case.slack >= 0)
    assert case.rule.measure(PLAN, given).slack == case.slack
    assert case.rule.measure(PLAN, given).binding == (case.slack == 0)
    assert all((breach.rule, breach.kind) == (case.rule.key, case.rule.KIND) and breach.message for breach in breaches)


def test_every_family_has_its_cases() -> None:
    rules = [case.rule for case in CASES] + [case.rule for case in OF_TIME]
    assert {type(rule) for rule in rules} == set(REGISTRY.values())
    beyond = {case.rule.KIND for case in (*CASES, *OF_TIME) if case.slack < 0}
    assert beyond == set(REGISTRY) - {"level"}  # the level family has tests of its own below


def test_a_delivery_that_is_no_level_is_a_breach() -> None:
    rule = OneLevel("B.2", B2)
    for wrong in (Delivery(1500, 41), Delivery(1501, 40), Delivery(0, 40), Delivery(1500, 0)):
        (breach,) = rule.breaches(PLAN, Allocation(tuple(wrong if i == B2 else NOTHING for i in range(6))))
        assert breach.rule == "level[B.2]"


def test_a_level_without_the_one_below_it_breaks_the_rows() -> None:
    rule, base = OneLevel("B.2", B2), COLUMNS.first[B2]
    for levels, fine in (((1, 1, 0), True), ((1, 0, 1), False), ((0, 1, 0), False), ((0, 0, 0), True)):
        x = [0] * 10
        x[base : base + 3] = levels
        assert holds(rule, x) == fine


def test_what_no_level_can_meet() -> None:
    """A committed amount over the dearest level, a required share over the best: no point and no allocation respects them."""
    plan = replace(PLAN, outputs=tuple(replace(o, explicit_levels=o.explicit_levels[:2]) for o in PLAN.outputs))
    columns = LevelColumns.of(plan)
    for rule in (Committed("B.2", B2, 3501), Requires("B.4", B4, "B.2", B2, 76)):
        best = Allocation(tuple(Delivery(ways[-1].amount, ways[-1].share) for ways in plan.levels))
        assert len(list(rule.breaches(plan, best))) == 1
        assert not all(row.admits(sum(a for _, a in row.terms)) for row in rule.rows(columns))


@pytest.mark.parametrize(
    ("limit", "money"),
    [
        (Limit(Basis.AMOUNT, Fraction(2800)), (2800, 2800)),
        (Limit(Basis.ESTIMATE, Fraction(40)), (2800, 2800)),  # 40 per cent of 7,000
        (Limit(Basis.ESTIMATE, Fraction("40.01")), (2801, 2800)),  # 2,800.70: up for a minimum, down for a maximum
        (Limit(Basis.RESOURCES, Fraction(30)), (2700, 2700)),  # 30 per cent of 9,000
        (Limit(Basis.RESOURCES, Fraction("33.33")), (3000, 2999)),  # 2,999.70
    ],
)
def test_the_three_bases_of_a_component_limit(limit: Limit, money: tuple[int, int]) -> None:
    components = (replace(PLAN.components[0], minimum=limit, maximum=limit), PLAN.components[1])
    scenario = derive(replace(PLAN, components=components), ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(9000))))
    by_key = {rule.key: rule for rule in scenario.rules}
    assert (by_key["floor[A]"].limit, by_key["ceiling[A]"].limit) == money
    assert by_key["floor[A]"].basis is limit.basis


def test_a_scenario_states_each_rule_once_and_names_it() -> None:
    kinds = set()
    for scenario, formulation in (every_family(), over_time("balanced")):
        rules = (*scenario.rules, *balance(scenario, Fraction(1, 3)))
        keys = [rule.key for rule in rules]
        assert len(set(keys)) == len(keys)
        kinds |= {rule.KIND for rule in rules}
        for rule in rules:
            assert rule.describe(scenario.plan)
            assert all(row.label.startswith(rule.key) for row in rule.rows(formulation.columns))
            assert rule.FORMULA
    assert kinds == set(REGISTRY)


def test_a_free_output_is_funded_when_it_is_delivered() -> None:
    """Counting rules and links ask whether an output is delivered, not whether it costs money."""
    free = replace(PLAN, outputs=(replace(PLAN.outputs[0], cost=0, minimum=0), *PLAN.outputs[1:]))
    delivered = Allocation((Delivery(0, 100), *allocation(at(0, 1, 0, 0, 0, 0)).deliveries[1:]))
    assert not list(Requires("A.2", A2, "A.1", A1, 0).breaches(free, delivered))
    assert not list(AtLeast("g", (A1,), 1).breaches(free, delivered))
    assert list(Deferred("A.1", A1).breaches(free, delivered))
    assert not list(Committed("A.1", A1, 0).breaches(free, delivered))
