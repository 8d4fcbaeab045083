"""Several scenarios of one plan side by side, in a workbook of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from optimizer.allocation import Allocation, Delivery
from optimizer.files.document import InputWorkbook
from optimizer.files.publish import OutputRefused
from optimizer.files.results import RUN
from optimizer.overrides import Change
from optimizer.plan import Output
from optimizer.report import record, wording
from optimizer.report.dossier import Answer, RunFacts
from optimizer.report.figures import Shown, priority_delivered, shown, shown_resources
from optimizer.report.plain import NIL
from optimizer.report.table import Book, Cell, Column, Kind, Row, Sheet, Style, Table
from optimizer.report.wording import Extent, extent
from optimizer.result import Result

MOST = 400  # scenarios in one workbook
TONES = ((str(Extent.IN_FULL), "good"), ("Part", "part"), (NIL, "open"))


@dataclass(frozen=True)
class Comparison:
    """The answers in the order of the workbook, read against the one of the base scenario."""

    workbook: InputWorkbook
    answers: tuple[Answer, ...]

    @cached_property
    def results(self) -> tuple[Result | None, ...]:
        return tuple(answer.outcome if isinstance(answer.outcome, Result) else None for answer in self.answers)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(answer.outcome.scenario.name for answer in self.answers)

    @cached_property
    def base(self) -> int:
        """The workbook's base scenario; where it is not among them, the first."""
        wanted = self.workbook.base_scenario
        return self.names.index(wanted) if wanted in self.names else 0

    @cached_property
    def amounts(self) -> tuple[Shown | None, ...]:
        return tuple(
            shown(result.scenario.plan, result.allocation, result.funding) if result else None for result in self.results
        )

    def each(self, figure: Callable[[Result], Cell]) -> tuple[Cell, ...]:
        """One cell a scenario; blank where there is no answer."""
        return tuple(None if result is None else figure(result) for result in self.results)


def comparison_book(compared: Comparison, facts: RunFacts) -> Book:
    """Status and amount of every output in every scenario, and what each scenario asks. Raises OutputRefused for too many."""
    workbook, plan = compared.workbook, compared.workbook.plan
    if len(compared.answers) > MOST:
        raise OutputRefused(f"{len(compared.answers):,} scenarios do not stand side by side; at most {MOST} do")
    run = (
        record.facts(
            "Run", (("Plan", plan.title), ("Input file", PurePath(workbook.path).name), ("SHA-256 of it", workbook.sha256))
        ),
        record.facts("Versions", facts.versions),
        record.facts("Not compared between runs", facts.times),
    )
    sheets = (
        Sheet("Scenarios", "Status of each output in each scenario", (statuses(compared),), front=True, frozen=2),
        Sheet("Amounts", "What each output receives in each scenario", (amounts(compared),), front=True, frozen=2),
        Sheet("Questions", "What each scenario asks, and how it was answered", (questions(compared),), front=True),
        Sheet(RUN, "File, versions, times", run),
    )
    footer = ". ".join(filter(None, ("Scenarios side by side", plan.notice)))
    return Book(f"Scenarios: {plan.title}", footer, sheets)


def overview(compared: Comparison) -> Table:
    """One line a scenario, for a terminal."""
    columns = (
        Column("name", "Scenario", Kind.ID),
        Column("resources", "Resources", Kind.MONEY),
        Column("allocated", "Allocated", Kind.MONEY),
        Column("in_full", "In full", Kind.COUNT),
        Column("in_part", "In part", Kind.COUNT),
        Column("subject", "Subject to resources", Kind.COUNT),
        Column("priority", "Priority", Kind.PERCENT),
        Column("answer", "Answer"),
    )
    resources, allocated, _, in_full, in_part, subject, priority, answer = (row.cells[2:-1] for row in _top(compared))
    rows = zip(compared.names, resources, allocated, in_full, in_part, subject, priority, answer, strict=True)
    return Table("Scenarios", columns, tuple(map(Row, rows)), lead=_lead(compared), unit=wording.unit(compared.workbook.plan))


def statuses(compared: Comparison) -> Table:
    """Outputs by scenarios: funded, in part with its share, or subject to additional resources."""
    plan, names = compared.workbook.plan, compared.names
    columns = (
        *_output_columns(),
        *(
            Column(f"scenario:{name}", name, Kind.TEXT, 13 if result else 30, tones=TONES)
            for name, result in zip(names, compared.results, strict=True)
        ),
        Column("differs", f"Differs from {names[compared.base]} in", width=64),
    )
    rows = [*_top(compared)]
    for component in plan.components:
        rows.append(Row((f"Component {component.id}: {component.title}",), Style.HEADING))
        rows += [_status_row(compared, i) for i in plan.members[component.id]]
    notes = (
        f"{NIL}: {str(Extent.SUBJECT).lower()}. Part: the share of its estimated requirements that the output receives.",
        "Priority delivered: priority of each output times the share of it delivered, as a percentage of what full costing "
        "delivers; under the weights of each scenario.",
    )
    return Table(f"Scenarios: {plan.title}", columns, tuple(rows), _lead(compared), notes)


