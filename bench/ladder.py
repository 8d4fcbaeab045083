"""One nested list over several budgets: the chain of levels against the precedence of pairs, the same instance, the same solver.

    python bench/ladder.py [--projects 20] [--years 3] [--budgets 5] [--seed 0] [--seconds 300]

The chain says x_i(t) <= x_i(t+1): one row a project and neighbouring budgets. The form of pairs (Koc, Morton and others 2009)
has a column y_ij for each pair, 1 when i comes before j, with y_ij + y_ji >= 1 and x_j(t) + y_ij - 1 <= x_i(t). Both are solved
once, with no second opinion, by the solver that the optimizer uses, from the same rows of money; their values must be the same.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path

from optimizer import solver
from optimizer.nesting import Nesting, nest
from optimizer.program import Column, Program, Row

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.projects import Projects


@dataclass(frozen=True)
class Solved:
    rows: int
    columns: int
    value: int | None
    proved: bool
    seconds: float


def in_pairs(nesting: Nesting) -> Program:
    """The same program with precedence of pairs instead of the chain."""
    program, count = nesting.formulation.program, len(nesting.parts[0].levels)
    first = len(program.columns)
    place = {pair: first + k for k, pair in enumerate(permutations(range(count), 2))}
    rows = [row for row in program.rows if not row.label.startswith("nested[")]
    for i, j in combinations(range(count), 2):
        rows.append(Row(f"order[{i},{j}]", ((place[i, j], 1), (place[j, i], 1)), lower=1))
    for t, part in enumerate(nesting.parts, start=1):
        for (i, j), y in place.items():
            terms = ((part.funded(j), 1), (y, 1), (part.funded(i), -1))
            rows.append(Row(f"precedence[{i},{j}] at {t}", terms, upper=1))
    return Program((*program.columns, *(Column(f"y[{i},{j}]") for i, j in place)), tuple(rows))


def solve(program: Program, nesting: Nesting, seconds: float) -> Solved:
    goal = nesting.formulation.values[0]
    began = time.perf_counter()
    solution = solver.solve(program, goal, seconds)
    took = time.perf_counter() - began
    value = None if solution.point is None else goal.value(solution.point)
    return Solved(len(program.rows), len(program.columns), value, value is not None and value == solution.bound, took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=20)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--budgets", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=300.0)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    projects = Projects.drawn(rng, asked.projects, asked.years, asked.budgets)
    projects = replace(projects, values=tuple(rng.randint(1, 100) for _ in projects.values))
    total = sum(projects.weights)
    nesting = nest(projects.scenarios(), [Fraction(weight) / total for weight in projects.weights])
    chain = solve(nesting.formulation.program, nesting, asked.seconds)
    pairs = solve(in_pairs(nesting), nesting, asked.seconds)
    if chain.proved and pairs.proved:
        assert chain.value == pairs.value, "the same best value"
    for name, solved in (("chain", chain), ("pairs", pairs)):
        end = "proved" if solved.proved else "stopped without proof"
        print(f"{name}: {solved.rows:,} rows, {solved.columns:,} columns, {solved.seconds:.2f} s, {end}, value {solved.value}")
    least = "" if pairs.proved else "at least "
    ratio = f"ratio {least}{pairs.seconds / chain.seconds:.1f}" if chain.proved else "no ratio: the chain was stopped too"
    print(f"{asked.projects} projects, {asked.years} years, {asked.budgets} budgets: {ratio}")


if __name__ == "__main__":
    main()
