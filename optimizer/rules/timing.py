"""When outputs are delivered: at one start each, while there is time, and without a pause where the plan asks for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from optimizer.allocation import Allocation, Delivery
from optimizer.funding import NoSplit, parts
from optimizer.plan import Level, Plan
from optimizer.program import Row
from optimizer.rules.base import Breach, LevelColumns, Measure
from optimizer.timing import Variant


@dataclass(frozen=True, slots=True)
class Start:
    """Output `i` begins as planned, or in one of the later periods in which it could."""

    KIND: ClassVar[str] = "start"
    FORMULA: ClassVar[str] = "v_isl >= v_is,l+1; sum_s v_isl <= u_il; u_il - sum_s v_isl >= u_i,l+1 - sum_s v_is,l+1"
    REMOVABLE: ClassVar[bool] = False

    output: str
    i: int

    @property
    def key(self) -> str:
        return f"start[{self.output}]"

    def describe(self, plan: Plan) -> str:
        later = ", ".join(plan.periods[variant.start].name for variant in plan.variants[self.i][1:])
        return f"Output {self.output} begins as planned or in {later}" if later else f"Output {self.output} begins as planned"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        for number, row in enumerate(self._rows(columns), start=1):
            yield replace(row, label=f"{self.key}.{number}")

    def _rows(self, columns: LevelColumns) -> Iterator[Row]:
        depth, starts = len(columns.levels[self.i]), range(1, len(columns.variants[self.i]))
        for l in range(1, depth + 1):
            late = tuple((columns.starting(self.i, s, l), 1) for s in starts)
            if not late:
                return
            yield Row("", ((columns.at_least(self.i, l), -1), *late), upper=0)
            if l == depth:
                return
            more = tuple((columns.starting(self.i, s, l + 1), 1) for s in starts)
            planned = (
                (columns.at_least(self.i, l), 1),
                (columns.at_least(self.i, l + 1), -1),
                *((j, -1) for j, _ in late),
                *more,
            )
            yield Row("", planned, lower=0)
            for (above, _), (below, _) in zip(more, late, strict=True):
                yield Row("", ((below, 1), (above, -1)), lower=0)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        start = allocation[self.i].start
        if start is not None and start not in [variant.start for variant in plan.variants[self.i][1:]]:
            yield Breach(self.key, self.KIND, f"output {self.output} begins in a period in which it cannot", 0, start)

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return _counted(self, plan, allocation)


@dataclass(frozen=True, slots=True)
class _Excluded:
    """Output `i` is delivered at none of some levels, each with a start (0: as planned): pairs of start and level, from 1."""

    KIND: ClassVar[str]
    FORMULA: ClassVar[str] = "u_il <= u_i,l+1 for each such level l; likewise for later starts"
    REMOVABLE: ClassVar[bool] = True

    output: str
    i: int
    levels: tuple[tuple[int, int], ...]

    @property
    def key(self) -> str:
        return f"{self.KIND}[{self.output}]"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        for number, (s, level) in enumerate(self.levels, start=1):
            yield Row(f"{self.key}.{number}", tuple(columns.exactly(self.i, s, level).items()), upper=0)

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        fault = self.fault(plan, allocation[self.i])
        if fault:
            yield Breach(self.key, self.KIND, f"output {self.output} {fault}", 0, allocation[self.i].amount)

    def fault(self, plan: Plan, delivery: Delivery) -> str:
        raise NotImplementedError

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return _counted(self, plan, allocation)


@dataclass(frozen=True, slots=True)
class Ended(_Excluded):
    """An output whose time is over receives nothing more than what is spent."""

    KIND: ClassVar[str] = "ended"

    def describe(self, plan: Plan) -> str:
        if plan.first_open_year is None:
            return f"Output {self.output} does not begin so late that no year is left for its level"
        return f"Output {self.output} has no year left from {plan.first_open_year} on and receives nothing more"

    def fault(self, plan: Plan, delivery: Delivery) -> str:
        output = plan.outputs[self.i]
        if delivery.amount <= (output.spent if plan.first_open_year is not None else 0):
            return ""
        over = output.end is not None and plan.first_open_year is not None and output.end < plan.first_open_year
        return "receives more than is spent although no year is left for it" if over or _unsplit(plan, self.i, delivery) else ""


@dataclass(frozen=True, slots=True)
class Continuity(_Excluded):
    """The money of an output does not stop in a period and go on in a later one."""

    KIND: ClassVar[str] = "continuity"

    def describe(self, plan: Plan) -> str:
        return f"The money of output {self.output} does not stop and go on later"

    def fault(self, plan: Plan, delivery: Delivery) -> str:
        try:
            paid = {part.period for part in parts(plan, self.i, delivery)}
        except NoSplit:
            return ""  # another rule says so
        return "receives money, then none, then money again" if paid and len(paid) <= max(paid) - min(paid) else ""


def timing_rules(plan: Plan) -> Iterator[Start | Ended | Continuity]:
    """What a plan says about the timing of its outputs."""
    for i, (levels, variants) in enumerate(zip(plan.levels, plan.variants, strict=True)):
        yield from timing_rules_of(plan, i, levels, variants)


def timing_rules_of(
    plan: Plan, i: int, levels: tuple[Level, ...], variants: tuple[Variant, ...]
) -> Iterator[Start | Ended | Continuity]:
    """The same for one output, with its levels and variants."""
    output = plan.outputs[i]
    if len(variants) > 1:
        yield Start(output.id, i)
    over = output.end is not None and plan.first_open_year is not None and output.end < plan.first_open_year
    spent = output.spent if plan.first_open_year is not None else 0
    ended, paused = [], []
    for s, variant in enumerate(variants):
        for l, (level, split) in enumerate(zip(levels, variant.splits, strict=True), start=1):
            if split is None or (over and level.amount > spent):
                ended.append((s, l))
            elif split and len({part.period for part in split}) <= split[-1].period - split[0].period:
                paused.append((s, l))
    if ended:
        yield Ended(output.id, i, tuple(ended))
    if paused and plan.continuity:
        yield Continuity(output.id, i, tuple(paused))


def _unsplit(plan: Plan, i: int, delivery: Delivery) -> bool:
    try:
        parts(plan, i, delivery)
    except NoSplit:
        return True
    return False


def _counted(rule: Start | _Excluded, plan: Plan, allocation: Allocation) -> Measure:
    return Measure("at most", 0, sum(1 for _ in rule.breaches(plan, allocation)), "outputs")
