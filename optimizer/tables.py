"""Tables and lists of a dynamic programme over spend: the best worth at each spend, and in how many ways it is reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.allocation import Delivery

UNREACHED = -(2**62)

Table = tuple[np.ndarray, np.ndarray]  # by spend: best worth, and number of ways to reach it
Points = tuple[np.ndarray, np.ndarray, np.ndarray]  # spend and worth, both rising, and number of ways


@dataclass(frozen=True, slots=True)
class Option:
    """One way to deliver one output or several linked ones: spend in units, and value times (n + 1) less partial deliveries."""

    spend: int
    worth: int
    deliveries: tuple[Delivery, ...]


def extended(table: Table, options: list[Option]) -> Table:
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


def undominated(spend: np.ndarray, worth: np.ndarray, ways: np.ndarray) -> Points:
    """Of points in order of spend, those with more worth than every cheaper one; ways to the same point are added up."""
    if not len(spend):
        return spend, worth, ways
    best_before = np.concatenate(([UNREACHED], np.maximum.accumulate(worth)[:-1]))
    return only((spend, worth, ways), worth > best_before)


def joined(a: Points, b: Points, most: int) -> Points:
    """All sums of a point of each list that are within the resources and not dominated."""
    spend = (a[0][:, None] + b[0][None, :]).ravel()
    worth = (a[1][:, None] + b[1][None, :]).ravel()
    ways = (a[2][:, None] * b[2][None, :]).ravel()
    within = spend <= most
    spend, worth, ways = only((spend, worth, ways), within)
    if not len(spend):
        return spend, worth, ways
    order = np.lexsort((-worth, spend))
    spend, worth, ways = spend[order], worth[order], ways[order]
    first = np.concatenate(([True], (spend[1:] != spend[:-1]) | (worth[1:] != worth[:-1])))
    starts = np.flatnonzero(first)
    return undominated(spend[starts], worth[starts], np.add.reduceat(ways, starts))


def only(points: Points, chosen: np.ndarray) -> Points:
    spend, worth, ways = points
    return spend[chosen], worth[chosen], ways[chosen]


def origin(most: int) -> Table:
    """The table before any output: nothing spent, nothing reached, in one way."""
    worth, ways = np.full(most + 1, UNREACHED, dtype=np.int64), np.zeros(most + 1)
    worth[0], ways[0] = 0, 1.0
    return worth, ways


@dataclass(frozen=True)
class Block:
    """Outputs that the rules tie to no others: clusters of positions, each with its options, and what they reach together.

    `most` is the largest spend looked at, in units.
    """

    clusters: list[list[int]]
    options: list[list[Option]]
    most: int
    points: Points

    def chosen(self, spend: int, worth: int) -> Iterator[tuple[int, Delivery]]:
        """Deliveries that add up to a point of the block."""
        tables = [origin(self.most)]
        for options in self.options[:-1]:
            tables.append(extended(tables[-1], options))
        for cluster, options, (before, _) in reversed(list(zip(self.clusters, self.options, tables, strict=False))):
            option = next(o for o in options if o.spend <= spend and before[spend - o.spend] + o.worth == worth)
            yield from zip(cluster, option.deliveries, strict=True)
            spend, worth = spend - option.spend, worth - option.worth


def connected(n: int, ties: Iterable[set[int]]) -> list[list[int]]:
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
