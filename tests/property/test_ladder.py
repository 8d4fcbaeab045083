"""The ladder is what looking at every nested list gives: every objective and family of rules, with and without its short cuts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from operator import itemgetter

import pytest

from optimizer.allocation import Allocation
from optimizer.analysis import ladder as module
from optimizer.analysis.ladder import Ladder, Unnested, ladder
from optimizer.audit import audit
from optimizer.files.codec import dumps, loads
from optimizer.plan import Basis, Limit
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.scenario import Scenario, derive
from tests.oracle import Question, Received_by_output, is_partial
from tests.plans import question
from tests.projects import Projects
from tests.property.checks import TELLING, received, repeatable, solve

MOST_ALLOCATIONS = 400  # of a plan: each is looked at, at each level, with each of the level before
FACTORS = (Fraction(1, 2), Fraction(4, 5), Fraction(9, 10), Fraction(1), Fraction(1), Fraction(6, 5), Fraction(3, 2))

Key = tuple[Fraction | int, ...]  # minus the weighted figures that the objective compares, then spend, partial deliveries, delay


def levels(seed: int) -> tuple[list[Question], list[Fraction]]:
    """A drawn plan with one to three amounts of resources, mostly near its own, and weights."""
    rng, asked = random.Random(seed), question(seed)
    factors = sorted(rng.choice(FACTORS) for _ in range(rng.choice((1, 2, 2, 3))))
    weights = [Fraction(rng.randint(1, 9), rng.choice((1, 10))) for _ in factors]
    return [Question(asked.plan, replace(asked.spec, resources=_scaled(asked, factor))) for factor in factors], weights


def _scaled(asked: Question, factor: Fraction) -> Limit:
    limit = asked.spec.resources
    if limit.basis is Basis.AMOUNT:  # a plan drawn without money may have a level with some
        return Limit(Basis.AMOUNT, Fraction(int(limit.value * factor)))
    return Limit(limit.basis, limit.value * factor)


def small(seeds: range) -> Iterator[tuple[int, list[Question], list[Fraction]]]:
    for seed in seeds:
        if question(seed).size <= MOST_ALLOCATIONS and question(seed).reach <= TELLING // 100:
            yield seed, *levels(seed)


def enumerated(asked: list[Question], weights: list[Fraction]) -> tuple[int, Key | None]:
    """The first level that cannot be met with those before it, or the best key of all nested lists. Sums keep their order."""
    reached: list[tuple[Key, Received_by_output]] = []
    for t, (level, weight) in enumerate(zip(asked, weights, strict=True)):
        own = list(_own(level, weight / sum(weights)))
        if t:
            own = [(_sum(min(below), key), given) for key, given in own for below in [_below(reached, given)] if below]
        if not own:
            return t, None
        reached = own
    return len(asked), min(map(itemgetter(0), reached))


def _below(reached: list[tuple[Key, Received_by_output]], given: Received_by_output) -> list[Key]:
    return [key for key, lower in reached if all(a[:2] <= b[:2] for a, b in zip(lower, given, strict=True))]


def _own(asked: Question, weight: Fraction) -> Iterator[tuple[Key, Received_by_output]]:
    """What a level may have by its own rules; under *balanced* only what covers as much as can be."""
    feasible = [given for _, given in asked._affordable() if asked.feasible(given)]
    balanced = asked.spec.objective == "balanced"
    least = max(map(asked.coverage, feasible), default=Fraction(0)) if balanced else Fraction(0)
    for given in feasible:
        if not balanced or asked.coverage(given) == least:
            spend, partial = sum(one.amount for one in given), sum(map(is_partial, given))
            yield (*(-weight * figure for figure in asked.attained(given)), spend, partial, asked.delay(given)), given


def _sum(one: Key, other: Key) -> Key:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def key_of(found: Ladder, asked: list[Question]) -> Key:
    given = [received(rung.allocation) for rung in found.rungs]
    spend, partial = sum(one.amount for some in given for one in some), sum(is_partial(one) for some in given for one in some)
    delay = sum(level.delay(some) for level, some in zip(asked, given, strict=True))
    return (*(-figure for _, figure in found.attained), spend, partial, delay)


def _compare(asked: list[Question], weights: list[Fraction]) -> Ladder | None:
    scenarios = [derive(level.plan, level.spec) for level in asked]
    first, best = enumerated(asked, weights)
    found = ladder(scenarios, weights)
    if best is None:
        assert isinstance(found, Unnested)
        alone = [level.best is None for level in asked]
        assert (found.first, found.alone) == ((alone.index(True), True) if any(alone) else (first, False))
        return None
    assert isinstance(found, Ladder)
    assert found.proof.proved, found.proof.statement
    if found.settled:
        assert key_of(found, asked) == best
    else:
        assert key_of(found, asked)[: len(found.attained)] == best[: len(found.attained)]
    for level, scenario, rung in zip(asked, scenarios, found.rungs, strict=True):
        assert level.feasible(received(rung.allocation))
        assert level.best is not None
        assert rung.alone is not None
        assert tuple(figure for _, figure in rung.alone) == level.best.attained
        assert rung.attained == audit(scenario, rung.allocation).attained
    assert all(amount >= 0 for phase in found.added for amount in phase)
    return found


@pytest.mark.instances(100)
def test_the_ladder_is_that_of_enumeration(seeds: range) -> None:
    for seed, asked, weights in small(seeds):
        with repeatable(seed):
            _compare(asked, weights)


@pytest.mark.instances(60)
def test_the_program_alone_gives_the_same(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the levels' own lists, where these are nested, and without a list to start from."""
    monkeypatch.setattr(module, "nested_start", lambda *_: None)
    monkeypatch.setattr(module, "_within", lambda *_: False)
    for seed, asked, weights in small(seeds):
        with repeatable(seed):
            _compare(asked, weights)


