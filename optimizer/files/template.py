"""Writes an input workbook from plain data: sheets.py made visible, with nothing of any particular plan in it.

The same content gives the same bytes: nothing of the clock, the machine, the locale or the working folder gets in.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from optimizer.files import sheets
from optimizer.files.changes import Setting
from optimizer.files.changes import settings as change_settings
from optimizer.files.pack import finish
from optimizer.files.schema import Column, Kind, Sheet
from optimizer.files.template_checks import EXTRA_ROWS, check, from_list, ids_of, own_id, wanted
from optimizer.files.template_guide import GuideText, write_guide
from optimizer.files.template_left import LEFT, Left, write_left
from optimizer.files.template_look import FONT, LINE, OWNER_COLOURS, Formats, header_height, lines, page_set_up, page_title

Cell = str | int | float | None
Row = Mapping[str, Cell]

CREATED = datetime(2021, 10, 8)
NOTE_WIDTH = 260  # pixels
# Sheets that show money by output: the notice stands in their page headers and on the headers of their amounts.
COSTED = (sheets.OUTPUTS, sheets.LEVELS, sheets.PROFILE)
# Outputs is too wide for one page; each of these columns begins a page beside the last, as translations do everywhere.
PAGE_STARTS = ("result_full", "score:", "tags:")
PAGE_WIDTH = 1030  # pixels between the margins at 100 per cent


@dataclass(frozen=True)
class Content:
    """What a workbook is filled with.

    `settings` and `setting_comments` go by the key of a setting; `rows` by the name of a sheet, each row by column key (on
    Outputs also `score:ID`, `source:ID` and `tags:NAME`, on Funds `amount:PERIOD`, on Profile `part:PERIOD`; where titles are
    translated also `title:fr` and, on Outputs, `short_title:fr`, for any language). `about` is for the Guide: paragraphs, each
    with a label, on where the data come from. `every_sheet`: also empty ones. `left` is what an older workbook held beyond this.
    """

    settings: Mapping[str, Cell]
    rows: Mapping[str, Sequence[Row]]
    tag_columns: tuple[str, ...] = ()
    setting_comments: Mapping[str, str] = field(default_factory=dict)
    about: tuple[tuple[str, str], ...] = ()
    every_sheet: bool = False
    left: tuple[Left, ...] = ()

    def setting(self, key: str) -> str:
        return str(self.settings.get(key) or "")

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Those by period only where there are periods, or rows; Targets only where there are rows; or all that there can be."""
        if self.every_sheet:
            return sheets.SHEETS
        waiting = sheets.BY_PERIOD if self.rows.get(sheets.PERIODS.name) else ()
        added = (sheets.TARGETS, *sheets.BY_PERIOD)
        return tuple(s for s in sheets.SHEETS if s not in added or s in waiting or self.rows.get(s.name))

    def ids_of(self, sheet: Sheet) -> tuple[str, ...]:
        """What the column that names its rows holds."""
        return tuple(str(row[sheet.columns[0].key]) for row in self.rows.get(sheet.name, ()))

    @property
    def change_settings(self) -> tuple[Setting, ...]:
        """What a scenario can change in this plan."""
        return change_settings(self.ids_of(sheets.CRITERIA), self.ids_of(sheets.PERIODS))

    def rows_of(self, sheet: Sheet) -> Sequence[Row]:
        """At least one row, if a blank one: a table cannot be without."""
        if sheet is sheets.PLAN:
            return [
                {
                    "setting": setting.header,
                    "value": self.settings.get(setting.key),
                    "meaning": setting.note,
                    "comment": self.setting_comments.get(setting.key),
                }
                for setting in sheets.SETTINGS
            ]
        return self.rows.get(sheet.name) or [{}]

    def columns_of(self, sheet: Sheet) -> tuple[Column, ...]:
        return (*self._own_columns(sheet), *self._translations(sheet))

    def _translations(self, sheet: Sheet) -> tuple[Column, ...]:
        """Those that the rows name, in their order."""
        keys = dict.fromkeys(key for row in self.rows.get(sheet.name, ()) for key in row)
        return tuple(filter(None, (sheets.translation(key, sheet) for key in keys)))

    def _own_columns(self, sheet: Sheet) -> tuple[Column, ...]:
        if sheet is sheets.COVERAGE:
            return tuple(replace(c, choices=self.tag_columns) if c.key == "tag_column" else c for c in sheet.columns)
        if sheet in (sheets.FUNDS, sheets.PROFILE):
            made = sheets.amount_column if sheet is sheets.FUNDS else sheets.part_column
            return (*sheet.columns, *map(made, self.ids_of(sheets.PERIODS)), sheets.COMMENT)
        if sheet is not sheets.OUTPUTS:
            return sheet.columns
        scores = (column for id in self.ids_of(sheets.CRITERIA) for column in (sheets.score_column(id), sheets.source_column(id)))
        return (*sheet.columns, *scores, *map(sheets.tags_column, self.tag_columns), sheets.COMMENT)


