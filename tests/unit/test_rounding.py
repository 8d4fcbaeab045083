"""Tables in whole numbers: what every figure may be off, and that nothing is off by more than it must be."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.flow import Network
from optimizer.rounding import largest_remainder, nearest, split_layers, split_table

Line = tuple[Fraction, ...]


def adjacent(shown: int, exact: Fraction) -> bool:
    return shown in (math.floor(exact), math.ceil(exact))


def sums(lines: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    return [sum(column, Fraction(0)) for column in zip(*lines, strict=True)]


def total_of(lines: Sequence[Line]) -> list[int]:
    """The totals of the published tables: allocated and estimated to the nearest, categories by largest remainder."""
    *shares, last = sums(lines)
    allocated = nearest(sum(shares, Fraction(0)))
    return [*largest_remainder(shares, allocated), nearest(sum(shares, Fraction(0)) + last) - allocated]


@st.composite
def tables(draw: st.DrawFn, most: int = 12) -> list[Line]:
    """Lines that one source pays or several, in full or in part, often of a whole cost."""
    width, denominator = draw(st.integers(1, 4)), draw(st.sampled_from((2, 3, 7, 10, 1000)))
    amount = st.one_of(st.just(0), st.integers(0, 5 * denominator))
    lines = []
    for _ in range(draw(st.integers(1, most))):
        parts = [draw(amount) for _ in range(width)]
        last = draw(amount)
        if draw(st.booleans()):
            last += -(sum(parts) + last) % denominator
        lines.append(tuple(Fraction(part, denominator) for part in (*parts, last)))
    return lines


@given(tables())
def test_every_part_and_every_line_is_rounded_up_or_down(lines: list[Line]) -> None:
    total = total_of(lines)
    shown = split_table(lines, total)
    for found, exact in zip(shown, lines, strict=True):
        assert all(adjacent(part, figure) for part, figure in zip(found, exact, strict=True))
        assert adjacent(sum(found[:-1]), sum(exact[:-1], Fraction(0)))
        assert adjacent(sum(found), sum(exact, Fraction(0)))
    columns = [sum(column) for column in zip(*shown, strict=True)]
    assert columns[-1] == total[-1]
    assert sum(columns) == sum(total)


def possible(line: Line) -> list[tuple[int, ...]]:
    choices = product(*({math.floor(part), math.ceil(part)} for part in line))
    return [
        found
        for found in choices
        if adjacent(sum(found[:-1]), sum(line[:-1], Fraction(0))) and adjacent(sum(found), sum(line, Fraction(0)))
    ]


@given(tables(most=4))
def test_columns_are_off_by_as_little_as_possible(lines: list[Line]) -> None:
    """Against every rounding that there is."""
    total = total_of(lines)

    def off(shown: Sequence[Sequence[int]]) -> int | None:
        columns = [sum(column) for column in zip(*shown, strict=True)]
        if columns[-1] != total[-1] or sum(columns) != sum(total):
            return None
        return sum(abs(a - b) for a, b in zip(columns, total, strict=True))

    least = min(found for shown in product(*map(possible, lines)) if (found := off(shown)) is not None)
    assert off(split_table(lines, total)) == least


def test_a_column_that_cannot_be_is_off() -> None:
    """Two lines of a half each must take their unit from their own column."""
    half, nil = Fraction(1, 2), Fraction(0)
    lines = [(half, half, nil, nil, nil), (nil, nil, half, half, nil)]
    assert sorted(map(sum, split_table(lines, (1, 1, 0, 0, 0)))) == [1, 1]


def test_a_total_that_no_rounding_reaches() -> None:
    lines = [(Fraction(1, 2), Fraction(1, 2))]
    with pytest.raises(ValueError, match="no rounding"):
        split_table(lines, (1, 1))
    with pytest.raises(ValueError, match="no rounding"):
        split_table(lines, (0, 0))
    assert split_table([], (0, 0)) == []


def test_larger_remainders_are_rounded_up() -> None:
    lines = [(Fraction(n, 10), Fraction(0)) for n in (1, 9, 2, 8, 3, 7)]
    assert split_table(lines, (3, 0)) == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0), (1, 0)]


@pytest.mark.parametrize("width", [1, 4, 8])
def test_a_thousand_lines_take_no_time(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed, so that a busy machine changes nothing: all pairs of lines would be far more."""
    rng = random.Random(width)
    lines = []
    for _ in range(1000):
        parts = [0] * width
        for c in rng.sample(range(width), rng.randint(1, width)):
            parts[c] = rng.randint(0, 10**7)
        lines.append(tuple(Fraction(part, 1000) for part in (*parts, rng.randint(0, 10**7))))
    total = total_of(lines)
    searched = 0
    tree = Network._tree

    def counted(network: Network, source: int, sink: int = -1) -> dict[int, int]:
        nonlocal searched
        found = tree(network, source, sink)
        searched += len(found)
        return found

    monkeypatch.setattr(Network, "_tree", counted)
    shown = split_table(lines, total)
    assert searched < 1_500_000, "nodes of the network, a good million a second"
    assert [sum(column) for column in zip(*shown, strict=True)] == total
    off = [abs(part - exact) for found, line in zip(shown, lines, strict=True) for part, exact in zip(found, line, strict=True)]
    assert sum(off) / len(off) < Fraction(3, 10), "nearly as near as figures can be on average, a quarter"


