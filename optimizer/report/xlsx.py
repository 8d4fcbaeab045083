"""Tables to a workbook. Text never becomes a formula, a link or a number; every formula is written with its value."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter

from optimizer.address import letters
from optimizer.files.pack import finish
from optimizer.files.publish import publish
from optimizer.files.recheck import differences
from optimizer.files.results import LAYOUT, MARK
from optimizer.report import charts, layout, look, paper
from optimizer.report.layout import Placed
from optimizer.report.look import Formats
from optimizer.report.seal import sealed
from optimizer.report.table import Beyond, Book, Cell, Column, Formula, Kind, Link, Row, Sheet, Style, kind_of

CREATED = datetime(2000, 1, 1)  # fixed, so that the same content gives the same bytes
OPTIONS = {
    "default_format_properties": {"font_name": look.FONT, "font_size": 10},  # what column widths are measured in
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
FOOTER = 180  # characters; the format allows 255 for all of a footer


def escaped(file: str) -> str:
    """A file name as a link holds it. XlsxWriter would take a # in it for the beginning of the place in the file."""
    return "".join(f"%{ord(character):02X}" if character in ' %"#<>[]^`{}' else character for character in file)


def save(book: Book, path: Path, never: Iterable[Path] = (), check: Callable[[Path], Iterable[str]] = lambda draft: ()) -> None:
    """Write the workbook with its seal, read it back, and only then put it in place.

    `never` are the inputs, which are not replaced whatever `path` says; `check` may object too. Raises OutputRefused and
    CheckFailed.
    """
    book = sealed(book)
    wanted = layout.expected(book)
    publish(path, render(book), lambda draft: chain(differences(draft, wanted), check(draft)), never)


def render(book: Book) -> bytes:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, OPTIONS)
    workbook.set_properties({"title": book.title, "created": CREATED})
    workbook.set_custom_property(MARK, LAYOUT, "number_int")
    formats = Formats(workbook)
    for sheet in book.sheets:
        Canvas(workbook.add_worksheet(sheet.shown), formats, sheet).draw(book.footer)
    workbook.close()
    return finish(target.getvalue(), frozenset())


