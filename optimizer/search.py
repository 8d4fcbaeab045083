"""A search for the best points of one scenario: stage after stage, each exact, audited, and kept as a row for the next."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from optimizer import cpsat, solver
from optimizer.allocation import Allocation
from optimizer.audit import audit
from optimizer.bounding import tightened
from optimizer.formulate import Formulation
from optimizer.program import Goal, Point, Program, Row, Termination, cut_off
from optimizer.result import Stage
from optimizer.scenario import Scenario
from optimizer.solver import SolverFault

MOST_CUTS = 50  # points that the solver may offer and the audit refuse, before the solver is not believed any more
MOST_ROUNDS = 40  # of rows found by the relaxation before a stage is solved
SLICES = (0.15, 0.7)  # of the time left, for solves whose points may break rows not written down yet; then all of it

ANY = Goal("any allocation", False, ())
BY_BOUND, BY_PROGRAMME, BY_SOLVER = "exact bound", "dynamic programme", "same solver, other settings"
BY_ANOTHER = "CP-SAT, another solver, in whole numbers"
LONGEST_OTHER = 20.0  # seconds for a question to it
BY_PROGRAMME_ALONE = "dynamic programme alone, the solver was stopped"


@dataclass
class Search:
    """`program` shrinks and `point` improves as stages are solved; `point` always passes the audit.

    `cuts` counts points that the audit refused; `found` are rows of the separators, which hold in every stage. A stage in which
    the solver called best what is not stays in the record.
    """

    scenario: Scenario
    formulation: Formulation
    seconds: float
    program: Program = field(init=False)
    point: Point | None = None
    told: float = field(init=False)
    stages: list[Stage] = field(default_factory=list)
    found: list[Row] = field(default_factory=list)
    cuts: int = 0

    def __post_init__(self) -> None:
        self.program = self.formulation.program
        self.told = time.monotonic()  # up to here time is in the record
        self.deadline = self.told + self.seconds

    @property
    def whole(self) -> Program:
        """The program with the rows that were found on the way."""
        return self.program.with_rows(self.found)

    def stage(self, goal: Goal) -> Termination:
        """Solve for one more goal. On OPTIMAL its value is kept from here on and columns that it settles are fixed."""
        columns = self.program.columns
        reach = sum(abs(c) * (columns[j].upper - columns[j].lower) for j, c in goal.terms)
        self._strengthen(goal)
        solution, point = self._solve(goal)
        if point is None:
            self._record(goal, solution.termination, 0, 0, solution.open_columns, reach)
            return solution.termination
        self.point = point
        value = goal.value(point)
        bound = self.program.best(goal) if solution.bound is None else solution.bound
        bound = bound if goal.maximise else max(bound, 0)  # money, counts and delays are never less than nothing
        proved = solution.termination is Termination.OPTIMAL and bound == value
        reached = Termination.OPTIMAL if proved else Termination.FEASIBLE
        self._record(goal, reached, value, bound, solution.open_columns, reach)
        if proved:
            self.keep(goal, value)
            self.tell_time()
        return reached

    def stage_twice(self, goal: Goal) -> Termination:
        """The same, and a second opinion: better than what was reached is asked for, until nothing better is found."""
        termination = self.stage(goal)
        while termination is Termination.OPTIMAL:
            confirmed = self.challenge(goal)
            self.tell_time()
            if confirmed is not None:
                self.stages[-1] = replace(self.stages[-1], confirmed=confirmed)
                break
            termination = self.stage(goal)
        return termination

    def breached(self, allocation: Allocation) -> bool:
        """Whether the audit finds a rule that the allocation does not respect."""
        return bool(audit(self.scenario, allocation).breaches)

    def accept(self, goal: Goal, value: int, by: str) -> None:
        """Keep a goal at a value that something else than the solver has proved best."""
        if not self.stages or (self.stages[-1].name, self.stages[-1].value) != (goal.name, value):
            self._record(goal, Termination.OPTIMAL, value, value, 0, 0)
        self.stages[-1] = replace(self.stages[-1], termination=Termination.OPTIMAL, bound=value, confirmed=by)
        self.keep(goal, value)

    def restart(self, point: Point) -> None:
        """Forget what was kept and go on from another point. Raises SolverFault when it breaks a rule."""
        self.program, self.point = self.formulation.program, point
        if self._refused(point, self.program):
            raise SolverFault("the allocation of the dynamic programme breaks a rule")

    def find(self) -> Termination:
        """A point of the program as it is now; the one at hand if it still is one."""
        if self.point is not None and self.program.violated(self.point):
            self.point = None
        if self.point is None:
            solution, self.point = self._solve(ANY)
            return solution.termination
        return Termination.OPTIMAL

    def keep(self, goal: Goal, value: int) -> None:
        """From here on the goal is at `value` or better; the exact bound fixes what that settles."""
        self.program = (self._at_least(goal, value) or self.program).with_rows([goal.kept(value)])

    def fix(self, columns: dict[int, int]) -> None:
        self.program = self.program.with_bounds({j: (value, value) for j, value in columns.items()})

    def require(self, rows: list[Row]) -> None:
        self.program = self.program.with_rows(rows)

    def farthest(self, goal: Goal) -> tuple[Termination, Point | None]:
        """The best audited point for a goal, leaving the search as it is."""
        solution, point = self._solve(goal)
        return solution.termination, point

    def beyond(self, rows: list[Row]) -> tuple[Termination, Point | None]:
        """An audited point that also respects some further rows, leaving the search as it is."""
        program, point = self.program, self.point
        self.program = program.with_rows(rows)
        if point is not None and self.program.violated(point):
            self.point = None
        try:
            solution, reached = self._solve(ANY)
        finally:
            self.program, self.point = program, point
        return solution.termination, reached

    def _at_least(self, goal: Goal, value: int) -> Program | None:
        """The program with the bounds that follow from the goal being at `value` or better; None where that is impossible."""
        compact = self.whole.compact()
        terms, settled = compact.goal(goal)
        if not terms:
            return self.program if goal.kept(value).admits(settled) else None
        small = Goal(goal.name, goal.maximise, terms)
        tight = tightened(compact.program, small, solver.prices(compact.program, small), value - settled)
        if tight is None:
            return None
        columns = zip(compact.columns, tight.columns, strict=True)
        return self.program.with_bounds({j: (c.lower, c.upper) for j, c in columns})

    def challenge(self, goal: Goal) -> str | None:
        """What confirms that nothing is better, empty when nothing does; None when something was better, now the point."""
        assert self.point is not None
        better = goal.value(self.point) + (1 if goal.maximise else -1)
        program = self._at_least(goal, better)
        if program is None:
            return BY_BOUND
        program = program.with_rows([goal.kept(better)])
        another = self._worth_another(goal)
        while self.cuts < MOST_CUTS:
            left = max(self.deadline - time.monotonic(), 0.0)
            asked = program.with_rows(self.found)
            solution = cpsat.find(asked, min(left, LONGEST_OTHER)) if another else None
            if solution is None or solution.termination is Termination.NO_SOLUTION:
                solution, another = solver.solve(asked, ANY, left, second_opinion=True), False
            if solution.point is None:
                by = BY_ANOTHER if another else BY_SOLVER
                return by if solution.termination is Termination.INFEASIBLE else ""
            if not self._refused(solution.point, program):
                self.point = solution.point
                return None
            program = program.with_rows(self._cut(solution.point))
        return ""

    def _worth_another(self, goal: Goal) -> bool:
        """Whether another solver is asked too: about what the objective compares, where there is one."""
        return goal in self.formulation.values and bool(cpsat.name())

    def tell_time(self) -> None:
        """Put the time that has passed since the record was told of any to the last stage."""
        passed, self.told = time.monotonic() - self.told, time.monotonic()
        if self.stages:
            self.stages[-1] = replace(self.stages[-1], seconds=self.stages[-1].seconds + passed)

    def _record(self, goal: Goal, termination: Termination, value: int, bound: int, open_columns: int, reach: int) -> None:
        self.stages.append(Stage(goal.name, goal.sense, termination, value, bound, open_columns, reach, 0.0))
        self.tell_time()

    def _solve(self, goal: Goal) -> tuple[solver.Solution, Point | None]:
        """Solve and audit; a point that the audit refuses is cut off and the rest solved again."""
        bound: int | None = None
        slices = list(SLICES) if self.formulation.separators else []
        while self.cuts < MOST_CUTS:
            left = self.deadline - time.monotonic()
            share = slices.pop(0) if slices else 1.0
            solution = self._confirmed(goal, left * share)
            if solution.bound is not None:  # with rows missing it is a bound all the same
                known = [solution.bound] if bound is None else [solution.bound, bound]
                bound = min(known) if goal.maximise else max(known)
            if solution.point is not None and self._refused(solution.point, self.program):
                self.program = self.program.with_rows(self._cut(solution.point))
                continue
            if solution.termination in (Termination.FEASIBLE, Termination.NO_SOLUTION) and share < 1 and left > share:
                self.point = solution.point or self.point
                continue
            self._not_worse(goal, solution)
            return replace(solution, bound=bound), solution.point
        raise SolverFault(f"the audit refused {MOST_CUTS} points of the solver")

    def _strengthen(self, goal: Goal) -> None:
        """Rows that the relaxation shows to be missing, round after round, before whole numbers are asked for."""
        for _ in range(MOST_ROUNDS if self.formulation.separators else 0):
            point = solver.relaxed(self.whole, goal)
            if point is None or not self._missing(point) or time.monotonic() > self.deadline:
                return

    def _missing(self, point: Sequence[float]) -> bool:
        """Whether separators know rows, not written down yet, that a point does not respect; they are from now on."""
        known = {row.label for row in (*self.formulation.program.rows, *self.found)}
        rows = [row.reduced() for separator in self.formulation.separators for row in separator.violated(point)]
        new = [row for row in rows if row.label not in known]
        self.found += new
        return bool(new)

    def _confirmed(self, goal: Goal, left: float) -> solver.Solution:
        """A solve; "infeasible" is believed when a second opinion agrees, and never against a known point."""
        if left <= 0:
            return solver.Solution(Termination.FEASIBLE if self.point else Termination.NO_SOLUTION, self.point, None, 0, 0.0)
        solution = solver.solve(self.whole, goal, left, self.point)
        if solution.termination in (Termination.INFEASIBLE, Termination.NO_SOLUTION):  # presolve may end in an error
            left = min(left, max(self.deadline - time.monotonic(), 1.0))
            solution = solver.solve(self.whole, goal, left, self.point, second_opinion=True)
            if solution.termination is Termination.INFEASIBLE and self.point is not None:
                raise SolverFault(f"the solver finds no point for {goal.name} although one is known")
            if solution.termination is Termination.INFEASIBLE and self._worth_another(goal):
                found = cpsat.find(self.whole, min(left, LONGEST_OTHER)).point
                if found is not None and not self.whole.violated(found):
                    raise SolverFault("the solver finds no allocation where CP-SAT has one")
        if solution.termination is Termination.NO_SOLUTION and self.point is not None:
            return replace(solution, termination=Termination.FEASIBLE, point=self.point)
        return solution

    def _refused(self, point: Point, program: Program) -> bool:
        return bool(program.violated(point)) or self.breached(self.formulation.allocation(point))

    def _cut(self, point: Point) -> list[Row]:
        """What excludes a refused point: rows of the separators, which are kept as found, else a row of its own."""
        if self._missing(point):
            return []
        self.cuts += 1
        return [cut_off(self.program, point, f"refused {self.cuts}")]

    def _not_worse(self, goal: Goal, solution: solver.Solution) -> None:
        """Raises SolverFault when the solver calls best what is worse than a known point."""
        if self.point is None or solution.point is None or solution.termination is not Termination.OPTIMAL:
            return
        known, found = goal.value(self.point), goal.value(solution.point)
        if (found < known) if goal.maximise else (found > known):
            raise SolverFault(f"the solver calls {found} the best {goal.name} although {known} is known")
