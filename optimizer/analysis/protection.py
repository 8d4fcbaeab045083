"""Resources protected against costs that exceed their estimates: any few outputs at once (Bertsimas and Sim 2004)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from optimizer.allocation import Allocation, Delivery
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer
from optimizer.analysis.chance import bound, overrun
from optimizer.audit import Attained
from optimizer.plan import Level, Plan
from optimizer.program import Row
from optimizer.rules import Breach, Budget, LevelColumns, Measure, Separated
from optimizer.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Protected(Separated):
    """The resources suffice when any `gamma` outputs cost `percent` more than what they receive, beyond what is spent.

    There is a row for each set of so many outputs. Those that matter are found where they are not respected: the worst set is
    that of the largest amounts (Fischetti and Monaci 2012 for this way to solve it).
    """

    KIND: ClassVar[str] = "protection"
    FORMULA: ClassVar[str] = "sum_i a_i + p / 100 sum_(i in S) (a_i - spent_i) <= B for every set S of Gamma outputs"
    REMOVABLE: ClassVar[bool] = True

    gamma: int
    percent: int
    spent: tuple[int, ...]
    resources: int

    @property
    def key(self) -> str:
        return "protection"

    def describe(self, plan: Plan) -> str:
        return f"Any {self.gamma} outputs may cost {self.percent}% more within {plan.money(self.resources)}"

    def rows(self, columns: LevelColumns) -> Iterator[Row]:
        """The row of the outputs that could receive most."""
        largest = sorted(range(len(self.spent)), key=lambda i: -uncertain(columns.levels[i][-1].amount, self.spent[i]))
        yield ProtectionCuts(self, columns).row(largest[: self.gamma])

    def separator(self, columns: LevelColumns) -> ProtectionCuts:
        return ProtectionCuts(self, columns)

    def hundredths(self, allocation: Allocation) -> int:
        """The most that the allocation may come to cost, in hundredths of a unit of money."""
        above = sorted((uncertain(d.amount, spent) for d, spent in zip(allocation, self.spent, strict=True)), reverse=True)
        return 100 * allocation.spend + self.percent * sum(above[: self.gamma])

    def breaches(self, plan: Plan, allocation: Allocation) -> Iterator[Breach]:
        measure = self.measure(plan, allocation)
        if measure.slack < 0:
            message = f"{measure.value:,} may be needed, {-measure.slack:,} more than the resources"
            yield Breach(self.key, self.KIND, message, measure.limit, measure.value)

    def measure(self, plan: Plan, allocation: Allocation) -> Measure:
        return Measure("at most", self.resources, -(-self.hundredths(allocation) // 100), "money")


class ProtectionCuts:
    """The rows of a protection over the columns of a program."""

    def __init__(self, rule: Protected, columns: LevelColumns) -> None:
        self.rule = rule
        self.amounts = [tuple(columns.amount(i)) for i in range(len(rule.spent))]
        self.above = [
            tuple(_increments(columns, i, levels, spent))
            for i, (levels, spent) in enumerate(zip(columns.levels, rule.spent, strict=True))
        ]

    def row(self, chosen: Iterable[int]) -> Row:
        terms = {column: 100 * increment for of_output in self.amounts for column, increment in of_output}
        members = sorted(chosen)
        for column, increment in (term for i in members for term in self.above[i]):
            terms[column] += self.rule.percent * increment
        name = f"protection[{','.join(map(str, members))}]"
        return Row(name, tuple((j, c) for j, c in terms.items() if c), upper=100 * self.rule.resources)

    def violated(self, point: Sequence[float]) -> Iterator[Row]:
        above = [sum(increment * point[column] for column, increment in terms) for terms in self.above]
        worst = sorted(range(len(above)), key=lambda i: -above[i])[: self.rule.gamma]
        spend = sum(increment * point[column] for terms in self.amounts for column, increment in terms)
        if 100 * spend + self.rule.percent * sum(above[i] for i in worst) > 100 * self.rule.resources:
            yield self.row(worst)


def _increments(columns: LevelColumns, i: int, levels: tuple[Level, ...], spent: int) -> Iterator[tuple[int, int]]:
    below = 0
    for l, level in enumerate(levels, start=1):
        yield columns.at_least(i, l), uncertain(level.amount, spent) - below
        below = uncertain(level.amount, spent)


def uncertain(amount: int, spent: int) -> int:
    """The part of an amount that is still an estimate."""
    return max(amount - spent, 0)


def protected(scenario: Scenario, gamma: int, percent: int) -> Protected:
    """The rule for a scenario: in a re-plan what is spent is known."""
    plan = scenario.plan
    spent = tuple(output.spent if plan.first_open_year is not None else 0 for output in plan.outputs)
    return Protected(gamma, percent, spent, scenario.resources)


@dataclass(frozen=True, slots=True)
class Protection:
    """The best allocation whose cost stays within the resources when any `gamma` outputs cost the range more.

    `most` is the most that it may then cost (rounded up). `overrun` is the probability that costs exceed the resources when each
    output costs the range more or less, each with probability one half and independently; None where it is too large to count.
    `bound` holds for every independent and symmetric deviation within the range.
    """

    gamma: int
    deliveries: tuple[Delivery, ...]
    attained: Attained
    spend: int
    most: int
    overrun: Fraction | None
    bound: Fraction


def protections(
    present: Best, percent: int, gammas: Sequence[int] | None, reoptimizer: Reoptimizer
) -> tuple[tuple[Protection, ...], tuple[int, ...], tuple[int, ...]]:
    """In order of gamma: the best allocations, the gammas that none survives, and those that were not settled in time.

    Protecting against more is never worth more, so an answer that survives more is the answer there too.
    """
    count = len(present.scenario.plan.outputs)
    wanted = sorted({min(gamma, count) for gamma in (gammas or (0, 1, 2, 4, 8, count))}) if percent else []
    found, impossible, unknown, best = list[Protection](), list[int](), list[int](), present
    for place, gamma in enumerate(wanted):
        answered: Best | None = best if _survives(best, gamma, percent) else None
        if answered is None and not impossible:
            try:
                answered = _protected(present.scenario, gamma, percent, reoptimizer, len(wanted) - place)
            except OutOfTime:
                unknown.append(gamma)
                continue
        if answered is None:
            impossible.append(gamma)
        else:
            best = answered
            found.append(_protection(best, gamma, percent))
    return tuple(found), tuple(impossible), tuple(unknown)


def _survives(best: Best, gamma: int, percent: int) -> bool:
    return not any(protected(best.scenario, gamma, percent).breaches(best.scenario.plan, best.allocation))


def _protected(scenario: Scenario, gamma: int, percent: int, reoptimizer: Reoptimizer, waiting: int) -> Best | None:
    """The best protected allocation. `waiting` questions share the time that is left."""
    rule = protected(scenario, gamma, percent)
    every = gamma == len(scenario.plan.outputs)
    # Against every output at once the total alone counts: (100 + p) sum a - p sum spent <= 100 B.
    total = (100 * scenario.resources + percent * sum(rule.spent)) // (100 + percent)
    others = (one for one in scenario.rules if not (every and isinstance(one, Budget)))
    own = Reoptimizer(reoptimizer.left / waiting)
    try:
        best = own.best(replace(scenario, rules=(*others, Budget(total) if every else rule)))
    finally:
        reoptimizer.programmes += own.programmes
        reoptimizer.solves += own.solves
    return None if best is None else Best(scenario, best.allocation, best.audit)


def _protection(best: Best, gamma: int, percent: int) -> Protection:
    rule = protected(best.scenario, gamma, percent)
    above = [uncertain(d.amount, spent) for d, spent in zip(best.allocation, rule.spent, strict=True)]
    certain, resources = best.audit.spend - sum(above), best.scenario.resources
    moving = sum(map(bool, above))
    return Protection(
        gamma,
        best.allocation.deliveries,
        best.audit.attained,
        best.audit.spend,
        -(-rule.hundredths(best.allocation) // 100),
        overrun(above, percent, certain, resources),
        bound(moving, min(gamma, moving)),
    )
