"""An older workbook's data in today's layout: every value that has a place is kept exactly, every other one is listed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from optimizer.files import older, sheets
from optimizer.files.carry_cells import Lost, carried, content_text, meant
from optimizer.files.carry_guide import about
from optimizer.files.carry_tables import Cells, Log, from_headers, place, rows
from optimizer.files.cells import Cell, Grid, read_grids
from optimizer.files.changes import settings as change_settings
from optimizer.files.container import Container, open_container
from optimizer.files.headers import distinct, header_key, names, output_columns, period_columns, title_columns
from optimizer.files.parts import Parts, scan
from optimizer.files.results import is_results
from optimizer.files.schema import Column, Sheet
from optimizer.files.template import Cell as Written
from optimizer.files.template import Content, Row
from optimizer.files.template_left import LEFT, LEFT_HEADERS, Left
from optimizer.findings import Finding, InputRefused, Severity, guess
from optimizer.keys import normalise
from optimizer.values import name_key

FIRST = (sheets.CRITERIA, sheets.PERIODS)  # they say which columns others have


@dataclass(frozen=True)
class Carried:
    """What was found. `formulas` are the cells that hold now what their formula gave; `remarks` is what else is different."""

    container: Container
    grids: Mapping[str, Grid]
    content: Content
    formulas: tuple[str, ...]
    remarks: tuple[str, ...]


def carry(path: str | os.PathLike[str]) -> Carried:
    """Raises InputRefused for what is no workbook of this layout or an older one. The file is only read."""
    container = open_container(path)
    parts = scan(container)
    grids = read_grids(container, [part for part in parts.sheets if part.layout is not None])
    log = Log(remarks=list(_unseen(parts)))
    matched = _matched(grids, log)
    _refuse(path, container, matched, parts)
    carrier = _Carrier(matched, log)
    content = carrier.content()
    guide = next((grid for name, grid in grids.items() if normalise(name) == normalise(sheets.GUIDE)), None)
    content = replace(content, about=about(guide) if guide is not None else (), left=tuple(log.left))
    return Carried(container, grids, content, tuple(log.formulas), tuple(log.remarks))


def _unseen(parts: Parts) -> Iterator[str]:
    for part in parts.sheets:
        if part.layout is None:
            yield f"{part.name}: a chart sheet is not carried over"
        elif part.layout.beyond:
            yield f"{part.name}: cells far from the table, such as {part.layout.beyond}, are not carried over"


def _matched(grids: Mapping[str, Grid], log: Log) -> dict[Sheet, Grid]:
    """The grids that have a place; all cells of the others are left, and those that an earlier time had left are kept."""
    known = {normalise(sheet.name): sheet for sheet in sheets.SHEETS}
    known |= {normalise(name): known[normalise(now)] for name, now in older.SHEETS.items()}
    matched: dict[Sheet, Grid] = {}
    for name, grid in grids.items():
        sheet = known.get(normalise(name))
        if sheet is not None and sheet not in matched:
            matched[sheet] = from_headers(grid, sheet)
        elif normalise(name) == normalise(LEFT):
            earlier = (
                [cells.get(column) for column in range(1, len(LEFT_HEADERS) + 1)] for _, cells in sorted(grid.rows.items())
            )
            log.left.extend(Left(*(content_text(cell) if cell else "" for cell in row)) for row in list(earlier)[1:])
        elif normalise(name) != normalise(sheets.GUIDE):
            near = guess(name, [known.name for known in sheets.SHEETS])
            why = "a second sheet of this name" if sheet else "; ".join(filter(None, ("no such sheet", near)))
            log.leave(grid, (cell for cells in grid.rows.values() for cell in cells.values()), why)
    return matched


def _refuse(path: str | os.PathLike[str], container: Container, matched: Mapping[Sheet, Grid], parts: Parts) -> None:
    if is_results(path):
        found, expected = "it is a results workbook", "the plan that it was made from is expected"
    elif not matched:
        found = f"none of its sheets is known: {', '.join(part.name for part in parts.sheets)}"
        expected = f"a workbook with sheets such as {sheets.PLAN.name} and {sheets.OUTPUTS.name} is expected"
    else:
        return
    raise InputRefused([Finding("not-a-plan", Severity.ERROR, container.name, "", "", found, expected)])


class _Carrier:
    """Goes through the sheets in turn; what they hold becomes the content."""

    def __init__(self, grids: Mapping[Sheet, Grid], log: Log) -> None:
        self.grids = grids
        self.log = log
        self.names: dict[Sheet, list[str]] = {}  # of criteria and periods
        self.tag_columns: tuple[str, ...] = ()

    def content(self) -> Content:
        found: dict[str, Sequence[Row]] = {}
        for sheet in FIRST:
            found[sheet.name] = self._named(sheet)
        settings, comments = self._settings() if sheets.PLAN in self.grids else ({}, {})
        settings["schema_version"] = self._version(settings.get("schema_version"))
        for sheet in sheets.SHEETS:
            if sheet is not sheets.PLAN and sheet not in FIRST and sheet in self.grids:
                found[sheet.name] = self._rows(sheet)
        return Content(settings, found, self.tag_columns, comments, (), every_sheet=True)

    def _version(self, typed: Written) -> int:
        now = sheets.SCHEMA_VERSION
        if isinstance(typed, int) and typed > now:
            place = next(grid.name for sheet, grid in self.grids.items() if sheet is sheets.PLAN)
            expected, remedy = (
                f"at most {now} is expected",
                "use the version of this program that made the workbook, or a newer one",
            )
            found = f"schema version {typed}"
            raise InputRefused([Finding("schema-version", Severity.ERROR, "", place, "", found, expected, remedy)])
        if typed not in (None, now):
            self.log.remarks.append(f"Plan: schema version {typed} is now {now}")
        return now

    def _columns(self, sheet: Sheet) -> tuple[Column, ...]:
        grid = self.grids[sheet]
        if sheet is sheets.OUTPUTS:
            own = output_columns(grid, self.names[sheets.CRITERIA])
        elif sheet in (sheets.FUNDS, sheets.PROFILE):
            own = period_columns(grid, sheet, self.names[sheets.PERIODS])
        else:
            own = sheet.columns
        return (*own, *title_columns(grid, sheet))

    def _rows(self, sheet: Sheet, wanted: Callable[[Cells], str] = lambda _: "") -> list[Row]:
        """`wanted` says why a row is not: nothing, where it is."""
        columns = {column.key: column for column in self._columns(sheet)}
        cells, keys = rows(self.grids[sheet], sheet, tuple(columns.values()), self.log)
        if sheet is sheets.OUTPUTS:
            self.tag_columns = tuple(key.removeprefix("tags:") for key in columns if key.startswith("tags:") and key in keys)
        made: list[Row] = []
        for row in cells:
            why = wanted(row)
            if why:
                self.log.leave(self.grids[sheet], row.values(), why)
            else:
                made.append(self._row(sheet, row, columns))
        if made:  # translations without any text keep their columns
            made[0] = {
                **{key: None for key in keys if ":" in key and key.partition(":")[0] in ("title", "short_title")},
                **made[0],
            }
        return made

    def _row(self, sheet: Sheet, cells: Cells, columns: Mapping[str, Column]) -> dict[str, Written]:
        known = change_settings(self.names.get(sheets.CRITERIA, ()), self.names.get(sheets.PERIODS, ()))
        first = content_text(cells[sheet.columns[0].key]) if sheet.columns[0].key in cells else ""
        values: dict[str, Written] = {}
        for key, cell in cells.items():
            value = self._value(sheet, cell, meant(columns[key], cells, known), first)
            if value is not None:
                values[key] = value
        return values

    def _value(self, sheet: Sheet, cell: Cell, column: Column, row: str) -> Written:
        grid = self.grids[sheet]
        try:
            value = carried(cell, column)
        except Lost as lost:
            self.log.leave(grid, [cell], str(lost), row, column.header)
            return None
        if cell.formula:
            self.log.formulas.append(place(grid, cell))
        return value

    def _named(self, sheet: Sheet) -> list[Row]:
        """Criteria or periods. Where their sheet has none, the headers that name them say at least their names."""
        key, alike = sheet.columns[0].key, normalise if sheet is sheets.CRITERIA else name_key
        seen: set[str] = set()

        def wanted(row: Cells) -> str:
            name = alike(content_text(row[key])) if key in row and isinstance(row[key].value, str | int | float) else ""
            if not name or name in seen:
                return "a second row of this name" if name else f"a row without {sheet.column(key).label}"
            seen.add(name)
            return ""

        made = self._rows(sheet, wanted) if sheet in self.grids else []
        self.names[sheet] = [str(row[key]) for row in made]
        if not made:
            users = {sheets.OUTPUTS: sheets.SCORE_PREFIX} if sheet is sheets.CRITERIA else {
                sheets.FUNDS: sheets.AMOUNT_PREFIX, sheets.PROFILE: sheets.PART_PREFIX}  # fmt: skip
            told = [name for user, prefix in users.items() if user in self.grids for name in names(self.grids[user], prefix)]
            self.names[sheet] = distinct(told, alike)
            made = [{key: name} for name in self.names[sheet]]
            if made:
                self.log.remarks.append(f"{sheet.name}: the names are those in the headers of {', '.join(u.name for u in users)}")
        return made

    def _settings(self) -> tuple[dict[str, Written], dict[str, str]]:
        grid = self.grids[sheets.PLAN]
        known = {header_key(name): key for name, key in older.SETTINGS.items()}
        known |= {header_key(setting.header): setting.key for setting in sheets.SETTINGS}
        by_key = {setting.key: setting for setting in sheets.SETTINGS}
        settings: dict[str, Written] = {}
        comments: dict[str, str] = {}
        seen: set[str] = set()
        for row in rows(grid, sheets.PLAN, sheets.PLAN.columns, self.log)[0]:
            text = content_text(row["setting"]) if "setting" in row else ""
            key = known.get(header_key(text))
            if key is None or key in seen:
                near = guess(text, [s.header for s in sheets.SETTINGS])
                why = "a second row of this setting" if key else "; ".join(filter(None, ("no such setting", near)))
                self.log.leave(grid, [cell for name, cell in row.items() if name != "meaning"], why, text)
                continue
            seen.add(key)
            values = {name: self._value(sheets.PLAN, cell, column, text) for name, column in
                      (("value", by_key[key]), ("comment", sheets.COMMENT)) if (cell := row.get(name))}  # fmt: skip
            if values.get("value") is not None:
                settings[key] = values["value"]
            if values.get("comment") is not None:
                comments[key] = str(values["comment"])
        return settings, comments
