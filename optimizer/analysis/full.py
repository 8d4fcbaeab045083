"""Every analysis of one scenario, one after the other, in a time that holds for all of them together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.allocation import Allocation
from optimizer.analysis.alternatives import Alternatives, alternatives
from optimizer.analysis.best import OutOfTime
from optimizer.analysis.frontier import Frontier, NotOffered, frontier
from optimizer.analysis.ladder import Ladder, Unnested, ladder_of
from optimizer.analysis.prices import NESTING, Approach, Prices, prices
from optimizer.analysis.reasons import reasons
from optimizer.analysis.reasons_found import Reasons
from optimizer.analysis.robustness import Robustness, robustness
from optimizer.analysis.uncertain import Assumptions, Weights
from optimizer.result import Result
from optimizer.scenario import Scenario

NAMES = ("frontier", "ladder", "reasons", "prices", "alternatives", "robustness")
IN_TIME = "It was not established in the time allowed."


@dataclass(frozen=True)
class Analyses:
    """What is known of a scenario beside its allocation. None where there is no answer; `without` says why, by name."""

    frontier: Frontier | None = None
    ladder: Ladder | None = None
    reasons: Reasons | None = None
    prices: Prices | None = None
    alternatives: Alternatives | None = None
    robustness: Robustness | None = None
    without: tuple[tuple[str, str], ...] = ()


def analyse(
    scenario: Scenario,
    seconds: float = 600.0,
    allocation: Allocation | None = None,
    named: Sequence[tuple[str, Weights]] = (),
    processes: int = 1,
    assumed: Assumptions | None = None,
    tell: Callable[[str], None] = lambda name: None,
) -> Analyses:
    """All analyses of a scenario that some allocation satisfies, with what each assumes when it is asked alone.

    `allocation` is the optimizer's own, where it is there already. `assumed` and the weightings `named` are for robustness, whose
    samples are shared among so many `processes`. `tell` hears the name of each analysis as it begins.
    """
    deadline = time.monotonic() + seconds
    ways: Mapping[str, Callable[[float], Any]] = {
        "frontier": lambda most: _known(frontier(scenario, most)),
        "ladder": lambda most: _nested(ladder_of(scenario, seconds=most, allocation=allocation)),
        "reasons": lambda most: reasons(scenario, seconds=most, allocation=allocation),
        "prices": lambda most: prices(scenario, most, allocation),
        "alternatives": lambda most: alternatives(scenario, seconds=most, allocation=allocation),
        "robustness": lambda most: robustness(
            scenario, assumed, named=named, seconds=most, processes=processes, allocation=allocation
        ),
    }
    found: dict[str, Any] = {}
    without: list[tuple[str, str]] = []
    for left, name in zip(range(len(NAMES), 0, -1), NAMES, strict=True):
        tell(name)
        try:
            found[name] = ways[name](max(deadline - time.monotonic(), 0.0) / left)  # each the same part of what is left
        except NotOffered as why:
            without.append((name, str(why)))
        except OutOfTime:
            without.append((name, IN_TIME))
    if found.get("prices") and found.get("ladder"):
        found["prices"] = with_nesting(found["prices"], found["ladder"], scenario.resources)
    return Analyses(**found, without=tuple(without))


def with_nesting(found: Prices, ladder: Ladder, resources: int) -> Prices:
    """Prices with the nested list as one more approach, where one of its levels has these resources."""
    rungs = [rung for rung in ladder.rungs if rung.resources == resources]
    more = tuple(Approach(NESTING, rung.attained, rung.allocation.spend, ()) for rung in rungs[:1])
    return replace(found, approaches=(*found.approaches, *more))


def _known(found: Frontier) -> Frontier:
    """Raises OutOfTime where not even the first breakpoint is known."""
    if not found.points:
        raise OutOfTime
    return found


def _nested(found: Ladder | Unnested) -> Ladder:
    """Raises NotOffered where there is no such list."""
    if isinstance(found, Unnested):
        raise NotOffered(f"No nested list satisfies the rules at {found.resources[found.first]:,}.")
    return found


def disagreement(found: Analyses, result: Result) -> str:
    """Which analysis is of another allocation than the result; empty where all are of this one."""
    allocation, attained = result.allocation, result.audit.attained
    amounts = tuple(delivery.amount for delivery in allocation)
    checks = {
        "ladder": found.ladder is None
        or all(rung.alone in (None, attained) for rung in found.ladder.rungs if rung.resources == result.scenario.resources),
        "reasons": found.reasons is None
        or (found.reasons.now == attained and tuple(reason.amount for reason in found.reasons.reasons) == amounts),
        "prices": found.prices is None or (found.prices.attained, found.prices.spend) == (attained, result.audit.spend),
        "alternatives": found.alternatives is None
        or (found.alternatives.attained, found.alternatives.spend) == (attained, result.audit.spend),
        "robustness": found.robustness is None or found.robustness.present == allocation.deliveries,
        "frontier": found.frontier is None or _on(found.frontier, result),
    }
    return next((name for name, agrees in checks.items() if not agrees), "")


def _on(found: Frontier, result: Result) -> bool:
    """Whether the frontier has the value of the result at its resources, as far as it is known."""
    resources = result.scenario.resources
    if not found.complete and resources >= found.known_to:
        return True
    at = found.at(resources)
    return at is not None and found.points[at].value == result.audit.value
