"""Minimum and maximum allocation of a component: an amount, a share of its estimate, or a share of the resources.

Three bases, three different rules, named apart: under a minimum that is a share of the *resources* value can fall when money
rises, because the minimum rises too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.plan import Basis, Plan
from optimizer.rules.base import Comparison, LevelColumns, Sense

_BASIS = {Basis.AMOUNT: "an amount", Basis.ESTIMATE: "share of its estimate", Basis.RESOURCES: "share of the resources"}


@dataclass(frozen=True, slots=True)
class _ComponentTotal(Comparison):
    component: str
    basis: Basis
    members: tuple[int, ...]
    limit: int

    @property
    def key(self) -> str:
        return f"{self.KIND}[{self.component}]"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        return (term for i in self.members for term in columns.amount(i))

    def value(self, plan: Plan, allocation: Allocation) -> int:
        return sum(d.amount for output, d in zip(plan.outputs, allocation, strict=True) if output.component == self.component)

    def _describe(self, plan: Plan, word: str) -> str:
        return f"{word} allocation of component {self.component} is {plan.money(self.limit)} ({_BASIS[self.basis]})"


class Floor(_ComponentTotal):
    """The outputs of a component receive together at least `limit`, in whole units of money (a fraction is rounded up)."""

    __slots__ = ()
    KIND: ClassVar[str] = "floor"
    FORMULA: ClassVar[str] = "sum_(i in k) sum_l (a_il - a_i,l-1) u_il >= ceil(F_k)"
    SENSE: ClassVar[Sense] = "at least"

    def describe(self, plan: Plan) -> str:
        return self._describe(plan, "Minimum")

    def fault(self, value: int) -> str:
        return f"component {self.component} receives {value:,}, {self.limit - value:,} less than its minimum"


class Balance(_ComponentTotal):
    """Under the objective *balanced*, a component receives at least the share t* of its estimate that all can receive."""

    __slots__ = ()
    KIND: ClassVar[str] = "balance"
    FORMULA: ClassVar[str] = "sum_(i in k) sum_l (a_il - a_i,l-1) u_il >= ceil(t* E_k)"
    SENSE: ClassVar[Sense] = "at least"
    REMOVABLE: ClassVar[bool] = False

    def describe(self, plan: Plan) -> str:
        return f"Balanced coverage: component {self.component} receives at least {plan.money(self.limit)}"

    def fault(self, value: int) -> str:
        return f"component {self.component} receives {value:,}, {self.limit - value:,} less than balanced coverage asks for"


class Ceiling(_ComponentTotal):
    """The outputs of a component receive together at most `limit`, in whole units of money (a fraction is rounded down)."""

    __slots__ = ()
    KIND: ClassVar[str] = "ceiling"
    FORMULA: ClassVar[str] = "sum_(i in k) sum_l (a_il - a_i,l-1) u_il <= floor(C_k)"
    SENSE: ClassVar[Sense] = "at most"

    def describe(self, plan: Plan) -> str:
        return self._describe(plan, "Maximum")

    def fault(self, value: int) -> str:
        return f"component {self.component} receives {value:,}, {value - self.limit:,} more than its maximum"
