"""A result on a terminal, about a hundred characters wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from optimizer.findings import escaped
from optimizer.plan import Status
from optimizer.report import approaches, summary, wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures
from optimizer.report.language import ENGLISH, FIXED, Language
from optimizer.report.plain import WIDTH, wrapped
from optimizer.report.prioritisation import resource_line
from optimizer.report.table import Kind, Table, kind_of
from optimizer.report.wording import Extent, extent


def terminal(dossier: Dossier) -> str:
    """Every output with what it receives, the totals, other approaches, proof, notice."""
    return "\n".join(_plain(line) for line in _lines(dossier)) + "\n"


def aligned(table: Table, language: Language = ENGLISH) -> str:
    """Any table in aligned columns, as wide as its texts are."""
    rows = [[column.header for column in table.columns]]
    rows += [
        [language.shown(cell, kind_of(column, row, cell)) for column, cell in zip(table.columns, row.cells, strict=True)]
        for row in table.rows
        if not row.full_width
    ]
    left = [column.kind in (Kind.TEXT, Kind.ID) for column in table.columns]
    return "\n".join(map(_plain, _columns(rows, left))) + "\n"


def _plain(line: str) -> str:
    """With the spaces that a terminal has."""
    return escaped(line.replace(FIXED, " "))


def _lines(dossier: Dossier) -> Iterator[str]:
    plan, scenario, figures, language, say = (
        dossier.plan, dossier.result.scenario, dossier.shown, dossier.language, dossier.language.say,
    )  # fmt: skip
    widths = _Widths(max(map(len, plan.index)), len(language.integer(figures.total.estimated)))
    title = plan.titled(language.code)
    yield f"{title} ({plan.reference})" if plan.reference else title
    yield say("Scenario {name}", name=wording.scenario_name(language, scenario))
    yield say("Available resources: {resources}", resources=wording.resources(language, scenario))
    yield from wrapped(say("Objective: {objective}.", objective=wording.objective(language, scenario)))
    unit = say("Allocated and estimated requirements, {unit}.", unit=wording.unit(language, plan))
    yield from wrapped(" ".join(filter(None, (unit, wording.notice(language, plan)))))
    for component in plan.components:
        yield ""
        yield from wrapped(wording.heading(language, component))
        yield from wrapped(resource_line(dossier, component), "  ")
        for i in plan.members[component.id]:
            output = plan.outputs[i]
            yield widths.line(language, (output.id, output.named(language.code)), figures.outputs[i], _status(dossier, i))
        label = say("Subtotal, component {id}", id=component.id)
        yield widths.line(language, ("", label), figures.components[component.id])
    yield ""
    yield widths.line(language, ("", say("Total")), figures.total)
    yield ""
    yield from _resources(dossier)
    yield from wrapped(summary.statement(dossier))
    yield ""
    yield from _comparison(dossier)
    yield ""
    yield from wrapped(f"{wording.assurance(language, dossier.result)} {wording.uniqueness(language, dossier.result)}")
    yield from wrapped(wording.weights(language, plan))


@dataclass(frozen=True, slots=True)
class _Widths:
    """Of the column of ids and of each of the two columns of amounts."""

    ids: int
    amounts: int

    def line(self, language: Language, name: tuple[str, str], figures: Figures, status: str = "") -> str:
        """`name` is id and title."""
        key, title = name
        room = max(WIDTH - self.ids - 2 * self.amounts - len(language.say(Extent.SUBJECT)) - 9, 44)
        shown = title if len(title) <= room else title[: room - 1].rstrip() + "…"
        allocated, estimated = (
            f"{language.shown(amount, Kind.MONEY):>{self.amounts}}" for amount in (figures.allocated, figures.estimated)
        )
        return f"  {key:<{self.ids}}  {shown:<{room}}  {allocated} / {estimated}  {status}".rstrip()


def _status(dossier: Dossier, index: int) -> str:
    """Short: why an output is committed is in the workbook."""
    output, delivery = dossier.plan.outputs[index], dossier.result.allocation[index]
    text = dossier.language.say(extent(delivery))
    if extent(delivery) is Extent.IN_PART:
        text = dossier.language.say("In part ({share})", share=wording.part(dossier.language, delivery, output))
    text = wording.beginning(dossier.language, dossier.plan, delivery, text)
    return dossier.language.say("{status}, committed", status=text) if output.status is Status.COMMITTED else text


def _resources(dossier: Dossier) -> Iterator[str]:
    """Categories of funds, and what falls on each period, where funds pay."""
    language = dossier.language
    for table in summary.resources_by_category(dossier):
        yield from aligned(table, language).splitlines()
        yield ""
        names = [language.period(period.name) for period in dossier.plan.periods]
        rows = [["", *names, language.say("Total")]]
        for name, line in zip(dossier.categories, dossier.by_period.total, strict=True):
            rows.append([language.term(name), *(language.shown(amount, Kind.MONEY) for amount in (*line, sum(line)))])
        yield from _columns(rows, [True, *[False] * (len(names) + 1)])
        yield ""


def _comparison(dossier: Dossier) -> Iterator[str]:
    say = dossier.language.say
    yield from wrapped(
        say(
            "Approaches side by side: total, outputs in full and in part, priority delivered, components below their minimum "
            "allocation, outputs below their minimum viable amount, other conditions not respected"
        )
    )
    table = approaches.comparison(dossier)
    short = ("Total", "In full", "In part", "Priority", "Minimum", "Viable", "Other")
    rows = [["", *map(say, short)]]
    rows += [
        [dossier.language.shown(cell, c.kind) for c, cell in zip(table.columns, row.cells, strict=True)] for row in table.rows
    ]
    yield from _columns(rows, [True, *(column.key == "minima" for column in table.columns[1:])])


def _columns(rows: list[list[str]], left: Iterable[bool]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = list(left)
    for row in rows:
        cells = (
            f"{cell:<{width}}" if to_left else f"{cell:>{width}}" for cell, width, to_left in zip(row, widths, left, strict=True)
        )
        yield "  ".join(cells).rstrip()
