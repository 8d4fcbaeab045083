"""The resolver gives what a fresh solve gives, whatever it was asked before; and so does the deriver beside derive()."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import optimizer
from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.analysis.best import levels_of
from optimizer.audit import audit
from optimizer.batch.deriver import Deriver
from optimizer.canonical import weights
from optimizer.dynamic import certify
from optimizer.findings import InputRefused
from optimizer.formulate import formulate
from optimizer.optimize import optimize
from optimizer.overrides import Change
from optimizer.plan import Basis, Coverage, Limit, Plan, Status
from optimizer.program import Termination
from optimizer.resolving import halves, listing, resolver
from optimizer.resolving.resolver import (
    BY_BOUND,
    BY_FRESH_SOLVE,
    BY_MERGING,
    BY_PROGRAMME,
    BY_WINDOW,
    Brief,
    Resolver,
)
from optimizer.resolving.ties import ranks
from optimizer.result import Outcome, Result
from optimizer.rules import LevelColumns
from optimizer.scenario import Scenario, ScenarioSpec, derive
from tests.differential import cbc
from tests.oracle import Question
from tests.plans import question
from tests.property.checks import outcome, repeatable

OFFERED = ("delivery", "money-weighted")


def asked_quickly(asked: Question) -> Question:
    """The question with an objective and resources that need no fresh solve."""
    spec = asked.spec
    if spec.objective not in OFFERED:
        spec = replace(spec, objective="delivery")
    if spec.resources.basis is Basis.FUNDS:
        spec = replace(spec, resources=Limit(Basis.ESTIMATE, Fraction(60)))
    return Question(asked.plan, spec)


def given(scenario: Scenario, brief: Brief) -> Allocation:
    pairs = zip(scenario.plan.levels, brief.levels, strict=True)
    return Allocation(tuple(Delivery(of[l - 1].amount, of[l - 1].share) if l else NOTHING for of, l in pairs))


def compare(scenario: Scenario, expected: Outcome, resolver: Resolver) -> Brief:
    """Both answers of a resolver against a fresh solve, and against the exact audit."""
    brief, value_only = resolver.answer(scenario), resolver.answer(scenario, all_stages=False)
    assert (brief.value is None) == (value_only.value is None) == (not isinstance(expected, Result))
    if not isinstance(expected, Result):
        assert (brief.termination, brief.value, brief.levels) == (expected.termination, None, ())
        assert value_only.termination is expected.termination
        return brief
    for found in (brief, value_only):
        assert found.proved or not expected.proof.proved
        if found.path != BY_FRESH_SOLVE:
            audited = audit(scenario, given(scenario, found))
            assert (audited.breaches, audited.value, audited.spend) == ((), found.value, found.spend)
    if expected.proof.proved:
        assert brief.value == value_only.value == expected.audit.value
        if expected.termination is Termination.OPTIMAL:  # else ties were not settled in time
            assert brief.spend == expected.audit.spend
            assert brief.levels == levels_of(scenario, expected.allocation)
    return brief


@pytest.mark.instances(12)
def test_random_plans_are_answered_as_by_a_fresh_solve(seeds: range) -> None:
    """Every family of rules and every objective."""
    for seed in seeds:
        scenario = derive(question(seed).plan, question(seed).spec)
        with repeatable(seed):
            compare(scenario, outcome(seed), Resolver(scenario.plan))


@pytest.mark.instances(20)
def test_random_plans_by_the_quick_ways(seeds: range) -> None:
    """The same without funds, tiers and balance: hardly any is left to a fresh solve."""
    paths = Counter[str]()
    for seed in seeds:
        asked = asked_quickly(question(seed))
        scenario = derive(asked.plan, asked.spec)
        with repeatable(seed):
            paths[compare(scenario, optimize(scenario), Resolver(scenario.plan)).path] += 1
    if len(seeds) > 10:
        assert paths[BY_FRESH_SOLVE] < 0.25 * len(seeds), paths


@pytest.mark.instances(12)
def test_a_resolver_remembers_nothing_that_matters(seeds: range) -> None:
    """Changed resources, floors, weights, costs and statuses, one after the other with one resolver, answered as by a new one."""
    for seed in seeds:
        asked = asked_quickly(question(seed))
        rng, resolver, deriver = random.Random(seed), Resolver(asked.plan), Deriver(asked.plan)
        with repeatable(seed):
            for _ in range(6):
                spec = replace(asked.spec, changes=tuple(changes(asked.plan, rng)), resources=resources(asked.plan, rng))
                try:
                    scenario = derive(asked.plan, spec)
                except InputRefused as refused:
                    said = refused.findings
                    with pytest.raises(InputRefused) as also:
                        deriver.derive(spec)
                    assert list(also.value.findings) == list(said)
                    continue
                assert deriver.derive(spec) == scenario
                for all_stages in (True, False):
                    known, new = resolver.answer(scenario, all_stages), Resolver(asked.plan).answer(scenario, all_stages)
                    assert (known.termination, known.value) == (new.termination, new.value)
                    assert known.levels == new.levels or not all_stages


def resources(plan: Plan, rng: random.Random) -> Limit:
    return Limit(Basis.ESTIMATE, Fraction(rng.randint(200, 1000), 10))


def changes(plan: Plan, rng: random.Random) -> Iterator[Change]:
    """Some that make no sense for the plan among them."""
    for criterion in rng.sample(plan.criteria, rng.randint(0, len(plan.criteria))):
        yield Change("criterion", criterion.id, "weight", str(rng.randint(0, 40)))
    for component in rng.sample(plan.components, rng.randint(0, len(plan.components))):
        yield Change("component", component.id, "weight", f"{rng.randint(5, 20) / 10}")
        yield Change("component", component.id, rng.choice(("minimum", "maximum")), f"{rng.randint(0, 105)}% of estimate")
    for output in rng.sample(plan.outputs, rng.randint(0, min(4, len(plan.outputs)))):
        setting, value = rng.choice(
            (
                ("cost", output.cost * rng.randint(80, 125) // 100),
                ("minimum viable amount", rng.randint(0, output.cost)),
                ("status", rng.choice(list(Status))),
                ("end", rng.randint(2018, 2028)),
                ("adopted amount", rng.randint(0, output.cost)),
            )
        )
        yield Change("output", output.id, setting, str(value))
    if rng.random() < 0.1:
        yield Change("plan", "*", "delivery step", str(rng.randint(5, 50)))


@cache
def shipped() -> Plan:
    """The shipped plan, with coverage."""
    plan = optimizer.read_workbook("inputs/plan_outputs.xlsx").plan
    coverage = tuple(Coverage("P&B outputs", tag, least) for tag, least in (("2.1", 8), ("1.4", 4)))
    return replace(plan, coverage=coverage)


def what_if(plan: Plan, rng: random.Random, objective: str = "delivery", unit: int = 10_000) -> Scenario:
    """Resources, floors, weights and the costs of five outputs are others; costs in multiples of the unit."""
    made = [Change("criterion", c.id, "weight", str(rng.randint(0, 40))) for c in plan.criteria]
    made += [Change("component", c.id, "minimum", f"{rng.randint(20, 60)}% of estimate") for c in plan.components]
    free = [o for o in plan.outputs if o.status is Status.OPEN and not o.spent and not o.explicit_levels]
    for output in rng.sample(free, 5):
        cost = output.cost * rng.randint(80, 120) // (100 * unit) * unit
        made.append(Change("output", output.id, "cost", str(max(cost, output.minimum))))
    limit = Limit(Basis.ESTIMATE, Fraction(rng.randint(480, 1000), 10))
    return derive(plan, ScenarioSpec("what if", limit, objective, changes=tuple(made)))


@pytest.mark.instances(20)
def test_the_shipped_plan_against_the_dynamic_programme(seeds: range) -> None:
    """Delivery steps, links, minima, commitments; without coverage, which the programme does not take."""
    plan = replace(shipped(), coverage=())
    resolver = Resolver(plan)
    for seed in range(seeds.start, seeds.start + len(seeds) // 10):
        scenario = what_if(plan, random.Random(seed))
        with repeatable(seed):
            brief = resolver.answer(scenario)
            certificate = certify(scenario)
            assert certificate is not None
            if certificate.allocation is None:
                assert brief.termination is Termination.INFEASIBLE
                continue
            audited = audit(scenario, given(scenario, brief))
            assert not audited.breaches
            assert (brief.value, brief.spend) == (audited.value, audited.spend)
            best = audit(scenario, certificate.allocation)
            assert (audited.value, audited.spend, audited.in_part) == (best.value, best.spend, best.in_part)
            if certificate.allocations == 1:
                assert brief.levels == levels_of(scenario, certificate.allocation)


@cbc.needed
@pytest.mark.instances(20)
def test_all_or_nothing_against_cbc(seeds: range) -> None:
    """With coverage; CBC may be wrong, so its point counts only as something that must not be better."""
    whole = tuple(replace(output, minimum=output.cost, explicit_levels=()) for output in shipped().outputs)
    plan = replace(shipped(), outputs=whole)
    resolver = Resolver(plan)
    agreed = 0
    for seed in seeds:
        scenario = what_if(plan, random.Random(seed))
        brief = resolver.answer(scenario, all_stages=False)
        formulation = formulate(scenario)
        answer = cbc.ask(formulation.program, formulation.values[0])
        with repeatable(seed):
            if brief.value is not None:
                audited = audit(scenario, given(scenario, brief))
                assert (audited.breaches, audited.value) == ((), brief.value)
            if answer.point is None:
                agreed += brief.value is None
                continue
            theirs = audit(scenario, formulation.allocation(answer.point))
            assert brief.value is not None or theirs.breaches
            assert theirs.breaches or brief.value is None or theirs.value <= brief.value
            agreed += theirs.value == brief.value
    assert agreed >= 0.8 * len(seeds)


def test_every_way_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain lists, arrays, arrays whose states are merged."""
    plan = shipped()
    scenarios = [what_if(plan, random.Random(seed), unit=100) for seed in range(8)]
    plain = [Resolver(plan).answer(scenario) for scenario in scenarios]
    monkeypatch.setattr(listing, "MOST_OTHERS", -1)
    arrays = [Resolver(plan).answer(scenario) for scenario in scenarios]
    monkeypatch.setattr(halves, "FEW", 0)
    merged = [Resolver(plan).answer(scenario) for scenario in scenarios]
    for answers in zip(plain, arrays, merged, strict=True):
        assert len({(answer.value, answer.spend, answer.levels) for answer in answers}) == 1
    assert BY_MERGING in {answer.path for answer in merged}
    assert {answer.path for answer in arrays} <= {BY_WINDOW, BY_MERGING, BY_BOUND}


