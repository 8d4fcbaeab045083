"""Nonsense about time and sources of money: periods, time frames, profiles, funds, progress (part of sanity.contradictions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from optimizer.address import spans
from optimizer.fact import Fact, error, warning
from optimizer.findings import Severity, nearest, quoted
from optimizer.fund import Fund
from optimizer.plan import Output, Plan
from optimizer.program import EXACT

SHOWN = 5  # names listed before the rest is counted


def of_schedule(plan: Plan) -> Iterator[Fact]:
    """Facts about periods and what falls on them; where the periods themselves are at fault, nothing that depends on them."""
    yield from _periods(plan)
    yield from of_outputs(plan, plan.outputs)
    for fund in plan.funds:
        yield from _fund(plan, fund)
    yield from settings(plan)
    money = sum(sum(fund.amounts) for fund in plan.funds)
    if money >= EXACT:
        yield error("too-large", "plan", "", "funds", f"the funds add up to {money:,}", f"less than {EXACT:,} is expected")


def of_outputs(plan: Plan, outputs: Sequence[Output]) -> Iterator[Fact]:
    """The facts about some outputs."""
    if plan.periods and not any(fault.severity is Severity.ERROR for fault in _periods(plan)):
        for output in outputs:
            yield from _time_frame(plan, output)
    for output in outputs:
        yield from _payers(plan, output)
        yield from _progress(output)


def _periods(plan: Plan) -> Iterator[Fact]:
    backward = [period for period in plan.periods if period.last < period.first]
    for period in backward:
        found = f"{period.last}, first year {period.first}"
        yield error("period-years", "period", period.name, "last", found, "a last year not before the first is expected")
    if backward:
        return
    for before, after in pairwise(plan.periods):
        if after.first < before.first:
            found, expected = f"{after.first}, after {before.name} from {before.first}", "periods in order of time are expected"
            yield error("period-order", "period", after.name, "first", found, expected, "move the row up")
        elif after.first <= before.last:
            found = f"{after.first}, {before.name} ends {before.last}"
            yield error("period-overlap", "period", after.name, "first", found, "periods that share no year are expected")
        elif after.first > before.last + 1:
            found = f"{after.first}, {before.name} ends {before.last}"
            yield warning("period-gap", "period", after.name, "first", found, "no money can be spent in the years between")


def _time_frame(plan: Plan, output: Output) -> Iterator[Fact]:
    """Where an output's time frame is left open, it is that of the periods."""
    starts = [year for year in (output.start, output.earliest_start) if year is not None]
    first, last = max(starts, default=plan.periods[0].first), plan.periods[-1].last if output.end is None else output.end
    if output.end is not None and first > last and starts:
        return  # a start after the end is said of every plan
    covered = {year for period in plan.periods for year in range(period.first, period.last + 1)}
    missing = [year for year in range(first, last + 1) if year not in covered]
    late = output.earliest_start is not None and (output.start is None or output.earliest_start > output.start)
    start = ("earliest_start" if late else "start", first)
    end = ("end", last)
    if not any(period.years(first, last) for period in plan.periods):
        field, year = end if last < plan.periods[0].first else start
        expected = f"at least one year in a period is expected, {_years(plan)}"
        yield error("outside-periods", "output", output.id, field, str(year), expected, "add a period, or correct the year")
        return
    if missing and (starts or output.end is not None) and not _profiled(plan, output):
        field, year = start if missing[0] == first or output.end is None else end
        found = f"{year}, no period for {', '.join(spans(missing))}"
        remedy = "add a period, correct the years, or say on the sheet Profile when its money falls due"
        yield error(
            "outside-periods", "output", output.id, field, found, f"years in periods are expected, {_years(plan)}", remedy
        )
    for row in output.profile:
        for period, part in zip(plan.periods, row.parts, strict=True):
            if part and not period.years(first, last):
                found = f"{part.numerator:,}" if part.denominator == 1 else f"{float(part):g}"
                expected = f"nothing is expected outside the time frame, {first} to {last}"
                remedy = f"blank it, or correct the years of output {output.id}"
                others = ("" if row.level is None else str(row.level), row.fund)
                field = f"part:{period.name}"
                yield error("profile-outside", "profile", output.id, field, found, expected, remedy, others)


