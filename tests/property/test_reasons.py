"""The reasons for every output are what looking at every allocation gives, under every rule family and objective."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

import pytest

from optimizer.analysis.leave_out import LeaveOneOut
from optimizer.analysis.reasons import reasons
from optimizer.analysis.reasons_found import Forced, Reason, Reasons, Why
from optimizer.dynamic import NotApplicable
from optimizer.files.codec import dumps, loads
from optimizer.optimize import optimize
from optimizer.plan import Plan, Status
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.scenario import Scenario, derive
from tests.oracle import NONE, Question, Received_by_output, is_funded, is_partial
from tests.plans import question
from tests.property.checks import TELLING, repeatable

MOST_ALLOCATIONS = 1500  # of a plan: each is looked at, several times
MOST_COSTS = 150  # that are tried for an output, one by one
MONEY = {"budget", "floor", "ceiling"}
Choice = tuple[int, ...]  # the level of each output


@dataclass
class Enumerated:
    """Every allocation of a question: those that respect every rule, and those that respect all but some."""

    asked: Question

    def __post_init__(self) -> None:
        ways = [(NONE, *(way for way in of_output if way.start is None)) for of_output in self.asked.ways]
        self.all = [(given, frozenset(self.asked.faults(given))) for given in product(*ways)]
        self.allowed = [given for given, faults in self.all if not faults]

    def level(self, given: Received_by_output, i: int) -> int:
        return self.asked.levels[i].index(given[i]) + 1 if is_funded(given[i]) else 0

    def best(self, i: int, lowest: int, highest: int) -> tuple[Fraction, ...] | None:
        """What the objective reaches with output i between two levels."""
        reached = (self.asked.attained(given) for given in self.allowed if lowest <= self.level(given, i) <= highest)
        return max(reached, default=None)

    def ties(self, i: int, funded: bool, reached: tuple[Fraction, ...], figures: tuple[int, int]) -> bool:
        return any(
            self.asked.attained(given) == reached
            and (sum(d.amount for d in given), sum(map(is_partial, given))) == figures
            and is_funded(given[i]) is funded
            for given in self.allowed
        )

    def priority(self, i: int) -> Fraction | None:
        """The least at which an allocation that funds output i is as good as every one that does not."""
        weight = 100 if self.asked.spec.objective == "delivery" else Fraction(100)
        size = [(given, Fraction(given[i].share if self.asked.spec.objective == "delivery" else given[i].amount) / weight)
                for given in self.allowed]  # fmt: skip
        without = [self.asked.value(given) for given, _ in size if not is_funded(given[i])]
        if not without:
            return None
        found = []
        for given, worth in size:
            missing = max(without) - (self.asked.value(given) - self.asked.worth(i, given[i]))
            if is_funded(given[i]) and (worth or missing <= 0):
                found.append(max(missing / worth, Fraction(0)) if worth else Fraction(0))
        return min(found, default=None)

    def cost(self, i: int) -> int | None:
        """The largest cost at which funding output i is as good as not: cost after cost, level after level."""
        without = max((self.asked.value(given) for given in self.allowed if not is_funded(given[i])), default=None)
        if without is None:
            return None
        unit, cost = self.asked.plan.unit_of_account, self.asked.plan.outputs[i].cost
        lowest = next(way.amount for way in self.asked.levels[i] if way.amount)
        most = self.asked.resources * cost // lowest + unit
        found = None
        for other in range(0, most + 1, unit):
            amounts = [-(-way.amount * other // (cost * unit)) * unit for way in self.asked.levels[i]]
            if self._reaches(i, amounts, without):
                found = other
        return found

    def _reaches(self, i: int, amounts: list[int], value: Fraction) -> bool:
        for given, faults in self.all:
            if not is_funded(given[i]) or not given[i].amount or faults - MONEY or self.asked.value(given) < value:
                continue
            dearer = given[i]._replace(amount=amounts[self.level(given, i) - 1])
            spend = [way.amount for way in (*given[:i], dearer, *given[i + 1 :])]
            if sum(spend) <= self.asked.resources and all(
                (sum(spend[j] for j in members) >= money) if kind == "floor" else (sum(spend[j] for j in members) <= money)
                for kind, members, money in self.asked._limits
            ):
                return True
        return False

    def extra(self, now: Choice, i: int) -> int | None:
        """The least spend beyond the resources with output i one level up and nobody below."""
        wanted = [*now[:i], now[i] + 1, *now[i + 1 :]]
        spends = (
            sum(way.amount for way in given)
            for given, faults in self.all
            if not faults - {"budget"} and all(self.level(given, j) >= least for j, least in enumerate(wanted))
        )
        least = min(spends, default=None)
        return None if least is None else max(least - self.asked.resources, 0)


def small(seeds: range) -> Iterator[tuple[int, Question, Scenario]]:
    for seed in seeds:
        asked = question(seed)
        if asked.size <= MOST_ALLOCATIONS and asked.reach <= TELLING // 10 and not asked.plan.later_start:
            yield seed, asked, derive(asked.plan, asked.spec)


@pytest.mark.instances(80)
def test_reasons_are_those_of_enumeration(seeds: range) -> None:
    for seed, asked, scenario in small(seeds):
        if not applies(scenario):
            continue
        with repeatable(seed):
            _compare(asked, scenario, reasons(scenario))


@pytest.mark.instances(40)
def test_they_are_the_same_where_the_dynamic_programme_does_not_apply(seeds: range) -> None:
    """Changes, funds, classes: by the solver. Two outputs of each plan."""
    for seed, asked, scenario in small(seeds):
        if applies(scenario):
            continue
        with repeatable(seed):
            some = {seed % len(asked.plan.outputs), (seed * 7 + 3) % len(asked.plan.outputs)}
            _compare(asked, scenario, reasons(scenario, some))


def applies(scenario: Scenario) -> bool:
    try:
        LeaveOneOut(scenario)
    except NotApplicable:
        return False
    return True


def _compare(asked: Question, scenario: Scenario, found: Reasons | None) -> None:
    every = Enumerated(asked)
    if not every.allowed:
        assert found is None
        return
    assert found is not None
    assert found.complete
    assert loads(dumps(found), Reasons) == found
    assert tuple(value for _, value in found.now) == max(map(asked.attained, every.allowed))
    result = optimize(scenario)
    assert isinstance(result, Result)
    assert found.spend == result.audit.spend
    now = tuple(asked.levels[i].index((d.amount, d.share, None)) + 1 if d.funded else 0 for i, d in enumerate(result.allocation))
    for reason in found.reasons:
        assert reason.level == now[reason.i]
        _compare_forced(every, found, reason)
        _compare_money(every, found, reason, now)
        _compare_causes(every, scenario, result, reason)


def _compare_forced(every: Enumerated, found: Reasons, reason: Reason) -> None:
    i, most = reason.i, len(every.asked.levels[reason.i])
    ranges = ((reason.turned, (0, 0) if reason.level else (1, most)), (reason.raised, (reason.level + 1, most)))
    for forced, (lowest, highest) in ranges:
        if forced is None:
            continue
        expected, now = every.best(i, lowest, highest), [value for _, value in found.now]
        if forced.regret is None:
            assert expected is None
            continue
        assert expected is not None
        assert [value for _, value in forced.regret] == [a - b for a, b in zip(now, expected, strict=True)]
        assert lowest <= forced.level <= highest
        assert _reached(every, found, reason, forced)


def _reached(every: Enumerated, found: Reasons, reason: Reason, forced: Forced) -> bool:
    """Whether an allowed allocation has these amounts and loses exactly the regret."""
    assert forced.regret is not None
    now = {one.i: one.amount for one in found.reasons}
    if len(now) < len(every.asked.plan.outputs):
        return True
    amounts = now | {move.i: move.after for move in forced.moves} | {reason.i: forced.amount}
    assert all(now[move.i] == move.before != move.after for move in forced.moves)
    reached = tuple(before - loss for (_, before), (_, loss) in zip(found.now, forced.regret, strict=True))
    return any(
        all(way.amount == amounts[j] for j, way in enumerate(given)) and every.asked.attained(given) == reached
        for given in every.allowed
    )


def _compare_money(every: Enumerated, found: Reasons, reason: Reason, now: Choice) -> None:
    asked, i = every.asked, reason.i
    if reason.level < len(asked.levels[i]) and _one_amount(asked.plan) and not asked.by_funds:
        assert reason.extra == every.extra(now, i)
    if found.no_break_even or reason.turned is None:
        assert reason.break_even_priority is reason.break_even_cost is None
        return
    assert reason.priority == asked.priorities[i]
    weight = asked.plan.component(asked.plan.outputs[i].component).weight
    if weight:
        assert reason.break_even_priority == every.priority(i)
    if _few_costs(asked, i) and applies(derive(asked.plan, asked.spec)):
        assert reason.break_even_cost == every.cost(i)


def _few_costs(asked: Question, i: int) -> bool:
    """Whether all costs at which the output could be paid for can be tried."""
    lowest = next((way.amount for way in asked.levels[i] if way.amount), 0)
    most = MOST_COSTS * asked.plan.unit_of_account
    return asked.spec.objective == "delivery" and lowest > 0 and asked.resources * asked.plan.outputs[i].cost // lowest <= most


def _one_amount(plan: Plan) -> bool:
    """Whether more resources are one amount more under the same rules."""
    minima = [c.minimum for c in plan.components if c.minimum is not None and c.minimum.value]
    limits = [*minima, *(c.maximum for c in plan.components if c.maximum is not None)]
    return (
        plan.allowed_changes is None and plan.allowed_drops is None and all(limit.basis != "% of resources" for limit in limits)
    )


def _compare_causes(every: Enumerated, scenario: Scenario, result: Result, reason: Reason) -> None:
    """Each cause is true by itself: asked from scratch without it, the output stands otherwise."""
    plan, i, funded = every.asked.plan, reason.i, reason.level > 0
    assert reason.causes
    for cause in reason.causes:
        figures = (result.audit.spend, result.audit.in_part)
        tie = every.ties(i, not funded, tuple(value for _, value in result.audit.attained), figures)
        assert tie is (cause.why is Why.TIE) or reason.locked
        if cause.why is Why.MINIMUM:
            together = len(cause.components) > 1 and not _differs(scenario, _without_minima(plan, cause.components[:1]), reason)
            for chosen in [cause.components] if together else [(k,) for k in cause.components]:
                assert _differs(scenario, _without_minima(plan, chosen), reason)
        elif cause.why in (Why.REQUIREMENT, Why.REQUIRED):
            end = "output" if cause.why is Why.REQUIREMENT else "requires"
            links = tuple(link for link in plan.links if getattr(link, end) != plan.outputs[i].id)
            assert len(links) < len(plan.links)
            assert _differs(scenario, replace(plan, links=links), reason)
        elif cause.why is Why.GROUP:
            assert _differs(scenario, replace(plan, groups=tuple(g for g in plan.groups if g.name not in cause.names)), reason)
        elif cause.why in (Why.RESOURCES, Why.TOGETHER):
            assert reason.turned is not None
            assert reason.turned.regret is None


def _without_minima(plan: Plan, components: tuple[int, ...]) -> Plan:
    changed = (replace(c, minimum=None) if k in components else c for k, c in enumerate(plan.components))
    return replace(plan, components=tuple(changed))


def _differs(scenario: Scenario, plan: Plan, reason: Reason) -> bool:
    """Whether the best of the other plan may have the output otherwise, or, where it could not be otherwise, any may."""
    outputs = list(plan.outputs)
    status = Status.DEFERRED if reason.level else Status.COMMITTED
    outputs[reason.i] = replace(outputs[reason.i], status=status, committed=plan.levels[reason.i][0].amount)
    forced, free = (optimize(derive(one, scenario.spec)) for one in (replace(plan, outputs=tuple(outputs)), plan))
    if reason.turned is not None and reason.turned.regret is None:
        return forced.termination is not Termination.INFEASIBLE
    return isinstance(forced, Result) and isinstance(free, Result) and forced.audit.attained == free.audit.attained
