"""Adopted amounts into a copy of the planner's workbook: its bytes but for one column's cells, or reasons why that is not safe.

Only the part of the sheet Outputs is edited, in place; every other part of the copy has the same bytes. What would be wrong
afterwards without anybody seeing it, a formula that was calculated from other amounts or a signature, is a reason to refuse.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.address import address, position
from optimizer.files.cells import Grid, read_grids
from optimizer.files.container import Container, open_container
from optimizer.files.document import InputCell, InputWorkbook
from optimizer.files.headers import HEADER_ROW, headers, match_headers, names, output_columns
from optimizer.files.log import Log, Place
from optimizer.files.parts import Parts, scan
from optimizer.files.publish import create
from optimizer.files.reader import read_workbook
from optimizer.files.references import Formula, Target, depends, folded, shown, with_names
from optimizer.files.sheets import OUTPUTS, SCORE_PREFIX
from optimizer.files.splice import SheetXml, editable
from optimizer.files.tables import read_table
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.keys import normalise

KEY = "adopted"
HEADER = OUTPUTS.column(KEY).header
SHOWN = 5  # reasons of one kind that are told
# Parts that make any edit unsafe, and why.
_UNSAFE = (
    ("_xmlsignatures/", "signed", "it is digitally signed", "a signature would no longer hold", "remove the signature in Excel"),
    ("xl/revisions/", "tracked", "its changes are tracked", "an edit would be missing from the record", "stop sharing it first"),
)
# Parts that keep figures of their own, which their program makes new when the workbook is opened or refreshed.
_STALE = (
    ("xl/charts/", "charts", "Excel and LibreOffice draw them again when they open the copy"),
    ("xl/pivotCache/", "pivot tables", "they show earlier amounts until they are refreshed"),
    ("xl/model/", "a data model", "it has earlier amounts until it is refreshed"),
)


@dataclass(frozen=True)
class Copy:
    """The copy's bytes. `changed` counts the cells whose amount is another than before; `findings` are warnings."""

    content: bytes
    changed: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Column:
    """Where the amounts go: the part, the column, the row of each output."""

    part: str
    sheet: str
    number: int
    rows: Mapping[str, int]
    grid: Grid


def write_back(workbook: InputWorkbook, amounts: Mapping[str, int], path: Path) -> Copy:
    """Write a copy of the workbook with these adopted amounts, by output id, to `path`, where nothing may stand.

    Raises InputRefused with the reasons why it cannot be done safely, OutputRefused, and CheckFailed where the copy as written
    is not read as the same plan with only these amounts different.
    """
    source = Path(workbook.path)
    container = open_container(source)
    parts = scan(container)
    log = Log(container.name)
    made = _prepared(workbook, container, parts, amounts, log)
    if made is None or log.refused:
        log.stop()
    create(path, made, lambda draft: _objections(workbook, amounts, container, draft))
    before = {output.id: output.adopted for output in workbook.plan.outputs}
    return Copy(made, sum(before[key] != amount for key, amount in amounts.items()), tuple(log.all()))


def _prepared(workbook: InputWorkbook, container: Container, parts: Parts, amounts: Mapping[str, int], log: Log) -> bytes | None:
    """The copy's bytes, once nothing is found that speaks against it; None where that cannot even be looked for."""
    if container.sha256 != workbook.sha256:
        log.error(Place(""), "changed", "it was saved while it was read", "a workbook at rest is expected", "run again")
        return None
    with zipfile.ZipFile(io.BytesIO(container.data)) as archive:
        _whole_workbook(archive.namelist(), log)
        column = _column(container, parts, workbook, log)
        _same_ids(column, amounts, log)
        if column is None or log.refused:
            return None
        data = archive.read(column.part)
        if not editable(data):
            log.error(Place(column.sheet), "encoding", "its part is not in UTF-8", "the usual form of a workbook is expected")
            return None
        sheet = SheetXml(data, frozenset(column.rows.values()))
        _cells(sheet, column, log)
        _dependents(archive, parts, column, log)
        if log.refused:
            return None
        numbers = {(row, column.number): amounts[key] for key, row in column.rows.items()}
        return _repacked(archive, column.part, sheet.with_numbers(numbers))


