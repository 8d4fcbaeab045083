"""Amounts in the unit of the published tables, rounded so that every sum holds as shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.allocation import Allocation, Delivery
from optimizer.fund import Fund
from optimizer.funding import Funding, parts
from optimizer.plan import Plan
from optimizer.report.wording import Extent, extent
from optimizer.rounding import largest_remainder, nearest, split_layers, split_table
from optimizer.rules import Ceiling, Floor
from optimizer.scenario import Scenario

Line = tuple[Fraction, ...]  # what is allocated, by category of funds where they pay; then what is still needed


@dataclass(frozen=True, slots=True)
class Figures:
    """An amount in three columns; estimated = allocated + additional. Where funds pay, `categories` add up to allocated."""

    allocated: int
    additional: int
    categories: tuple[int, ...] = ()

    @classmethod
    def of(cls, shares: Sequence[int], additional: int, by_category: bool) -> Figures:
        return cls(sum(shares), additional, tuple(shares) if by_category else ())

    @property
    def estimated(self) -> int:
        return self.allocated + self.additional

    def __add__(self, other: Figures) -> Figures:
        by_category = zip(self.categories, other.categories, strict=True)
        return Figures(self.allocated + other.allocated, self.additional + other.additional, tuple(map(sum, by_category)))


@dataclass(frozen=True)
class Shown:
    """The published amounts of an allocation: in all, by component id, by output in the plan's order, by extent of funding."""

    total: Figures
    components: Mapping[str, Figures]
    outputs: tuple[Figures, ...]
    extents: Mapping[Extent, Figures]


def shown(plan: Plan, allocation: Allocation, funding: Funding | None = None) -> Shown:
    """Rounded from the top down: the total, the components within it, the outputs within each component.

    The total of estimates and of allocations are the nearest whole numbers; every other figure is the exact one rounded up or
    down, so that lines add up to subtotals, subtotals to the total, allocated and additional to the estimate, and categories of
    funds to what is allocated. Only the total of a category may be off by more, where lines and subtotals leave no choice.
    """
    unit = plan.display_unit
    paid = paid_by_category(plan, funding) if funding else [(delivery.amount,) for delivery in allocation]
    exact = [
        tuple(Fraction(amount, unit) for amount in (*shares, output.cost - delivery.amount))
        for output, delivery, shares in zip(plan.outputs, allocation, paid, strict=True)
    ]
    lines = in_groups(exact, plan.members.values(), Fraction(allocation.spend, unit))
    outputs = tuple(Figures.of(line[:-1], line[-1], funding is not None) for line in lines)
    nothing = Figures(0, 0, (0,) * (len(categories(plan)) if funding else 0))
    components = {key: sum((outputs[i] for i in members), nothing) for key, members in plan.members.items()}
    extents = dict.fromkeys(Extent, nothing)
    for figures, delivery in zip(outputs, allocation, strict=True):
        extents[extent(delivery)] += figures
    return Shown(sum(components.values(), nothing), components, outputs, extents)


def in_full_and_in_part(deliveries: Iterable[Delivery]) -> tuple[int, int]:
    """How many outputs are delivered in full, and how many in part."""
    kinds = Counter(map(extent, deliveries))
    return kinds[Extent.IN_FULL], kinds[Extent.IN_PART]


def in_groups(exact: Sequence[Line], groups: Iterable[Sequence[int]], spend: Fraction) -> list[tuple[int, ...]]:
    """Lines of groups in whole numbers: first what each group gets of the total, then what each line gets of that.

    All columns but the last add up to `spend`.

    Where the lines of a group cannot come to what it was to get in a category, the groups after it make up for it.
    """
    groups = [group for group in groups if group]
    sums = [_sum([exact[i] for i in group]) for group in groups]
    whole = _sum(sums)
    allocated = nearest(spend)
    left = (*largest_remainder(whole[:-1], allocated), nearest(sum(whole, Fraction(0))) - allocated)
    wanted, found = split_table(sums, left), dict[int, tuple[int, ...]]()
    for k, group in enumerate(groups):
        lines = split_table([exact[i] for i in group], wanted[k])
        found |= zip(group, lines, strict=True)
        reached = tuple(map(sum, zip(*lines, strict=True)))
        left = tuple(a - b for a, b in zip(left, reached, strict=True))
        if reached != wanted[k]:
            wanted[k + 1 :] = split_table(sums[k + 1 :], left)
    return [found[i] for i in range(len(exact))]


def _sum(lines: Iterable[Line]) -> Line:
    return tuple(sum(column, Fraction(0)) for column in zip(*lines, strict=True))


def categories(plan: Plan) -> tuple[str, ...]:
    """The categories of the funds that count, in order of first appearance; none in a scenario without funds."""
    return tuple(dict.fromkeys(fund.category for fund in plan.funds))


def paid_by_category(plan: Plan, funding: Funding) -> list[tuple[int, ...]]:
    """What each category of funds pays for each output, in whole units of the currency."""
    position = {name: c for c, name in enumerate(categories(plan))}
    table = [[0] * len(position) for _ in plan.outputs]
    for payment in funding.payments:
        table[payment.output][position[plan.funds[payment.fund].category]] += payment.amount
    return [tuple(row) for row in table]


