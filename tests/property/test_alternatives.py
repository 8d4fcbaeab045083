"""Counts, shares and the most different are what looking at every allocation gives: all rules, all objectives, both methods."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis import alternatives as module
from optimizer.analysis import alternatives_blocks, alternatives_count, alternatives_portfolios
from optimizer.analysis.alternatives import BY_PROGRAMME, BY_SOLVER, Alternatives, Near, alternatives
from optimizer.analysis.alternatives_count import Count
from optimizer.analysis.alternatives_solver import MOST_FOUND
from optimizer.dynamic import NotApplicable
from optimizer.files.codec import dumps, loads
from optimizer.files.reader import read_workbook
from optimizer.scenario import Scenario, derive
from tests.oracle import Question, Received_by_output, is_funded, is_partial
from tests.plans import question
from tests.property.checks import TELLING, repeatable

MOST_ALLOCATIONS = 800  # of a plan: each is looked at
SHARES = (Fraction(0), Fraction(1, 100), Fraction(1, 7))
Portfolio = tuple[bool, ...]


def small(seeds: range, most: int = MOST_ALLOCATIONS) -> Iterator[tuple[int, Question, Scenario]]:
    for seed in seeds:
        asked = question(seed)
        if asked.size <= most and asked.reach <= TELLING:
            yield seed, asked, derive(asked.plan, asked.spec)


def refuse(*_: object) -> None:
    raise NotApplicable


def programmed(seeds: range, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Question, Scenario]]:
    """Those to which the dynamic programme applies with small tables; the solver is not there."""
    monkeypatch.setattr(module, "count_one_by_one", refuse)
    monkeypatch.setattr(module, "farthest", refuse)
    monkeypatch.setattr(alternatives_blocks, "MOST_CELLS", 200_000)
    for seed, asked, scenario in small(seeds):
        try:
            alternatives(scenario, Fraction(1, 100), 0)
        except NotApplicable:
            continue
        yield seed, asked, scenario


def feasible(asked: Question) -> list[Received_by_output]:
    return [allocation for _, allocation in asked._affordable() if asked.feasible(allocation)]


def within(asked: Question, allowed: Sequence[Received_by_output], share: Fraction) -> list[Received_by_output]:
    """Those that come within a share of the best in each figure."""
    assert asked.best is not None
    least = [figure * (1 - share) for figure in asked.best.attained]
    return [a for a in allowed if all(x >= y for x, y in zip(asked.attained(a), least, strict=True))]


def portfolio(allocation: Received_by_output) -> Portfolio:
    return tuple(map(is_funded, allocation))


def agrees(count: Count | None, members: Sequence[Portfolio], exact: bool) -> None:
    """A number is that of the members, or said to be a lower bound, which is for large numbers only."""
    assert count is not None
    if exact or count.exact:
        assert count.number == len(members)
        assert count.funded == tuple(sum(column) for column in zip(*members, strict=True))
    else:
        assert MOST_FOUND < count.number <= len(members)


def compare(asked: Question, found: Alternatives, share: Fraction) -> None:
    allowed, best = feasible(asked), asked.best
    assert best is not None
    assert tuple(figure for _, figure in found.attained) == best.attained
    exact = found.method == BY_PROGRAMME

    def as_expected(near: Near, members: Sequence[Received_by_output]) -> None:
        agrees(near.allocations, [portfolio(a) for a in members], exact)
        agrees(near.portfolios, sorted({portfolio(a) for a in members}), exact)

    as_expected(found.alike, sorted(best.ties))
    as_expected(found.equal, within(asked, allowed, Fraction(0)))
    as_expected(found.near, within(asked, allowed, share))
    different(asked, found, {portfolio(a) for a in within(asked, allowed, share)})


def different(asked: Question, found: Alternatives, portfolios: set[Portfolio]) -> None:
    """Each of the most different is as far as any can be from those before it, and within the share."""
    assert found.settled
    before = [tuple(level > 0 for level in found.levels)]

    def distance(one: Portfolio) -> int:
        return min(sum(a != b for a, b in zip(one, other, strict=True)) for other in before)

    for one in found.different:
        funded = tuple(level > 0 for level in one.levels)
        assert funded in portfolios
        assert distance(funded) == max(map(distance, portfolios)) > 0
        assert one.apart == tuple(sum(a != b for a, b in zip(funded, other, strict=True)) for other in before[1:])
        assert {*one.entering, *one.leaving} == {i for i, (a, b) in enumerate(zip(funded, before[0], strict=True)) if a != b}
        before.append(funded)
    if len(found.different) < found.asked:
        assert max(map(distance, portfolios)) == 0


@pytest.mark.instances(30)
def test_the_dynamic_programme_counts_what_enumeration_does(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed, asked, scenario in programmed(seeds, monkeypatch):
        with repeatable(seed):
            share = SHARES[seed % len(SHARES)]
            found = alternatives(scenario, share)
            assert (found is None) == (asked.best is None)
            if found is not None:
                compare(asked, found, share)
                assert (found.method, found.solves) == (BY_PROGRAMME, 0)
                assert loads(dumps(found), Alternatives) == found


@pytest.mark.instances(12)
def test_the_solver_counts_what_enumeration_does(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Structure", refuse)
    for seed, asked, scenario in small(seeds, 60):
        with repeatable(seed):
            share = SHARES[seed % len(SHARES)]
            found = alternatives(scenario, share, 2)
            assert (found is None) == (asked.best is None)
            if found is not None:
                assert found.method == BY_SOLVER
                compare(asked, found, share)


@pytest.mark.instances(20)
def test_bounds_of_what_is_too_much_to_count_are_bounds(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for a handful of states numbers are lower bounds, and said to be, unless they are exact."""
    for name, most in (("MOST_STATES", 6), ("MOST_PAIRS", 9), ("ROUGH_STATES", 4), ("ROUGH_PAIRS", 6)):
        monkeypatch.setattr(alternatives_count, name, most)
    monkeypatch.setattr(alternatives_portfolios, "MOST_POINTS", 6)
    monkeypatch.setattr(alternatives_portfolios, "MOST_PAIRS", 9)
    for seed, asked, scenario in programmed(seeds, monkeypatch):
        with repeatable(seed):
            found = alternatives(scenario, Fraction(1, 5), 0)
            if found is None:
                continue
            members = [portfolio(a) for a in within(asked, feasible(asked), Fraction(1, 5))]
            for count, every in ((found.near.allocations, members), (found.near.portfolios, set(members))):
                assert count is not None
                assert count.number == len(every) if count.exact else 0 < count.number <= len(every)


