"""Prices of the rows of a case, from its linear relaxation; any prices give a valid bound once they are whole numbers.

The relaxation has a column for each step from one option of an output to a dearer one that matters: where a row of counts
changes, and where worth bulges above the straight line. Minima, maxima and the budget alone are filled greedily, best worth
for money first. Where that breaks a row of counts, HiGHS is asked, by a relaxation that stays alive
(optimizer/relaxation.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.relaxation import Relaxation
from optimizer.resolving.case import FAR, Case

BULGE = 0.03  # of what an output is worth, above the line from its first to its last option, that makes a step of its own
LARGEST = 2.0**59
BITS = 54  # of the largest sum of worths times the size of prices
SLACK = 1e-9
FREE = 0.001  # what a step without a cost is taken to cost


class NoPrices(Exception):
    """Numbers too large for 64 bits."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Whole numbers, 0 or more, in worth times `size` for one unit of each row of a case.

    Where the relaxation has no point, they are weights that may show it: added up with them, the rows contradict each other.
    """

    size: int
    of_rows: np.ndarray
    feasible: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    """The steps of a relaxation as (output, option before, option after), the component of each, and their side coefficients."""

    every: np.ndarray  # 0, 1, ...: all outputs
    first: np.ndarray  # the first option of each
    outputs: np.ndarray
    before: np.ndarray
    after: np.ndarray
    home: list[int]
    side: np.ndarray


class Pricer:
    def __init__(self) -> None:
        self.known: tuple[object, ...] = ()
        self.shape: _Shape | None = None
        self.side = np.zeros(0)
        self.relaxation: Relaxation | None = None

    def prices(self, case: Case) -> Prices:
        """Raises NoPrices."""
        shape = self._shaped(case)
        gain = case.worth[shape.outputs, shape.after] - case.worth[shape.outputs, shape.before]
        paid = case.amounts[shape.outputs, shape.after] - case.amounts[shape.outputs, shape.before]
        room = case.limits - case.rows[:, shape.every, shape.first].sum(axis=1)
        found = _Filling(case.components, shape, gain, paid, room)
        counts = len(case.limits) - len(case.side)
        if found.possible and (shape.side @ found.taken <= room[counts:] + SLACK).all():
            return _whole(case, np.array([*found.prices(case.limited), *([0.0] * len(case.side))]))
        return self._asked(case, shape, gain.astype(float), paid.astype(float), room)

    def _shaped(self, case: Case) -> _Shape:
        """The shape of the relaxation, the last one where it is the same."""
        inner = self._inner_stops(case) if case.amounts.shape[1] > 2 else None
        known = (case.allowed.tobytes(), case.home.tobytes(), len(case.rows), None if inner is None else inner.tobytes())
        if self.shape is not None and known == self.known and case.side is self.side:
            return self.shape
        stops = case.allowed & (np.arange(case.allowed.shape[1]) == _first(case)[:, None])
        stops |= case.allowed & (np.arange(case.allowed.shape[1]) == _last(case)[:, None])
        if inner is not None:
            stops |= inner
        i, option = np.nonzero(stops)
        step = np.flatnonzero(i[1:] == i[:-1])
        outputs, before, after = i[step], option[step], option[step + 1]
        first = _first(case)
        side = (case.side[:, outputs, after] - case.side[:, outputs, before]).astype(float)
        self.shape = _Shape(np.arange(len(first)), first, outputs, before, after, case.home[outputs].tolist(), side)
        self.known, self.side, self.relaxation = known, case.side, None
        return self.shape

    def _inner_stops(self, case: Case) -> np.ndarray:
        """The options between the first and the last one of each output at which steps begin."""
        n, width = case.amounts.shape
        every, option = np.arange(n), np.arange(width)
        first, last = _first(case), _last(case)
        stops = np.zeros((n, width), dtype=bool)
        if len(case.side):
            stops[:, 1:] = (case.side[:, :, 1:] != case.side[:, :, :-1]).any(axis=0)
        worth, amounts = case.worth[every, first][:, None], case.amounts[every, first][:, None]
        rise = (case.worth[every, last][:, None] - worth).astype(float)
        paid = np.maximum(case.amounts[every, last][:, None] - amounts, 1)
        bulge = np.where(case.allowed, case.worth - worth - (case.amounts - amounts) * (rise / paid), -1.0)
        top = bulge.argmax(axis=1)
        stops[every, top] |= bulge[every, top] > BULGE * rise[:, 0]
        inner: np.ndarray = stops & (option > first[:, None]) & (option < last[:, None]) & case.allowed
        return inner

    def _asked(self, case: Case, shape: _Shape, gain: np.ndarray, paid: np.ndarray, room: np.ndarray) -> Prices:
        """By HiGHS, with worths and amounts brought to a common size."""
        money = len(case.limits) - len(case.side)
        size_of_paid, size_of_gain = max(paid.max(initial=0) / 1000, 1e-3), max(gain.max(initial=0) / 1000, 1e-3)
        matrix = (case.rows[:, shape.outputs, shape.after] - case.rows[:, shape.outputs, shape.before]).astype(float)
        bounds = np.where(case.limits < FAR, room, np.inf)
        matrix[:money] /= size_of_paid
        bounds[:money] /= size_of_paid
        if self.relaxation is None:
            self.relaxation = Relaxation(matrix)
        feasible, found = self.relaxation.prices(gain / size_of_gain, matrix, bounds)
        found[:money] /= size_of_paid
        return _whole(case, found * size_of_gain if feasible else found, feasible)


def _first(case: Case) -> np.ndarray:
    first: np.ndarray = case.allowed.argmax(axis=1)
    return first


def _last(case: Case) -> np.ndarray:
    last: np.ndarray = case.allowed.shape[1] - 1 - case.allowed[:, ::-1].argmax(axis=1)
    return last


class _Filling:
    """The relaxation without side rows: minima are filled first, then the rest of the budget; prices of the last steps taken."""

    def __init__(self, components: int, shape: _Shape, gain: np.ndarray, paid: np.ndarray, room: np.ndarray) -> None:
        rates = gain / np.maximum(paid, FREE)
        self.order = np.argsort(-rates, kind="stable").tolist()
        self.rates, self.rest, self.home = rates.tolist(), paid.tolist(), shape.home
        limits = room.tolist()
        needed = [-limit for limit in limits[1 : 1 + components]]
        self.space = limits[1 + components : 1 + 2 * components] if len(limits) > len(shape.side) + 1 + components else []
        self.left, self.budget = limits[0], 0.0
        self.last: list[float | None] = [None] * components  # of each component the rate of the last step for its minimum
        self.full: list[float] = [0.0] * components  # and of the first step beyond its maximum
        if max(needed) > 0:
            self._fill_minima(needed)
        self.possible = self.left >= 0 and max(needed) <= 0 and min(self.space, default=0) >= 0
        if self.possible:
            self._fill_budget()
        self.taken = 1.0 - np.array(self.rest) / np.maximum(paid, 1)

    def _fill_minima(self, needed: list[int]) -> None:
        rest, home = self.rest, self.home
        for j in self.order:
            k = home[j]
            if needed[k] > 0:
                part = min(rest[j], needed[k])
                needed[k] -= part
                self.left -= part
                rest[j] -= part
                self.last[k] = self.rates[j]
                if self.space:
                    self.space[k] -= part

    def _fill_budget(self) -> None:
        rest, home, rates, space, left = self.rest, self.home, self.rates, self.space, self.left
        for j in self.order:
            rate = rates[j]
            if rate <= 0:
                break
            part = rest[j]
            if space:
                k = home[j]
                if part > space[k]:
                    part = space[k]
                    self.full[k] = self.full[k] or rate
                space[k] -= min(part, left)
            if part > left:
                self.budget = rate
                rest[j] -= left
                break
            left -= part
            rest[j] -= part

    def prices(self, limited: bool) -> list[float]:
        """Of the budget, of the minimum of each component, and of the maximum of each."""
        least = [max(self.budget - rate, 0.0) if rate is not None else 0.0 for rate in self.last]
        return [self.budget, *least, *([max(rate - self.budget, 0.0) for rate in self.full] if limited else [])]


def _whole(case: Case, found: np.ndarray, feasible: bool = True) -> Prices:
    """Rounded prices, as fine as 64 bits allow."""
    size = 1 << (max(0, BITS - case.total.bit_length()) if feasible else 30)
    money = len(case.limits) - len(case.side)
    most = float(int(case.amounts.max()) * len(case.home) + abs(case.budget))
    steep = float(found[:money].sum()) * most + float(found[money:].sum()) * 2 * len(case.home)
    if not steep < LARGEST:
        raise NoPrices
    while steep * size >= LARGEST:
        size //= 2
    return Prices(size, np.rint(found * size).astype(np.int64), feasible)
