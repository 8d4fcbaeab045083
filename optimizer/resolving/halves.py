"""Allocations within a window as arrays: what the open outputs come to in two halves, joined where that is near the budget."""

from __future__ import annotations

import numpy as np

from optimizer.resolving.case import FAR
from optimizer.resolving.field import NEVER, Field, TooMany

FEW = 3_000  # states of a half before those that are alike are merged
UNMERGED = 64  # states that are not worth merging
ALL_PAIRS = 20_000  # that are looked at without sorting
LOSS, SPEND, WORTH, HERE = range(4)  # rows of states; then side rows, ranks; the last is the code of the options taken

Items = list[tuple[int, np.ndarray]]  # outputs with the options that a code tells apart


class Halves:
    """What the open outputs add up to within a window, in two halves."""

    def __init__(self, of: Field, window: int, most: int, merging: bool, all_stages: bool) -> None:
        """With `merging`, of states alike in all that still matters only the best is kept. Raises TooMany, beyond `most`."""
        self.of, self.window, self.most, self.merging = of, window, most, merging
        case, open_ = of.case, of.loss <= window
        self.several = several = np.flatnonzero(np.count_nonzero(open_, axis=1) > 1)
        self.side = self._breakable(open_) if merging else []
        self.ranks = of.ranks() if merging and all_stages else None
        own = case.amounts[several]
        rows = [of.loss[several], own]
        rows += [case.worth[several], own] if merging else []
        rows += [case.side[r, several] for r in self.side]
        rows += [number[several] for number in self.ranks] if self.ranks is not None else []
        rows.append(np.zeros_like(own))
        self.data = np.stack(rows)
        self.shown = [np.flatnonzero(row) for row in open_[several]]
        self.halves = [self._half(part) for part in self._parts()]
        self.left = case.budget - of.spend + int(case.amounts[several, of.choice[several]].sum())
        self.pairs = self._pairs()
        (first, _), (second, _) = self.halves
        over = self.left - (first[SPEND, self.pairs[0]] + second[SPEND, self.pairs[1]])
        self.penalty = first[LOSS, self.pairs[0]] + second[LOSS, self.pairs[1]] + over * of.price

    def _parts(self) -> tuple[list[int], list[int]]:
        """The open outputs in two halves with about as many states, those of a component together where states are merged."""
        parts: tuple[list[int], list[int]] = ([], [])
        sizes = [1.0, 1.0]
        home = self.of.case.home[self.several].tolist()
        groups: dict[int, list[int]] = {}
        for t in sorted(range(len(home)), key=lambda t: -len(self.shown[t])):
            groups.setdefault(home[t] if self.merging else t, []).append(t)
        for group in sorted(groups.values(), key=len, reverse=True):
            half = 0 if sizes[0] <= sizes[1] else 1
            parts[half].extend(group)
            for t in group:
                sizes[half] *= len(self.shown[t])
        return parts

    def _breakable(self, open_: np.ndarray) -> list[int]:
        """The side rows that what is open could break."""
        of, several = self.of, self.several
        if not len(of.case.side):
            return []
        chosen = of.case.side[:, of.every, of.choice].sum(axis=1)
        of_side = of.case.side[:, several]
        rise = np.where(open_[several], of_side, -FAR).max(axis=2)
        rise = rise - of_side[:, np.arange(len(several)), of.choice[several]]
        found: list[int] = np.flatnonzero(
            chosen + rise.sum(axis=1) > of.case.limits[len(of.case.limits) - len(of.case.side) :]
        ).tolist()
        return found

    def _half(self, part: list[int]) -> tuple[np.ndarray, Items]:
        """The states of some outputs, and the outputs in the order in which codes tell their options."""
        states = np.zeros((len(self.data), 1), dtype=np.int64)
        items: Items = []
        radix = 1
        home = self.of.case.home[self.several]
        for place, t in enumerate(part):
            shown = self.shown[t]
            if radix * len(shown) >= NEVER or states.shape[1] * len(shown) > 4 * self.most:
                raise TooMany
            options = self.data[:, t, shown]
            options[-1] = np.arange(len(shown)) * radix
            radix *= len(shown)
            states = (states[:, :, None] + options[:, None, :]).reshape(len(states), -1)
            if states.shape[1] > 32:
                states = states[:, states[LOSS] <= self.window]
            items.append((int(self.several[t]), shown))
            if self.merging:
                complete = place + 1 == len(part) or home[part[place + 1]] != home[t]
                states = self._merged(states, int(home[t]), complete)
            if states.shape[1] > (self.most if self.merging else FEW):
                raise TooMany
        return states, items

    def _merged(self, states: np.ndarray, k: int, complete: bool) -> np.ndarray:
        """Of states alike in all that still matters the best one; once a component is complete, those within its limits."""
        case = self.of.case
        settled, least, most = self._component(k)
        ranks = range(HERE + 1 + len(self.side), len(states) - 1)
        if complete:
            here = states[HERE] + settled
            states = states[:, (here >= least) & (here <= most)]
            states[HERE] = 0
        if states.shape[1] <= UNMERGED:
            return states
        bound = complete or (least <= 0 and most >= FAR)
        alike = [SPEND, *([] if bound else [HERE]), *range(HERE + 1, HERE + 1 + len(self.side))]
        order = np.lexsort((*(-states[r] for r in reversed(ranks)), -states[WORTH], *(states[r] for r in reversed(alike))))
        states = states[:, order]
        new = np.ones(states.shape[1], dtype=bool)
        new[1:] = (states[alike, 1:] != states[alike, :-1]).any(axis=0)
        states = states[:, new]
        if bound and not self.side and not self.of.prices.of_rows[len(case.limits) - len(case.side) :].any():
            best = np.maximum.accumulate(states[WORTH])
            risen = np.ones(states.shape[1], dtype=bool)
            risen[1:] = states[WORTH, 1:] > best[:-1]
            states = states[:, risen]
        return states

    def _component(self, k: int) -> tuple[int, int, int]:
        """What the settled outputs of a component receive, and its limits."""
        case, of = self.of.case, self.of
        inside = case.home == k
        inside[self.several] = False
        return int(case.amounts[of.every, of.choice][inside].sum()), *case.room(k)

    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of a state of each half within the window, with a spend within what is left, as near to it as the window asks."""
        (first, _), (second, _) = self.halves
        price, left = self.of.price, self.left
        if first.shape[1] * second.shape[1] <= ALL_PAIRS:
            loss = first[LOSS][:, None] + second[LOSS]
            over = left - (first[SPEND][:, None] + second[SPEND])
            a, b = np.nonzero((over >= 0) & (loss + over * price <= self.window))
            return a, b
        room = self.window - first[LOSS]
        over = left - first[SPEND]
        if price:
            order = np.argsort(second[SPEND], kind="stable")
            begin = np.searchsorted(second[SPEND][order], over - room // price, side="left")
            end = np.searchsorted(second[SPEND][order], over, side="right")
        else:
            order = np.argsort(second[LOSS], kind="stable")
            end = np.searchsorted(second[LOSS][order], room, side="right")
            begin = np.zeros_like(end)
        number = np.maximum(end - begin, 0)
        total = int(number.sum())
        if total > self.most:
            raise TooMany
        a = np.repeat(np.arange(len(number)), number)
        b = order[np.repeat(begin - (np.cumsum(number) - number), number) + np.arange(total)]
        over = over[a] - second[SPEND, b]
        kept = (over >= 0) & (first[LOSS, a] + second[LOSS, b] + over * price <= self.window)
        return a[kept], b[kept]

    def options(self, places: np.ndarray) -> np.ndarray:
        """The option of each output in some of the pairs."""
        options = np.repeat(self.of.choice[None], len(places), axis=0)
        for (states, items), of_half in zip(self.halves, self.pairs, strict=True):
            codes = states[-1, of_half[places]]
            for i, shown in items:
                codes, digit = np.divmod(codes, len(shown))
                options[:, i] = shown[digit]
        return options