def _profiled(plan: Plan, output: Output) -> bool:
    """Whether a profile says of every level when its money falls due."""
    rows = {row.level for row in output.profile}
    return None in rows or all(level.share in rows for level in output.levels(plan.delivery_step, plan.unit_of_account))


def _years(plan: Plan) -> str:
    """The years of the periods: 2020-2023, 2026-2027."""
    return ", ".join(spans([year for period in plan.periods for year in range(period.first, period.last + 1)]))


def _payers(plan: Plan, output: Output) -> Iterator[Fact]:
    """The fund that a profile names exists and may pay for the output."""
    funds = {fund.id: fund for fund in plan.funds}
    for row in output.profile:
        fund = funds.get(row.fund)
        others = ("" if row.level is None else str(row.level), row.fund)
        if row.fund and fund is None:
            remedy = nearest(row.fund, funds) if funds else "add it to the sheet Funds, or blank the cell"
            expected = "the id of a fund is expected"
            yield error("unknown", "profile", output.id, "fund", quoted(row.fund), expected, remedy, others)
        elif fund is not None and not fund.pays(output):
            may = [fund.id for fund in plan.funds if fund.pays(output)]
            expected = f"a fund that may pay for output {output.id} is expected"
            remedy = f"these may: {_listed(may)}" if may else "no fund may: change what the funds are restricted to"
            yield error("profile-fund", "profile", output.id, "fund", quoted(row.fund), expected, remedy, others)


def _progress(output: Output) -> Iterator[Fact]:
    if output.spent > output.cost:
        found, expected = f"{output.spent:,} with a cost of {output.cost:,}", "at most the cost is expected"
        yield error("spent-over-cost", "output", output.id, "spent", found, expected, "correct it, or raise the cost")
    elif output.delivered and not output.spent and output.cost:
        found = f"{output.delivered} with nothing spent"
        yield warning("delivered-unspent", "output", output.id, "delivered", found, "counts only beside an amount spent")
    elif output.delivered == 100 and output.spent < output.cost:
        found = f"100 with {output.spent:,} spent of {output.cost:,}"
        yield warning("delivered-early", "output", output.id, "delivered", found, "nothing more is asked for")


def _fund(plan: Plan, fund: Fund) -> Iterator[Fact]:
    if fund.cap is not None and not fund.carry_over:
        yield warning("cap-unused", "fund", fund.id, "cap", f"{fund.cap:,} without carry-over", "counts only with carry-over")
    if fund.restricted:
        payable = sum(output.cost for output in plan.outputs if fund.pays(output))
        if sum(fund.amounts) > payable:
            found = f"{quoted(fund.id)} has {sum(fund.amounts):,}, the outputs that it may pay for cost {payable:,}"
            yield warning("fund-idle", "fund", fund.id, "id", found, "the rest cannot be used")


def settings(plan: Plan) -> Iterator[Fact]:
    for field in ("allowed_changes", "allowed_drops"):
        value = getattr(plan, field)
        if value is not None and all(output.adopted is None for output in plan.outputs):
            expected = "adopted amounts of outputs are expected, from which changes are counted"
            remedy = "fill in the column Adopted amount of the sheet Outputs, or blank the setting"
            yield error("nothing-adopted", "plan", "", field, str(value), expected, remedy)
    if plan.first_open_year is not None and plan.periods and plan.first_open_year > plan.periods[-1].last:
        expected = f"a year up to {plan.periods[-1].last} is expected: no period would be open"
        yield error("no-open-year", "plan", "", "first_open_year", str(plan.first_open_year), expected, "correct it")
    if plan.later_start and not (plan.periods and plan.funds):
        yield warning("later-start-unused", "plan", "", "later_start", "yes", "counts only with periods and funds")
    if plan.continuity and not plan.periods:
        yield warning("continuity-unused", "plan", "", "continuity", "yes", "counts only with periods")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
