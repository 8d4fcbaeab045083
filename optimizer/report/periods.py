"""The table for programme and budget proposals: what falls on each period, by component and category of funds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.report import wording
from optimizer.report.charts import MOST_SERIES, scale
from optimizer.report.dossier import Dossier
from optimizer.report.prioritisation import PAYMENTS
from optimizer.report.table import Chart, Column, Fill, Form, Kind, Row, Sheet, Style, Table, plain

NAME = "By period"
BY_COMPONENT = "Allocated resources by component and {period}"
TITLE = "Allocated resources by {period}: {plan}"
PROFILED = (
    "Amounts of outputs fall on {periods} as the plan says on its sheet {sheet}, otherwise evenly over the years of their time "
    "frame."
)
CHARTS = {  # title and description, without and with categories of funds
    False: (
        "Allocated resources by {period}",
        "Column chart. For each {period}: allocated resources. All figures stand in the table above it.",
    ),
    True: (
        "Allocated resources by {period} and category of funds",
        "Column chart. For each {period}: allocated resources by category of funds. All figures stand in the table above it.",
    ),
}
LONGEST_PAGE = 45  # rows that can be read when they are printed on one page


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing where the plan has no periods."""
    if dossier.plan.periods:
        found, say = table(dossier, in_workbook=True), dossier.language.say
        about = "Allocated resources by component, category of funds and {period}" if dossier.categories else BY_COMPONENT
        about = say(about, period=wording.period(dossier.language, dossier.plan))
        one_page = len(found.rows) <= LONGEST_PAGE
        charts = tuple(_chart(dossier, found))
        yield Sheet(NAME, about, (found,), front=True, one_page=one_page, tab=say(NAME), charts=charts)


def _chart(dossier: Dossier, table: Table) -> Iterator[Chart]:
    """What falls on each period, by category of funds where they pay; nothing where categories are too many to be told apart."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    last, several, period = len(table.rows) - 1, len(dossier.categories), wording.period(language, plan)
    if several > MOST_SERIES:
        return
    title, alt = CHARTS[bool(several)]
    sums = [plain(cell) for cell in table.rows[last].cells[1:-1]]
    shown = scale(max(n for n in sums if isinstance(n, int)), plan.display_unit)
    scenario = say("Scenario {name}", name=wording.scenario_name(language, dossier.result.scenario))
    yield Chart(
        Form.ADDED_COLUMNS,
        f"{say(title, period=period)}. {scenario}",
        say(alt, period=period),
        "label",
        tuple(key(each.name) for each in plan.periods),
        (last - several, last - 1) if several else (last, last),
        tuple(Fill)[:several] if several > 1 else (Fill.MIDDLE,),
        scale=shown,
        axis=wording.axis(language, plan, plan.display_unit * shown),
        across=True,
        total=last if several > 1 else None,
    )


def key(name: str) -> str:
    """The key of a period's column."""
    return f"period:{name}"


def table(dossier: Dossier, in_workbook: bool = False) -> Table:
    """Periods add up to the amounts of the table of outputs; categories of funds to components, components to the total."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    title = "Allocated resources by {period} and category of funds: {plan}" if dossier.categories else TITLE
    first = "Component and category of funds" if dossier.categories else "Component"
    return Table(
        say(title, period=wording.period(language, plan), plan=plan.titled(language.code)),
        (
            Column("label", say(first), width=62),
            *(Column(key(period.name), language.period(period.name), Kind.MONEY, 15) for period in plan.periods),
            Column("total", say("Total"), Kind.MONEY, 15),
        ),
        tuple(_by_category(dossier) if dossier.categories else _by_component(dossier)),
        lead=(dossier.under_title, wording.amounts_and_notice(language, plan)),
        notes=tuple(_notes(dossier, in_workbook)),
        unit=wording.unit(language, plan),
    )


def _by_component(dossier: Dossier) -> Iterator[Row]:
    for component in dossier.plan.components:
        (line,) = dossier.by_period.components[component.id]
        yield _line(wording.titled_id(dossier.language, component), line)
    yield _line(dossier.language.say("Total"), dossier.by_period.total[0], Style.TOTAL)


def _by_category(dossier: Dossier) -> Iterator[Row]:
    """A category that pays nothing for a component is left out there."""
    names, language, say = dossier.categories, dossier.language, dossier.language.say
    for component in dossier.plan.components:
        lines = dossier.by_period.components[component.id]
        yield Row((wording.heading(language, component),), Style.HEADING)
        yield from (_line(language.term(name), line) for name, line in zip(names, lines, strict=True) if any(line))
        yield _line(say("Subtotal, component {id}", id=component.id), _added(lines), Style.SUBTOTAL)
    yield Row((say("All components"),), Style.HEADING)
    yield from (_line(language.term(name), line) for name, line in zip(names, dossier.by_period.total, strict=True))
    yield _line(say("Total"), _added(dossier.by_period.total), Style.TOTAL)


def _line(label: str, amounts: Sequence[int], style: Style = Style.BODY) -> Row:
    return Row((label, *amounts, sum(amounts)), style)


def _added(lines: Sequence[Sequence[int]]) -> list[int]:
    return [sum(layer) for layer in zip(*lines, strict=True)]


def _notes(dossier: Dossier, in_workbook: bool) -> Iterator[str]:
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    nil = say("–: nil.")
    if plan.display_unit > 1:
        amount = wording.money(language, plan, plan.display_unit)
        nil += " " + say(
            "Amounts are rounded, up or down by less than {amount}, so that they add up as shown, down and across, and to those "
            "of the table of outputs.",
            amount=amount,
        )
        if in_workbook:
            nil += " " + say("Exact amounts stand on the sheet {sheet}.", sheet=PAYMENTS)
    yield nil
    periods = wording.period(language, plan, several=True)
    if any(output.profile for output in plan.outputs):
        yield say(PROFILED, periods=periods, sheet="Profile")
    else:
        yield say("Amounts of outputs fall on {periods} evenly over the years of their time frame.", periods=periods)
    if any(delivery.start is not None for delivery in dossier.result.allocation):
        yield say(
            "Those of outputs that begin later than planned fall on what remains of their time frame, in the same proportions."
        )
    if plan.first_open_year is not None:
        yield say("What was spent before {year} is included.", year=str(plan.first_open_year))
