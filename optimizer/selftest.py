"""Can the solver on this machine be believed? Small models that solvers have answered wrongly, and a whole plan, enumerated.

Each goes through optimizer.solver like any question. What is asked and where it comes from is in the list of models; that a
solver passes proves nothing about other models, which is why every answer is confirmed and audited as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

from optimizer import solver
from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.audit import audit
from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Criterion, Limit, Link, Output, Plan, Status
from optimizer.program import EXACT, Column, Goal, Point, Program, Row, Termination
from optimizer.result import Result
from optimizer.scenario import Scenario, ScenarioSpec, derive
from optimizer.solver import SolverFault

SECONDS = 5.0  # a model; they take milliseconds
SMALL = 10  # columns of a model that takes milliseconds
ANY = Goal("any", False, ())


@dataclass(frozen=True)
class Model:
    """A model and its optimum, None where it has no solution; `told` says who got it wrong, and how."""

    name: str
    told: str
    program: Program
    goal: Goal
    best: int | None
    twice: bool = True  # whether the settings of the second opinion are tried too


@cache
def refuse_wrong_solver() -> None:
    """Once in a process, before its first question. Raises SolverFault for a solver that gets a small model wrong."""
    for doubt in solver_doubts(SMALL):
        raise SolverFault(f"the solver is refused: it fails its self-test, {doubt}; optimizer doctor says more")


def solver_doubts(columns: int = EXACT) -> Iterator[str]:
    """What the solver gets wrong, a sentence a model of so many columns at most; nothing where it can be believed."""
    for model in models():
        if len(model.program.columns) > columns:
            continue
        doubt = _doubt(model)
        if doubt:
            yield f"{model.name}: {doubt} ({model.told})"
    for name, coefficient in (("no number", float("nan")), ("too large for a double", 2 * EXACT)):
        if not _refuses(coefficient):
            yield f"a coefficient that is {name} is not refused (HiGHS then calls a broken row satisfied)"


def _doubt(model: Model) -> str:
    """Asked as the search asks: for the best, then with the settings of a second opinion for anything as good."""
    program, goal, best = model.program, model.goal, model.best
    try:
        first = solver.solve(program, goal, SECONDS)
        kept = program if best is None else program.with_rows([goal.kept(best)])
        second = solver.solve(kept, ANY, SECONDS, second_opinion=True) if model.twice else first
    except SolverFault as fault:
        return str(fault)
    if best is None:
        wrong = first.termination is not Termination.INFEASIBLE or second.termination is not Termination.INFEASIBLE
        return "an answer is found where there is none" if wrong else ""
    if Termination.INFEASIBLE in (first.termination, second.termination):
        return f"it is called impossible, where {best:,} is right"
    if first.termination is not Termination.OPTIMAL or first.point is None:
        return f"it ended with: {first.termination}"
    return _wrong(program, goal, best, first.point, first.bound)


def _wrong(program: Program, goal: Goal, best: int, point: Point, bound: int | None) -> str:
    broken = program.violated(point)
    if broken:
        return f"the answer breaks {broken[0]}"
    if goal.value(point) != best or bound != best:
        return f"the answer is {goal.value(point):,}, proved to {bound:,}, where {best:,} is right"
    return ""


def _refuses(coefficient: float) -> bool:
    rows = (Row("row", ((0, coefficient), (1, 1)), upper=1),)  # type: ignore[arg-type]
    program = Program((Column("x0"), Column("x1")), rows)
    try:
        solver.solve(program, Goal("sum", True, ((0, 1), (1, 1))), SECONDS)
    except (SolverFault, TypeError, ValueError):  # a program is in whole numbers: what is none does not get through
        return True
    return False


# 43 outputs that are all or nothing, five minima, one budget.
_COST = (
    123, 161, 96, 55, 82, 51, 130, 412, 79, 71, 192, 170, 136, 53, 120, 231, 37, 82, 22, 39, 24, 100, 39, 157, 142, 104, 13, 76,
    118, 137, 31, 80, 51, 60, 320, 60, 120, 273, 73, 112, 136, 131, 41,
)  # fmt: skip
_SCORE = (
    134, 129, 797, 499, 590, 601, 712, 29, 486, 148, 402, 928, 548, 71, 543, 130, 754, 948, 979, 622, 868, 369, 146, 511, 444,
    663, 994, 276, 855, 138, 348, 788, 248, 670, 459, 512, 941, 816, 839, 549, 982, 980, 135,
)  # fmt: skip
_FLOORS = (285, 282, 361, 185, 306)


def _forty_three() -> Model:
    count = len(_COST)
    floors = (Row(f"floor {k}", tuple((i, _COST[i]) for i in range(k, count, 5)), lower=least) for k, least in enumerate(_FLOORS))
    program = Program(tuple(Column(f"x{i}") for i in range(count)), (*floors, Row("budget", tuple(enumerate(_COST)), upper=1449)))
    told = "the CBC that PuLP brings calls 11,915 the best"
    return Model("43 outputs with five minima", told, program, Goal("score", True, tuple(enumerate(_SCORE))), 11_994, False)


def _one_unit_too_dear() -> Model:
    """The first five would be worth 450 together and cost one unit more than there is."""
    costs = (41_873_269, 30_418_204, 12_460_733, 48_391_956, 9_731_021, 27_182_819, 31_415_927)
    scores = (90, 90, 90, 90, 90, 30, 31)
    program = Program(
        tuple(Column(f"x{i}") for i in range(len(costs))), (Row("budget", tuple(enumerate(costs)), upper=sum(costs[:5]) - 1),)
    )
    told = "in whole units of money HiGHS with its own tolerances, SCIP and Gurobi take the set that is too dear"
    return Model("a set one unit over the budget", told, program, Goal("score", True, tuple(enumerate(scores))), 391)


def _last_digits() -> Model:
    """One decision, and a row so that it stays one."""
    amount = 123_456_789
    program = Program((Column("x", 0, 10**9), Column("y")), (Row("limit", ((0, 1), (1, 1)), upper=amount),))
    told = "the CBC that PuLP brings is read back as 123,456,790"
    return Model("all digits of an amount", told, program, Goal("amount", True, ((0, 1),)), amount)


def models() -> tuple[Model, ...]:
    """Sources: solver_facts of this project; issues of PuLP, Cbc and HiGHS by number."""
    tenthousandth = (Row("sum", ((0, 1), (1, 10_000)), lower=45_000),)
    pulp_662 = (
        Row("a", ((0, 1), (4, 1)), lower=1, upper=1),
        Row("b", ((0, 1), (3, 1)), lower=1),
        Row("c", ((1, 1), (4, 1)), upper=1),
        Row("d", ((3, 1), (4, 1)), upper=1),
        Row("e", ((2, 1),), lower=1, upper=1),
        Row("f", ((1, 9000), (2, 7200), (4, 10800)), lower=16200),
    )
    cbc_293 = (Row("sum", ((0, 1), (1, 1)), upper=5), Row("length", ((0, 63), (1, 127)), lower=65, upper=128))
    switch = (Row("switch", ((0, 1), (1, -300_000_000)), upper=0),)
    parcels = (Row("parcels", ((0, 6), (1, 10), (2, 15)), lower=7, upper=7),)
    return (
        _forty_three(),
        Model(
            "a sum of two sizes", "HiGHS 1.14 calls 150,000 the least, its issue 2957",
            Program((Column("x", 0, 100_000), Column("z", 0, 10)), tenthousandth),
            Goal("cost", False, ((0, 2), (1, 30_000))), 90_000,
        ),
        Model(
            "five switches", "the CBC that PuLP brings calls it impossible, issue 662 of PuLP",
            Program(tuple(map(Column, ("x0", "x1", "x2", "c0", "c1"))), pulp_662), Goal("cost", False, ((3, 1), (4, 1))), 0,
        ),
        Model(
            "two lengths", "the CBC that PuLP brings says 19,712, its issue 293",
            Program((Column("x1", 0, 5), Column("x2", 0, 5)), cbc_293), Goal("cost", False, ((0, 9856), (1, 444))), 444,
        ),
        Model(
            "a switch with a large number", "solvers say 0 or 300",
            Program((Column("x", 0, 300), Column("y")), switch), Goal("gain", True, ((0, 1), (1, -50))), 250,
        ),
        Model(
            "nothing adds up to seven", "without whole numbers it could",
            Program(tuple(map(Column, "abc")), parcels), Goal("count", True, ((0, 1), (1, 1), (2, 1))), None,
        ),
        _one_unit_too_dear(),
        _last_digits(),
    )  # fmt: skip


def plan_doubts(solve: Callable[[Scenario], object] = optimize) -> Iterator[str]:
    """What is wrong with the answer to a small plan of every kind of rule: read, solved, audited, compared with enumeration."""
    scenario = small_plan()
    answer = solve(scenario)
    if not isinstance(answer, Result):
        yield "a small plan has no answer, where enumeration has one"
        return
    checked = audit(scenario, answer.allocation)
    if checked.breaches:
        yield f"the answer to a small plan breaches {checked.breaches[0].rule}"
    value, spend, partial = best_by_enumeration(scenario)
    if (checked.value, checked.spend, checked.in_part) != (value, spend, partial):
        found = f"value {checked.value}, spend {checked.spend:,}, {checked.in_part} in part"
        yield f"the answer to a small plan is {found}; enumeration finds {value}, {spend:,}, {partial}"
    if not answer.proof.proved:
        yield f"the answer to a small plan is not proved: {answer.proof.statement}"


def small_plan() -> Scenario:
    """Six outputs, two components with a minimum, one output that needs another, one committed, delivery in halves."""
    outputs = (
        Output("1.1", "1", "Advice", 4_000, 1_000, (Fraction(80),)),
        Output("1.2", "1", "Training", 3_000, 3_000, (Fraction(60),)),
        Output("1.3", "1", "Events", 2_000, 500, (Fraction(15),), status=Status.COMMITTED, committed=500),
        Output("2.1", "2", "Data", 5_000, 1_250, (Fraction(70),)),
        Output("2.2", "2", "Report", 1_500, 1_500, (Fraction(40),)),
        Output("2.3", "2", "Translation", 1_000, 400, (Fraction(25),)),
    )
    components = (
        Component("1", "Countries", minimum=Limit(Basis.ESTIMATE, Fraction(40))),
        Component("2", "Knowledge", minimum=Limit(Basis.AMOUNT, Fraction(3_000))),
    )
    criteria = (Criterion("need", "Need", Fraction(1)),)
    plan = Plan("Self-test", "US$", components, criteria, outputs, links=(Link("2.2", "2.1", 50),), delivery_step=50)
    return derive(plan, small_spec())


def small_spec() -> ScenarioSpec:
    return ScenarioSpec("self-test", Limit(Basis.AMOUNT, Fraction(9_999)))


def best_by_enumeration(scenario: Scenario) -> tuple[Fraction, int, int]:
    """Highest value, then least spend, then fewest partial deliveries, of every allocation that breaches nothing."""
    ways = [(NOTHING, *(Delivery(level.amount, level.share) for level in levels)) for levels in scenario.plan.levels]
    choices = (Allocation(choice) for choice in product(*ways))
    checked = (audit(scenario, choice) for choice in choices if choice.spend <= scenario.resources)
    return max(
        ((found.value, found.spend, found.in_part) for found in checked if not found.breaches),
        key=lambda best: (best[0], -best[1], -best[2]),
    )
