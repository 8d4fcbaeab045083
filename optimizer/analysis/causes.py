"""Why an output is funded or not, established by asking again without what might be the cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from optimizer.analysis.best import Best, Reoptimizer
from optimizer.analysis.frontier import with_resources
from optimizer.analysis.reasons_found import Cause, Why
from optimizer.plan import Basis
from optimizer.rules import (
    AtLeast,
    AtMost,
    Budget,
    Ceiling,
    Changes,
    Committed,
    Deferred,
    Drops,
    Floor,
    FundMoney,
    Requires,
    Rule,
    TagCoverage,
)
from optimizer.scenario import Scenario, asked_again, without

Funded = tuple[bool, ...] | None  # by output; None where no allocation satisfies the rules
Dropped = Sequence[Rule]


def forced_in(scenario: Scenario, i: int, level: int = 1) -> Scenario:
    """With output i at this level or above."""
    output, amount = scenario.plan.outputs[i], scenario.plan.levels[i][level - 1].amount
    others = (rule for rule in scenario.rules if not (isinstance(rule, Committed) and rule.i == i))
    return replace(scenario, rules=(*others, Committed(output.id, i, amount)))


def forced_out(scenario: Scenario, i: int) -> Scenario:
    return replace(scenario, rules=(*scenario.rules, Deferred(scenario.plan.outputs[i].id, i, 0)))


class Causes:
    """The causes for the outputs of one scenario; what several of them ask is asked once."""

    def __init__(self, scenario: Scenario, best: Best, asking: Reoptimizer) -> None:
        self.scenario, self.best, self.asking = scenario, best, asking
        self.funded = tuple(delivery.funded for delivery in best.allocation)
        self._known: dict[tuple[str, ...], Funded] = {}

    def of(self, i: int, turned: Best | None) -> tuple[Cause, ...]:
        """`turned` is the best with the output forced in, or out where it is funded; None where that is infeasible.

        Raises OutOfTime.
        """
        if turned is None:
            return self._forced(i)
        if turned.audit.attained == self.best.audit.attained:
            turned = self.asking.best(turned.scenario) or turned  # what comes after the value counts as well
            same = (turned.audit.spend, turned.audit.in_part) == (self.best.audit.spend, self.best.audit.in_part)
            return (Cause(Why.TIE if same else Why.SPEND),)
        found = self._holding(i, lambda dropped: self._otherwise(i, dropped))
        if not found and not self.funded[i] and self._remains(i):
            found = [Cause(Why.REMAINDER)]
        return tuple(found) or (Cause(Why.PRIORITY),)

    def _forced(self, i: int) -> tuple[Cause, ...]:
        """No allocation has it otherwise: which rules, dropped, would allow it?"""
        turned = forced_out(self.scenario, i) if self.funded[i] else forced_in(self.scenario, i)
        found = self._holding(
            i, lambda dropped: bool(dropped) and self.asking.best(without(turned, dropped), settled=False) is not None
        )
        if not found and not self.funded[i] and self.asking.best(without(turned, self._money()), settled=False) is not None:
            found = [Cause(Why.RESOURCES)]
        return tuple(found) or (Cause(Why.TOGETHER),)

    def _holding(self, i: int, holds: Callable[[Dropped], bool]) -> list[Cause]:
        """The rules without which it would be otherwise, family by family."""
        scenario, funded = self.scenario, self.funded[i]
        found = [cause for cause, dropped in self._logic(i) if holds(dropped)]
        found += self._minima(i, holds)
        for why, family in ((Why.MAXIMUM, Ceiling), (Why.STABILITY, Changes | Drops)):
            rules = [rule for rule in scenario.rules if isinstance(rule, family)]
            mine = [rule for rule in rules if not isinstance(rule, Ceiling) or i in rule.members]
            if mine and not (funded and why is Why.MAXIMUM) and holds(mine):
                found.append(Cause(why, (self._home(i),) if why is Why.MAXIMUM else ()))
        if scenario.plan.funds and not funded and self._otherwise(i, None):
            found.append(Cause(Why.FUNDS))
        held = [rule for rule in scenario.rules if isinstance(rule, Committed)]
        if held and not funded and not found and holds(held):
            found.append(Cause(Why.COMMITMENTS, outputs=tuple(sorted({rule.i for rule in held}))))
        return found

    def _money(self) -> Dropped:
        return [rule for rule in self.scenario.rules if isinstance(rule, Budget | FundMoney)]

    def _home(self, i: int) -> int:
        plan = self.scenario.plan
        return next(k for k, component in enumerate(plan.components) if component.id == plan.outputs[i].component)

    def _logic(self, i: int) -> Iterator[tuple[Cause, Dropped]]:
        """Requirements, groups and tags that could make a funded output be so, or another not."""
        rules, funded = self.scenario.rules, self.funded[i]
        links = [rule for rule in rules if isinstance(rule, Requires) and i == (rule.j if funded else rule.i)]
        if funded:
            links = [rule for rule in links if self.funded[rule.i]]
            yield Cause(Why.REQUIRED, outputs=tuple(sorted({rule.i for rule in links}))), links
        else:
            yield Cause(Why.REQUIREMENT, outputs=tuple(sorted({rule.j for rule in links}))), links
        groups = [rule for rule in rules if isinstance(rule, AtLeast if funded else AtMost) and i in rule.members]
        yield Cause(Why.GROUP, names=tuple(rule.group for rule in groups)), groups
        tags = [rule for rule in rules if isinstance(rule, TagCoverage) and (i in rule.carriers) is funded]
        yield Cause(Why.TAG, names=tuple(rule.tag for rule in tags)), tags

    def _minima(self, i: int, holds: Callable[[Dropped], bool]) -> Iterator[Cause]:
        """Those that alone make the difference, else all together; for a funded output only that of its own component."""
        components = self.scenario.plan.components
        floors = [rule for rule in self.scenario.rules if isinstance(rule, Floor) and (i in rule.members or not self.funded[i])]
        named = [rule for rule in floors if holds([rule])]
        if not named and len(floors) > 1 and holds(floors):
            named = floors
        if named:
            place = {component.id: k for k, component in enumerate(components)}
            yield Cause(Why.MINIMUM, tuple(place[rule.component] for rule in named))

    def _otherwise(self, i: int, dropped: Dropped | None) -> bool:
        """Whether the best without some rules, or with funds that may pay for everything, has the output otherwise."""
        key = ("funds",) if dropped is None else tuple(rule.key for rule in dropped)
        if not key:
            return False
        if key not in self._known:
            asked = _unrestricted(self.scenario) if dropped is None else without(self.scenario, dropped)
            found = self.asking.best(asked, settled=False)
            self._known[key] = None if found is None else tuple(delivery.funded for delivery in found.allocation)
        known = self._known[key]
        return known is not None and known[i] is not self.funded[i]

    def _remains(self, i: int) -> bool:
        """Whether the money left is less than the smallest level, and just enough more would go to it."""
        plan, left = self.scenario.plan, self.scenario.resources - self.best.audit.spend
        wanted = plan.levels[i][0].amount
        if plan.funds or why_not_more(self.scenario) or not 0 < left < wanted:
            return False
        richer = self.asking.best(with_resources(self.scenario, self.best.audit.spend + wanted))
        return richer is not None and richer.allocation[i].funded


def why_not_more(scenario: Scenario) -> bool:
    """Whether limits are shares of the resources, so that more of these are another question."""
    return any(isinstance(rule, Floor | Ceiling) and rule.basis is Basis.RESOURCES for rule in scenario.rules)


def _unrestricted(scenario: Scenario) -> Scenario:
    """With funds that may pay for every output."""
    funds = tuple(replace(fund, components=(), outputs=(), tags=()) for fund in scenario.plan.funds)
    return asked_again(scenario, replace(scenario.plan, funds=funds))
