"""Several scenarios of one plan side by side, in a workbook of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath

from optimizer.allocation import Allocation, Delivery
from optimizer.files.document import InputWorkbook
from optimizer.files.publish import OutputRefused
from optimizer.files.results import RUN
from optimizer.program import Termination
from optimizer.report import glance, record, sealed, stored, wording
from optimizer.report.dossier import Answer, RunFacts
from optimizer.report.figures import Shown, priority_delivered, ratio, shown, shown_resources
from optimizer.report.language import ENGLISH, NIL, Language
from optimizer.report.table import Book, Cell, Column, Kind, Row, Sheet, Style, Table
from optimizer.report.wording import Extent, extent
from optimizer.result import Result

NAME = "Scenarios"
MOST = 400  # scenarios in one workbook


@dataclass(frozen=True)
class Comparison:
    """The answers in the order of the workbook, read against the one of the base scenario."""

    workbook: InputWorkbook
    answers: tuple[Answer, ...]
    language: Language = ENGLISH

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
    language, say = compared.language, compared.language.say
    sheets = (
        glance.sheet(language, plan, overview(compared)),
        Sheet(NAME, say("Status of each output in each scenario"), (statuses(compared),), front=True, frozen=2, tab=say(NAME)),
        Sheet(
            "Amounts",
            say("What each output receives in each scenario"),
            (amounts(compared),),
            front=True,
            frozen=2,
            tab=say("Amounts"),
        ),
        Sheet(
            "Questions",
            say("What each scenario asks, and how it was answered"),
            (questions(compared),),
            front=True,
            tab=say("Questions"),
        ),
        Sheet(RUN, "File, versions, times", run),
        sealed.sheet(stored.encode_answers(workbook, compared.answers, facts, language)),
    )
    footer = ". ".join(filter(None, (say("Scenarios side by side"), wording.notice(language, plan))))
    return Book(say("Scenarios: {plan}", plan=plan.titled(language.code)), footer, sheets)


def overview(compared: Comparison) -> Table:
    """One line a scenario."""
    say = compared.language.say
    columns = (
        Column("name", say("Scenario"), Kind.ID),
        Column("resources", say("Resources"), Kind.MONEY),
        Column("allocated", say("Allocated"), Kind.MONEY),
        Column("in_full", say("In full"), Kind.COUNT),
        Column("in_part", say("In part"), Kind.COUNT),
        Column("subject", say("Subject to resources"), Kind.COUNT),
        Column("priority", say("Priority"), Kind.PERCENT),
        Column("answer", say("Answer")),
    )
    resources, _, allocated, _, in_full, in_part, subject, priority, answer = (row.cells[2:-1] for row in _top(compared))
    rows = zip(compared.names, resources, allocated, in_full, in_part, subject, priority, answer, strict=True)
    unit = wording.unit(compared.language, compared.workbook.plan)
    return Table(say(NAME), columns, tuple(map(Row, rows)), lead=_lead(compared), unit=unit)


def statuses(compared: Comparison) -> Table:
    """Outputs by scenarios: funded, in part with its share, or subject to additional resources."""
    plan, names, language, say = compared.workbook.plan, compared.names, compared.language, compared.language.say
    full, in_part = wording.tones(language)[0][0], say("Part: {share}", share="").rstrip()
    tones = ((full, "good"), (in_part, "part"), (NIL, "open"))
    columns = (
        *_output_columns(language),
        *(
            Column(f"scenario:{name}", name, Kind.TEXT, 13 if result else 30, tones=tones)
            for name, result in zip(names, compared.results, strict=True)
        ),
        Column("differs", say("Differs from {scenario} in", scenario=names[compared.base]), width=64),
    )
    rows = [*_top(compared)]
    for component in plan.components:
        rows.append(Row((wording.heading(language, component),), Style.HEADING))
        rows += [_status_row(compared, i) for i in plan.members[component.id]]
    notes = (
        f"{say('–: subject to additional resources.')} "
        f"{say('Part: the share of its estimated requirements that the output receives.')}",
        say(
            "Priority delivered: priority of each output times the share of it delivered, as a percentage of what full costing "
            "delivers; under the weights of each scenario."
        ),
    )
    return Table(say("Scenarios: {plan}", plan=plan.titled(language.code)), columns, tuple(rows), _lead(compared), notes)


def published(compared: Comparison) -> Table:
    """The same for the paper: without the column of differences, and without a line that all scenarios share."""
    table, language = statuses(compared), compared.language
    answers = {_answer(language, answer) for answer in compared.answers}
    kept = [row for row in table.rows if len(answers) > 1 or row.full_width or row.cells[1] != language.say("Answer")]
    rows = tuple(row if row.full_width else replace(row, cells=row.cells[:-1]) for row in kept)
    asked = [wording.scenario_name(language, answer.outcome.scenario) for answer in compared.answers]
    notes = (*table.notes, "; ".join(asked) + ".")
    return replace(table, columns=table.columns[:-1], rows=rows, notes=notes, unit=wording.unit(language, compared.workbook.plan))


def amounts(compared: Comparison) -> Table:
    """Outputs by scenarios in the unit of the published tables; every column adds up as shown."""
    plan, language, say = compared.workbook.plan, compared.language, compared.language.say
    full = shown(plan, Allocation(tuple(Delivery(output.cost, 100) for output in plan.outputs)))
    columns = (
        *_output_columns(language),
        Column("estimated", say("Estimated requirements"), Kind.MONEY, 13),
        *(Column(f"scenario:{name}", name, Kind.MONEY, 13) for name in compared.names),
    )

    def line(key: str | None, title: str, of: Callable[[Shown], int], style: Style = Style.BODY) -> Row:
        return Row((key, title, of(full), *(None if one is None else of(one) for one in compared.amounts)), style)

    rows: list[Row] = []
    for component in plan.components:
        rows.append(Row((wording.heading(language, component),), Style.HEADING))
        for i in plan.members[component.id]:
            output = plan.outputs[i]
            rows.append(line(output.id, output.named(language.code), lambda one, i=i: one.outputs[i].allocated))  # type: ignore[misc]
        subtotal = say("Subtotal, component {id}", id=component.id)
        rows.append(line(None, subtotal, lambda one, k=component.id: one.components[k].allocated, Style.SUBTOTAL))  # type: ignore[misc]
    rows.append(line(None, say("Total"), lambda one: one.total.allocated, Style.TOTAL))
    notes = [wording.rounding(language, plan)]
    if None in compared.amounts:
        notes.append(say("A blank column: no allocation satisfies the conditions."))
    title = say("Amounts by scenario: {plan}", plan=plan.titled(language.code))
    return Table(title, columns, tuple(rows), _lead(compared), tuple(notes), unit=wording.unit(language, plan))


def questions(compared: Comparison) -> Table:
    language, say, plan = compared.language, compared.language.say, compared.workbook.plan
    columns = (
        Column("name", say("Scenario"), Kind.ID, 24),
        Column("title", say("Title"), width=36),
        Column("resources", say("Available resources ({currency})", currency=language.term(plan.currency)), Kind.MONEY, 16),
        Column("objective", say("Objective"), width=16),
        Column("changes", say("What it changes in the plan"), width=60),
        Column("note", say("Note"), width=40),
        Column("answer", say("Answer"), width=60),
    )
    rows, objectives = [], {}
    for answer in compared.answers:
        scenario, spec = answer.outcome.scenario, answer.outcome.scenario.spec
        objective = language.say(scenario.objective.name)
        objectives[objective] = wording.objective(language, scenario)
        changes = "; ".join(wording.change(language, change) for change in spec.changes) or say("nothing")
        asked = (spec.name, spec.titled(language.code), scenario.resources, objective, changes, spec.note)
        rows.append(Row((*asked, _answer(language, answer))))
    notes = tuple(say("{name}: {objective}.", name=name, objective=text) for name, text in objectives.items())
    return Table(say("What each scenario asks"), columns, tuple(rows), notes=notes)


def _lead(compared: Comparison) -> tuple[str, ...]:
    plan = compared.workbook.plan
    return tuple(filter(None, (plan.reference, wording.amounts_and_notice(compared.language, plan))))


def _output_columns(language: Language) -> tuple[Column, Column]:
    return Column("id", language.say("Output"), Kind.ID, 8), Column("title", language.say("Title"), width=50)


def _top(compared: Comparison) -> Iterator[Row]:
    """How the scenarios stand as a whole."""
    plan, language = compared.workbook.plan, compared.language

    def line(label: str, cells: Iterable[Cell], kind: Kind, style: Style = Style.SUBTOTAL) -> Row:
        return Row((None, language.say(label), *cells, None), style, kind)

    resources = [shown_resources(plan, answer.outcome.scenario.resources) for answer in compared.answers]
    yield line("Available resources", resources, Kind.MONEY)
    shares = (ratio(answer.outcome.scenario.resources, answer.outcome.scenario.plan.cost) for answer in compared.answers)
    yield line("Available resources, % of estimate", shares, Kind.PERCENT)
    yield line("Allocated", (one.total.allocated if one else None for one in compared.amounts), Kind.MONEY)
    yield line("Additional resources needed", (one.total.additional if one else None for one in compared.amounts), Kind.MONEY)
    yield line("Outputs in full", compared.each(lambda result: result.audit.in_full), Kind.COUNT)
    yield line("Outputs in part", compared.each(lambda result: result.audit.in_part), Kind.COUNT)
    yield line("Outputs subject to additional resources", compared.each(lambda result: result.audit.deferred), Kind.COUNT)
    priority = compared.each(lambda result: priority_delivered(result.scenario.plan, result.allocation))
    yield line("Priority delivered, % of full costing", priority, Kind.PERCENT)
    yield line("Answer", (_answer(language, answer) for answer in compared.answers), Kind.TEXT, Style.BODY)


def _status_row(compared: Comparison, index: int) -> Row:
    output = compared.workbook.plan.outputs[index]
    found = [_status(compared.language, result, index) for result in compared.results]
    base = found[compared.base]
    differs = [name for name, status in zip(compared.names, found, strict=True) if base and status and status != base]
    return Row((output.id, output.named(compared.language.code), *found, ", ".join(differs)))


def _status(language: Language, result: Result | None, index: int) -> str | None:
    if result is None:
        return None
    plan, delivery = result.scenario.plan, result.allocation[index]
    if extent(delivery) is Extent.SUBJECT:
        return NIL
    if extent(delivery) is Extent.IN_FULL:
        return wording.beginning(language, plan, delivery, language.say(Extent.IN_FULL))
    part = language.say("Part: {share}", share=wording.part(language, delivery, plan.outputs[index]))
    return wording.beginning(language, plan, delivery, part)


def _answer(language: Language, answer: Answer) -> str:
    """Whether it is established that nothing does better, or why there is no answer (the reasons as they are given)."""
    if isinstance(answer.outcome, Result):
        return wording.answer(language, answer.outcome)
    infeasible = answer.outcome.termination is Termination.INFEASIBLE
    said = language.say("No allocation satisfies the rules." if infeasible else "Stopped without an allocation.")
    return " ".join((said, *answer.reasons))
