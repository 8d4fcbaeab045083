"""Named changes: what each setting does, what is refused and in which words; settings on top of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from optimizer.findings import Finding, InputRefused
from optimizer.overrides import Change, apply, known_settings
from optimizer.plan import Basis, Limit, Plan, Status
from optimizer.scenario import ScenarioSpec, derive, with_settings
from tests.example import PLAN

HALF = ScenarioSpec("half", Limit(Basis.ESTIMATE, Fraction(50)))


def applied(*changes: Change) -> Plan:
    findings: list[Finding] = []
    plan = apply(PLAN, changes, findings)
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
    ],
    ids=str,
)
def test_refused(change: Change, words: str) -> None:
    findings: list[Finding] = []
    assert apply(PLAN, (change,), findings) == PLAN
    (finding,) = findings
    assert words in finding.expected


def test_all_refusals_at_once_with_their_places() -> None:
    wrong = (Change("output", "X", "cost", "1", "Scenario changes!D7"), Change("plan", "*", "size", "1", "Scenario changes!D9"))
    with pytest.raises(InputRefused) as refused:
        derive(PLAN, ScenarioSpec("s", HALF.resources, "deliver", changes=wrong))
    assert [finding.cell for finding in refused.value.findings] == ["D7", "D9", ""]
    assert "did you mean delivery" in refused.value.findings[2].expected


def test_every_known_setting_can_be_set() -> None:
    examples = {"status": "open", "minimum": "none", "maximum": "none"}
    items = {"output": "A.1", "component": "A", "criterion": "need", "plan": "*"}
    for kind, item in items.items():
        for setting in known_settings(PLAN, kind):
            applied(Change(kind, item, setting, examples.get(setting, "50")))


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


def test_keys_are_those_of_the_plan_as_read() -> None:
    """So that the canonical choice does not move with the scenario."""
    assert derive(PLAN, with_settings(HALF, ("output.A.1.cost=9000",))).keys == derive(PLAN, HALF).keys


def test_resources_are_whole_units() -> None:
    assert derive(PLAN, with_settings(HALF, ("resources=33.333%",))).resources == 5333  # 5,333.28
