"""An exact second answer where the structure allows: a dynamic programme over spend, in whole numbers, that knows no solver.

It applies when amounts have a common unit that is not too small, and when links, groups and coverage tie only a few outputs
together, within one component or among components without a minimum or maximum. It gives the best value, the least spend at that
value, the fewest partial deliveries at that spend, and how many allocations reach all three (Nemhauser and Ullmann 1969 for the
dominance; a dense table over spend before minima are met, because there a dominated spend may be the one that meets the minimum).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from optimizer.objectives import integer_values
from optimizer.plan import NOTHING, Allocation, Delivery
from optimizer.rules import AtLeast, AtMost, Budget, Ceiling, Committed, Deferred, Floor, Requires, Rule, TagCoverage
from optimizer.scenario import Scenario

MOST_COMBINATIONS = 20_000  # of the levels of linked outputs
MOST_WORK = 150_000_000  # additions in all tables: about a second
PAIR = 30  # additions that a pair of points costs when two lists are joined and sorted
LARGEST = 2**61  # of the numbers in the tables, which hold 64 bits
UNREACHED = -(2**62)

Table = tuple[np.ndarray, np.ndarray]  # by spend: best worth, and number of ways to reach it
Points = tuple[np.ndarray, np.ndarray, np.ndarray]  # spend and worth, both rising, and number of ways


@dataclass(frozen=True, slots=True)
class Certificate:
    """The best that any allocation reaches: value in the program's whole numbers, spend in money; and how many reach all three.

    `allocations` is 0 when no allocation satisfies the rules; the other figures then mean nothing.
    """

    value: int
    spend: int
    partial: int
    allocations: int


NONE = Certificate(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to deliver one output or several linked ones: spend in units, and value times (n + 1) less partial deliveries."""

    spend: int
    worth: int


class NotApplicable(Exception):
    """The structure does not allow the dynamic programme, or it would take too long."""


def certify(scenario: Scenario) -> Certificate | None:
    """The certificate, or None where the dynamic programme does not apply."""
    try:
        return _Programme(scenario).solve()
    except NotApplicable:
        return None


