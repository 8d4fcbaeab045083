"""Content keys follow what an output is, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.keys import content_keys, normalise
from optimizer.plan import Component, Level, Output, Plan, Status
from tests.example import PLAN

KEYS = dict(zip((output.id for output in PLAN.outputs), content_keys(PLAN), strict=True))


def with_output(key: str, **changes: object) -> Plan:
    return replace(PLAN, outputs=tuple(replace(o, **changes) if o.id == key else o for o in PLAN.outputs))


def with_component(key: str, **changes: object) -> Plan:
    return replace(PLAN, components=tuple(replace(c, **changes) if c.id == key else c for c in PLAN.components))


def changed(plan: Plan) -> set[str]:
    """Ids of the outputs whose key differs from the example's."""
    return {output.id for output, key in zip(plan.outputs, content_keys(plan), strict=True) if key != KEYS[output.id]}


def test_keys_of_different_outputs_differ() -> None:
    assert len(set(KEYS.values())) == len(PLAN.outputs)
    assert all(len(key) == 64 for key in KEYS.values())


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (with_output("B.3", title="Another title"), {"B.3"}),
        (with_output("A.1", title="Another title"), {"A.1", "A.2"}),  # A.2 requires it
        (with_output("B.4", title="Another title"), {"B.4", "A.2", "B.2"}),  # groups and a link mention it
        (with_output("B.3", cost=1500, minimum=1500), {"B.3"}),
        (with_output("A.1", minimum=2500), {"A.1"}),
        (with_output("B.2", explicit_levels=(Level(1500, 41), Level(5000, 100))), {"B.2"}),
        (with_output("B.3", scores=(Fraction("90.5"),)), {"B.3"}),
        (with_output("B.3", tags=(("x",),)), {"B.3"}),
        (with_output("B.3", start=2024), {"B.3"}),
        (with_output("B.3", end=2024), {"B.3"}),
        (with_output("B.3", earliest_start=2024), {"B.3"}),
        (with_component("A", title="Renamed"), {"A.1", "A.2"}),
        (replace(PLAN, links=PLAN.links[:1]), {"B.2", "B.4"}),
        (replace(PLAN, links=(PLAN.links[0], replace(PLAN.links[1], share=71))), {"B.2", "B.4"}),
        (replace(PLAN, groups=PLAN.groups[1:]), {"A.2", "B.4"}),
        (replace(PLAN, groups=(replace(PLAN.groups[0], k=2), PLAN.groups[1])), {"A.2", "B.4"}),
        (replace(PLAN, delivery_step=25), {"A.1", "B.1"}),  # the outputs whose levels the step makes
    ],
)
def test_what_an_output_is_changes_its_key(plan: Plan, expected: set[str]) -> None:
    assert changed(plan) == expected


@pytest.mark.parametrize(
    "plan",
    [
        with_output("B.3", status=Status.OPEN),
        with_output("B.1", status=Status.OPEN, committed=0, reason=""),
        with_output("B.3", comment="seen", unit="Geneva", cost_basis="contract", short_title="B", judged=(True,)),
        with_output("B.3", title="  TITLE of\u00a0b.3 "),  # spaces and case
        with_output("A.2", tags=(("y", "x"),)),
        with_component("A", weight=Fraction(3), minimum=None, comment="seen"),
        replace(PLAN, title="Another plan", reference="x", status="cleared", version_label="2"),
        replace(PLAN, coverage=()),
        replace(PLAN, components=PLAN.components[::-1]),
        replace(PLAN, links=PLAN.links[::-1], groups=PLAN.groups[::-1]),
    ],
)
def test_what_has_been_decided_or_said_about_it_does_not(plan: Plan) -> None:
    assert changed(plan) == set()


def scaled(factor: int) -> Plan:
    def dearer(output: Output) -> Output:
        explicit = tuple(replace(level, amount=level.amount * factor) for level in output.explicit_levels)
        return replace(output, cost=output.cost * factor, minimum=output.minimum * factor, explicit_levels=explicit)

    return replace(PLAN, outputs=tuple(map(dearer, PLAN.outputs)), unit_of_account=PLAN.unit_of_account * factor)


@pytest.mark.parametrize("factor", [2, 7, 1000])
def test_the_unit_of_money_does_not(factor: int) -> None:
    assert changed(scaled(factor)) == set()


def test_ids_and_order_of_rows_do_not() -> None:
    rng = random.Random(5)
    names = {output.id: f"n{rng.random()}" for output in PLAN.outputs}
    outputs = rng.sample([replace(o, id=names[o.id], component=o.component * 2) for o in PLAN.outputs], len(PLAN.outputs))
    plan = replace(
        PLAN,
        outputs=tuple(outputs),
        components=tuple(replace(component, id=component.id * 2) for component in PLAN.components),
        links=tuple(replace(link, output=names[link.output], requires=names[link.requires]) for link in PLAN.links),
        groups=tuple(replace(g, members=tuple(names[m] for m in reversed(g.members))) for g in PLAN.groups),
    )
    found = dict(zip((output.id for output in plan.outputs), content_keys(plan), strict=True))
    assert {key: found[names[key]] for key in KEYS} == KEYS


def test_outputs_alike_have_equal_keys() -> None:
    """B.3 has no links; a second one under another id is the same to every reader."""
    twin = replace(PLAN.outputs[4], id="B.9", status=Status.OPEN)
    keys = content_keys(replace(PLAN, outputs=(*PLAN.outputs, twin)))
    assert keys[-1] == keys[4] == KEYS["B.3"]


def test_a_plan_without_any_cost() -> None:
    free = Plan("t", "US$", (Component("k", "K"),), (), (Output("1", "k", "One", 0, 0, ()),))
    assert len(content_keys(free)) == 1


@pytest.mark.parametrize("same", [str.upper, lambda t: f" {t}\t", lambda t: t.replace(" ", "  "), lambda t: t.replace("fi", "ﬁ")])
def test_normalised_text(same: Callable[[str], str]) -> None:
    assert normalise(same("a first Title")) == "a first title"
