"""A re-plan in a workbook: what each further change to the adopted allocation is worth, and which outputs change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import PurePath

from optimizer.analysis.replan import Replan, Step
from optimizer.audit import Attained, first_change
from optimizer.balance import NAME as COVERAGE
from optimizer.files.document import InputWorkbook
from optimizer.files.results import RUN
from optimizer.report import record, wording
from optimizer.report.digits import exact
from optimizer.report.dossier import RunFacts
from optimizer.report.language import ENGLISH
from optimizer.report.plain import wrapped
from optimizer.report.table import Book, Cell, Column, Kind, Row, Sheet, Style, Table
from optimizer.report.text import aligned
from optimizer.result import Outcome, Result
from optimizer.rounding import nearest
from optimizer.scenario import Scenario

Answered = tuple[Step, Result]
SHORT = {"allowed": "Changes", "made": "Made", "drops": "Less", "additions": "More", "gain_first": "Gain", "gain_last": "Step"}
LEGEND = (
    "Changes allowed and made; outputs that receive less and more than adopted; gain over the fewest changes, and over the line "
    "before."
)


def replan_book(workbook: InputWorkbook, scenario: Scenario, found: Replan, facts: RunFacts) -> Book:
    """`scenario` is the question of which the steps limit the changes; its plan has the adopted amounts."""
    plan = scenario.plan
    file = (("Plan", plan.title), ("Input file", PurePath(workbook.path).name), ("SHA-256 of the input file", workbook.sha256))
    times = [
        (f"{_changes(step.allowed)}: {stage.name}", f"{stage.seconds:.2f} seconds")
        for step in found.steps
        for stage in step.outcome.stages
    ]
    run = (
        record.facts("Run", (*file, *record.question(scenario), ("Note", scenario.spec.note))),
        record.changes(scenario),
        _answers(found),
        record.facts("Versions", facts.versions),
        record.facts("Not compared between runs", (*facts.times, *times)),
    )
    sheets = (
        Sheet("Re-plan", "What each further change is worth", (steps_table(scenario, found),), front=True),
        Sheet(
            "Changed outputs",
            "Which outputs change, and how much they receive",
            (outputs(scenario, found),),
            front=True,
            frozen=2,
        ),
        *record.inputs(workbook),
        Sheet(RUN, "File, scenario, how each step was answered, versions, times", run),
    )
    footer = ". ".join(filter(None, (f"Re-plan, scenario {wording.scenario_name(ENGLISH, scenario)}", plan.notice)))
    return Book(f"Re-plan: {plan.title}", footer, sheets)


def terminal(scenario: Scenario, found: Replan) -> str:
    """The steps, and the outputs that change in each, on a terminal."""
    bare = replace(found, steps=tuple(replace(step, reasons=()) for step in found.steps))
    table, ids = steps_table(scenario, bare), [output.id for output in scenario.plan.outputs]
    columns = tuple(replace(column, header=SHORT.get(column.key, column.header)) for column in table.columns)
    lines = [table.title, *(line for text in table.lead for line in wrapped(text)), ""]
    lines += [*aligned(replace(table, columns=columns)).splitlines(), ""]
    lines += [*wrapped(LEGEND), ""]
    for step in found.steps:
        lines += wrapped(f"{_changes(step.allowed)}: {' '.join(step.reasons)}") if step.reasons else []
    for step, _ in _answered(found):
        moved = (("less", step.drops), ("more", step.additions))
        said = [f"{word} for {', '.join(ids[i] for i in which)}" for word, which in moved if which]
        lines += wrapped(f"{_changes(step.allowed)}: {'; '.join(said) or 'everything as adopted'}.")
    lines += ["", *(line for note in table.notes for line in wrapped(note))]
    return "\n".join(lines) + "\n"


def steps_table(scenario: Scenario, found: Replan) -> Table:
    """One line for each number of changes allowed."""
    plan = scenario.plan
    names = [name for name, _ in next((result.audit.attained for _, result in _answered(found)), ())]
    several = len(names) > 1
    first = next((step.allowed for step, _ in _answered(found)), 0)
    gains = (("first", f"Gained over {_changes(first).lower()}"), ("last", "Gained over the line before"))
    columns = (
        Column("allowed", "Changes allowed", Kind.COUNT, 10),
        Column("made", "Changes made", Kind.COUNT, 10),
        Column("drops", "Outputs that receive less", Kind.COUNT, 11),
        Column("additions", "Outputs that receive more", Kind.COUNT, 11),
        *(_figure_column(scenario, name) for name in names),
        *(
            column
            for key, header in gains
            for column in (
                Column(f"gain_{key}", header, Kind.NUMBER, 13),
                *((Column(f"in_{key}", "in", width=24),) if several else ()),
            )
        ),
        Column("allocated", "Allocated", Kind.MONEY, 13),
        Column("answer", "Answer", width=36),
    )
    return Table(
        f"Changes to the adopted allocation: {plan.title}",
        columns,
        tuple(_steps(scenario, found, len(columns))),
        lead=(
            f"Scenario {wording.scenario_name(ENGLISH, scenario)}. Available resources: {wording.resources(ENGLISH, scenario)}.",
            wording.amounts_and_notice(ENGLISH, plan),
        ),
        notes=tuple(_notes(scenario, found)),
        unit=wording.unit(ENGLISH, plan),
    )


def _figure_column(scenario: Scenario, name: str) -> Column:
    kind = Kind.PERCENT if name == COVERAGE else Kind.NUMBER
    return Column(f"figure:{name}", wording.figure(scenario, name), kind, 14)


def _steps(scenario: Scenario, found: Replan, width: int) -> Iterator[Row]:
    """A step without an allocation says so and leaves the rest blank."""
    first: Attained | None = None
    before: Attained | None = None
    for step in found.steps:
        result = step.outcome
        if not isinstance(result, Result):
            said = " ".join((wording.sentence(str(result.termination)), *step.reasons))
            yield Row((step.allowed, *(None,) * (width - 2), said))
            continue
        now = result.audit.attained
        moved = (len(step.drops) + len(step.additions), len(step.drops), len(step.additions))
        figures = tuple(value for _, value in now)
        gains = (*_gain(scenario, first, now), *_gain(scenario, before, now))
        answer = wording.answer(ENGLISH, result)
        yield Row(
            (step.allowed, *moved, *figures, *gains, nearest(Fraction(result.audit.spend, scenario.plan.display_unit)), answer)
        )
        first, before = first or now, now


def _gain(scenario: Scenario, before: Attained | None, now: Attained) -> tuple[Cell, ...]:
    """In the first figure of the objective that changes; its name is said where there are several."""
    if before is None:
        return (None,) * (1 + (len(now) > 1))
    name, gain = first_change(before, now)
    points = 100 * gain if name == COVERAGE else gain
    unit = (
        f"percentage points of {wording.figure(scenario, name).lower()}" if name == COVERAGE else wording.figure(scenario, name)
    )
    return (points, unit if gain else "") if len(now) > 1 else (points,)


def _notes(scenario: Scenario, found: Replan) -> Iterator[str]:
    yield "A change: an output receives another amount than the one adopted. What is committed or spent stays."
    drops = scenario.plan.allowed_drops
    if drops is not None:
        yield f"In every line at most {wording.count(drops, 'output')} may receive less than the amount adopted."
    last = found.steps[-1].outcome
    if isinstance(last, Result) and isinstance(found.free, Result):
        best = last.audit.attained == found.free.audit.attained
        yield "More changes bring nothing." if best else "More changes than these would bring more; they were not asked for."
    yield f"Objective: {wording.objective(ENGLISH, scenario)}. {wording.weights(ENGLISH, scenario.plan)}"


def outputs(scenario: Scenario, found: Replan) -> Table:
    """Outputs that receive another amount than adopted in some step, by step; the others added up."""
    plan, answered = scenario.plan, _answered(found)
    changed = sorted({i for step, _ in answered for i in (*step.drops, *step.additions)})
    received = [found.adopted, *([delivery.amount for delivery in result.allocation] for _, result in answered)]
    rows = [Row((plan.outputs[i].id, plan.outputs[i].name, *(amounts[i] for amounts in received))) for i in changed]
    others = (sum(amount for i, amount in enumerate(amounts) if i not in changed) for amounts in received)
    rows.append(Row((None, "All other outputs", *others), Style.SUBTOTAL))
    rows.append(Row((None, "Total", *map(sum, received)), Style.TOTAL))
    notes = []
    if len(answered) < len(found.steps):
        told = "; the sheet Re-plan says why at the largest such number." if any(step.reasons for step in found.steps) else "."
        notes.append(f"A number of changes without a column: no allocation was found with so few{told}")
    if any((output.adopted or 0) != amount for output, amount in zip(plan.outputs, found.adopted, strict=True)):
        notes.append("An adopted amount that is no level of its output stands for the smallest level that covers it.")
    return Table(
        "Outputs that change",
        (
            Column("id", "Output", Kind.ID, 8),
            Column("title", "Title", width=50),
            Column("adopted", "Adopted amount", Kind.MONEY, 14),
            *(Column(f"step:{step.allowed}", _changes(step.allowed), Kind.MONEY, 14) for step, _ in answered),
        ),
        tuple(rows),
        lead=tuple(filter(None, (f"Exact amounts in {plan.currency}.", wording.notice(ENGLISH, plan)))),
        notes=tuple(notes),
    )


def _answers(found: Replan) -> Table:
    """How each step was answered; the last line is the question without a limit."""
    asked = [(_changes(step.allowed), step.outcome) for step in found.steps]
    rows = (
        Row((name, str(one.termination), one.proof.statement if isinstance(one, Result) else "", one.solver))
        for name, one in (*asked, ("Any number of changes", found.free))
    )
    columns = (
        Column("step", "Changes allowed", width=26),
        Column("termination", "Ended", width=20),
        Column("proof", "Proof", width=20, span=4),
        Column("solver", "Solver", width=20),
    )
    return Table("How each step was answered", columns, tuple(rows))


def _answered(found: Replan) -> list[Answered]:
    return [(step, step.outcome) for step in found.steps if isinstance(step.outcome, Result)]


def _changes(count: int) -> str:
    return "No change" if count == 0 else wording.count(count, "change")


def json_text(scenario: Scenario, found: Replan) -> str:
    """Every step as exact data."""
    ids = [output.id for output in scenario.plan.outputs]
    steps = [
        {
            "allowed": step.allowed,
            "termination": str(step.outcome.termination),
            "reasons": list(step.reasons),
            "drops": [ids[i] for i in step.drops],
            "additions": [ids[i] for i in step.additions],
            **_data(ids, step.outcome),
        }
        for step in found.steps
    ]
    record = {
        "scenario": scenario.name,
        "adopted": dict(zip(ids, found.adopted, strict=True)),
        "steps": steps,
        "any_number_of_changes": _data(ids, found.free),
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _data(ids: list[str], outcome: Outcome) -> dict[str, object]:
    if not isinstance(outcome, Result):
        return {}
    return {
        "attained": {name: exact(value) for name, value in outcome.audit.attained},
        "allocated": outcome.audit.spend,
        "proved": outcome.proof.proved,
        "amounts": {key: delivery.amount for key, delivery in zip(ids, outcome.allocation, strict=True)},
    }
