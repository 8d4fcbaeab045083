"""The only module that knows a solver: a program and a goal in, a point and a bound out. PuLP builds, HiGHS solves.

Settings that matter (docs/model.md, Solving): both gaps 0, one thread, fixed seed, tolerances 1e-8 on rows that are brought to a
common size and widened by half a unit, which no whole-number point can use. What comes back is rounded to whole numbers and
nothing more is believed: values are recomputed and rows checked by the caller.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

import highspy
import numpy as np
import pulp

from optimizer.program import EXACT, Goal, Point, Program, Termination, Terms

LARGE = 1000  # rows with larger coefficients are widened
WHOLE = 1e-4  # how far from a whole number a returned decision may be

OPTIONS: dict[str, Any] = {
    "random_seed": 0,
    "mip_feasibility_tolerance": 1e-8,  # near its internal 1e-9 HiGHS loses points, calls worse ones optimal, and crashes
    "primal_feasibility_tolerance": 1e-8,
    "dual_feasibility_tolerance": 1e-8,
    "mip_heuristic_run_feasibility_jump": False,
}
SECOND_OPTIONS = OPTIONS | {
    "random_seed": 1,
    "presolve": "off",
    "mip_feasibility_tolerance": 1e-6,
    "primal_feasibility_tolerance": 1e-7,
    "dual_feasibility_tolerance": 1e-7,
}


class SolverFault(Exception):
    """The solver contradicted itself or returned what cannot be; nothing may be published (exit code 1)."""


@dataclass(frozen=True, slots=True)
class Solution:
    """`point` is None without an incumbent; `bound` is the best goal value that the solver could not rule out."""

    termination: Termination
    point: Point | None
    bound: int | None
    open_columns: int
    seconds: float


@cache
def name() -> str:
    """Solver and modelling library with their versions."""
    return f"HiGHS {version('highspy')} through PuLP {version('pulp')}"


def solve(program: Program, goal: Goal, seconds: float, start: Point | None = None, second_opinion: bool = False) -> Solution:
    """Solve to proof, or until `seconds` are over. `start` is a known point to begin from.

    A second opinion is asked with another seed, other tolerances and without presolve: HiGHS 1.15.1 has been seen to call a point
    optimal that is not, with one seed of six, and it takes another path then.

    Raises SolverFault for numbers that doubles do not hold and for decisions that are not whole.
    """
    began = time.monotonic()
    compact = program.compact()
    terms, settled = compact.goal(goal)
    small = compact.program
    if any(not row.terms for row in small.rows):  # a row without an open column that is not respected
        return Solution(Termination.INFEASIBLE, None, None, len(small.columns), 0.0)
    if not small.columns:
        return Solution(Termination.OPTIMAL, compact.expand(()), settled, 0, 0.0)
    _held_exactly(small.reach(terms))
    hint = compact.shrink(start) if start is not None else None
    problem, variables = _build(small, terms, goal.maximise, integer=True)
    run = _Highs(seconds, hint, SECOND_OPTIONS if second_opinion else OPTIONS)
    problem.solve(run)
    termination = _termination(problem)
    if termination in (Termination.INFEASIBLE, Termination.NO_SOLUTION):
        return Solution(termination, None, None, len(small.columns), time.monotonic() - began)
    point = compact.expand(tuple(_whole(v.varValue, c.lower) for v, c in zip(variables, small.columns, strict=True)))
    bound = settled + _bound(problem.solverModel.getInfo().mip_dual_bound / _scale(terms), goal.maximise)
    return Solution(termination, point, bound, len(small.columns), time.monotonic() - began)


def prices(program: Program, goal: Goal) -> tuple[float, ...]:
    """Dual values of the linear relaxation, one a row, for the goal as a minimisation; zeros where there are none."""
    problem, _ = _build(program, goal.terms, goal.maximise, integer=False)
    problem.solve(_Highs(60.0, None, {}, integer=False))
    found = dict.fromkeys(range(len(program.rows)), 0.0)
    if _termination(problem) is Termination.OPTIMAL:
        of_goal = _scale(goal.terms)
        for constraint in problem.constraints():
            row = int(constraint.name[1:-1])
            if math.isfinite(constraint.pi):
                found[row] += constraint.pi * _scale(program.rows[row].terms) / of_goal
    return tuple(found.values())


def relaxed(program: Program, goal: Goal) -> tuple[float, ...] | None:
    """The best point of the linear relaxation, one number a column; None where there is none."""
    compact = program.compact()
    terms, _ = compact.goal(goal)
    problem, variables = _build(compact.program, terms, goal.maximise, integer=False)
    problem.solve(_Highs(60.0, None, {}, integer=False))
    if _termination(problem) is not Termination.OPTIMAL:
        return None
    point = [float(column.lower) for column in program.columns]
    for j, variable in zip(compact.columns, variables, strict=True):
        point[j] = variable.varValue if variable.varValue is not None else point[j]
    return tuple(point)


def _build(program: Program, terms: Terms, maximise: bool, integer: bool) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """The PuLP problem, always a minimisation; row r becomes the constraints r<r>l and r<r>u.

    Goal and rows are brought to the size of `_scale`; a row with large coefficients is widened by half a unit, which admits no
    further whole-number point and keeps rounding from excluding any.
    """
    problem = _Problem("optimizer", pulp.LpMinimize)
    category = pulp.LpInteger if integer else pulp.LpContinuous
    variables = [problem.add_variable(_column_name(k), c.lower, c.upper, category) for k, c in enumerate(program.columns)]
    sign = -_scale(terms) if maximise else _scale(terms)
    problem.setObjective(_sum((variables[j], sign * c) for j, c in terms))
    for r, row in enumerate(program.rows):
        _held_exactly(program.reach(row.terms))
        largest = _largest(row.terms)
        scale, margin = _scaled(largest), 0.5 if largest > LARGE else 0.0
        expression = _sum((variables[j], c * scale) for j, c in row.terms)
        if row.lower is not None:
            problem.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintGE, f"r{r}l", (row.lower - margin) * scale))
        if row.upper is not None:
            problem.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintLE, f"r{r}u", (row.upper + margin) * scale))
    return problem, variables


def _sum(terms: Iterable[tuple[pulp.LpVariable, float]]) -> pulp.LpAffineExpression:
    """PuLP keeps only the last of several coefficients of one variable, without a word; and takes what is no number."""
    pairs = list(terms)
    expression = pulp.LpAffineExpression(pairs)
    if len(expression) < len(pairs):
        raise SolverFault("a column stands twice in one sum")
    if not all(map(math.isfinite, expression.values())):
        raise SolverFault("a coefficient is not a number")
    return expression


def _largest(terms: Terms) -> int:
    return max([abs(c) for _, c in terms], default=0)


def _scale(terms: Terms) -> float:
    """The power of two, exact in doubles, that brings coefficients to 2^20 at most: tolerances are absolute and money is not."""
    return _scaled(_largest(terms))


def _scaled(largest: int) -> float:
    return 2.0 ** -max(0, largest.bit_length() - 20)


def _column_name(k: int) -> str:
    """PuLP orders variables by name: this keeps the program's order."""
    return f"x{k:07d}"