def _whole_workbook(names_of_parts: Iterable[str], log: Log) -> None:
    found = list(names_of_parts)
    for start, code, what, why, remedy in _UNSAFE:
        if any(name.startswith(start) for name in found):
            log.error(Place(""), code, what, why, remedy)


def _column(container: Container, parts: Parts, workbook: InputWorkbook, log: Log) -> _Column | None:
    """The column of the adopted amounts; the workbook has been read as a plan before, so that its sheet is there."""
    sheet = next(sheet for sheet in parts.sheets if normalise(sheet.name) == normalise(OUTPUTS.name) and sheet.layout)
    grid = read_grids(container, [sheet])[sheet.name]
    columns = output_columns(grid, names(grid, SCORE_PREFIX))
    silent = Log(container.name)
    positions = match_headers(grid, OUTPUTS, columns, silent) or {}
    table = read_table(grid, OUTPUTS, columns, workbook.plan.currency, silent)
    if KEY not in positions or table is None:
        expected, remedy = "it is needed for the amounts", f"type {HEADER} into the header row, above an empty column"
        log.error(Place(sheet.name), "missing-column", f'no column "{HEADER}"', expected, remedy)
        return None
    rows = {row.text("id"): row.number for row in table.rows}
    return _Column(sheet.part, sheet.name, positions[KEY], rows, grid)


def _same_ids(column: _Column | None, amounts: Mapping[str, int], log: Log) -> None:
    if column is None:
        return
    for key in [key for key in column.rows if key not in amounts][:SHOWN]:
        place = Place(column.sheet, f"A{column.rows[key]}", key)
        log.error(
            place,
            "other-outputs",
            f"output {key} is not in the result",
            "the same outputs are expected",
            "run the scenario again",
        )
    for key in [key for key in amounts if key not in column.rows][:SHOWN]:
        found = f"output {key} of the result is not here"
        log.error(Place(column.sheet), "other-outputs", found, "the same outputs are expected", "run the scenario again")


def _cells(sheet: SheetXml, column: _Column, log: Log) -> None:
    """Every cell is blank or a number of its own."""
    if sheet.protected:
        log.error(
            Place(column.sheet), "protected", "the sheet is protected", "its owner does not want it changed", "unprotect it"
        )
    taken = [(area, "merged cells") for area in column.grid.layout.merged]
    taken += [
        (formula.area, "a formula for several cells") for formula in sheet.formulas if formula.kind in ("array", "dataTable")
    ]
    for key, row in column.rows.items():
        place = Place(column.sheet, address(row, column.number), key)
        cell = sheet.cells.get((row, column.number))
        found = next((what for area, what in taken if area and _within(area, row, column.number)), "")
        if cell is not None and not found:
            found = _in_the_way(cell.holds, cell.attributes)
        if cell is None and not sheet.rows[row].told:
            found = "cells without addresses beside it"
        if found:
            log.error(place, "in-the-way", found, "a blank cell or a typed number is expected", "clear the cell")


def _in_the_way(holds: tuple[str, ...], attributes: Mapping[str, str]) -> str:
    if "f" in holds:
        return "a formula"
    if not holds and not {"cm", "vm"} & set(attributes):
        return ""
    if attributes.get("t", "n") in ("s", "str", "inlineStr"):
        return "typed text"
    if attributes.get("t", "n") != "n" or holds != ("v",) or {"cm", "vm"} & set(attributes):
        return "something that is no plain number"
    return ""


def _within(area: str, row: int, column: int) -> bool:
    first, _, last = area.partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    return top <= row <= bottom and left <= column <= right


