"""The CBC bundled with PuLP as a second opinion: never used by the optimizer, wrong now and then, and so a witness to weigh."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import pulp
import pytest

from optimizer.program import Goal, Point, Program


def _command() -> pulp.LpSolver:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PuLP announces that it will not ship CBC for ever
        return pulp.PULP_CBC_CMD(msg=False, gapRel=0)


AVAILABLE = hasattr(pulp, "PULP_CBC_CMD") and _command().available()
needed = pytest.mark.skipif(not AVAILABLE, reason="this PuLP ships no CBC")


@dataclass(frozen=True)
class Answer:
    """What CBC says: its status in PuLP's word, and its point rounded, None unless it says Optimal."""

    status: str
    point: Point | None


def ask(program: Program, goal: Goal) -> Answer:
    """Its answer; with columns named x0, x1, x10, ... because PuLP orders them by name and CBC's faults depend on the order."""
    problem = pulp.LpProblem("second", pulp.LpMaximize if goal.maximise else pulp.LpMinimize)
    variables = [problem.add_variable(f"x{k}", c.lower, c.upper, pulp.LpInteger) for k, c in enumerate(program.columns)]
    problem.setObjective(pulp.LpAffineExpression([(variables[j], c) for j, c in goal.terms]))
    for r, row in enumerate(program.rows):
        expression = [(variables[j], c) for j, c in row.terms]
        for letter, sense, side in (("l", pulp.LpConstraintGE, row.lower), ("u", pulp.LpConstraintLE, row.upper)):
            if side is not None:
                left = pulp.LpAffineExpression(expression)
                problem.addConstraint(pulp.LpConstraint(left, sense, f"r{r:05d}{letter}", side))
    problem.solve(_command())
    status = pulp.LpStatus[problem.status]
    values = [variable.varValue for variable in variables]
    if status != "Optimal":
        return Answer(status, None)
    pairs = zip(values, program.columns, strict=True)
    return Answer(status, tuple(column.lower if value is None else round(value) for value, column in pairs))


def budget_first(program: Program) -> Program:
    """The order of rows in which the false optimum below disappears."""
    return replace(program, rows=tuple(sorted(program.rows, key=lambda row: row.label != "budget")))
