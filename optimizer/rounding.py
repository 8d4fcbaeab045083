"""Whole numbers that stand for exact ones and still add up.

`largest_remainder` is for one list. `split_table` is for a table whose lines fall into parts (allocated from several sources,
still needed): parts, lines and totals are each the exact figure rounded up or down, and every sum holds as shown. `split_layers`
is for totals that are fixed already and fall on periods. Rounding the lists one by one cannot promise that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import permutations

from optimizer.flow import Network


def nearest(amount: Fraction) -> int:
    """The nearest whole number; halves upwards, so that a larger amount is never shown as the smaller one."""
    return math.floor(amount + Fraction(1, 2))


def largest_remainder(parts: Sequence[Fraction], total: int) -> list[int]:
    """Whole numbers near `parts` that add up to `total`: all rounded down, then one more for the largest remainders.

    Equal remainders are settled in favour of the earlier part. `total` lies between the sum of the parts rounded down and
    that sum plus their number.
    """
    whole = [math.floor(part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(parts[i] % 1), i))
    for i in by_remainder[: total - sum(whole)]:
        whole[i] += 1
    return whole


def split_table(lines: Sequence[Sequence[Fraction]], total: Sequence[int]) -> list[tuple[int, ...]]:
    """Each line in whole numbers so that its parts add up to `total`, column by column.

    The last part of a line stands by itself, the others are shares of one sum. Every part, the sum of the shares and the whole
    line are each the exact figure rounded up or down (a whole figure stays as it is). The last column and the shares together
    come to what `total` says of them, and so does each column of shares where that is possible; else it is off by as little as
    possible. `total` is the exact totals rounded likewise: the shares together, the last column, and their sum each up or down.

    Raises ValueError for a `total` that no rounding reaches.
    """
    if not lines:
        return []
    one = math.lcm(*(part.denominator for line in lines for part in line))  # whole numbers from here on: they add up faster
    scaled = [[part.numerator * (one // part.denominator) for part in line] for line in lines]
    lower = [[part // one for part in line] for line in scaled]
    units = [wanted - sum(column) for wanted, column in zip(total, zip(*lower, strict=True), strict=True)]
    exact = [sum(column) for column in zip(*scaled, strict=True)]
    flow = _Units(scaled, one, units, [found > wanted * one for found, wanted in zip(exact, total, strict=True)])
    flow.hand_out()
    return [
        tuple(whole + (flow.network.flow(arc) if arc is not None else 0) for whole, arc in zip(floors, arcs, strict=True))
        for floors, arcs in zip(lower, flow.cells, strict=True)
    ]


class _Units:
    """The units that rounding down leaves, on their way from lines to columns: one at most to each fraction.

    What a line must hand out, so that it is not less than its exact figure rounded down, goes first; then the lines with the
    largest remainders hand out one more, until the columns are full. A unit on its way may send others another way: those
    first to which it matters least.
    """

    SINK, SHARES, LAST = 0, 1, 2

    def __init__(self, lines: Sequence[Sequence[int]], one: int, units: Sequence[int], roomy: Sequence[bool]) -> None:
        """`lines` are exact in units of 1 / `one`. `units` are those that each column takes; `roomy` columns may take one more
        and are still the exact sum rounded up.
        """
        self.one = one
        *shares, last = units
        self.open, self.roomy = sum(units), roomy[:-1]
        self.network = Network(3 + len(units) + 3 * len(lines))
        self.dead: set[int] = set()  # nodes from which nothing can arrive any more
        self.network.arc(self.SHARES, self.SINK, max(sum(shares), 0))
        self.network.arc(self.LAST, self.SINK, max(last, 0))
        self.network.arc(2 + len(units), self.LAST, max(last, 0))
        for column, taken in enumerate(shares, start=3):
            self.network.arc(column, self.SHARES, max(taken, 0))
        self.cells: list[list[int | None]] = [[None] * len(line) for line in lines]
        self.due: list[tuple[int, int]] = []  # a node, and the units that it must hand out
        self.spare: list[tuple[int, int]] = []  # the remainder of a line, and its node
        for number in sorted(range(len(lines)), key=lambda i: (_spread(lines[i], one), i)):
            self._line(lines[number], self.cells[number], 3 + len(units) + 3 * number)

    def _line(self, line: Sequence[int], arcs: list[int | None], whole: int) -> None:
        """The nodes of a line, of its shares and of its last part; arcs to larger remainders come first and are tried first.

        All ways from a line to the sink have the same length, so that none is tried before it is its turn.
        """
        *parts, last = line
        shares, own, one = whole + 1, sum(parts), self.one
        for remainder, to_last in sorted(((own % one, False), (last % one, True)), reverse=True):
            if remainder and to_last:
                self.network.arc(whole, whole + 2, 1)
                arcs[-1] = self.network.arc(whole + 2, 2 + len(line), 1)
            elif remainder:
                self.network.arc(whole, shares, 1)
        for c in sorted(range(len(parts)), key=lambda c: (-(parts[c] % one), c)):
            if parts[c] % one:
                arcs[c] = self.network.arc(shares, 3 + c, 1)
        self.due.append((shares, own // one - sum(part // one for part in parts)))
        self.due.append((whole, (own + last) // one - own // one - last // one))
        if (own + last) % one:
            self.spare.append(((own + last) % one, whole))

    def hand_out(self) -> None:
        spare = [(node, 1) for _, node in sorted(self.spare, key=lambda line: (-line[0], line[1]))]
        if self._unsettled(self.due, must=True) or self._unsettled(spare, must=False):
            raise ValueError("no rounding comes to this total")

    def _unsettled(self, supplies: list[tuple[int, int]], must: bool) -> bool:
        """Hand out all that `must` be, or what the columns take, and let these be off by as little as that needs.

        Whether something is left all the same.
        """
        left, rounds = self._push(supplies), 0
        while (left if must else self.open) and rounds <= len(self.cells):
            self._widen(rounds)
            left, rounds = self._push(left), rounds + 1
        return bool(left if must else self.open)

    def _push(self, supplies: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """What could not be handed out."""
        left = []
        for node, units in supplies:
            wanted = min(units, self.open)
            sent = self.network.push(node, self.SINK, wanted) if wanted and node not in self.dead else 0
            self.open -= sent
            if sent < wanted:
                self.dead |= self.network.reached(node)
            if sent < units:
                left.append((node, units - sent))
        return left

    def _widen(self, rounds: int) -> None:
        """Let columns of shares take one unit more at the cost of others: at first those that have room for it."""
        for column, roomy in enumerate(self.roomy, start=3):
            if roomy or rounds:
                self.network.arc(column, self.SHARES, 1)
        self.dead.clear()


def _spread(line: Sequence[int], one: int) -> int:
    """How much it matters to a line which of its parts is rounded up."""
    remainders = [part % one for part in line if part % one]
    return max(remainders, default=0) - min(remainders, default=0)


Spot = tuple[int, int]  # row and column
Layers = Sequence[Sequence[Sequence[int]]]  # by row, column and layer: by component, category of funds and period


def split_layers(amounts: Layers, totals: Sequence[Sequence[int]], unit: int) -> list[list[list[int]]]:
    """Amounts in multiples of `unit`, so that the layers of each row and column add up to the total that is given for it.

    The sums over columns, over rows and over both are what they add up to. The squares of what all figures are off are made
    small: a unit moves to another layer, alone or against a second one, as long as that helps. Nil stays nil.
    """
    shown = [
        [_apportioned([Fraction(amount, unit) for amount in exact], total) for exact, total in zip(row, of_row, strict=True)]
        for row, of_row in zip(amounts, totals, strict=True)
    ]
    if shown and shown[0]:
        moves = _Moves(amounts, shown, unit)
        layers = range(len(amounts[0][0]))
        helped = True
        while helped:
            helped = sum(moves.improve(*way) for way in permutations(layers, 2)) > 0
    return shown


def _apportioned(parts: Sequence[Fraction], total: int) -> list[int]:
    """Whole numbers near `parts` that add up to `total`, whatever it is; nil stays nil."""
    whole = [math.floor(part) for part in parts]
    while sum(whole) != total:
        step = 1 if sum(whole) < total else -1
        able = [i for i, part in enumerate(parts) if (part if step > 0 else whole[i])]
        whole[max(able, key=lambda i: (step * (parts[i] - whole[i]), -i))] += step
    return whole


class _Moves:
    """How much every figure is short of its exact one, layer by layer: cells, rows, columns, all; and moves that mend it."""

    TOTALS = 4  # how much more what the totals are off counts than what another figure is

    def __init__(self, amounts: Layers, shown: list[list[list[int]]], unit: int) -> None:
        self.amounts, self.shown, self.unit = amounts, shown, unit
        self.cells = {
            (r, c): [exact - unit * found for exact, found in zip(*cell, strict=True)]
            for r, row in enumerate(zip(amounts, shown, strict=True))
            for c, cell in enumerate(zip(*row, strict=True))
        }
        self.rows = [[sum(layer) for layer in zip(*self._cells(r, None), strict=True)] for r in range(len(amounts))]
        self.columns = [[sum(layer) for layer in zip(*self._cells(None, c), strict=True)] for c in range(len(amounts[0]))]
        self.all = [sum(layer) for layer in zip(*self.rows, strict=True)]

    def _cells(self, row: int | None, column: int | None) -> Iterator[list[int]]:
        return (short for (r, c), short in self.cells.items() if row in (r, None) and column in (c, None))

    def improve(self, source: int, target: int) -> bool:
        """Move a unit from one layer to another where that helps most, or in a row or column against one that moves back."""
        ways = ((source, target), (target, source))
        row = [[self._gain(short, *way) for short in self.rows] for way in ways]
        column = [[self._gain(short, *way) for short in self.columns] for way in ways]
        cell = [self._cell_gains(*way) for way in ways]
        everywhere = self.TOTALS * self._gain(self.all, source, target)
        options: list[tuple[int, tuple[Spot, ...]]] = [
            (gain + row[0][r] + column[0][c] + everywhere, ((r, c),)) for (r, c), gain in cell[0].items()
        ]
        # Two moves against each other in a row leave its sum as it is, and the totals: only cells and columns count.
        in_row = [_best((r, gain + column[way][c], (r, c)) for (r, c), gain in cell[way].items()) for way in (0, 1)]
        in_column = [_best((c, gain + row[way][r], (r, c)) for (r, c), gain in cell[way].items()) for way in (0, 1)]
        for there, back in (in_row, in_column):
            options += [(there[key][0] + back[key][0], (there[key][1], back[key][1])) for key in there.keys() & back.keys()]
        gain, places = max(options, default=(0, ()))
        if gain <= 0:
            return False
        for place, way in zip(places, ways, strict=False):
            self._move(place, *way)
        return True

    def _gain(self, short: list[int], source: int, target: int) -> int:
        """How much less the squares of a figure's two layers come to when a unit moves, in 2 * unit."""
        return short[target] - short[source] - self.unit

    def _cell_gains(self, source: int, target: int) -> dict[Spot, int]:
        """Of each cell that has a unit to give and an exact amount where it would go."""
        return {
            (r, c): self._gain(short, source, target)
            for (r, c), short in self.cells.items()
            if self.shown[r][c][source] and self.amounts[r][c][target]
        }

    def _move(self, place: tuple[int, int], source: int, target: int) -> None:
        r, c = place
        for layer, step in ((source, -1), (target, 1)):
            self.shown[r][c][layer] += step
            for short in (self.cells[place], self.rows[r], self.columns[c], self.all):
                short[layer] -= step * self.unit


def _best(moves: Iterable[tuple[int, int, Spot]]) -> dict[int, tuple[int, Spot]]:
    """The best move for each key, as its gain and its place."""
    best: dict[int, tuple[int, Spot]] = {}
    for key, gain, place in moves:
        best[key] = max(best.get(key, (gain, place)), (gain, place))
    return best
