"""Whole numbers that stand for exact ones and still add up.

`largest_remainder` is for one list. `split_totals` is for a table whose lines each fall into two parts (allocated, still needed):
parts, lines and totals are each the exact figure rounded up or down, and every sum holds as shown. Rounding the lists one by one
cannot promise that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Pair = tuple[Fraction, Fraction]


def nearest(amount: Fraction) -> int:
    """The nearest whole number; halves upwards, so that a larger amount is never shown as the smaller one."""
    return math.floor(amount + Fraction(1, 2))


def largest_remainder(parts: Sequence[Fraction], total: int) -> list[int]:
    """Whole numbers near `parts` that add up to `total`: all rounded down, then one more for the largest remainders.

    Equal remainders are settled in favour of the earlier part. `total` lies between the sum of the parts rounded down and
    that sum plus their number.
    """
    whole = [math.floor(part) for part in parts]
    for i in _largest(range(len(parts)), [part % 1 for part in parts], total - sum(whole)):
        whole[i] += 1
    return whole


def split_totals(pairs: Sequence[Pair], total: tuple[int, int]) -> list[tuple[int, int]]:
    """Each pair in whole numbers so that firsts and seconds add up to `total`.

    Every first, every second and every first + second is its exact figure rounded up or down (a whole figure stays as it is).
    `total` is the exact totals rounded likewise: first, second and their sum each up or down.
    """
    lower = [(math.floor(first), math.floor(second)) for first, second in pairs]
    extra = _Extra.of(pairs, total[0] - sum(a for a, _ in lower), total[1] - sum(b for _, b in lower))
    up_first, up_second = extra.chosen()
    return [(a + (i in up_first), b + (i in up_second)) for i, (a, b) in enumerate(lower)]


@dataclass(frozen=True)
class _Extra:
    """The units that rounding down leaves: `firsts` and `seconds` of them to hand out, one at most to each fraction.

    `single` lines have a fraction in one part only; in `both` it stands in both parts, and the line's own sum allows one unit
    (fractions below 1 together: none or one; exactly 1: one; above 1: one or two).
    """

    remainders: list[Pair]
    firsts: int
    seconds: int
    single_first: list[int]
    single_second: list[int]
    both: list[int]

    @classmethod
    def of(cls, pairs: Sequence[Pair], firsts: int, seconds: int) -> _Extra:
        remainders = [(first % 1, second % 1) for first, second in pairs]
        lines = range(len(pairs))
        return cls(
            remainders,
            firsts,
            seconds,
            [i for i in lines if remainders[i][0] and not remainders[i][1]],
            [i for i in lines if remainders[i][1] and not remainders[i][0]],
            [i for i in lines if all(remainders[i])],
        )

    def chosen(self) -> tuple[set[int], set[int]]:
        """The lines whose first, and those whose second, is rounded up."""
        first, second = self._shares_of_both()
        up_first, up_second = self._within_both(first, second)
        up_first |= _largest(self.single_first, [a for a, _ in self.remainders], self.firsts - first)
        up_second |= _largest(self.single_second, [b for _, b in self.remainders], self.seconds - second)
        return up_first, up_second

    def _shares_of_both(self) -> tuple[int, int]:
        """How many firsts and seconds the lines with two fractions take: what is possible, nearest to their exact sums."""
        least = sum(sum(self.remainders[i]) >= 1 for i in self.both)
        most = len(self.both) + sum(sum(self.remainders[i]) > 1 for i in self.both)
        exact = [sum((self.remainders[i][part] for i in self.both), Fraction(0)) for part in (0, 1)]
        bounds = (
            (max(0, self.firsts - len(self.single_first)), min(len(self.both), self.firsts)),
            (max(0, self.seconds - len(self.single_second)), min(len(self.both), self.seconds)),
        )
        (a_low, a_high), (b_low, b_high) = bounds
        first = min(max(nearest(exact[0]), a_low, least - b_high), a_high, most - b_low)
        second = min(max(nearest(exact[1]), b_low, least - first), b_high, most - first)
        return first, second

    def _within_both(self, firsts: int, seconds: int) -> tuple[set[int], set[int]]:
        sums = [a + b for a, b in self.remainders]
        one = {i for i in self.both if sums[i] >= 1}  # these take a unit whatever happens
        spare = [i for i in self.both if sums[i] != 1]
        more: set[int] = set()
        doubles = 0
        for i in sorted(spare, key=lambda i: (-(sums[i] % 1), i)):
            if len(one) + len(more) == firsts + seconds:
                break
            if i in one and doubles == min(firsts, seconds):
                continue  # one more line with both parts up would leave too few units of a kind for the others
            doubles += i in one
            more.add(i)
        two = one & more
        lean = [a - b for a, b in self.remainders]
        up_first = _largest([i for i in self.both if i in one ^ more], lean, firsts - len(two))
        return up_first | two, (one ^ more) - up_first | two


def _largest(candidates: Sequence[int], size: Sequence[Fraction], count: int) -> set[int]:
    return set(sorted(candidates, key=lambda i: (-size[i], i))[:count])
