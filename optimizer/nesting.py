"""Several scenarios of one plan as one program: each output's level in one is at most its level in the next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from optimizer.allocation import Allocation
from optimizer.audit import audit
from optimizer.bounding import implied
from optimizer.formulate import Formulation, fitting, thrifty, value_goals
from optimizer.objectives import integer_values
from optimizer.program import Column, Goal, Program, Row
from optimizer.rules import LevelColumns, Separated, Separator
from optimizer.scenario import Scenario


@dataclass(frozen=True)
class Nesting:
    """The scenarios side by side, as one formulation whose outputs are those of the first, then of the second, and so on.

    `units` is what 1 of each value goal is worth in the objective's measure, the weights counted in.
    """

    scenarios: tuple[Scenario, ...]
    parts: tuple[LevelColumns, ...]
    formulation: Formulation
    units: tuple[Fraction, ...]

    def split(self, allocation: Allocation) -> tuple[Allocation, ...]:
        """What each scenario is given by an allocation of them all."""
        size = len(self.parts[0].levels)
        deliveries = allocation.deliveries
        return tuple(Allocation(deliveries[size * t : size * (t + 1)]) for t in range(len(self.parts)))

    def breached(self, allocation: Allocation) -> bool:
        """Whether any scenario's share of an allocation breaks one of its rules."""
        pairs = zip(self.scenarios, self.split(allocation), strict=True)
        return any(audit(scenario, given).breaches for scenario, given in pairs)


def nest(scenarios: Sequence[Scenario], weights: Sequence[Fraction]) -> Nesting:
    """The program of all scenarios, from the least to the most; its value is the weighted sum of theirs.

    The chain u_il(t) <= u_il(t+1) has one row for each level and neighbours in the order, not for each pair of outputs. The
    scenarios have the same outputs, levels and stages of value.
    """
    parts = tuple(_side_by_side(scenarios))
    labelled = zip(scenarios, parts, strict=True)
    labels = (f"{label} at {t}" for t, (s, part) in enumerate(labelled, 1) for label in part.labels(s.plan))
    rows = [row for t, pair in enumerate(zip(scenarios, parts, strict=True), 1) for row in _rows(t, *pair)]
    program = implied(Program(tuple(map(Column, labels)), (*rows, *_chain(scenarios[0], parts))))
    added = [_weighted(goals, weights, scenarios) for goals in _stages(scenarios, parts)]
    fitted = [fitting(goal, program) for goal, _ in added]
    values = tuple(goal for goal, _ in fitted)
    formulation = Formulation(
        program,
        _together(parts),
        values,
        (*values, *thrifty(parts)),
        any(rounded for _, rounded in fitted),
        tuple(_separators(scenarios, parts)),
        (),
    )
    return Nesting(tuple(scenarios), parts, formulation, tuple(unit for _, unit in added))


def _side_by_side(scenarios: Sequence[Scenario]) -> Iterator[LevelColumns]:
    count = 0
    for scenario in scenarios:
        columns = LevelColumns.of(scenario.plan).after(count)
        yield columns
        count += sum(len(columns.of_output(i)) for i in range(len(columns.levels)))


def _together(parts: Sequence[LevelColumns]) -> LevelColumns:
    return LevelColumns(
        tuple(levels for part in parts for levels in part.levels),
        tuple(variants for part in parts for variants in part.variants),
        tuple(first for part in parts for first in part.first),
        tuple(late for part in parts for late in part.late),
    )


def _rows(t: int, scenario: Scenario, columns: LevelColumns) -> Iterator[Row]:
    for rule in scenario.rules:
        yield from (_at(t, row) for row in rule.rows(columns))


def _at(t: int, row: Row) -> Row:
    return replace(row.reduced(), label=f"{row.label} at {t}")


def _chain(scenario: Scenario, parts: Sequence[LevelColumns]) -> Iterator[Row]:
    for t, (lower, upper) in enumerate(pairwise(parts), start=1):
        for i, output in enumerate(scenario.plan.outputs):
            for l in range(1, len(lower.levels[i]) + 1):
                terms = ((lower.at_least(i, l), 1), (upper.at_least(i, l), -1))
                yield Row(f"nested[{output.id}].{l} at {t}", terms, upper=0)


def _stages(scenarios: Sequence[Scenario], parts: Sequence[LevelColumns]) -> Iterable[tuple[Goal, ...]]:
    """For each stage of value that of every scenario."""
    return zip(*(value_goals(*pair) for pair in zip(scenarios, parts, strict=True)), strict=True)


def _weighted(goals: Sequence[Goal], weights: Sequence[Fraction], scenarios: Sequence[Scenario]) -> tuple[Goal, Fraction]:
    """The weighted sum of goals in the smallest whole numbers, and what 1 of it is worth."""
    worth = [weight * integer_values(s.plan, s.objective).unit for weight, s in zip(weights, scenarios, strict=True)]
    exact = [(column, c * factor) for goal, factor in zip(goals, worth, strict=True) for column, c in goal.terms]
    denominator = math.lcm(*(value.denominator for _, value in exact))
    divisor = math.gcd(*(int(value * denominator) for _, value in exact)) or 1
    unit = Fraction(divisor, denominator)
    return replace(goals[0], terms=tuple((column, int(value / unit)) for column, value in exact)), unit


@dataclass(frozen=True, slots=True)
class _Placed:
    """The separator of one scenario: its rows are told apart from those of the others."""

    t: int
    separator: Separator

    def violated(self, point: Sequence[float]) -> Iterator[Row]:
        return (_at(self.t, row) for row in self.separator.violated(point))


def _separators(scenarios: Sequence[Scenario], parts: Sequence[LevelColumns]) -> Iterator[Separator]:
    for t, (scenario, columns) in enumerate(zip(scenarios, parts, strict=True), start=1):
        for rule in scenario.rules:
            if isinstance(rule, Separated):
                yield _Placed(t, rule.separator(columns))
