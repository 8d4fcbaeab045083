"""How many allocations are worth at least a given value, and in how many of them each output is funded.

A dynamic programme over spend and value. A state is what some outputs spend and are worth together; it is kept only where the
others can still bring it to the value asked for, which near the best leaves few. What is kept is counted, not compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from optimizer.analysis.alternatives_blocks import Block, Link, Structure, Table
from optimizer.analysis.alternatives_points import LARGEST_KEY, Points, Sieve, TooMany, pairs
from optimizer.dynamic import NotApplicable

MOST_STATES, MOST_PAIRS = 300_000, 20_000_000  # points of a block or of several, and pairs of them that are added up
ROUGH_STATES, ROUGH_PAIRS = 50_000, 4_000_000  # the same where they are rounded
EXACT = 2**53  # whole numbers below it are exact in a double, and so is every part of a sum that stays below it
OF_ROUNDING = 1e-9  # far more than doubles lose in the sums made here


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, or where it is not `exact`, how many at least.

    `funded` says in how many of them each output is funded; None where the number is not exact.
    """

    number: int
    funded: tuple[int, ...] | None

    @property
    def exact(self) -> bool:
        return self.funded is not None


def count(structure: Structure, target: int) -> Count:
    """Allocations worth `target` or more, in the structure's whole numbers.

    Exact as long as there are not too many states; else a lower bound, from states rounded down. Raises NotApplicable.
    """
    try:
        found = _Census(structure, target, True, float)
        if found.total >= EXACT:
            found = _Census(structure, target, True, object)
        return Count(int(found.total), found.funded())
    except TooMany:
        return Count(math.floor(_Census(structure, target, False, float).least * (1 - OF_ROUNDING)), None)


