"""What the funds are worth: money that nothing can use and the rule that strands it; what more of each would bring."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.audit import Attained, first_change
from optimizer.fund import Fund
from optimizer.funding import Funding
from optimizer.optimize import attainable
from optimizer.plan import Plan
from optimizer.result import Result
from optimizer.rounding import largest_remainder
from optimizer.scenario import Scenario, asked_again, rules

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class FundWorth:
    """One fund of a result. `unused` is lost or left at the end, by period; `stranded_by` names what keeps it from use.

    `more` is what the objective would come to with `step` more money, spread over the periods that are open as the fund's own
    money is, evenly where it has none; None where that was not proved in time.
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
        return None if worth.more is None else first_change(self.now, worth.more)


def analyse_funds(result: Result, seconds: float = 60.0) -> FundAnalysis | None:
    """One question more for each fund, and up to five for each with money that is not used. None without funds.

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
        richer = _with(scenario.plan, f, _larger(scenario.plan, fund, step))
        more = _attainable(asked_again(asked, richer), end)
        found.append(FundWorth(fund, unused, _stranded_by(result, asked, f, end) if any(unused) else "", more))
    return FundAnalysis(step, result.audit.attained, tuple(found))


def step_of(plan: Plan) -> int:
    """One million, or for a small plan the largest power of ten that is at most a hundredth of its cost."""
    step = MILLION
    while step > 1 and 100 * step > plan.cost:
        step //= 10
    return step


def open_periods(plan: Plan) -> list[int]:
    """Positions of the periods with a year that is still decided: all but in a re-plan."""
    return [t for t, period in enumerate(plan.periods) if plan.first_open_year is None or period.last >= plan.first_open_year]


def _larger(plan: Plan, fund: Fund, step: int) -> Fund:
    opened = open_periods(plan) or range(len(plan.periods))
    own = [fund.amounts[t] for t in opened]
    sizes = own if any(own) else [1] * len(own)
    extra = largest_remainder([Fraction(step * size, sum(sizes)) for size in sizes], step)
    amounts = list(fund.amounts)
    for t, more in zip(opened, extra, strict=True):
        amounts[t] += more
    return replace(fund, amounts=tuple(amounts))


def _with(plan: Plan, f: int, fund: Fund) -> Plan:
    return replace(plan, funds=(*plan.funds[:f], fund, *plan.funds[f + 1 :]))


def _attainable(scenario: Scenario, end: float) -> Attained | None:
    left = end - time.monotonic()
    return attainable(scenario, left) if left > 0 else None


def _stranded_by(result: Result, asked: Scenario, f: int, end: float) -> str:
    """What keeps a fund's money from use: in years that are closed the past, in others one of the fund's rules, or several."""
    plan, funding = asked.plan, result.funding
    assert funding is not None
    opened = open_periods(plan)
    left = sum(balance.unused for t, balance in enumerate(funding.balances[f]) if t not in opened)
    past = "left from closed years, about which nothing can be decided any more"
    if not any(funding.balances[f][t].unused for t in opened):
        return past
    if result.audit.in_full == len(plan.outputs):
        reason = "every output is funded in full"
    else:
        reason = _ruled_out(result, asked, _as_paid(plan, funding), f, end)
    return f"{reason}; of it {plan.money(left)} {past}" if left else reason


def _as_paid(plan: Plan, funding: Funding) -> Plan:
    """The plan with the past settled: each fund has in closed periods what it has paid then, and brings what is carried on."""
    opened = open_periods(plan)
    if len(opened) == len(plan.periods):
        return plan
    funds = []
    for fund, balances in zip(plan.funds, funding.balances, strict=True):
        brought = {opened[0]: balances[opened[0]].carried_in}
        amounts = (b.own + brought.get(t, 0) if t in opened else b.paid for t, b in enumerate(balances))
        funds.append(replace(fund, amounts=tuple(amounts)))
    return replace(plan, funds=tuple(funds))


def _ruled_out(result: Result, asked: Scenario, plan: Plan, f: int, end: float) -> str:
    """The first of the fund's own rules without which the answer would be better, else the first several that are so together."""
    tried = [plan.funds[f]]
    for without, reasons in _lifted(tried[0], open_periods(plan)):
        if without in tried:
            continue
        tried.append(without)
        freed = _with(plan, f, without)
        better = _attainable(replace(asked, plan=freed, rules=tuple(rules(freed, asked.resources))), end)
        if better is None:
            return "not established in time"
        if better > result.audit.attained:
            return f"together: {'; '.join(reasons)}" if len(reasons) > 1 else reasons[0]
    return "none of its own rules: what is left pays for no further level that the other rules allow"


def _lifted(fund: Fund, opened: list[int]) -> Iterator[tuple[Fund, list[str]]]:
    """The fund without one of its rules, then without several; each with what it would be that strands the money."""
    free = replace(fund, components=(), outputs=(), tags=())
    lasting = _lasting(fund, opened)
    carried = "no more of it carries over to later periods" if fund.carry_over else "it does not carry over to later periods"
    restricted, late = "it may pay only for the outputs that it is restricted to", "it comes later than outputs could use it"
    yield free, [restricted]
    yield lasting, [carried]
    yield _early(fund, opened), [late]
    if free != fund:
        both = [restricted, carried] if lasting != fund else [restricted]
        yield _lasting(free, opened), both
        yield _early(free, opened), [*both, late]


def _lasting(fund: Fund, opened: list[int]) -> Fund:
    """With all that is left carried over, where there is anything to carry over."""
    return replace(fund, carry_over=True, cap=None) if any(fund.amounts[t] for t in opened[:-1]) else fund


def _early(fund: Fund, opened: list[int]) -> Fund:
    """With all of its money that can still be decided about there from the first such period on."""
    if not any(fund.amounts[t] for t in opened[1:]):
        return _lasting(fund, opened)
    money = sum(fund.amounts[t] for t in opened)
    amounts = (amount if t not in opened else money if t == opened[0] else 0 for t, amount in enumerate(fund.amounts))
    return replace(fund, carry_over=True, cap=None, amounts=tuple(amounts))
