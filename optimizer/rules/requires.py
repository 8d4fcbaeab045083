"""An output that can be funded only if another is funded, or delivered to a given share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.base import Breach, LevelColumns, Measure


@dataclass(frozen=True, slots=True)
class Requires:
    """Output `i` is funded only if output `j` is delivered to at least `share` per cent (0: at any level)."""

    KIND: ClassVar[str] = "requires"
    FORMULA: ClassVar[str] = "x_i <= u_jl for the smallest l with s_jl >= p (x_i <= x_j where p = 0)"
    REMOVABLE: ClassVar[bool] = True

    output: str
    i: int
    requires: str
    j: int
    share: int

    @property
    def key(self) -> str:
        return f"requires[{self.output},{self.requires}]"

    def describe(self, plan: Plan) -> str:
        extent = f", delivered to at least {self.share} per cent" if self.share else ""
        return f"Output {self.output} requires output {self.requires}{extent}"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        needed = columns.delivered(self.j, self.share)
        x = (columns.funded(self.i), 1)
        yield Row(self.key, (x,) if needed is None else (x, (needed, -1)), upper=0)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        met = allocation[self.j].funded and allocation[self.j].share >= self.share
        if allocation[self.i].funded and not met:
            message = f"output {self.output} is funded but output {self.requires}, which it requires, is not sufficiently so"
            yield Breach(self.key, self.KIND, message, max(self.share, 1), allocation[self.j].share)

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        asked = allocation[self.i].funded
        if not self.share:
            return Measure("at least", int(asked), int(allocation[self.j].funded), "outputs")
        return Measure("at least", self.share if asked else 0, allocation[self.j].share, "per cent")
