"""Probabilities in whole numbers: intervals for shares of samples, costs that exceed the resources, and the bound on that."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

THOUSAND = 1000  # ends of an interval are in thousandths, rounded outwards
TAIL = 40  # one part in 40, 2.5 per cent, is left out at either end
MOST_BITS = 200_000_000  # of the whole number that holds all probabilities


@lru_cache(maxsize=4096)
def interval(hits: int, trials: int) -> tuple[int, int]:
    """The exact 95 per cent confidence interval of a share, in thousandths, rounded outwards (Clopper and Pearson 1934)."""
    low = _last(lambda p: _at_least(hits, trials, p)) if hits else 0
    high = THOUSAND - _last(lambda p: _at_least(trials - hits, trials, p)) if hits < trials else THOUSAND
    return low, high


def _last(unlikely: Callable[[int], bool]) -> int:
    """The largest share, in thousandths, that is still unlikely; it is at 0."""
    low, high = 0, THOUSAND
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if unlikely(middle) else (low, middle)
    return low


def _at_least(hits: int, trials: int, share: int) -> bool:
    """Whether so many hits or more have a probability of at most one part in TAIL, at a share in thousandths."""
    against = THOUSAND - share
    term: int = math.comb(trials, hits) * share**hits * against ** (trials - hits)
    total = term
    for k in range(hits, trials):
        term = term * (trials - k) * share // ((k + 1) * against)
        total += term
    return TAIL * total <= int(THOUSAND**trials)


def overrun(amounts: Sequence[int], percent: int, certain: int, resources: int) -> Fraction | None:
    """The probability that costs exceed the resources when each amount costs so many per cent more or less.

    More and less are equally likely for each amount, independently of the others; `certain` is money whose amount is known.
    Exact: all sums are counted, in one whole number that has room for the count of each. None where that would be too large.
    """
    amounts = [amount for amount in amounts if amount]
    unit = math.gcd(*amounts) or 1
    parts = [amount // unit for amount in amounts]
    # 100 sum a + percent (2 more - sum a) > 100 (B - certain): how much must cost more
    room = 100 * (resources - certain - sum(amounts)) + percent * sum(amounts)
    if not percent or not parts:
        return Fraction(int(room < 0))
    least = room // (2 * percent * unit) + 1
    bits = len(parts) + 1
    if sum(parts) * bits > MOST_BITS:
        return None
    counts = 1
    for part in sorted(parts):
        counts += counts << bits * part
    over = counts >> bits * max(least, 0)
    return Fraction(over % (2**bits - 1), 2 ** len(parts))  # the sum of all counts is less than 2^bits - 1


def bound(count: int, gamma: int | Fraction) -> Fraction:
    """The most that an overrun can have as its probability when any `gamma` of `count` amounts may reach their worst at once.

    For independent and symmetric deviations of any form (Bertsimas and Sim 2004, theorem 3): with v = (gamma + count) / 2 and m
    its fraction, ((1 - m) C(count, floor v) + the sum of C(count, l) for l > floor v) / 2^count.
    """
    middle = Fraction(gamma + count) / 2
    whole = math.floor(middle)
    if whole > count:
        return Fraction(0)
    above: int = sum(math.comb(count, l) for l in range(whole + 1, count + 1))
    return ((1 - (middle - whole)) * math.comb(count, whole) + above) / Fraction(2**count)
