"""What a change to the question may and may not do to the value: each test is one sentence about the model."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis.comparators import comparators
from optimizer.plan import Basis, Component, Limit, Output, Plan, Status
from optimizer.result import Outcome, Result
from optimizer.scenario import derive
from tests.oracle import Question, is_funded
from tests.plans import question
from tests.property.checks import outcome, provable, received, repeatable, sayable, solve
from tests.property.test_invariance import with_outputs

INSTANCES = 30
Change = Callable[[Question, random.Random], Question | None]


def in_amounts(asked: Question) -> Question:
    """The same question with every limit as an amount, so that changing an output or the resources moves no limit."""

    def amount(component: Component, limit: Limit | None) -> Limit | None:
        return None if limit is None else Limit(Basis.AMOUNT, asked.money(limit, component.id))

    components = tuple(replace(c, minimum=amount(c, c.minimum), maximum=amount(c, c.maximum)) for c in asked.plan.components)
    limited = replace(asked, plan=replace(asked.plan, components=components))
    return with_funds(limited, asked.purses.amounts) if asked.by_funds else with_resources(limited, asked.resources)


def with_resources(asked: Question, amount: int) -> Question:
    return replace(asked, spec=replace(asked.spec, resources=Limit(Basis.AMOUNT, Fraction(amount))))


def with_funds(asked: Question, amounts: Sequence[Sequence[int]], **changes: object) -> Question:
    """Funds with other money, all of which counts."""
    pairs = zip(asked.plan.funds, amounts, strict=True)
    funds = tuple(replace(fund, amounts=tuple(money), **changes) for fund, money in pairs)
    return with_plan(replace(asked, spec=replace(asked.spec, resources=Limit(Basis.FUNDS, Fraction(100)))), funds=funds)


def richer(asked: Question, extra: int, rng: random.Random) -> Question:
    if not asked.by_funds:
        return with_resources(asked, asked.resources + extra)
    amounts = [list(of_fund) for of_fund in asked.purses.amounts]
    rng.choice(amounts)[rng.randrange(len(asked.plan.periods))] += extra
    return with_funds(asked, amounts)


def free_of_time(asked: Question) -> Question:
    """The question without periods, funds, progress and adopted amounts, for delivery where it asked for tiers or balance."""
    plan = replace(
        asked.plan, periods=(), funds=(), first_open_year=None, later_start=False, allowed_changes=None, allowed_drops=None
    )
    plan = replace(with_outputs(plan, lambda output: replace(output, profile=())), continuity=False)
    objective = asked.spec.objective if asked.spec.objective in ("delivery", "money-weighted") else "delivery"
    return with_resources(replace(asked, plan=plan, spec=replace(asked.spec, objective=objective)), asked.resources)


def with_plan(asked: Question, **changes: object) -> Question:
    return replace(asked, plan=replace(asked.plan, **changes))


def with_output(plan: Plan, changed: Output) -> Plan:
    return with_outputs(plan, lambda output: changed if output.id == changed.id else output)


Reached = tuple[Fraction, ...] | None


def reached(answer: Outcome) -> Reached:
    """What the objective compares, in order; None where there is no allocation."""
    return tuple(figure for _, figure in answer.audit.attained) if isinstance(answer, Result) else None


def value(asked: Question) -> Reached:
    return reached(solve(asked))


def worth(found: Reached) -> tuple[Fraction, ...]:
    """A value for comparison: no allocation is worth less than any."""
    return (Fraction(-1),) if found is None else found


def before_and_after(seeds: range, change: Change) -> Iterator[tuple[Reached, Reached]]:
    """The values of each question in amounts, and as changed; questions that the change does not apply to are left out."""
    for seed in provable(seeds):
        asked = in_amounts(question(seed))
        changed = change(asked, random.Random(seed))
        if changed is not None:
            with repeatable(seed):
                yield value(asked), value(changed)


def never_lower(seeds: range, change: Change) -> None:
    for before, after in before_and_after(seeds, change):
        assert worth(after) >= worth(before)


def never_higher(seeds: range, change: Change) -> None:
    for before, after in before_and_after(seeds, change):
        assert worth(after) <= worth(before)


def unchanged(seeds: range, change: Change) -> None:
    for before, after in before_and_after(seeds, change):
        assert after == before


def answered(seeds: range) -> Iterator[tuple[int, Question, Result]]:
    """The questions that have an answer, in amounts, with it."""
    for seed in provable(seeds):
        answer = outcome(seed)
        if isinstance(answer, Result):
            yield seed, in_amounts(question(seed)), answer


@pytest.mark.instances(INSTANCES)
def test_limits_in_amounts_are_the_same_limits(seeds: range) -> None:
    for seed, asked, answer in answered(seeds):
        with repeatable(seed):
            again = solve(asked)
            assert isinstance(again, Result)
            assert again.allocation == answer.allocation


@pytest.mark.instances(INSTANCES)
def test_more_resources_never_lower_the_value(seeds: range) -> None:
    never_lower(seeds, lambda asked, rng: richer(asked, rng.choice((1, 1 + asked.resources // 10)), rng))


@pytest.mark.instances(INSTANCES)
def test_resources_equal_to_the_spend_give_the_same_allocation(seeds: range) -> None:
    """And funds that have just what they pay, when they pay it."""
    for seed, asked, answer in answered(seeds):
        with repeatable(seed):
            if answer.funding is None:
                again = solve(with_resources(asked, answer.audit.spend))
            else:
                paid = [[balance.paid for balance in of_fund] for of_fund in answer.funding.balances]
                again = solve(with_funds(asked, paid, carry_over=False, cap=None))
            assert isinstance(again, Result)
            assert again.allocation == answer.allocation


@pytest.mark.instances(INSTANCES)
def test_dropping_a_rule_never_lowers_the_value(seeds: range) -> None:
    """And so adding one never raises it, and where there is no allocation a further rule does not bring one."""

    def change(asked: Question, rng: random.Random) -> Question | None:
        plan = asked.plan
        rows = [kind for kind in ("links", "groups", "coverage") if getattr(plan, kind)]
        decided = [output for output in plan.outputs if output.status is not Status.OPEN]
        limited = [component for component in plan.components if component.minimum or component.maximum]
        restricted = [fund for fund in plan.funds if fund.restricted or not fund.carry_over or fund.cap is not None]
        steady = [name for name in ("allowed_changes", "allowed_drops") if getattr(plan, name) is not None]
        kinds = [*rows, *(["status"] if decided else []), *(["limit"] if limited else []), *(["fund"] if restricted else [])]
        kinds += [*steady, *(["continuity"] if plan.continuity else [])]
        if not kinds:
            return None
        kind = rng.choice(kinds)
        if kind in (*steady, "continuity"):
            return with_plan(asked, **{kind: False if kind == "continuity" else None})
        if kind == "fund":
            free = replace(rng.choice(restricted), components=(), outputs=(), tags=(), carry_over=True, cap=None)
            return with_plan(asked, funds=tuple(free if fund.id == free.id else fund for fund in plan.funds))
        if kind == "status":
            return replace(asked, plan=with_output(plan, replace(rng.choice(decided), status=Status.OPEN, committed=0)))
        if kind == "limit":
            free = replace(rng.choice(limited), minimum=None, maximum=None)
            return with_plan(asked, components=tuple(free if c.id == free.id else c for c in plan.components))
        kept = list(getattr(plan, kind))
        kept.remove(rng.choice(kept))
        return with_plan(asked, **{kind: tuple(kept)})

    never_lower(seeds, change)


@pytest.mark.instances(INSTANCES)
def test_a_lower_minimum_never_lowers_the_value(seeds: range) -> None:
    def change(asked: Question, rng: random.Random) -> Question | None:
        limited = [c for c in asked.plan.components if c.minimum and c.minimum.value >= 1]
        if not limited:
            return None
        lower = rng.choice(limited)
        lower = replace(lower, minimum=Limit(Basis.AMOUNT, lower.minimum.value - 1))
        return with_plan(asked, components=tuple(lower if c.id == lower.id else c for c in asked.plan.components))

    never_lower(seeds, change)


@pytest.mark.instances(INSTANCES)
def test_a_higher_minimum_never_raises_the_value(seeds: range) -> None:
    def change(asked: Question, rng: random.Random) -> Question:
        chosen = rng.choice([c for c in asked.plan.components if c.id != "empty"])
        raised = replace(chosen, minimum=Limit(Basis.AMOUNT, (chosen.minimum.value if chosen.minimum else 0) + 1))
        return with_plan(asked, components=tuple(raised if c.id == raised.id else c for c in asked.plan.components))

    never_higher(seeds, change)


@pytest.mark.instances(INSTANCES)
def test_committing_what_is_chosen_changes_nothing(seeds: range) -> None:
    for seed, asked, answer in answered(seeds):
        chosen = [i for i, delivery in enumerate(answer.allocation) if delivery.funded and delivery.start is None]
        if not chosen:
            continue
        i = random.Random(seed).choice(chosen)
        forced = replace(asked.plan.outputs[i], status=Status.COMMITTED, committed=answer.allocation[i].amount)
        with repeatable(seed):
            again = solve(replace(asked, plan=with_output(asked.plan, forced)))
            assert isinstance(again, Result)
            assert (again.audit.attained, again.audit.spend, again.audit.in_part) == (
                answer.audit.attained,
                answer.audit.spend,
                answer.audit.in_part,
            )


@pytest.mark.instances(INSTANCES)
def test_deferring_what_is_not_chosen_changes_nothing(seeds: range) -> None:
    for seed, asked, answer in answered(seeds):
        left = [i for i, delivery in enumerate(answer.allocation) if not delivery.funded]
        if not left:
            continue
        deferred = replace(asked.plan.outputs[random.Random(seed).choice(left)], status=Status.DEFERRED, committed=0)
        with repeatable(seed):
            assert value(replace(asked, plan=with_output(asked.plan, deferred))) == reached(answer)


@pytest.mark.instances(INSTANCES)
def test_deferring_any_open_output_never_raises_the_value(seeds: range) -> None:
    def change(asked: Question, rng: random.Random) -> Question | None:
        open_ones = [output for output in asked.plan.outputs if output.status is Status.OPEN]
        if not open_ones:
            return None
        return replace(asked, plan=with_output(asked.plan, replace(rng.choice(open_ones), status=Status.DEFERRED)))

    never_higher(seeds, change)


@pytest.mark.instances(INSTANCES)
def test_a_cheaper_output_never_lowers_the_value_without_minima(seeds: range) -> None:
    """Only for delivery, outputs that are all or nothing, and no minimum in money: the money is then free for others.

    Nor with periods, where less in all can be more in one of them (whole units, largest remainder), nor with adopted amounts.
    """

    def change(asked: Question, rng: random.Random) -> Question | None:
        plan = asked.plan
        single = [o for o in plan.outputs if o.cost > 1 and o.minimum == o.cost and not o.explicit_levels and not o.committed]
        bound = plan.periods or plan.allowed_changes is not None or plan.allowed_drops is not None
        bound = bound or any(c.minimum and c.minimum.value for c in plan.components)
        if bound or not single or asked.spec.objective != "delivery":
            return None
        output = rng.choice(single)
        cost = rng.randint(1, output.cost - 1)
        return replace(asked, plan=with_output(asked.plan, replace(output, cost=cost, minimum=cost)))

    never_lower(seeds, change)


@pytest.mark.instances(INSTANCES)
def test_a_free_output_adds_its_priority(seeds: range) -> None:
    for seed in provable(seeds):
        asked = in_amounts(question(seed))
        plan = asked.plan
        free = _extra(plan, cost=0)
        with repeatable(seed):
            before, after = value(asked), value(with_plan(asked, outputs=(*plan.outputs, free)))
            gain = _priority(plan, free) if asked.spec.objective != "money-weighted" else 0
            if before is not None:  # the value is the last figure of a balanced objective, and the first tier the first
                place = 0 if asked.spec.objective == "tiers" else len(before) - 1
                before = (*before[:place], before[place] + gain, *before[place + 1 :])
            assert after == before


@pytest.mark.instances(INSTANCES)
def test_an_output_that_cannot_be_funded_changes_nothing(seeds: range) -> None:
    def change(asked: Question, rng: random.Random) -> Question | None:
        if asked.spec.objective == "balanced":
            return None  # it raises the estimate of its component, of which a share is asked for
        extra = _extra(asked.plan, cost=rng.choice((1, 10**6)))
        status = Status.DEFERRED if rng.random() < 0.5 else Status.OPEN
        cost = extra.cost if status is Status.DEFERRED else asked.resources + 1
        extra = replace(extra, status=status, cost=cost, minimum=cost)
        return with_plan(asked, outputs=(*asked.plan.outputs, extra))

    unchanged(seeds, change)


def _extra(plan: Plan, cost: int) -> Output:
    """One more output, of the first component and tier, that no rule mentions but that component's limits."""
    tags = tuple(() for _ in plan.tag_columns)
    scores = tuple(Fraction(80) for _ in plan.criteria)
    tier = min(output.tier for output in plan.outputs)
    return Output("extra", plan.components[0].id, "One more", cost, cost, scores, tags=tags, tier=tier)


