"""What the rest of a plan reaches beside one output, whatever that output takes: the dynamic programme without it.

One table an output answers for all of its levels, priorities and costs at once: with output i at level l the best value is
A_l + v_i * w_l, where A_l is the best of the rest with the money, minima and maxima that a_il leaves.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimizer.analysis.frontier_programme import MOST_WORK
from optimizer.chain import Chain, States
from optimizer.dynamic import NotApplicable, Programme
from optimizer.objectives import BALANCED, TIERS, integer_values
from optimizer.rules import Balance, Ceiling, Floor, Rule
from optimizer.scenario import Scenario
from optimizer.tables import Option

MOST_TABLES = 4  # as much work as so many frontiers
Mates = frozenset[tuple[int, int]]  # what the outputs tied to one may spend and be worth together


@dataclass(frozen=True)
class Rest:
    """Everything but one output. `amounts` are of its levels, nothing first.

    `own` is what its component, or those linked to it, reach beside each level, None where the rules do not allow the level;
    `others` what all other components reach: spend in `unit`, value in `worth`. `floor` and `ceiling` are of its component.
    """

    amounts: tuple[int, ...]
    own: tuple[States | None, ...]
    others: States
    unit: int
    worth: Fraction
    budget: int
    floor: int
    ceiling: int

    def best(self, l: int, amount: int | None = None) -> Fraction | None:
        """The best value of the rest with i at level l, at another amount than its own if given; None where it is infeasible."""
        own, taken = self.own[l], self.amounts[l] if amount is None else amount
        if own is None:
            return None
        most = min(self.budget - taken, self.ceiling - taken) // self.unit
        start, end = np.searchsorted(own.spend, (-(-(self.floor - taken) // self.unit), most + 1))
        spend, worth = own.spend[start:end], own.worth[start:end]
        place = np.searchsorted(self.others.spend, (self.budget - taken) // self.unit - spend, side="right") - 1
        reached = worth[place >= 0] + self.others.worth[place[place >= 0]]
        return self.worth * int(reached.max()) if len(reached) else None

    def dearest(self, l: int, value: Fraction, step: int) -> int | None:
        """The largest amount, a multiple of `step`, that i may take at level l while the rest still reaches `value`."""
        own = self.own[l]
        if own is None:
            return None
        place = np.searchsorted(self.others.worth, math.ceil(value / self.worth) - own.worth)
        able = place < len(self.others.spend)
        spend = own.spend[able] * self.unit
        highest = np.minimum(self.ceiling, self.budget - self.others.spend[place[able]] * self.unit) - spend
        highest = highest // step * step
        fits = highest[highest >= np.maximum(self.floor - spend, 0)]
        return int(fits.max()) if len(fits) else None


class LeaveOneOut:
    """Raises NotApplicable where the dynamic programme does not apply, or it would take too long.

    `tables` counts those made.
    """

    def __init__(self, scenario: Scenario) -> None:
        if scenario.objective in (TIERS, BALANCED):
            raise NotApplicable
        self.scenario, self.programme = scenario, Programme(scenario)
        self.blocks = [
            (clusters, limits, [self.programme.options(cluster) for cluster in clusters])
            for clusters, limits in self.programme.blocks()
        ]
        self.worth = integer_values(scenario.plan, scenario.objective).unit
        self.tables = self.work = 0
        self._others: dict[int, States | None] = {}

    def rest(self, i: int) -> Rest | None:
        """None where the other components have no allocation that satisfies their rules."""
        k = next(k for k, (clusters, _, _) in enumerate(self.blocks) if any(i in cluster for cluster in clusters))
        if k not in self._others:
            self._others[k] = self._joined([block for other, block in enumerate(self.blocks) if other != k])
        others = self._others[k]
        if others is None:
            return None
        self.tables += 1
        clusters, limits, choices = self.blocks[k]
        t = next(t for t, cluster in enumerate(clusters) if i in cluster)
        floor = max((rule.limit for rule in limits if isinstance(rule, Floor | Balance)), default=0)
        ceiling = min((rule.limit for rule in limits if isinstance(rule, Ceiling)), default=self.programme.budget)
        bare = self._chain(self._room(limits), [options for other, options in enumerate(choices) if other != t])
        given = self.scenario.plan.levels[i]
        by_mates: dict[Mates, States] = {}
        own: list[States | None] = []
        for mates in self._mates(i, clusters[t], choices[t]):
            if mates and mates not in by_mates:
                by_mates[mates] = self._with(bare, sorted(mates))
            own.append(by_mates[mates] if mates else None)
        amounts = (0, *(level.amount for level in given))
        return Rest(amounts, tuple(own), others, self.programme.unit, self.worth, self.programme.budget, floor, ceiling)

    def _value(self, option: Option) -> int:
        return -(-option.worth // self.programme.scale)

    def _room(self, limits: tuple[Rule, ...]) -> tuple[int, int]:
        """The least and the most that a component may spend, in units, whatever its outputs cost."""
        unit, most = self.programme.unit, self.programme.most
        least = max((-(-rule.limit // unit) for rule in limits if isinstance(rule, Floor | Balance)), default=0)
        return least, min((rule.limit // unit for rule in limits if isinstance(rule, Ceiling)), default=most)

    def _mates(self, i: int, cluster: list[int], options: list[Option]) -> list[Mates]:
        """For each level of i, nothing first, what the outputs tied to it may spend and be worth together."""
        given, place = self.scenario.plan.levels[i], cluster.index(i)
        level = {(one.amount, one.share): l for l, one in enumerate(given, start=1)}
        values, found = self.programme.values[i], defaultdict(set)
        for option in options:
            own = option.deliveries[place]
            l = level[own.amount, own.share] if own.funded else 0
            spend, value = (own.amount // self.programme.unit, values[l - 1]) if l else (0, 0)
            found[l].add((option.spend - spend, self._value(option) - value))
        return [frozenset(found[l]) for l in range(len(given) + 1)]

    def _joined(self, blocks: Sequence[tuple[list[list[int]], tuple[Rule, ...], list[list[Option]]]]) -> States | None:
        """What several blocks reach together; worth rises with spend."""
        chains = [self._chain(self.programme.room(limits, choices), choices) for _, limits, choices in blocks]
        if not all(len(chain.points.spend) for chain in chains):
            return None
        whole = Chain(0, self.programme.most)
        for chain in sorted(chains, key=lambda chain: len(chain.points.spend)):
            self._add(whole, chain.points.spend, chain.points.worth)
            if not len(whole.points.spend):
                return None
        return whole.points

    def _chain(self, room: tuple[int, int], choices: list[list[Option]]) -> Chain:
        chain = Chain(*room)
        for options in choices:
            spends, worths = [option.spend for option in options], [self._value(option) for option in options]
            self._add(chain, np.array(spends, np.int64), np.array(worths, np.int64))
        return chain

    def _with(self, bare: Chain, mates: list[tuple[int, int]]) -> States:
        """A chain with one more link, left as it is."""
        if mates == [(0, 0)]:
            return bare.states[-1]
        chain = Chain(bare.least, bare.most)
        chain.states = [bare.states[-1]]
        self._add(chain, *np.array(mates, np.int64).reshape(-1, 2).T)
        return chain.states[-1]

    def _add(self, chain: Chain, spend: np.ndarray, worth: np.ndarray) -> None:
        self.work += chain.work(len(spend))
        if self.work > MOST_TABLES * MOST_WORK:
            raise NotApplicable
        chain.add(spend, worth)