class _Programme:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        plan, rules = scenario.plan, scenario.rules
        self.budget = next((rule.limit for rule in rules if isinstance(rule, Budget)), plan.cost)
        self.unit = math.gcd(*(level.amount for levels in plan.levels for level in levels)) or 1
        self.most = min(self.budget, plan.cost) // self.unit
        self.work = 0
        self.scale = len(plan.outputs) + 1
        self.values = integer_values(plan, scenario.objective).of
        if sum(max(values) for values in self.values) * self.scale > LARGEST:
            raise NotApplicable
        self.fixed = {rule.i: rule for rule in rules if isinstance(rule, Committed | Deferred)}
        self.deliveries = [self._deliveries(i) for i in range(len(plan.outputs))]
        self.logic = self._logic()

    def solve(self) -> Certificate:
        lists = []
        for members, limits in self._blocks():
            points = self._points(members, limits)
            if not len(points[0]):
                return NONE
            lists.append(points)
        lists.sort(key=lambda points: len(points[0]))
        joined: Points = (np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.ones(1))
        for points in lists[:-1]:
            self._spare(PAIR * len(joined[0]) * len(points[0]))
            joined = _joined(joined, points, self.most)
        return self._best(joined, lists[-1])

    def _spare(self, work: int) -> None:
        """Count work about to be done. Raises NotApplicable when all of it would take too long."""
        self.work += work
        if self.work > MOST_WORK:
            raise NotApplicable

    def _best(self, a: Points, b: Points) -> Certificate:
        """The best sum of a point of each list, without writing down all sums: for each of `a`, the best of `b` that is left."""
        fits = np.searchsorted(b[0], self.most - a[0], side="right")
        a, fits = _only(a, fits > 0), fits[fits > 0]
        if not len(fits):
            return NONE
        value = int(self._value(a[1] + b[1][fits - 1]).max())
        # The cheapest of b that reaches the value: worth rises with spend, and a partial delivery is less than one value.
        needed = np.searchsorted(b[1], (value - 1) * self.scale + 1 - a[1])
        reaching = needed < fits
        a, needed = _only(a, reaching), needed[reaching]
        spend = a[0] + b[0][needed]
        cheapest = spend == spend.min()
        worth = (a[1] + b[1][needed])[cheapest]
        ways = (a[2] * b[2][needed])[cheapest]
        best = int(worth.max())
        count = round(float(ways[worth == best].sum()))
        return Certificate(value, int(spend.min()) * self.unit, value * self.scale - best, count)

    def _value(self, worth: np.ndarray) -> np.ndarray:
        return -(-worth // self.scale)

    # Blocks of components and clusters of outputs

    def _blocks(self) -> Iterable[tuple[list[list[int]], tuple[Rule, ...]]]:
        """Groups of components that linked outputs tie together: their clusters of outputs, and their limits."""
        plan = self.scenario.plan
        limits = [rule for rule in self.scenario.rules if isinstance(rule, Floor | Ceiling)]
        clusters = _connected(len(plan.outputs), [_tied(rule) for rule in self.logic])
        place = {component.id: k for k, component in enumerate(plan.components)}
        home = [place[output.component] for output in plan.outputs]
        for block in _connected(len(plan.components), [{home[i] for i in cluster} for cluster in clusters]):
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
        rule = self.fixed.get(i)
        if isinstance(rule, Committed):
            return [(d, v) for d, v in ways if d.funded and d.amount >= rule.amount]
        return ways[:1] if isinstance(rule, Deferred) else ways

    def _options(self, cluster: Sequence[int]) -> list[Option]:
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
            options.append(Option(spend, sum(v for _, v in ways) * self.scale - partial))
        return options

    def _breached(self, rule: Rule, deliveries: list[Delivery]) -> bool:
        return any(True for _ in rule.breaches(self.scenario.plan, Allocation(tuple(deliveries))))

    # Tables and lists

    def _points(self, clusters: list[list[int]], limits: tuple[Rule, ...]) -> Points:
        """The points of a block that meet its limits and that no other of them dominates."""
        choices = [self._options(cluster) for cluster in clusters]
        least = max((-(-rule.limit // self.unit) for rule in limits if isinstance(rule, Floor)), default=0)
        most = min((rule.limit // self.unit for rule in limits if isinstance(rule, Ceiling)), default=self.most)
        most = min(most, self.most, sum(max((o.spend for o in options), default=0) for options in choices))
        if most < 0:
            raise NotApplicable
        self._spare((most + 1) * sum(len(options) for options in choices))
        worth, ways = np.full(most + 1, UNREACHED, dtype=np.int64), np.zeros(most + 1)
        worth[0], ways[0] = 0, 1.0
        for options in choices:
            worth, ways = _extended((worth, ways), options)
        spend = np.flatnonzero(worth > UNREACHED // 2)
        spend = spend[spend >= least]
        return _undominated(spend, worth[spend], ways[spend])


def _extended(table: Table, options: list[Option]) -> Table:
    """The table with one more cluster: for each spend the best worth, and in how many ways."""
    worth, ways = table
    new_worth, new_ways = np.full_like(worth, UNREACHED), np.zeros_like(ways)
    for option in options:
        if option.spend >= len(worth):
            continue
        reached = worth[: len(worth) - option.spend] + option.worth
        target, count = new_worth[option.spend :], new_ways[option.spend :]
        source = ways[: len(ways) - option.spend]
        better, equal = reached > target, reached == target
        count[equal] += source[equal]
        count[better] = source[better]
        np.maximum(target, reached, out=target)
    new_worth[new_worth < UNREACHED // 2] = UNREACHED
    return new_worth, new_ways


def _undominated(spend: np.ndarray, worth: np.ndarray, ways: np.ndarray) -> Points:
    """Of points in order of spend, those with more worth than every cheaper one; ways to the same point are added up."""
    if not len(spend):
        return spend, worth, ways
    best_before = np.concatenate(([UNREACHED], np.maximum.accumulate(worth)[:-1]))
    return _only((spend, worth, ways), worth > best_before)


def _joined(a: Points, b: Points, most: int) -> Points:
    """All sums of a point of each list that are within the resources and not dominated."""
    spend = (a[0][:, None] + b[0][None, :]).ravel()
    worth = (a[1][:, None] + b[1][None, :]).ravel()
    ways = (a[2][:, None] * b[2][None, :]).ravel()
    within = spend <= most
    spend, worth, ways = _only((spend, worth, ways), within)
    if not len(spend):
        return spend, worth, ways
    order = np.lexsort((-worth, spend))
    spend, worth, ways = spend[order], worth[order], ways[order]
    first = np.concatenate(([True], (spend[1:] != spend[:-1]) | (worth[1:] != worth[:-1])))
    starts = np.flatnonzero(first)
    return _undominated(spend[starts], worth[starts], np.add.reduceat(ways, starts))


def _only(points: Points, chosen: np.ndarray) -> Points:
    spend, worth, ways = points
    return spend[chosen], worth[chosen], ways[chosen]


def _tied(rule: Rule) -> set[int]:
    if isinstance(rule, Requires):
        return {rule.i, rule.j}
    if isinstance(rule, AtMost | AtLeast):
        return set(rule.members)
    return set(rule.carriers) if isinstance(rule, TagCoverage) else set()


def _connected(n: int, ties: Iterable[set[int]]) -> list[list[int]]:
    """0 .. n - 1 in groups that the ties connect, each in order."""
    group = list(range(n))
    for tie in ties:
        joined = {group[i] for i in tie}
        if joined:
            group = [min(joined) if g in joined else g for g in group]
    found: dict[int, list[int]] = {}
    for i, g in enumerate(group):
        found.setdefault(g, []).append(i)
    return list(found.values())