@pytest.mark.instances(12)
def test_names_and_order_change_nothing(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed, asked, scenario in programmed(seeds, monkeypatch):
        with repeatable(seed):
            rng = random.Random(seed)
            order = rng.sample(range(len(asked.plan.outputs)), len(asked.plan.outputs))
            outputs = tuple(asked.plan.outputs[i] for i in order)
            moved = derive(replace(asked.plan, outputs=outputs), asked.spec)
            first, second = alternatives(scenario, Fraction(1, 20), 2), alternatives(moved, Fraction(1, 20), 2)
            if first is None or second is None:
                assert first is second
                continue
            assert [_figures(near) for near in (first.alike, first.equal, first.near)] == [
                _figures(near, order) for near in (second.alike, second.equal, second.near)
            ]
            assert [len(one.entering + one.leaving) for one in first.different] == [
                len(one.entering + one.leaving) for one in second.different
            ]


def _figures(near: Near, order: Sequence[int] = ()) -> list[object]:
    found: list[object] = []
    for count in (near.allocations, near.portfolios):
        assert count is not None
        funded = count.funded
        if funded is not None and order:
            funded = tuple(funded[order.index(i)] for i in range(len(order)))
        found += [count.number, funded]
    return found


def test_enumeration_knows_partial_deliveries() -> None:
    """The seeds have alternatives of the same value with more partial deliveries or spend, so that the two counts differ."""
    differing = 0
    for _, asked, _ in small(range(120)):
        if asked.best is not None and asked.best.partial == min(sum(map(is_partial, a)) for a in asked.best.ties):
            differing += len(within(asked, feasible(asked), Fraction(0))) > len(asked.best.ties)
    assert differing > 3


@pytest.mark.deep
def test_the_shipped_plan_has_the_alternatives_that_the_solver_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten allocations within 0.03 per cent, 20 portfolios within 1 per cent, and the most different, each found by solving."""
    document = read_workbook("inputs/plan_outputs.xlsx")
    scenario = derive(document.plan, document.scenario("Base"))
    by_programme = [alternatives(scenario, Fraction(share)) for share in ("3/10000", "1/100")]
    monkeypatch.setattr(module, "Structure", refuse)
    by_solver = [alternatives(scenario, Fraction(share), seconds=600) for share in ("3/10000", "1/100")]
    narrow, wide = zip(by_programme, by_solver, strict=True)
    for one, other in (narrow, wide):
        assert one is not None
        assert other is not None
        assert one.near.portfolios == other.near.portfolios
        assert one.different == other.different
    assert narrow[0] is not None
    assert narrow[1] is not None
    assert narrow[0].near.allocations == narrow[1].near.allocations
    assert narrow[0].near.allocations is not None
    assert narrow[0].near.allocations.number == 10
