"""What the funds are worth: money that nothing can use and the rule that strands it; what more of each would bring."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.audit import Attained
from optimizer.fund import Fund
from optimizer.optimize import attainable
from optimizer.plan import Plan
from optimizer.result import Result
from optimizer.rounding import largest_remainder
from optimizer.scenario import Scenario, asked_again

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class FundWorth:
    """One fund of a result. `unused` is lost or left at the end, by period; `stranded_by` names what keeps it from use.

    `more` is what the objective would come to with `step` more money, spread over the periods as the fund's own money is; None
    where that was not proved in time.
    """

    fund: Fund
    unused: tuple[int, ...]
    stranded_by: str
    more: Attained | None


@dataclass(frozen=True, slots=True)
class FundAnalysis:
    """`step` is one million of the currency, or less for a plan that is small; `now` is what the objective comes to."""

    step: int
    now: Attained
    funds: tuple[FundWorth, ...]

    def gain(self, worth: FundWorth) -> tuple[str, Fraction] | None:
        """What the step brings, in the first figure of the objective that it changes; None where that is not known."""
        if worth.more is None:
            return None
        changes = [(name, after - before) for (name, before), (_, after) in zip(self.now, worth.more, strict=True)]
        return next((change for change in changes if change[1]), changes[-1])


def analyse_funds(result: Result, seconds: float = 60.0) -> FundAnalysis | None:
    """One question more for each fund, and up to three for each with money that is not used. None without funds.

    `seconds` bounds them all together; what was not established by then says so.
    """
    end = time.monotonic() + seconds
    scenario, funding = result.scenario, result.funding
    if funding is None:
        return None
    asked = replace(scenario, rules=())
    step = step_of(scenario.plan)
    found = []
    for f, (fund, balances) in enumerate(zip(scenario.plan.funds, funding.balances, strict=True)):
        unused = tuple(balance.unused for balance in balances)
        more = _attainable(_with(asked, f, _larger(fund, step)), end) if any(fund.amounts) else None
        found.append(FundWorth(fund, unused, _stranded_by(result, asked, f, end) if any(unused) else "", more))
    return FundAnalysis(step, result.audit.attained, tuple(found))


def step_of(plan: Plan) -> int:
    """One million, or for a small plan the largest power of ten that is at most a hundredth of its cost."""
    step = MILLION
    while step > 1 and 100 * step > plan.cost:
        step //= 10
    return step


def _larger(fund: Fund, step: int) -> Fund:
    total = sum(fund.amounts)
    extra = largest_remainder([Fraction(step * amount, total) for amount in fund.amounts], step)
    return replace(fund, amounts=tuple(a + b for a, b in zip(fund.amounts, extra, strict=True)))


def _with(scenario: Scenario, f: int, fund: Fund) -> Scenario:
    funds = (*scenario.plan.funds[:f], fund, *scenario.plan.funds[f + 1 :])
    return asked_again(scenario, replace(scenario.plan, funds=funds))


def _attainable(scenario: Scenario, end: float) -> Attained | None:
    left = end - time.monotonic()
    return attainable(scenario, left) if left > 0 else None


def _stranded_by(result: Result, asked: Scenario, f: int, end: float) -> str:
    """The first of the fund's own rules without which the answer would be better."""
    plan = asked.plan
    fund = plan.funds[f]
    if result.audit.in_full == len(plan.outputs):
        return "every output is funded in full"
    free = replace(fund, components=(), outputs=(), tags=())
    lasting = replace(fund, carry_over=True, cap=None)
    early = replace(lasting, amounts=(sum(fund.amounts), *(0,) * (len(fund.amounts) - 1)))
    last_period_only = not any(fund.amounts[:-1])
    tries = (
        (fund.restricted, free, "it may pay only for the outputs that it is restricted to"),
        (not fund.carry_over and not last_period_only, lasting, "it does not carry over to later periods"),
        (fund.carry_over and fund.cap is not None, lasting, "no more of it carries over to later periods"),
        (len(plan.periods) > 1, early, "it comes later than outputs could use it"),
    )
    for applies, without, reason in tries:
        if applies:
            better = _attainable(_with(asked, f, without), end)
            if better is None:
                return "not established in time"
            if better > result.audit.attained:
                return reason
    return "none of its own rules: what is left pays for no further level that the other rules allow"
