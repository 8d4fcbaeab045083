"""What a scenario is made of where the dynamic programme applies: blocks of outputs that no rule but the resources ties together.

For each block it is known what the others can add at best, and so which of its points can still reach a value asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.analysis.alternatives_points import Points
from optimizer.chain import Chain
from optimizer.dynamic import NotApplicable, Programme
from optimizer.rules import Rule
from optimizer.scenario import Scenario
from optimizer.tables import UNREACHED, Option, undominated

MOST_WORK = 100_000_000  # additions in all tables by spend: under a second
MOST_CELLS = 8_000_000  # of tables by spend that are kept

Table = np.ndarray  # by spend in units: the best value, or UNREACHED


@dataclass(frozen=True)
class Link:
    """The ways to deliver the outputs `members`: what each spends, in units, and is worth, and which outputs it funds."""

    members: list[int]
    spend: np.ndarray
    value: np.ndarray
    funded: np.ndarray  # [way, member]

    @classmethod
    def of(cls, members: list[int], options: Sequence[Option], value: np.ndarray) -> Link:
        funded = np.array([[given.funded for given in option.deliveries] for option in options])
        return cls(members, np.array([option.spend for option in options], np.int64), value, funded)

    @property
    def longest(self) -> int:
        return int(self.spend.max(initial=0))


@dataclass(frozen=True)
class Block:
    """A component, or several that linked outputs tie together, with the least and the most that it may spend, in units."""

    links: list[Link]
    least: int
    most: int

    @cached_property
    def best(self) -> Points:
        """What the block reaches at best: spends and values, both rising."""
        table = np.full(self.most + 1, UNREACHED, dtype=np.int64)
        table[0] = 0
        for link in self.links:
            table = _extended(table, link)
        spend = np.flatnonzero(table > UNREACHED)
        spend = spend[spend >= self.least]
        found = undominated(spend, table[spend], np.ones(len(spend)))
        return Points(*found)

    def rooms(self, others: Points, budget: int) -> list[Table]:
        """By number of links that are there, the best that is still to come at each spend; the last is for the whole block."""
        table = others.room(budget, self.most)
        table[: self.least] = UNREACHED
        rooms = [table]
        for link in reversed(self.links):
            rooms.append(_completed(rooms[-1], link))
        return rooms[::-1]


class Structure:
    """The blocks of a scenario, and what they reach together: `value` at best, in whole numbers.

    `money` replaces the resources, in whole units of the currency. With `all_respects` the whole numbers also count partial
    deliveries, as those of the dynamic programme do: of two allocations of the same value that with fewer has more. Raises
    NotApplicable.
    """

    def __init__(self, scenario: Scenario, all_respects: bool = False, money: int | None = None) -> None:
        programme = Programme(scenario)
        self.programme, self.all_respects = programme, all_respects
        self.outputs = len(scenario.plan.outputs)
        self.budget = programme.most if money is None else money // programme.unit
        self.work = self.cells = 0
        self.blocks = [self._block(clusters, limits) for clusters, limits in programme.blocks()]
        self.blocks.sort(key=lambda block: len(block.best.spend))

    def values(self, options: Sequence[Option]) -> np.ndarray:
        worth = np.array([option.worth for option in options], np.int64)
        return worth if self.all_respects else -(-worth // self.programme.scale)

    @cached_property
    def rooms(self) -> list[list[Table]]:
        """Of each block: see Block.rooms."""
        return [block.rooms(self.others(k), self.budget) for k, block in enumerate(self.blocks)]

    def together(self, blocks: Iterable[int]) -> Points:
        """What some of the blocks reach together at best."""
        chain = Chain(0, self.budget)
        for k in blocks:
            chain.add(self.blocks[k].best.spend, self.blocks[k].best.value)
        states = chain.points
        return Points(states.spend, states.worth, np.ones(len(states.spend)))

    def others(self, without: int) -> Points:
        """What all blocks but one reach at best."""
        return self.together(k for k in range(len(self.blocks)) if k != without)

    @cached_property
    def top(self) -> tuple[int, int]:
        """The best value that all blocks reach together, and the least spend for it, in units."""
        together = self.together(range(len(self.blocks)))
        return int(together.value[-1]), int(together.spend[-1])

    def _block(self, clusters: list[list[int]], limits: tuple[Rule, ...]) -> Block:
        choices = [self.programme.options(cluster) for cluster in clusters]
        least, most = self.programme.room(limits, choices)
        self.work += (most + 1) * sum(map(len, choices))
        self.cells += (most + 1) * (len(choices) + 1)
        if self.work > MOST_WORK or self.cells > MOST_CELLS:
            raise NotApplicable
        links = [Link.of(c, options, self.values(options)) for c, options in zip(clusters, choices, strict=True)]
        return Block(sorted(links, key=lambda link: link.longest), least, most)


def _extended(table: Table, link: Link) -> Table:
    """The best value at each spend with one more link."""
    found = np.full_like(table, UNREACHED)
    for spend, value in zip(link.spend.tolist(), link.value.tolist(), strict=True):
        if spend < len(table):
            np.maximum(found[spend:], table[: len(table) - spend] + value, out=found[spend:])
    found[found < UNREACHED // 2] = UNREACHED
    return found


def _completed(table: Table, link: Link) -> Table:
    """The best that is still to come at each spend, when one more link is still to come."""
    found = np.full_like(table, UNREACHED)
    for spend, value in zip(link.spend.tolist(), link.value.tolist(), strict=True):
        if spend < len(table):
            np.maximum(found[: len(table) - spend], table[spend:] + value, out=found[: len(table) - spend])
    found[found < UNREACHED // 2] = UNREACHED
    return found
