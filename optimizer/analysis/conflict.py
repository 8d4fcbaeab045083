"""Why no allocation satisfies the rules: the arithmetic in words, the minimal sets of rules that clash, the cheapest ways out.

The arithmetic comes first because it is what a planner can act on. Sets and ways out are proved (clashes.py, repair.py).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.allocation import Delivery
from optimizer.analysis.clashes import Clash, clashes
from optimizer.analysis.repair import Repair, repairs
from optimizer.funding import NoSplit, need_of, parts, payable, shortages
from optimizer.plan import Plan
from optimizer.rules import AtLeast, AtMost, Budget, Ceiling, Committed, Deferred, Floor, Requires, TagCoverage
from optimizer.scenario import Scenario
from optimizer.timing import Part


@dataclass(frozen=True)
class Conflict:
    """`reasons` are sentences with the figures, those on ways out last. `clashes` are minimal sets of rules that clash.

    `complete` says that there are no other sets.
    """

    reasons: tuple[str, ...]
    clashes: tuple[Clash, ...]
    repairs: tuple[Repair, ...]
    complete: bool

    @property
    def clash(self) -> Clash:
        """The first of the sets; empty if time ran out."""
        return self.clashes[0] if self.clashes else ()


def explain(scenario: Scenario, seconds: float = 60.0) -> Conflict:
    """Why the scenario has no allocation, and the cheapest ways out in money."""
    end = time.monotonic() + seconds
    found = clashes(scenario, end - seconds / 2)
    ways = repairs(scenario, found.sets[0], end) if found.sets else ()
    return Conflict((*_reasons(scenario), *_ways_out(scenario.plan, ways)), found.sets, ways, found.complete)


def why(scenario: Scenario) -> tuple[str, ...]:
    """The reasons that arithmetic alone gives, without solving."""
    return tuple(_reasons(scenario))


def _ways_out(plan: Plan, ways: Sequence[Repair]) -> Iterator[str]:
    if not ways:
        return
    alone = [way.text(plan) for way in ways if len(way.moves) == 1]
    together = [way for way in ways if len(way.moves) > 1]
    if len(alone) == 1:
        yield f"This would make it possible: {alone[0]}."
    elif alone:
        yield f"Any one of these would make it possible: {'; or '.join(alone)}."
    for way in together:
        cheaper = "cost least" if alone else "be enough"
        total = "" if way.money is None else f", {plan.money(way.money)} in all"
        yield f"Together these would {cheaper}{total}: {way.text(plan)}."


def _reasons(scenario: Scenario) -> Iterator[str]:
    plan, rules = scenario.plan, scenario.rules
    money = plan.money
    deferred = {rule.i: rule.spent for rule in rules if isinstance(rule, Deferred)}
    floors = {rule.component: rule.limit for rule in rules if isinstance(rule, Floor)}
    ceilings = {rule.component: rule.limit for rule in rules if isinstance(rule, Ceiling)}
    committed = {rule.i: _least_paid(plan, rule) for rule in rules if isinstance(rule, Committed)}
    for component in plan.components:
        members = plan.members[component.id]
        fundable = sum(deferred.get(i, plan.levels[i][-1].amount) for i in members)
        held = sum(amount for i, amount in committed.items() if i in members)
        floor, ceiling = floors.get(component.id, 0), ceilings.get(component.id)
        if floor > fundable:
            yield (
                f"The minimum allocation of component {component.id} is {money(floor)}, but its outputs that are not deferred "
                f"cost {money(fundable)} in full: {money(floor - fundable)} too much."
            )
        if ceiling is not None and floor > ceiling:
            yield (
                f"The minimum allocation of component {component.id} is {money(floor)}, its maximum {money(ceiling)}: "
                f"{money(floor - ceiling)} apart."
            )
        if ceiling is not None and held > ceiling:
            yield (
                f"Commitments in component {component.id} take {money(held)}, its maximum is {money(ceiling)}: "
                f"{money(held - ceiling)} too much."
            )
    yield from _budget_reasons(scenario, floors, committed)
    yield from _fund_reasons(scenario, floors, committed)
    beyond = {i for i, amount in committed.items() if amount > deferred.get(i, 0)}
    yield from _logic_reasons(scenario, {i for i, spent in deferred.items() if not spent}, set(committed), set(deferred) & beyond)


def _least_paid(plan: Plan, rule: Committed) -> int:
    """What a commitment takes at least: the amount of the smallest level that covers it."""
    return next((level.amount for level in plan.levels[rule.i] if level.amount >= rule.amount), rule.amount)


def _budget_reasons(scenario: Scenario, floors: dict[str, int], committed: dict[int, int]) -> Iterator[str]:
    plan = scenario.plan
    budget = next((rule.limit for rule in scenario.rules if isinstance(rule, Budget)), None)
    if budget is None:
        return
    money = plan.money
    held = {c.id: sum(a for i, a in committed.items() if i in plan.members[c.id]) for c in plan.components}
    minima, commitments = sum(floors.values()), sum(held.values())
    if minima > budget:
        yield (
            f"The minimum allocations add up to {money(minima)}; the available resources are {money(budget)}: "
            f"{money(minima - budget)} is missing."
        )
    elif commitments > budget:
        yield (
            f"Commitments add up to {money(commitments)}; the available resources are {money(budget)}: "
            f"{money(commitments - budget)} is missing."
        )
    else:
        needed = sum(max(floors.get(c.id, 0), held[c.id]) for c in plan.components)
        if needed > budget:
            yield (
                f"Minimum allocations and the commitments beyond them add up to {money(needed)}; the available resources are "
                f"{money(budget)}: {money(needed - budget)} is missing."
            )


def _fund_reasons(scenario: Scenario, floors: dict[str, int], committed: dict[int, int]) -> Iterator[str]:
    """What the funds cannot pay for whatever else is decided."""
    plan = scenario.plan
    if not plan.funds:
        return
    position = {fund.id: f for f, fund in enumerate(plan.funds)}
    demand: dict[tuple[tuple[int, ...], int], int] = defaultdict(int)
    for i, amount in committed.items():
        for part in _least_parts(plan, i, amount):
            demand[need_of(part, plan.payers[i], position)] += part.amount
    for shortage in shortages(plan.funds, len(plan.periods), demand)[:1]:
        who = " and ".join(plan.funds[f].id for f in sorted({f for able, _ in shortage.needs for f in able})) or "no fund"
        when = " and ".join(plan.periods[t].name for t in sorted({t for _, t in shortage.needs}))
        yield (
            f"Commitments need {plan.money(shortage.needed)} in {when} from {who}, which can pay {plan.money(shortage.payable)}: "
            f"{plan.money(shortage.needed - shortage.payable)} is missing."
        )
    for component in plan.components:
        able = {plan.payers[i] for i in plan.members[component.id]}
        most = payable(plan.funds, len(plan.periods), {(who, t) for who in able for t in range(len(plan.periods))})
        if floors.get(component.id, 0) > most:
            floor = floors[component.id]
            yield (
                f"The minimum allocation of component {component.id} is {plan.money(floor)}, but the funds that may pay for it "
                f"have {plan.money(most)}: {plan.money(floor - most)} is missing."
            )


def _least_parts(plan: Plan, i: int, amount: int) -> tuple[Part, ...]:
    level = next((level for level in plan.levels[i] if level.amount >= amount), None)
    if level is None:
        return ()
    try:
        return parts(plan, i, Delivery(level.amount, level.share))
    except NoSplit:
        return ()


def _logic_reasons(scenario: Scenario, deferred: set[int], committed: set[int], both: set[int]) -> Iterator[str]:
    """`both` are committed to more than their being deferred allows."""
    outputs = scenario.plan.outputs
    for i in sorted(both):
        yield f"Output {outputs[i].id} is both committed and deferred."
    requires = [rule for rule in scenario.rules if isinstance(rule, Requires)]
    for i in sorted(committed - deferred):
        chain = _chain_to_deferred(i, requires, deferred)
        if chain:
            path = ", which requires ".join(f"output {outputs[j].id}" for j in chain[1:])
            yield f"Output {outputs[i].id} is committed and requires {path}, which is deferred."
    for rule in scenario.rules:
        if isinstance(rule, AtMost) and len(committed & set(rule.members)) > rule.limit:
            held = ", ".join(outputs[i].id for i in rule.members if i in committed)
            yield f"At most {rule.limit} of group {rule.group} may be funded, but {held} are committed."
        elif isinstance(rule, AtLeast) and len(set(rule.members) - deferred) < rule.limit:
            left = len(set(rule.members) - deferred)
            yield f"At least {rule.limit} of group {rule.group} must be funded, but only {left} are not deferred."
        elif isinstance(rule, TagCoverage) and len(set(rule.carriers) - deferred) < rule.limit:
            left = len(set(rule.carriers) - deferred)
            wanted = f"At least {rule.limit} funded outputs must carry {rule.tag} ({rule.tag_column})"
            yield f"{wanted}, but only {left} that carry it are not deferred."


def _chain_to_deferred(start: int, requires: list[Requires], deferred: set[int]) -> list[int]:
    """The shortest chain of requirements from an output to a deferred one; empty when there is none."""
    came_from = {start: start}
    queue = [start]
    for i in queue:
        for rule in requires:
            if rule.i == i and rule.j not in came_from:
                came_from[rule.j] = i
                queue.append(rule.j)
    reached = next((j for j in queue if j in deferred), None)
    if reached is None or reached == start:
        return []
    chain = [reached]
    while chain[-1] != start:
        chain.append(came_from[chain[-1]])
    return chain[::-1]