def amounts(compared: Comparison) -> Table:
    """Outputs by scenarios in the unit of the published tables; every column adds up as shown."""
    plan = compared.workbook.plan
    full = shown(plan, Allocation(tuple(Delivery(output.cost, 100) for output in plan.outputs)))
    columns = (
        *_output_columns(),
        Column("estimated", "Estimated requirements", Kind.MONEY, 13),
        *(Column(f"scenario:{name}", name, Kind.MONEY, 13) for name in compared.names),
    )

    def line(key: str | None, title: str, of: Callable[[Shown], int], style: Style = Style.BODY) -> Row:
        return Row((key, title, of(full), *(None if one is None else of(one) for one in compared.amounts)), style)

    rows: list[Row] = []
    for component in plan.components:
        rows.append(Row((f"Component {component.id}: {component.title}",), Style.HEADING))
        for i in plan.members[component.id]:
            rows.append(line(plan.outputs[i].id, plan.outputs[i].name, lambda one, i=i: one.outputs[i].allocated))  # type: ignore[misc]
        subtotal = f"Subtotal, component {component.id}"
        rows.append(line(None, subtotal, lambda one, k=component.id: one.components[k].allocated, Style.SUBTOTAL))  # type: ignore[misc]
    rows.append(line(None, "Total", lambda one: one.total.allocated, Style.TOTAL))
    notes = (
        f"{NIL}: nil. Amounts are rounded to {wording.unit(plan)} so that they add up as shown. "
        "A blank column: no answer; the sheet Scenarios says why.",
    )
    return Table(f"Amounts by scenario: {plan.title}", columns, tuple(rows), _lead(compared), notes)


def questions(compared: Comparison) -> Table:
    columns = (
        Column("name", "Scenario", Kind.ID, 24),
        Column("title", "Title", width=36),
        Column("resources", f"Available resources ({compared.workbook.plan.currency})", Kind.MONEY, 16),
        Column("objective", "Objective", width=16),
        Column("changes", "What it changes in the plan", width=60),
        Column("note", "Note", width=40),
        Column("answer", "Answer", width=60),
    )
    rows = tuple(
        Row(
            (
                spec.name,
                spec.title,
                scenario.resources,
                scenario.objective.name,
                _changes(spec.changes),
                spec.note,
                _answer(answer),
            )
        )
        for answer in compared.answers
        for scenario in (answer.outcome.scenario,)
        for spec in (scenario.spec,)
    )
    objectives = {
        row.cells[3]: wording.objective(answer.outcome.scenario) for row, answer in zip(rows, compared.answers, strict=True)
    }
    return Table("What each scenario asks", columns, rows, notes=tuple(f"{name}: {text}." for name, text in objectives.items()))


def _lead(compared: Comparison) -> tuple[str, ...]:
    plan = compared.workbook.plan
    return tuple(filter(None, (plan.reference, wording.amounts_and_notice(plan))))


def _output_columns() -> tuple[Column, Column]:
    return Column("id", "Output", Kind.ID, 8), Column("title", "Title", width=50)


def _top(compared: Comparison) -> Iterator[Row]:
    """How the scenarios stand as a whole."""
    plan = compared.workbook.plan

    def line(label: str, cells: Iterable[Cell], kind: Kind, style: Style = Style.SUBTOTAL) -> Row:
        return Row((None, label, *cells, None), style, kind)

    resources = [shown_resources(plan, answer.outcome.scenario.resources) for answer in compared.answers]
    yield line("Available resources", resources, Kind.MONEY)
    yield line("Allocated", (one.total.allocated if one else None for one in compared.amounts), Kind.MONEY)
    yield line("Additional resources needed", (one.total.additional if one else None for one in compared.amounts), Kind.MONEY)
    yield line("Outputs in full", compared.each(lambda result: result.audit.in_full), Kind.COUNT)
    yield line("Outputs in part", compared.each(lambda result: result.audit.in_part), Kind.COUNT)
    yield line("Outputs subject to additional resources", compared.each(lambda result: result.audit.deferred), Kind.COUNT)
    priority = compared.each(lambda result: priority_delivered(result.scenario.plan, result.allocation))
    yield line("Priority delivered, % of full costing", priority, Kind.PERCENT)
    yield line("Answer", map(_answer, compared.answers), Kind.TEXT, Style.BODY)


def _status_row(compared: Comparison, index: int) -> Row:
    output = compared.workbook.plan.outputs[index]
    found = [_status(result, index) for result in compared.results]
    base = found[compared.base]
    differs = [name for name, status in zip(compared.names, found, strict=True) if base and status and status != base]
    return Row((output.id, output.name, *found, ", ".join(differs)))


def _status(result: Result | None, index: int) -> str | None:
    if result is None:
        return None
    output: Output = result.scenario.plan.outputs[index]
    delivery = result.allocation[index]
    later = wording.beginning(result.scenario.plan, delivery)
    if extent(delivery) is Extent.IN_PART:
        return f"Part: {wording.part(delivery, output)}{later}"
    return f"{Extent.IN_FULL}{later}" if extent(delivery) is Extent.IN_FULL else NIL


def _answer(answer: Answer) -> str:
    """Whether it is established that nothing does better, or why there is no answer."""
    if isinstance(answer.outcome, Result):
        return "Established exactly" if answer.outcome.proof.proved else "Best found, not established"
    return " ".join((wording.sentence(str(answer.outcome.termination)), *answer.reasons))


def _changes(changes: tuple[Change, ...]) -> str:
    return "; ".join(wording.change(change) for change in changes) or "nothing"
