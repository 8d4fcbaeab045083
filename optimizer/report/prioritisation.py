"""The table for the paper: what is funded, in part, or subject to additional resources, component by component."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.allocation import Delivery
from optimizer.plan import Component, Output
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, maxima, minima, shown_maximum, shown_minimum
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table

NAME = "Prioritisation"
AMOUNTS = ("estimated", "allocated", "additional")


def sheet(dossier: Dossier) -> Sheet:
    return Sheet(NAME, "Each output: amounts, status, expected result", (table(dossier),), front=True)


def table(dossier: Dossier) -> Table:
    plan, scenario = dossier.plan, dossier.result.scenario
    return Table(
        f"Prioritisation of outputs: {plan.title}",
        _columns(dossier),
        tuple(_rows(dossier)),
        lead=(dossier.under_title, wording.amounts_and_notice(plan)),
        notes=(
            f"Objective: {wording.objective(scenario)}. {wording.weights(plan)}",
            rounding_note(dossier),
            *_result_note(dossier),
        ),
        unit=wording.unit(plan),
    )


def rounding_note(dossier: Dossier) -> str:
    """How the figures add up, and what the dash means."""
    note = "–: nil."
    plan = dossier.plan
    if plan.display_unit == 1:
        return note
    sums = ["outputs add up to subtotals", "subtotals to the total", "allocated and additional to estimated requirements"]
    if dossier.categories:
        sums.append("categories of funds to allocated")
    exact = "the sheets Allocation and Payments" if dossier.categories else "the sheet Allocation"
    return (
        f"{note} Amounts are rounded, up or down by less than {plan.money(plan.display_unit)}, so that "
        f"{wording.enumeration(tuple(sums))} as shown; exact amounts stand on {exact}."
    )


def category_key(name: str) -> str:
    """The key of a category's column."""
    return f"category:{name}"


def time_frame(output: Output) -> str:
    """2021–26; one year where it begins and ends in the same; in full where the century changes."""
    years = [year for year in (output.start, output.end) if year is not None]
    if len(years) < 2 or years[0] == years[1]:
        return str(years[0]) if years else ""
    start, end = years
    return f"{start}–{end % 100:02d}" if start // 100 == end // 100 else f"{start}–{end}"


def expected_result(dossier: Dossier, index: int, delivery: Delivery) -> str:
    """What the responsible unit has typed for the level funded; nothing is inferred."""
    output = dossier.plan.outputs[index]
    if not delivery.funded:
        return ""
    if output.explicit_levels:
        typed = next((l.result for l in output.explicit_levels if (l.amount, l.share) == (delivery.amount, delivery.share)), "")
        return typed or (output.result_full if delivery.share == 100 else "")
    if delivery.share == 100:
        return output.result_full
    if delivery.amount < output.minimum or not output.result_minimum:  # less than the minimum is what is spent, in a re-plan
        return ""
    return output.result_minimum if delivery.amount == output.minimum else f"At least: {output.result_minimum}"


def _result_note(dossier: Dossier) -> Iterator[str]:
    if not dossier.results_typed:
        yield "Expected results at each level of funding have not been entered in the plan."
    elif any(d.funded and not expected_result(dossier, i, d) for i, d in enumerate(dossier.result.allocation)):
        yield "Expected results are as the responsible units have entered them; blank: none has been entered for that level."


def _columns(dossier: Dossier) -> tuple[Column, ...]:
    results = [Column("result", "Expected result at this level", width=30)] if dossier.results_typed else []
    title, tags = (42, 12) if dossier.categories else (52, 14)  # more columns, narrower texts
    return (
        Column("id", "Output", Kind.ID, 7),
        Column("title", "Title", width=title),
        *(Column(f"tags:{name}", name[:1].upper() + name[1:], width=tags) for name in dossier.plan.tag_columns),
        Column("time", "Time frame", width=9),
        Column("estimated", "Estimated requirements", Kind.MONEY, 13),
        Column("allocated", "Allocated", Kind.MONEY, 12),
        *(Column(category_key(name), f"of which: {name}", Kind.MONEY, 10) for name in dossier.categories),
        Column("additional", "Additional resources needed", Kind.MONEY, 12),
        Column("status", "Status", width=26, tones=wording.TONES),
        *results,
    )


def _rows(dossier: Dossier) -> Iterator[Row]:
    plan = dossier.plan
    for component in plan.components:
        yield Row((f"Component {component.id}: {component.title}",), Style.HEADING)
        yield Row((resource_line(dossier, component),), Style.NOTE)
        for i in plan.members[component.id]:
            yield _output(dossier, i)
        yield _sum(dossier, f"Subtotal, component {component.id}", dossier.shown.components[component.id], Style.SUBTOTAL)
    yield _sum(dossier, "Total", dossier.shown.total, Style.TOTAL)


def resource_line(dossier: Dossier, component: Component) -> str:
    plan, scenario = dossier.plan, dossier.result.scenario
    figures = dossier.shown.components[component.id]
    parts = [f"Estimated resource requirements: {wording.money_shown(plan, figures.estimated)}"]
    minimum, maximum = minima(scenario).get(component.id), maxima(scenario).get(component.id)
    if minimum is not None:
        parts.append(f"Minimum allocation: {wording.money_shown(plan, shown_minimum(plan, minimum))}")
    if maximum is not None:
        parts.append(f"Maximum allocation: {wording.money_shown(plan, shown_maximum(plan, maximum))}")
    parts.append(f"Allocated: {wording.money_shown(plan, figures.allocated)}")
    return ". ".join(parts) + "."


def _output(dossier: Dossier, index: int) -> Row:
    output, delivery, figures = dossier.plan.outputs[index], dossier.result.allocation[index], dossier.shown.outputs[index]
    return Row(
        _line(
            dossier,
            (output.id, output.title, *(", ".join(tags) for tags in _tags(dossier, output)), time_frame(output)),
            figures,
            (
                wording.status(dossier.result.scenario, output, delivery),
                expected_result(dossier, index, delivery),
            ),
        )
    )


def _tags(dossier: Dossier, output: Output) -> tuple[tuple[str, ...], ...]:
    return output.tags or ((),) * len(dossier.plan.tag_columns)


def _sum(dossier: Dossier, label: str, figures: Figures, style: Style) -> Row:
    blanks = (None,) * (len(dossier.plan.tag_columns) + 1)
    return Row(_line(dossier, (None, label, *blanks), figures, (None, None)), style)


def _line(dossier: Dossier, before: tuple[Cell, ...], figures: Figures, after: tuple[Cell, Cell]) -> tuple[Cell, ...]:
    """`after` is status and expected result; the latter goes where its column is left out."""
    amounts = (figures.estimated, figures.allocated, *figures.categories, figures.additional)
    return (*before, *amounts, *(after if dossier.results_typed else after[:1]))
