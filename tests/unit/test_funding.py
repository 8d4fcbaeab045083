"""Who can pay and who pays: shortages against every set of needs, rows of the funds against allocations, payments by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations

import pytest

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.formulate import formulate
from optimizer.fund import Fund
from optimizer.funding import Market, NoSplit, parts, pay, payable, shortages
from optimizer.plan import Component, Criterion, Output, Plan
from optimizer.program import activity
from optimizer.rules import FundMoney, LevelColumns
from optimizer.scenario import derive
from optimizer.solver import relaxed
from optimizer.timing import Part, Period, ProfileRow
from tests.example import output
from tests.oracle import NONE, Question, is_funded
from tests.oracle_time import Purses
from tests.plans import question
from tests.property.checks import any_allocation, point, repeatable

Need = tuple[tuple[int, ...], int]


def drawn(seed: int) -> tuple[tuple[Fund, ...], int, dict[Need, int]]:
    """Two or three funds in two or three periods, and a handful of needs."""
    rng = random.Random(seed)
    periods, count = rng.choice((2, 3)), rng.choice((2, 3))
    funds = []
    for f in range(count):
        carry = rng.random() < 0.5
        amounts = tuple(rng.choice((0, rng.randint(0, 9))) for _ in range(periods))
        funds.append(Fund(f"f{f}", f"f{f}", "", amounts, carry_over=carry, cap=rng.choice((None, 0, 2, 5)) if carry else None))
    able = [group for n in range(count + 1) for group in combinations(range(count), n)]
    needs = {(rng.choice(able), rng.randrange(periods)): rng.randint(0, 8) for _ in range(rng.randint(1, 6))}
    return tuple(funds), periods, needs


def held(funds: tuple[Fund, ...], wanted: tuple[Need, ...]) -> int | None:
    """The most that the funds can pay for some needs, by the oracle: the least that a set of purses with all payers holds."""
    rows = Purses(funds, tuple(fund.amounts for fund in funds)).rows((frozenset(able), t) for able, t in wanted)
    return min((money for needs, money in rows if len(needs) == len(wanted)), default=None)


def subsets(needs: dict[Need, int]) -> Iterator[tuple[Need, ...]]:
    return chain.from_iterable(combinations(sorted(needs), n) for n in range(1, len(needs) + 1))


def test_needs_can_be_paid_exactly_when_no_set_of_them_asks_for_too_much() -> None:
    short = 0
    for seed in range(400):
        funds, periods, needs = drawn(seed)
        limits = {wanted: held(funds, wanted) for wanted in subsets(needs)}
        over = {wanted for wanted, most in limits.items() if most is not None and sum(needs[n] for n in wanted) > most}
        found = shortages(funds, periods, needs)
        assert bool(found) == bool(over), f"seed {seed}"
        for shortage in found:
            wanted = tuple(sorted(shortage.needs))
            assert wanted in over
            assert (shortage.needed, shortage.payable) == (sum(needs[n] for n in wanted), limits[wanted])
        if found:
            missing = max(sum(needs[n] for n in wanted) - limits[wanted] for wanted in over)
            assert found[0].needed - found[0].payable == missing, "the worst of them"
            assert found[0].needs <= found[-1].needs
            short += 1
    assert 100 < short < 350


def test_what_can_be_paid_for_some_needs_however_large() -> None:
    for seed in range(150):
        funds, periods, needs = drawn(seed)
        for wanted in subsets(needs):
            assert payable(funds, periods, wanted) == held(funds, wanted), f"seed {seed}"


def test_a_market_pays_as_much_as_there_is() -> None:
    for seed in range(150):
        funds, periods, needs = drawn(seed)
        limits = {wanted: held(funds, wanted) for wanted in subsets(needs)}
        unpaid = max(sum(needs[n] for n in wanted) - limits[wanted] for wanted in limits)
        assert Market(funds, periods, needs).pay() == sum(needs.values()) - max(unpaid, 0), f"seed {seed}"


# Rows of the funds over the columns of a program.


@pytest.mark.instances(200)
def test_rows_of_the_funds_hold_wherever_the_funds_can_pay_and_cut_off_what_they_cannot(seeds: range) -> None:
    for seed in seeds:
        asked, rng = question(seed), random.Random(seed)
        if not asked.by_funds:
            continue
        scenario = derive(asked.plan, asked.spec)
        columns = LevelColumns.of(scenario.plan)
        (rule,) = (rule for rule in scenario.rules if isinstance(rule, FundMoney))
        cuts, rows = rule.separator(columns), {row.label: row for row in rule.rows(columns)}
        sampled = [any_allocation(asked, rng) for _ in range(60)]
        drawn = [given for given in sampled if known(asked, given)]
        points = [[float(x) for x in point(asked, given)] for given in drawn]
        points += [[(a + 2 * b) / 3 for a, b in zip(*rng.sample(points, 2), strict=True)] for _ in range(10 if points[1:] else 0)]
        formulation = formulate(scenario)
        points += [list(p) for goal in formulation.goals if (p := relaxed(formulation.program, goal)) is not None]
        with repeatable(seed):
            for x in points:
                for row in cuts.violated(x):
                    assert sum(c * x[j] for j, c in row.terms) > row.upper, "it cuts off the point"
                    rows[row.label] = row
            for given in drawn:
                x = point(asked, given)
                within = [row.admits(activity(row.terms, x)) for row in rows.values()]
                assert all(within) == ("funds" not in asked.breaches(given))


def known(asked: Question, given: tuple) -> bool:
    """Whether columns can say it: levels and starts that there are, each with years in which its money is needed."""
    those = all(one == NONE or one in ways for one, ways in zip(given, asked.ways, strict=True))
    return those and "ended" not in asked.breaches(given)


# Payments by hand.

PERIODS = (Period("p0", 2020, 2020), Period("p1", 2021, 2021))


def plan(outputs: tuple[Output, ...], funds: tuple[Fund, ...]) -> Plan:
    return Plan(
        "t", "US$", (Component("A", "A"),), (Criterion("c", "c", Fraction(1)),), outputs, tag_columns=("t",), periods=PERIODS,
        funds=funds,
    )  # fmt: skip


def in_full(given: Plan) -> Allocation:
    return Allocation(tuple(Delivery(o.cost, 100) if o.cost else NOTHING for o in given.outputs))


def paid(given: Plan) -> set[tuple[str, str, str, int]]:
    """(output, period, fund, amount) of an allocation of everything in full."""
    return {
        (given.outputs[p.output].id, given.periods[p.period].name, given.funds[p.fund].id, p.amount)
        for p in pay(given, in_full(given)).payments
    }


def test_the_most_restricted_fund_pays_first_and_first_for_what_the_fewest_may_pay() -> None:
    """Both outputs need 10 in p0. X and G may pay for both, R for the second alone.

    R pays its 4 for 2. X and G are as little restricted, so the workbook's order decides: X pays all of its 9, for 1, for which
    one fund fewer may pay; G the last unit of 1 and the 6 left of 2.
    """
    outputs = (output("1", "A", 10, 10, 50, end=2020), output("2", "A", 10, 10, 90, end=2020))
    funds = (Fund("X", "X", "", (9, 0)), Fund("G", "G", "", (50, 0)), Fund("R", "R", "", (4, 0), outputs=("2",)))
    expected = {("2", "p0", "R", 4), ("1", "p0", "X", 9), ("1", "p0", "G", 1), ("2", "p0", "G", 6)}
    assert paid(plan(outputs, funds)) == expected
    assert paid(plan(outputs[::-1], funds)) == expected


def test_outputs_that_could_be_paid_from_the_same_money_are_paid_in_order_of_priority() -> None:
    """X has 13 and comes first: 10 for 2, which has the higher priority, and 3 for 1; G the rest of 1."""
    outputs = (output("1", "A", 10, 10, 50, end=2020), output("2", "A", 10, 10, 90, end=2020))
    given = plan(outputs, (Fund("X", "X", "", (13, 0)), Fund("G", "G", "", (50, 0))))
    assert paid(given) == {("2", "p0", "X", 10), ("1", "p0", "X", 3), ("1", "p0", "G", 7)}


def test_early_periods_first_even_where_money_could_wait() -> None:
    """C may carry over. 1 needs 5 and 5: C pays the first 5 and the 3 that it has left, G the rest."""
    outputs = (output("1", "A", 10, 10, 90),)
    funds = (Fund("C", "C", "", (8, 0), outputs=("1",), carry_over=True), Fund("G", "G", "", (5, 5)))
    one = replace(plan(outputs, funds), outputs=(*outputs, output("2", "A", 0, 0, 10)))
    assert paid(one) == {("1", "p0", "C", 5), ("1", "p1", "C", 3), ("1", "p1", "G", 2)}
    balances = pay(one, in_full(one)).balances
    assert [(b.own, b.carried_in, b.paid, b.carried_out, b.unused) for b in balances[0]] == [(8, 0, 5, 3, 0), (0, 3, 3, 0, 0)]
    assert [(b.own, b.carried_in, b.paid, b.carried_out, b.unused) for b in balances[1]] == [(5, 0, 0, 0, 5), (5, 0, 2, 0, 3)]


def test_a_fund_that_goes_first_does_not_take_what_another_cannot_do_without() -> None:
    """R may pay for 1 and 2, G for everything; 2 can be paid by R alone in p1 because G has nothing then: R keeps 4 for it."""
    outputs = (output("1", "A", 6, 6, 90, end=2020), output("2", "A", 4, 4, 10, start=2021), output("3", "A", 1, 1, 5, end=2020))
    funds = (Fund("R", "R", "", (7, 0), outputs=("1", "2"), carry_over=True), Fund("G", "G", "", (9, 0)))
    expected = {("1", "p0", "R", 3), ("1", "p0", "G", 3), ("2", "p1", "R", 4), ("3", "p0", "G", 1)}
    assert paid(plan(outputs, funds)) == expected


def test_every_fund_pays_what_it_can_before_it_is_settled_for_what() -> None:
    """R may pay for a and b, M for b and c, G for a and c; each has 2, and a and b need 2, c needs 1.

    R pays 2, M pays 2 and G the rest. Had R been told to pay all of b, for which fewer may pay than for a, before M was asked,
    nothing but c would have been left to M.
    """
    outputs = (
        output("a", "A", 2, 2, 90, end=2020),
        output("b", "A", 2, 2, 50, end=2020),
        output("c", "A", 1, 1, 10, end=2020),
        output("d", "A", 0, 0, 10),
    )
    funds = (
        Fund("R", "R", "", (2, 0), outputs=("a", "b")),
        Fund("M", "M", "", (2, 0), outputs=("b", "c", "d")),
        Fund("X", "X", "", (0, 0), outputs=("a", "c", "d")),
        Fund("G", "G", "", (2, 0), outputs=("a", "c", "d")),
    )
    of_r, of_m = {("b", "p0", "R", 1), ("a", "p0", "R", 1)}, {("b", "p0", "M", 1), ("c", "p0", "M", 1)}
    assert paid(plan(outputs, funds)) == of_r | of_m | {("a", "p0", "G", 1)}


def test_a_part_with_a_fund_of_its_own() -> None:
    """Half of 1 is to be paid by G; the other half by R, which is more restricted."""
    profile = (ProfileRow((Fraction(1), Fraction(0)), fund="G"), ProfileRow((Fraction(1), Fraction(0))))
    outputs = (output("1", "A", 10, 10, 90, profile=profile), output("2", "A", 1, 1, 10, end=2020))
    funds = (Fund("R", "R", "", (9, 0), outputs=("1",)), Fund("G", "G", "", (9, 0)))
    assert paid(plan(outputs, funds)) == {("1", "p0", "R", 5), ("1", "p0", "G", 5), ("2", "p0", "G", 1)}


def test_money_that_is_not_there() -> None:
    given = plan((output("1", "A", 10, 10, 90, end=2020),), (Fund("G", "G", "", (9, 99)),))
    with pytest.raises(ValueError, match="the funds cannot pay"):
        pay(given, in_full(given))


def test_parts_of_what_is_no_level_are_not_known() -> None:
    given = plan((output("1", "A", 10, 5, 90),), ())
    assert parts(given, 0, Delivery(10, 100)) == (Part(0, "", 5), Part(1, "", 5))
    assert parts(given, 0, NOTHING) == ()
    for delivery in (Delivery(9, 100), Delivery(10, 99), Delivery(10, 100, 1)):
        with pytest.raises(NoSplit, match="output 1 has no level of"):
            parts(given, 0, delivery)


@pytest.mark.parametrize(
    ("restriction", "pays"),
    [
        ({}, "1 2 3"),
        ({"components": ("A",)}, "1 2"),
        ({"outputs": ("3",)}, "3"),
        ({"tags": ("x",)}, "2 3"),
        ({"components": ("A",), "outputs": ("3",)}, "1 2 3"),
        ({"outputs": ("1",), "tags": ("y",)}, "1 3"),
        ({"components": ("Z",)}, ""),
    ],
)
def test_what_a_fund_may_pay_for(restriction: dict[str, tuple[str, ...]], pays: str) -> None:
    outputs = (
        output("1", "A", 1, 1, 1, tags=((), ())),
        output("2", "A", 1, 1, 1, tags=(("x",), ())),
        output("3", "B", 1, 1, 1, tags=(("z",), ("x", "y"))),
    )
    fund = Fund("F", "F", "", (1,), **restriction)
    assert [o.id for o in outputs if fund.pays(o)] == pays.split()
    assert fund.restricted == bool(restriction)


def test_every_need_is_counted_once() -> None:
    """Over all plans with funds, the oracle's needs and the program's coefficients say the same of every way to deliver."""
    looked_at: Counter[bool] = Counter()
    for seed in range(60):
        asked = question(seed)
        if not asked.by_funds:
            continue
        columns = LevelColumns.of(derive(asked.plan, asked.spec).plan)
        for i, ways in enumerate(asked.ways):
            for way in ways:
                given = tuple(way if k == i else NONE for k in range(len(asked.ways)))
                split = asked.calendar.split(asked.plan.outputs[i], way.amount, way.share, way.start)
                if split is None or not is_funded(way):
                    continue
                x, found = point(asked, given), Counter()
                for column, part, coefficient in columns.needs(i):
                    found[part.period, part.fund] += coefficient * x[column]
                assert {key: amount for key, amount in found.items() if amount} == split, f"seed {seed}"
                looked_at[way.start is not None] += 1
    assert min(looked_at.values()) > 20
