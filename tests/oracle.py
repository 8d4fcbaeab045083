"""The model a second time, from the words of docs/model.md alone: every allocation is looked at, nothing is solved.

Reads the frozen facts of a plan and a scenario as written, and computes the rest itself: levels, priorities, limits, rules; time
and money by fund are in oracle_time.py. Nothing of the code under test that derives anything is used here, so that one slip
cannot hide in both places.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from optimizer.plan import Basis, Limit, Output, Plan, Status
from optimizer.scenario import ScenarioSpec
from tests.oracle_time import Calendar, Need, Purses, pauses


class Received(NamedTuple):
    """What one output gets: amount, share in per cent, and the period in which it begins where that is later than planned."""

    amount: int
    share: int
    start: int | None = None


Received_by_output = tuple[Received, ...]
NONE = Received(0, 0)


@dataclass(frozen=True)
class Best:
    """What the objective compares at its best; then least spend, fewest partial deliveries, least delay; all that reach this."""

    attained: tuple[Fraction, ...]
    value: Fraction
    spend: int
    partial: int
    delay: int
    ties: frozenset[Received_by_output]


def priced(output: Output, step: int, unit: int) -> tuple[Received, ...]:
    """The priced ways to deliver an output, cheapest first, before anything is spent."""
    if output.explicit_levels:
        return tuple(Received(level.amount, level.share) for level in output.explicit_levels)
    cost, minimum = output.cost, output.minimum
    if minimum == cost:
        return (Received(cost, 100),)
    share_of = {minimum: 100 * minimum // cost}
    for share in range(step, 100, step):
        if cost * share > 100 * minimum:
            amount = unit * math.ceil(Fraction(cost * share, 100 * unit))
            if amount < cost:
                share_of[amount] = share  # of two shares at one amount the greater, which comes later, is the level
    return (*(Received(*way) for way in sorted(share_of.items())), Received(cost, 100))


def levels(output: Output, step: int, unit: int, replanned: bool = False) -> tuple[Received, ...]:
    """The ways that are left. In a re-plan what is spent is the lowest; of the others those that cost and deliver more."""
    ways = priced(output, step, unit)
    if not replanned or not output.spent:
        return ways
    return (
        Received(output.spent, output.delivered),
        *(way for way in ways if way.amount > output.spent and way.share > output.delivered),
    )


def is_funded(received: Received) -> bool:
    """Paid for, or delivered without needing money."""
    return received.amount > 0 or received.share > 0


def is_partial(received: Received) -> bool:
    return is_funded(received) and received.share < 100


@dataclass(frozen=True)
class Question:
    """A plan and a scenario without changes: what is asked, and its answer by enumeration."""

    plan: Plan
    spec: ScenarioSpec

    @property
    def by_funds(self) -> bool:
        """Whether the funds pay; other questions know resources and no funds, and no later starts."""
        return self.spec.resources.basis is Basis.FUNDS

    @property
    def replanned(self) -> bool:
        return self.plan.first_open_year is not None

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.plan, self.by_funds and self.plan.later_start)

    @cached_property
    def purses(self) -> Purses:
        """The funds with the money that the scenario gives them: each amount at its percentage, rounded down."""
        part = self.spec.resources.value / 100
        return Purses(
            self.plan.funds, tuple(tuple(math.floor(part * amount) for amount in fund.amounts) for fund in self.plan.funds)
        )

    @cached_property
    def levels(self) -> tuple[tuple[Received, ...], ...]:
        plan = self.plan
        return tuple(levels(output, plan.delivery_step, plan.unit_of_account, self.replanned) for output in plan.outputs)

    @cached_property
    def starts(self) -> tuple[dict[int | None, int], ...]:
        """For each output when it may begin, and by how many periods that is late."""
        if not self.plan.periods:
            return tuple({None: 0} for _ in self.plan.outputs)
        amounts = ([(way.amount, way.share) for way in ways] for ways in self.levels)
        return tuple(self.calendar.starts(output, ways) for output, ways in zip(self.plan.outputs, amounts, strict=True))

    @cached_property
    def ways(self) -> tuple[tuple[Received, ...], ...]:
        """Everything that each output could receive, but for nothing: its levels at each of its starts."""
        pairs = zip(self.levels, self.starts, strict=True)
        return tuple(tuple(way._replace(start=start) for start in starts for way in levels) for levels, starts in pairs)

    @property
    def size(self) -> int:
        """How many allocations there are, whether or not they respect any rule."""
        return math.prod(1 + len(ways) for ways in self.ways)

    @cached_property
    def resources(self) -> int:
        """Money is whole units: what is over is no money."""
        limit = self.spec.resources
        if self.by_funds:
            return sum(map(sum, self.purses.amounts))
        if limit.basis is Basis.AMOUNT:
            return math.floor(limit.value)
        return math.floor(limit.value * sum(output.cost for output in self.plan.outputs) / 100)

    @cached_property
    def priorities(self) -> tuple[Fraction, ...]:
        weights = [criterion.weight for criterion in self.plan.criteria]
        of_component = {component.id: component.weight for component in self.plan.components}
        found = []
        for output in self.plan.outputs:
            average = Fraction(0)
            for weight, score in zip(weights, output.scores, strict=True):
                average += Fraction(weight, sum(weights)) * score
            found.append(average * of_component[output.component])
        return tuple(found)

    def worth(self, i: int, received: Received) -> Fraction:
        """What output `i` adds to the objective."""
        return self.priorities[i] * (received.amount if self.spec.objective == "money-weighted" else received.share) / 100

    def value(self, allocation: Received_by_output) -> Fraction:
        return sum((self.worth(i, received) for i, received in enumerate(allocation)), Fraction(0))

    def delay(self, allocation: Received_by_output) -> int:
        return sum(starts[received.start] for starts, received in zip(self.starts, allocation, strict=True))

    @cached_property
    def tiers(self) -> tuple[int, ...]:
        return tuple(sorted({output.tier for output in self.plan.outputs if output.tier is not None}))

    @cached_property
    def _estimates(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for output in self.plan.outputs:
            found[output.component] += output.cost
        return {component: cost for component, cost in found.items() if cost}

    def coverage(self, allocation: Received_by_output) -> Fraction:
        """The smallest share of its estimate that a component receives; one without an estimate does not count."""
        got: Counter[str] = Counter()
        for output, received in zip(self.plan.outputs, allocation, strict=True):
            got[output.component] += received.amount
        return min((Fraction(got[component], cost) for component, cost in self._estimates.items()), default=Fraction(1))

    def attained(self, allocation: Received_by_output) -> tuple[Fraction, ...]:
        """What the objective compares, in order."""
        if self.spec.objective == "tiers":
            of_tier = dict.fromkeys(self.tiers, Fraction(0))
            for i, (output, received) in enumerate(zip(self.plan.outputs, allocation, strict=True)):
                of_tier[output.tier] += self.worth(i, received)
            return tuple(of_tier.values())
        if self.spec.objective == "balanced":
            return self.coverage(allocation), self.value(allocation)
        return (self.value(allocation),)

    def money(self, limit: Limit, component: str) -> Fraction:
        """A minimum or a maximum of a component, as money; not necessarily a whole amount."""
        if limit.basis is Basis.AMOUNT:
            return Fraction(limit.value)
        base = self._estimates.get(component, 0) if limit.basis is Basis.ESTIMATE else self.resources
        return limit.value * base / 100

    @cached_property
    def _limits(self) -> tuple[tuple[str, tuple[int, ...], Fraction], ...]:
        """Floors and ceilings: which, over which outputs, how much."""
        found = []
        for component in self.plan.components:
            members = tuple(i for i, output in enumerate(self.plan.outputs) if output.component == component.id)
            for kind, limit in (("floor", component.minimum), ("ceiling", component.maximum)):
                if limit is not None:
                    found.append((kind, members, self.money(limit, component.id)))
        return tuple(found)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {output.id: i for i, output in enumerate(self.plan.outputs)}

    @cached_property
    def reference(self) -> tuple[int, ...]:
        """The amounts from which changes are counted: of the smallest level that covers what was adopted, or the highest."""
        found = []
        for output, ways in zip(self.plan.outputs, self.levels, strict=True):
            covering = [way.amount for way in ways if way.amount >= (output.adopted or 0)]
            found.append(([0] if not output.adopted else covering or [ways[-1].amount])[0])
        return tuple(found)

    def faults(self, allocation: Received_by_output) -> Iterator[str]:
        """The name of the family of each rule that the allocation does not respect, once for each rule."""
        if sum(received.amount for received in allocation) > self.resources:
            yield "budget"
        for kind, members, money in self._limits:
            total = sum(allocation[i].amount for i in members)
            if (total < money) if kind == "floor" else (total > money):
                yield kind
        for output, received in zip(self.plan.outputs, allocation, strict=True):
            yield from self._decided(output, received)
        for link in self.plan.links:
            needed = allocation[self._position[link.requires]]
            if is_funded(allocation[self._position[link.output]]) and not (is_funded(needed) and needed.share >= link.share):
                yield "requires"
        for group in self.plan.groups:
            count = sum(is_funded(allocation[self._position[member]]) for member in group.members)
            if (count > group.k) if group.at_most else (count < group.k):
                yield "at most" if group.at_most else "at least"
        for target in self.plan.coverage:
            column = self.plan.tag_columns.index(target.tag_column)
            carried = [target.tag in output.tags[column] for output in self.plan.outputs]
            if sum(has and is_funded(received) for has, received in zip(carried, allocation, strict=True)) < target.least:
                yield "coverage"
        yield from self._unstable(allocation)
        yield from self._untimely(allocation)

    def _decided(self, output: Output, received: Received) -> Iterator[str]:
        """What is committed or spent is the least that an output receives; deferred it receives no more than it has spent."""
        spent = self.calendar.spent(output)
        kept = max(spent, output.committed if output.status is Status.COMMITTED else 0)
        if (output.status is Status.COMMITTED or spent) and not (is_funded(received) and received.amount >= kept):
            yield "committed"
        if output.status is Status.DEFERRED and (received.amount > spent if spent else is_funded(received)):
            yield "deferred"

    def _unstable(self, allocation: Received_by_output) -> Iterator[str]:
        pairs = [(received.amount, before) for received, before in zip(allocation, self.reference, strict=True)]
        if self.plan.allowed_changes is not None and sum(now != before for now, before in pairs) > self.plan.allowed_changes:
            yield "changes"
        if self.plan.allowed_drops is not None and sum(now < before for now, before in pairs) > self.plan.allowed_drops:
            yield "drops"

    def _untimely(self, allocation: Received_by_output) -> Iterator[str]:
        """Levels, starts and what follows from them; where there is no such level or start, nobody can say what it needs."""
        demand: Counter[Need] = Counter()
        known = True
        for i, received in enumerate(allocation):
            fault, needs = self._of_output(i, received)
            if fault:
                yield fault
            known = known and needs is not None
            demand.update(needs or {})
        if self.by_funds and known and any(sum(demand[need] for need in needs) > held for needs, held in self._money):
            yield "funds"

    def _of_output(self, i: int, received: Received) -> tuple[str, dict[Need, int] | None]:
        """The rule about time that an output breaks, and what it needs, None where that cannot be said."""
        if (i, received) not in self._known:
            self._known[i, received] = self._judged(i, received)
        return self._known[i, received]

    @cached_property
    def _known(self) -> dict[tuple[int, Received], tuple[str, dict[Need, int] | None]]:
        return {}

    @cached_property
    def _money(self) -> list[tuple[frozenset[Need], int]]:
        """Sets of needs, with the most that the funds can pay for them."""
        of_ways = (self._of_output(i, way)[1] for i, ways in enumerate(self.ways) for way in ways)
        return self.purses.rows({need for needs in of_ways for need in needs or ()})

    def _judged(self, i: int, received: Received) -> tuple[str, dict[Need, int] | None]:
        output = self.plan.outputs[i]
        if is_funded(received) and received._replace(start=None) not in self.levels[i]:
            return "level", None
        if received.start not in self.starts[i]:
            return "start" if len(self.starts[i]) > 1 else "level", None
        if not is_funded(received):
            return "", {}
        split = self.calendar.split(output, received.amount, received.share, received.start)
        if split is None:
            return "ended", None
        needs: Counter[Need] = Counter()
        for (t, named), amount in split.items():
            needs[self.purses.payers(output, named), t] += amount
        if self.calendar.over(output) and received.amount > self.calendar.spent(output):
            return "ended", dict(needs)
        return "continuity" if self.plan.continuity and pauses(split) else "", dict(needs)

    def breaches(self, allocation: Received_by_output) -> Counter[str]:
        return Counter(self.faults(allocation))

    def feasible(self, allocation: Received_by_output) -> bool:
        return next(self.faults(allocation), None) is None

    @cached_property
    def best(self) -> Best | None:
        """None where no allocation respects every rule."""
        found = None
        ties = []
        for key, allocation in sorted(self._ranked(), key=itemgetter(0)):
            if found is not None and key != found:
                break
            if self.feasible(allocation):
                found = key
                ties.append(allocation)
        if found is None:
            return None
        *_, spend, partial, delay = found
        return Best(self.attained(ties[0]), self.value(ties[0]), spend, partial, delay, frozenset(ties))

    @cached_property
    def _per_unit(self) -> int:
        """How many whole numbers one unit of the objective has, so that every level is worth a whole number of them."""
        return math.lcm(*(self.worth(i, way).denominator for i, ways in enumerate(self.levels) for way in ways))

    @cached_property
    def reach(self) -> int:
        """The largest value that levels alone would allow, in the smallest whole numbers that keep every comparison exact."""
        worths = [[int(self.worth(i, way) * self._per_unit) for way in ways] for i, ways in enumerate(self.levels)]
        return sum(map(max, worths)) // (math.gcd(*(worth for of_output in worths for worth in of_output)) or 1)

    @cached_property
    def _weight(self) -> Callable[[Output], int]:
        """A weight for each tier so large that nothing of a later one is worth anything of an earlier one; 1 otherwise."""
        most = 1 + sum(int(self.worth(i, way) * self._per_unit) for i, ways in enumerate(self.levels) for way in ways)
        if self.spec.objective != "tiers":
            return lambda output: 1
        return lambda output: most ** (len(self.tiers) - 1 - self.tiers.index(output.tier))

    def _ranked(self) -> Iterator[tuple[tuple[Fraction | int, ...], Received_by_output]]:
        """Every allocation within the resources, with its place in the order: the better the earlier."""
        balanced = self.spec.objective == "balanced"
        for key, allocation in self._affordable():
            yield (-self.coverage(allocation), *key) if balanced else key, allocation

    def _affordable(self) -> Iterator[tuple[tuple[int, int, int, int], Received_by_output]]:
        """Every allocation within the resources, with (minus the value, spend, partial, delay), value in whole numbers."""
        found: list[tuple[tuple[int, int, int, int], Received_by_output]] = [((0, 0, 0, 0), ())]
        for i, ways in enumerate(self.ways):
            scale = self._per_unit * self._weight(self.plan.outputs[i])
            priced = [
                (int(self.worth(i, way) * scale), way.amount, int(is_partial(way)), self.starts[i][way.start], (way,))
                for way in (NONE, *ways)
            ]
            found = [
                ((loss - worth, spend + amount, partial + part, delay + late), (*allocation, *way))
                for (loss, spend, partial, delay), allocation in found
                for worth, amount, part, late, way in priced
                if spend + amount <= self.resources
            ]
        yield from found
