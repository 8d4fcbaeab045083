"""What the exact bound fixes is fixed in every point that reaches the target, whatever the prices."""

import random
from itertools import product

from optimizer.bounding import implied, tightened
from optimizer.program import Column, Goal, Program, Row
from optimizer.solver import prices


def random_program(rng: random.Random) -> tuple[Program, Goal]:
    n = rng.randint(1, 7)
    columns = tuple(Column(f"x{j}", 0, rng.choice((1, 1, 1, 2))) for j in range(n))
    rows = []
    for r in range(rng.randint(1, 4)):
        terms = tuple((j, rng.randint(-5, 9)) for j in range(n) if rng.random() < 0.8)
        middle = rng.randint(0, 12)
        rows.append(Row(f"r{r}", terms, *rng.choice(((None, middle), (-middle, None), (-middle, middle)))))
    goal = Goal("goal", rng.random() < 0.5, tuple((j, rng.randint(-9, 9)) for j in range(n)))
    return Program(columns, tuple(rows)), goal


def reaching(program: Program, goal: Goal, target: int) -> set[tuple[int, ...]]:
    points = product(*(range(c.lower, c.upper + 1) for c in program.columns))
    feasible = (p for p in points if not program.violated(p))
    return {p for p in feasible if (goal.value(p) >= target if goal.maximise else goal.value(p) <= target)}


def test_no_point_that_reaches_the_target_is_lost() -> None:
    fixed = 0
    for seed in range(400):
        rng = random.Random(seed)
        program, goal = random_program(rng)
        feasible = reaching(program, goal, -(10**9) if goal.maximise else 10**9)
        if not feasible:
            continue
        target = rng.choice(sorted(goal.value(p) for p in feasible))
        for given in (prices(program, goal), tuple(rng.uniform(-5, 5) for _ in program.rows)):
            tight = tightened(program, goal, given, target)
            assert tight is not None, "the target is reached"
            assert reaching(tight, goal, target) == reaching(program, goal, target), f"seed {seed}"
            fixed += len(program.open_columns) - len(tight.open_columns)
    assert fixed > 300, "the bound does fix columns"


def test_a_target_out_of_reach_is_refused_or_left_open() -> None:
    refused = 0
    for seed in range(400):
        program, goal = random_program(random.Random(seed))
        feasible = reaching(program, goal, -(10**9) if goal.maximise else 10**9)
        if feasible:
            values = [goal.value(p) for p in feasible]
            refused += (
                tightened(program, goal, prices(program, goal), max(values) + 1 if goal.maximise else min(values) - 1) is None
            )
    assert refused > 100


def test_what_single_rows_imply_loses_no_point() -> None:
    fixed = 0
    for seed in range(400):
        program, goal = random_program(random.Random(seed))
        tight = implied(program)
        everything = -(10**9) if goal.maximise else 10**9
        assert reaching(tight, goal, everything) == reaching(program, goal, everything), seed
        fixed += tight.open_columns != program.open_columns
    assert fixed > 50
