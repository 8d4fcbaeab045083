"""How many portfolios have an allocation worth at least a given value, and in how many of them each output is funded.

A portfolio is a set of funded outputs. For each set of the first outputs it is kept what it spends and is worth at best; a set is
kept while the others can still bring it to the value asked for. So every set that is kept is the beginning of a portfolio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.analysis.alternatives_blocks import Block, Structure, Table
from optimizer.analysis.alternatives_count import Count
from optimizer.analysis.alternatives_points import TooMany, pairs
from optimizer.tables import UNREACHED

MOST_POINTS, MOST_PAIRS = 100_000, 10_000_000  # of all sets together


@dataclass(frozen=True, slots=True)
class _Sets:
    """Sets of funded outputs, 0 .. count - 1, and points of each, in order of set, then of spend; values rise with spend."""

    count: int
    of: np.ndarray
    spend: np.ndarray
    value: np.ndarray

    @classmethod
    def nothing(cls) -> _Sets:
        return cls(1, *(np.zeros(1, np.int64) for _ in range(3)))

    @classmethod
    def best(cls, of: np.ndarray, spend: np.ndarray, value: np.ndarray, least: int) -> tuple[_Sets, np.ndarray]:
        """From points in any order, of sets known by any numbers, which come second, rising.

        A point is dropped for a cheaper one of the same set and no less value, if that one spends at least `least`.
        """
        order = np.lexsort((-value, spend, of))
        of, spend, value = of[order], spend[order], value[order]
        fresh = np.concatenate(([True], of[1:] != of[:-1])) if len(of) else np.zeros(0, bool)
        number = np.cumsum(fresh) - 1
        low = int(value.min(initial=0))
        height = int(value.max(initial=0)) - low + 2
        climb = number * height + np.where(spend >= least, value - low + 1, 0)  # starts again with each set
        before = np.concatenate(([-1], np.maximum.accumulate(climb)[:-1])) if len(of) else climb
        same = np.concatenate(([False], (of[1:] == of[:-1]) & (spend[1:] == spend[:-1]))) if len(of) else fresh
        kept = (number * height + value - low + 1 > before) & ~same
        return cls(int(fresh.sum()), number[kept], spend[kept], value[kept]), of[fresh]


@dataclass(frozen=True, slots=True)
class _Step:
    """Sets made of a set of before and of something added: for each its two parts."""

    before: np.ndarray
    added: np.ndarray


@dataclass(frozen=True, eq=False)
class Portfolios:
    """All portfolios with an allocation worth enough: the outputs that each funds, [portfolio, output], and its best value."""

    funded: np.ndarray
    value: np.ndarray

    @property
    def count(self) -> Count:
        return Count(len(self.funded), tuple(self.funded.sum(axis=0).tolist()))

    def farthest(self, others: Sequence[Sequence[bool]], keys: Sequence[str]) -> tuple[bool, ...] | None:
        """The one that differs in most outputs from the one of others that is most like it; None where each is one of them.

        Of several that of the highest value, then the one that funds the first output in order of the keys, or the second, ...
        """
        apart = np.min([(self.funded != np.array(other)).sum(axis=1) for other in others], axis=0)
        if not apart.max():
            return None
        by_key = sorted(range(len(keys)), key=lambda i: keys[i])
        first = np.lexsort((*(~self.funded[:, i] for i in reversed(by_key)), -self.value, -apart))[0]
        return tuple(self.funded[first].tolist())


def portfolios(structure: Structure, target: int) -> Portfolios | Count:
    """Portfolios with an allocation worth `target` or more; where there are too many to be told apart, how many at least."""
    census = _Census(structure, target)
    try:
        return census.all()
    except TooMany:
        return Count(census.known, None)


class _Census:
    def __init__(self, structure: Structure, target: int) -> None:
        self.structure, self.target = structure, target
        self.known = 1  # sets that certainly begin different portfolios

    def all(self) -> Portfolios:
        """Raises TooMany; `known` is then a lower bound."""
        structure, budget = self.structure, self.structure.budget
        parts, steps = [], []
        for block, rooms in zip(structure.blocks, structure.rooms, strict=True):
            found, own = self._of_block(block, rooms)
            parts.append(found)
            steps.append(own)
        order = sorted(range(len(parts)), key=lambda k: len(parts[k].of))
        whole, joins = _Sets.nothing(), []
        for place, k in enumerate(order):
            to_come = structure.together(order[place + 1 :]).room(budget, budget)
            whole, step = self._joined(whole, parts[k], to_come)
            joins.append(step)
        funded = np.zeros((whole.count, structure.outputs), dtype=bool)
        value = np.full(whole.count, UNREACHED, dtype=np.int64)
        np.maximum.at(value, whole.of, whole.value)
        place_of = np.arange(whole.count)
        for k, step in zip(reversed(order), reversed(joins), strict=True):
            _fill(funded, structure.blocks[k], steps[k], step.added[place_of])
            place_of = step.before[place_of]
        return Portfolios(funded, value)

    def _of_block(self, block: Block, rooms: list[Table]) -> tuple[_Sets, list[_Step]]:
        found, steps = _Sets.nothing(), []
        for link, room in zip(block.links, rooms[1:], strict=True):
            patterns, pattern = np.unique(link.funded, axis=0, return_inverse=True)
            of = (found.of[:, None] * len(patterns) + pattern.ravel()).ravel()
            spend, value = (found.spend[:, None] + link.spend).ravel(), (found.value[:, None] + link.value).ravel()
            found, names = self._kept((of, spend, value), room, block.least)
            steps.append(_Step(names // len(patterns), names % len(patterns)))
        return found, steps

    def _joined(self, a: _Sets, b: _Sets, room: Table) -> tuple[_Sets, _Step]:
        if len(a.of) * len(b.of) > MOST_PAIRS:
            raise TooMany
        found = []
        for some in pairs(len(a.of), len(b.of)):
            of, spend, value = (
                (x[some, None] * factor + y).ravel()
                for x, y, factor in ((a.of, b.of, b.count), (a.spend, b.spend, 1), (a.value, b.value, 1))
            )
            found.append(self._alive((of, spend, value), room))
        together = tuple(np.concatenate(column) for column in zip(*found, strict=True))
        sets, names = self._kept((together[0], together[1], together[2]), room, 0)
        return sets, _Step(names // b.count, names % b.count)

    def _alive(self, points: tuple[np.ndarray, ...], room: Table) -> tuple[np.ndarray, ...]:
        of, spend, value = points
        inside = spend < len(room)
        inside[inside] = value[inside] + room[spend[inside]] >= self.target
        return of[inside], spend[inside], value[inside]

    def _kept(self, points: tuple[np.ndarray, ...], room: Table, least: int) -> tuple[_Sets, np.ndarray]:
        of, spend, value = self._alive(points, room)
        found, names = _Sets.best(of, spend, value, least)
        self.known = max(self.known, found.count)
        if len(found.of) > MOST_POINTS:
            raise TooMany
        return found, names


def _fill(funded: np.ndarray, block: Block, steps: list[_Step], place: np.ndarray) -> None:
    """Write down which outputs of a block are funded, from which of its sets is part of each portfolio."""
    for link, step in zip(reversed(block.links), reversed(steps), strict=True):
        funded[:, link.members] = np.unique(link.funded, axis=0)[step.added[place]]
        place = step.before[place]
