"""A result on a terminal, about a hundred characters wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from optimizer.findings import escaped
from optimizer.plan import Status
from optimizer.report import summary, wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures
from optimizer.report.plain import shown
from optimizer.report.prioritisation import resource_line
from optimizer.report.table import Kind, Table, kind_of
from optimizer.report.wording import Extent, extent

WIDTH = 100


def terminal(dossier: Dossier) -> str:
    """Every output with what it receives, the totals, other approaches, proof, notice."""
    return "\n".join(escaped(line) for line in _lines(dossier)) + "\n"


def aligned(table: Table) -> str:
    """Any table in aligned columns, as wide as its texts are."""
    rows = [[column.header for column in table.columns]]
    rows += [
        [shown(cell, kind_of(column, row, cell)) for column, cell in zip(table.columns, row.cells, strict=True)]
        for row in table.rows
        if not row.full_width
    ]
    left = [column.kind in (Kind.TEXT, Kind.ID) for column in table.columns]
    return "\n".join(escaped(line) for line in _columns(rows, left)) + "\n"


def _lines(dossier: Dossier) -> Iterator[str]:
    plan, scenario, figures = dossier.plan, dossier.result.scenario, dossier.shown
    widths = _Widths(max(map(len, plan.index)), len(f"{figures.total.estimated:,}"))
    yield f"{plan.title} ({plan.reference})" if plan.reference else plan.title
    yield f"Scenario {wording.scenario_name(scenario)}"
    yield f"Available resources: {wording.resources(scenario)}"
    yield from wrapped(f"Objective: {wording.objective(scenario)}.")
    yield f"Allocated of estimated requirements, {wording.unit(plan)}" + (f". {plan.notice}" if plan.notice else "")
    for component in plan.components:
        yield ""
        yield from wrapped(f"Component {component.id}: {component.title}")
        yield from wrapped(resource_line(dossier, component), "  ")
        for i in plan.members[component.id]:
            output = plan.outputs[i]
            yield widths.line(output.id, output.name, figures.outputs[i], _status(dossier, i))
        yield widths.line("", f"Subtotal, component {component.id}", figures.components[component.id])
    yield ""
    yield widths.line("", "Total", figures.total)
    yield ""
    yield from _resources(dossier)
    yield from wrapped(summary.statement(dossier))
    yield ""
    yield from _comparison(dossier)
    yield ""
    yield from wrapped(f"{wording.assurance(dossier.result)} {wording.uniqueness(dossier.result)}")
    yield from wrapped(wording.weights(plan))


@dataclass(frozen=True, slots=True)
class _Widths:
    """Of the column of ids and of each of the two columns of amounts."""

    ids: int
    amounts: int

    def line(self, key: str, title: str, figures: Figures, status: str = "") -> str:
        room = max(WIDTH - self.ids - 2 * self.amounts - len(Extent.SUBJECT) - 12, 44)
        name = title if len(title) <= room else title[: room - 1].rstrip() + "…"
        allocated, estimated = (
            f"{shown(amount, Kind.MONEY):>{self.amounts}}" for amount in (figures.allocated, figures.estimated)
        )
        return f"  {key:<{self.ids}}  {name:<{room}}  {allocated} of {estimated}  {status}".rstrip()


def _status(dossier: Dossier, index: int) -> str:
    """Short: why an output is committed is in the workbook."""
    output, delivery = dossier.plan.outputs[index], dossier.result.allocation[index]
    text = str(extent(delivery))
    if extent(delivery) is Extent.IN_PART:
        text = f"In part ({wording.part(delivery, output)})"
    text += wording.beginning(dossier.plan, delivery)
    return f"{text}; committed" if output.status is Status.COMMITTED else text


def _resources(dossier: Dossier) -> Iterator[str]:
    """Categories of funds, and what falls on each period, where funds pay."""
    for table in summary.resources_by_category(dossier):
        yield from aligned(table).splitlines()
        yield ""
        names = [period.name for period in dossier.plan.periods]
        rows = [["", *names, "Total"]]
        for name, line in zip(dossier.categories, dossier.by_period.total, strict=True):
            rows.append([name, *(shown(amount, Kind.MONEY) for amount in (*line, sum(line)))])
        yield from _columns(rows, [True, *[False] * (len(names) + 1)])
        yield ""


def _comparison(dossier: Dossier) -> Iterator[str]:
    yield from wrapped(
        "Approaches side by side: total, outputs in full and in part, priority delivered, components below their minimum "
        "allocation, outputs below their minimum viable amount, other conditions not respected"
    )
    table = summary.comparison(dossier)
    short = ("", "Total", "In full", "In part", "Priority", "Minimum", "Viable", "Other")
    rows = [list(short)]
    rows += [[shown(cell, c.kind) for c, cell in zip(table.columns, row.cells, strict=True)] for row in table.rows]
    yield from _columns(rows, [True, *(column.key == "minima" for column in table.columns[1:])])


def _columns(rows: list[list[str]], left: Iterable[bool]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = list(left)
    for row in rows:
        cells = (
            f"{cell:<{width}}" if to_left else f"{cell:>{width}}" for cell, width, to_left in zip(row, widths, left, strict=True)
        )
        yield "  ".join(cells).rstrip()


def wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]
