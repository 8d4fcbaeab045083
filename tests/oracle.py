"""The model a second time, from the words of docs/model.md alone: every allocation is looked at, nothing is solved.

Reads the frozen facts of a plan and a scenario as written, and computes the rest itself: levels, priorities, limits, rules.
Nothing of the code under test that derives anything is used here, so that one slip cannot hide in both places.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import itemgetter

from optimizer.plan import Basis, Limit, Output, Plan, Status
from optimizer.scenario import ScenarioSpec

Received = tuple[int, int]  # what one output gets: amount, share in per cent
Received_by_output = tuple[Received, ...]
NONE: Received = (0, 0)


@dataclass(frozen=True)
class Best:
    """The best value, the least spend at it, the fewest partial deliveries at both; every allocation that reaches all three."""

    value: Fraction
    spend: int
    partial: int
    ties: frozenset[Received_by_output]


def levels(output: Output, step: int, unit: int) -> tuple[Received, ...]:
    """The priced ways to deliver an output, cheapest first."""
    if output.explicit_levels:
        return tuple((level.amount, level.share) for level in output.explicit_levels)
    cost, minimum = output.cost, output.minimum
    if minimum == cost:
        return ((cost, 100),)
    share_of = {minimum: 100 * minimum // cost}
    for share in range(step, 100, step):
        if cost * share > 100 * minimum:
            amount = unit * math.ceil(Fraction(cost * share, 100 * unit))
            if amount < cost:
                share_of[amount] = share  # of two shares at one amount the greater, which comes later, is the level
    return (*sorted(share_of.items()), (cost, 100))


def is_funded(received: Received) -> bool:
    """Paid for, or delivered without needing money."""
    return received != NONE


def is_partial(received: Received) -> bool:
    return is_funded(received) and received[1] < 100


@dataclass(frozen=True)
class Question:
    """A plan and a scenario without changes: what is asked, and its answer by enumeration."""

    plan: Plan
    spec: ScenarioSpec

    @cached_property
    def levels(self) -> tuple[tuple[Received, ...], ...]:
        return tuple(levels(output, self.plan.delivery_step, self.plan.unit_of_account) for output in self.plan.outputs)

    @property
    def size(self) -> int:
        """How many allocations there are, whether or not they respect any rule."""
        return math.prod(1 + len(ways) for ways in self.levels)

    @cached_property
    def resources(self) -> int:
        """Money is whole units: what is over is no money."""
        limit = self.spec.resources
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
        amount, share = received
        return self.priorities[i] * (share if self.spec.objective == "delivery" else amount) / 100

    def value(self, allocation: Received_by_output) -> Fraction:
        return sum((self.worth(i, received) for i, received in enumerate(allocation)), Fraction(0))

    def money(self, limit: Limit, component: str) -> Fraction:
        """A minimum or a maximum of a component, as money; not necessarily a whole amount."""
        if limit.basis is Basis.AMOUNT:
            return Fraction(limit.value)
        estimate = sum(output.cost for output in self.plan.outputs if output.component == component)
        return limit.value * (estimate if limit.basis is Basis.ESTIMATE else self.resources) / 100

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

    def faults(self, allocation: Received_by_output) -> Iterator[str]:
        """The name of the family of each rule that the allocation does not respect, once for each rule."""
        if sum(amount for amount, _ in allocation) > self.resources:
            yield "budget"
        for kind, members, money in self._limits:
            total = sum(allocation[i][0] for i in members)
            if (total < money) if kind == "floor" else (total > money):
                yield kind
        for output, received in zip(self.plan.outputs, allocation, strict=True):
            if output.status is Status.COMMITTED and not (is_funded(received) and received[0] >= output.committed):
                yield "committed"
            if output.status is Status.DEFERRED and is_funded(received):
                yield "deferred"
        for link in self.plan.links:
            needed = allocation[self._position[link.requires]]
            if is_funded(allocation[self._position[link.output]]) and not (is_funded(needed) and needed[1] >= link.share):
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
        for ways, received in zip(self.levels, allocation, strict=True):
            if received != NONE and received not in ways:
                yield "level"

    def breaches(self, allocation: Received_by_output) -> Counter[str]:
        return Counter(self.faults(allocation))

    def feasible(self, allocation: Received_by_output) -> bool:
        return next(self.faults(allocation), None) is None

    @cached_property
    def best(self) -> Best | None:
        """None where no allocation respects every rule."""
        found = None
        ties = []
        for key, allocation in sorted(self._affordable(), key=itemgetter(0)):
            if found is not None and key != found:
                break
            if self.feasible(allocation):
                found = key
                ties.append(allocation)
        if found is None:
            return None
        return Best(self.value(ties[0]), found[1], found[2], frozenset(ties))

    @cached_property
    def _per_unit(self) -> int:
        """How many whole numbers one unit of the objective has, so that every level is worth a whole number of them."""
        return math.lcm(*(self.worth(i, way).denominator for i, ways in enumerate(self.levels) for way in ways))

    @cached_property
    def reach(self) -> int:
        """The largest value that levels alone would allow, in the smallest whole numbers that keep every comparison exact."""
        worths = [[int(self.worth(i, way) * self._per_unit) for way in ways] for i, ways in enumerate(self.levels)]
        return sum(map(max, worths)) // (math.gcd(*(worth for of_output in worths for worth in of_output)) or 1)

    def _affordable(self) -> Iterator[tuple[tuple[int, int, int], Received_by_output]]:
        """Every allocation within the resources, with (minus the value, spend, partial deliveries), value in whole numbers."""
        found: list[tuple[tuple[int, int, int], Received_by_output]] = [((0, 0, 0), ())]
        for i, ways in enumerate(self.levels):
            priced = [(int(self.worth(i, way) * self._per_unit), way[0], int(is_partial(way)), (way,)) for way in (NONE, *ways)]
            found = [
                ((loss - worth, spend + amount, partial + part), (*allocation, *way))
                for (loss, spend, partial), allocation in found
                for worth, amount, part, way in priced
                if spend + amount <= self.resources
            ]
        yield from found
