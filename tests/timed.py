"""What random plans have beside outputs and rules in about half of the cases: periods, profiles, progress, funds.

Funds are drawn around the witness like every other limit: they have what the witness needs, mostly to the unit, some of it in
earlier periods from which it can be carried over.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer.fund import Fund
from optimizer.plan import Output, Plan
from optimizer.timing import Period, ProfileRow
from tests.oracle import NONE, Received, levels
from tests.oracle_time import Calendar, Purses, pauses, years_of

FIRST_YEAR = 2020


@dataclass
class Time:
    """Periods and settings of a plan; profiles, progress and funds are drawn for its outputs as they come."""

    rng: random.Random
    step: int
    unit: int
    periods: tuple[Period, ...] = ()
    first_open_year: int | None = None
    later: bool = False
    continuity: bool = False
    funds: tuple[Fund, ...] = ()
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        rng = self.rng
        timed = rng.random() < 0.55
        if timed:
            self.periods = tuple(self._periods())
            open_years = range(FIRST_YEAR, self.periods[-1].last + 1)
            self.first_open_year = rng.choice(open_years) if rng.random() < 0.35 else None
            self.later, self.continuity = rng.random() < 0.6, rng.random() < 0.25
        self.with_funds = timed and rng.random() < 0.8
        skeleton = Plan("", "", (), (), (), periods=self.periods, first_open_year=self.first_open_year)
        self.calendar = Calendar(skeleton, self.later and self.with_funds)

    def _periods(self) -> list[Period]:
        found, year = [], FIRST_YEAR
        for t in range(self.rng.choice((1, 2, 2, 2, 3, 3))):
            last = year + self.rng.choice((0, 1, 1, 2))
            found.append(Period(f"p{t}", year, last))
            year = last + (2 if self.rng.random() < 0.1 else 1)
        return found

    @property
    def starts(self) -> int:
        """In how many periods an output may begin, at most."""
        return len(self.periods) if self.calendar.later else 1

    def ways(self, output: Output) -> tuple[Received, ...]:
        return levels(output, self.step, self.unit, self.first_open_year is not None)

    # Outputs

    def placed(self, output: Output) -> Output:
        """An output with a time frame, with a profile or without, and with what it has spent."""
        if not self.periods:
            return output
        output = self._progressed(self._framed(output))
        if self.rng.random() < 0.35:
            output = replace(output, profile=tuple(self._profile(output)))
        gap = any(after.first > before.last + 1 for before, after in zip(self.periods, self.periods[1:], strict=False))
        if gap and not any(row.level is None for row in output.profile):
            output = replace(output, start=None, end=None, earliest_start=None, profile=())  # years between would be refused
        return output

    def _framed(self, output: Output) -> Output:
        rng = self.rng
        years = [year for period in self.periods for year in sorted(years_of(period))]
        first = rng.randrange(len(years))
        start, end = years[first], rng.choice(years[first:])
        return replace(
            output,
            start=rng.choice((None, start, start)),
            end=rng.choice((None, end, end)),
            earliest_start=rng.choice((None, None, None, rng.choice([year for year in years if start <= year <= end]))),
        )

    def _progressed(self, output: Output) -> Output:
        if self.rng.random() > 0.35 or not output.cost:
            return output
        amounts = [way.amount for way in levels(output, self.step, self.unit)]
        spent = self.rng.choice((*amounts, self.rng.randint(1, output.cost)))
        delivered = min(max(100 * spent // output.cost + self.rng.choice((0, 0, -10, 10)), 0), 100)
        return replace(output, spent=spent, delivered=delivered)

    def _profile(self, output: Output) -> list[ProfileRow]:
        frame = self.calendar.frame(output)
        inside = [bool(years_of(period) & frame) for period in self.periods]
        shares = [way.share for way in self.ways(output)]
        about = [*self.rng.choice(([None], [None], [None, None], [])), *self.rng.choice(([], [], [self.rng.choice(shares)]))]
        rows = [ProfileRow(self._proportions(inside), level, by_amount=self.rng.random() < 0.5) for level in about]
        return [row for row in rows if any(row.parts)]

    def _proportions(self, inside: Sequence[bool]) -> tuple[Fraction, ...]:
        return tuple(Fraction(self.rng.choice((0, 0, 1, 1, 2, 3, 40)) if within else 0) for within in inside)

    # Funds

    def draw_funds(self, outputs: Sequence[Output]) -> None:
        """Funds without money: what each may pay for."""
        if not self.with_funds:
            return
        rng = self.rng
        found = []
        for f in range(rng.choice((1, 2, 2, 3, 3))):
            kinds = set() if rng.random() < (0.5 if f == 0 else 0.25) else set(rng.sample(("k", "o", "t"), rng.choice((1, 1, 2))))
            ids, homes = [output.id for output in outputs], sorted({output.component for output in outputs})
            tags = sorted({tag for output in outputs for column in output.tags for tag in column}) or ["p"]
            carry = rng.random() < 0.5
            fund = Fund(
                f"f{f}",
                f"Fund {f}",
                rng.choice(("regular budget", "new")),
                (0,) * len(self.periods),
                tuple(rng.sample(homes, rng.randint(1, len(homes)))) if "k" in kinds else (),
                tuple(rng.sample(ids, rng.randint(1, len(ids)))) if "o" in kinds else (),
                tuple(rng.sample(tags, rng.randint(1, len(tags)))) if "t" in kinds else (),
                carry,
            )
            found.append(fund)
        self.funds = tuple(found)

    def named(self, output: Output) -> Output:
        """Some parts of a profile name the one fund that pays them, out of those that may; of two alike one has to."""
        if not output.profile:
            return output
        able = [self.funds[f].id for f in sorted(self._purses.payers(output, ""))]
        rows, seen = [], set()
        for row in output.profile:
            again = row.level in seen
            fund = self.rng.choice(able) if able and (again or self.rng.random() < 0.2) else ""
            if not (again and (not fund or any((other.level, other.fund) == (row.level, fund) for other in rows))):
                rows.append(replace(row, fund=fund))
            seen.add(row.level)
        return replace(output, profile=tuple(rows))

    @property
    def _purses(self) -> Purses:
        return Purses(self.funds, tuple(fund.amounts for fund in self.funds))

    def possible(self, output: Output) -> tuple[Received, ...]:
        """What the rules about time let an output receive."""
        ways = self.ways(output)
        if not self.periods:
            return (NONE, *ways)
        found = [] if self.calendar.spent(output) else [NONE]
        for start in self.calendar.starts(output, [(way.amount, way.share) for way in ways]):
            for way in ways:
                split = self.calendar.split(output, way.amount, way.share, start)
                if split is not None and not (self.continuity and pauses(split)):
                    found.append(way._replace(start=start))
        return tuple(found) or (NONE,)

    def fill_funds(self, outputs: Sequence[Output], witness: Sequence[Received], percentage: Fraction) -> None:
        """Give the funds what the witness needs, or a little more or less, so that the percentage of it is enough."""
        rng, needed = self.rng, Counter[tuple[int, int]]()
        for output, received in zip(outputs, witness, strict=True):
            split = self.calendar.split(output, received.amount, received.share, received.start) if received.amount else {}
            for (t, named), amount in (split or {}).items():
                able = sorted(self._purses.payers(output, named))
                if able:
                    first = rng.choice((amount, amount, rng.randint(0, amount)))
                    needed[rng.choice(able), t] += first
                    needed[rng.choice(able), t] += amount - first
        self.funds = tuple(
            self._filled(fund, [needed[f, t] for t in range(len(self.periods))], percentage) for f, fund in enumerate(self.funds)
        )

    def _filled(self, fund: Fund, amounts: list[int], percentage: Fraction) -> Fund:
        rng, carried = self.rng, [0]
        for t in range(len(amounts) - 1, 0, -1):
            early = rng.choice((0, amounts[t], rng.randint(0, amounts[t]))) if fund.carry_over else 0
            amounts[t], amounts[t - 1] = amounts[t] - early, amounts[t - 1] + early
            carried.append(early)
        cap = None if not fund.carry_over or rng.random() < 0.5 else max(max(carried) + rng.choice((0, 0, 0, 1, -1)), 0)
        t = rng.randrange(len(amounts))
        amounts[t] = max(amounts[t] + rng.choice((0, 0, 0, 0, 1, -1, rng.randint(0, 1 + amounts[t]))), 0)
        return replace(fund, amounts=tuple(math.ceil(amount * 100 / percentage) for amount in amounts), cap=cap)
