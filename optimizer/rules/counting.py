"""Rules that count funded outputs: at most or at least k of a group, and coverage of a tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimizer.allocation import Allocation
from optimizer.plan import Plan
from optimizer.rules.base import Comparison, LevelColumns, Sense, Unit


@dataclass(frozen=True, slots=True)
class _GroupCount(Comparison):
    UNIT: ClassVar[Unit] = "outputs"

    group: str
    members: tuple[int, ...]
    limit: int

    @property
    def key(self) -> str:
        return f"{self.KIND}[{self.group}]"

    def describe(self, plan: Plan) -> str:
        return f"{self.KIND.capitalize()} {self.limit} of group {self.group} ({_ids(plan, self.members)})"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        return ((columns.funded(i), 1) for i in self.members)

    def value(self, plan: Plan, allocation: Allocation) -> int:
        return sum(allocation[i].funded for i in self.members)

    def fault(self, value: int) -> str:
        return f"{value} outputs of group {self.group} are funded; {self.KIND} {self.limit} is the rule"


class AtMost(_GroupCount):
    """At most `limit` outputs of the group are funded (alternatives)."""

    __slots__ = ()
    KIND: ClassVar[str] = "at most"
    FORMULA: ClassVar[str] = "sum_(i in G) x_i <= k"
    SENSE: ClassVar[Sense] = "at most"


class AtLeast(_GroupCount):
    """At least `limit` outputs of the group are funded."""

    __slots__ = ()
    KIND: ClassVar[str] = "at least"
    FORMULA: ClassVar[str] = "sum_(i in G) x_i >= k"
    SENSE: ClassVar[Sense] = "at least"


@dataclass(frozen=True, slots=True)
class TagCoverage(Comparison):
    """At least `limit` funded outputs carry the tag. `carriers` are positions."""

    KIND: ClassVar[str] = "coverage"
    FORMULA: ClassVar[str] = "sum_(i carries g) x_i >= n_g"
    SENSE: ClassVar[Sense] = "at least"
    UNIT: ClassVar[Unit] = "outputs"

    tag_column: str
    tag: str
    carriers: tuple[int, ...]
    limit: int

    @property
    def key(self) -> str:
        return f"coverage[{self.tag_column}:{self.tag}]"

    def describe(self, plan: Plan) -> str:
        return f"At least {self.limit} funded outputs carry {self.tag} ({self.tag_column}): {_ids(plan, self.carriers)} do"

    def terms(self, columns: LevelColumns) -> Iterator[tuple[int, int]]:
        return ((columns.funded(i), 1) for i in self.carriers)

    def value(self, plan: Plan, allocation: Allocation) -> int:
        column = plan.tag_columns.index(self.tag_column)
        return sum(d.funded and self.tag in o.tags[column] for o, d in zip(plan.outputs, allocation, strict=True))

    def fault(self, value: int) -> str:
        return f"{value} funded outputs carry {self.tag} ({self.tag_column}); at least {self.limit} must"


def _ids(plan: Plan, members: tuple[int, ...]) -> str:
    return ", ".join(plan.outputs[i].id for i in members) or "none"
