"""How far an allocation may depart from the one last adopted: at most so many changes, at most so many drops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.plan import Level, Plan
from optimizer.program import Row
from optimizer.rules.base import Comparison, LevelColumns, Sense, Unit


@dataclass(frozen=True, slots=True)
class _Stability(Comparison):
    """`adopted` is the level of each output from which changes are counted, 0 for nothing."""

    SENSE: ClassVar[Sense] = "at most"
    UNIT: ClassVar[Unit] = "outputs"

    adopted: tuple[int, ...]
    limit: int

    @property
    def key(self) -> str:
        return self.KIND

    def _reference(self, plan: Plan, i: int) -> int:
        return plan.levels[i][self.adopted[i] - 1].amount if self.adopted[i] else 0

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        """The constant of the sum, one for each output that was funded, goes to the limit."""
        funded = sum(level > 0 for level in self.adopted)
        yield Row(self.key, tuple(self.terms(columns)), upper=self.limit - funded)

    def _kept(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        return ((columns.at_least(i, level), -1) for i, level in enumerate(self.adopted) if level)

    def _raised(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        for i, level in enumerate(self.adopted):
            if level < len(columns.levels[i]) and columns.levels[i][level].amount:  # a free output receives nothing either way
                yield columns.at_least(i, level + 1), 1


class Changes(_Stability):
    """At most `limit` outputs receive another amount than the one adopted."""

    __slots__ = ()
    KIND: ClassVar[str] = "changes"
    FORMULA: ClassVar[str] = "sum_i (1 - u_il + u_i,l+1) <= K for the adopted levels l"

    def describe(self, plan: Plan) -> str:
        return f"At most {self.limit} outputs differ from the adopted allocation"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        yield from self._kept(columns)
        yield from self._raised(columns)

    def value(self, plan: Plan, allocation: Allocation) -> int:
        return sum(delivery.amount != self._reference(plan, i) for i, delivery in enumerate(allocation))

    def fault(self, value: int) -> str:
        return f"{value} outputs differ from the adopted allocation; at most {self.limit} may"


class Drops(_Stability):
    """At most `limit` outputs receive less than the amount adopted."""

    __slots__ = ()
    KIND: ClassVar[str] = "drops"
    FORMULA: ClassVar[str] = "sum_i (1 - u_il) <= D for the adopted levels l >= 1"

    def describe(self, plan: Plan) -> str:
        return f"At most {self.limit} outputs receive less than in the adopted allocation"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        return self._kept(columns)

    def value(self, plan: Plan, allocation: Allocation) -> int:
        return sum(delivery.amount < self._reference(plan, i) for i, delivery in enumerate(allocation))

    def fault(self, value: int) -> str:
        return f"{value} outputs receive less than in the adopted allocation; at most {self.limit} may"


def adopted_levels(plan: Plan) -> tuple[int, ...]:
    """The level that each output's adopted amount stands for: the smallest that covers it, else the highest; 0 for nothing."""
    return tuple(_level(levels, output.adopted or 0) for output, levels in zip(plan.outputs, plan.levels, strict=True))


def _level(levels: tuple[Level, ...], adopted: int) -> int:
    if not adopted or not levels[-1].amount:
        return 0
    return next((l for l, level in enumerate(levels, start=1) if level.amount >= adopted), len(levels))