@st.composite
def layers(draw: st.DrawFn) -> tuple[list[list[list[int]]], int]:
    rows, columns, depth, unit = (draw(st.integers(*bounds)) for bounds in ((1, 5), (1, 4), (1, 4), (2, 1000)))
    amount = st.one_of(st.just(0), st.integers(0, 30 * unit))
    return [[[draw(amount) for _ in range(depth)] for _ in range(columns)] for _ in range(rows)], unit


@given(layers())
def test_layers_add_up_to_what_is_given(drawn: tuple[list[list[list[int]]], int]) -> None:
    amounts, unit = drawn
    exact = [(*(Fraction(sum(cell), unit) for cell in row), Fraction(0)) for row in amounts]
    totals = [line[:-1] for line in split_table(exact, total_of(exact))]
    shown = split_layers(amounts, totals, unit)
    for row, found, wanted in zip(amounts, shown, totals, strict=True):
        assert tuple(map(sum, found)) == wanted
        for cell, parts in zip(row, found, strict=True):
            assert all(part >= 0 for part in parts)
            assert all(part == 0 for part, amount in zip(parts, cell, strict=True) if not amount)


def test_sums_over_layers_stay_near() -> None:
    """Cells, sums over columns, over rows and over both: nearly all are the exact ones rounded up or down, the totals always."""
    off = {"cells": 0, "rows": 0, "columns": 0, "all": 0}
    for seed in range(100):
        rng = random.Random(seed)
        amounts = [[[rng.choice((0, rng.randint(0, 50_000))) for _ in range(4)] for _ in range(4)] for _ in range(5)]
        exact = [(*(Fraction(sum(cell), 1000) for cell in row), Fraction(0)) for row in amounts]
        shown = split_layers(amounts, [line[:-1] for line in split_table(exact, total_of(exact))], 1000)
        places = [(r, c) for r in range(5) for c in range(4)]
        groups = {
            "cells": [[place] for place in places],
            "rows": [[(r, c) for c in range(4)] for r in range(5)],
            "columns": [[(r, c) for r in range(5)] for c in range(4)],
            "all": [places],
        }
        for name, found in groups.items():
            for group in found:
                for t in range(4):
                    exact_sum = Fraction(sum(amounts[r][c][t] for r, c in group), 1000)
                    off[name] += not adjacent(sum(shown[r][c][t] for r, c in group), exact_sum)
    assert off["all"] == 0
    assert max(off["cells"] / 8000, off["rows"] / 2000, off["columns"] / 1600) < 0.02


def test_layers_without_anything() -> None:
    assert split_layers([], [], 10) == []
    assert split_layers([[[0, 0]]], [[0]], 10) == [[[0, 0]]]
    assert split_layers([[[14, 5]]], [[2]], 10) == [[[1, 1]]]
    assert split_layers([[[14, 4]]], [[5]], 10) == [[[3, 2]]]
    assert split_layers([[[4, 0]]], [[0]], 10) == [[[0, 0]]]
    assert split_layers([[[11, 30]]], [[3]], 10) == [[[1, 2]]]
