"""Somebody's own list measured as the optimizer measures its own: value, breaches, and what the optimum does differently."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.analysis.best import OutOfTime
from optimizer.audit import Attained, audit, first_change
from optimizer.optimize import optimize
from optimizer.plan import Plan
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.rules import Breach
from optimizer.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Difference:
    """An output (position) that the optimum treats in another way: what the list gives it, and what the optimum gives."""

    i: int
    own: Delivery
    best: Delivery


@dataclass(frozen=True)
class Scored:
    """`own` and `best` are what the objective compares, in its own measure; `spend` and `best_spend` are in money.

    `breaches` are the rules that the list does not respect. A list that breaches rules may well be worth more than the optimum,
    which respects them. `proved` says whether the optimum is.
    """

    own: Attained
    spend: int
    breaches: tuple[Breach, ...]
    best: Attained
    best_spend: int
    differences: tuple[Difference, ...]
    proved: bool

    @property
    def price(self) -> tuple[str, Fraction]:
        """What the list gives away: by how much the optimum is better in the first figure in which they differ, and its name."""
        return first_change(self.own, self.best)


def score(scenario: Scenario, allocation: Allocation, seconds: float = 600.0) -> Scored | None:
    """Measure an allocation against the optimum; None where no allocation satisfies the rules. Raises OutOfTime."""
    outcome = optimize(scenario, seconds)
    if outcome.termination is Termination.INFEASIBLE:
        return None
    if not isinstance(outcome, Result):
        raise OutOfTime
    own, best = audit(scenario, allocation), outcome.audit
    pairs = enumerate(zip(allocation, outcome.allocation, strict=True))
    different = tuple(Difference(i, mine, theirs) for i, (mine, theirs) in pairs if mine != theirs)
    proved = outcome.proof.proved
    return Scored(own.attained, own.spend, own.breaches, best.attained, best.spend, different, proved)


def as_levels(plan: Plan, amounts: dict[str, int | None]) -> tuple[Allocation, tuple[str, ...]]:
    """The allocation that a list of amounts by output id buys: the highest level that each pays for; None stands for in full.

    And the ids of those whose amount is none of their levels, so that some of it buys nothing.
    """
    deliveries, between = [], []
    for output, levels in zip(plan.outputs, plan.levels, strict=True):
        amount = amounts.get(output.id, 0)
        if output.id not in amounts:
            deliveries.append(NOTHING)
            continue
        bought = [level for level in levels if amount is None or level.amount <= amount]
        last = bought[-1] if bought else None
        deliveries.append(NOTHING if last is None else Delivery(last.amount, last.share))
        if amount and (last is None or last.amount != amount):
            between.append(output.id)
    return Allocation(tuple(deliveries)), tuple(between)
