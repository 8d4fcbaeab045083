"""What it takes to fund one output more while no other receives less: the least levels that it needs of itself and of others."""

from __future__ import annotations

from optimizer.allocation import Allocation
from optimizer.analysis.best import allocation_of
from optimizer.audit import audit
from optimizer.dynamic import OWN
from optimizer.rules import Requires
from optimizer.scenario import Scenario


def more_needed(scenario: Scenario, levels: tuple[int, ...], i: int, level: int) -> int | None:
    """How much more than the resources it takes to bring output i to `level`; None where no resources suffice.

    Every other output keeps its level at least and is raised only as far as what is raised requires it. These levels are the
    least of all that do so, so that where they break a rule, for instance a maximum, all others break it too. Rules stay as
    they are. Not for scenarios with funds, limited changes, or limits that are shares of the resources.
    """
    plan = scenario.plan
    wanted = list(levels)
    links = [rule for rule in scenario.rules if isinstance(rule, Requires)]
    raised = [(i, level)]
    while raised:
        j, least = raised.pop()
        if least <= wanted[j]:
            continue
        lowest = next((l for l in range(least, len(plan.levels[j]) + 1) if _allowed(scenario, j, l)), None)
        if lowest is None:
            return None
        wanted[j] = lowest
        for rule in links:
            if rule.i == j:
                shares = [given.share for given in plan.levels[rule.j]]
                enough = next((l for l, share in enumerate(shares, start=1) if share >= rule.share), None)
                if enough is None:
                    return None
                raised.append((rule.j, enough))
    reached = allocation_of(scenario, wanted)
    if any(breach.kind != "budget" for breach in audit(scenario, reached).breaches):
        return None
    return max(reached.spend - scenario.resources, 0)


def _allowed(scenario: Scenario, i: int, level: int) -> bool:
    """Whether the rules about this output alone allow the level."""
    alone = [0] * len(scenario.plan.outputs)
    alone[i] = level
    allocation: Allocation = allocation_of(scenario, alone)
    own = [rule for rule in scenario.rules if isinstance(rule, OWN) and rule.i == i]
    return not any(True for rule in own for _ in rule.breaches(scenario.plan, allocation))
