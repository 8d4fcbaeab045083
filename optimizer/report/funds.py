"""The funds: where their money goes, what nothing can use and why, and what more of each would bring."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.analysis.funds import FundAnalysis, FundWorth
from optimizer.balance import NAME as COVERAGE
from optimizer.fund import Fund
from optimizer.funding import Funding
from optimizer.plan import Plan
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.language import ENGLISH
from optimizer.report.payments import who_pays
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table

NAME = "Funds"


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing in a scenario without funds."""
    funding, analysis = dossier.result.funding, dossier.funds
    if funding and analysis:
        about = f"Each fund: money by {wording.period(ENGLISH, dossier.plan)}, what is not used and why, what more would bring"
        yield Sheet(NAME, about, (balances(dossier, funding), worth(dossier, funding, analysis)))


def balances(dossier: Dossier, funding: Funding) -> Table:
    """A line for each fund and period; own money + carried in = paid + carried out + not used."""
    plan = dossier.plan
    rows: list[Row] = []
    for fund, by_period in zip(plan.funds, funding.balances, strict=True):
        for period, b in zip(plan.periods, by_period, strict=True):
            rows.append(
                Row((fund.id, fund.title, fund.category, period.name, b.own, b.carried_in, b.paid, b.carried_out, b.unused))
            )
        own, paid, unused = (sum(amounts) for amounts in zip(*((b.own, b.paid, b.unused) for b in by_period), strict=True))
        rows.append(Row((None, f"Subtotal, {fund.id}", None, None, own, None, paid, None, unused), Style.SUBTOTAL))
    every = [b for by_period in funding.balances for b in by_period]
    own, paid, unused = sum(b.own for b in every), sum(b.paid for b in every), sum(b.unused for b in every)
    rows.append(Row((None, "Total", None, None, own, None, paid, None, unused), Style.TOTAL))
    when = wording.period(ENGLISH, plan)
    return Table(
        f"Money of the funds by {when}",
        (
            *_fund_columns(),
            Column("period", when.capitalize(), Kind.ID, 15),
            Column("own", "Own money", Kind.MONEY, 15),
            Column("carried_in", "Carried in", Kind.MONEY, 15),
            Column("paid", "Paid", Kind.MONEY, 15),
            Column("carried_out", "Carried out", Kind.MONEY, 15),
            Column("unused", "Not used", Kind.MONEY, 15),
        ),
        tuple(rows),
        lead=dossier.exact_lead,
        notes=(
            f"Own money and what is carried in are paid, carried out to the next {when}, or not used: lost to later ones or "
            "left at the end.",
            *who_pays(plan),
        ),
    )


def worth(dossier: Dossier, funding: Funding, analysis: FundAnalysis) -> Table:
    """A line for each fund: what it may pay for, what is not used and why, and what `step` more would bring."""
    plan = dossier.plan
    step = plan.money(analysis.step)
    when = "periods" if plan.first_open_year is None else "periods that are still open"
    rows = []
    for one, by_period in zip(analysis.funds, funding.balances, strict=True):
        fund = one.fund
        money = (sum(fund.amounts), sum(b.paid for b in by_period), sum(one.unused))
        gain, measure = _gain(dossier, analysis, one)
        terms = (measure, carry_over(plan, fund), pays_for(fund), one.stranded_by)
        rows.append(Row((fund.id, fund.title, fund.category, *money, gain, *terms)))
    return Table(
        "What each fund is worth",
        (
            *_fund_columns(),
            Column("money", "Own money", Kind.MONEY, 15),
            Column("paid", "Paid", Kind.MONEY, 15),
            Column("unused", "Not used", Kind.MONEY, 15),
            Column("gain", f"What {step} more would bring", Kind.NUMBER, 15),
            Column("measure", "Measured in", width=15),
            Column("carry_over", "What is left carries over", width=15),
            Column("pays_for", "May pay for", width=30),
            Column("why", "Why it is not used", width=34),
        ),
        tuple(rows),
        notes=(
            "Why it is not used: the first of the fund's own rules without which the answer would be better; where no single one "
            "is enough, the first of them that are so together.",
            f"What {step} more would bring: each figure is the answer to a question of its own, in which that fund alone has "
            f"{step} more, spread over the {when} as its own money is, evenly where it has none; everything else is as it is.",
        ),
    )


def _fund_columns() -> Iterator[Column]:
    yield Column("id", "Fund", Kind.ID, 12)
    yield Column("title", "Title", width=30)
    yield Column("category", "Category", width=20)


def pays_for(fund: Fund) -> str:
    named = (("component", fund.components), ("output", fund.outputs), ("what carries the tag", fund.tags))
    limits = [f"{what if len(ids) == 1 else PLURALS.get(what, what)} {wording.enumeration(ids)}" for what, ids in named if ids]
    return "; ".join(limits) or "any output"


PLURALS = {"component": "components", "output": "outputs", "what carries the tag": "what carries one of the tags"}


def carry_over(plan: Plan, fund: Fund) -> str:
    if not fund.carry_over:
        return "no"
    return "yes" if fund.cap is None else f"at most {plan.money(fund.cap)}"


def _gain(dossier: Dossier, analysis: FundAnalysis, one: FundWorth) -> tuple[Cell, Cell]:
    """The gain and the figure of the objective that it is a gain in."""
    found = analysis.gain(one)
    if found is None:
        return None, "Not established in time"
    name, gain = found
    if name == COVERAGE:
        return 100 * gain, f"Percentage points of {name}"
    return gain, wording.figure(dossier.result.scenario, name)
