"""An exact second answer where the structure allows: a dynamic programme over spend, in whole numbers, that knows no solver.

It applies when amounts have a common unit that is not too small, and when links, groups and coverage tie only a few outputs
together, within one component or among components without a minimum or maximum. It gives the best value, the least spend at that
value, the fewest partial deliveries at that spend, and how many allocations reach all three (Nemhauser and Ullmann 1969 for the
dominance; a dense table over spend before minima are met, because there a dominated spend may be the one that meets the minimum).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.objectives import TIERS, integer_values
from optimizer.rules import (
    AtLeast,
    AtMost,
    Balance,
    Budget,
    Ceiling,
    Committed,
    Continuity,
    Deferred,
    Ended,
    Floor,
    OneLevel,
    Requires,
    Rule,
    TagCoverage,
)
from optimizer.scenario import Scenario
from optimizer.tables import UNREACHED, Block, Option, Points, connected, extended, joined, only, origin, undominated

MOST_COMBINATIONS = 20_000  # of the levels of linked outputs
MOST_WORK = 150_000_000  # additions in all tables: about a second
PAIR = 30  # additions that a pair of points costs when two lists are joined and sorted
LARGEST = 2**61  # of the numbers in the tables, which hold 64 bits

OWN = Committed | Deferred | Ended | Continuity  # rules about one output alone
KNOWN = {
    OneLevel, Budget, Floor, Ceiling, Balance, Requires, AtMost, AtLeast, TagCoverage, Committed, Deferred, Ended, Continuity,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certificate:
    """The best that any allocation reaches: value in the program's whole numbers, spend in money; and how many reach all three.

    `allocation` is one of these. `allocations` is 0 when no allocation satisfies the rules; the other figures then mean nothing.
    """

    value: int
    spend: int
    partial: int
    allocations: int
    allocation: Allocation | None


NONE = Certificate(0, 0, 0, 0, None)


class NotApplicable(Exception):
    """The structure does not allow the dynamic programme, or it would take too long."""


class Impossible(Exception):
    """No allocation satisfies the rules."""


def certify(scenario: Scenario) -> Certificate | None:
    """The certificate, or None where the dynamic programme does not apply."""
    try:
        return Programme(scenario).solve()
    except NotApplicable:
        return None


def best_coverage(scenario: Scenario) -> Fraction | None:
    """The largest share of its estimate that every component can receive at once; None where the programme does not apply.

    Raises Impossible when no allocation satisfies the rules.
    """
    try:
        return Programme(scenario).coverage()
    except NotApplicable:
        return None


class Programme:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        plan, rules = scenario.plan, scenario.rules
        if scenario.objective is TIERS or any(type(rule) not in KNOWN for rule in rules):
            raise NotApplicable
        self.budget = next((rule.limit for rule in rules if isinstance(rule, Budget)), plan.cost)
        self.unit = math.gcd(*(level.amount for levels in plan.levels for level in levels)) or 1
        self.most = min(self.budget, plan.cost) // self.unit
        self.work = 0
        self.scale = len(plan.outputs) + 1
        self.values = integer_values(plan, scenario.objective).of
        if sum(max(values) for values in self.values) * self.scale > LARGEST:
            raise NotApplicable
        self.own: dict[int, list[Rule]] = {}
        for rule in rules:
            if isinstance(rule, OWN):
                self.own.setdefault(rule.i, []).append(rule)
        self.deliveries = [self._deliveries(i) for i in range(len(plan.outputs))]
        self.logic = self._logic()

    def solve(self) -> Certificate:
        blocks = [self._block(members, limits) for members, limits in self.blocks()]
        if not all(len(block.points[0]) for block in blocks):
            return NONE
        blocks.sort(key=lambda block: len(block.points[0]))
        sums: list[Points] = [(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.ones(1))]
        for block in blocks[:-1]:
            self._spare(PAIR * len(sums[-1][0]) * len(block.points[0]))
            sums.append(joined(sums[-1], block.points, self.most))
        return self._best(blocks, sums)

    def coverage(self) -> Fraction:
        """Every component at the least amount that it can receive, then the least covered one raised, again and again."""
        plan = self.scenario.plan
        amounts: list[tuple[int, np.ndarray]] = []  # estimate in units, amounts that can be received, rising
        spent = 0
        for members, limits in self.blocks():
            homes = {plan.outputs[i].component for cluster in members for i in cluster}
            if len(homes) != 1:
                raise NotApplicable
            spend = self._block(members, limits, dominated=True).points[0]
            if not len(spend):
                raise Impossible
            spent += int(spend[0])
            estimate = plan.estimate(homes.pop())
            if estimate:
                amounts.append((estimate, spend))
        if spent > self.most:
            raise Impossible
        return self._raised(amounts, self.most - spent)

    def _raised(self, amounts: list[tuple[int, np.ndarray]], left: int) -> Fraction:
        """The smallest coverage when `left` more units may be spent on raising it."""
        covered = [(Fraction(int(spend[0]) * self.unit, estimate), k, 0) for k, (estimate, spend) in enumerate(amounts)]
        heapq.heapify(covered)
        while covered:
            share, k, place = covered[0]
            estimate, spend = amounts[k]
            step = int(spend[place + 1] - spend[place]) if place + 1 < len(spend) else left + 1
            if step > left:
                return share
            left -= step
            heapq.heapreplace(covered, (Fraction(int(spend[place + 1]) * self.unit, estimate), k, place + 1))
        return Fraction(1)

    def _spare(self, work: int) -> None:
        """Count work about to be done. Raises NotApplicable when all of it would take too long."""
        self.work += work
        if self.work > MOST_WORK:
            raise NotApplicable

    def _best(self, blocks: list[Block], sums: list[Points]) -> Certificate:
        """The best sum of a point of each list, without writing down all sums: for each of `a`, the best of `b` that is left."""
        a, b = sums[-1], blocks[-1].points
        fits = np.searchsorted(b[0], self.most - a[0], side="right")
        a, fits = only(a, fits > 0), fits[fits > 0]
        if not len(fits):
            return NONE
        value = int(self._value(a[1] + b[1][fits - 1]).max())
        # The cheapest of b that reaches the value: worth rises with spend, and a partial delivery is less than one value.
        needed = np.searchsorted(b[1], (value - 1) * self.scale + 1 - a[1])
        reaching = needed < fits
        a, needed = only(a, reaching), needed[reaching]
        spend = a[0] + b[0][needed]
        cheapest = spend == spend.min()
        worth = (a[1] + b[1][needed])[cheapest]
        ways = (a[2] * b[2][needed])[cheapest]
        best = int(worth.max())
        count = round(float(ways[worth == best].sum()))
        at = int(np.flatnonzero(cheapest)[np.flatnonzero(worth == best)[0]])
        ends = [(int(b[part][needed[at]]), int(a[part][at])) for part in (0, 1)]
        allocation = self._allocation(blocks, sums, *zip(*ends, strict=True))
        return Certificate(value, int(spend.min()) * self.unit, value * self.scale - best, count, allocation)

    def _allocation(self, blocks: list[Block], sums: list[Points], last: tuple[int, ...], rest: tuple[int, ...]) -> Allocation:
        """An allocation that reaches a point of the last block and one of the sum of all others, each spend and worth."""
        found = dict(blocks[-1].chosen(*last))
        for block, (spends, worths, _) in reversed(list(zip(blocks[:-1], sums[:-1], strict=True))):
            spend, worth, _ = block.points
            place = np.searchsorted(spends, rest[0] - spend).clip(max=len(spends) - 1)
            fits = (spends[place] == rest[0] - spend) & (worths[place] == rest[1] - worth)
            point = int(np.flatnonzero(fits)[0])
            found |= dict(block.chosen(int(spend[point]), int(worth[point])))
            rest = (rest[0] - int(spend[point]), rest[1] - int(worth[point]))
        return Allocation(tuple(found[i] for i in range(len(self.scenario.plan.outputs))))

    def _value(self, worth: np.ndarray) -> np.ndarray:
        return -(-worth // self.scale)

    # Blocks of components and clusters of outputs

    def blocks(self) -> Iterable[tuple[list[list[int]], tuple[Rule, ...]]]:
        """Groups of components that linked outputs tie together: their clusters of outputs, and their limits."""
        plan = self.scenario.plan
        limits = [rule for rule in self.scenario.rules if isinstance(rule, Floor | Ceiling | Balance)]
        clusters = connected(len(plan.outputs), [_tied(rule) for rule in self.logic])
        place = {component.id: k for k, component in enumerate(plan.components)}
        home = [place[output.component] for output in plan.outputs]
        for block in connected(len(plan.components), [{home[i] for i in cluster} for cluster in clusters]):
            of_block = tuple(rule for rule in limits if place[rule.component] in block)
            if of_block and len(block) > 1:
                raise NotApplicable
            members = [cluster for cluster in clusters if home[cluster[0]] in block]
            if members or of_block:
                yield members, of_block

    def _logic(self) -> list[Rule]:
        """The rules that tie outputs together, but for those that hold whatever is chosen."""
        always = {i for i, ways in enumerate(self.deliveries) if all(delivery.funded for delivery, _ in ways)}
        logic: list[Rule] = []
        for rule in self.scenario.rules:
            if isinstance(rule, Requires | AtMost):
                logic.append(rule)
            elif isinstance(rule, AtLeast | TagCoverage) and len(always & _tied(rule)) < rule.limit:
                if not _tied(rule):
                    raise NotApplicable
                logic.append(rule)
        return logic

    def _deliveries(self, i: int) -> list[tuple[Delivery, int]]:
        """What output i may receive by its own rules, with its value."""
        plan = self.scenario.plan
        ways = [(NOTHING, 0)]
        ways += [(Delivery(l.amount, l.share), v) for l, v in zip(plan.levels[i], self.values[i], strict=True)]
        if i not in self.own:
            return ways
        nothing = [NOTHING] * len(plan.outputs)
        return [
            (delivery, value)
            for delivery, value in ways
            for everything in [[*nothing[:i], delivery, *nothing[i + 1 :]]]
            if not any(self._breached(rule, everything) for rule in self.own[i])
        ]

    def options(self, cluster: Sequence[int]) -> list[Option]:
        """Every way to deliver the outputs of a cluster that its rules allow."""
        if math.prod(len(self.deliveries[i]) for i in cluster) > MOST_COMBINATIONS:
            raise NotApplicable
        rules = [rule for rule in self.logic if _tied(rule) & set(cluster)]
        options = []
        everything = [NOTHING] * len(self.scenario.plan.outputs)
        for ways in product(*(self.deliveries[i] for i in cluster)):
            for i, (delivery, _) in zip(cluster, ways, strict=True):
                everything[i] = delivery
            if rules and any(self._breached(rule, everything) for rule in rules):
                continue
            partial = sum(delivery.funded and delivery.share < 100 for delivery, _ in ways)
            spend = sum(delivery.amount for delivery, _ in ways) // self.unit
            deliveries = tuple(delivery for delivery, _ in ways)
            options.append(Option(spend, sum(v for _, v in ways) * self.scale - partial, deliveries))
        return options

    def _breached(self, rule: Rule, deliveries: list[Delivery]) -> bool:
        return any(True for _ in rule.breaches(self.scenario.plan, Allocation(tuple(deliveries))))

    def room(self, limits: tuple[Rule, ...], choices: list[list[Option]]) -> tuple[int, int]:
        """The least and the most that a block may spend, in units."""
        least = max((-(-rule.limit // self.unit) for rule in limits if isinstance(rule, Floor | Balance)), default=0)
        most = min((rule.limit // self.unit for rule in limits if isinstance(rule, Ceiling)), default=self.most)
        most = min(most, self.most, sum(max((o.spend for o in options), default=0) for options in choices))
        if most < 0:
            raise NotApplicable
        return least, most

    def _block(self, clusters: list[list[int]], limits: tuple[Rule, ...], dominated: bool = False) -> Block:
        """What the outputs of a block reach within its limits; without dominated points unless asked for."""
        choices = [self.options(cluster) for cluster in clusters]
        least, most = self.room(limits, choices)
        self._spare((most + 1) * sum(len(options) for options in choices))
        worth, ways = origin(most)
        for options in choices:
            worth, ways = extended((worth, ways), options)
        spend = np.flatnonzero(worth > UNREACHED // 2)
        spend = spend[spend >= least]
        points = spend, worth[spend], ways[spend]
        return Block(clusters, choices, most, points if dominated else undominated(*points))


def _tied(rule: Rule) -> set[int]:
    if isinstance(rule, Requires):
        return {rule.i, rule.j}
    if isinstance(rule, AtMost | AtLeast):
        return set(rule.members)
    return set(rule.carriers) if isinstance(rule, TagCoverage) else set()
