"""Periods and funds a second time, from the words of docs/model.md alone: when an output needs money, and whether funds have it.

Years are looked at one by one. Whether the funds can pay is asked of every set of their purses (a fund in a period), by what such
a set can hold at most: no flow is sent anywhere. Nothing of the code under test that derives anything is used.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations

from optimizer.fund import Fund
from optimizer.plan import Output, Plan, Status
from optimizer.timing import Period

Split = dict[tuple[int, str], int]  # (period, the one fund that may pay or nothing) -> amount
Need = tuple[frozenset[int], int]  # which funds may pay, in which period


def years_of(period: Period) -> set[int]:
    return set(range(period.first, period.last + 1))


def in_whole_units(amount: int, sizes: Sequence[Fraction]) -> list[int]:
    """The amount in proportion to the sizes: each rounded down, what is left one unit each to those that lost most, in order."""
    exact = [amount * size / sum(sizes) for size in sizes]
    given = [math.floor(part) for part in exact]
    losers = sorted(range(len(sizes)), key=lambda k: given[k] - exact[k])
    for k in losers[: amount - sum(given)]:
        given[k] += 1
    return given


@dataclass(frozen=True)
class Calendar:
    """When the outputs of a plan need money. `later` says whether the question asked allows later starts."""

    plan: Plan
    later: bool

    @property
    def _first_open(self) -> float:
        return -math.inf if self.plan.first_open_year is None else self.plan.first_open_year

    def spent(self, output: Output) -> int:
        return 0 if self.plan.first_open_year is None else output.spent

    def frame(self, output: Output) -> set[int]:
        """The years of the time frame; where it is left open, it is that of the periods."""
        periods = self.plan.periods
        begins = [year for year in (output.start, output.earliest_start) if year is not None] or [periods[0].first]
        ends = periods[-1].last if output.end is None else output.end
        return set(range(max(begins), ends + 1))

    def over(self, output: Output) -> bool:
        """The time frame ends before the first open year."""
        return output.end is not None and output.end < self._first_open

    def _parts(self, output: Output, share: int, years: set[int]) -> list[tuple[tuple[int, str], Fraction]]:
        """The proportions in which an amount falls on some years; none when no period has one of them."""
        rows = [row for row in output.profile if row.level == share] or [row for row in output.profile if row.level is None]
        found = []
        for t, period in enumerate(self.plan.periods):
            common = len(years_of(period) & years)
            if common and rows:
                found += [((t, row.fund), row.parts[t]) for row in rows if row.parts[t] > 0]
            elif common:
                found.append(((t, ""), Fraction(common)))
        return found

    def _where_spent(self, output: Output, share: int) -> list[tuple[tuple[int, str], Fraction]]:
        closed = {year for year in self.frame(output) if year < self._first_open}
        begun = [t for t, period in enumerate(self.plan.periods) if period.first < self._first_open]
        return self._parts(output, share, closed) or [((begun[-1] if begun else 0, ""), Fraction(1))]

    def split(self, output: Output, amount: int, share: int, start: int | None = None) -> Split | None:
        """What a level needs by period; None where no year is left in which its money could be spent.

        `start` is the period from which on it is spent, where that is later than planned.
        """
        if not self.plan.periods:
            return {}
        opened = self._first_open if start is None else max(self._first_open, self.plan.periods[start].first)
        ahead = self._parts(output, share, {year for year in self.frame(output) if year >= opened})
        spent = self.spent(output)
        if amount > spent and not ahead:
            return None
        found: Counter[tuple[int, str]] = Counter()
        for part, parts in ((spent, self._where_spent(output, share)), (amount - spent, ahead)):
            if part:
                for (key, _), units in zip(parts, in_whole_units(part, [size for _, size in parts]), strict=True):
                    found[key] += units
        return {key: units for key, units in found.items() if units}

    def begins(self, output: Output, ways: Sequence[tuple[int, int]], start: int | None = None) -> int | None:
        """The period in which money is first needed, whichever of the levels (amount, share) is chosen; None: in none."""
        splits = [self.split(output, amount, share, start) for amount, share in ways]
        return min((t for split in splits if split for t, _ in split), default=None)

    def starts(self, output: Output, ways: Sequence[tuple[int, int]]) -> dict[int | None, int]:
        """The periods in which an output may begin, as planned (None) first, each with by how many periods it is late."""
        planned = self.begins(output, ways)
        found: dict[int | None, int] = {None: 0}
        if self.later and output.status is Status.OPEN and not self.spent(output) and planned is not None:
            for t in range(planned + 1, len(self.plan.periods)):
                if self.begins(output, ways, t) == t:
                    found[t] = t - planned
        return found


def pauses(split: Iterable[tuple[int, str]]) -> bool:
    """Whether the money stops in a period and goes on in a later one."""
    periods = {t for t, _ in split}
    return any(t not in periods for t in range(min(periods, default=0), max(periods, default=-1) + 1))


@dataclass(frozen=True)
class Purses:
    """Funds as they stand in the question asked: money by fund and period; carry-over and cap as the plan says."""

    funds: tuple[Fund, ...]
    amounts: tuple[tuple[int, ...], ...]

    def payers(self, output: Output, named: str) -> frozenset[int]:
        """Who may pay a part of an output: the fund that its profile names, else those that may pay for the output."""
        if named:
            return frozenset(f for f, fund in enumerate(self.funds) if fund.id == named)
        return frozenset(f for f, fund in enumerate(self.funds) if self._pays(fund, output))

    def _pays(self, fund: Fund, output: Output) -> bool:
        if not fund.components and not fund.outputs and not fund.tags:
            return True
        return (
            output.component in fund.components
            or output.id in fund.outputs
            or any(tag in fund.tags for column in output.tags for tag in column)
        )

    @cached_property
    def _sets(self) -> list[tuple[frozenset[tuple[int, int]], int]]:
        """Every set of purses whose money is limited, with the most that it can hold: its own, and what can be carried in."""
        all_purses = [(f, t) for f, amounts in enumerate(self.amounts) for t in range(len(amounts))]
        found = []
        for chosen in map(frozenset, chain.from_iterable(combinations(all_purses, n) for n in range(len(all_purses) + 1))):
            held = list(self._into(chosen))
            if None not in held:
                found.append((chosen, sum(held)))
        return found

    def _into(self, chosen: frozenset[tuple[int, int]]) -> Iterator[int | None]:
        for f, t in chosen:
            yield self.amounts[f][t]
            if t and (f, t - 1) not in chosen and self.funds[f].carry_over:
                yield self.funds[f].cap  # None: there is no limit to what comes in

    def rows(self, needs: Iterable[Need]) -> list[tuple[frozenset[Need], int]]:
        """Sets of needs that only some purses can pay, with the most that these hold; the strictest for each set."""
        strictest: dict[frozenset[Need], int] = {}
        known = list(needs)
        for purses, held in self._sets:
            bound = frozenset(need for need in known if all((f, need[1]) in purses for f in need[0]))
            strictest[bound] = min(held, strictest.get(bound, held))
        return [(bound, held) for bound, held in strictest.items() if bound]
