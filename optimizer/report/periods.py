"""The table for programme and budget proposals: what falls on each period, by component and category of funds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.table import Column, Kind, Row, Sheet, Style, Table

NAME = "By period"
LONGEST_PAGE = 45  # rows that can be read when they are printed on one page


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing where the plan has no periods."""
    if dossier.plan.periods:
        by = f"component{', category of funds' if dossier.categories else ''} and {wording.period(dossier.plan)}"
        found = table(dossier)
        yield Sheet(NAME, f"Allocated resources by {by}", (found,), front=True, one_page=len(found.rows) <= LONGEST_PAGE)


def key(name: str) -> str:
    """The key of a period's column."""
    return f"period:{name}"


def table(dossier: Dossier) -> Table:
    """Periods add up to the amounts of the table of outputs; categories of funds to components, components to the total."""
    plan = dossier.plan
    of_funds = " and category of funds" if dossier.categories else ""
    return Table(
        f"Allocated resources by {wording.period(plan)}{of_funds}: {plan.title}",
        (
            Column("label", "Component and category of funds" if of_funds else "Component", width=62),
            *(Column(key(period.name), period.name, Kind.MONEY, 15) for period in plan.periods),
            Column("total", "Total", Kind.MONEY, 15),
        ),
        tuple(_by_category(dossier) if of_funds else _by_component(dossier)),
        lead=(dossier.under_title, wording.amounts_and_notice(plan)),
        notes=tuple(_notes(dossier)),
        unit=wording.unit(plan),
    )


def _by_component(dossier: Dossier) -> Iterator[Row]:
    for component in dossier.plan.components:
        (line,) = dossier.by_period.components[component.id]
        yield _line(f"{component.id}. {component.title}", line)
    yield _line("Total", dossier.by_period.total[0], Style.TOTAL)


def _by_category(dossier: Dossier) -> Iterator[Row]:
    """A category that pays nothing for a component is left out there."""
    names = dossier.categories
    for component in dossier.plan.components:
        lines = dossier.by_period.components[component.id]
        yield Row((f"Component {component.id}: {component.title}",), Style.HEADING)
        yield from (_line(name, line) for name, line in zip(names, lines, strict=True) if any(line))
        yield _line(f"Subtotal, component {component.id}", _added(lines), Style.SUBTOTAL)
    yield Row(("All components",), Style.HEADING)
    yield from (_line(name, line) for name, line in zip(names, dossier.by_period.total, strict=True))
    yield _line("Total", _added(dossier.by_period.total), Style.TOTAL)


def _line(label: str, amounts: Sequence[int], style: Style = Style.BODY) -> Row:
    return Row((label, *amounts, sum(amounts)), style)


def _added(lines: Sequence[Sequence[int]]) -> list[int]:
    return [sum(layer) for layer in zip(*lines, strict=True)]


def _notes(dossier: Dossier) -> Iterator[str]:
    plan = dossier.plan
    nil = "–: nil."
    if plan.display_unit > 1:
        nil += (
            f" Amounts are rounded to {wording.unit(plan)} so that they add up as shown, down and across, and to the amounts of "
            "the sheet Prioritisation; exact amounts stand on the sheet Payments."
        )
    yield nil
    if any(output.profile for output in plan.outputs):
        timing = "as the plan says on its sheet Profile, otherwise evenly over the years of their time frame"
    else:
        timing = "evenly over the years of their time frame"
    yield f"Amounts of outputs fall on {wording.period(plan, several=True)} {timing}."
    if any(delivery.start is not None for delivery in dossier.result.allocation):
        yield "Those of outputs that begin later than planned fall on what remains of their time frame, in the same proportions."
    if plan.first_open_year is not None:
        yield f"What was spent before {plan.first_open_year} is included."
