"""The best allocation of a case, by exact bounds and by writing down what they leave open.

Under prices y >= 0 of the rows A x <= b, an allocation x is worth sum_i best_i + y b, less the losses of its options (what
each is priced below the best option of its output), less y (b - A x). Nothing of that is below 0, so the distance from the
bound is a sum of penalties, and an allocation with a distance of at most G has no option with a loss beyond G. These
allocations are written down. If one of them respects every row and none that is as good can be farther away than G, the best
of them is the best of all. Otherwise G grows.
"""

from __future__ import annotations

import numpy as np

from optimizer.resolving.field import Best, Field, TooMany
from optimizer.resolving.halves import Halves
from optimizer.resolving.listing import Listing

FIRST_LOOK = 16  # allocations


class Window:
    """`merging` tells whether there were so many allocations that those alike had to be merged.

    `most` of them are looked at in one window; after `tries` windows with more it is given up.
    """

    def __init__(self, field: Field, most: int, tries: int) -> None:
        self.field, self.most, self.tries = field, most, tries
        self.merging = False

    def best(self, begin: int, all_stages: bool) -> Best | None:
        """The best allocation, the canonical one if all stages count; None where nothing respects the rules. Raises TooMany.

        The first window has room for `begin` options beside the best of each output.
        """
        place, window = begin, self._wide(begin)
        narrower, tries = 0, self.tries
        while True:
            try:
                found = self._within(window, all_stages)
            except TooMany:
                tries -= 1
                if not tries:
                    raise
                window = (narrower + window) // 2
                continue
            enough = self.field.widest if found is None else self.field.needed(found, all_stages)
            if window >= enough:
                return found
            place, narrower = place * 3 // 2 + 4, window
            wider = min(max(self._wide(place), window * 5 // 4), window * 2) + 1
            window = min(wider, enough)

    def used(self, best: Best) -> int:
        """For how many options the window would have had to have room."""
        distance = self.field.bound - self.field.prices.size * best.worth
        return int(np.searchsorted(self.field.losses, distance, side="right"))

    def _wide(self, place: int) -> int:
        losses = self.field.losses
        return int(losses[min(place, len(losses) - 1)]) if len(losses) else 0

    def _within(self, window: int, all_stages: bool) -> Best | None:
        listing = Listing(self.field, window)
        if listing.complete:
            return listing.best(all_stages)
        if not self.merging:
            try:
                return self._chosen(Halves(self.field, window, self.most, False, all_stages), all_stages)
            except TooMany:
                self.merging = True
        return self._chosen(Halves(self.field, window, self.most, True, all_stages), all_stages)

    def _chosen(self, found: Halves, all_stages: bool) -> Best | None:
        """The best of what was written down, the nearest to the bound looked at first, until no other can be as good."""
        field = self.field
        order = np.argsort(found.penalty, kind="stable")
        best: Best | None = None
        begin, end = 0, FIRST_LOOK
        while begin < len(order) and (best is None or found.penalty[order[begin]] <= field.needed(best, all_stages)):
            options = found.options(order[begin:end])
            kept = field.respecting(options)
            if len(kept):
                candidates = options[kept] if best is None else np.concatenate((best.options[None], options[kept]))
                best = field.first(candidates, all_stages)
            begin, end = end, end * 8
        return best