@pytest.mark.instances(12)
def test_merging_settles_ties_canonically(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random plans have many ties; merged from the first state on, the canonical choice among them is still found."""
    monkeypatch.setattr(listing, "MOST_OTHERS", -1)
    monkeypatch.setattr(halves, "FEW", 0)
    monkeypatch.setattr(halves, "UNMERGED", 0)
    for seed in seeds:
        asked = asked_quickly(question(seed))
        scenario = derive(asked.plan, asked.spec)
        with repeatable(seed):
            compare(scenario, optimize(scenario), Resolver(scenario.plan))


@pytest.mark.instances(20)
def test_the_dynamic_programme_gives_the_same(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where windows are given up at once, for all that the programme takes."""
    monkeypatch.setattr(listing, "MOST_OTHERS", -1)
    monkeypatch.setattr(halves, "FEW", 0)
    monkeypatch.setattr(resolver, "BRIEFLY", (0, 1))
    paths = Counter[str]()
    for seed in seeds:
        asked = asked_quickly(question(seed))
        scenario = derive(asked.plan, asked.spec)
        with repeatable(seed):
            paths[compare(scenario, optimize(scenario), Resolver(scenario.plan)).path] += 1
    if len(seeds) > 10:
        assert paths[BY_PROGRAMME] > 2, paths


def test_where_minima_leave_little_choice_the_dynamic_programme_answers() -> None:
    """Half of the estimate: windows hold more allocations than can be looked at, and a fresh solve takes seconds."""
    plan = replace(shipped(), coverage=())
    scenario = derive(plan, ScenarioSpec("half", Limit(Basis.ESTIMATE, Fraction(50))))
    brief, certificate = Resolver(plan).answer(scenario), certify(scenario)
    assert certificate is not None
    assert certificate.allocation is not None
    best = audit(scenario, certificate.allocation)
    assert (brief.path, brief.value, brief.spend) == (BY_PROGRAMME, best.value, best.spend)


@pytest.mark.instances(60)
def test_ranks_order_as_the_canonical_choice_does(seeds: range) -> None:
    """Any two ways to deliver the outputs compare alike by ranks and by the weights of optimizer/canonical.py."""
    for seed in seeds:
        asked = asked_quickly(question(seed))
        scenario = derive(asked.plan, asked.spec)
        rng, levels = random.Random(seed), scenario.plan.levels
        columns = LevelColumns.of(scenario.plan)
        weight = weights(scenario, columns)
        ids = [output.id for output in scenario.plan.outputs]
        found = ranks(scenario.keys, ids, 1 + max(map(len, levels)))
        drawn = [[rng.randint(0, len(of)) for of in levels] for _ in range(8)]
        by_ranks = [tuple(found[:, np.arange(len(ids)), way].sum(axis=1).tolist()) for way in drawn]
        by_weights = [
            sum(weight.get(columns.at_least(i, l), 0) for i, level in enumerate(way) for l in range(1, level + 1))
            for way in drawn
        ]
        with repeatable(seed):
            for a in range(len(drawn)):
                for b in range(a):
                    assert (by_ranks[a] < by_ranks[b], by_ranks[a] == by_ranks[b]) == (
                        by_weights[a] < by_weights[b],
                        by_weights[a] == by_weights[b],
                    )
