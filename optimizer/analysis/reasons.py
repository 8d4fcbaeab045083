"""Reasons: why each output is funded or not, what another decision would lose, and what would change it.

Everything is established by asking the question again: with the output forced in or out, without a rule, with other money. How
figures are defined is said in docs/model.md, Reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer.allocation import Allocation
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer, checked, levels_of
from optimizer.analysis.causes import Causes, forced_in, forced_out, why_not_more
from optimizer.analysis.closure import more_needed
from optimizer.analysis.frontier import BY_PROGRAMME, Frontier, NotOffered, frontier, funded_between
from optimizer.analysis.leave_out import LeaveOneOut, Rest
from optimizer.analysis.reasons_found import Cause, Forced, Move, Reason, Reasons, Why
from optimizer.dynamic import NotApplicable
from optimizer.objectives import DELIVERY, MONEY_WEIGHTED
from optimizer.rules import Balance, Changes, Committed, Deferred, Drops
from optimizer.scenario import Scenario
from optimizer.solver import SolverFault

OFFERED = (DELIVERY, MONEY_WEIGHTED)
MOST_SOLVED = 5  # outputs whose break-even priority is worked out by the solver


def reasons(
    scenario: Scenario,
    outputs: Iterable[int] = (),
    seconds: float = 600.0,
    allocation: Allocation | None = None,
    curve: Frontier | None = None,
) -> Reasons | None:
    """The reasons for some outputs by position, else for all; None where no allocation satisfies the rules.

    `seconds` bounds everything; what was not established by then is None in reasons that are not `known`. `allocation` is the
    optimizer's own and `curve` the frontier, where they are there already. Raises OutOfTime when not even the best allocation was
    proved in time.
    """
    rules = tuple(rule for rule in scenario.rules if not isinstance(rule, Balance))  # those come from the question
    work = _Work.begun(replace(scenario, rules=rules), Reoptimizer(seconds), allocation)
    if work is None:
        return None
    chosen = sorted(set(outputs)) or range(len(scenario.plan.outputs))
    even = work.why_not_even(len(chosen))
    steps = (work.turn, work.raise_, work.explain, work.more, *(() if even else (work.even,)))
    found = [work.bare(i) for i in chosen]
    for step in steps:  # what matters most first, in case that time runs out
        found = [work.in_time(step, reason) for reason in found]
    no_entries, least, known_to = "", None, None
    try:
        curve = curve if curve is not None else work.frontier()
    except NotOffered as refused:
        no_entries = str(refused)
    else:
        found = [replace(reason, entries=funded_between(curve, reason.i)) for reason in found]
        least = curve.points[0].resources if curve.points else None
        known_to = None if curve.complete else curve.known_to
    return Reasons(
        work.best.audit.attained,
        scenario.resources,
        work.best.audit.spend,
        tuple(found),
        no_entries,
        even,
        least,
        known_to,
        work.programmes,
        work.asking.solves + work.walked,
    )


@dataclass
class _Work:
    """The question, its answer, and what is asked to explain it. `tables` is None where there are no tables without an output.

    `turned` are the variants with an output forced in or out, None where that is infeasible.
    """

    scenario: Scenario
    asking: Reoptimizer
    best: Best
    levels: tuple[int, ...]
    causes: Causes
    tables: LeaveOneOut | None
    turned: dict[int, Best | None] = field(default_factory=dict)
    walked: int = 0
    walks: int = 0

    @classmethod
    def begun(cls, scenario: Scenario, asking: Reoptimizer, allocation: Allocation | None) -> _Work | None:
        best = asking.best(scenario) if allocation is None else checked(scenario, allocation)
        if best is None:
            return None
        try:
            tables = LeaveOneOut(scenario)
        except NotApplicable:
            tables = None
        return cls(scenario, asking, best, levels_of(scenario, best.allocation), Causes(scenario, best, asking), tables)

    @property
    def programmes(self) -> int:
        return self.asking.programmes + self.walks + (self.tables.tables if self.tables else 0)

    def frontier(self) -> Frontier:
        found = frontier(self.scenario, max(self.asking.left, 0.0))
        if found.method == BY_PROGRAMME:
            self.walks += 1
        else:
            self.walked += len(found.points) + 1
        return found

    def why_not_even(self, count: int) -> str:
        """Why there are no break-even figures for so many outputs, in a sentence; empty when there are."""
        if self.scenario.objective not in OFFERED:
            return (
                f"Break-even figures are there for a single value; the objective {self.scenario.objective.name} compares several."
            )
        if self.tables is None and count > MOST_SOLVED:
            return (
                "The dynamic programme does not apply, so that break-even figures take several solves an output: they are there "
                f"for at most {MOST_SOLVED} outputs at a time."
            )
        return ""

    def in_time(self, step: Callable[[Reason], Reason], reason: Reason) -> Reason:
        """The reason with one step more, or as it was and not `known`."""
        try:
            return step(reason)
        except OutOfTime:
            return replace(reason, known=False)

    def bare(self, i: int) -> Reason:
        """What is known without asking."""
        given, priority = self.best.allocation[i], self.scenario.plan.priorities[i]
        mine = [rule for rule in self.scenario.rules if isinstance(rule, Committed | Deferred) and rule.i == i]
        committed = any(isinstance(rule, Committed) for rule in mine)
        locks = (Cause(Why.COMMITTED if committed else Why.DEFERRED),) if mine else ()
        return Reason(i, self.levels[i], given.amount, given.share, locks, None, None, None, priority, None, None, None)

    def turn(self, reason: Reason) -> Reason:
        """Forced in or out."""
        i = reason.i
        if reason.locked:
            return reason
        asked = forced_out(self.scenario, i) if reason.level else forced_in(self.scenario, i)
        self.turned[i] = self.asking.best(asked, settled=False)
        return replace(reason, turned=self._forced(i, 0 if reason.level else 1, self.turned[i]))

    def explain(self, reason: Reason) -> Reason:
        if reason.locked or reason.i not in self.turned:
            return reason
        return replace(reason, causes=self.causes.of(reason.i, self.turned[reason.i]))

    def raise_(self, reason: Reason) -> Reason:
        """One level more, where it is funded in part."""
        i, level = reason.i, reason.level + 1
        deferred = any(cause.why is Why.DEFERRED for cause in reason.causes)
        if not reason.level or level > len(self.scenario.plan.levels[i]) or deferred:
            return reason
        up = self.asking.best(forced_in(self.scenario, i, level), settled=False)
        return replace(reason, raised=self._forced(i, level, up))

    def more(self, reason: Reason) -> Reason:
        """More resources, so that nobody receives less."""
        if reason.level == len(self.scenario.plan.levels[reason.i]) or self._money_is_several():
            return reason
        return replace(reason, extra=more_needed(self.scenario, self.levels, reason.i, reason.level + 1))

    def even(self, reason: Reason) -> Reason:
        """The priority and the cost at which it is as good with the output as without."""
        if reason.i not in self.turned:
            return reason
        if self.tables is None:
            return replace(reason, break_even_priority=self._solved_priority(reason, self.turned[reason.i]))
        if self.asking.left <= 0:
            raise OutOfTime
        try:
            rest = self.tables.rest(reason.i)
        except NotApplicable:
            raise OutOfTime from None
        return reason if rest is None else self._from_table(reason, self.turned[reason.i], rest)

    def _money_is_several(self) -> bool:
        """Whether more resources are not simply one amount more under the same rules."""
        stable = any(isinstance(rule, Changes | Drops) for rule in self.scenario.rules)
        return bool(self.scenario.plan.funds) or stable or why_not_more(self.scenario)

    def _forced(self, i: int, level: int, other: Best | None) -> Forced:
        """What becomes of the others when output i is forced to `level` or above, or out."""
        if other is None:
            amount = self.scenario.plan.levels[i][level - 1].amount if level else 0
            return Forced(level, amount, None)
        now, then = self.best, other
        pairs = zip(now.audit.attained, then.audit.attained, strict=True)
        regret = tuple((name, before - after) for (name, before), (_, after) in pairs)
        amounts = enumerate(zip(now.allocation, then.allocation, strict=True))
        moves = tuple(Move(j, was.amount, now.amount) for j, (was, now) in amounts if j != i and was.amount != now.amount)
        return Forced(levels_of(self.scenario, then.allocation)[i], then.allocation[i].amount, regret, moves)

    def _from_table(self, found: Reason, turned: Best | None, rest: Rest) -> Reason:
        plan, i = self.scenario.plan, found.i
        worths = (Fraction(0), *(self.scenario.objective.worth(level) for level in plan.levels[i]))
        values = [rest.best(l) for l in range(len(worths))]
        self._agree(found, turned, worths, values)
        nothing = values[0]
        if nothing is None:
            return found
        priority = _break_even(nothing, worths, values)
        cost = None
        if self.scenario.objective is DELIVERY and plan.outputs[i].cost and rest.amounts[-1]:
            unit, given = plan.unit_of_account, plan.outputs[i].cost
            for l in range(1, len(worths)):
                most = rest.dearest(l, nothing - found.priority * worths[l], unit)
                if most is not None and rest.amounts[l]:
                    cost = max(cost or 0, most * given // (rest.amounts[l] * unit) * unit)
        return replace(found, break_even_priority=priority, break_even_cost=cost)

    def _agree(self, found: Reason, turned: Best | None, worths: tuple[Fraction, ...], values: list[Fraction | None]) -> None:
        """The table and the variant say the same. Raises SolverFault where they do not."""
        wanted = range(1) if found.level else range(1, len(values))
        reached = [value + found.priority * worths[l] for l, value in enumerate(values) if value is not None and l in wanted]
        if max(reached, default=None) != (None if turned is None else turned.audit.value):
            raise SolverFault(f"two ways to force output {self.scenario.plan.outputs[found.i].id} differ")

    def _solved_priority(self, found: Reason, turned: Best | None) -> Fraction | None:
        """Newton's steps from above on max_l A_l + v w_l, which is convex in the priority v; each step is one variant."""
        plan, i = self.scenario.plan, found.i
        weight = plan.component(plan.outputs[i].component).weight
        without = (turned if found.level else self.best) if turned is not None else None
        if without is None or not weight:
            return None
        worths = [worth for worth in map(self.scenario.objective.worth, plan.levels[i]) if worth]
        tried = without.audit.value / min(worths) if worths else Fraction(0)
        while True:
            outputs = list(plan.outputs)
            outputs[i] = replace(outputs[i], scores=(tried / weight,) * len(plan.criteria))
            forced = forced_in(self.scenario, i)
            other = self.asking.best(replace(forced, plan=replace(plan, outputs=tuple(outputs))), settled=False)
            if other is None:
                return None
            worth = self.scenario.objective.worth(other.allocation[i])
            rest = other.audit.value - tried * worth
            if not worth:
                return Fraction(0) if rest >= without.audit.value else None
            root = max((without.audit.value - rest) / worth, Fraction(0))
            if root >= tried:
                return tried
            tried = root


def _break_even(nothing: Fraction, worths: tuple[Fraction, ...], values: list[Fraction | None]) -> Fraction | None:
    """The least priority v >= 0 with A_l + v w_l >= A_0 for some level l."""
    found: list[Fraction] = []
    for worth, value in list(zip(worths, values, strict=True))[1:]:
        if value is not None and (worth or value >= nothing):
            found.append(max((nothing - value) / worth, Fraction(0)) if worth else Fraction(0))
    return min(found, default=None)
