"""Which column of a sheet is which: headers matched by their text, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from optimizer.address import address, letters
from optimizer.files.cells import Grid
from optimizer.files.exact import shown
from optimizer.files.log import Log, Place
from optimizer.files.schema import Column, Kind, Sheet
from optimizer.files.sheets import SCORE_PREFIX, SOURCE_PREFIX, TAGS_PREFIX, score_column, source_column, tags_column
from optimizer.findings import guess, nearest, quoted
from optimizer.keys import normalise

HEADER_ROW = 1
ALIKE = 0.75  # names closer than this may be meant for one that is read
SEARCHED = 20  # rows in which a header row out of place is looked for


def header_key(text: str) -> str:
    """Headers that differ by case, spaces, line breaks or a space at the colon are the same."""
    return re.sub(r"\s*:\s*", ":", normalise(text))


def headers(grid: Grid) -> dict[int, str]:
    """The text of each header by column number."""
    cells = grid.rows.get(HEADER_ROW, {})
    return {column: cell.value.strip() if isinstance(cell.value, str) else shown(cell) for column, cell in cells.items()}


def output_columns(grid: Grid, criteria: Sequence[str]) -> tuple[Column, ...]:
    """The columns of Outputs that depend on the plan: score and source of each criterion, and the tag columns that it has."""
    prefix = header_key(TAGS_PREFIX)
    tags = [text for text in headers(grid).values() if header_key(text).startswith(prefix) and header_key(text) != prefix]
    names = dict.fromkeys(text.partition(":")[2].strip() for text in tags)
    return (
        *map(score_column, criteria),
        *map(source_column, criteria),
        *map(tags_column, names),
    )


def match_headers(grid: Grid, sheet: Sheet, columns: Sequence[Column], log: Log) -> dict[str, int] | None:
    """Column numbers by column key; None where the sheet cannot be read because of its headers."""
    found = headers(grid)
    known = {header_key(column.header): column for column in columns}
    matched: dict[str, int] = {}
    present = set(map(header_key, found.values()))
    absent = [c.header for c in columns if c.optional_column and c.kind is not Kind.TEXT and header_key(c.header) not in present]
    for number, text in found.items():
        column = known.get(header_key(text))
        place = Place(grid.name, address(HEADER_ROW, number))
        if column is None:
            _unknown(place, text, sheet, columns, absent, log)
        elif column.key in matched:
            first = address(HEADER_ROW, matched[column.key])
            log.error(place, "duplicate-header", f"header {quoted(text)}, also in {first}", "each header once is expected")
        else:
            matched[column.key] = number
    missing = [column for column in columns if (column.required or not column.optional_column) and column.key not in matched]
    if missing and _out_of_place(grid, known, len(matched), log):
        return None
    for column in missing:
        seen = ", ".join(f"{text} ({letters(number)})" for number, text in found.items()) or "none"
        unread = [text for number, text in found.items() if number not in matched.values()]
        expected = f"it is needed; headers found: {seen}"
        place = Place(grid.name, address(HEADER_ROW, 1))
        log.error(place, "missing-column", f"no column {quoted(column.header)}", expected, guess(column.header, unread))
    _blank_headers(grid, found, log)
    for column in columns:
        if matched.get(column.key) in grid.layout.hidden_columns:
            place = Place(grid.name, address(HEADER_ROW, matched[column.key]))
            log.warning(place, "hidden-column", f"the column {quoted(column.header)} is hidden", "it is read all the same")
    return None if missing else matched


def _unknown(place: Place, text: str, sheet: Sheet, columns: Sequence[Column], absent: Sequence[str], log: Log) -> None:
    """A column that nobody reads. Where somebody meant it to count, it is refused.

    That is a score of an unknown criterion, and a header almost like one of `absent`: without it, statuses or minima are lost.
    """
    known = [column.header for column in columns]
    for prefix in (SCORE_PREFIX, SOURCE_PREFIX):
        start = header_key(prefix)
        if sheet.name == "Outputs" and header_key(text).startswith(start):
            criteria = [header.removeprefix(prefix) for header in known if header.startswith(prefix)]
            remedy = nearest(text.partition(":")[2].strip(), criteria)
            log.error(place, "unknown-criterion", f"header {quoted(text)}", "the id of a criterion is expected", remedy)
            return
    if get_close_matches(normalise(text), map(normalise, absent), n=1, cutoff=ALIKE):
        remedy = f"{guess(text, absent)} rename it, or name it quite differently"
        log.error(place, "unknown-column", f"header {quoted(text)}", "no such column is read", remedy)
        return
    log.warning(place, "unknown-column", f"header {quoted(text)}", "no such column is read", guess(text, known))


def _out_of_place(grid: Grid, known: Mapping[str, Column], in_first: int, log: Log) -> bool:
    """Whether another row looks more like the header row."""
    for row in range(HEADER_ROW + 1, SEARCHED + 1):
        texts = [cell.value for cell in grid.rows.get(row, {}).values() if isinstance(cell.value, str)]
        like = sum(header_key(text) in known for text in texts)
        if like > max(in_first, 1):
            remedy = "delete the rows above it"
            log.error(
                Place(grid.name, f"A{row}"),
                "header-row",
                f"headers in row {row}",
                f"headers in row {HEADER_ROW} are expected",
                remedy,
            )
            return True
    return False


def _blank_headers(grid: Grid, found: Mapping[int, str], log: Log) -> None:
    """Data without a header: nobody could say what it is."""
    first: dict[int, int] = {}
    for row, cells in grid.rows.items():
        for column in cells:
            if column not in found:
                first.setdefault(column, row)
    for column, row in first.items():
        found_text = f"column {letters(column)} has cells and no header"
        log.error(Place(grid.name, address(row, column)), "blank-header", found_text, "a header above every cell is expected")