def shown_by_category(plan: Plan, funding: Funding, amounts: Shown) -> dict[str, tuple[int, int, int]]:
    """Of each category of funds what is available, allocated and not used; the first is the sum of the others.

    Added up they are the available resources, the total allocated and the balance of the other tables. Each balance is the exact
    one rounded up or down: up where what is available would else be shown too low by most.
    """
    unit, allocated = plan.display_unit, amounts.total.categories
    money = _by_category(plan, ((fund.category, sum(fund.amounts)) for fund in plan.funds))
    paid = _by_category(plan, ((plan.funds[payment.fund].category, payment.amount) for payment in funding.payments))
    balance = [(own - out) // unit for own, out in zip(money, paid, strict=True)]
    missing = [own - unit * (shown + rest) for own, shown, rest in zip(money, allocated, balance, strict=True)]
    whole = [(own - out) % unit == 0 for own, out in zip(money, paid, strict=True)]
    more = shown_resources(plan, sum(money)) - amounts.total.allocated - sum(balance)
    for c in sorted(range(len(money)), key=lambda c: (whole[c], -missing[c], c))[:more]:
        balance[c] += 1
    return {name: (shown + rest, shown, rest) for name, shown, rest in zip(categories(plan), allocated, balance, strict=True)}


def _by_category(plan: Plan, amounts: Iterable[tuple[str, int]]) -> list[int]:
    totals = dict.fromkeys(categories(plan), 0)
    for name, amount in amounts:
        totals[name] += amount
    return list(totals.values())


@dataclass(frozen=True)
class ByPeriod:
    """The published amounts of the components by category of funds and period; one category without a name where no funds pay."""

    categories: tuple[str, ...]
    components: Mapping[str, tuple[tuple[int, ...], ...]]

    @property
    def total(self) -> tuple[tuple[int, ...], ...]:
        """By category and period."""
        return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*self.components.values(), strict=True))


def shown_by_period(plan: Plan, allocation: Allocation, funding: Funding | None, amounts: Shown) -> ByPeriod:
    """What falls on each period, so that periods add up to what the other tables show of the component and category."""
    names = categories(plan) if funding else ("",)
    keys = list(plan.members)
    exact = [[[0] * len(plan.periods) for _ in names] for _ in keys]
    for due in dues(plan, allocation, funding):
        row, column = keys.index(plan.outputs[due.output].component), names.index(due.fund.category if due.fund else "")
        exact[row][column][due.period] += due.amount
    totals = [amounts.components[key].categories or (amounts.components[key].allocated,) for key in keys]
    layers = split_layers(exact, totals, plan.display_unit)
    return ByPeriod(names, {key: tuple(map(tuple, rows)) for key, rows in zip(keys, layers, strict=True)})


@dataclass(frozen=True, slots=True)
class Due:
    """What an output needs in a period, and the fund that pays it, None where no funds pay; positions of output and period."""

    output: int
    period: int
    fund: Fund | None
    amount: int


def dues(plan: Plan, allocation: Allocation, funding: Funding | None) -> Iterator[Due]:
    """Every amount with its time, in the plan's order of outputs, periods and funds."""
    if funding:
        for payment in funding.payments:
            yield Due(payment.output, payment.period, plan.funds[payment.fund], payment.amount)
        return
    for i, delivery in enumerate(allocation):
        amounts = Counter[int]()
        for part in parts(plan, i, delivery):
            amounts[part.period] += part.amount
        yield from (Due(i, t, None, amount) for t, amount in sorted(amounts.items()))


def minima(scenario: Scenario) -> dict[str, int]:
    """The minimum allocation of each component that has one, in whole units of the currency."""
    return {rule.component: rule.limit for rule in scenario.rules if isinstance(rule, Floor)}


def maxima(scenario: Scenario) -> dict[str, int]:
    """The maximum allocation of each component that has one, in whole units of the currency."""
    return {rule.component: rule.limit for rule in scenario.rules if isinstance(rule, Ceiling)}


def shown_minimum(plan: Plan, amount: int) -> int:
    """Rounded down: an allocation that respects a minimum is never shown below it."""
    return amount // plan.display_unit


def shown_maximum(plan: Plan, amount: int) -> int:
    return -(-amount // plan.display_unit)


def shown_resources(plan: Plan, amount: int) -> int:
    """The nearest, as the total allocated is, so that resources cover the total as shown."""
    return nearest(Fraction(amount, plan.display_unit))


def ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def priority_delivered(plan: Plan, allocation: Allocation) -> Fraction:
    """Priority of each output times the share of it delivered, as a share of what full costing delivers."""
    total = sum(plan.priorities, Fraction(0))
    points = sum((v * d.share for v, d in zip(plan.priorities, allocation, strict=True)), Fraction(0))
    return points / (100 * total) if total else Fraction(0)
