"""What every rule is: a row writer for the model, a checker for the audit, a line in the report.

A rule is written twice on purpose. `rows` speaks to the solver in level increments; `breaches` looks at a finished
allocation and knows nothing of rows. A slip in one half is caught by the other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import ClassVar, Literal, Protocol

from optimizer.allocation import Allocation
from optimizer.plan import Level, Plan
from optimizer.program import Row
from optimizer.timing import Part, Variant

Sense = Literal["at most", "at least"]
Unit = Literal["money", "outputs", "per cent"]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that an allocation does not respect, with the figures: what the rule asks and what the allocation has."""

    rule: str
    kind: str
    message: str
    limit: int
    value: int


@dataclass(frozen=True, slots=True)
class Measure:
    """How an allocation stands to a rule: `value` against `limit` (money, or a count), `slack` >= 0 when respected."""

    sense: Sense
    limit: int
    value: int
    unit: Unit

    @property
    def slack(self) -> int:
        return self.limit - self.value if self.sense == "at most" else self.value - self.limit

    @property
    def binding(self) -> bool:
        return self.slack == 0


@dataclass(frozen=True)
class LevelColumns:
    """Where the columns of each output are: u[i, l] = 1 when output i is delivered at level l or above (l = 1 is the lowest).

    For each later start s of an output there are as many again: v[i, s, l] = 1 when it is delivered at level l or above and
    begins at s. `first` and `late` are the first column of each.
    """

    levels: tuple[tuple[Level, ...], ...]
    variants: tuple[tuple[Variant, ...], ...]
    first: tuple[int, ...]
    late: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, plan: Plan) -> LevelColumns:
        counts = [len(levels) for levels in plan.levels]
        starts = list(accumulate(counts, initial=0))
        column, late = starts[-1], []
        for count, variants in zip(counts, plan.variants, strict=True):
            late.append(tuple(range(column, column + count * (len(variants) - 1), count)))
            column += count * (len(variants) - 1)
        return cls(plan.levels, plan.variants, tuple(starts[:-1]), tuple(late))

    def after(self, count: int) -> LevelColumns:
        """The same columns where so many others come before them."""
        late = tuple(tuple(first + count for first in of_output) for of_output in self.late)
        return replace(self, first=tuple(first + count for first in self.first), late=late)

    def labels(self, plan: Plan) -> Iterator[str]:
        """What each column is called, in order."""
        for output, levels in zip(plan.outputs, self.levels, strict=True):
            yield from (f"u[{output.id},{l}]" for l in range(1, len(levels) + 1))
        for output, levels, variants in zip(plan.outputs, self.levels, self.variants, strict=True):
            for variant in variants[1:]:
                name = plan.periods[variant.start].name
                yield from (f"v[{output.id},{name},{l}]" for l in range(1, len(levels) + 1))

    def of_output(self, i: int) -> tuple[int, ...]:
        """All columns of output i."""
        depth = len(self.levels[i])
        return tuple(j for first in (self.first[i], *self.late[i]) for j in range(first, first + depth))

    def starting(self, i: int, s: int, level: int) -> int:
        """The column v[i, s, level] of the s-th later start, s and level from 1."""
        return self.late[i][s - 1] + level - 1

    def needs(self, i: int) -> Iterator[tuple[int, Part, int]]:
        """What output i needs by period, as (column, part, coefficient): the amounts of the parts are the coefficients' sizes."""
        planned = self.variants[i][0]
        for s, variant in enumerate(self.variants[i]):
            for l in range(1, len(self.levels[i]) + 1):
                column = self.starting(i, s, l) if s else self.at_least(i, l)
                instead = ((-1, planned, l), (1, planned, l - 1)) if s else ()
                for sign, of, at in ((1, variant, l), (-1, variant, l - 1), *instead):
                    yield from ((column, part, sign * part.amount) for part in (of.splits[at - 1] if at else None) or ())

    def exactly(self, i: int, s: int, level: int) -> dict[int, int]:
        """The terms of a sum that is 1 when output i is delivered at this level and begins at its s-th start (0: as planned)."""
        terms: dict[int, int] = {}
        for l, sign in ((level, 1), (level + 1, -1)):
            if l > len(self.levels[i]):
                continue
            if s:
                terms[self.starting(i, s, l)] = sign
            else:
                terms[self.at_least(i, l)] = sign
                terms |= {self.starting(i, other, l): -sign for other in range(1, len(self.variants[i]))}
        return terms

    def at_least(self, i: int, level: int) -> int:
        """The column u[i, level]; levels count from 1."""
        return self.first[i] + level - 1

    def funded(self, i: int) -> int:
        """The column x[i] = u[i, 1]: output i is funded at any level."""
        return self.first[i]

    def delivered(self, i: int, share: int) -> int | None:
        """The column that says output i is delivered to at least `share` per cent; None when no level does."""
        reach = self.reaching(i, lambda level: level.share >= share)
        return None if reach is None else self.at_least(i, reach)

    def paid(self, i: int, amount: int) -> int | None:
        """The column that says output i receives at least `amount`; None when no level does."""
        reach = self.reaching(i, lambda level: level.amount >= amount)
        return None if reach is None else self.at_least(i, reach)

    def reaching(self, i: int, enough: Callable[[Level], bool]) -> int | None:
        return next((l for l, level in enumerate(self.levels[i], start=1) if enough(level)), None)

    def amount(self, i: int) -> Iterator[tuple[int, int]]:
        """The amount of output i as (column, increment) terms."""
        below = 0
        for l, level in enumerate(self.levels[i], start=1):
            yield self.at_least(i, l), level.amount - below
            below = level.amount


