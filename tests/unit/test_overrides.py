"""Named changes: what each setting does, what is refused and in which words; settings on top of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.findings import Finding, InputRefused
from optimizer.fund import Fund
from optimizer.lifting import liftable
from optimizer.overrides import Change, apply, known_settings
from optimizer.plan import Basis, Level, Limit, Plan, Status
from optimizer.proportion import at_cost
from optimizer.scenario import ScenarioSpec, derive, rules, with_settings
from optimizer.timing import Period
from tests.example import PLAN

HALF = ScenarioSpec("half", Limit(Basis.ESTIMATE, Fraction(50)))
FUNDED = replace(
    PLAN,
    periods=(Period("2022–23", 2022, 2023), Period("2024–25", 2024, 2025)),
    funds=(
        Fund("RB", "Regular budget", "regular budget", (5000, 4000), carry_over=True, cap=100),
        Fund("XB.1", "Projects", "projects", (3000, 0), components=("A",), outputs=("B.1",), tags=("y",)),
    ),
)


def applied(*changes: Change, plan: Plan = PLAN) -> Plan:
    findings: list[Finding] = []
    plan = apply(plan, changes, findings)
    assert not findings
    return plan


def output(plan: Plan, key: str) -> object:
    return plan.outputs[plan.index[key]]


@pytest.mark.parametrize(
    ("change", "read", "expected"),
    [
        (Change("output", "A.1", "cost", "5000"), lambda p: output(p, "A.1").cost, 5000),
        (Change("output", "A.1", "cost", "5000"), lambda p: output(p, "A.1").minimum, 2000),
        (Change("output", "A.2", "cost", "5000"), lambda p: output(p, "A.2").minimum, 5000),  # stays all or nothing
        (Change("output", "A.1", "minimum viable amount", "4000"), lambda p: output(p, "A.1").minimum, 4000),
        (Change("output", "A.1", "Minimum_Viable-Amount", "4000"), lambda p: output(p, "A.1").minimum, 4000),
        (Change("output", "B.4", "status", "Deferred"), lambda p: output(p, "B.4").status, Status.DEFERRED),
        (Change("output", "B.1", "committed amount", "2000"), lambda p: output(p, "B.1").committed, 2000),
        (Change("output", "A.1", "score need", "12.5"), lambda p: output(p, "A.1").scores, (Fraction(25, 2),)),
        (Change("output", "*", "status", "open"), lambda p: {o.status for o in p.outputs}, {Status.OPEN}),
        (Change("component", "A", "weight", "1.5"), lambda p: p.component("A").weight, Fraction(3, 2)),
        (Change("component", "A", "minimum", "none"), lambda p: p.component("A").minimum, None),
        (
            Change("component", "B", "maximum", "55% of resources"),
            lambda p: p.component("B").maximum,
            Limit(Basis.RESOURCES, Fraction(55)),
        ),
        (Change("component", "*", "minimum", "0"), lambda p: [c.minimum.value for c in p.components], [0, 0]),
        (Change("criterion", "need", "weight", "40"), lambda p: p.criteria[0].weight, 40),
        (Change("plan", "*", "delivery step", "10%"), lambda p: p.delivery_step, 10),
        (Change("plan", "*", "unit of account", "1000"), lambda p: p.unit_of_account, 1000),
    ],
    ids=lambda x: str(x) if isinstance(x, Change) else "",
)
def test_settings(change: Change, read: Callable[[Plan], object], expected: object) -> None:
    assert read(applied(change)) == expected


@pytest.mark.parametrize(
    ("change", "read", "expected"),
    [
        (Change("fund", "XB.1", "carry-over", "Yes"), lambda p: p.funds[1].carry_over, True),
        (Change("fund", "RB", "carry over", "no"), lambda p: p.funds[0].carry_over, False),
        (Change("fund", "RB", "cap", "0"), lambda p: p.funds[0].cap, 0),
        (Change("fund", "RB", "cap", "none"), lambda p: p.funds[0].cap, None),
        (Change("fund", "XB.1", "restriction", "None"), lambda p: p.funds[1].restricted, False),
        (Change("fund", "RB", "amount 2024–25", "7"), lambda p: p.funds[0].amounts, (5000, 7)),
        (Change("fund", "*", "Amount 2022 - 23", "0"), lambda p: [f.amounts for f in p.funds], [(0, 4000), (0, 0)]),
        (Change("output", "A.1", "tier", "2"), lambda p: output(p, "A.1").tier, 2),
        (Change("output", "*", "tier", "none"), lambda p: {o.tier for o in p.outputs}, {None}),
        (Change("output", "A.1", "earliest start", "2024"), lambda p: output(p, "A.1").earliest_start, 2024),
        (Change("output", "A.1", "start", "2024"), lambda p: output(p, "A.1").start, 2024),
        (Change("output", "A.1", "end", "none"), lambda p: output(p, "A.1").end, None),
        (Change("output", "A.1", "spent", "10"), lambda p: output(p, "A.1").spent, 10),
        (Change("output", "A.1", "delivered", "10%"), lambda p: output(p, "A.1").delivered, 10),
        (Change("output", "A.1", "adopted amount", "0"), lambda p: output(p, "A.1").adopted, 0),
        (Change("output", "A.1", "adopted amount", "none"), lambda p: output(p, "A.1").adopted, None),
        (Change("plan", "*", "first open year", "2024"), lambda p: p.first_open_year, 2024),
        (Change("plan", "*", "first open year", "none"), lambda p: p.first_open_year, None),
        (Change("plan", "*", "later start", "yes"), lambda p: p.later_start, True),
        (Change("plan", "*", "continuity", "yes"), lambda p: p.continuity, True),
        (Change("plan", "*", "allowed changes", "0"), lambda p: p.allowed_changes, 0),
        (Change("plan", "*", "allowed drops", "none"), lambda p: p.allowed_drops, None),
    ],
    ids=lambda x: str(x) if isinstance(x, Change) else "",
)
def test_settings_of_money_and_time(change: Change, read: Callable[[Plan], object], expected: object) -> None:
    assert read(applied(change, plan=FUNDED)) == expected


def test_periods_that_differ_only_by_dashes_and_digits_are_told_apart() -> None:
    plan = replace(FUNDED, periods=(Period("1-12", 2022, 2023), Period("11-2", 2024, 2025)))
    assert applied(Change("fund", "RB", "amount 11–2", "7"), plan=plan).funds[0].amounts == (5000, 7)
    assert applied(Change("fund", "RB", "amount 1-12", "7"), plan=plan).funds[0].amounts == (7, 4000)


def test_only_the_item_named_changes() -> None:
    plan = applied(Change("output", "A.1", "status", "deferred"))
    assert [after for before, after in zip(PLAN.outputs, plan.outputs, strict=True) if before != after] == [output(plan, "A.1")]
    assert applied() is PLAN


def test_the_later_change_counts() -> None:
    plan = applied(Change("component", "*", "weight", "2"), Change("component", "B", "weight", "3"))
    assert [component.weight for component in plan.components] == [2, 3]


def test_levels_follow_the_change() -> None:
    plan = applied(Change("output", "A.1", "cost", "8000"), Change("plan", "*", "delivery step", "25"))
    assert [(level.amount, level.share) for level in plan.levels[0]] == [(2000, 25), (4000, 50), (6000, 75), (8000, 100)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("outputs", "A.1", "cost", "1"), "did you mean output"),
        (Change("output", "A.11", "cost", "1"), "did you mean A.1"),
        (Change("output", "A.1", "costs", "1"), "did you mean cost"),
        (Change("output", "A.1", "score urgency", "1"), "score need"),
        (Change("output", "A.1", "cost", "5k"), "whole number"),
        (Change("output", "A.1", "score need", "101"), "0 to 100"),
        (Change("output", "A.1", "status", "locked"), "open, committed, deferred"),
        (Change("output", "B.2", "cost", "6000"), "explicit levels"),
        (Change("output", "B.2", "minimum viable amount", "6000"), "explicit levels"),
        (Change("output", "*", "cost", "6000"), "explicit levels"),
        (Change("component", "C", "weight", "1"), "no component"),
        (Change("component", "A", "minimum", "60%"), "of what"),
        (Change("component", "A", "weight", "-1"), ">= 0"),
        (Change("criterion", "needs", "weight", "1"), "did you mean need"),
        (Change("plan", "*", "delivery step", "0"), "1 to 100"),
        (Change("plan", "*", "delivery step", "101"), "1 to 100"),
        (Change("plan", "*", "unit of account", "0"), "at least 1"),
        (Change("plan", "*", "resources", "1"), "delivery step"),
        (Change("fund", "RBX", "cap", "1"), "did you mean RB?"),
        (Change("fund", "RB", "caps", "1"), "did you mean cap?"),
        (Change("fund", "RB", "cap", "-1"), ", or none, is expected"),
        (Change("fund", "RB", "carry-over", "maybe"), "one of yes, no"),
        (Change("fund", "RB", "restriction", "A"), "none is expected"),
        (Change("fund", "RB", "amount 2022–24", "1"), "did you mean amount 2022–23?"),
        (Change("fund", "RB", "amount 2022–23", "none"), "whole number"),
        (Change("output", "A.1", "tier", "0"), "at least 1, or none, is expected"),
        (Change("output", "A.1", "start", "24"), "a year of four digits, or none,"),
        (Change("output", "A.1", "delivered", "0.5"), "a whole percentage"),
        (Change("output", "A.1", "spent", "none"), "whole number"),
        (Change("plan", "*", "later start", "none"), "one of yes, no"),
        (Change("plan", "*", "allowed changes", "few"), ", or none, is expected"),
    ],
    ids=str,
)
def test_refused(change: Change, words: str) -> None:
    findings: list[Finding] = []
    assert apply(FUNDED, (change,), findings) == FUNDED
    (finding,) = findings
    assert words in finding.expected


def test_a_plan_without_funds_has_none_to_change() -> None:
    for item in ("RB", "*"):
        findings: list[Finding] = []
        apply(PLAN, (Change("fund", item, "cap", "1"),), findings)
        assert len(findings) == 1


def test_all_refusals_at_once_with_their_places() -> None:
    wrong = (Change("output", "X", "cost", "1", "Scenario changes!D7"), Change("plan", "*", "size", "1", "Scenario changes!D9"))
    with pytest.raises(InputRefused) as refused:
        derive(PLAN, ScenarioSpec("s", HALF.resources, "deliver", changes=wrong))
    assert [finding.cell for finding in refused.value.findings] == ["D7", "D9", ""]
    assert "did you mean delivery" in refused.value.findings[2].expected


def test_every_known_setting_can_be_set() -> None:
    examples = {"status": "open", "minimum": "none", "maximum": "none", "restriction": "none"}
    examples |= dict.fromkeys(("earliest start", "start", "end", "first open year"), "2022")
    examples |= dict.fromkeys(("carry-over", "later start", "continuity", "in force"), "yes")
    items = {"output": "A.1", "component": "A", "criterion": "need", "fund": "RB", "rule": "floor[A]", "plan": "*"}
    for kind, item in items.items():
        for setting in known_settings(FUNDED, kind):
            applied(Change(kind, item, setting, examples.get(setting, "50")), plan=FUNDED)


def test_a_change_that_makes_nonsense_is_refused() -> None:
    spec = with_settings(HALF, ("output.A.1.cost=1000",))  # below its minimum viable amount
    with pytest.raises(InputRefused, match=r"A\.1"):
        derive(PLAN, spec)


def test_settings_on_top_of_a_scenario() -> None:
    spec = with_settings(
        HALF,
        (
            "resources=75%",
            "objective=money-weighted",
            "output.A.1.status=deferred",
            "component.*.weight=2",
            "plan.delivery step=10",
        ),
    )
    scenario = derive(PLAN, spec)
    assert scenario.resources == 12_000  # 75 per cent of 16,000
    assert scenario.objective.name == "money-weighted"
    assert scenario.plan.outputs[0].status is Status.DEFERRED
    assert {component.weight for component in scenario.plan.components} == {2}
    assert scenario.plan.delivery_step == 10
    assert HALF.changes == ()


@pytest.mark.parametrize(
    "text", ["resources", "resources=", "resources=lots", "=5", "A.1=5", "output.status=open", "output.A.1.="]
)
def test_settings_that_say_nothing(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        derive(PLAN, with_settings(HALF, (text,)))
    assert text in str(refused.value)


def test_settings_of_funds_on_top_of_a_scenario() -> None:
    settings = ("resources=90% of funds", "fund.XB.1.amount 2022-23=2000", "plan.first open year=2024", "output.A.1.tier=1")
    spec = with_settings(HALF, settings)
    assert spec.resources == Limit(Basis.FUNDS, Fraction(90))
    assert [str(change) for change in spec.changes] == [
        "fund.XB.1.amount 2022-23=2000",
        "plan.*.first open year=2024",
        "output.A.1.tier=1",
    ]
    plan = applied(*spec.changes, plan=FUNDED)
    assert (plan.funds[1].amounts, plan.first_open_year, plan.outputs[0].tier) == ((2000, 0), 2024, 1)


def test_keys_are_those_of_the_plan_as_read() -> None:
    """So that the canonical choice does not move with the scenario."""
    assert derive(PLAN, with_settings(HALF, ("output.A.1.cost=9000",))).keys == derive(PLAN, HALF).keys


def test_resources_are_whole_units() -> None:
    assert derive(PLAN, with_settings(HALF, ("resources=33.333%",))).resources == 5333  # 5,333.28


def test_every_rule_that_can_be_lifted_is_gone_without_it() -> None:
    """By the keys that the rules themselves have; nothing else goes."""
    plan = replace(PLAN, allowed_changes=3, allowed_drops=2)
    before = {rule.key for rule in rules(plan, 1000)}
    assert len(liftable(plan)) >= 8
    for key in liftable(plan):
        assert key in before
        changed = applied(Change("rule", key, "in force", "no"), plan=plan)
        assert {rule.key for rule in rules(changed, 1000)} == before - {key}
    assert applied(Change("rule", "floor[A]", "in force", "yes"), plan=plan) == plan
    everything = applied(Change("rule", "*", "in force", "no"), plan=plan)
    assert liftable(everything) == []


@pytest.mark.parametrize(
    ("cost", "minimum", "committed", "levels"),
    [
        (600, 300, 150, [150, 600]),
        (1800, 900, 450, [450, 1800]),
        (1201, 610, 310, [310, 1201]),  # rounded up to tens
        (7, 7, 7, [7]),  # levels that come to the same are one
    ],
)
def test_a_cost_in_proportion_takes_what_belongs_to_it_along(cost: int, minimum: int, committed: int, levels: list[int]) -> None:
    output = replace(PLAN.outputs[0], cost=1200, minimum=600, committed=300, spent=50, adopted=600)
    output = replace(output, explicit_levels=(Level(300, 20), Level(1200, 100)))
    found = at_cost(output, cost, 10)
    assert (found.cost, found.minimum, found.committed) == (cost, minimum, committed)
    assert [level.amount for level in found.explicit_levels] == levels
    assert found.explicit_levels[-1].share == 100
    assert (found.spent, found.adopted) == (50, 600), "facts stay"
