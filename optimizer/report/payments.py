"""Every amount with its time and who pays it, exactly: what the rounded tables are added up from."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import dues
from optimizer.report.table import Column, Kind, Row, Sheet, Style, Table

NAME = "Payments"
WHO_PAYS = (
    "Who pays first, where several funds could: the most restricted money, that is the fund that may pay for the fewest outputs; "
    "of equally restricted funds the one that comes first on the sheet Funds of the plan. Each pays as much as it can without "
    "changing what is paid in all, in early periods first. Within that, outputs are paid in the order of their priority."
)


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing where the plan has no periods."""
    if dossier.plan.periods:
        who = "Who pays what and when" if dossier.categories else "What falls due when"
        yield Sheet(NAME, f"{who}: exact amounts by output and {wording.period(dossier.plan)}", (table(dossier),))


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
            Column("period", wording.period(plan).capitalize(), Kind.ID, 12),
            *((Column("fund", "Fund", Kind.ID, 14), Column("category", "Category", width=24)) if by_funds else ()),
            Column("amount", "Paid" if by_funds else "Amount due", Kind.MONEY, 16),
            Column("line", "Line on the sheet Allocation", Kind.COUNT, 12),
        ),
        tuple(rows),
        lead=dossier.exact_lead,
        notes=(WHO_PAYS,) if by_funds else (),
    )
