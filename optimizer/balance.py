"""The first stage of the objective *balanced*: the largest share of its estimate that every component can receive."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.audit import audit, smallest_coverage
from optimizer.dynamic import Impossible, best_coverage
from optimizer.plan import Basis
from optimizer.program import Point, Termination
from optimizer.result import Stage
from optimizer.rules import Balance
from optimizer.scenario import Scenario
from optimizer.search import BY_PROGRAMME, BY_SOLVER, Search

NAME, MILLION = "smallest coverage", 1_000_000
SHARE_OF_TIME = 0.3  # that solving for it may take of all


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the first stage came to: `scenario` has the rules that keep every component at the share reached.

    `stage` is in millionths. Without a share there is no allocation, or none was found: `stage` says which.
    """

    scenario: Scenario
    stage: Stage


def best_balance(scenario: Scenario, search: Search) -> Coverage:
    """Raise the smallest coverage as far as the rules allow: by the dynamic programme, else by solving.

    Coverages are fractions of whole amounts, so the largest is one of finitely many: found exactly, or said not to be proved.
    """
    began = time.monotonic()
    try:
        share = best_coverage(scenario)
    except Impossible:
        share = None
    if share is not None:
        return _covered(scenario, share, share, BY_PROGRAMME, began)
    termination = search.find()
    if termination is not Termination.OPTIMAL or search.point is None:
        return Coverage(scenario, Stage(NAME, "maximise", termination, 0, 0, 0, 0, time.monotonic() - began))
    low, high = _halved(scenario, search, search.point)
    return _covered(scenario, low, high, BY_SOLVER, began)


def _halved(scenario: Scenario, search: Search, point: Point) -> tuple[Fraction, Fraction]:
    """A coverage reached, and one that nothing exceeds: the same where time suffices.

    The range between a share reached and one refused is halved until no whole amount lies between them.
    """
    low, high, asked = _share(scenario, search, point), Fraction(1), Fraction(1)
    end, search.deadline = search.deadline, time.monotonic() + SHARE_OF_TIME * search.seconds
    try:
        while low < 1:
            rows = [row for rule in balance(scenario, asked) for row in rule.rows(search.formulation.columns)]
            termination, reached = search.beyond(rows)
            if reached is not None:
                low, search.point = _share(scenario, search, reached), reached
            elif termination is Termination.INFEASIBLE:
                high = asked
            else:
                return low, high
            if low == 1 or _amounts(scenario, low, more=True) == _amounts(scenario, high):
                break
            asked = (low + high) / 2
            while _amounts(scenario, asked) == _amounts(scenario, high):  # refused already
                asked = (low + asked) / 2
    finally:
        search.deadline = end
    return low, low


def balance(scenario: Scenario, share: Fraction) -> Iterator[Balance]:
    """The rules that every component receives at least this share of its estimate, a_k >= ceil(t E_k)."""
    plan = scenario.plan
    for key, amount in _amounts(scenario, share).items():
        yield Balance(key, Basis.ESTIMATE, plan.members[key], amount)


def _amounts(scenario: Scenario, share: Fraction, more: bool = False) -> dict[str, int]:
    """The least amount of each component that is this share of its estimate, or more than it; in the unit of all amounts."""
    plan = scenario.plan
    unit = math.gcd(*(level.amount for levels in plan.levels for level in levels)) or 1
    estimates = {component.id: plan.estimate(component.id) for component in plan.components}
    exact = {key: share * estimate / unit for key, estimate in estimates.items() if estimate}
    return {key: unit * (math.floor(units) + 1 if more else math.ceil(units)) for key, units in exact.items()}


def _share(scenario: Scenario, search: Search, point: Point) -> Fraction:
    return smallest_coverage(scenario.plan, audit(scenario, search.formulation.allocation(point)).received)


def _covered(scenario: Scenario, low: Fraction, high: Fraction, by: str, began: float) -> Coverage:
    termination = Termination.OPTIMAL if low == high else Termination.FEASIBLE
    reached, bound = math.floor(low * MILLION), math.floor(high * MILLION)
    stage = Stage(NAME, "maximise", termination, reached, bound, 0, 0, time.monotonic() - began, by)
    return Coverage(replace(scenario, rules=(*scenario.rules, *balance(scenario, low))), stage)