def _dependents(archive: zipfile.ZipFile, parts: Parts, column: _Column, log: Log) -> None:
    """Formulas that were calculated from the column would show what they came to before."""
    rows = (min(column.rows.values()), max(column.rows.values()))
    inside = [area for area in column.grid.tables if area.first[1] <= column.number <= area.last[1]]
    texts = {folded(text): number for number, text in headers(column.grid).items()}
    tables = {area.name.casefold(): texts if area.first[0] == HEADER_ROW else {} for area in inside}
    target = with_names(Target(column.sheet, column.number, rows, tables), parts.names)
    found = [formula for formula in _formulas(archive, parts) if depends(formula, target)]
    for formula in found[:SHOWN]:
        remedy = f"and {len(found) - SHOWN} more formulas" if len(found) > SHOWN and formula is found[SHOWN - 1] else ""
        expected = f"no formula on the column {HEADER} is expected: it would show what it came to before"
        log.error(Place(formula.sheet, formula.cell), "depends", shown(formula), expected, remedy)
    _say_stale(archive, target, log)


def _formulas(archive: zipfile.ZipFile, parts: Parts) -> Iterator[Formula]:
    """Every formula of the workbook; of one that several cells share, how far it reaches."""
    for part in parts.sheets:
        data = archive.read(part.part)
        if not re.search(rb"<(\w+:)?f[\s>/]", data) and editable(data):
            continue
        for written in SheetXml(data).formulas:
            if written.text:
                (row, col), (last_row, last_col) = position(written.cell), position(written.area.rpartition(":")[2])
                shared = written.kind == "shared"
                down, right = (max(last_row - row, 0), max(last_col - col, 0)) if shared else (0, 0)
                yield Formula(part.name, written.cell, written.text, down, right)


def _say_stale(archive: zipfile.ZipFile, target: Target, log: Log) -> None:
    marks = [mark.encode() for mark in (target.sheet, *target.tables)]
    for start, what, then in _STALE:
        parts = [name for name in archive.namelist() if name.startswith(start)]
        if any(mark.lower() in archive.read(name).lower() for name in parts for mark in marks) or (parts and "model" in start):
            log.warning(Place(""), "stale", f"{what} of the sheet {target.sheet}", then)


def _repacked(archive: zipfile.ZipFile, part: str, content: bytes) -> bytes:
    """The zip with one part's bytes replaced; order, dates and the rest of each entry stay."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as copy:
        copy.comment = archive.comment
        for entry in archive.infolist():
            fresh = zipfile.ZipInfo(entry.filename, entry.date_time)
            fresh.compress_type = zipfile.ZIP_STORED if entry.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
            fresh.external_attr, fresh.create_system = entry.external_attr, entry.create_system
            copy.writestr(fresh, content if entry.filename == part else archive.read(entry))
    return packed.getvalue()


def _objections(workbook: InputWorkbook, amounts: Mapping[str, int], source: Container, draft: Path) -> Iterator[str]:
    """What the copy, read from disk, has beside the amounts that is not as it was."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as old, zipfile.ZipFile(draft) as new:
        if old.namelist() != new.namelist():
            yield "other parts"
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
        if len(changed) > 1:
            yield f"several parts were changed: {', '.join(changed)}"
    try:
        copy = read_workbook(draft)
    except InputRefused as refused:
        yield from (str(finding) for finding in refused.findings if finding.severity is Severity.ERROR)
        return
    plan = workbook.plan
    wanted = replace(plan, outputs=tuple(replace(output, adopted=amounts[output.id]) for output in plan.outputs))
    if (copy.plan, copy.scenarios, copy.base_scenario) != (wanted, workbook.scenarios, workbook.base_scenario):
        yield "it is not read as the same plan with these amounts"
    if _others(copy.cells) != _others(workbook.cells):
        yield "other cells than the amounts differ"


def _others(cells: Iterable[InputCell]) -> list[InputCell]:
    return [cell for cell in cells if (cell.sheet, folded(cell.column)) != (OUTPUTS.name, folded(HEADER))]