@dataclass
class Canvas:
    """One worksheet while it is drawn."""

    worksheet: Any
    formats: Formats
    sheet: Sheet

    def draw(self, footer: str) -> None:
        placed = layout.place(self.sheet)
        self.widths = look.grid(placed)
        self.worksheet.hide_gridlines(2)
        if self.sheet.hidden:
            self.worksheet.hide()
        self.worksheet.set_tab_color(look.FRONT if self.sheet.front else look.TECHNICAL)
        for column, width in enumerate(self.widths):
            self.worksheet.set_column(column, column, width)
        self.heights: dict[int, float] = {}
        for number, table in enumerate(placed):
            self._table(table, number == 0)
        for row, points in self.heights.items():
            self.worksheet.set_row(row, points)
        last = placed[-1].end
        self.worksheet.ignore_errors({"number_stored_as_text": f"A1:{letters(len(self.widths))}{last + 1}"})
        self._page(placed, footer)

    def _table(self, placed: Placed, first: bool) -> None:
        table = placed.table
        self._full(placed, placed.top, table.title, look.TITLE if first else look.HEADLINE)
        for i, line in enumerate(table.lead):
            self._full(placed, placed.top + 1 + i, line, look.LEAD)
        if table.headed:
            self._header(placed)
        for at, row in placed.rows():
            if row.full_width:
                self._full(placed, at, row.cells[0], look.HEADING if row.style is Style.HEADING else look.SUBHEADING)
            else:
                self._row(placed, at, row)
        for i, note in enumerate(table.notes):
            self._full(placed, placed.notes + i, note, look.NOTE)
        self._conditional(placed)

    def _header(self, placed: Placed) -> None:
        for column, at in zip(placed.table.columns, placed.columns, strict=True):
            self._cell(placed.header, at, column, column.header, look.header(column.kind))
        lines = (
            look.lines(column.header, self._width(column, at), look.header(column.kind)) for column, at in self._columns(placed)
        )
        self.heights[placed.header] = look.height(max(lines))

    def _row(self, placed: Placed, at: int, row: Row) -> None:
        lines = 1
        for (column, first), cell in zip(self._columns(placed), row.cells, strict=True):
            properties = look.body(kind_of(column, row, cell), row.style)
            self._cell(at, first, column, cell, properties)
            lines = max(lines, look.lines(cell, self._width(column, first), properties))
        self.heights[at] = look.height(lines)

    def _columns(self, placed: Placed) -> Iterable[tuple[Column, int]]:
        return zip(placed.table.columns, placed.columns, strict=True)

    def _width(self, column: Column, at: int) -> float:
        return sum(self.widths[at : at + column.span])

    def _full(self, placed: Placed, at: int, cell: Cell, properties: look.Properties) -> None:
        """A line of text over the full width of its table."""
        column = Column("", "", span=placed.width)
        self._cell(at, 0, column, cell, properties)
        lines = look.lines(cell, self._width(column, 0), properties)
        self.heights[at] = look.height(lines, properties["font_size"])

    def _cell(self, row: int, at: int, column: Column, cell: Cell, properties: look.Properties) -> None:
        value = layout.stored(cell)
        if isinstance(value, str):
            properties = look.text(value, properties)
        if self.sheet.bare:
            properties = look.bare(properties)
        cell_format = self.formats.of(properties)
        if column.span > 1:
            self.worksheet.merge_range(row, at, row, at + column.span - 1, "", cell_format)
        if isinstance(cell, Formula):
            self.worksheet.write_formula(row, at, cell.text, cell_format, value)
        elif isinstance(cell, Link):
            target = f"internal:{layout.quoted(cell.sheet)}!A1"
            self.worksheet.write_url(row, at, target, self.formats.of(look.LINK), string=cell.sheet)
        elif isinstance(cell, Beyond):
            target = f"external:{escaped(cell.file)}#{layout.quoted(cell.sheet)}!{cell.cell}"
            self.worksheet.write_url(row, at, target, self.formats.of(look.LINK), string=value)
        elif isinstance(value, bool):
            self.worksheet.write_boolean(row, at, value, cell_format)
        elif isinstance(value, str):
            self.worksheet.write_string(row, at, value, cell_format)
        elif value is not None:
            self.worksheet.write_number(row, at, value, cell_format)
        else:
            self.worksheet.write_blank(row, at, None, cell_format)

    def _conditional(self, placed: Placed) -> None:
        """Colours that repeat what the cell says in words or figures."""
        rows = [at for at, row in placed.rows() if row.style is Style.BODY]
        if not rows:
            return
        for column, at in self._columns(placed):
            span = (rows[0], at, rows[-1], at)
            if column.bar:
                self.worksheet.conditional_format(*span, look.BAR)
            for prefix, tone in column.tones:
                rule = {"type": "text", "criteria": "begins with", "value": prefix, "format": self.formats.of(look.TONES[tone])}
                self.worksheet.conditional_format(*span, rule)
            if column.kind is Kind.FLAG:
                for flag, tone in (("TRUE", "good"), ("FALSE", "bad")):
                    rule = {"type": "cell", "criteria": "==", "value": flag, "format": self.formats.of(look.TONES[tone])}
                    self.worksheet.conditional_format(*span, rule)

    def _page(self, placed: tuple[Placed, ...], footer: str) -> None:
        sheet, first = self.worksheet, placed[0]
        pages = paper.pages(self.sheet, placed[-1].end, self.heights, self.widths, placed[-1].top)
        for spot in pages.spots:
            charts.insert(self.formats.workbook, sheet, placed[-1], spot)
        sheet.set_paper(9)
        if pages.portrait:
            sheet.set_portrait()
        else:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
        sheet.fit_to_pages(1, pages.most)
        if pages.until is not None:
            sheet.print_area(0, 0, pages.until, len(self.widths) - 1)
        if pages.apart:  # two areas are two pages in every program; a page break is not, when the sheet is fitted to its width
            name = layout.quoted(self.sheet.shown)
            areas = (f"{name}!{layout.area(*rows, len(self.widths))}" for rows in ((0, placed[-1].end), pages.apart))
            self.formats.workbook.define_name(f"{name}!_xlnm.Print_Area", "=" + ",".join(areas))
        line = " ".join(footer.split())
        shown = line if len(line) <= FOOTER else line[: FOOTER - 1] + "…"
        sheet.set_footer(f"&L&8{shown.replace('&', '&&')}&R&8{self.sheet.shown}, page &P of &N")
        if len(placed) == 1 and first.table.headed:
            if not pages.table_on_one:  # else its header would stand over the charts
                sheet.repeat_rows(first.header)
            sheet.freeze_panes(first.first, self.sheet.frozen)
            body = [at for at, row in first.rows() if row.style is Style.BODY]
            if body and not any(row.full_width for row in first.table.rows):
                sheet.autofilter(first.header, 0, body[-1], first.width - 1)
