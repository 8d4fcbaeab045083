"""When money is spent: periods, spending profiles, and the split of an amount over periods in whole units that add up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Period:
    """Years for which money is stated together, a biennium for instance; `first` and `last` belong to it."""

    name: str
    first: int
    last: int

    def years(self, first: int, last: int) -> int:
        """How many years of first..last fall into the period."""
        return max(0, min(self.last, last) - max(self.first, first) + 1)


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """How an output's amount falls on the periods: `parts` by period, in shares or amounts; only their proportions count.

    `level` is the share delivered of the level that it is about (None: every level without rows of its own), `fund` the only
    fund that may pay this part (empty: any that may pay for the output). Rows of one output and level are parts of one whole.
    """

    parts: tuple[Fraction, ...]
    level: int | None = None
    fund: str = ""
    by_amount: bool = False


@dataclass(frozen=True, slots=True)
class Weight:
    """A part of an amount before it is rounded: the period's position, the only fund that may pay (empty: any), proportion."""

    period: int
    fund: str
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one output needs in one period, in whole units of money; `fund` is the only one that may pay it (empty: any)."""

    period: int
    fund: str
    amount: int


def weights(periods: Sequence[Period], profile: Sequence[ProfileRow], share: int, first: int, last: int) -> tuple[Weight, ...]:
    """The proportions in which the level that delivers `share` falls on the periods; empty when none has a year of first..last.

    With a profile: its parts in periods that share a year with first..last, whose proportions stay. Without: evenly over these
    years, each in the period that it belongs to.
    """
    years = [period.years(first, last) for period in periods]
    rows = [row for row in profile if row.level == share] or [row for row in profile if row.level is None]
    if not rows:
        return tuple(Weight(t, "", count) for t, count in enumerate(years) if count)
    scale = math.lcm(*(part.denominator for row in rows for part in row.parts))
    sizes = ((t, row.fund, int(row.parts[t] * scale)) for t, count in enumerate(years) if count for row in rows)
    return tuple(Weight(t, fund, size) for t, fund, size in sizes if size)


def split(amount: int, proportions: Sequence[Weight]) -> tuple[Part, ...]:
    """The amount in whole units by period: largest remainder, earlier parts first among equals. Parts of nil are left out."""
    if not amount:
        return ()
    whole = sum(weight.size for weight in proportions)
    shares = [amount * weight.size // whole for weight in proportions]
    by_remainder = sorted(range(len(shares)), key=lambda k: -(amount * proportions[k].size % whole))
    for k in by_remainder[: amount - sum(shares)]:
        shares[k] += 1
    return tuple(Part(weight.period, weight.fund, share) for weight, share in zip(proportions, shares, strict=True) if share)


def added(*splits: Sequence[Part]) -> tuple[Part, ...]:
    """Splits of several amounts as one, in order of periods."""
    if sum(map(bool, splits)) <= 1:
        return next((tuple(parts) for parts in splits if parts), ())
    total: dict[tuple[int, str], int] = {}
    for part in (part for parts in splits for part in parts):
        total[part.period, part.fund] = total.get((part.period, part.fund), 0) + part.amount
    return tuple(Part(period, fund, amount) for (period, fund), amount in sorted(total.items()))


class Priced(Protocol):
    """A level, as far as timing is concerned."""

    @property
    def amount(self) -> int: ...

    @property
    def share(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Timing:
    """The years in which an output may spend, and what is past: `closed` years are those before `open_from`."""

    first: int | None
    last: int | None
    open_from: int | None = None
    spent: int = 0
    later: bool = False


class Placed(Protocol):
    """An output, as far as timing is concerned."""

    @property
    def earliest_start(self) -> int | None: ...

    @property
    def start(self) -> int | None: ...

    @property
    def end(self) -> int | None: ...

    @property
    def spent(self) -> int: ...


def timing(output: Placed, open_from: int | None, later: bool) -> Timing:
    """The timing of an output; what it has spent counts in a re-plan alone."""
    first = max((year for year in (output.start, output.earliest_start) if year is not None), default=None)
    return Timing(first, output.end, open_from, output.spent if open_from is not None else 0, later)


@dataclass(frozen=True, slots=True)
class Variant:
    """An output that begins in the period at `start`: the split of each of its levels; None where no time is left for a level."""

    start: int
    splits: tuple[tuple[Part, ...] | None, ...]


def variants(
    periods: Sequence[Period], profile: Sequence[ProfileRow], levels: Sequence[Priced], timing: Timing
) -> tuple[Variant, ...]:
    """The output as planned, and where it may begin later, one variant for each later period in which it could.

    What is spent falls on closed years, the rest of each level's amount on open ones. A later start leaves out the parts before
    it and keeps the proportions of the others.
    """
    if not periods:
        return (Variant(0, ((),) * len(levels)),)
    first, last = timing.first or periods[0].first, timing.last or periods[-1].last
    opening = max(first, timing.open_from or first)
    planned = _variant(periods, profile, levels, timing, (first, opening, last))
    found = [planned]
    if timing.later and not timing.spent:
        for period in periods[planned.start + 1 :]:
            late = _variant(periods, profile, levels, timing, (first, period.first, last))
            if any(late.splits) and late.start > found[-1].start:
                found.append(late)
    return tuple(found)


def _variant(
    periods: Sequence[Period],
    profile: Sequence[ProfileRow],
    levels: Sequence[Priced],
    timing: Timing,
    years: tuple[int, int, int],
) -> Variant:
    first, opening, last = years
    own = {row.level for row in profile}
    known: dict[int | None, tuple[tuple[Weight, ...], tuple[Weight, ...]]] = {}  # levels without rows of their own share theirs
    splits: list[tuple[Part, ...] | None] = []
    for level in levels:
        key = level.share if level.share in own else None
        if key not in known:
            closed = weights(periods, profile, level.share, first, min(opening - 1, last)) if timing.spent else ()
            closed = closed or _last_closed(periods, timing.open_from or opening)
            known[key] = closed, weights(periods, profile, level.share, opening, last)
        before, ahead = known[key]
        rest = level.amount - timing.spent
        splits.append(None if rest and not ahead else added(split(timing.spent, before), split(rest, ahead)))
    start = min((part.period for parts in splits if parts for part in parts), default=len(periods) - 1)
    return Variant(start, tuple(splits))


def _last_closed(periods: Sequence[Period], opening: int) -> tuple[Weight, ...]:
    """Where spending falls that the time frame knows nothing of: the last period with a closed year, or the first."""
    closed = [t for t, period in enumerate(periods) if period.first < opening]
    return (Weight(closed[-1] if closed else 0, "", 1),)