def write_input_workbook(path: Path, content: Content) -> None:
    """Raises ValueError where the content does not fit the sheets: an unknown sheet, column or setting, a header twice."""
    path.write_bytes(input_workbook(content))


def input_workbook(content: Content) -> bytes:
    """The workbook's bytes; see write_input_workbook."""
    _refuse_unknown("sheets", content.rows, [sheet.name for sheet in sheets.SHEETS if sheet is not sheets.PLAN])
    settings = [setting.key for setting in sheets.SETTINGS]
    _refuse_unknown("settings", [*content.settings, *content.setting_comments], settings)
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 10},
        "default_row_height": 17,
    }
    workbook = xlsxwriter.Workbook(buffer, options)
    title, notice = content.setting("title"), content.setting("notice")
    workbook.set_properties({"title": title, "subject": content.setting("reference"), "comments": notice, "created": CREATED})
    formats = Formats(workbook)
    text = GuideText(title, content.setting("reference"), notice, content.about, content.sheets, content.change_settings)
    listed = write_guide(workbook.add_worksheet(sheets.GUIDE), formats, text, page_title(title, ""))
    for sheet in content.sheets:
        _SheetWriter(workbook.add_worksheet(sheet.name), formats, content, sheet, listed).write()
    if content.left:
        write_left(workbook.add_worksheet(LEFT), formats, content.left, page_title(title, ""))
    workbook.close()
    # The Guide comes first and keeps its heights: rows of merged cells would shrink to one line.
    last = len(content.sheets) + 1
    return finish(buffer.getvalue(), frozenset(f"xl/worksheets/sheet{number}.xml" for number in range(2, last + 1)))