def _priority(plan: Plan, output: Output) -> Fraction:
    """All its scores are equal, so their weighted average is that score."""
    return output.scores[0] * next(c.weight for c in plan.components if c.id == output.component)


@pytest.mark.instances(INSTANCES)
def test_splitting_a_component_at_what_its_parts_received_keeps_the_value(seeds: range) -> None:
    for seed, asked, answer in answered(seeds):
        if asked.spec.objective == "balanced":
            continue
        first = asked.plan.components[0]
        members = [i for i, output in enumerate(asked.plan.outputs) if output.component == first.id]
        moved = set(members[::2])
        parts = []
        for key, part in ((first.id, [i for i in members if i not in moved]), ("part", sorted(moved))):
            got = Limit(Basis.AMOUNT, Fraction(sum(answer.allocation[i].amount for i in part)))
            parts.append(replace(first, id=key, minimum=got, maximum=got))
        outputs = tuple(replace(o, component="part") if i in moved else o for i, o in enumerate(asked.plan.outputs))
        funds = tuple(
            replace(fund, components=(*fund.components, "part")) if first.id in fund.components else fund
            for fund in asked.plan.funds
        )
        components = (*parts, *asked.plan.components[1:])
        with repeatable(seed):
            assert value(with_plan(asked, components=components, outputs=outputs, funds=funds)) == reached(answer)


