"""The resources: all amounts together, money already committed among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.plan import Plan
from optimizer.rules.base import Comparison, LevelColumns, Sense


@dataclass(frozen=True, slots=True)
class Budget(Comparison):
    """Total allocated <= available resources (gross), in whole units of money."""

    KIND: ClassVar[str] = "budget"
    FORMULA: ClassVar[str] = "sum_i sum_l (a_il - a_i,l-1) u_il <= B"
    SENSE: ClassVar[Sense] = "at most"

    limit: int

    @property
    def key(self) -> str:
        return "budget"

    def describe(self, plan: Plan) -> str:
        return f"Available resources are {plan.money(self.limit)}"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        return (term for i in range(len(columns.levels)) for term in columns.amount(i))

    def value(self, plan: Plan, allocation: Allocation) -> int:
        return allocation.spend

    def fault(self, value: int) -> str:
        return f"{value:,} is allocated, {value - self.limit:,} more than the resources"
