"""Minimal sets of rules that clash: each infeasible as a whole, and feasible without any one of its rules.

One set by QuickXplain (Junker 2004, AAAI); the others by leaving out a rule of each set known, in every combination (the
hitting-set tree of Reiter 1987, Artificial Intelligence 32).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from optimizer.analysis import frontier_programme
from optimizer.dynamic import NotApplicable
from optimizer.formulate import formulate
from optimizer.program import Termination
from optimizer.rules import Rule
from optimizer.scenario import Scenario
from optimizer.search import Search

Clash = tuple[Rule, ...]
MOST = 8  # sets; a planner reads two or three


@dataclass(frozen=True)
class Clashes:
    """`sets` in the order in which they were found; `complete` when there are no others."""

    sets: tuple[Clash, ...]
    complete: bool


def clashes(scenario: Scenario, deadline: float, most: int = MOST) -> Clashes:
    """The minimal sets of rules that clash, at most so many and as time allows; none of a scenario that has an allocation."""
    always = tuple(rule for rule in scenario.rules if not rule.REMOVABLE)
    candidates = [rule for rule in scenario.rules if rule.REMOVABLE]
    sets: list[Clash] = []

    def possible(rules: Sequence[Rule]) -> bool:
        return is_possible(replace(scenario, rules=(*always, *rules)), deadline)

    def another(left_out: frozenset[str]) -> Clash | None:
        rest = [rule for rule in candidates if rule.key not in left_out]
        if not rest or possible(rest):
            return None
        return tuple(_minimal(possible, [], False, rest))

    open_ways, seen = [frozenset[str]()], set[frozenset[str]]()
    try:
        while open_ways and len(sets) < most:
            left_out = open_ways.pop(0)
            known = next((clash for clash in sets if left_out.isdisjoint(rule.key for rule in clash)), None)
            clash = known or another(left_out)
            if clash is None:
                continue
            if known is None:
                sets.append(clash)
            ways = [left_out | {rule.key} for rule in clash]
            open_ways += [way for way in ways if way not in seen]
            seen.update(ways)
    except TimeoutError:
        return Clashes(tuple(sets), False)
    return Clashes(tuple(sets), not open_ways)


def is_possible(scenario: Scenario, deadline: float) -> bool:
    """Whether any allocation satisfies the rules. Raises TimeoutError where that is not known by then."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    try:
        return frontier_programme.is_possible(scenario, {})
    except NotApplicable:
        pass
    found = Search(scenario, formulate(scenario), left).find()
    if found not in (Termination.OPTIMAL, Termination.FEASIBLE, Termination.INFEASIBLE):
        raise TimeoutError
    return found is not Termination.INFEASIBLE


def _minimal(possible: Callable[[Sequence[Rule]], bool], kept: list[Rule], added: bool, rules: list[Rule]) -> list[Rule]:
    """The rules of a minimal clash among `rules`, given that `kept` belong to the background."""
    if added and not possible(kept):
        return []
    if len(rules) == 1:
        return rules
    first, second = rules[: len(rules) // 2], rules[len(rules) // 2 :]
    from_second = _minimal(possible, kept + first, bool(first), second)
    from_first = _minimal(possible, kept + from_second, bool(from_second), first)
    return from_first + from_second
