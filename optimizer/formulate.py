"""From a scenario to a program, and from a point of the program back to an allocation (docs/model.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from optimizer.objectives import integer_values
from optimizer.plan import NOTHING, Allocation, Delivery
from optimizer.program import Column, Goal, Point, Program, Row
from optimizer.rules import LevelColumns, Rule
from optimizer.scenario import Scenario

LARGEST_SUM = 2**50


@dataclass(frozen=True)
class Formulation:
    """A scenario as a program. `goals` are in lexicographic order: value, least spend, fewest partial deliveries.

    `identical` are groups of outputs (positions, in order of id) that the program cannot tell apart; the program funds
    the earlier ones first. `coarse` says that the value had to be rounded to fit the solver's doubles: then it is not proved.
    """

    program: Program
    columns: LevelColumns
    goals: tuple[Goal, ...]
    coarse: bool
    identical: tuple[tuple[int, ...], ...]

    def allocation(self, point: Point) -> Allocation:
        """What a point says: the highest level whose column, and every column below it, is 1."""
        return Allocation(tuple(self._delivery(i, point) for i in range(len(self.columns.levels))))

    def _delivery(self, i: int, point: Point) -> Delivery:
        levels, first = self.columns.levels[i], self.columns.first[i]
        reached = sum(point[first : first + len(levels)])
        return Delivery(levels[reached - 1].amount, levels[reached - 1].share) if reached else NOTHING


def formulate(scenario: Scenario, rules: tuple[Rule, ...] | None = None) -> Formulation:
    """The program of a scenario, under its own rules or under some of them only."""
    levels = scenario.plan.levels
    starts = accumulate((len(of_output) for of_output in levels), initial=0)
    columns = LevelColumns(levels, tuple(starts)[:-1])
    labels = (
        Column(f"u[{output.id},{l}]")
        for output, of_output in zip(scenario.plan.outputs, levels, strict=True)
        for l in range(1, len(of_output) + 1)
    )
    rows = tuple(row.reduced() for rule in (scenario.rules if rules is None else rules) for row in rule.rows(columns))
    program = Program(tuple(labels), rows)
    value, coarse = _fitting(_value(scenario, columns), program)
    goals = (value, _spend(columns), _partial(columns))
    identical = tuple(_identical(scenario, columns, program, value))
    order = [row for group in identical for pair in pairwise(group) for row in _in_order(scenario, columns, *pair)]
    return Formulation(program.with_rows(order), columns, goals, coarse, identical)


def _value(scenario: Scenario, columns: LevelColumns) -> Goal:
    values = integer_values(scenario.plan, scenario.objective).of
    increments = (
        (columns.at_least(i, l), value - below)
        for i, of_output in enumerate(values)
        for l, (below, value) in enumerate(pairwise((0, *of_output)), start=1)
    )
    return Goal("value", True, tuple((column, increment) for column, increment in increments if increment))


def _fitting(goal: Goal, program: Program) -> tuple[Goal, bool]:
    """The goal, divided and rounded where its sum is too large for doubles; and whether it was."""
    factor = 1 + program.reach(goal.terms) // LARGEST_SUM
    if factor == 1:
        return goal, False
    return replace(goal, terms=tuple((column, c // factor) for column, c in goal.terms if c // factor), unit=factor), True


def _spend(columns: LevelColumns) -> Goal:
    return Goal("spend", False, tuple(term for i in range(len(columns.levels)) for term in columns.amount(i))).reduced()


def _partial(columns: LevelColumns) -> Goal:
    """Outputs funded at a level below 100 per cent: funded, less delivered in full."""
    terms: list[tuple[int, int]] = []
    for i in range(len(columns.levels)):
        full = columns.delivered(i, 100)
        if full != columns.funded(i):
            terms.append((columns.funded(i), 1))
            terms += [] if full is None else [(full, -1)]
    return Goal("partial deliveries", False, tuple(terms))


def _identical(scenario: Scenario, columns: LevelColumns, program: Program, value: Goal) -> Iterator[tuple[int, ...]]:
    """Groups of outputs with equal keys whose swapping leaves the whole program unchanged."""
    by_key: dict[str, list[int]] = {}
    for i, key in enumerate(scenario.keys):
        by_key.setdefault(key, []).append(i)
    candidates = {i for group in by_key.values() if len(group) > 1 for i in group}
    if not candidates:
        return
    owner = {columns.at_least(i, l): i for i in candidates for l in range(1, len(columns.levels[i]) + 1)}
    rows_of: dict[int, list[Row]] = {i: [] for i in candidates}
    for row in (*program.rows, Row("value", value.terms)):
        for i in {owner[j] for j, _ in row.terms if j in owner}:
            rows_of[i].append(row)
    for group in by_key.values():
        alike: list[list[int]] = []
        for i in sorted(group, key=lambda i: scenario.plan.outputs[i].id):
            home = next((a for a in alike if _swappable(columns, rows_of, a[0], i)), None)
            if home is None:
                alike.append([i])
            else:
                home.append(i)
        yield from (tuple(a) for a in alike if len(a) > 1)


def _swappable(columns: LevelColumns, rows_of: dict[int, list[Row]], a: int, b: int) -> bool:
    if [(l.amount, l.share) for l in columns.levels[a]] != [(l.amount, l.share) for l in columns.levels[b]]:
        return False
    swap = {}
    for l in range(1, len(columns.levels[a]) + 1):
        swap[columns.at_least(a, l)] = columns.at_least(b, l)
        swap[columns.at_least(b, l)] = columns.at_least(a, l)
    touched = {id(row): row for i in (a, b) for row in rows_of[i]}.values()
    before = Counter((frozenset(row.terms), row.lower, row.upper) for row in touched)
    after = Counter((frozenset((swap.get(j, j), c) for j, c in row.terms), row.lower, row.upper) for row in touched)
    return before == after


def _in_order(scenario: Scenario, columns: LevelColumns, a: int, b: int) -> Iterator[Row]:
    names = f"{scenario.plan.outputs[a].id},{scenario.plan.outputs[b].id}"
    for l in range(1, len(columns.levels[a]) + 1):
        yield Row(f"identical[{names}].{l}", ((columns.at_least(a, l), 1), (columns.at_least(b, l), -1)), lower=0)
