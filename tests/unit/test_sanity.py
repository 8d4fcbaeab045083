"""Nonsense that is refused whatever the resources: each fact by the smallest fault that causes it, and sound plans have none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from optimizer.findings import Severity
from optimizer.fund import Fund
from optimizer.plan import Basis, Component, Coverage, Criterion, Group, Level, Limit, Link, Plan, Status
from optimizer.program import EXACT
from optimizer.sanity import contradictions
from optimizer.timing import Period, ProfileRow
from tests.example import PLAN

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def found(plan: Plan) -> list[tuple[Severity, str, str]]:
    return [(fact.severity, fact.code, fact.item) for fact in contradictions(plan)]


def with_output(key: str, **changes: object) -> Plan:
    return replace(PLAN, outputs=tuple(replace(o, **changes) if o.id == key else o for o in PLAN.outputs))


def with_component(key: str, **changes: object) -> Plan:
    return replace(PLAN, components=tuple(replace(c, **changes) if c.id == key else c for c in PLAN.components))


def test_the_example_is_sound() -> None:
    assert found(PLAN) == []


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (with_output("A.1", minimum=4001), (ERROR, "minimum-over-cost", "A.1")),
        (with_output("A.1", minimum=0), (ERROR, "minimum-zero", "A.1")),
        (with_output("B.3", cost=0, minimum=0), (WARNING, "cost-zero", "B.3")),
        (with_output("B.1", committed=2001), (ERROR, "committed-over-cost", "B.1")),
        (with_output("B.1", committed=0), (ERROR, "committed-nothing", "B.1")),
        (with_output("B.1", reason=""), (WARNING, "no-reason", "B.1")),
        (with_output("B.4", committed=500), (WARNING, "committed-unused", "B.4")),
        (with_output("B.4", start=2026, end=2025), (ERROR, "time-frame", "B.4")),
        (with_output("B.4", earliest_start=2026, end=2025), (ERROR, "time-frame", "B.4")),
        (with_output("B.2", explicit_levels=(Level(3500, 40), Level(1500, 75), Level(5000, 100))), (ERROR, "level-order", "B.2")),
        (with_output("B.2", explicit_levels=(Level(1500, 40), Level(3500, 40), Level(5000, 100))), (ERROR, "level-order", "B.2")),
        (with_output("B.2", explicit_levels=(Level(1500, 40), Level(1500, 75), Level(5000, 100))), (ERROR, "level-order", "B.2")),
        (with_output("B.2", explicit_levels=(Level(1500, 40), Level(4999, 100))), (ERROR, "level-full", "B.2")),
        (with_output("B.2", explicit_levels=(Level(0, 40), Level(5000, 100))), (ERROR, "level-zero", "B.2")),
        (with_output("B.2", explicit_levels=(Level(1500, 40), Level(3500, 75))), (WARNING, "no-full-level", "B.2")),
        (replace(PLAN, components=(*PLAN.components, Component("C", "Third"))), (WARNING, "empty-component", "C")),
        (with_component("A", minimum=Limit(Basis.ESTIMATE, Fraction("100.1"))), (ERROR, "percentage", "A")),
        (with_component("A", maximum=Limit(Basis.RESOURCES, Fraction(101))), (ERROR, "percentage", "A")),
        (replace(PLAN, criteria=(Criterion("need", "Need", Fraction(0)),)), (ERROR, "no-weight", "")),
        (
            replace(PLAN, outputs=tuple(replace(o, scores=(Fraction(0),)) for o in PLAN.outputs)),
            (ERROR, "no-priority", ""),
        ),
        (replace(PLAN, links=(Link("A.1", "A.1"),)), (ERROR, "cycle", "A.1")),
        (replace(PLAN, links=(*PLAN.links, Link("A.1", "A.2"))), (ERROR, "cycle", "A.2")),
        (replace(PLAN, groups=(Group("g", False, 3, ("A.1", "A.2")),)), (ERROR, "group-size", "g")),
        (replace(PLAN, coverage=(Coverage("conclusions", "z", 1),)), (ERROR, "unknown-tag", "z")),
        (replace(PLAN, coverage=(Coverage("conclusions", "y", 3),)), (ERROR, "coverage-size", "y")),
        (with_output("B.4", cost=EXACT, minimum=EXACT), (ERROR, "too-large", "")),
    ],
)
def test_one_fault_one_fact(plan: Plan, expected: tuple[Severity, str, str]) -> None:
    assert found(plan) == [expected]


def test_an_empty_component_with_a_minimum_in_money_is_an_error() -> None:
    for limit, severity in (
        (Limit(Basis.AMOUNT, Fraction(1)), ERROR),
        (Limit(Basis.RESOURCES, Fraction(1)), ERROR),
        (Limit(Basis.AMOUNT, Fraction(0)), WARNING),
        (Limit(Basis.ESTIMATE, Fraction(50)), WARNING),  # half of nothing
    ):
        plan = replace(PLAN, components=(*PLAN.components, Component("C", "Third", minimum=limit)))
        assert found(plan) == [(severity, "empty-component", "C")]


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, groups=(Group("g", True, 0, ("A.1", "A.2")), Group("h", False, 2, ("A.1", "A.2")))),
        replace(PLAN, coverage=(Coverage("conclusions", "y", 2),)),
        with_output("B.1", committed=2000),
        with_output("A.1", minimum=1),
        with_output("B.4", start=2025, end=2025, earliest_start=2025),
        with_component("A", minimum=Limit(Basis.ESTIMATE, Fraction(100)), maximum=Limit(Basis.AMOUNT, Fraction(0))),
        with_output("B.1", status=Status.DEFERRED, committed=0),
    ],
)
def test_what_only_the_rules_can_judge_is_let_through(plan: Plan) -> None:
    assert [fact for fact in found(plan) if fact[0] is ERROR] == []


def test_every_cycle_is_named_and_long_chains_are_no_problem() -> None:
    ids = [f"o{n}" for n in range(3000)]
    outputs = tuple(replace(PLAN.outputs[0], id=key) for key in ids)
    chain = tuple(Link(a, b) for a, b in pairwise(ids))
    plan = replace(PLAN, components=PLAN.components[:1], outputs=outputs, groups=(), coverage=(), links=chain)
    assert found(plan) == []
    closed = replace(plan, links=(*chain, Link("o9", "o5"), Link("o2999", "o2990")))
    cycles = [fact.found for fact in contradictions(closed) if fact.code == "cycle"]
    assert len(cycles) == 2
    assert all(cycle.split(" requires ")[0] == cycle.split(" requires ")[-1] for cycle in cycles)


def test_a_requirement_shared_by_two_is_no_cycle() -> None:
    links = (Link("A.1", "B.1"), Link("A.2", "B.1"), Link("A.2", "A.1"), Link("B.1", "B.2"))
    assert found(replace(PLAN, links=links)) == []


def test_scores_and_weights_with_the_digits_of_a_formula_are_warned_of() -> None:
    third = Fraction("33.333333333333336")
    outputs = tuple(replace(output, scores=(third,)) for output in PLAN.outputs)
    criteria = (replace(PLAN.criteria[0], weight=Fraction("0.16666666666666666")),)
    facts = [fact for fact in contradictions(replace(PLAN, outputs=outputs, criteria=criteria)) if fact.code == "many-digits"]
    assert [(fact.severity, fact.kind, fact.field) for fact in facts] == [
        (Severity.WARNING, "criterion", "weight"),
        (Severity.WARNING, "output", "score:need"),
    ]
    assert "5 more" in facts[1].found


# Time and sources of money

FIRST, SECOND = Period("2020–21", 2020, 2021), Period("2022–23", 2022, 2023)
RB, XB = Fund("RB", "Regular", "regular budget", (5000, 5000)), Fund("XB", "Projects", "projects", (2000, 0), components=("A",))
FUNDED = replace(PLAN, periods=(FIRST, SECOND), funds=(RB, XB))


def funded(key: str, **changes: object) -> Plan:
    return replace(FUNDED, outputs=tuple(replace(o, **changes) if o.id == key else o for o in FUNDED.outputs))


def shares(*numbers: int, level: int | None = None, fund: str = "") -> ProfileRow:
    return ProfileRow(tuple(map(Fraction, numbers)), level, fund)


def test_the_funded_example_is_sound() -> None:
    assert found(FUNDED) == []


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (replace(FUNDED, periods=(FIRST, Period("b", 2023, 2022))), (ERROR, "period-years", "b")),
        (replace(FUNDED, periods=(SECOND, FIRST)), (ERROR, "period-order", "2020–21")),
        (replace(FUNDED, periods=(FIRST, Period("b", 2021, 2023))), (ERROR, "period-overlap", "b")),
        (replace(FUNDED, periods=(FIRST, Period("b", 2023, 2024))), (WARNING, "period-gap", "b")),
        (funded("A.1", end=2024), (ERROR, "outside-periods", "A.1")),
        (funded("A.1", start=2019), (ERROR, "outside-periods", "A.1")),
        (funded("A.1", start=2024), (ERROR, "outside-periods", "A.1")),
        (funded("A.1", earliest_start=2024, end=2025, profile=(shares(100, 0),)), (ERROR, "outside-periods", "A.1")),
        (funded("A.1", end=2024, profile=(shares(60, 40, level=50),)), (ERROR, "outside-periods", "A.1")),  # not of 100
        (funded("A.1", end=2021, profile=(shares(60, 40),)), (ERROR, "profile-outside", "A.1")),
        (funded("A.1", start=2020, earliest_start=2022, profile=(shares(1, 99),)), (ERROR, "profile-outside", "A.1")),
        (funded("A.1", profile=(shares(60, 40, fund="YB"),)), (ERROR, "unknown", "A.1")),
        (funded("B.1", profile=(shares(60, 40, fund="XB"),)), (ERROR, "profile-fund", "B.1")),
        (funded("B.1", spent=2001), (ERROR, "spent-over-cost", "B.1")),
        (funded("B.1", delivered=10), (WARNING, "delivered-unspent", "B.1")),
        (funded("B.1", spent=1999, delivered=100), (WARNING, "delivered-early", "B.1")),
        (replace(FUNDED, funds=(RB, replace(XB, cap=5))), (WARNING, "cap-unused", "XB")),
        (replace(FUNDED, funds=(RB, replace(XB, amounts=(7000, 1)))), (WARNING, "fund-idle", "XB")),
        (replace(FUNDED, funds=(replace(RB, amounts=(EXACT, 0)),)), (ERROR, "too-large", "")),
        (replace(FUNDED, allowed_changes=0), (ERROR, "nothing-adopted", "")),
        (replace(FUNDED, allowed_drops=3), (ERROR, "nothing-adopted", "")),
        (replace(FUNDED, first_open_year=2024), (ERROR, "no-open-year", "")),
        (replace(PLAN, later_start=True), (WARNING, "later-start-unused", "")),
        (replace(PLAN, continuity=True), (WARNING, "continuity-unused", "")),
    ],
)
def test_one_fault_of_time_or_money_one_fact(plan: Plan, expected: tuple[Severity, str, str]) -> None:
    assert found(plan) == [expected]


@pytest.mark.parametrize(
    "plan",
    [
        funded("A.1", start=2020, end=2023),
        funded("A.1", start=2021, earliest_start=2023, end=2023, profile=(shares(0, 100),)),
        funded("A.1", start=2018, end=2030, profile=(shares(60, 40),)),
        funded("A.1", end=2024, profile=(shares(60, 40, level=50), shares(60, 40, level=100))),
        funded("A.1", profile=(shares(60, 40, fund="XB"),)),
        funded("B.1", spent=2000, delivered=100),
        replace(FUNDED, funds=(RB, replace(XB, cap=5, carry_over=True, amounts=(6000, 1000)))),
        replace(funded("B.1", adopted=0), allowed_changes=0, allowed_drops=0),
        replace(FUNDED, first_open_year=2023, later_start=True, continuity=True),
        replace(PLAN, first_open_year=2050),
    ],
)
def test_time_and_money_on_the_edge_are_let_through(plan: Plan) -> None:
    assert found(plan) == []


def test_faults_of_periods_are_not_said_again_of_every_output() -> None:
    plan = replace(funded("A.1", start=2024), periods=(FIRST, Period("b", 2023, 2022)))
    assert found(plan) == [(ERROR, "period-years", "b")]