@pytest.mark.instances(INSTANCES)
def test_no_other_allocation_that_respects_the_rules_is_better(seeds: range) -> None:
    """The comparators are such allocations, when they respect the rules."""
    for seed, asked, answer in answered(seeds):
        for other in comparators(derive(asked.plan, asked.spec)):
            with repeatable(seed):
                found = Counter(breach.kind for breach in other.audit.breaches)
                expected = asked.breaches(received(other.allocation))
                assert set(sayable(found, expected)) == set(sayable(expected, found))
                assert other.audit.breaches or other.audit.attained <= answer.audit.attained


@pytest.mark.instances(INSTANCES)
def test_no_resources_fund_only_what_is_free(seeds: range) -> None:
    for seed in provable(seeds):
        answer = solve(with_resources(question(seed), 0))
        if isinstance(answer, Result):
            with repeatable(seed):
                assert answer.audit.spend == 0


@pytest.mark.instances(INSTANCES)
def test_resources_for_everything_fund_all_that_counts(seeds: range) -> None:
    """Without rules every output with a priority is delivered at its best level, and nothing is spent on the others."""
    for seed in provable(seeds):
        asked = free_of_time(question(seed))
        plan = with_outputs(asked.plan, lambda output: replace(output, status=Status.OPEN, committed=0))
        components = tuple(replace(c, minimum=None, maximum=None) for c in plan.components)
        plan = replace(plan, components=components, links=(), groups=(), coverage=())
        free = with_resources(replace(asked, plan=plan), sum(output.cost for output in plan.outputs))
        with repeatable(seed):
            answer = solve(free)
            assert isinstance(answer, Result)
            for priority, ways, given in zip(free.priorities, free.levels, received(answer.allocation), strict=True):
                if priority:
                    assert given == ways[-1] or (given[0] == ways[-1][0] == 0)
                else:
                    assert given[0] == 0


@pytest.mark.instances(INSTANCES)
def test_equal_priorities_fund_as_many_outputs_as_the_money_can(seeds: range) -> None:
    """All-or-nothing outputs without rules: the cheapest first is then as many as there can be."""
    for seed in provable(seeds):
        asked = free_of_time(question(seed))
        plan = asked.plan
        outputs = tuple(
            replace(o, minimum=o.cost, explicit_levels=(), scores=tuple(Fraction(50) for _ in plan.criteria), status=Status.OPEN)
            for o in plan.outputs
        )
        components = tuple(replace(c, minimum=None, maximum=None, weight=Fraction(1)) for c in plan.components)
        plan = replace(plan, outputs=outputs, components=components, links=(), groups=(), coverage=())
        count, left = 0, asked.resources
        for cost in sorted(output.cost for output in outputs):
            left -= cost
            count += left >= 0
        spec = replace(asked.spec, objective="delivery")
        with repeatable(seed):
            answer = solve(with_resources(Question(plan, spec), asked.resources))
            assert isinstance(answer, Result)
            assert sum(is_funded(given) for given in received(answer.allocation)) == count
