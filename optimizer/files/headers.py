"""Which column of a sheet is which: headers matched by their text, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from optimizer.address import address, letters
from optimizer.files import older
from optimizer.files.cells import Grid
from optimizer.files.exact import shown
from optimizer.files.log import Log, Place
from optimizer.files.schema import Column, Kind, Sheet
from optimizer.files.sheets import (
    AMOUNT_PREFIX,
    BY_PERIOD,
    COMMENT,
    FUNDS,
    LANGUAGE,
    OUTPUTS,
    PART_PREFIX,
    PROFILE,
    SCORE_PREFIX,
    SOURCE_PREFIX,
    TAGS_PREFIX,
    TRANSLATED,
    amount_column,
    part_column,
    score_column,
    source_column,
    tags_column,
    translation,
)
from optimizer.findings import guess, nearest, quoted
from optimizer.keys import normalise
from optimizer.values import name_key

HEADER_ROW = 1
ALIKE = 0.75  # names closer than this may be meant for one that is read
SEARCHED = 20  # rows in which a header row out of place is looked for
_AT_MARKS = re.compile(r"\s*([:()])\s*")
_TRANSLATION = re.compile(rf"(short )?title\(({LANGUAGE.pattern})\)")  # as header_key has it
_LIKE_TRANSLATION = re.compile(r"(short[ _])?title[ _:(\[]+\w+[)\]]?")
# What stands before a name in the headers of a sheet, and what the name is of.
_NAMED = {
    OUTPUTS.name: ((SCORE_PREFIX, SOURCE_PREFIX), "criterion", "the id of a criterion is expected"),
    FUNDS.name: ((AMOUNT_PREFIX,), "period", "the name of a period is expected"),
    PROFILE.name: ((PART_PREFIX,), "period", "the name of a period is expected"),
}


def header_key(text: str) -> str:
    """Headers that differ by case, spaces, line breaks or a space at a colon or bracket are the same."""
    return _AT_MARKS.sub(r"\1", normalise(text))


def _dashless(text: str) -> str:
    return _AT_MARKS.sub(r"\1", name_key(text))


def headers(grid: Grid) -> dict[int, str]:
    """The text of each header by column number."""
    cells = grid.rows.get(HEADER_ROW, {})
    return {column: cell.value.strip() if isinstance(cell.value, str) else shown(cell) for column, cell in cells.items()}


def output_columns(grid: Grid, criteria: Sequence[str]) -> tuple[Column, ...]:
    """The columns of Outputs, with score and source of each criterion, and the tag columns that it has."""
    return (
        *OUTPUTS.columns,
        *map(score_column, criteria),
        *map(source_column, criteria),
        *map(tags_column, names(grid, TAGS_PREFIX)),
        COMMENT,
    )


def title_columns(grid: Grid, sheet: Sheet) -> tuple[Column, ...]:
    """The columns for translations that a sheet has."""
    matches = filter(None, (_TRANSLATION.fullmatch(header_key(text)) for text in headers(grid).values()))
    keys = dict.fromkeys(f"{'short_title' if match[1] else 'title'}:{match[2]}" for match in matches)
    return tuple(filter(None, (translation(key, sheet) for key in keys)))


def period_columns(grid: Grid, sheet: Sheet, periods: Sequence[str]) -> tuple[Column, ...]:
    """The columns of Funds or Profile, with one for each period. Those of Funds are needed once it has a row."""
    made = [amount_column(name) if sheet is FUNDS else part_column(name) for name in periods]
    empty = max(grid.rows, default=HEADER_ROW) == HEADER_ROW
    return (*sheet.columns, *(replace(column, required=column.required and not empty) for column in made), COMMENT)


def names(grid: Grid, prefix: str) -> list[str]:
    """The names that follow a prefix in the headers of a sheet, each once."""
    start = header_key(prefix)
    found = (text.partition(":")[2].strip() for text in headers(grid).values() if header_key(text).startswith(start))
    return list(dict.fromkeys(filter(None, found)))


def distinct(found: Iterable[str], key: Callable[[str], str]) -> list[str]:
    """Without those that only look different: that is told where they stand."""
    first: dict[str, str] = {}
    for name in found:
        first.setdefault(key(name), name)
    return list(first.values())


def match_headers(grid: Grid, sheet: Sheet, columns: Sequence[Column], log: Log) -> dict[str, int] | None:
    """Column numbers by column key; None where the sheet cannot be read because of its headers."""
    found = headers(grid)
    key = _dashless if sheet in BY_PERIOD else header_key
    earlier = older.RENAMED.get(sheet.name, {})
    known = {key(name): column for name, now in earlier.items() for column in columns if column.key == now}
    known |= {key(column.header): column for column in columns}
    matched: dict[str, int] = {}
    present = set(map(key, found.values()))
    optional = [c for c in columns if c.optional_column and not c.required and c.kind is not Kind.TEXT]
    absent = [column.header for column in optional if key(column.header) not in present]
    for number, text in found.items():
        column = known.get(key(text))
        place = Place(grid.name, address(HEADER_ROW, number))
        if column is None:
            _unknown(place, text, sheet, columns, absent, log)
        elif column.key in matched:
            first = address(HEADER_ROW, matched[column.key])
            log.error(place, "duplicate-header", f"header {quoted(text)}, also in {first}", "each header once is expected")
        else:
            matched[column.key] = number
    missing = [column for column in columns if (column.required or not column.optional_column) and column.key not in matched]
    if missing and _out_of_place(grid, known, key, len(matched), log):
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
    prefixes, what, expected = _NAMED.get(sheet.name, ((), "", ""))
    for prefix in prefixes:
        if header_key(text).startswith(header_key(prefix)):
            of_prefix = [header.removeprefix(prefix) for header in known if header.startswith(prefix)]
            remedy = nearest(text.partition(":")[2].strip(), of_prefix)
            log.error(place, f"unknown-{what}", f"header {quoted(text)}", expected, remedy)
            return
    if sheet in TRANSLATED and _LIKE_TRANSLATION.fullmatch(header_key(text)):
        expected, remedy = "a translation is read where its language stands in two letters", "for instance Title (fr)"
        log.warning(place, "unknown-language", f"header {quoted(text)}", expected, remedy)
        return
    if get_close_matches(normalise(text), map(normalise, absent), n=1, cutoff=ALIKE):
        remedy = f"{guess(text, absent)} rename it, or name it quite differently"
        log.error(place, "unknown-column", f"header {quoted(text)}", "no such column is read", remedy)
        return
    log.warning(place, "unknown-column", f"header {quoted(text)}", "no such column is read", guess(text, known))


def _out_of_place(grid: Grid, known: Collection[str], key: Callable[[str], str], in_first: int, log: Log) -> bool:
    """Whether another row looks more like the header row."""
    for row in range(HEADER_ROW + 1, SEARCHED + 1):
        texts = [cell.value for cell in grid.rows.get(row, {}).values() if isinstance(cell.value, str)]
        like = sum(key(text) in known for text in texts)
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
