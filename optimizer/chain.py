"""Parts added one after the other, for all spends at once: the best worth at each spend, and which parts reach it.

A part is one way to deliver some outputs, or one point of what they reach. Nothing is dropped before the minimum is met: a spend
that is dominated may be the one that meets it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.tables import UNREACHED

DENSE = 2**24  # the largest spend, in units, for which a table by spend is kept
PAIR = 150  # additions that a pair costs when all pairs are sorted
Ranks = Sequence[int]  # whole numbers of any size: the larger, the sooner chosen among equals
RanksOf = Callable[[int, list[int]], Ranks]  # of some parts of a link, by their rising positions


@dataclass(frozen=True, slots=True)
class States:
    """Spends, rising, each with the best worth at exactly that spend."""

    spend: np.ndarray
    worth: np.ndarray

    @classmethod
    def best_of(cls, spend: np.ndarray, worth: np.ndarray) -> States:
        """From spends in any order, some of them more than once."""
        order = np.lexsort((-worth, spend))
        spend, worth = spend[order], worth[order]
        first = np.ones(len(spend), dtype=bool)
        first[1:] = spend[1:] != spend[:-1]
        return cls(spend[first], worth[first])

    def undominated(self, least: int) -> States:
        """Without those that a cheaper one equals in worth, as long as that one also spends at least `least`."""
        start = int(np.searchsorted(self.spend, least))
        kept = np.ones(len(self.spend), dtype=bool)
        reached = np.maximum.accumulate(self.worth[start:])
        kept[start + 1 :] = self.worth[start + 1 :] > reached[:-1]
        return States(self.spend[kept], self.worth[kept])

    def finder(self) -> Callable[[np.ndarray], np.ndarray]:
        """A function that gives the position of each of some spends, none below 0 or above the last; -1 where there is none."""
        last = int(self.spend[-1])
        if last < min(DENSE, 256 * len(self.spend)):
            table = np.full(last + 1, -1, dtype=np.int64)
            table[self.spend] = np.arange(len(self.spend))
            return lambda spend: table[spend]

        def search(spend: np.ndarray) -> np.ndarray:
            place = np.searchsorted(self.spend, spend)
            return np.where(self.spend[place] == spend, place, -1)

        return search


@dataclass(frozen=True, slots=True)
class Choice:
    """For some states of a chain the rank of the best way to reach it, and the part taken at each link: `parts[state, link]`."""

    ranks: Ranks
    parts: np.ndarray


class Chain:
    """`least` and `most` limit the spend once every part is there; `states[t]` is what the first t links reach."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most
        self.links: list[tuple[np.ndarray, np.ndarray]] = []
        self.states = [States(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))]

    @property
    def points(self) -> States:
        """The states that meet the minimum: worth rises with spend."""
        last = self.states[-1]
        start = int(np.searchsorted(last.spend, self.least))
        return States(last.spend[start:], last.worth[start:])

    def work(self, parts: int) -> int:
        """About how many additions a further link with so many parts takes."""
        pairs = len(self.states[-1].spend) * parts
        return pairs if self._in_table(pairs) else PAIR * pairs

    def _in_table(self, pairs: int) -> bool:
        """Whether sums go to a table by spend, not too large and not too empty; else all pairs are sorted."""
        return self.most <= min(DENSE, 8 * pairs)

    def add(self, spend: np.ndarray, worth: np.ndarray) -> None:
        """One more link: exactly one of its parts is taken."""
        self.links.append((spend, worth))
        before, parts = self.states[-1], States.best_of(spend, worth)
        sums = self._by_table if self._in_table(len(before.spend) * len(spend)) else self._by_sorting
        few, many = sorted((before, parts), key=lambda states: len(states.spend))
        self.states.append(sums(few, many).undominated(self.least))

    def _by_table(self, few: States, many: States) -> States:
        best = np.full(self.most + 1, UNREACHED, dtype=np.int64)
        for spend, worth in zip(few.spend.tolist(), few.worth.tolist(), strict=True):
            within = int(np.searchsorted(many.spend, self.most - spend, side="right"))
            place = many.spend[:within] + spend
            best[place] = np.maximum(best[place], many.worth[:within] + worth)
        spends = np.flatnonzero(best > UNREACHED)
        return States(spends, best[spends])

    def _by_sorting(self, few: States, many: States) -> States:
        spend = (few.spend[:, None] + many.spend[None, :]).ravel()
        worth = (few.worth[:, None] + many.worth[None, :]).ravel()
        within = spend <= self.most
        return States.best_of(spend[within], worth[within])

    def choose(self, at: np.ndarray, ranks: RanksOf) -> Choice:
        """How to reach the states at some rising positions of the last link: of all ways the one whose ranks add up to most.

        `ranks` is asked only for parts on some way there.
        """
        steps = []
        for t in range(len(self.links), 0, -1):
            tight = self._tight(t, at)
            sources = np.unique(np.concatenate([source for _, source, _ in tight])) if tight else at[:0]
            steps.append((len(at), sources, tight))
            at = sources
        best = np.zeros(1, dtype=object)
        taken: list[tuple[np.ndarray, np.ndarray]] = []
        for t, (count, sources, tight) in enumerate(reversed(steps)):
            rank, part, came = np.full(count, -1, dtype=object), np.zeros(count, np.int64), np.zeros(count, np.int64)
            of_parts = ranks(t, [j for _, _, j in tight])
            for (place, source, j), of_part in zip(tight, of_parts, strict=True):
                origin = np.searchsorted(sources, source)
                offered = best[origin] + of_part
                better = np.asarray(offered > rank[place], dtype=bool)
                chosen = place[better]
                rank[chosen], part[chosen], came[chosen] = offered[better], j, origin[better]
            best = rank
            taken.append((part, came))
        return Choice(best.tolist(), _walked(taken, len(best)))

    def _tight(self, t: int, at: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, int]]:
        """Which parts of link t reach which of some states, and from where: (places in `at`, states before, part)."""
        before, after = self.states[t - 1], self.states[t]
        spend, worth, find = after.spend[at], after.worth[at], before.finder()
        tight = []
        for j, (more, gain) in enumerate(zip(*(of_parts.tolist() for of_parts in self.links[t - 1]), strict=True)):
            first, last = np.searchsorted(spend, (more, more + int(before.spend[-1]) + 1))
            source = find(spend[first:last] - more)
            hit = np.flatnonzero((source >= 0) & (before.worth[source] + gain == worth[first:last]))
            if len(hit):
                tight.append((hit + first, source[hit], j))
        return tight


def _walked(taken: list[tuple[np.ndarray, np.ndarray]], count: int) -> np.ndarray:
    """The parts taken on the way to each state: back from the last link to the first."""
    parts = np.zeros((count, len(taken)), dtype=np.int64)
    place = np.arange(count)
    for t in range(len(taken) - 1, -1, -1):
        part, came = taken[t]
        parts[:, t] = part[place]
        place = came[place]
    return parts
