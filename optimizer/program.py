"""A mixed-integer linear program as data: labelled columns and rows in exact integers, and goals over them.

Knows neither plans nor solvers; anyone can read its text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

EXACT = 2**53  # beyond this a double no longer holds every whole number
Terms = tuple[tuple[int, int], ...]  # (column, coefficient)
Point = tuple[int, ...]  # one whole number a column


class Termination(StrEnum):
    """Why solving ended."""

    OPTIMAL = "optimal"  # no allocation that respects the rules is better
    FEASIBLE = "best found"  # a limit was reached; an allocation is there, a better one may exist
    INFEASIBLE = "no allocation satisfies the rules"
    NO_SOLUTION = "stopped without an allocation"  # a limit was reached; nothing can be said


@dataclass(frozen=True, slots=True)
class Column:
    """A decision in whole numbers, lower <= x <= upper."""

    label: str
    lower: int = 0
    upper: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """lower <= sum of coefficient * column <= upper, in exact integers; None where there is no limit on that side."""

    label: str
    terms: Terms
    lower: int | None = None
    upper: int | None = None

    def reduced(self) -> Row:
        """The same row for whole numbers, divided by the greatest common divisor of its coefficients: small and tight."""
        divisor = math.gcd(*(coefficient for _, coefficient in self.terms))
        if divisor <= 1:
            return self
        return Row(
            self.label,
            tuple((column, coefficient // divisor) for column, coefficient in self.terms),
            None if self.lower is None else -(-self.lower // divisor),
            None if self.upper is None else self.upper // divisor,
        )

    def admits(self, activity: int) -> bool:
        return (self.lower is None or activity >= self.lower) and (self.upper is None or activity <= self.upper)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a stage maximises or minimises, in whole numbers."""

    name: str
    maximise: bool
    terms: Terms
    unit: int = 1  # what 1 of the goal is worth in what it measures

    @property
    def sense(self) -> str:
        return "maximise" if self.maximise else "minimise"

    def value(self, point: Point) -> int:
        return activity(self.terms, point)

    def kept(self, value: int) -> Row:
        """The row that keeps the goal at `value` or better."""
        return Row(f"keep {self.name}", self.terms, *((value, None) if self.maximise else (None, value))).reduced()

    def reduced(self) -> Goal:
        """The same goal divided by the greatest common divisor of its coefficients."""
        divisor = math.gcd(*(coefficient for _, coefficient in self.terms)) or 1
        terms = tuple((column, coefficient // divisor) for column, coefficient in self.terms if coefficient)
        return replace(self, terms=terms, unit=self.unit * divisor)


@dataclass(frozen=True)
class Program:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def with_rows(self, rows: Iterable[Row]) -> Program:
        return replace(self, rows=(*self.rows, *rows))

    def with_bounds(self, bounds: Mapping[int, tuple[int, int]]) -> Program:
        """The program with the bounds of some columns replaced."""
        return replace(
            self,
            columns=tuple(
                replace(column, lower=bounds[j][0], upper=bounds[j][1]) if j in bounds else column
                for j, column in enumerate(self.columns)
            ),
        )

    @property
    def open_columns(self) -> tuple[int, ...]:
        """The columns that are not fixed by their bounds."""
        return tuple(j for j, column in enumerate(self.columns) if column.lower < column.upper)

    def reach(self, terms: Terms) -> int:
        """The largest absolute value that a sum over the columns could take."""
        farthest = self._farthest
        return sum([abs(a) * farthest[j] for j, a in terms])

    @cached_property
    def _farthest(self) -> tuple[int, ...]:
        """The largest absolute value of each column."""
        return tuple(max(abs(column.lower), abs(column.upper)) for column in self.columns)

    def best(self, goal: Goal) -> int:
        """What the goal could come to by the bounds of the columns alone."""
        pick = max if goal.maximise else min
        return sum(pick(a * self.columns[j].lower, a * self.columns[j].upper) for j, a in goal.terms)

    def violated(self, point: Point) -> tuple[str, ...]:
        """Labels of the rows and columns that `point` does not respect, in exact integers."""
        outside = [c.label for c, x in zip(self.columns, point, strict=True) if not c.lower <= x <= c.upper]
        return (*outside, *(row.label for row in self.rows if not row.admits(activity(row.terms, point))))

    def compact(self) -> Compact:
        """The part that is still to be decided: fixed columns are substituted, rows that cannot be violated are left out."""
        position = {j: k for k, j in enumerate(self.open_columns)}
        bounds = [(column.lower, column.upper) for column in self.columns]
        rows = []
        for row in self.rows:
            least = most = 0  # what all columns can come to, the fixed ones among them
            for j, a in row.terms:
                below, above = bounds[j] if a > 0 else bounds[j][::-1]
                least += a * below
                most += a * above
            lower = None if row.lower is None or row.lower <= least else row.lower
            upper = None if row.upper is None or row.upper >= most else row.upper
            if lower is None and upper is None:
                continue
            settled = sum([a * bounds[j][0] for j, a in row.terms if j not in position])
            terms = tuple([(position[j], a) for j, a in row.terms if j in position])
            limits = (None if limit is None else limit - settled for limit in (lower, upper))
            rows.append(Row(row.label, terms, *limits).reduced())
        return Compact(self, tuple(position), Program(tuple(self.columns[j] for j in position), tuple(rows)))

    def text(self, goal: Goal) -> str:
        """The program to read: one line a row, in the order of the model."""
        lines = [f"{goal.sense} {goal.name}: {self._sum(goal.terms)}"]
        for row in self.rows:
            below = "" if row.lower is None else f"{row.lower} <= "
            above = "" if row.upper is None else f" <= {row.upper}"
            lines.append(f"{row.label}: {below}{self._sum(row.terms)}{above}")
        lines += [f"{column.lower} <= {column.label} <= {column.upper}" for column in self.columns]
        return "\n".join(lines) + "\n"

    def _sum(self, terms: Terms) -> str:
        return " + ".join(f"{a} {self.columns[j].label}" if a != 1 else self.columns[j].label for j, a in terms).replace(
            "+ -", "- "
        )


@dataclass(frozen=True)
class Compact:
    """A smaller program with the same solutions, and the way back to the points of the original."""

    original: Program
    columns: tuple[int, ...]
    program: Program

    def goal(self, goal: Goal) -> tuple[Terms, int]:
        """The goal over the open columns, and what the fixed ones contribute to it."""
        position = {j: k for k, j in enumerate(self.columns)}
        settled = sum(a * self.original.columns[j].lower for j, a in goal.terms if j not in position)
        return tuple((position[j], a) for j, a in goal.terms if j in position), settled

    def expand(self, point: Point) -> Point:
        full = [column.lower for column in self.original.columns]
        for j, x in zip(self.columns, point, strict=True):
            full[j] = x
        return tuple(full)

    def shrink(self, point: Point) -> Point:
        return tuple(point[j] for j in self.columns)


def activity(terms: Terms, point: Point) -> int:
    return sum(coefficient * point[column] for column, coefficient in terms)


def cut_off(program: Program, point: Point, label: str) -> Row:
    """The row that excludes one point of a program of 0/1 columns and nothing else."""
    terms = tuple((j, -1 if point[j] else 1) for j in program.open_columns)
    return Row(label, terms, lower=1 - sum(point[j] for j in program.open_columns))
