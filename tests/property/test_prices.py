"""Every price is what looking at every allocation gives, with the condition and without: all rules, all objectives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis.prices import EVERY, FUND, Price, prices
from optimizer.files.codec import dumps, loads
from optimizer.plan import Plan, Status
from optimizer.scenario import Scenario, derive
from tests.oracle import Question, Received_by_output
from tests.plans import question
from tests.property.checks import TELLING, repeatable

MOST_ALLOCATIONS = 250  # of a plan: each is looked at, once for each condition


def small(seeds: range) -> Iterator[tuple[int, Question, Scenario]]:
    for seed in seeds:
        asked = question(seed)
        if asked.size <= MOST_ALLOCATIONS and asked.reach <= TELLING and not (asked.by_funds and asked.plan.later_start):
            yield seed, asked, derive(asked.plan, asked.spec)


def lifted(plan: Plan, key: str) -> Plan:
    """The plan as it would be written without a condition."""
    kind, _, rest = key.partition("[")
    item = rest.removesuffix("]")
    if kind in ("floor", "ceiling"):
        setting = {"floor": "minimum", "ceiling": "maximum"}[kind]
        return replace(plan, components=tuple(replace(c, **{setting: None}) if c.id == item else c for c in plan.components))
    if kind in ("committed", "deferred"):
        outputs = (replace(o, status=Status.OPEN, committed=0) if o.id == item else o for o in plan.outputs)
        return replace(plan, outputs=tuple(outputs))
    if kind == "requires":
        return replace(plan, links=tuple(link for link in plan.links if f"{link.output},{link.requires}" != item))
    if kind in ("at most", "at least"):
        return replace(plan, groups=tuple(group for group in plan.groups if group.name != item))
    if kind == "coverage":
        return replace(plan, coverage=tuple(c for c in plan.coverage if f"{c.tag_column}:{c.tag}" != item))
    if kind == FUND:
        return replace(
            plan, funds=tuple(replace(f, components=(), outputs=(), tags=()) if f.id == item else f for f in plan.funds)
        )
    return replace(plan, **{{"changes": "allowed_changes", "drops": "allowed_drops"}[kind]: None})


def without(asked: Question, price: Price) -> tuple[Question, set[str]]:
    """The question without some conditions, and the families of those that no plan can be written without."""
    plan, ignored = asked.plan, set[str]()
    for key in price.keys:
        kind = key.partition("[")[0]
        if kind in ("continuity", "funds"):
            ignored.add(kind)
        else:
            plan = lifted(plan, key)
    return replace(asked, plan=plan), ignored


def allowed(asked: Question, ignored: set[str]) -> list[Received_by_output]:
    return [a for _, a in asked._affordable() if set(asked.faults(a)) <= ignored]


def compare(asked: Question, scenario: Scenario) -> int:
    """How many prices were compared."""
    found = prices(scenario, 600)
    assert (found is None) == (asked.best is None)
    if found is None or asked.best is None:
        return 0
    assert loads(dumps(found), type(found)) == found
    assert (tuple(figure for _, figure in found.attained), found.spend) == (asked.best.attained, asked.best.spend)
    compared = 0
    for price in {*found.families, *found.single, *([found.every] if found.every else [])}:
        if price.kind == "continuity" and price not in found.families:
            continue  # a plan has continuity or not
        other, ignored = without(asked, price)
        every = allowed(other, ignored)
        best = max(other.attained(a) for a in every)
        assert price.attained is not None, price
        assert tuple(figure for _, figure in price.attained) == best, price
        least = min(sum(r.amount for r in a) for a in every if other.attained(a) >= asked.best.attained)
        if price.saved is not None:
            assert price.saved == asked.best.spend - least, price
        elif asked.spec.objective == "delivery" and found.solves == 0:
            assert any("%" in str(c.minimum) + str(c.maximum) for c in asked.plan.components) or best > asked.best.attained
        gain = found.gain(price)
        assert gain is not None
        assert (gain[1] > 0) == (best > asked.best.attained)
        compared += 1
    return compared


@pytest.mark.instances(40)
def test_prices_are_those_of_enumeration(seeds: range) -> None:
    for seed, asked, scenario in small(seeds):
        with repeatable(seed):
            compare(asked, scenario)


@pytest.mark.instances(20)
def test_names_and_order_change_nothing(seeds: range) -> None:
    for seed, asked, scenario in small(seeds):
        with repeatable(seed):
            plan = asked.plan
            moved = replace(plan, outputs=plan.outputs[::-1], links=plan.links[::-1], groups=plan.groups[::-1])
            first, second = prices(scenario, 600), prices(derive(moved, asked.spec), 600)
            if first is None or second is None:
                assert first is second
                continue
            assert {(one.kind, frozenset(one.keys), one.attained, one.saved) for one in (*first.single, *first.families)} == {
                (one.kind, frozenset(one.keys), one.attained, one.saved) for one in (*second.single, *second.families)
            }


def test_the_seeds_have_prices_of_many_kinds() -> None:
    kinds, gains = set[str](), 0
    for _, asked, scenario in small(range(40)):
        found = prices(scenario) if asked.best is not None else None
        for price in found.families if found else ():
            kinds.add(price.kind)
            assert found is not None
            gain = found.gain(price)
            gains += gain is not None and gain[1] > Fraction(0)
    assert kinds >= {"floor", "ceiling", "committed", "deferred", "requires", "at most", "at least", "coverage"}, kinds
    assert gains > 3
    assert EVERY not in kinds
