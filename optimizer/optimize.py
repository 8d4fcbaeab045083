"""One question, one answer: formulate, solve, decode, audit, settle ties, and say what is proved."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction

from optimizer import solver
from optimizer.allocation import Allocation
from optimizer.audit import Attained, audit
from optimizer.balance import NAME as COVERAGE
from optimizer.balance import best_balance
from optimizer.canonical import Digit, settle
from optimizer.dynamic import Certificate, certify
from optimizer.formulate import Formulation, formulate
from optimizer.funding import pay
from optimizer.objectives import BALANCED
from optimizer.program import Termination
from optimizer.result import Outcome, Proof, Result, Stage, Ties, Unanswered
from optimizer.rounding import nearest
from optimizer.rules import FundMoney
from optimizer.scenario import Scenario
from optimizer.search import BY_ANOTHER, BY_BOUND, BY_PROGRAMME, BY_PROGRAMME_ALONE, Search
from optimizer.solver import SolverFault

TELLING = 10**12  # above this a double no longer tells a value from the next one after the solver's own arithmetic
LONGEST_CHECK = 5.0  # seconds that the solver has to agree with the dynamic programme
UNSETTLED = Ties(False, ())


def optimize(scenario: Scenario, seconds: float = 600.0) -> Outcome:
    """The best allocation of a scenario, or why there is none. `seconds` bounds the whole question.

    Where the dynamic programme applies, its allocation is taken; the solver, which may not find a better one, is asked beside it.
    Elsewhere every stage is asked a second time with other settings. Raises solver.SolverFault when the solver contradicts
    itself, the audit or the dynamic programme.
    """
    if scenario.objective is BALANCED:
        covered = best_balance(scenario, Search(scenario, formulate(scenario), seconds))
        if covered.scenario is scenario:
            return Unanswered(scenario, covered.stage.termination, (covered.stage,), solver.name())
        return _answer(covered.scenario, seconds - covered.stage.seconds, (covered.stage,))
    return _answer(scenario, seconds, ())


def attainable(scenario: Scenario, seconds: float = 60.0) -> Attained | None:
    """The best that the objective compares, without what comes after it; None where it was not reached or not proved."""
    allocation = reached(scenario, seconds)[1]
    return None if allocation is None else audit(scenario, allocation).attained


def reached(scenario: Scenario, seconds: float = 60.0) -> tuple[Termination, Allocation | None, int]:
    """Some allocation that reaches the best of what the objective compares, whatever comes after it; and the solver's stages.

    None where there is none, or none is proved: the termination says which.
    """
    before: list[Stage] = []
    if scenario.objective is BALANCED:
        covered = best_balance(scenario, Search(scenario, formulate(scenario), seconds))
        before.append(covered.stage)
        if covered.stage.termination is not Termination.OPTIMAL:
            return covered.stage.termination, None, 1
        scenario = covered.scenario
    search = Search(scenario, formulate(scenario), seconds, stages=before)
    certificate = None if search.formulation.coarse else certify(scenario)
    if certificate is not None:
        found = certificate.allocation
        return (Termination.INFEASIBLE if found is None else Termination.OPTIMAL), found, len(before)
    for goal in search.formulation.values:
        termination = search.stage_twice(goal)
        if termination is not Termination.OPTIMAL:
            return termination, None, len(search.stages)
    if not _proof(search.formulation, search, True).proved or search.point is None:
        return Termination.NO_SOLUTION, None, len(search.stages)
    return Termination.OPTIMAL, search.formulation.allocation(search.point), len(search.stages)


def _answer(scenario: Scenario, seconds: float, before: tuple[Stage, ...]) -> Outcome:
    """The best allocation by the values alone; `before` are stages that came first and have become rules."""
    formulation = formulate(scenario)
    search = Search(scenario, formulation, seconds, stages=list(before))
    certificate = None if formulation.coarse else certify(scenario)
    termination, ties = solved_twice(search) if certificate is None else _certified(search, certificate)
    search.tell_time()
    if search.point is None:
        return Unanswered(scenario, termination, tuple(search.stages), solver.name())
    allocation = formulation.allocation(search.point)
    checked = audit(scenario, allocation)
    if checked.breaches:
        raise SolverFault(f"the chosen allocation breaches {checked.breaches[0].rule}")
    proof = _proof(formulation, search, termination is Termination.OPTIMAL)
    funded = any(isinstance(rule, FundMoney) for rule in scenario.rules)
    funding = pay(scenario.plan, allocation) if funded else None
    return Result(scenario, allocation, checked, termination, proof, ties, tuple(search.stages), solver.name(), funding)


def solved_twice(search: Search, digits: Sequence[Digit] | None = None) -> tuple[Termination, Ties]:
    """Every stage solved, and confirmed by a second opinion; then the canonical choice, by its digits where they are given."""
    for goal in search.formulation.goals:
        termination = search.stage_twice(goal)
        of_value = goal in search.formulation.values
        if termination is Termination.OPTIMAL and of_value and search.stages[-1].reach > TELLING:
            termination = search.stage_twice(goal)  # once more, on the few columns that the exact bound has left open
        if termination is not Termination.OPTIMAL:
            return termination, UNSETTLED
    return settle(search, digits)


def _certified(search: Search, certificate: Certificate) -> tuple[Termination, Ties]:
    """The dynamic programme's allocation, once the solver has said the same of the value or was stopped.

    The solver may be wrong and is overruled: the allocation is audited, and what the dynamic programme proves does not rest on
    the solver. What the solver finds beyond it would be a fault, and ends the run.
    """
    value, end = search.formulation.goals[0], search.deadline
    search.deadline = min(end, time.monotonic() + LONGEST_CHECK)
    stopped = search.stage(value) in (Termination.FEASIBLE, Termination.NO_SOLUTION)
    search.deadline = end
    reached = value.value(search.point) if search.point is not None else None
    if certificate.allocation is None:
        if reached is not None:
            raise SolverFault("the solver has an allocation where the dynamic programme says that there is none")
        return Termination.INFEASIBLE, UNSETTLED
    if reached is not None and reached > certificate.value:
        raise SolverFault(f"the solver reaches {reached}, the dynamic programme says at most {certificate.value}")
    search.restart(search.formulation.point(certificate.allocation))
    best = (certificate.value, certificate.spend // search.formulation.goals[1].unit, certificate.partial)
    for goal, figure in zip(search.formulation.goals, best, strict=True):
        search.accept(goal, figure, BY_PROGRAMME_ALONE if stopped else BY_PROGRAMME)
    if certificate.allocations == 1:
        return Termination.OPTIMAL, Ties(True, ())
    termination, ties = settle(search)
    if ties.unique:
        raise SolverFault(f"the dynamic programme counts {certificate.allocations} allocations where the solver finds one")
    return termination, ties


def _proof(formulation: Formulation, search: Search, settled: bool) -> Proof:
    """Proved: whole-number objective, bound below value + 1, a sum that doubles can tell apart, and a confirmation.

    Under an objective of several stages each of them is proved so, given those before it.
    """
    decisive = [COVERAGE] if search.scenario.objective is BALANCED else []
    decisive += [goal.name for goal in formulation.values]
    last = {stage.name: stage for stage in search.stages}
    for name in decisive:
        why_not = doubt(formulation, last.get(name), name)
        if why_not:
            return Proof(False, why_not)
    shown = [last[name] for name in decisive]
    figures = "; ".join(f"{stage.name}: {_figures(stage)}" if len(shown) > 1 else _figures(stage) for stage in shown)
    confirmed = ", ".join(dict.fromkeys(stage.confirmed for stage in shown))
    statement = f"no allocation has a higher value: {figures}; confirmed by: {confirmed}"
    unsettled = [stage.name for stage in last.values() if stage.termination is not Termination.OPTIMAL]
    if not settled:
        what = unsettled[0] if unsettled else "which of several equally good allocations is shown"
        statement += f"; {what} was not settled in time"
    return Proof(True, statement)


def _figures(stage: Stage) -> str:
    unit = "millionths" if stage.name == COVERAGE else "whole numbers"
    return f"bound {stage.bound:,} = value {stage.value:,}, in {unit}"


def _percent(part: int, whole: int) -> str:
    """Of a part that is there, never nothing."""
    hundredths = nearest(Fraction(10_000 * part, abs(whole)))
    return f"{hundredths / 100:.2f} per cent" if hundredths or not part else "under 0.01 per cent"


def doubt(formulation: Formulation, stage: Stage | None, name: str) -> str:
    """Why a stage does not count as proved; empty when it does."""
    if stage is None:
        return f"stopped before proof: {name} was not reached"
    if stage.termination is not Termination.OPTIMAL:
        gap = abs(stage.bound - stage.value)
        share = f" ({_percent(gap, stage.value)})" if stage.value else ""
        of = "" if name == "value" else f"{name}, "
        return f"stopped before proof: {of}best found {stage.value:,}, at most {stage.bound:,} possible, gap {gap:,}{share}"
    if formulation.coarse:
        return "not proved: the values have more digits than the solver can hold and were rounded for it"
    if not stage.confirmed:
        return f"not confirmed by a second opinion: {_figures(stage)} by the solver alone"
    if stage.confirmed not in (BY_PROGRAMME, BY_PROGRAMME_ALONE, BY_BOUND, BY_ANOTHER) and stage.reach > TELLING:
        return f"not proved: the value can vary by {stage.reach:,}, more than the solver tells apart to the last unit"
    return ""
