"""Exact bounds: what single rows imply, and from inexact prices which columns cannot change without losing a value in hand.

Any prices give a valid Lagrangian bound; those of the solver's relaxation give a good one. They are rounded to multiples of
2^-30 and everything after that is whole numbers, so that what is fixed here is proved, not estimated.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.program import Goal, Program

SCALE = 1 << 30


def tightened(program: Program, goal: Goal, prices: Sequence[float], target: int) -> Program | None:
    """The program with column bounds that every point whose goal is at `target` or better respects; None: there is no such point.

    `prices` are the dual values of the rows for the goal as a minimisation (negated when it maximises). For columns x and rows
    with prices y: goal(x) >= sum_r y_r b_r + sum_j min_x (c_j - y A_j) x_j, so a column whose move away from its best bound
    costs more than the distance from that bound to the target cannot make it.
    """
    sign = -1 if goal.maximise else 1
    reduced = [0] * len(program.columns)
    for j, coefficient in goal.terms:
        reduced[j] = sign * coefficient * SCALE
    bound = 0
    for row, price in zip(program.rows, prices, strict=True):
        y = round(price * SCALE)
        side = row.lower if y > 0 else row.upper
        if y == 0 or side is None:
            continue
        bound += y * side
        for j, coefficient in row.terms:
            reduced[j] -= y * coefficient
    bound += sum(min(d * c.lower, d * c.upper) for d, c in zip(reduced, program.columns, strict=True))
    room = sign * target * SCALE - bound
    if room < 0:
        return None
    bounds = {}
    for j, (d, column) in enumerate(zip(reduced, program.columns, strict=True)):
        if d == 0 or column.lower == column.upper:
            continue
        moves = room // abs(d)
        if moves < column.upper - column.lower:
            bounds[j] = (column.lower, column.lower + moves) if d > 0 else (column.upper - moves, column.upper)
    return program.with_bounds(bounds)


def implied(program: Program) -> Program:
    """The program with the column bounds that single rows imply, over and over: what costs more than there is cannot be."""
    bounds = [(column.lower, column.upper) for column in program.columns]
    before = None
    while bounds != before:
        before = list(bounds)
        for row in program.rows:
            for sign, limit in ((1, row.upper), (-1, row.lower)):
                if limit is not None:
                    _narrow(bounds, [(j, sign * c) for j, c in row.terms], sign * limit)
    return program.with_bounds(dict(enumerate(bounds)))


def _narrow(bounds: list[tuple[int, int]], terms: Sequence[tuple[int, int]], limit: int) -> None:
    """Bounds under which every column can move without the others exceeding a limit of the sum; left where nothing can be."""
    room = limit - sum(min(c * bounds[j][0], c * bounds[j][1]) for j, c in terms)
    for j, c in terms:
        lower, upper = bounds[j]
        if 0 <= room < abs(c) * (upper - lower):
            moves = room // abs(c)
            bounds[j] = (lower, lower + moves) if c > 0 else (upper - moves, upper)
