"""Who pays: everything that is needed, only by those who may, within their money, and by one rule."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from optimizer.audit import audit
from optimizer.fund import Fund
from optimizer.funding import Funding, pay
from optimizer.plan import Basis, Component, Criterion, Limit, Plan
from optimizer.result import Result
from optimizer.scenario import ScenarioSpec, derive
from optimizer.timing import Period, ProfileRow
from tests.example import output
from tests.oracle import NONE, Question, Received_by_output
from tests.plans import question
from tests.property.checks import allocation, any_allocation, outcome, received, repeatable
from tests.property.test_invariance import exchanged, renamed

LOOKED_AT = 8
Allocated = tuple[int, Question, Received_by_output]


def allocations(seeds: range) -> Iterator[Allocated]:
    """Allocations of questions with funds: the answer, and random ones that have levels and starts."""
    for seed in seeds:
        asked, rng = question(seed), random.Random(seed)
        if not asked.by_funds:
            continue
        answer = outcome(seed)
        if isinstance(answer, Result):
            yield seed, asked, received(answer.allocation)
        for _ in range(LOOKED_AT):
            given = any_allocation(asked, rng)
            if not set(asked.breaches(given)) & {"level", "start", "ended"}:
                yield seed, asked, given


def paid(asked: Question, given: Received_by_output) -> Funding:
    return pay(derive(asked.plan, asked.spec).plan, allocation(given))


def payable(seeds: range) -> Iterator[Allocated]:
    return ((seed, asked, given) for seed, asked, given in allocations(seeds) if "funds" not in asked.breaches(given))


@pytest.mark.instances(300)
def test_what_the_funds_cannot_pay_is_refused_and_all_else_is_paid(seeds: range) -> None:
    for seed, asked, given in allocations(seeds):
        with repeatable(seed):
            if "funds" in asked.breaches(given):
                with pytest.raises(ValueError, match="cannot pay"):
                    paid(asked, given)
            else:
                total = sum(payment.amount for payment in paid(asked, given).payments)
                assert total == sum(one.amount for one in given)


@pytest.mark.instances(300)
def test_every_part_is_paid_by_those_who_may(seeds: range) -> None:
    """A part with a fund of its own by that fund, at least; all that an output needs in a period by it and those that may."""
    for seed, asked, given in payable(seeds):
        by_fund: dict[tuple[int, int], Counter[int]] = {}
        for payment in paid(asked, given).payments:
            assert payment.amount > 0
            by_fund.setdefault((payment.output, payment.period), Counter())[payment.fund] += payment.amount
        with repeatable(seed):
            for i, (one, spec) in enumerate(zip(given, asked.plan.outputs, strict=True)):
                split = asked.calendar.split(spec, one.amount, one.share, one.start) if one.amount else {}
                for t in range(len(asked.plan.periods)):
                    left = by_fund.pop((i, t), Counter())
                    for (_, named), amount in ((key, a) for key, a in split.items() if key[0] == t and key[1]):
                        (f,) = asked.purses.payers(spec, named)
                        left[f] -= amount
                    assert all(amount >= 0 for amount in left.values())
                    assert left.total() == split.get((t, ""), 0)
                    assert set(+left) <= asked.purses.payers(spec, "")
            assert not by_fund, "and nothing else is paid"


@pytest.mark.instances(300)
def test_no_fund_pays_what_it_does_not_have(seeds: range) -> None:
    for seed, asked, given in payable(seeds):
        funding = paid(asked, given)
        spent: Counter[tuple[int, int]] = Counter()
        for payment in funding.payments:
            spent[payment.fund, payment.period] += payment.amount
        with repeatable(seed):
            for f, (fund, amounts, balances) in enumerate(
                zip(asked.plan.funds, asked.purses.amounts, funding.balances, strict=True)
            ):
                brought = 0
                for t, (own, balance) in enumerate(zip(amounts, balances, strict=True)):
                    assert (balance.own, balance.carried_in, balance.paid) == (own, brought, spent[f, t])
                    assert own + brought == balance.paid + balance.carried_out + balance.unused
                    assert balance.carried_out >= 0
                    assert balance.unused >= 0
                    assert balance.carried_out == 0 or fund.carry_over
                    assert fund.cap is None or balance.carried_out <= fund.cap
                    brought = balance.carried_out
                assert brought == 0, "nothing is carried beyond the last period"


def by_title(plan: Plan, funding: Funding) -> Counter[tuple[str, int, str]]:
    found: Counter[tuple[str, int, str]] = Counter()
    for payment in funding.payments:
        found[plan.outputs[payment.output].title, payment.period, plan.funds[payment.fund].title] += payment.amount
    return found


@pytest.mark.instances(300)
def test_who_pays_does_not_depend_on_ids_or_on_the_order_of_outputs(seeds: range) -> None:
    """Outputs alike in title are counted together: which of them is first is settled by id."""
    for seed, asked, given in payable(seeds):
        rng = random.Random(seed)
        names = exchanged([one.id for one in asked.plan.outputs], rng)
        other = renamed(asked, names)
        order = rng.sample(range(len(given)), len(given))
        other = replace(other, plan=replace(other.plan, outputs=tuple(other.plan.outputs[i] for i in order)))
        with repeatable(seed):
            again = paid(other, tuple(given[i] for i in order))
            assert by_title(other.plan, again) == by_title(asked.plan, paid(asked, given))
            assert again.balances == paid(asked, given).balances


# The rule, on plans so small that every way to pay can be looked at.


def tiny(seed: int) -> tuple[Plan, Received_by_output] | None:
    """Two or three outputs of a few units, two or three periods, two or three funds; None where the funds cannot pay."""
    rng = random.Random(seed)
    periods = tuple(Period(f"p{t}", 2020 + t, 2020 + t) for t in range(rng.choice((1, 2, 2, 3))))
    names = ["f0", "f1", "f2"][: rng.choice((2, 2, 3))]
    outputs = []
    for i in range(rng.choice((2, 3))):
        rows = [ProfileRow(tuple(Fraction(rng.choice((0, 1, 2))) for _ in periods)) for _ in range(1)]
        cost = rng.randint(1, 3)
        rows = [row for row in rows if any(row.parts)]
        outputs.append(output(f"o{i}", rng.choice(("A", "B")), cost, cost, rng.randint(1, 9), profile=tuple(rows), tags=((),)))
    funds = []
    for name in names:
        free = rng.random() < 0.4
        chosen = () if free else tuple(o.id for o in outputs if rng.random() < 0.6) or ("o0",)
        carry = rng.random() < 0.6
        cap = rng.choice((None, 0, 1, 2)) if carry else None
        amounts = tuple(rng.randint(0, 4) for _ in periods)
        funds.append(Fund(name, name, "", amounts, outputs=chosen, carry_over=carry, cap=cap))
    plan = Plan(
        "", "", (Component("A", "A"), Component("B", "B")), (Criterion("c", "c", Fraction(1)),), tuple(outputs),
        tag_columns=("t",), periods=periods, funds=tuple(funds),
    )  # fmt: skip
    asked = Question(plan, ScenarioSpec("tiny", Limit(Basis.FUNDS, Fraction(100))))
    given = tuple(ways[-1] if rng.random() < 0.9 else NONE for ways in asked.ways)
    return None if asked.breaches(given) else (plan, given)


def has_money(fund: Fund, paid_by_period: list[int]) -> bool:
    """Whether a fund can pay so much in each period, carrying over as much as it may."""
    brought = 0
    for own, needed in zip(fund.amounts, paid_by_period, strict=True):
        rest = own + brought - needed
        if rest < 0:
            return False
        brought = min(rest, rest if fund.cap is None else fund.cap) if fund.carry_over else 0
    return True


Paid = dict[tuple[int, tuple[int, tuple[int, ...]]], int]  # (fund, (period, who may pay)) -> amount


def every_way_to_pay(plan: Plan, demand: dict[tuple[int, tuple[int, ...]], int]) -> Iterator[Paid]:
    """Each need handed out to the funds that may pay for it, in whole units, in every way that they have money for."""
    shares = []
    for (_, able), amount in demand.items():
        whole = (parts for parts in product(range(amount + 1), repeat=len(able)) if sum(parts) == amount)
        shares.append([dict(zip(able, parts, strict=True)) for parts in whole])
    for chosen in product(*shares):
        found = {(f, need): amount for need, parts in zip(demand, chosen, strict=True) for f, amount in parts.items()}
        by_period = [[0] * len(plan.periods) for _ in plan.funds]
        for (f, (t, _)), amount in found.items():
            by_period[f][t] += amount
        if all(has_money(fund, amounts) for fund, amounts in zip(plan.funds, by_period, strict=True)):
            yield found


def in_order(plan: Plan, found: Paid, demand: dict[tuple[int, tuple[int, ...]], int]) -> list[int]:
    """What each fund pays by period, the most restricted first; then for what, first for what the fewest funds may pay for."""
    counts = [sum(not fund.outputs or o.id in fund.outputs for o in plan.outputs) for fund in plan.funds]
    order = sorted(range(len(plan.funds)), key=lambda f: counts[f])
    ranked = sorted(demand, key=lambda need: (len(need[1]), sorted(order.index(f) for f in need[1]), need[0]))
    by_need = [[found.get((f, need), 0) for need in ranked] for f in order]
    by_period = [
        sum(amount for (t, _), amount in zip(ranked, of_fund, strict=True) if t == period)
        for of_fund in by_need
        for period in range(len(plan.periods))
    ]
    return [*by_period, *(amount for of_fund in by_need for amount in of_fund)]


@pytest.mark.instances(400)
def test_the_most_restricted_money_goes_first(seeds: range) -> None:
    told_apart = 0
    for seed in seeds:
        drawn = tiny(seed)
        if drawn is None:
            continue
        plan, given = drawn
        asked = Question(plan, ScenarioSpec("tiny", Limit(Basis.FUNDS, Fraction(100))))
        demand: Counter[tuple[int, tuple[int, ...]]] = Counter()
        for spec, one in zip(plan.outputs, given, strict=True):
            for (t, named), amount in (asked.calendar.split(spec, one.amount, one.share) or {}).items() if one.amount else ():
                demand[t, tuple(sorted(asked.purses.payers(spec, named)))] += amount
        ways = [in_order(plan, found, demand) for found in every_way_to_pay(plan, demand)]
        taken: Paid = Counter()
        for payment in paid(asked, given).payments:
            able = tuple(sorted(asked.purses.payers(plan.outputs[payment.output], "")))
            taken[payment.fund, (payment.period, able)] += payment.amount
        with repeatable(seed):
            assert in_order(plan, taken, demand) == max(ways)
        told_apart += len({tuple(way) for way in ways}) > 1
    assert told_apart or len(seeds) < 20, "some could be paid in several ways"


@pytest.mark.instances(200)
def test_the_answer_says_who_pays(seeds: range) -> None:
    for seed in seeds:
        asked, answer = question(seed), outcome(seed)
        if isinstance(answer, Result):
            with repeatable(seed):
                assert (answer.funding is not None) == asked.by_funds
                assert answer.funding is None or answer.funding == paid(asked, received(answer.allocation))
                assert not audit(answer.scenario, answer.allocation).breaches