def _refuse_unknown(what: str, given: Sequence[str] | Mapping[str, object], known: Sequence[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"unknown {what}: {', '.join(unknown)}; known: {', '.join(known)}")


def _pixels(column: Column) -> int:
    return int(7.5 * column.width) + 5  # 7 on most screens; printers and LibreOffice take a little more


class _SheetWriter:
    """One sheet: a table from A1 with what surrounds it. `settings` are the cells that list what a scenario can change."""

    def __init__(self, worksheet: Any, formats: Formats, content: Content, sheet: Sheet, settings: str) -> None:
        self.worksheet = worksheet
        self.formats = formats
        self.content = content
        self.sheet = sheet
        self.settings = settings
        self.columns = content.columns_of(sheet)
        self.rows = content.rows_of(sheet)
        headers = [column.header.casefold() for column in self.columns]
        if len(set(headers)) < len(headers):
            raise ValueError(f"{sheet.name}: a header stands twice among {', '.join(headers)}")

    def write(self) -> None:
        self._columns_and_header()
        self._cells()
        self._checks()
        self._table()
        self._notes()
        self._page()

    def _columns_and_header(self) -> None:
        self.worksheet.set_tab_color(OWNER_COLOURS[self.sheet.owner].strong)
        self.worksheet.set_row(0, header_height(self.columns))
        self.worksheet.freeze_panes(1, 1)
        for i, column in enumerate(self.columns):
            self.worksheet.set_column(i, i, column.width, self.formats.body(column, ruled=False))

    def _cells(self) -> None:
        for i, row in enumerate(self.rows, 1):
            texts = ((str(row.get(column.key) or ""), column.width) for column in self.columns)
            self.worksheet.set_row(i, max(lines(text, width - 2) for text, width in texts) * LINE + 3)
            _refuse_unknown(f"columns of {self.sheet.name}", row, [column.key for column in self.columns])
            for j, column in enumerate(self.columns):
                self._cell(i, j, column, row.get(column.key))
        # Ids such as 1.10 are meant to be text; without this every one of them is flagged.
        cells = f"A2:{xl_col_to_name(len(self.columns) - 1)}{len(self.rows) + EXTRA_ROWS + 1}"
        self.worksheet.ignore_errors({"number_stored_as_text": cells})

    def _cell(self, i: int, j: int, column: Column, value: Cell) -> None:
        if self.sheet is sheets.PLAN and column.key == "value":
            setting = sheets.SETTINGS[i - 1]
            # Under the text format a version label such as 1.10 stays what was typed.
            style = self.formats.body(replace(setting, kind=Kind.TAGS) if setting.kind is Kind.TEXT else setting, align="left")
        else:
            style = self.formats.body(column)
        if value is None or value == "":
            self.worksheet.write_blank(i, j, None, style)
        elif isinstance(value, str):
            if self.worksheet.write_string(i, j, value, style):
                raise ValueError(f"{self.sheet.name}, {column.header}: a text of {len(value)} characters does not fit a cell")
        else:
            self.worksheet.write_number(i, j, value, style)

    def _checks(self) -> None:
        last = len(self.rows) + EXTRA_ROWS
        if self.sheet is sheets.PLAN:
            for i, setting in enumerate(sheets.SETTINGS, 1):
                self._check(i, 1, i, setting)
            return
        for j, column in enumerate(self.columns):
            self._check(1, j, last, column)

    def _check(self, first: int, j: int, last: int, column: Column) -> None:
        referred = next((sheet for sheet in self.content.sheets if sheet.name == column.refers), None)
        listed = ids_of(referred.name, len(self.content.rows.get(referred.name, ()))) if referred else ""
        options = check(column, listed)
        if self.sheet is sheets.CHANGES and column.key == "setting":
            options = from_list(column, self.settings, "Not in the list, which is at the end of the sheet Guide.")
        if j == 0 and column.key in ("id", "name"):
            options = own_id(column, "A", last + 1)
        if options:
            self.worksheet.data_validation(first, j, last, j, options)

    def _table(self) -> None:
        columns = [
            {"header": column.header, "header_format": self.formats.header(self.sheet.owner, column)} for column in self.columns
        ]
        options = {
            "name": self.sheet.table,
            "style": "Table Style Light 1",
            "banded_rows": False,
            "autofilter": self.sheet is not sheets.PLAN,
            "columns": columns,
        }
        if self.worksheet.add_table(0, 0, len(self.rows), len(self.columns) - 1, options):
            raise ValueError(f"{self.sheet.name}: the table was refused")

    def _notes(self) -> None:
        for j, column in enumerate(self.columns):
            text = self._note(j, column)
            size = {"width": NOTE_WIDTH, "height": 18 + 15 * lines(text, NOTE_WIDTH / 7)}
            self.worksheet.write_comment(
                0, j, text, {"author": "", "font_name": FONT, "font_size": 9, "color": "#FFFFE1", **size}
            )

    def _note(self, j: int, column: Column) -> str:
        about_column = " ".join(filter(None, (column.note, wanted(column), "Needed in every row." if column.required else "")))
        notice = self.content.setting("notice")
        money = column.kind is Kind.AMOUNT or column.key.startswith("part:")
        costed = self.sheet in COSTED and money and notice
        about_sheet = f"{self.sheet.note}\nOne row: {self.sheet.row}. Filled in by: {self.sheet.owner}." if j == 0 else ""
        return "\n\n".join(filter(None, (about_sheet, notice if costed else "", about_column)))

    def _page(self) -> None:
        notice = self.content.setting("notice") if self.sheet in COSTED else ""
        left = page_title(self.content.setting("title"), notice)
        page_set_up(self.worksheet, left, f"Filled in by: {self.sheet.owner}")
        self.worksheet.repeat_rows(0)
        starts = self._page_starts()
        if not starts:
            self.worksheet.fit_to_pages(1, 0)
            return
        self.worksheet.repeat_columns(0)
        self.worksheet.print_across()  # the pages of a row follow one another
        self.worksheet.set_v_pagebreaks(starts)
        # Excel ignores page breaks when it is told to fit pages, so the scale that fits the widest page is worked out here.
        edges = [0, *starts, len(self.columns)]
        widths = [sum(_pixels(c) for c in self.columns[a:b]) for a, b in pairwise(edges)]
        widest = max(widths[0], *(_pixels(self.columns[0]) + width for width in widths[1:]))
        self.worksheet.set_print_scale(max(10, min(100, 100 * PAGE_WIDTH // widest)))

    def _page_starts(self) -> list[int]:
        keys = [column.key for column in self.columns]
        begun = (next((j for j, key in enumerate(keys) if key.startswith(start)), None) for start in PAGE_STARTS)
        translations = [j for j, key in enumerate(keys) if key.startswith("title:")]
        if self.sheet is not sheets.OUTPUTS:
            del translations[1:]  # elsewhere titles are short: one page holds several languages
        return [*(j for j in begun if j is not None), *translations]
