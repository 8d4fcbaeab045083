"""The same question in other words has the same answer: ids, order of rows, unit of money, scale of weights."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.plan import Basis, Limit, Output, Plan
from optimizer.result import Outcome, Result
from tests.oracle import Question
from tests.plans import question
from tests.property.checks import outcome, provable, repeatable, solve

INSTANCES = 40


def funded(answer: Outcome, scale: int = 1) -> Counter[tuple[str, Fraction, int]] | None:
    """What is funded, by content: outputs alike in content count together. Amounts are divided by `scale`."""
    if not isinstance(answer, Result):
        return None
    pairs = zip(answer.scenario.keys, answer.allocation, strict=True)
    return Counter((key, Fraction(delivery.amount, scale), delivery.share) for key, delivery in pairs if delivery.funded)


def same_answer(seeds: range, rewrite: Callable[[Question, random.Random], Question], money: int = 1, value: int = 1) -> None:
    """The rewritten question funds the same by content, amounts times `money`, at `value` times the value."""
    for seed in provable(seeds):
        asked, answer = question(seed), outcome(seed)
        with repeatable(seed):
            again = solve(rewrite(asked, random.Random(seed)))
            assert funded(again, money) == funded(answer)
            if isinstance(answer, Result):
                assert isinstance(again, Result)
                of_money = money if asked.spec.objective == "money-weighted" else 1
                assert again.audit.value == answer.audit.value * value * of_money
                assert again.ties.unique == answer.ties.unique


def with_outputs(plan: Plan, change: Callable[[Output], Output]) -> Plan:
    return replace(plan, outputs=tuple(map(change, plan.outputs)))


def renamed(asked: Question, names: dict[str, str]) -> Question:
    """Outputs under other ids, wherever they are mentioned."""
    plan = with_outputs(asked.plan, lambda output: replace(output, id=names[output.id]))
    links = tuple(replace(link, output=names[link.output], requires=names[link.requires]) for link in plan.links)
    groups = tuple(replace(group, members=tuple(names[member] for member in group.members)) for group in plan.groups)
    return replace(asked, plan=replace(plan, links=links, groups=groups))


@pytest.mark.instances(INSTANCES)
def test_ids_renamed_in_the_same_order(seeds: range) -> None:
    def rewrite(asked: Question, _: random.Random) -> Question:
        ids = sorted(output.id for output in asked.plan.outputs)
        return renamed(asked, {key: f"z{n:03d}" for n, key in enumerate(ids)})

    same_answer(seeds, rewrite)


@pytest.mark.instances(2 * INSTANCES)
def test_ids_exchanged(seeds: range) -> None:
    def rewrite(asked: Question, rng: random.Random) -> Question:
        ids = [output.id for output in asked.plan.outputs]
        return renamed(asked, dict(zip(ids, rng.sample(ids, len(ids)), strict=True)))

    same_answer(seeds, rewrite)


@pytest.mark.instances(INSTANCES)
def test_component_ids_exchanged(seeds: range) -> None:
    def rewrite(asked: Question, rng: random.Random) -> Question:
        ids = [component.id for component in asked.plan.components]
        names = dict(zip(ids, rng.sample(ids, len(ids)), strict=True))
        plan = with_outputs(asked.plan, lambda output: replace(output, component=names[output.component]))
        components = tuple(replace(component, id=names[component.id]) for component in plan.components)
        return replace(asked, plan=replace(plan, components=components))

    same_answer(seeds, rewrite)


@pytest.mark.instances(2 * INSTANCES)
def test_rows_in_another_order(seeds: range) -> None:
    def rewrite(asked: Question, rng: random.Random) -> Question:
        def shuffled(rows: tuple) -> tuple:
            return tuple(rng.sample(rows, len(rows)))

        plan = asked.plan
        return replace(
            asked,
            plan=replace(
                plan,
                outputs=shuffled(plan.outputs),
                components=shuffled(plan.components),
                links=shuffled(plan.links),
                groups=tuple(replace(group, members=shuffled(group.members)) for group in shuffled(plan.groups)),
                coverage=shuffled(plan.coverage),
            ),
        )

    same_answer(seeds, rewrite)


@pytest.mark.instances(INSTANCES)
def test_criteria_and_tag_columns_in_another_order(seeds: range) -> None:
    def rewrite(asked: Question, _: random.Random) -> Question:
        plan = with_outputs(asked.plan, lambda output: replace(output, scores=output.scores[::-1], tags=output.tags[::-1]))
        return replace(asked, plan=replace(plan, criteria=plan.criteria[::-1], tag_columns=plan.tag_columns[::-1]))

    same_answer(seeds, rewrite)


@pytest.mark.parametrize("factor", [7, 1000])
@pytest.mark.instances(INSTANCES)
def test_money_in_another_unit(seeds: range, factor: int) -> None:
    """All amounts and the unit of account; percentages stay."""

    def scaled(limit: Limit | None) -> Limit | None:
        return replace(limit, value=limit.value * factor) if limit is not None and limit.basis is Basis.AMOUNT else limit

    def dearer(output: Output) -> Output:
        explicit = tuple(replace(level, amount=level.amount * factor) for level in output.explicit_levels)
        amounts = {"cost": output.cost * factor, "minimum": output.minimum * factor, "committed": output.committed * factor}
        return replace(output, **amounts, explicit_levels=explicit)

    def rewrite(asked: Question, _: random.Random) -> Question:
        plan = with_outputs(asked.plan, dearer)
        components = tuple(replace(c, minimum=scaled(c.minimum), maximum=scaled(c.maximum)) for c in plan.components)
        plan = replace(plan, components=components, unit_of_account=plan.unit_of_account * factor)
        resources = Limit(Basis.AMOUNT, Fraction(asked.resources * factor))  # a percentage would round at another place
        return replace(asked, plan=plan, spec=replace(asked.spec, resources=resources))

    same_answer(seeds, rewrite, money=factor)


@pytest.mark.instances(INSTANCES)
def test_criterion_weights_on_another_scale(seeds: range) -> None:
    def rewrite(asked: Question, _: random.Random) -> Question:
        criteria = tuple(replace(criterion, weight=criterion.weight * 13) for criterion in asked.plan.criteria)
        return replace(asked, plan=replace(asked.plan, criteria=criteria))

    same_answer(seeds, rewrite)


@pytest.mark.instances(INSTANCES)
def test_component_weights_on_another_scale(seeds: range) -> None:
    def rewrite(asked: Question, _: random.Random) -> Question:
        components = tuple(replace(component, weight=component.weight * 13) for component in asked.plan.components)
        return replace(asked, plan=replace(asked.plan, components=components))

    same_answer(seeds, rewrite, value=13)


@pytest.mark.instances(INSTANCES)
def test_asked_twice(seeds: range) -> None:
    for seed in seeds:
        answer, again = outcome(seed), solve(question(seed))
        with repeatable(seed):
            assert getattr(again, "allocation", None) == getattr(answer, "allocation", None)
