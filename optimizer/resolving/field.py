"""A case under prices: what each option loses, how far an allocation can be from the bound, which ones respect every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.resolving.case import Case
from optimizer.resolving.prices import Prices

NEVER = 2**61

Ranks = Callable[
    [], np.ndarray
]  # ranks[number, output, option]: among equals the largest sum of the first that differs is chosen


class TooMany(Exception):
    """More allocations are within the window than are written down."""


@dataclass(frozen=True, slots=True)
class Best:
    """The option of each output in a best allocation, and its worth."""

    worth: int
    options: np.ndarray


class Field:
    """`loss[i, l]` is by how much option l of output i is priced below `choice[i]`, the best; `bound` limits every allocation."""

    def __init__(self, case: Case, prices: Prices, ranks: Ranks) -> None:
        self.case, self.prices, self.ranks = case, prices, ranks
        priced = (prices.of_rows @ case.rows.reshape(len(case.rows), -1)).reshape(case.worth.shape)
        profit = case.worth * prices.size - priced
        profit = np.where(case.allowed, profit, -NEVER)
        self.every = np.arange(len(profit))
        self.choice = profit.argmax(axis=1)
        best = profit[self.every, self.choice]
        self.loss = best[:, None] - profit
        self.bound = int(best.sum()) + int(prices.of_rows @ case.limits)
        self.others = self.loss.copy()  # the losses of all but the choice
        self.others[self.every, self.choice] = NEVER
        losses = self.others[self.others < NEVER // 2]
        losses.sort()
        self.losses = losses
        self.spend = int(case.amounts[self.every, self.choice].sum())

    @property
    def widest(self) -> int:
        """No allocation that respects every row is farther from the bound."""
        least = np.where(self.case.allowed, self.case.worth, NEVER).min(axis=1)
        return self.bound - self.prices.size * int(least.sum())

    def needed(self, best: Best, all_stages: bool) -> int:
        """How far from the bound an allocation can be that is better than this one; if all stages count, also one as good."""
        value, outputs = -(-best.worth // self.case.scale), len(self.every)
        worth = (value if all_stages else value + 1) * self.case.scale - outputs
        return self.bound - self.prices.size * worth

    @property
    def limits_of_components(self) -> list[tuple[int, int, int, int]]:
        """Of each component the least and the most that it receives, and the prices of both."""
        count, prices = self.case.components, self.prices.of_rows[1:].tolist()
        most = prices[count : 2 * count] if self.case.limited else [0] * count
        return [(*self.case.room(k), prices[k], most[k]) for k in range(count)]

    @property
    def price(self) -> int:
        """Of one unit of money."""
        return int(self.prices.of_rows[0])

    def respecting(self, options: np.ndarray) -> np.ndarray:
        """Which of some allocations respect every row."""
        return np.flatnonzero((self.case.rows[:, self.every, options].sum(axis=2) <= self.case.limits[:, None]).all(axis=0))

    def first(self, options: np.ndarray, all_stages: bool) -> Best:
        """Of some allocations the one with most value; then least spend, fewest partial deliveries, the canonical choice."""
        worth = self.case.worth[self.every, options].sum(axis=1)
        if not all_stages or len(worth) == 1:
            k = int(worth.argmax())
            return Best(int(worth[k]), options[k])
        value = -(-worth // self.case.scale)
        kept = np.flatnonzero(value == value.max())
        if len(kept) > 1:
            spend = self.case.amounts[self.every, options[kept]].sum(axis=1)
            kept = kept[spend == spend.min()]
            kept = kept[worth[kept] == worth[kept].max()]
        if len(kept) > 1:
            for number in self.ranks():
                rank = number[self.every, options[kept]].sum(axis=1)
                kept = kept[rank == rank.max()]
        return Best(int(worth[kept[0]]), options[kept[0]])
