"""Allocations within a window, written down as plain lists: quicker than arrays as long as there are few.

First what the outputs of each component come to together, of which only what its limits allow is kept, with the price of what
it is away from them; then the components together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import numpy as np

from optimizer.resolving.field import Best, Field

MOST_STATES = 400
MOST_OTHERS = 60  # options beside the best of each output, one bit each

States = list[tuple[int, int, int]]  # penalty so far, amount, bits of the options taken beside the best ones


class Listing:
    """`complete` unless there were too many."""

    def __init__(self, field: Field, window: int) -> None:
        self.field, self.window = field, window
        self.complete = False
        self.outputs, self.options = np.nonzero(field.others <= window)
        if len(self.outputs) > MOST_OTHERS:
            return
        taken = self._components()
        if taken is not None:
            self.taken = taken
            self.complete = True

    def _components(self) -> list[int] | None:
        """The options taken within the window: components one by one, those with few options first, as they leave less to others.

        None where there are too many.
        """
        field, window, case = self.field, self.window, self.field.case
        chosen = case.amounts[field.every, field.choice]
        more = (case.amounts[self.outputs, self.options] - chosen[self.outputs]).tolist()
        losses = field.others[self.outputs, self.options].tolist()
        groups: list[dict[int, States]] = [{} for _ in range(case.components)]
        home = case.home.tolist()
        for bit, (i, loss, amount) in enumerate(zip(self.outputs.tolist(), losses, more, strict=True)):
            groups[home[i]].setdefault(i, []).append((loss, amount, 1 << bit))
        received = np.bincount(case.home, chosen, case.components).astype(np.int64).tolist()
        limits = field.limits_of_components
        parts: list[States] = []
        cheapest, room = [], window
        for k in sorted(range(case.components), key=lambda k: sum(map(len, groups[k].values()))):
            part = _within([(0, received[k], 0)], groups[k].values(), room)
            if part is None:
                return None
            least, most, price_of_least, price_of_most = limits[k]
            part = [
                (away, total, bits)
                for penalty, total, bits in part
                if least <= total <= most
                and (away := penalty + (total - least) * price_of_least + (most - total) * price_of_most) <= room
            ]
            if not part:
                return []
            parts.append(part)
            cheapest.append(min(part)[0])
            room -= cheapest[-1]
        return self._together(parts, cheapest)

    def _together(self, parts: list[States], cheapest: list[int]) -> list[int] | None:
        """The options taken within the window by all components together; None where there are too many."""
        room = self.window - sum(cheapest)
        states = [(0, self.field.case.budget, 0)]
        for part, least in zip(parts[:-1], cheapest[:-1], strict=True):
            if len(part) == 1:
                _, amount, bits = part[0]
                states = [(penalty, left - amount, taken | bits) for penalty, left, taken in states]
                continue
            within = sorted((penalty - least, amount, bits) for penalty, amount, bits in part)
            penalties = [penalty for penalty, _, _ in within]
            states = [
                (so_far + penalty, left - amount, taken | bits)
                for so_far, left, taken in states
                for penalty, amount, bits in within[: bisect_right(penalties, room - so_far)]
            ]
            if len(states) > MOST_STATES:
                return None
        return self._joined(states, parts[-1], room + cheapest[-1])

    def _joined(self, states: States, largest: States, room: int) -> list[int]:
        """The states with those of the largest component that come near enough to what is left of the budget."""
        price = self.field.price
        by_amount = sorted((amount, penalty, bits) for penalty, amount, bits in largest)
        amounts = [amount for amount, _, _ in by_amount]
        least = min(largest)[0]
        return [
            taken | bits
            for so_far, left, taken in states
            for amount, penalty, bits in by_amount[
                bisect_left(amounts, left - (room - so_far - least) // price) if price else 0 : bisect_right(amounts, left)
            ]
            if so_far + penalty + (left - amount) * price <= room
        ]

    def best(self, all_stages: bool) -> Best | None:
        """The best of the allocations that respect every row."""
        field, outputs, options = self.field, self.outputs, self.options
        if not self.taken:
            return None
        taken = np.array(self.taken)[:, None] >> np.arange(len(outputs)) & 1
        chosen = field.choice[outputs]
        rows = field.case.rows
        change = rows[:, outputs, options] - rows[:, outputs, chosen]
        room = field.case.limits - rows[:, field.every, field.choice].sum(axis=1)
        kept = np.flatnonzero((taken @ change.T <= room).all(axis=1))
        if not len(kept):
            return None
        worth = taken[kept] @ (field.case.worth[outputs, options] - field.case.worth[outputs, chosen])
        kept = kept[worth >= worth.max() - (field.case.scale if all_stages else 0)]  # others may be of the same value
        found = np.repeat(field.choice[None], len(kept), axis=0)
        place, other = np.nonzero(taken[kept])
        found[place, outputs[other]] = options[other]
        return field.first(found, all_stages)


def _within(states: States, groups: Iterable[States], window: int) -> States | None:
    """The states with each option of some outputs or none, within the window; None where there are too many."""
    for group in groups:
        states = states + [
            (reached, before + further, bits | bit)
            for loss, further, bit in group
            for so_far, before, bits in states
            if (reached := so_far + loss) <= window
        ]
        if len(states) > MOST_STATES:
            return None
    return states