class Rule(Protocol):
    """Anything an allocation must respect.

    KIND names the family, FORMULA states it in the symbols of docs/model.md. REMOVABLE is False for the rules without which
    the question has no meaning (an output has one level).
    """

    KIND: ClassVar[str]
    FORMULA: ClassVar[str]
    REMOVABLE: ClassVar[bool]

    @property
    def key(self) -> str:
        """Unique among the rules of a scenario; stable when other rules come and go."""
        ...

    def describe(self, plan: Plan) -> str:
        """The rule in a sentence, named as in the workbook."""
        ...

    def rows(self, columns: LevelColumns) -> Iterable[Row]:
        """The rows of the model; their labels begin with `key`."""
        ...

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterable[Breach]:
        """Every way in which `allocation` does not respect the rule, in exact integers."""
        ...

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        """Limit, value and slack for the report."""
        ...


class Separator(Protocol):
    """Finds, among rows too many to write down, those that a point does not respect."""

    def violated(self, point: Sequence[float]) -> Iterable[Row]:
        """Rows that every allowed point respects and this one, in whole numbers or not, does not; none when it respects all."""
        ...


class Separated(ABC):
    """A rule whose rows are too many to write down: `rows` gives some, `separator` finds the others where they matter."""

    __slots__ = ()

    @abstractmethod
    def separator(self, columns: LevelColumns) -> Separator: ...


class Comparison(ABC):
    """A rule that compares one figure with a limit: the families differ in what they add up and in what they say.

    `terms` adds up the figure for the model, `value` for a finished allocation; neither knows the other.
    """

    __slots__ = ()
    KIND: ClassVar[str]
    SENSE: ClassVar[Sense]
    UNIT: ClassVar[Unit] = "money"
    REMOVABLE: ClassVar[bool] = True
    limit: int

    @property
    @abstractmethod
    def key(self) -> str: ...

    @abstractmethod
    def terms(self, columns: LevelColumns) -> Iterable[tuple[int, int]]: ...

    @abstractmethod
    def value(self, plan: Plan, allocation: Allocation) -> int: ...

    @abstractmethod
    def fault(self, value: int) -> str:
        """What is wrong when the figure is `value`, in a sentence without its full stop."""

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        terms = tuple(self.terms(columns))
        yield Row(self.key, terms, upper=self.limit) if self.SENSE == "at most" else Row(self.key, terms, lower=self.limit)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        measure = self.measure(plan, allocation)
        if measure.slack < 0:
            yield Breach(self.key, self.KIND, self.fault(measure.value), self.limit, measure.value)

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return Measure(self.SENSE, self.limit, self.value(plan, allocation), self.UNIT)
