"""Random draws of a Monte Carlo sample, in exact integer arithmetic.

Sample n depends on the seed, on n and on what is drawn, and on nothing else: not on the platform, the version of Python, the
order of draws, or what else is drawn beside it. So two runs, or two blocks with the same seed, see the same world.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from optimizer.values import as_typed

BITS = 64
UNIT = 1 << (BITS + 1)
ROOT = 1 << BITS  # the grid on which square roots are cut off, far finer than any step
COMMON_STEP = Fraction(1, 1000)  # of a draw that several items share

Ratio = tuple[int, int]  # numerator, denominator, not reduced: what is fast where Fractions are not


def drawn(seed: int, sample: int, key: str) -> int:
    """An odd number between 0 and UNIT: the middle of one of 2^64 equal parts."""
    digest = hashlib.sha256(f"{seed}/{sample}/{key}".encode()).digest()
    return 2 * int.from_bytes(digest[: BITS // 8]) + 1


@dataclass(frozen=True)
class Uniform:
    """Every number between two is as likely as any other."""

    low: Fraction
    high: Fraction

    @cached_property
    def _whole(self) -> tuple[int, int, int]:
        unit = math.lcm(self.low.denominator, self.high.denominator)
        return unit, int(self.low * unit), int((self.high - self.low) * unit)

    def at(self, k: int) -> Ratio:
        unit, low, width = self._whole
        return low * UNIT + k * width, unit * UNIT


@dataclass(frozen=True)
class Triangular:
    """A least, a most likely and a greatest number."""

    low: Fraction
    mode: Fraction
    high: Fraction

    @cached_property
    def _whole(self) -> tuple[int, int, int, int]:
        unit = math.lcm(self.low.denominator, self.mode.denominator, self.high.denominator)
        return unit, int(self.low * unit), int(self.mode * unit), int(self.high * unit)

    def at(self, k: int) -> Ratio:
        """The quantile at k / UNIT: on the rising side low + sqrt(u (high - low) (mode - low)), on the falling side likewise."""
        unit, low, mode, high = self._whole
        width, rise, fall = high - low, mode - low, high - mode
        if k * width <= rise * UNIT:
            number = low * ROOT + math.isqrt(k * width * rise * (ROOT >> 1))
        else:
            number = high * ROOT - math.isqrt((UNIT - k) * width * fall * (ROOT >> 1))
        return number, unit * ROOT


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, as typed; `weights` are in proportion to how likely each is."""

    values: tuple[str, ...]
    weights: tuple[Fraction, ...]

    def pick(self, k: int) -> str:
        left = Fraction(k, UNIT) * sum(self.weights)
        for value, weight in zip(self.values, self.weights, strict=True):
            left -= weight
            if left < 0:
                return value
        return self.values[-1]


Settings = tuple[tuple[str, str], ...]
Distribution = Uniform | Triangular | Choice


@dataclass(frozen=True, slots=True)
class Item:
    """What is drawn for: a setting, the number that it has, the sign after it, and what it can be at least and at most."""

    key: str
    base: Fraction
    suffix: str
    least: Fraction
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class Draw:
    """One line of a Monte Carlo block. `relation`: the number drawn is the value, a factor of it, or is added to it.

    `together`: one draw for all items instead of one for each.
    """

    key: str
    items: tuple[Item, ...]
    distribution: Distribution
    relation: str
    step: Fraction
    together: bool

    def sample(self, seed: int, sample: int) -> tuple[Settings, tuple[str, ...]]:
        """Each item's setting in this sample, as it would be typed; and what was assumed, in the order of `assumed`."""
        if not self.together:
            made = tuple((item.key, self.value_of(item, self._drawn(seed, sample, item.key))) for item in self.items)
            return made, tuple(value for _, value in made)
        number = self._drawn(seed, sample, self.key)
        common = number if isinstance(number, str) else _to_step(*number, COMMON_STEP)
        ratio, text = (common, common) if isinstance(common, str) else (common.as_integer_ratio(), as_typed(common))
        return tuple((item.key, self.value_of(item, ratio)) for item in self.items), (text,)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What is assumed: the setting of each item, or of all of them together."""
        return (self.key,) if self.together else tuple(item.key for item in self.items)

    def value_of(self, item: Item, number: Ratio | str) -> str:
        """What an item is set to when this is drawn: on the grid, and within what it can be."""
        if isinstance(number, str):
            return number
        above, below = number
        if self.relation == "factor":
            above, below = above * item.base.numerator, below * item.base.denominator
        elif self.relation == "shift":
            above, below = above * item.base.denominator + item.base.numerator * below, below * item.base.denominator
        value = max(_to_step(above, below, self.step), item.least)
        return f"{as_typed(value if item.most is None else min(value, item.most))}{item.suffix}"

    def _drawn(self, seed: int, sample: int, key: str) -> Ratio | str:
        k = drawn(seed, sample, key)
        if not isinstance(self.distribution, Choice):
            return self.distribution.at(k)
        picked = self.distribution.pick(k)
        return picked if self.relation == "value" else Fraction(picked).as_integer_ratio()


def _to_step(above: int, below: int, step: Fraction) -> Fraction:
    """The multiple nearest to a ratio, halves upwards."""
    count = (2 * above * step.denominator + below * step.numerator) // (2 * below * step.numerator)
    return Fraction(count * step.numerator, step.denominator)
