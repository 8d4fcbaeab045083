"""The best allocation of each of many draws of weights and costs, as far as time allows; what another process is given to do."""

from __future__ import annotations

import time
from dataclasses import dataclass

from optimizer.allocation import Allocation
from optimizer.analysis.best import allocation_of, checked
from optimizer.analysis.uncertain import Draw, varied
from optimizer.objectives import OBJECTIVES
from optimizer.plan import Plan
from optimizer.program import Termination
from optimizer.resolving.resolver import BY_FRESH_SOLVE, Resolver
from optimizer.scenario import Scenario, ScenarioSpec


@dataclass(frozen=True)
class Samples:
    """Draws with their best allocations, None where there is none; how many were resolved without the solver, how many with."""

    answers: tuple[tuple[Draw, Allocation | None], ...]
    resolved: int
    solves: int


def sampled(
    plan: Plan, spec: ScenarioSpec, resources: int, keys: tuple[str, ...], seconds: float, drawn: tuple[Draw, ...]
) -> Samples:
    """The draws answered as far as time allows. Of a scenario it takes what can be sent to another process."""
    scenario = Scenario(spec, plan, resources, OBJECTIVES[spec.objective], (), keys)
    resolver, end = Resolver(plan, seconds), time.monotonic() + seconds
    answers, resolved, solves = [], 0, 0
    for draw in drawn:
        resolver.seconds = end - time.monotonic()
        if resolver.seconds <= 0:
            break
        asked = varied(scenario, draw)
        brief = resolver.answer(asked)
        if not brief.proved or brief.termination not in (Termination.OPTIMAL, Termination.INFEASIBLE):
            break
        quick = brief.path != BY_FRESH_SOLVE
        resolved, solves = resolved + quick, solves + (not quick)
        found = checked(asked, allocation_of(asked, brief.levels, brief.starts)).allocation if brief.levels else None
        answers.append((draw, found))
    return Samples(tuple(answers), resolved, solves)
