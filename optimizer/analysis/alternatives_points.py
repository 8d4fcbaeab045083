"""Points of spend and value, each with the number of ways that reach it: added up, counted, and rounded where they are too many.

Numbers of ways are doubles, which are exact for whole numbers below 2^53, or Python's whole numbers of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.tables import UNREACHED

CHUNK = 1_000_000  # pairs looked at at once
DIRECT = 4_000_000  # pairs that are compared one by one rather than by sorting
LARGEST_KEY = 2**62


@dataclass(frozen=True, slots=True)
class Points:
    """In order of spend (units), then of value."""

    spend: np.ndarray
    value: np.ndarray
    ways: np.ndarray

    @classmethod
    def origin(cls, dtype: type = float) -> Points:
        return cls(np.zeros(1, np.int64), np.zeros(1, np.int64), np.array([1], dtype=dtype))

    def room(self, budget: int, most: int) -> np.ndarray:
        """For each spend up to `most` the best value that these points add with what is left of the budget, or UNREACHED."""
        place = np.searchsorted(self.spend, budget - np.arange(most + 1), side="right") - 1
        return np.where(place >= 0, self.value[place], UNREACHED)

    def ways_within(self, most: np.ndarray, least: np.ndarray) -> np.ndarray:
        """For each pair of a spend and a value, in how many ways at most that is spent for at least that value."""
        first = np.searchsorted(self.spend, most, side="right")  # so many points are within the spend
        if len(most) * len(self.spend) <= DIRECT:
            inside = (self.spend <= most[:, None]) & (self.value >= least[:, None])
            return np.where(inside, self.ways, 0) @ np.ones(len(self.ways), dtype=self.ways.dtype)
        values, rank = np.unique(self.value, return_inverse=True)
        asked, width = np.searchsorted(values, least), len(values) + 1
        found = np.zeros(len(most), dtype=self.ways.dtype)
        for bit in range(len(self.spend).bit_length()):  # the first `first` points as blocks of powers of two, sorted by value
            key = (np.arange(len(rank)) >> bit) * width + rank
            order = np.argsort(key, kind="stable")
            key = key[order]
            added = np.concatenate((np.zeros(1, self.ways.dtype), np.cumsum(self.ways[order])))
            some = np.flatnonzero((first >> bit) & 1)
            block = (first[some] >> bit) - 1
            found[some] += added[(block + 1) << bit] - added[np.searchsorted(key, block * width + asked[some])]
        return found


class Sieve:
    """Keeps the points from which `target` can still be reached; `window` is how far it is below the best.

    Where there are more than `most` points, values are rounded down: what is left is a part of all, and the ways a lower bound.
    Not so where `exact`: then TooMany is raised.
    """

    def __init__(self, target: int, window: int, most: int, exact: bool) -> None:
        self.target, self.window, self.most, self.exact = target, window, most, exact

    def slack(self, spend: np.ndarray, value: np.ndarray, room: np.ndarray) -> np.ndarray:
        """By how much the best that can still be reached exceeds the target; below 0 where it does not reach it."""
        found: np.ndarray = value + room[spend] - self.target
        return found

    def kept(self, spend: np.ndarray, value: np.ndarray, ways: np.ndarray, room: np.ndarray) -> Points:
        """The points that can still reach the target, equal ones added up."""
        slack = self.slack(spend, value, room)
        alive = slack >= 0
        spend, slack, ways = spend[alive], slack[alive], ways[alive]
        found, grid = self._added(spend, slack, ways, room), 1
        while len(found.spend) > self.most and grid <= self.window:
            if self.exact:
                raise TooMany
            grid *= max(2 * len(found.spend) // self.most, 8)
            found = self._added(spend, slack // grid * grid, ways, room)
        return found

    def thinned(self, points: Points, room: np.ndarray, rate: int, most: int) -> Points:
        """At most so many of the points, spends rounded up and, at so much for each unit of spend, values rounded down.

        Where that leaves none, those with the most slack.
        """
        found, step = points, 1
        while len(found.spend) > most and step < 2 * len(room):
            if self.exact:
                raise TooMany
            step *= 2
            spend = -(-points.spend // step) * step
            inside = spend < len(room)
            spend, value, ways = spend[inside], points.value[inside], points.ways[inside]
            slack = self.slack(spend, value, room) // (step * rate) * (step * rate)
            alive = slack >= 0
            found = self._added(spend[alive], slack[alive], ways[alive], room)
        if len(found.spend):
            return found
        chosen = np.sort(np.argsort(-self.slack(points.spend, points.value, room), kind="stable")[:most])
        return Points(points.spend[chosen], points.value[chosen], points.ways[chosen])

    def _added(self, spend: np.ndarray, slack: np.ndarray, ways: np.ndarray, room: np.ndarray) -> Points:
        width = self.window + 1
        key = spend * width + slack
        order = np.argsort(key)
        key, ways = key[order], ways[order]
        first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else order
        key = key[first]
        spend = key // width
        return Points(spend, key % width + self.target - room[spend], np.add.reduceat(ways, first) if len(first) else ways)


class TooMany(Exception):
    """There are more points than are kept."""


def pairs(a: int, b: int) -> Iterator[slice]:
    """Some of the first of two lists at a time, so that with all of the second they are not too many."""
    size = max(CHUNK // max(b, 1), 1)
    yield from (slice(start, min(start + size, a)) for start in range(0, a, size))
