"""Robustness is what looking at every allocation under every assumption gives; ids and the order of rows change nothing."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from optimizer.allocation import Delivery
from optimizer.analysis.protection import Protection
from optimizer.analysis.robustness import Choice, Label, Robustness, Rule, robustness
from optimizer.analysis.uncertain import Assumptions, Draw, draws, varied, weighted
from optimizer.files.codec import dumps, loads
from optimizer.plan import Basis, Limit
from optimizer.scenario import Scenario, derive
from tests.oracle import Question, Received, Received_by_output, is_funded, is_partial
from tests.plans import question
from tests.property.checks import TELLING, repeatable

MOST_ALLOCATIONS = 1500  # of a plan: each is looked at under every assumption
MOST_MONEY = 10**8  # beyond it, amounts without a common divisor are more than the solver tells apart
SAMPLES = 4


def small(seeds: range) -> Iterator[tuple[int, Question]]:
    for seed in seeds:
        asked = question(seed)
        if asked.size <= MOST_ALLOCATIONS and asked.reach <= TELLING // 1000 and asked.plan.cost <= MOST_MONEY:
            yield seed, asked


def drawn(seed: int) -> Assumptions:
    rng = random.Random(seed)
    return Assumptions(SAMPLES, seed, rng.choice((None, None, 0, 30)), rng.choice((0, 20, 50)), rng.choice((0, 10)))


GAMMAS = (0, 1, 2, 99)


@cache
def found(seed: int) -> tuple[Scenario, Robustness | None]:
    scenario = derive(question(seed).plan, question(seed).spec)
    return scenario, robustness(scenario, drawn(seed), GAMMAS)


def assumed(asked: Question, scenario: Scenario, draw: Draw) -> Question:
    """The question under a draw; resources are the amount that they were."""
    plan = varied(scenario, draw).plan
    if asked.by_funds:
        return Question(replace(plan, funds=asked.plan.funds, later_start=asked.plan.later_start), asked.spec)
    resources = Limit(Basis.AMOUNT, Fraction(scenario.resources))
    return Question(plan, replace(asked.spec, resources=resources))


def deliveries(given: tuple[Delivery, ...]) -> Received_by_output:
    return tuple(Received(delivery.amount, delivery.share, delivery.start) for delivery in given)


@pytest.mark.instances(40)
def test_indices_and_labels_are_those_of_the_best_allocations(seeds: range) -> None:
    for seed, asked in small(seeds):
        with repeatable(seed):
            scenario, answer = found(seed)
            assert (answer is None) == (asked.best is None)
            if answer is None:
                continue
            questions = [assumed(asked, scenario, draw) for draw in draws(scenario, answer.assumed)]
            bests = [one.best for one in questions]
            ties = [best.ties for best in bests if best is not None]
            assert (answer.answered, answer.infeasible) == (len(ties), bests.count(None))
            assert answer.unreached == 0
            for i, (index, label) in enumerate(zip(answer.indices, answer.labels, strict=True)):
                sure = sum(all(is_funded(tie[i]) for tie in tied) for tied in ties)
                able = sum(any(is_funded(tie[i]) for tie in tied) for tied in ties)
                assert sure <= index.funded <= able
                assert index.in_full <= index.funded
                if label is not Label.SOME:
                    assert index.funded == (len(ties) if label is Label.ALL else 0)


def loss(asked: list[Question], bests: list[Fraction], allocation: Received_by_output, relative: bool) -> Fraction:
    lost = [best - one.value(allocation) for one, best in zip(asked, bests, strict=True)]
    return max(
        part / best if relative and best else Fraction(0) if relative else part for part, best in zip(lost, bests, strict=True)
    )


@pytest.mark.instances(40)
def test_decision_rules_lose_least_of_all_allocations(seeds: range) -> None:
    for seed, asked in small(seeds):
        with repeatable(seed):
            answer = found(seed)[1]
            if answer is None:
                continue
            if asked.spec.objective == "tiers":
                assert not answer.choices
                continue
            allowed = [a for _, a in asked._ranked() if asked.feasible(a)]
            if asked.spec.objective == "balanced":
                covered = max(map(asked.coverage, allowed))
                allowed = [a for a in allowed if asked.coverage(a) == covered]
            under = [Question(weighted(asked.plan, one.weights), asked.spec) for one in answer.weightings]
            bests = [max(map(one.value, allowed)) for one in under]
            assert [one.best for one in answer.weightings] == bests
            assert [choice.rule for choice in answer.choices] == list(Rule)
            for choice in answer.choices:
                _check_choice(asked, choice, under, bests, allowed)


def _check_choice(
    asked: Question, choice: Choice, under: list[Question], bests: list[Fraction], allowed: list[Received_by_output]
) -> None:
    own = deliveries(choice.deliveries)
    assert choice.values == tuple(one.value(own) for one in under)
    assert choice.smallest_share == 1 - loss(under, bests, own, relative=True)
    assert choice.largest_loss == loss(under, bests, own, relative=False)

    def rank(a: Received_by_output) -> tuple[Fraction, ...]:
        spend, partial = sum(received.amount for received in a), sum(map(is_partial, a))
        lost = () if choice.rule is Rule.PRESENT else (loss(under, bests, a, choice.rule is Rule.MAXIMIN),)
        return (*lost, -asked.value(a), Fraction(spend), Fraction(partial), Fraction(asked.delay(a)))

    assert own in allowed
    assert rank(own) == min(map(rank, allowed))


@pytest.mark.instances(40)
def test_protected_allocations_are_the_best_that_survive(seeds: range) -> None:
    for seed, asked in small(seeds):
        with repeatable(seed):
            answer = found(seed)[1]
            if answer is None or not answer.assumed.costs:
                assert answer is None or not answer.protections
                continue
            count, percent = len(asked.plan.outputs), answer.assumed.costs
            wanted = sorted({min(gamma, count) for gamma in GAMMAS})
            protections = {one.gamma: one for one in answer.protections}
            assert sorted([*protections, *answer.impossible_gammas]) == wanted
            for gamma in wanted:
                allowed = [a for _, a in asked._ranked() if asked.feasible(a)]
                kept = [a for a in allowed if needed(asked, a, gamma, percent) <= 100 * asked.resources]
                if not kept:
                    assert gamma in answer.impossible_gammas
                    continue
                _check_protection(asked, protections[gamma], kept, percent)


def above(asked: Question, allocation: Received_by_output) -> list[int]:
    """What of each amount is not spent yet."""
    spent = [output.spent if asked.replanned else 0 for output in asked.plan.outputs]
    return [max(received.amount - known, 0) for received, known in zip(allocation, spent, strict=True)]


def needed(asked: Question, allocation: Received_by_output, gamma: int, percent: int) -> int:
    """In hundredths: the worst of all sets of so many outputs."""
    parts = above(asked, allocation)
    worst = max(sum(chosen) for chosen in itertools.combinations(parts, gamma))
    return 100 * sum(received.amount for received in allocation) + percent * worst


def _check_protection(asked: Question, one: Protection, kept: list[Received_by_output], percent: int) -> None:
    own = deliveries(one.deliveries)

    def rank(a: Received_by_output) -> tuple[Fraction, ...]:
        spend, partial = sum(received.amount for received in a), sum(map(is_partial, a))
        return (*(-part for part in asked.attained(a)), Fraction(spend), Fraction(partial), Fraction(asked.delay(a)))

    assert own in kept
    assert rank(own) == min(map(rank, kept))
    assert tuple(value for _, value in one.attained) == asked.attained(own)
    parts = [part for part in above(asked, own) if part]
    certain = one.spend - sum(parts)
    over = sum(
        100 * certain + sum(part * (100 + percent * sign) for part, sign in zip(parts, signs, strict=True))
        > 100 * asked.resources
        for signs in itertools.product((-1, 1), repeat=len(parts))
    )
    assert one.overrun == Fraction(over, 2 ** len(parts)) <= one.bound


@pytest.mark.instances(40)
def test_renaming_and_order_change_nothing(seeds: range) -> None:
    for seed, asked in small(seeds):
        with repeatable(seed):
            answer, plan = found(seed)[1], asked.plan
            if answer is None or plan.links or plan.groups or len({*found(seed)[0].keys}) < len(plan.outputs):
                continue
            order = list(range(len(plan.outputs)))
            random.Random(seed).shuffle(order)
            if any(fund.outputs for fund in plan.funds):
                continue
            outputs = tuple(replace(plan.outputs[i], id=f"new {n}") for n, i in enumerate(order))
            again = robustness(derive(replace(plan, outputs=outputs), asked.spec), answer.assumed, GAMMAS)
            assert again is not None
            assert again.labels == tuple(answer.labels[i] for i in order)
            assert again.indices == tuple(answer.indices[i] for i in order)
            assert [one.overrun for one in again.protections] == [one.overrun for one in answer.protections]
            assert [one.values for one in again.choices] == [one.values for one in answer.choices]


@pytest.mark.instances(40)
def test_what_is_found_can_be_stored(seeds: range) -> None:
    for seed, _ in small(seeds):
        answer = found(seed)[1]
        if answer is not None:
            assert loads(dumps(answer), Robustness) == answer
