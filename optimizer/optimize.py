"""One question, one answer: formulate, solve, decode, audit, settle ties, and say what is proved."""

from __future__ import annotations

from optimizer import solver
from optimizer.audit import audit
from optimizer.canonical import settle
from optimizer.dynamic import Certificate, certify
from optimizer.formulate import Formulation, formulate
from optimizer.program import Termination
from optimizer.result import Outcome, Proof, Result, Ties, Unanswered
from optimizer.scenario import Scenario
from optimizer.search import BY_BOUND, BY_PROGRAMME, Search
from optimizer.solver import SolverFault

TELLING = 10**12  # above this a double no longer tells a value from the next one after the solver's own arithmetic
UNSETTLED = Ties(False, ())


def optimize(scenario: Scenario, seconds: float = 600.0) -> Outcome:
    """The best allocation of a scenario, or why there is none. `seconds` bounds the whole question.

    Where the dynamic programme applies, it and the solver must agree on the best value, and least spend, fewest partial
    deliveries and the number of ties are taken from it. Elsewhere every stage is asked a second time with other settings.
    Raises solver.SolverFault when the solver contradicts itself, the audit or the dynamic programme.
    """
    formulation = formulate(scenario)
    search = Search(scenario, formulation, seconds)
    certificate = None if formulation.coarse else certify(scenario)
    termination, ties = _twice(search) if certificate is None else _certified(search, certificate)
    if search.point is None:
        return Unanswered(scenario, termination, tuple(search.stages), solver.name())
    allocation = formulation.allocation(search.point)
    checked = audit(scenario, allocation)
    if checked.breaches:
        raise SolverFault(f"the chosen allocation breaches {checked.breaches[0].rule}")
    proof = _proof(formulation, search)
    return Result(scenario, allocation, checked, termination, proof, ties, tuple(search.stages), solver.name())


def _twice(search: Search) -> tuple[Termination, Ties]:
    """Every stage solved, and confirmed by a second opinion."""
    for goal in search.formulation.goals:
        termination = search.stage_twice(goal)
        if termination is Termination.OPTIMAL and goal.name == "value" and search.stages[-1].reach > TELLING:
            termination = search.stage_twice(goal)  # once more, on the few columns that the exact bound has left open
        if termination is not Termination.OPTIMAL:
            return termination, UNSETTLED
    return settle(search)


def _certified(search: Search, certificate: Certificate) -> tuple[Termination, Ties]:
    """The value solved and compared with the certificate; the rest kept at what the certificate says."""
    value = search.formulation.goals[0]
    termination = search.stage(value)
    reached = value.value(search.point) if search.point is not None else None
    if termination in (Termination.FEASIBLE, Termination.NO_SOLUTION) and reached != certificate.value:
        return termination, UNSETTLED
    if certificate.allocations == 0:
        if reached is not None:
            raise SolverFault("the solver has an allocation where the dynamic programme says that there is none")
        return Termination.INFEASIBLE, UNSETTLED
    if reached is not None and reached > certificate.value:
        raise SolverFault(f"the solver reaches {reached}, the dynamic programme says at most {certificate.value}")
    if reached != certificate.value:
        search.restart()
    best = (certificate.value, certificate.spend // search.formulation.goals[1].unit, certificate.partial)
    for goal, figure in zip(search.formulation.goals, best, strict=True):
        search.accept(goal, figure)
    termination = search.find()
    if termination is Termination.INFEASIBLE:
        raise SolverFault(
            f"the solver finds no allocation of value {certificate.value}, of which the dynamic programme counts some"
        )
    if termination is not Termination.OPTIMAL:
        return termination, UNSETTLED
    if certificate.allocations == 1:
        return Termination.OPTIMAL, Ties(True, ())
    termination, ties = settle(search)
    if ties.unique:
        raise SolverFault(f"the dynamic programme counts {certificate.allocations} allocations where the solver finds one")
    return termination, ties


def _proof(formulation: Formulation, search: Search) -> Proof:
    """Proved: whole-number objective, bound below value + 1, a sum that doubles can tell apart, and a confirmation."""
    value = next(stage for stage in reversed(search.stages) if stage.name == "value")
    figures = f"bound {value.bound:,} = value {value.value:,}, in whole numbers"
    if value.termination is not Termination.OPTIMAL:
        gap = abs(value.bound - value.value)
        return Proof(False, f"stopped before proof: best found {value.value:,}, at most {value.bound:,} possible, gap {gap:,}")
    if formulation.coarse:
        return Proof(False, "not proved: the values have more digits than the solver can hold and were rounded for it")
    if not value.confirmed:
        return Proof(False, f"not confirmed by a second opinion: {figures} by the solver alone")
    if value.confirmed not in (BY_PROGRAMME, BY_BOUND) and value.reach > TELLING:
        return Proof(
            False, f"not proved: the value can vary by {value.reach:,}, more than the solver tells apart to the last unit"
        )
    statement = f"no allocation has a higher value: {figures}; confirmed by: {value.confirmed}"
    unsettled = [stage.name for stage in search.stages if stage.termination is not Termination.OPTIMAL]
    return Proof(True, statement + (f"; {unsettled[0]} was not settled" if unsettled else ""))
