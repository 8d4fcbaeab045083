"""The findings workbook: what is wrong with an input, for people who have only the spreadsheet program before them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from optimizer.address import position
from optimizer.files.container import open_container
from optimizer.files.parts import scan
from optimizer.files.results import is_results
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.report.table import Beyond, Book, Cell, Column, Row, Sheet, Table

NAME = "Findings"
MOST = 2_000
NONE = "No findings."
_FIRST = re.compile(r"[A-Z]{1,3}\d+")
_TONES = ((Severity.ERROR.value, "bad"), (Severity.WARNING.value, "part"), (Severity.NOTE.value, "open"))


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A scenario without an allocation, and why."""

    scenario: str
    why: tuple[str, ...]


def findings_book(plan: str, findings: Sequence[Finding], unanswered: Sequence[NoAnswer], checked: datetime) -> Book:
    """`plan` is the path of the workbook that the findings are about; theirs lies in the same folder."""
    name = PurePath(plan).name
    lead = [f"The workbook as it was on {checked:%Y-%m-%d} at {checked:%H:%M:%S}.", _verdict(findings, unanswered)]
    tables = []
    if findings:
        ordered = sorted(findings, key=lambda f: (list(Severity).index(f.severity), f.file, f.sheet, *position(f.cell)))
        lead.append("Each cell is a link into the workbook. Mend it there and save; this list is written anew at each save.")
        tables.append(_findings(plan, ordered, tuple(lead)))
    if unanswered:
        tables.append(_unanswered(unanswered, () if findings else tuple(lead)))
    if not tables:
        tables.append(Table(f"Findings in {name}", (Column("text", "", width=18, span=5),), (), tuple(lead), headed=False))
    return Book(f"Findings in {name}", f"Findings in {name}", (Sheet(NAME, "", tuple(tables), front=True, frozen=0),))


def is_findings(path: str | os.PathLike[str]) -> bool:
    """Whether the file is a findings workbook that this tool wrote."""
    try:
        return is_results(path) and scan(open_container(path)).sheets[0].name == NAME
    except InputRefused:
        return False


def _verdict(findings: Sequence[Finding], unanswered: Sequence[NoAnswer]) -> str:
    if any(finding.severity is Severity.ERROR for finding in findings):
        return "There are errors: nothing was computed, and results that are there belong to an earlier version."
    if unanswered:
        return "Some of what is asked has no answer: results of those scenarios that are there belong to an earlier version."
    return "Nothing keeps the results from being computed." if findings else NONE


def _findings(plan: str, findings: Sequence[Finding], lead: tuple[str, ...]) -> Table:
    columns = (
        Column("severity", "Severity", width=10, tones=_TONES),
        Column("sheet", "Sheet", width=18),
        Column("cell", "Cell", width=12),
        Column("found", "What was found", width=46),
        Column("expected", "What is expected", width=46),
        Column("remedy", "How to mend it", width=46),
    )
    rows = tuple(_row(plan, finding) for finding in findings[:MOST])
    more = (f"and {len(findings) - MOST:,} more",) if len(findings) > MOST else ()
    return Table(f"Findings in {PurePath(plan).name}", columns, rows, lead, more)


def _row(plan: str, finding: Finding) -> Row:
    name = PurePath(plan).name
    about_plan = finding.file in (name, plan)
    sheet: Cell = finding.sheet if about_plan else " ".join(filter(None, (finding.file, finding.sheet)))
    cell: Cell = finding.cell
    if about_plan and finding.sheet:
        place = _FIRST.search(finding.cell)
        cell = Beyond(finding.cell or "sheet", name, finding.sheet, place[0] if place else "A1")
    return Row((finding.severity.value, sheet, cell, finding.found, finding.expected, finding.remedy))


def _unanswered(unanswered: Sequence[NoAnswer], lead: tuple[str, ...]) -> Table:
    columns = (Column("scenario", "Scenario", width=10, span=3), Column("why", "Why", width=46, span=3))
    rows = tuple(Row((each.scenario, why)) for each in unanswered for why in each.why)
    return Table("Scenarios without an answer", columns, rows, lead)
