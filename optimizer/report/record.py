"""The record of a run: every cell as it was read, and what was computed how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from optimizer.files.document import InputCell, InputWorkbook
from optimizer.files.results import INPUTS, INPUTS_COLUMNS, RUN
from optimizer.findings import Finding
from optimizer.program import Termination
from optimizer.report import analyses, wording
from optimizer.report.dossier import Dossier
from optimizer.report.language import ENGLISH
from optimizer.report.table import Column, Kind, Row, Sheet, Table
from optimizer.result import Stage
from optimizer.scenario import Scenario

LONGEST = 50_000  # rows of a sheet
FACTS = (Column("name", "", width=26), Column("text", "", width=20, span=6))


def inputs(workbook: InputWorkbook) -> Iterator[Sheet]:
    """One sheet, or several where there are too many cells for one that can be read again."""
    cells = workbook.cells
    for number, begin in enumerate(range(0, max(len(cells), 1), LONGEST), start=1):
        yield _inputs(workbook, INPUTS if number == 1 else f"{INPUTS} {number}", cells[begin : begin + LONGEST])


def _inputs(workbook: InputWorkbook, name: str, cells: tuple[InputCell, ...]) -> Sheet:
    table = Table(
        name,
        tuple(
            Column(key, header, kind, width)
            for (key, header), kind, width in zip(
                INPUTS_COLUMNS, (Kind.TEXT, Kind.TEXT, Kind.ID, Kind.TEXT, Kind.TEXT), (18, 9, 24, 30, 80), strict=True
            )
        ),
        tuple(Row((cell.sheet, cell.cell, cell.row, cell.column, cell.value)) for cell in cells),
        lead=(f"Every cell of {PurePath(workbook.path).name} that was read, as text.",),
    )
    return Sheet(name, "Every cell of the input workbook, with its address", (table,))


def run(dossier: Dossier) -> Sheet:
    """What is compared between two runs comes first; times, which never agree, come last."""
    result = dossier.result
    times = (*dossier.facts.times, *((f"Stage: {stage.name}", f"{stage.seconds:.2f} seconds") for stage in result.stages))
    tables = (
        facts("Run", tuple(fact for fact in _facts(dossier) if fact[1])),
        changes(result.scenario),
        _stages(result.stages),
        *_analyses(dossier),
        facts("Versions", dossier.facts.versions),
        facts("Not compared between runs", times, "Everything above this line is the same whenever the same question is asked."),
    )
    return Sheet(RUN, "File, versions, scenario, stages of the solution, proof, times", tables)


def _analyses(dossier: Dossier) -> Iterator[Table]:
    if dossier.analyses is not None:
        yield facts("Analyses", tuple(analyses.costs(dossier)), "What each took, and why one has no answer.")


def facts(title: str, pairs: tuple[tuple[str, str], ...], lead: str = "") -> Table:
    return Table(title, FACTS, tuple(map(Row, pairs)), lead=(lead,) if lead else (), headed=False)


def question(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What is asked, apart from the plan itself; Changes compares it with an earlier version's."""
    yield "Scenario", wording.scenario_name(ENGLISH, scenario)
    yield "Resources", wording.resources(ENGLISH, scenario)
    yield "Objective", scenario.objective.name
    yield "Changes to the plan", "; ".join(map(str, scenario.spec.changes)) or "none"


def findings_table(findings: tuple[Finding, ...]) -> Table:
    return Table(
        "What reading the input noted",
        (
            Column("severity", "Severity", width=44),
            Column("place", "Place", width=24),
            Column("found", "Found", width=24),
            Column("expected", "Expected", width=24),
            Column("remedy", "Remedy", width=24),
        ),
        tuple(
            Row((str(f.severity), f"{f.sheet}!{f.cell}" if f.cell else f.sheet, f.found, f.expected, f.remedy)) for f in findings
        ),
        notes=() if findings else ("Nothing: no warnings and no notes.",),
    )


def changes(scenario: Scenario) -> Table:
    made = scenario.spec.changes
    return Table(
        "What the scenario changes in the plan",
        (
            Column("kind", "Applies to", width=26),
            Column("item", "Item", Kind.ID),
            Column("setting", "Setting"),
            Column("value", "Value", Kind.ID),
            Column("paragraph", "Reference"),
            Column("place", "Place"),
            Column("reason", "Reason"),
        ),
        tuple(Row((c.kind, c.item, c.setting, c.value, c.paragraph, c.place, c.reason)) for c in made),
        notes=() if made else ("Nothing: the plan is taken as it stands.",),
    )


def _facts(dossier: Dossier) -> Iterator[tuple[str, str]]:
    book, result = dossier.workbook, dossier.result
    plan = dossier.plan
    settled = result.termination is Termination.OPTIMAL
    yield "Plan", plan.title
    yield "Version", ", ".join(filter(None, (plan.version_label, plan.status)))
    yield "Prepared by", plan.prepared_by
    yield "Input file", PurePath(book.path).name
    yield "SHA-256 of the input file", book.sha256
    yield from question(result.scenario)
    yield "Note", result.scenario.spec.note
    yield "Termination", str(result.termination)
    yield "Proof", result.proof.statement
    yield "Attained", wording.attained(ENGLISH, result)
    yield "Only best allocation", "yes" if result.ties.unique else "no" if settled else "not established"
    yield "Identical outputs", "; ".join(f"any of {', '.join(group)}" for group in result.ties.identical) or "none"
    yield "Solver", result.solver


def _stages(stages: tuple[Stage, ...]) -> Table:
    return Table(
        "Stages of the solution",
        (
            Column("name", "Stage", width=26),
            Column("sense", "Sense"),
            Column("termination", "Ended"),
            Column("value", "Value", Kind.ID, 20),
            Column("bound", "Bound proved", Kind.ID, 20),
            Column("confirmed", "Confirmed by", width=26),
            Column("open", "Open columns", Kind.COUNT),
        ),
        tuple(
            Row((s.name, s.sense, str(s.termination), f"{s.value:,}", f"{s.bound:,}", s.confirmed, s.open_columns))
            for s in stages
        ),
        notes=("Values are whole numbers in each stage's own scale, written as text so that no digit is lost.",),
    )
