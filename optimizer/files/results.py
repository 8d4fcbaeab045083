"""An earlier results workbook, read back for comparison: what was asked, what was read, what each output received."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from optimizer.files.cells import Grid, read_grids
from optimizer.files.container import Container, open_container
from optimizer.files.document import InputCell
from optimizer.files.parts import scan
from optimizer.findings import Finding, InputRefused, Severity

INPUTS, ALLOCATION, RUN = "Inputs as read", "Allocation", "Run"
RECORD = "Record"  # what a workbook was made from; nothing here looks into it
INPUTS_COLUMNS = (("sheet", "Sheet"), ("cell", "Cell"), ("row", "Row"), ("column", "Column"), ("value", "Value"))
ALLOCATION_COLUMNS = ("Output", "Title", "Amount", "Status")
QUESTION = ("Scenario", "Resources", "Objective", "Changes to the plan")
MARK = "Results of the optimizer"  # the property by which a workbook of ours is known
BEGINNING = 2_000  # bytes of a file in which the mark stands, if it is no archive
PROPERTIES = "docProps/custom.xml"
LAYOUT = 1  # its value: the version of what is above


@dataclass(frozen=True, slots=True)
class EarlierOutput:
    """What an output received in an earlier result, in whole units of the currency."""

    title: str
    status: str
    amount: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier results workbook: `file` names it, `question` is what it answered (by name), `outputs` are by id."""

    file: str
    question: Mapping[str, str]
    outputs: Mapping[str, EarlierOutput]
    cells: tuple[InputCell, ...]


def read_results(path: str | os.PathLike[str]) -> Earlier:
    """Raises InputRefused for a file that is no results workbook of this tool."""
    container = open_container(path)
    wanted = [sheet for sheet in scan(container).sheets if sheet.name in (ALLOCATION, RUN) or sheet.name.startswith(INPUTS)]
    grids = read_grids(container, wanted)
    missing = [name for name in (INPUTS, ALLOCATION, RUN) if name not in grids]
    if missing:
        raise _refused(container, missing[0], "there is no such sheet")
    facts = dict(_pairs(grids[RUN]))
    allocation = _records(container, grids[ALLOCATION], ALLOCATION_COLUMNS)
    return Earlier(
        container.name,
        {name: facts.get(name, "") for name in QUESTION},
        {
            _text(id): EarlierOutput(_text(title), _text(status), _amount(amount))
            for id, title, amount, status in allocation
            if id and title
        },
        tuple(input_cells(container, {name: grid for name, grid in grids.items() if name.startswith(INPUTS)})),
    )


def input_cells(container: Container, grids: Mapping[str, Grid]) -> Iterator[InputCell]:
    """Every cell of the input, from the sheets of a results workbook that tell them. Raises InputRefused."""
    headers = [header for _, header in INPUTS_COLUMNS]
    records = (record for grid in grids.values() for record in _records(container, grid, headers))
    return (InputCell(*map(_text, record)) for record in records if record[0])


def is_results(path: str | os.PathLike[str]) -> bool:
    """Whether the file is a workbook that this tool wrote as a result; its sheets alone could be anybody's."""
    try:
        container = open_container(path)
    except InputRefused:
        return False
    return _marked(container.data, PROPERTIES)


def refuse_results(container: Container) -> None:
    """Raises InputRefused for a result where a plan is expected: one finding rather than one for each of its sheets."""
    if _marked(container.data, PROPERTIES):
        expected, remedy = "the workbook with the plan is expected", "its sheet Run names the input file that it was made from"
        found = "it is a results workbook, which this tool has written"
        raise InputRefused([Finding("results", Severity.ERROR, container.name, "", "", found, expected, remedy)])


def is_ours(path: str | os.PathLike[str]) -> bool:
    """Whether the file is a result that this tool wrote: a workbook, a Word document, a page or a figure."""
    data = Path(path).read_bytes()
    return _marked(data, PROPERTIES) or _marked(data, "docProps/core.xml") or MARK.encode() in data[:BEGINNING]


def _marked(data: bytes, part: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return part in archive.namelist() and MARK.encode() in archive.read(part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return False


def _records(container: Container, grid: Grid, headers: tuple[str, ...] | list[str]) -> Iterator[tuple[object, ...]]:
    """The rows under the first row that has these headers, as far as they reach without an empty row."""
    found: dict[str, int] = {}
    last = 0
    for row, cells in sorted(grid.rows.items()):
        if found:
            if row != last + 1:
                return
            yield tuple(cells[found[header]].value if found[header] in cells else "" for header in headers)
        else:
            by_text = {_text(cell.value): column for column, cell in cells.items()}
            if all(header in by_text for header in headers):
                found = {header: by_text[header] for header in headers}
        last = row
    if not found:
        raise _refused(container, grid.name, f"no row has the headers {', '.join(headers)}")


def _pairs(grid: Grid) -> Iterator[tuple[str, str]]:
    """Name and text of each fact of the sheet Run."""
    for cells in grid.rows.values():
        if len(cells) == 2 and 1 in cells and 2 in cells:
            yield _text(cells[1].value), _text(cells[2].value)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _amount(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _refused(container: Container, sheet: str, found: str) -> InputRefused:
    expected = "a results workbook written by this tool is expected"
    remedy = "name another on the sheet Plan, or leave that cell blank"
    return InputRefused([Finding("no-results", Severity.ERROR, container.name, sheet, "", found, expected, remedy)])
