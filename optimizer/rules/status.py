"""What is already decided about an output: committed to an amount, or deferred."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.base import Breach, LevelColumns, Measure


@dataclass(frozen=True, slots=True)
class Committed:
    """The output is funded at least at the smallest level that covers the committed amount; the money counts towards minima."""

    KIND: ClassVar[str] = "committed"
    FORMULA: ClassVar[str] = "u_il = 1 for the smallest l with a_il >= m_i"
    REMOVABLE: ClassVar[bool] = True

    output: str
    i: int
    amount: int

    @property
    def key(self) -> str:
        return f"committed[{self.output}]"

    def describe(self, plan: Plan) -> str:
        if plan.first_open_year is not None and plan.outputs[self.i].spent >= self.amount:
            return f"Output {self.output} has spent {plan.money(self.amount)}, which stays"
        return f"Output {self.output} is committed at {plan.money(self.amount)} or more"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        column = columns.paid(self.i, self.amount)
        yield Row(self.key, () if column is None else ((column, 1),), lower=1)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        given = allocation[self.i]
        if not given.funded or given.amount < self.amount:
            message = f"output {self.output} receives {given.amount:,}; {self.amount:,} is committed"
            yield Breach(self.key, self.KIND, message, self.amount, given.amount)

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return Measure("at least", self.amount, allocation[self.i].amount, "money")


@dataclass(frozen=True, slots=True)
class Deferred:
    """The output receives nothing, or nothing beyond what it has spent."""

    KIND: ClassVar[str] = "deferred"
    FORMULA: ClassVar[str] = "u_il = 0 for the smallest l with a_il > spent (x_i = 0 where nothing is)"
    REMOVABLE: ClassVar[bool] = True

    output: str
    i: int
    spent: int = 0

    @property
    def key(self) -> str:
        return f"deferred[{self.output}]"

    def describe(self, plan: Plan) -> str:
        return f"Output {self.output} is deferred"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        level = columns.reaching(self.i, lambda level: level.amount > self.spent or not self.spent)
        if level is not None:
            yield Row(self.key, ((columns.at_least(self.i, level), 1),), upper=0)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        given = allocation[self.i]
        if given.amount > self.spent or (given.funded and not self.spent):
            message = f"output {self.output} is deferred but receives {given.amount:,}"
            yield Breach(self.key, self.KIND, message, self.spent, given.amount)

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return Measure("at most", self.spent, allocation[self.i].amount, "money")
