"""A scenario as whole-number arrays, where everything that did not change since the last scenario is kept.

Rows are all of the form: sum over outputs of the coefficient of the chosen option <= limit. An option is a level; option 0 is
nothing. What an output is (levels, scores) is looked at again only when the plan holds another Output object.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.objectives import DELIVERY, MONEY_WEIGHTED
from optimizer.plan import Level, Output, Plan
from optimizer.rules import (
    AtLeast,
    AtMost,
    Balance,
    Budget,
    Ceiling,
    Changes,
    Committed,
    Continuity,
    Deferred,
    Drops,
    Ended,
    Floor,
    OneLevel,
    Requires,
    Rule,
    TagCoverage,
)
from optimizer.scenario import Scenario

LARGEST = 2**54  # of a sum of worths: leaves room in 64 bits for prices
FAR = 2**60  # a limit that nothing reaches

Side = Requires | AtMost | AtLeast | TagCoverage | Changes | Drops
_SIDE = (Requires, AtMost, AtLeast, TagCoverage, Changes, Drops)
_MONEY = (Budget, Floor, Ceiling, Balance)
_OWN = (Committed, Deferred, Ended, Continuity)
_SORTS = {OneLevel: 0} | dict.fromkeys(_MONEY, 1) | dict.fromkeys(_OWN, 2) | dict.fromkeys(_SIDE, 3)


class NotApplicable(Exception):
    """The scenario has rules, an objective or numbers that the arrays cannot hold."""


@dataclass(frozen=True, slots=True)
class Case:
    """`amounts`, `worth` and `allowed` have one row an output and one column an option; amounts are in units of `unit` money.

    The worth of an option is its value times `scale`, less 1 for a partial delivery; `scale` is larger than all of these
    together. A value of 1 is worth the fraction `of_value` (numerator, denominator) in the objective's measure. `rows[r]` are the
    coefficients of row r, `limits[r]` its limit: the budget, the minimum of each component, the maximum of each where there is
    any, then rows of counts, whose coefficients are `side`, the same object as long as they are the same.
    """

    amounts: np.ndarray
    worth: np.ndarray
    allowed: np.ndarray
    unit: int
    scale: int
    of_value: tuple[int, int]
    rows: np.ndarray
    limits: np.ndarray
    side: np.ndarray
    home: np.ndarray
    components: int
    total: int  # the largest sum of worths

    @property
    def budget(self) -> int:
        return int(self.limits[0])

    @property
    def limited(self) -> bool:
        """Whether any component has a maximum."""
        return len(self.rows) - len(self.side) > 1 + self.components

    def room(self, k: int) -> tuple[int, int]:
        """What component k receives at least and at most."""
        return -int(self.limits[1 + k]), int(self.limits[1 + self.components + k]) if self.limited else FAR


class Cases:
    """Makes cases of scenarios, quickly when little changes from one to the next."""

    def __init__(self) -> None:
        self.outputs: tuple[Output, ...] = ()
        self.settings: tuple[object, ...] = ()
        self.rules: list[Side] = []
        self.side = np.zeros((0, 0, 0), dtype=np.int64)
        self.limits = np.zeros(0, dtype=np.int64)
        self.table = np.zeros((2, 0, 0), dtype=np.int64)
        self.places: dict[str, int] = {}

    def case(self, scenario: Scenario) -> Case:
        """Raises NotApplicable."""
        plan = scenario.plan
        n = len(plan.outputs)
        if not n or not plan.components:
            raise NotApplicable
        moved = self._look(plan)
        sorts: tuple[list[Rule], list[Rule], list[Rule], list[Side]] = ([], [], [], [])
        for rule in scenario.rules:
            sort = _SORTS.get(type(rule))
            if sort is None:
                raise NotApplicable
            sorts[sort].append(rule)  # type: ignore[arg-type]
        _, money, own, side = sorts
        if (
            side != self.rules
            or self.side.shape[1:] != self.amounts.shape
            or (moved and any(_depends_on_levels(rule) for rule in side))
        ):
            self.rules, self.side = side, self._coefficients(side)
            self.limits = np.array([_limit(rule) for rule in side], dtype=np.int64)
        allowed = self._allowed(plan, own)
        unit = int(np.gcd.reduce(self.amounts, axis=None)) or 1
        amounts = self.amounts // unit
        value, of_value = self._value(scenario, amounts, unit)
        worth = value * (n + 1) - self.partial
        total = int(worth.max(axis=1).sum()) + n
        limits = self._limits(money, unit)
        rows = np.concatenate((self.signs[: len(limits)] * amounts, self.side))
        limits = np.concatenate((limits, self.limits))
        components = len(self.places)
        return Case(amounts, worth, allowed, unit, n + 1, of_value, rows, limits, self.side, self.home, components, total)

    # What outputs are

    def _look(self, plan: Plan) -> bool:
        """Take over what is new of the outputs; whether anything was."""
        components = [component.id for component in plan.components]
        settings = (plan.delivery_step, plan.unit_of_account, plan.first_open_year, components, len(plan.outputs))
        if settings != self.settings:
            self.settings, self.outputs = settings, ()
            self.places = {key: k for k, key in enumerate(components)}
        if plan.outputs is self.outputs:
            return False
        old, self.outputs = self.outputs, plan.outputs
        new = [i for i, output in enumerate(plan.outputs) if output is not old[i]] if old else list(range(len(plan.outputs)))
        levels = [plan.levels_of(plan.outputs[i]) for i in new]
        width = 1 + max(map(len, levels), default=0)
        if not old or width > self.table.shape[2]:
            new = list(range(len(plan.outputs)))
            levels = list(plan.levels)
            self.table = np.zeros((2, len(new), 1 + max(map(len, levels))), dtype=np.int64)
            self.amounts, self.shares = self.table
            self._look_at_homes(plan)
        if new:
            rows = np.array([_rows(of_output, self.table.shape[2]) for of_output in levels], dtype=np.int64)
            self.table[:, new] = rows.transpose(1, 0, 2)
            self.funded = (self.amounts > 0) | (self.shares > 0)
            self.partial = self.funded & (self.shares < 100)
        if not old or any(plan.outputs[i].scores is not old[i].scores for i in new):
            self._look_at_scores(plan)
        if old and any(plan.outputs[i].component != old[i].component for i in new):
            self._look_at_homes(plan)
        return bool(new)

    def _look_at_homes(self, plan: Plan) -> None:
        self.home = np.array([self.places[output.component] for output in plan.outputs], dtype=np.int64)
        inside = (self.home == np.arange(len(self.places))[:, None]).astype(np.int64)
        self.signs = np.concatenate((np.ones((1, len(self.home)), dtype=np.int64), -inside, inside))[:, :, None]

    def _look_at_scores(self, plan: Plan) -> None:
        scores = [output.scores for output in plan.outputs]
        self.score_unit = unit = math.lcm(*(score.denominator for row in scores for score in row))
        whole = [[score.numerator * (unit // score.denominator) for score in row] for row in scores]
        self.highest = max((score for row in whole for score in row), default=0)
        if self.highest >= LARGEST:
            self.outputs = ()
            raise NotApplicable
        self.scores = np.array(whole, dtype=np.int64).reshape(len(scores), len(plan.criteria))

    def _value(self, scenario: Scenario, amounts: np.ndarray, unit: int) -> tuple[np.ndarray, tuple[int, int]]:
        """The value of each option in whole numbers, and what 1 of it is worth in the objective's measure."""
        plan = scenario.plan
        weights, _ = _whole([criterion.weight for criterion in plan.criteria])
        components, component_unit = _whole([component.weight for component in plan.components])
        total = sum(weights)
        if scenario.objective is DELIVERY:
            delivered, each = self.shares, 1
        elif scenario.objective is MONEY_WEIGHTED:
            delivered, each = amounts, unit
        else:
            raise NotApplicable
        if not total or self.highest * total * max(components) >= LARGEST:
            raise NotApplicable
        priority = np.array(components)[self.home] * (self.scores @ np.array(weights))
        divisor = int(np.gcd.reduce(priority)) or 1
        priority //= divisor
        if int(priority.max()) * int(delivered.max()) * len(priority) * (len(priority) + 1) >= LARGEST:
            raise NotApplicable
        return priority[:, None] * delivered, (each * divisor, 100 * self.score_unit * total * component_unit)

    # Rules

    def _limits(self, money: list[Rule], unit: int) -> np.ndarray:
        """The limits of the rows of money."""
        least, most, budget = [0] * len(self.places), [FAR] * len(self.places), FAR
        for rule in money:
            if isinstance(rule, Budget):
                budget = min(budget, rule.limit // unit)
            elif isinstance(rule, Ceiling):
                k = self.places[rule.component]
                most[k] = min(most[k], rule.limit // unit)
            elif isinstance(rule, Floor | Balance):
                k = self.places[rule.component]
                least[k] = max(least[k], -(-rule.limit // unit))
        lowest = min(most)
        if max(*least, budget) > FAR or min(lowest, budget) < -FAR:
            raise NotApplicable
        return np.array([budget, *(-amount for amount in least), *(most if lowest < FAR else ())])

    def _allowed(self, plan: Plan, own: list[Rule]) -> np.ndarray:
        allowed = self.funded.copy()
        allowed[:, 0] = True
        committed: dict[int, int] = {}
        for rule in own:
            if isinstance(rule, Committed):
                committed[rule.i] = max(rule.amount, committed.get(rule.i, rule.amount))
            elif isinstance(rule, Deferred):
                within = self.amounts[rule.i] <= rule.spent
                allowed[rule.i] &= within if rule.spent else within & ~self.funded[rule.i]
            elif isinstance(rule, Ended | Continuity):
                allowed[rule.i] &= self._unbreached(plan, rule)
        if committed:
            outputs = list(committed)
            allowed[outputs] &= self.funded[outputs] & (self.amounts[outputs] >= np.array(list(committed.values()))[:, None])
        return allowed

    def _unbreached(self, plan: Plan, rule: Ended | Continuity) -> np.ndarray:
        everything = [NOTHING] * len(plan.outputs)
        allowed = np.ones(self.amounts.shape[1], dtype=bool)
        for l, level in enumerate(plan.levels_of(plan.outputs[rule.i]), start=1):
            everything[rule.i] = Delivery(level.amount, level.share)
            allowed[l] = not any(True for _ in rule.breaches(plan, Allocation(tuple(everything))))
        return allowed

    def _coefficients(self, side: Sequence[Side]) -> np.ndarray:
        amounts, shares = self.amounts, self.shares
        found = np.zeros((len(side), *amounts.shape), dtype=np.int64)
        for of_rule, rule in zip(found, side, strict=True):
            if isinstance(rule, Requires):
                of_rule[rule.i, 1:] += 1
                of_rule[rule.j, 1:] -= shares[rule.j, 1:] >= rule.share
            elif isinstance(rule, AtMost | AtLeast):
                for i in rule.members:
                    of_rule[i, 1:] += 1 if isinstance(rule, AtMost) else -1
            elif isinstance(rule, TagCoverage):
                of_rule[list(rule.carriers), 1:] = -1
            else:
                adopted = amounts[np.arange(len(amounts)), list(rule.adopted)][:, None]
                of_rule[:] = amounts != adopted if isinstance(rule, Changes) else amounts < adopted
        return found


def _rows(levels: tuple[Level, ...], width: int) -> list[list[int]]:
    """Amount and share of nothing, of each level, and of options that are not there, up to the width."""
    none = [0] * (width - 1 - len(levels))
    return [[0, *(level.amount for level in levels), *none], [0, *(level.share for level in levels), *none]]


def _depends_on_levels(rule: Side) -> bool:
    return isinstance(rule, Changes | Drops) or (isinstance(rule, Requires) and rule.share > 0)


def _limit(rule: Side) -> int:
    if isinstance(rule, Requires):
        return 0
    return -rule.limit if isinstance(rule, AtLeast | TagCoverage) else rule.limit


def _whole(numbers: list) -> tuple[list[int], int]:  # type: ignore[type-arg]
    """The fractions times their common denominator, and that."""
    unit = math.lcm(*(number.denominator for number in numbers))
    return [number.numerator * (unit // number.denominator) for number in numbers], unit
