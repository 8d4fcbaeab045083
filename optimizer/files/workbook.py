"""Which sheet of a workbook is which."""

from __future__ import annotations

from difflib import get_close_matches

from optimizer.files.cells import Grid, read_grids
from optimizer.files.container import Container
from optimizer.files.headers import ALIKE
from optimizer.files.log import Log, Place
from optimizer.files.parts import Parts, SheetPart
from optimizer.files.scanner import MOST_COLUMNS, MOST_ROWS
from optimizer.files.schema import Sheet
from optimizer.files.sheets import GUIDE, SHEETS
from optimizer.findings import guess, quoted
from optimizer.keys import normalise

MOST_CELLS = 75_000  # with content, of the sheets that are read: 1,500 outputs in 50 columns
_KNOWN = {normalise(sheet.name): sheet for sheet in SHEETS}


def read_sheets(container: Container, parts: Parts, log: Log) -> dict[str, Grid]:
    """The grids of the sheets that the program knows, by the name that it knows them by."""
    matched = _match(parts, log)
    cells = sum(part.layout.cells for part in matched.values() if part.layout is not None)
    if cells > MOST_CELLS:
        said, remedy = f"its sheets have {cells:,} cells with content", "delete what is not part of the plan"
        log.error(Place(""), "file-too-large", said, f"at most {MOST_CELLS:,} are read", remedy)
        log.stop()
    grids = read_grids(container, matched.values())
    found = {name: grids[part.name] for name, part in matched.items()}
    for sheet in SHEETS:
        grid = found.get(sheet.name)
        if grid is None:
            if sheet.required:
                _missing(sheet, parts, log)
        elif not grid.rows:
            say = log.error if sheet.required else log.note
            say(Place(grid.name), "empty-sheet", "the sheet is empty", "headers and rows are expected")
            del found[sheet.name]
    return found


def _match(parts: Parts, log: Log) -> dict[str, SheetPart]:
    matched: dict[str, SheetPart] = {}
    for part in parts.sheets:
        place = Place(part.name)
        sheet = _KNOWN.get(normalise(part.name))
        if sheet is None:
            _unknown(part, parts, log)
        elif part.layout is None:
            log.error(place, "chart-sheet", "it is no worksheet", "a sheet with cells is expected")
        elif sheet.name in matched:
            found = f"two sheets {quoted(matched[sheet.name].name)} and {quoted(part.name)}"
            log.error(place, "duplicate-sheet", found, "one is expected", "rename the one that is not to be read")
        else:
            matched[sheet.name] = part
            _remarks(part, sheet, log)
    return matched


def _remarks(part: SheetPart, sheet: Sheet, log: Log) -> None:
    place = Place(part.name)
    if part.name != sheet.name:
        log.warning(place, "sheet-name", f"sheet {quoted(part.name)}", f"it is read as {sheet.name}")
    if part.state != "visible":
        log.warning(place, "hidden-sheet", "the sheet is hidden", "it is read all the same")
    if part.layout is not None and part.layout.beyond:
        expected = f"at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns are expected"
        remedy = "delete the rows or columns that lie far from the table"
        log.error(Place(part.name, part.layout.beyond), "far-cell", "a cell with content far from the table", expected, remedy)


def _unknown(part: SheetPart, parts: Parts, log: Log) -> None:
    """A sheet that nobody reads. Named almost like one that is not there, it was meant to be read: its rules would be lost."""
    if normalise(part.name) == normalise(GUIDE):
        return
    alike = get_close_matches(normalise(part.name), _KNOWN, n=1, cutoff=ALIKE)
    if alike:
        sheet = _KNOWN[alike[0]]
        there = sheet.required or any(normalise(other.name) == alike[0] for other in parts.sheets)
        say, so = (log.warning, "") if there else (log.error, " rename it, or name it quite differently")
        say(Place(part.name), "unknown-sheet", f"sheet {quoted(part.name)}", "it is not read", f"did you mean {sheet.name}?{so}")
    else:
        log.note(Place(part.name), "unknown-sheet", f"sheet {quoted(part.name)}", "it is not read")


def _missing(sheet: Sheet, parts: Parts, log: Log) -> None:
    names = [part.name for part in parts.sheets]
    if any(normalise(name) == normalise(sheet.name) for name in names):
        return  # a chart sheet of that name, refused already
    expected = f"it is needed; sheets found: {', '.join(names)}"
    others = [name for name in names if normalise(name) not in _KNOWN]
    log.error(Place(""), "missing-sheet", f"no sheet {quoted(sheet.name)}", expected, guess(sheet.name, others))
