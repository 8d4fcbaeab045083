"""The same question in other words has the same answer: ids, order of rows, unit of money, scale of weights."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.funding import pay
from optimizer.plan import Basis, Limit, Output, Plan
from optimizer.result import Outcome, Result
from optimizer.scenario import derive
from optimizer.timing import ProfileRow
from tests.oracle import Question
from tests.plans import question
from tests.property.checks import outcome, provable, repeatable, solve

INSTANCES = 30
Rewrite = Callable[[Question, random.Random], Question | None]


def funded(answer: Outcome, scale: int = 1) -> Counter[tuple[str, Fraction, int, int | None]] | None:
    """What is funded, by content: outputs alike in content count together. Amounts are divided by `scale`."""
    if not isinstance(answer, Result):
        return None
    pairs = zip(answer.scenario.keys, answer.allocation, strict=True)
    return Counter((key, Fraction(d.amount, scale), d.share, d.start) for key, d in pairs if d.funded)


def same_answer(seeds: range, rewrite: Rewrite, money: int = 1, value: int = 1) -> None:
    """The rewritten question funds the same by content, amounts times `money`, at `value` times the value; None is left out."""
    for seed in provable(seeds):
        asked, answer = question(seed), outcome(seed)
        rewritten = rewrite(asked, random.Random(seed))
        if rewritten is None:
            continue
        with repeatable(seed):
            again = solve(rewritten)
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
    funds = tuple(replace(fund, outputs=tuple(names[output] for output in fund.outputs)) for fund in plan.funds)
    return replace(asked, plan=replace(plan, links=links, groups=groups, funds=funds))


def exchanged(ids: list[str], rng: random.Random) -> dict[str, str]:
    return dict(zip(ids, rng.sample(ids, len(ids)), strict=True))


@pytest.mark.instances(INSTANCES)
def test_ids_renamed_in_the_same_order(seeds: range) -> None:
    def rewrite(asked: Question, _: random.Random) -> Question:
        ids = sorted(output.id for output in asked.plan.outputs)
        return renamed(asked, {key: f"z{n:03d}" for n, key in enumerate(ids)})

    same_answer(seeds, rewrite)


@pytest.mark.instances(2 * INSTANCES)
def test_ids_exchanged(seeds: range) -> None:
    def rewrite(asked: Question, rng: random.Random) -> Question:
        return renamed(asked, exchanged([output.id for output in asked.plan.outputs], rng))

    same_answer(seeds, rewrite)


@pytest.mark.instances(INSTANCES)
def test_component_ids_exchanged(seeds: range) -> None:
    def rewrite(asked: Question, rng: random.Random) -> Question:
        names = exchanged([component.id for component in asked.plan.components], rng)
        plan = with_outputs(asked.plan, lambda output: replace(output, component=names[output.component]))
        components = tuple(replace(component, id=names[component.id]) for component in plan.components)
        funds = tuple(replace(fund, components=tuple(names[component] for component in fund.components)) for fund in plan.funds)
        return replace(asked, plan=replace(plan, components=components, funds=funds))

    same_answer(seeds, rewrite)


@pytest.mark.instances(2 * INSTANCES)
def test_fund_ids_exchanged(seeds: range) -> None:
    """And who pays what is the same under the other names."""

    def rewrite(asked: Question, rng: random.Random) -> Question | None:
        names = exchanged([fund.id for fund in asked.plan.funds], rng)
        plan = with_outputs(
            asked.plan, lambda o: replace(o, profile=tuple(replace(row, fund=names.get(row.fund, "")) for row in o.profile))
        )
        funds = tuple(replace(fund, id=names[fund.id]) for fund in plan.funds)
        return replace(asked, plan=replace(plan, funds=funds)) if asked.by_funds else None

    same_answer(seeds, rewrite)
    for seed in provable(seeds):
        answer, again = outcome(seed), rewrite(question(seed), random.Random(seed))
        if isinstance(answer, Result) and again is not None:
            with repeatable(seed):
                assert pay(derive(again.plan, again.spec).plan, answer.allocation) == answer.funding


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
                funds=shuffled(plan.funds),
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
    """All amounts and the unit of account; percentages stay.

    Parts by period are rounded to whole units, at another place in another unit: so each level's parts are given as amounts.
    Where they would be split again, because outputs begin later or have spent something, the question is left out.
    """

    def scaled(limit: Limit | None) -> Limit | None:
        return replace(limit, value=limit.value * factor) if limit is not None and limit.basis is Basis.AMOUNT else limit

    def dearer(output: Output) -> Output:
        explicit = tuple(replace(level, amount=level.amount * factor) for level in output.explicit_levels)
        amounts = {name: getattr(output, name) * factor for name in ("cost", "minimum", "committed", "spent")}
        adopted = None if output.adopted is None else output.adopted * factor
        return replace(output, **amounts, adopted=adopted, explicit_levels=explicit)

    def rewrite(asked: Question, _: random.Random) -> Question | None:
        plan = asked.plan
        if plan.periods and (asked.by_funds or plan.continuity):
            if asked.replanned or asked.calendar.later:
                return None
            plan = replace(plan, outputs=tuple(_in_parts(asked, i) for i in range(len(plan.outputs))))
        plan = with_outputs(plan, dearer)
        components = tuple(replace(c, minimum=scaled(c.minimum), maximum=scaled(c.maximum)) for c in plan.components)
        funds = tuple(
            replace(
                fund, amounts=tuple(amount * factor for amount in amounts), cap=None if fund.cap is None else fund.cap * factor
            )
            for fund, amounts in zip(plan.funds, asked.purses.amounts, strict=True)
        )
        plan = replace(plan, components=components, funds=funds, unit_of_account=plan.unit_of_account * factor)
        resources = Limit(Basis.AMOUNT, Fraction(asked.resources * factor))  # a percentage would round at another place
        resources = Limit(Basis.FUNDS, Fraction(100)) if asked.by_funds else resources
        return replace(asked, plan=plan, spec=replace(asked.spec, resources=resources))

    same_answer(seeds, rewrite, money=factor)


def _in_parts(asked: Question, i: int) -> Output:
    """An output with what each of its levels needs by period as its profile."""
    output, rows = asked.plan.outputs[i], []
    for way in asked.levels[i]:
        split = asked.calendar.split(output, way.amount, way.share)
        for fund in sorted({fund for _, fund in split}):
            parts = tuple(Fraction(split.get((t, fund), 0)) for t in range(len(asked.plan.periods)))
            rows.append(ProfileRow(parts, way.share, fund, by_amount=True))
    return replace(output, profile=tuple(rows))


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
