"""From a scenario to a program, and from a point of the program back to an allocation (docs/model.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.objectives import integer_values, value_stages
from optimizer.program import Column, Goal, Point, Program, Row
from optimizer.rules import LevelColumns, Separated, Separator
from optimizer.scenario import Scenario

LARGEST_SUM = 2**50


@dataclass(frozen=True)
class Formulation:
    """A scenario as a program.

    `goals` are in lexicographic order: `values` (one, or one a tier), least spend, fewest partial deliveries, and least delay
    where outputs may begin later. `coarse` says that values had to be rounded to fit the solver's doubles: then they are not
    proved. `separators` find the rows that are too many to write down. `identical` are groups of outputs (positions, in order of
    id) that the program cannot tell apart; it funds the earlier ones first.
    """

    program: Program
    columns: LevelColumns
    values: tuple[Goal, ...]
    goals: tuple[Goal, ...]
    coarse: bool
    separators: tuple[Separator, ...]
    identical: tuple[tuple[int, ...], ...]

    def point(self, allocation: Allocation) -> Point:
        """The point that says what an allocation does, outputs alike in order. Raises ValueError for what is no level."""
        point, deliveries = [0] * len(self.program.columns), list(allocation)
        for group in self.identical:
            in_order = sorted((deliveries[i] for i in group), key=lambda delivery: -delivery.share)
            for i, delivery in zip(group, in_order, strict=True):
                deliveries[i] = delivery
        for i, delivery in enumerate(deliveries):
            if not delivery.funded:
                continue
            amounts = [(level.amount, level.share) for level in self.columns.levels[i]]
            depth = amounts.index((delivery.amount, delivery.share)) + 1
            for l in range(1, depth + 1):
                point[self.columns.at_least(i, l)] = 1
                for s, variant in enumerate(self.columns.variants[i]):
                    if s and variant.start == delivery.start:
                        point[self.columns.starting(i, s, l)] = 1
        return tuple(point)

    def allocation(self, point: Point) -> Allocation:
        """What a point says: the highest level whose column, and every column below it, is 1."""
        return Allocation(tuple(self._delivery(i, point) for i in range(len(self.columns.levels))))

    def _delivery(self, i: int, point: Point) -> Delivery:
        levels, first = self.columns.levels[i], self.columns.first[i]
        reached = sum(point[first : first + len(levels)])
        if not reached:
            return NOTHING
        late = zip(self.columns.variants[i][1:], self.columns.late[i], strict=True)
        start = next((variant.start for variant, column in late if point[column]), None)
        return Delivery(levels[reached - 1].amount, levels[reached - 1].share, start)


def formulate(scenario: Scenario, ordered: bool = True) -> Formulation:
    """The program of a scenario. Unless `ordered`, outputs that it cannot tell apart are left in any order."""
    columns = LevelColumns.of(scenario.plan)
    rows = tuple(row.reduced() for rule in scenario.rules for row in rule.rows(columns))
    program = Program(tuple(map(Column, columns.labels(scenario.plan))), rows)
    fitted = [fitting(goal, program) for goal in value_goals(scenario, columns)]
    values = tuple(goal for goal, _ in fitted)
    goals = (*values, *thrifty([columns]))
    identical = tuple(_identical(scenario, columns, program, values)) if ordered else ()
    order = [row for group in identical for pair in pairwise(group) for row in _in_order(scenario, columns, *pair)]
    separators = tuple(rule.separator(columns) for rule in scenario.rules if isinstance(rule, Separated))
    coarse = any(rounded for _, rounded in fitted)
    return Formulation(program.with_rows(order), columns, values, goals, coarse, separators, identical)


def thrifty(parts: Sequence[LevelColumns]) -> Iterator[Goal]:
    """What comes after the values, added up over the parts of a program: spend, partial deliveries, delay if there can be any."""
    yield _joined("spend", [columns.amount(i) for columns in parts for i in range(len(columns.levels))]).reduced()
    yield _joined("partial deliveries", [_partial(columns, i) for columns in parts for i in range(len(columns.levels))])
    delay = _joined("delay", map(_delay, parts))
    if delay.terms:
        yield delay


def _joined(name: str, terms: Iterable[Iterable[tuple[int, int]]]) -> Goal:
    return Goal(name, False, tuple(term for some in terms for term in some))


def value_goals(scenario: Scenario, columns: LevelColumns) -> Iterator[Goal]:
    """The values of a scenario in whole numbers, one stage after the other."""
    values = integer_values(scenario.plan, scenario.objective).of
    for name, outputs in value_stages(scenario.plan, scenario.objective):
        increments = (
            (columns.at_least(i, l), value - below)
            for i in outputs
            for l, (below, value) in enumerate(pairwise((0, *values[i])), start=1)
        )
        yield Goal(name, True, tuple((column, increment) for column, increment in increments if increment))


def _delay(columns: LevelColumns) -> Iterator[tuple[int, int]]:
    """By how many periods outputs begin later than planned."""
    for i, variants in enumerate(columns.variants):
        for s, variant in enumerate(variants):
            if s:
                yield columns.starting(i, s, 1), variant.start - variants[0].start


def fitting(goal: Goal, program: Program) -> tuple[Goal, bool]:
    """The goal, divided and rounded where its sum is too large for doubles; and whether it was."""
    factor = 1 + program.reach(goal.terms) // LARGEST_SUM
    if factor == 1:
        return goal, False
    return replace(goal, terms=tuple((column, c // factor) for column, c in goal.terms if c // factor), unit=factor), True


def _partial(columns: LevelColumns, i: int) -> Iterator[tuple[int, int]]:
    """1 for an output funded at a level below 100 per cent: funded, less delivered in full."""
    full = columns.delivered(i, 100)
    if full != columns.funded(i):
        yield columns.funded(i), 1
        if full is not None:
            yield full, -1


def _identical(
    scenario: Scenario, columns: LevelColumns, program: Program, values: tuple[Goal, ...]
) -> Iterator[tuple[int, ...]]:
    """Groups of outputs with equal keys whose swapping leaves the whole program unchanged."""
    by_key: dict[str, list[int]] = {}
    for i, key in enumerate(scenario.keys):
        by_key.setdefault(key, []).append(i)
    candidates = {i for group in by_key.values() if len(group) > 1 for i in group}
    if not candidates:
        return
    owner = {j: i for i in candidates for j in columns.of_output(i)}
    rows_of: dict[int, list[Row]] = {i: [] for i in candidates}
    for row in (*program.rows, *(Row(goal.name, goal.terms) for goal in values)):
        for i in {owner[j] for j, _ in row.terms if j in owner}:
            rows_of[i].append(row)
    for group in by_key.values():
        alike: list[list[int]] = []
        for i in sorted(group, key=lambda i: scenario.plan.outputs[i].id):
            home = next((a for a in alike if _paid_alike(scenario, a[0], i) and _swappable(columns, rows_of, a[0], i)), None)
            if home is None:
                alike.append([i])
            else:
                home.append(i)
        yield from (tuple(a) for a in alike if len(a) > 1)


def _paid_alike(scenario: Scenario, a: int, b: int) -> bool:
    """Whether two outputs need the same money at the same times from the same funds."""
    plan = scenario.plan
    return (plan.variants[a], plan.payers[a]) == (plan.variants[b], plan.payers[b])


def _swappable(columns: LevelColumns, rows_of: dict[int, list[Row]], a: int, b: int) -> bool:
    if [(l.amount, l.share) for l in columns.levels[a]] != [(l.amount, l.share) for l in columns.levels[b]]:
        return False
    swap: dict[int, int] = {}
    for of_a, of_b in zip(columns.of_output(a), columns.of_output(b), strict=True):
        swap |= {of_a: of_b, of_b: of_a}
    touched = {id(row): row for i in (a, b) for row in rows_of[i]}.values()
    before = Counter((frozenset(row.terms), row.lower, row.upper) for row in touched)
    after = Counter((frozenset((swap.get(j, j), c) for j, c in row.terms), row.lower, row.upper) for row in touched)
    return before == after


def _in_order(scenario: Scenario, columns: LevelColumns, a: int, b: int) -> Iterator[Row]:
    names = f"{scenario.plan.outputs[a].id},{scenario.plan.outputs[b].id}"
    for l in range(1, len(columns.levels[a]) + 1):
        yield Row(f"identical[{names}].{l}", ((columns.at_least(a, l), 1), (columns.at_least(b, l), -1)), lower=0)
