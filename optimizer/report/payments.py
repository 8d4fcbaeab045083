"""Every amount with its time and who pays it, exactly: what the rounded tables are added up from."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan import Plan
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import dues
from optimizer.report.language import ENGLISH
from optimizer.report.prioritisation import PAYMENTS
from optimizer.report.table import Column, Kind, Row, Sheet, Style, Table

NAME = PAYMENTS
WHO_PAYS = (
    "Who pays first, where several funds could: the most restricted money, that is the fund that may pay for the fewest outputs; "
    "of equally restricted funds the one that comes first on the sheet Funds of the plan. In this order each pays, in early "
    "periods first, as much as it can without changing what is paid in all or by those before it. Then for what: in the same "
    "order each pays first for what the fewest funds may pay for, and among these for what the most restricted of them may. "
    "Within that, outputs are paid in the order of their priority."
)


def who_pays(plan: Plan) -> Iterator[str]:
    """The rule, and what it does not know of years that are closed."""
    yield WHO_PAYS
    if plan.first_open_year is not None:
        yield (
            f"Years before {plan.first_open_year} are closed. Who paid what is spent in them is not an input: it is worked out "
            "by the same rule, so that what a fund carries over from them can be more or less than its accounts show."
        )


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing where the plan has no periods."""
    if dossier.plan.periods:
        who = "Who pays what and when" if dossier.categories else "What falls due when"
        yield Sheet(NAME, f"{who}: exact amounts by output and {wording.period(ENGLISH, dossier.plan)}", (table(dossier),))


def table(dossier: Dossier) -> Table:
    plan, by_funds = dossier.plan, bool(dossier.categories)
    rows = []
    for due in dues(plan, dossier.result.allocation, dossier.result.funding):
        output = plan.outputs[due.output]
        who = (due.fund.id, due.fund.category) if due.fund else ()
        period = plan.periods[due.period].name
        rows.append(Row((output.id, output.component, output.name, period, *who, due.amount, due.output + 1)))
    blank = (None,) * (3 if by_funds else 1)
    rows.append(Row((None, None, "Total", *blank, dossier.result.allocation.spend, None), Style.TOTAL))
    return Table(
        NAME,
        (
            Column("id", "Output", Kind.ID, 8),
            Column("component", "Component", Kind.ID, 11),
            Column("title", "Title", width=48),
            Column("period", wording.period(ENGLISH, plan).capitalize(), Kind.ID, 12),
            *((Column("fund", "Fund", Kind.ID, 14), Column("category", "Category", width=24)) if by_funds else ()),
            Column("amount", "Paid" if by_funds else "Amount due", Kind.MONEY, 16),
            Column("line", "Line on the sheet Allocation", Kind.COUNT, 12),
        ),
        tuple(rows),
        lead=dossier.exact_lead,
        notes=tuple(who_pays(plan)) if by_funds else (),
    )
