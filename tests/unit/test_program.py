"""Programs as data: what reducing, fixing and cutting off may and may not change, on every point of small ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from optimizer.program import Column, Goal, Point, Program, Row, activity, cut_off

SEEDS = range(60)


def drawn(seed: int) -> tuple[Program, Goal]:
    """A program with whole columns of several widths, some of them fixed, and rows of every kind."""
    rng = random.Random(seed)
    columns = tuple(
        Column(f"x{j}", low, low + rng.randint(0, 2)) for j in range(rng.randint(1, 5)) for low in [rng.randint(-2, 2)]
    )
    rows = []
    for r in range(rng.randint(0, 4)):
        terms = tuple((j, rng.choice((-6, -3, 0, 2, 4, 9))) for j in range(len(columns)) if rng.random() < 0.8)
        middle = rng.randint(-10, 10)
        lower, upper = rng.choice(((middle, None), (None, middle), (middle, middle + 5)))
        rows.append(Row(f"r{r}", terms, lower, upper))
    goal = Goal("goal", rng.random() < 0.5, tuple((j, rng.choice((-4, 2, 6))) for j in range(len(columns))))
    return Program(columns, tuple(rows)), goal


def points(program: Program) -> Iterator[Point]:
    return product(*(range(column.lower, column.upper + 1) for column in program.columns))


def feasible(program: Program) -> list[Point]:
    return [point for point in points(program) if not program.violated(point)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("r", ((0, 4), (1, 6)), 5, 13), Row("r", ((0, 2), (1, 3)), 3, 6)),
        (Row("r", ((0, 4), (1, 6)), -5, -13), Row("r", ((0, 2), (1, 3)), -2, -7)),
        (Row("r", ((0, 3), (1, 5)), 1, None), Row("r", ((0, 3), (1, 5)), 1, None)),
        (Row("r", ((0, 10),), None, 9), Row("r", ((0, 1),), None, 0)),
        (Row("r", (), 1, None), Row("r", (), 1, None)),
    ],
)
def test_rows_divided_by_their_common_divisor(row: Row, expected: Row) -> None:
    assert row.reduced() == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_reduced_rows_admit_the_same_points(seed: int) -> None:
    program, _ = drawn(seed)
    reduced = Program(program.columns, tuple(row.reduced() for row in program.rows))
    assert feasible(reduced) == feasible(program)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_program_has_the_same_solutions(seed: int) -> None:
    program, goal = drawn(seed)
    compact = program.compact()
    terms, settled = compact.goal(goal)
    found = feasible(compact.program)
    assert sorted(map(compact.expand, found)) == sorted(feasible(program))
    for point in found:
        assert activity(terms, point) + settled == goal.value(compact.expand(point))
        assert compact.shrink(compact.expand(point)) == point


@pytest.mark.parametrize("seed", SEEDS)
def test_a_goal_that_is_kept_excludes_what_is_worse(seed: int) -> None:
    program, goal = drawn(seed)
    for value in range(-8, 9, 2):
        kept = program.with_rows([goal.kept(value)])
        good = [p for p in feasible(program) if (goal.value(p) >= value if goal.maximise else goal.value(p) <= value)]
        assert feasible(kept) == good


def test_a_cut_excludes_one_point_and_no_other() -> None:
    program = Program(tuple(Column(f"x{j}") for j in range(4)), ())
    for point in points(program):
        cut = program.with_rows([cut_off(program, point, "cut")])
        assert set(feasible(program)) - set(feasible(cut)) == {point}


def test_a_cut_with_fixed_columns() -> None:
    program = Program((Column("a"), Column("b", 1, 1), Column("c")), ())
    cut = program.with_rows([cut_off(program, (1, 1, 0), "cut")])
    assert set(feasible(program)) - set(feasible(cut)) == {(1, 1, 0)}


def test_the_text_names_every_row_and_column() -> None:
    program, goal = (
        Program((Column("a"), Column("b", 0, 3)), (Row("r", ((0, 2), (1, -1)), 0, 5),)),
        Goal("g", True, ((0, 1), (1, 4))),
    )
    assert program.text(goal) == "maximise g: a + 4 b\nr: 0 <= 2 a - 1 b <= 5\n0 <= a <= 1\n0 <= b <= 3\n"