@pytest.mark.instances(60)
def test_a_ladder_of_one_level_is_the_optimizers_choice(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "nested_start", lambda *_: None)
    monkeypatch.setattr(module, "_within", lambda *_: False)
    for seed, asked, _ in small(seeds):
        answer = solve(asked[-1])
        if isinstance(answer, Result) and answer.termination is Termination.OPTIMAL:
            with repeatable(seed):
                found = ladder([derive(asked[-1].plan, asked[-1].spec)])
                assert isinstance(found, Ladder)
                assert found.rungs[0].allocation == answer.allocation


@pytest.mark.instances(40)
def test_names_and_order_change_nothing(seeds: range) -> None:
    """Outputs in another order under other ids: the same list, but for outputs alike in everything that the plan says."""
    for seed, asked, weights in small(seeds):
        found = ladder(scenarios := [derive(level.plan, level.spec) for level in asked], weights)
        if not isinstance(found, Ladder) or not found.settled:
            continue
        order = list(range(len(asked[0].plan.outputs)))
        random.Random(seed).shuffle(order)
        again = ladder([_renamed(level, order) for level in asked], weights)
        with repeatable(seed):
            assert isinstance(again, Ladder)
            for before, after in zip(found.rungs, again.rungs, strict=True):
                assert _by_key(scenarios[0], before.allocation) == _by_key(scenarios[0], after.allocation, order)


def _renamed(asked: Question, order: list[int]) -> Scenario:
    plan = asked.plan
    names = {plan.outputs[i].id: f"n{place:02d}" for place, i in enumerate(order)}
    plan = replace(
        plan,
        outputs=tuple(replace(plan.outputs[i], id=names[plan.outputs[i].id]) for i in order),
        links=tuple(replace(link, output=names[link.output], requires=names[link.requires]) for link in plan.links),
        groups=tuple(replace(group, members=tuple(names[member] for member in group.members)) for group in plan.groups),
        funds=tuple(replace(fund, outputs=tuple(names[key] for key in fund.outputs)) for fund in plan.funds),
    )
    return derive(plan, asked.spec)


def _by_key(scenario: Scenario, allocation: Allocation, order: list[int] | None = None) -> list[tuple[str, int, int]]:
    places = order or range(len(scenario.keys))
    return sorted((scenario.keys[i], given.amount, given.share) for i, given in zip(places, allocation, strict=True))


def test_the_drawn_ladders_have_what_is_compared() -> None:
    """Every objective, lists that cost something, lists that cannot be, and funds come up."""
    drawn = [(asked, weights) for _, asked, weights in small(range(100))]
    results = [enumerated(asked, weights) for asked, weights in drawn if len(asked) > 1]
    assert {asked[0].spec.objective for asked, _ in drawn} == {"delivery", "money-weighted", "tiers", "balanced"}
    assert sum(best is None for _, best in results) > 3
    assert sum(best is not None for _, best in results) > 15
    assert sum(asked[0].by_funds for asked, _ in drawn) > 5


@pytest.mark.instances(5)
def test_projects_with_budgets_by_year(seeds: range) -> None:
    """All or nothing, several years, a budget by year at each level, the levels by their probabilities."""
    for seed in seeds:
        projects = Projects.drawn(random.Random(seed), count=6, years=3, scenarios=4)
        with repeatable(seed):
            found = ladder(projects.scenarios(), projects.weights)
            assert isinstance(found, Ladder)
            assert found.proof.proved
            assert found.settled
            assert found.attained[0][1] == projects.best_list()
            assert [sum(projects.budgets[t]) >= rung.allocation.spend for t, rung in enumerate(found.rungs)] == [True] * 4


def test_a_ladder_is_stored_and_read_back() -> None:
    found = ladder(Projects.drawn(random.Random(0), count=6, years=2, scenarios=3).scenarios())
    assert isinstance(found, Ladder)
    assert loads(dumps(found), Ladder) == found
