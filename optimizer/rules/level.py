"""One level per output: nothing, or exactly one of the priced ways to deliver it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.base import Breach, LevelColumns, Measure


@dataclass(frozen=True, slots=True)
class OneLevel:
    """u_il >= u_i,l+1: a level counts only on top of those below it. Output `i` by position."""

    KIND: ClassVar[str] = "level"
    FORMULA: ClassVar[str] = "u_i1 >= u_i2 >= ... >= u_iL"
    REMOVABLE: ClassVar[bool] = False

    output: str
    i: int

    @property
    def key(self) -> str:
        return f"level[{self.output}]"

    def describe(self, plan: Plan) -> str:
        return f"Output {self.output} is delivered at one of its {len(plan.levels[self.i])} levels or not at all"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        for level in range(1, len(columns.levels[self.i])):
            lower, upper = columns.at_least(self.i, level), columns.at_least(self.i, level + 1)
            yield Row(f"{self.key}.{level}", ((lower, 1), (upper, -1)), lower=0)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        given = allocation[self.i]
        if given.start is not None and len(plan.variants[self.i]) == 1:  # where there are later starts, the rule Start says it
            message = f"output {self.output} begins later than planned, which it cannot"
            yield Breach(self.key, self.KIND, message, 0, given.start)
        if not given.funded or any((given.amount, given.share) == (level.amount, level.share) for level in plan.levels[self.i]):
            return
        message = f"output {self.output} receives {given.amount:,} for {given.share} per cent, which is none of its levels"
        yield Breach(self.key, self.KIND, message, plan.levels[self.i][0].amount, given.amount)

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return Measure("at most", plan.levels[self.i][-1].amount, allocation[self.i].amount, "money")