def _held_exactly(reached: int) -> None:
    if not reached < EXACT:  # also where it is not a number
        raise SolverFault(f"a sum of the model can reach {reached:,}, more than a double holds exactly")


def _whole(value: float | None, lower: int) -> int:
    """A decision as a whole number; one that is in no row and no goal was never decided and stays at its lower bound."""
    if value is None:
        return lower
    if not math.isfinite(value) or abs(value - round(value)) > WHOLE:
        raise SolverFault(f"the solver returned {value!r} for a decision in whole numbers")
    return round(value)


def _bound(dual_bound: float, maximise: bool) -> int:
    """The solver's bound on its minimisation, as the best whole goal value that it leaves possible; safe side of 1e-6."""
    if not math.isfinite(dual_bound):
        return EXACT if maximise else -EXACT
    return math.floor(-dual_bound + 1e-6) if maximise else math.ceil(dual_bound - 1e-6)


def _termination(problem: pulp.LpProblem) -> Termination:
    """The one place that reads the solver's status; values are looked at only after it."""
    model = problem.solverModel
    status = model.getModelStatus()
    if status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
        return Termination.OPTIMAL
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Termination.INFEASIBLE
    if model.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        return Termination.FEASIBLE
    return Termination.NO_SOLUTION


class _Problem(pulp.LpProblem):  # type: ignore[misc]
    """A problem that is solved as it was built. PuLP would gather and sort its variables anew, three times a solve."""

    _gathered: list[pulp.LpVariable] | None = None

    def variables(self) -> list[pulp.LpVariable]:
        if self._gathered is None:
            self._gathered = super().variables()
        return self._gathered


class _Highs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS with the model passed as arrays, a start, and a stop that Ctrl-C and the clock can reach.

    PuLP adds columns and rows one by one, which costs more than the solve on large plans; HiGHS overruns its own limit on
    huge ones.
    """

    def __init__(self, seconds: float, start: Point | None, options: Mapping[str, Any], integer: bool = True) -> None:
        super().__init__(mip=integer, msg=False, gapAbs=0.0, gapRel=0.0, threads=1, timeLimit=max(seconds, 0.01), **options)
        self.seconds = seconds
        self.start = start

    def buildSolverModel(self, lp: pulp.LpProblem) -> None:  # noqa: N802 - PuLP's name
        variables = lp.variables()
        for k, variable in enumerate(variables):
            variable.index = k
        constraints = lp.constraints()
        for r, constraint in enumerate(constraints):
            constraint.index = r
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(variables), len(constraints)
        model.col_cost_ = np.array([lp.objective.get(v, 0.0) for v in variables], dtype=float)
        model.col_lower_ = np.array([v.lowBound for v in variables], dtype=float)
        model.col_upper_ = np.array([v.upBound for v in variables], dtype=float)
        model.row_lower_ = np.array([-np.inf if c.getLb() is None else c.getLb() for c in constraints], dtype=float)
        model.row_upper_ = np.array([np.inf if c.getUb() is None else c.getUb() for c in constraints], dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(c) for c in constraints)])
        model.a_matrix_.index_ = np.array([v.index for c in constraints for v in c], dtype=np.int32)
        model.a_matrix_.value_ = np.array([a for c in constraints for a in c.values()], dtype=float)
        if self.mip:
            model.integrality_ = [highspy.HighsVarType.kInteger] * len(variables)
        if lp.solverModel.passModel(model) == highspy.HighsStatus.kError:
            raise SolverFault("the solver refused the model")
        if self.start is not None:
            solution = highspy.HighsSolution()
            place = {_column_name(k): float(x) for k, x in enumerate(self.start)}
            solution.col_value = [place.get(v.name, 0.0) for v in variables]  # PuLP adds a variable to an empty goal
            lp.solverModel.setSolution(solution)

    def callSolver(self, lp: pulp.LpProblem) -> None:  # noqa: N802 - PuLP's name
        model = lp.solverModel
        model.HandleKeyboardInterrupt = True
        deadline = time.monotonic() + 1.2 * self.seconds + 1
        model.startSolve()
        try:
            while not model.wait(0.1)[0]:
                if time.monotonic() > deadline:
                    model.cancelSolve()
        except KeyboardInterrupt:
            model.cancelSolve()
            model.wait(5.0)
            raise