class _Census:
    """One count. `layers[k]` are the points that the first links of block k reach, one a link; `sums` those of several blocks."""

    def __init__(self, structure: Structure, target: int, exact: bool, dtype: type) -> None:
        budget = structure.budget
        self.budget, self.dtype = budget, dtype
        self.outputs, self.blocks = structure.outputs, structure.blocks
        window = structure.top[0] - target
        if (budget + 1) * (window + 1) > LARGEST_KEY:
            raise NotApplicable
        self.rate = max(structure.top[0] // max(budget, 1), 1)
        self.sieve = Sieve(target, window, MOST_STATES if exact else ROUGH_STATES, exact)
        self.most_pairs = MOST_PAIRS if exact else ROUGH_PAIRS
        self.rooms = structure.rooms
        self.layers = [self._layers(block, rooms) for block, rooms in zip(self.blocks, self.rooms, strict=True)]
        self.order = sorted(range(len(self.blocks)), key=lambda k: len(self.layers[k][-1].spend))
        self.parts = [self.layers[k][-1] for k in self.order]
        of_parts = max((part.ways.sum() for part in self.parts), default=1)  # each with at least one way to go on
        self.structure = structure
        self.to_come = [structure.together(self.order[j:]).room(budget, budget) for j in range(len(self.order) + 1)]
        self.sums = [Points.origin(dtype)]
        for j in range(len(self.parts) - 1):
            self.sums.append(self._joined(j))
        last = self.parts[-1] if self.parts else Points.origin(dtype)
        self.ending = self.sums[-1].ways_within(budget - last.spend, target - last.value)
        self.total = (self.ending * last.ways).sum()
        self.least = max(self.total, of_parts)

    def _layers(self, block: Block, rooms: list[Table]) -> list[Points]:
        layers = [Points.origin(self.dtype)]
        for link, room in zip(block.links, rooms[1:], strict=True):
            before = layers[-1]
            spend, value = (before.spend[:, None] + link.spend).ravel(), (before.value[:, None] + link.value).ravel()
            inside = spend < len(room)
            ways = np.repeat(before.ways, len(link.spend))
            layers.append(self.sieve.kept(spend[inside], value[inside], ways[inside], room))
        return layers

    def _joined(self, j: int) -> Points:
        """The sums so far with one more block."""
        a, b, room = self.sums[j], self.parts[j], self.to_come[j + 1]
        if len(a.spend) * len(b.spend) > self.most_pairs:
            few = math.isqrt(self.most_pairs)
            a = self.sieve.thinned(a, self.to_come[j], self.rate, max(few, self.most_pairs // len(b.spend)))
            others = self.structure.others(self.order[j]).room(self.budget, self.budget)
            b = self.parts[j] = self.sieve.thinned(b, others, self.rate, max(self.most_pairs // max(len(a.spend), 1), 1))
        found = [Points(*(np.zeros(0, column.dtype) for column in (a.spend, a.value, a.ways)))]
        for some in pairs(len(a.spend), len(b.spend)):
            spend, value, ways = self._sums(a, b, some)
            inside = spend <= self.budget
            found.append(self.sieve.kept(spend[inside], value[inside], ways[inside], room))
        spend, value, ways = (np.concatenate(column) for column in zip(*((p.spend, p.value, p.ways) for p in found), strict=True))
        return self.sieve.kept(spend, value, ways, room)

    @staticmethod
    def _sums(a: Points, b: Points, some: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        spend, value = a.spend[some, None] + b.spend, a.value[some, None] + b.value
        return spend.ravel(), value.ravel(), (a.ways[some, None] * b.ways).ravel()

    def funded(self) -> tuple[int, ...]:
        """In how many allocations each output is funded: ways to reach a state, times ways to go on from it."""
        counts: list[int] = [0] * self.outputs
        if not self.parts:
            return tuple(counts)
        endings = {self.order[-1]: self.ending}
        last = self.parts[-1]
        after = last.ways_within(self.budget - self.sums[-1].spend, self.sieve.target - self.sums[-1].value)
        for j in range(len(self.parts) - 2, -1, -1):
            after, endings[self.order[j]] = self._apart(j, after)
        for k, ending in endings.items():
            self._of_block(k, ending, counts)
        return tuple(counts)

    def _apart(self, j: int, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ways to go on from the sums before a block was added, and from the points of the block."""
        a, b, target, room = self.sums[j], self.parts[j], self.sums[j + 1], self.to_come[j + 1]
        of_a: np.ndarray = np.zeros(len(a.spend), self.dtype)
        of_b: np.ndarray = np.zeros(len(b.spend), self.dtype)
        for some in pairs(len(a.spend), len(b.spend)):
            spend, value, _ = self._sums(a, b, some)
            going_on = self._at(target, after, spend, value, room).reshape(-1, len(b.spend))
            of_a[some] = going_on @ b.ways
            of_b += a.ways[some] @ going_on
        return of_a, of_b

    def _at(self, points: Points, after: np.ndarray, spend: np.ndarray, value: np.ndarray, room: Table) -> np.ndarray:
        """What is known of some spends and values; nothing where they are not among the points."""
        width = self.sieve.window + 1
        known = points.spend * width + self.sieve.slack(points.spend, points.value, room)
        inside = spend < len(room)
        slack = self.sieve.slack(np.where(inside, spend, 0), value, room)
        inside &= slack >= 0
        found: np.ndarray = np.zeros(len(spend), self.dtype)
        found[inside] = after[np.searchsorted(known, (spend * width + slack)[inside])]
        return found

    def _of_block(self, k: int, ending: np.ndarray, counts: list[int]) -> None:
        layers, rooms, after = self.layers[k], self.rooms[k], ending
        for t in range(len(self.blocks[k].links) - 1, -1, -1):
            link, before = self.blocks[k].links[t], layers[t]
            going_on: np.ndarray = np.zeros(len(before.spend), self.dtype)
            for way, (spend, value) in enumerate(zip(link.spend.tolist(), link.value.tolist(), strict=True)):
                on = self._at(layers[t + 1], after, before.spend + spend, before.value + value, rooms[t + 1])
                going_on += on
                through = int((before.ways * on).sum())
                for i in _funded(link, way):
                    counts[i] += through
            after = going_on


def _funded(link: Link, way: int) -> list[int]:
    return [i for i, funded in zip(link.members, link.funded[way].tolist(), strict=True) if funded]
