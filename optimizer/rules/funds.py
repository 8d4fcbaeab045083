"""The funds: what outputs need in each period is paid by funds that may pay for it, from money of that period or carried over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.fund import Fund
from optimizer.funding import Need, Payers, Shortage, need_of, needs, payable, presumed, shortages
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.base import Breach, LevelColumns, Measure, Separated


@dataclass(frozen=True, slots=True)
class FundMoney(Separated):
    """No set N of needs asks for more than M(N), the most that the funds could pay for them.

    A need is what a group of funds alone may pay in one period. There are as many rows as sets of needs; those that matter are
    found by a maximum flow (Ford and Fulkerson 1956).
    """

    KIND: ClassVar[str] = "funds"
    FORMULA: ClassVar[str] = "sum_((i,t) in N) sum_l (r_ilt - r_i,l-1,t) u_il <= M(N) for every set N of needs"
    REMOVABLE: ClassVar[bool] = True

    funds: tuple[Fund, ...]
    payers: tuple[Payers, ...]
    periods: tuple[str, ...]

    @property
    def key(self) -> str:
        return "funds"

    def describe(self, plan: Plan) -> str:
        money = plan.money(sum(sum(fund.amounts) for fund in self.funds))
        return f"The funds ({money} in all) pay for what they may pay for, in the periods in which they have money"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        """What is needed up to each period, and what each group of payers may be asked for: most of the rows that matter.

        Where nothing is carried over, what is needed in each period instead, which says more.
        """
        cuts = self.separator(columns)
        everything = sorted(cuts.terms)
        carrying = any(fund.carry_over for fund in self.funds)
        sets = [
            frozenset(need for need in everything if need[1] == t or (carrying and need[1] < t)) for t in range(len(self.periods))
        ]
        sets += [frozenset(need for need in everything if set(need[0]) <= set(group)) for group, _ in everything]
        yield from (cuts.row(chosen) for chosen in dict.fromkeys(sets) if chosen)

    def separator(self, columns: LevelColumns) -> FundCuts:
        return FundCuts(self, columns)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        demand = needs(plan, allocation, presumed)
        for shortage in shortages(self.funds, len(self.periods), demand)[:1]:
            yield Breach(self.key, self.KIND, self._fault(plan, shortage), shortage.payable, shortage.needed)

    def _fault(self, plan: Plan, shortage: Shortage) -> str:
        who = sorted({f for able, _ in shortage.needs for f in able})
        names = " and ".join(self.funds[f].id for f in who) or "no fund"
        when = ", ".join(self.periods[t] for t in sorted({t for _, t in shortage.needs}))
        missing = plan.money(shortage.needed - shortage.payable)
        return f"{names} would have to pay {plan.money(shortage.needed)} in {when}, {missing} more than there is"

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return Measure("at most", sum(sum(fund.amounts) for fund in self.funds), allocation.spend, "money")


class FundCuts:
    """The rows of the funds over the columns of a program, written down where they are needed."""

    def __init__(self, rule: FundMoney, columns: LevelColumns) -> None:
        self.rule = rule
        position = {fund.id: f for f, fund in enumerate(rule.funds)}
        terms: dict[Need, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for i, able in enumerate(rule.payers):
            for column, part, coefficient in columns.needs(i):
                terms[need_of(part, able, position)][column] += coefficient
        self.terms = {need: tuple((j, c) for j, c in of_need.items() if c) for need, of_need in terms.items()}

    def row(self, wanted: frozenset[Need]) -> Row:
        total: dict[int, int] = defaultdict(int)
        for need in sorted(wanted):
            for column, coefficient in self.terms[need]:
                total[column] += coefficient
        limit = payable(self.rule.funds, len(self.rule.periods), wanted)
        return Row(f"funds[{self._name(wanted)}]", tuple((j, c) for j, c in sorted(total.items()) if c), upper=limit)

    def _name(self, wanted: Iterable[Need]) -> str:
        by_group: dict[Payers, list[int]] = defaultdict(list)
        for able, t in sorted(wanted):
            by_group[able].append(t)
        return "; ".join(
            f"{'+'.join(self.rule.funds[f].id for f in able) or 'no fund'} {','.join(self.rule.periods[t] for t in when)}"
            for able, when in by_group.items()
        )

    def violated(self, point: Sequence[float]) -> Iterator[Row]:
        """Rows that a point does not respect; amounts of a fractional point are cut to whole ones."""
        demand = {need: max(int(sum(c * point[j] for j, c in terms)), 0) for need, terms in self.terms.items()}
        for shortage in shortages(self.rule.funds, len(self.rule.periods), demand):
            yield self.row(shortage.needs)
