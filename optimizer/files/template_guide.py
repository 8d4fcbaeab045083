"""The sheet Guide: what the workbook is, who fills in what, how to use it, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.files import sheets
from optimizer.files.changes import Setting
from optimizer.files.day import DAY
from optimizer.files.schema import Owner, Sheet
from optimizer.files.template_look import LINE, OWNER_COLOURS, QUIET, RULE, Formats, lines, page_set_up

_WIDTHS = (2, 23, 27, 27, 88)
_TEXT_WIDTH = sum(_WIDTHS[2:])
_HABITS = (
    ("Ids", "Are text: 1.10 is not 1.1. Names of sheets and headers stay as they are; rows may be sorted, filtered and added."),
    (
        "Amounts, percentages",
        "Amounts are whole units of the currency: 12500000. A percentage is typed 60, not 0.6 or 60%. The two never share a "
        "cell: where both are possible, the column Basis says which one is meant.",
    ),
    ("Blanks", "Blank is not 0. A cell that must be filled in and is blank is reported, never guessed."),
    (
        "Translations",
        "Tables in another language show a title's translation: on Plan the settings Title (fr) and Title (es), elsewhere a "
        "column with that header, for any language of two letters. On Outputs also Short title (fr). Blank: the title as it is.",
    ),
    (
        "Comments, locks",
        "Comments are carried into the results. Nothing is locked: drop-downs and limits help while typing, and everything is "
        "checked again when the file is read.",
    ),
)


@dataclass(frozen=True)
class GuideText:
    """What depends on the plan: its title and reference, the notice on its costs, labelled paragraphs on its data; which
    sheets there are, and what a scenario can change.
    """

    title: str
    reference: str
    notice: str
    about: Sequence[tuple[str, str]]
    sheets: Sequence[Sheet]
    settings: Sequence[Setting]


class _Page:
    """Writes from the top down."""

    def __init__(self, worksheet: Any, formats: Formats) -> None:
        self.worksheet = worksheet
        self.formats = formats
        self.row = 0

    def line(self, text: str, height: float, **properties: object) -> None:
        self.worksheet.set_row(self.row, height)
        self.worksheet.write_string(self.row, 1, text, self.formats.get(**properties))
        self.row += 1

    def gap(self) -> None:
        self.worksheet.set_row(self.row, 7)
        self.row += 1

    def heading(self, text: str) -> None:
        self.gap()
        self.line(text, 18, bold=True, font_size=12, valign="vcenter")

    def box(self, text: str, **properties: object) -> None:
        """Text across the page; merged, because only merged cells wrap together."""
        self._merged(1, text, lines(text, sum(_WIDTHS[1:])) * LINE + 6, self.formats.get(text_wrap=True, **properties))

    def item(self, label: str, text: str) -> None:
        self.worksheet.write_string(self.row, 1, label, self.formats.get(bold=True, align="left", indent=1))
        self._merged(2, text, lines(text, _TEXT_WIDTH) * LINE + 2, self.formats.get(text_wrap=True))

    def _merged(self, column: int, text: str, height: float, style: Any) -> None:
        self.worksheet.set_row(self.row, height)
        self.worksheet.merge_range(self.row, column, self.row, len(_WIDTHS) - 1, "", style)
        self.worksheet.write_string(self.row, column, text, style)
        self.row += 1


def write_guide(worksheet: Any, formats: Formats, text: GuideText, header: str) -> str:
    """Returns the cells that list the settings of scenario changes."""
    for i, width in enumerate(_WIDTHS):
        worksheet.set_column(i, i, width, formats.get())
    worksheet.hide_gridlines(2)
    worksheet.set_tab_color(OWNER_COLOURS[Owner.GUIDE].strong)
    page = _Page(worksheet, formats)
    page.line("Input workbook", 28, bold=True, font_size=20, valign="vcenter")
    page.line(" · ".join(filter(None, (text.title, text.reference))), 18, font_size=12, font_color=QUIET)
    if text.notice:
        page.gap()
        page.box(_notice(text.notice), border=1, border_color=QUIET, bg_color="#FFF8DC", valign="vcenter", align="left", indent=1)
    page.heading("How to use this workbook")
    for step in DAY:
        page.item(*step)
    page.heading("Who fills in what")
    _sheet_list(page, text.sheets)
    page.heading("Good to know")
    for habit in _HABITS:
        page.item(*habit)
    if text.about:
        page.heading("About these data")
        for paragraph in text.about:
            page.item(*paragraph)
    page_set_up(worksheet, header, "")
    worksheet.fit_to_pages(1, 1)
    worksheet.center_horizontally()
    worksheet.print_area(0, 0, page.row - 1, len(_WIDTHS) - 1)
    return _settings_list(page, text.settings)


def _notice(notice: str) -> str:
    return (
        f"{notice.rstrip('.')}. This notice stands on the sheet Plan and on every result that shows a cost per output. When the "
        "costs are the organization's own, change the cost basis of the outputs, clear the notice there, and delete this box."
    )


def _sheet_list(page: _Page, listed: Sequence[Sheet]) -> None:
    """One line a sheet, with a link; the colour beside the words repeats that of the tab."""
    for column, title in enumerate(("Sheet", "Filled in by", "One row is", "What it holds"), 1):
        page.worksheet.write_string(page.row, column, title, page.formats.get(bold=True, bottom=1, align="left", indent=1))
    page.row += 1
    for sheet in listed:
        _sheet_line(page, sheet)
    optional = ", ".join(sheet.name for sheet in listed if not sheet.required)
    key = (
        "The colour of a tab and of its headers repeats who fills the sheet in. A header in bold: every row needs this cell; "
        f"others may stay blank. May stay empty: {optional}."
    )
    if sheets.TARGETS not in listed:
        key += f" Can be added, for what is to be counted: {sheets.TARGETS.name}."
    addable = ", ".join(sheet.name for sheet in sheets.BY_PERIOD if sheet not in listed)
    if addable:
        key += f" Can be added, for money by source and period: {addable}."
    page.box(key, font_color=QUIET, italic=True)


def _sheet_line(page: _Page, sheet: Sheet) -> None:
    colours = OWNER_COLOURS[sheet.owner]
    rule = {"bottom": 1, "bottom_color": RULE, "text_wrap": True, "align": "left", "indent": 1, "valign": "vcenter"}
    page.worksheet.set_row(page.row, lines(sheet.note, _WIDTHS[4] - 1) * LINE + 4)
    page.worksheet.write_url(
        page.row,
        1,
        f"internal:'{sheet.name}'!A1",
        page.formats.get(**rule, underline=1, font_color="#0563C1", left=5, left_color=colours.strong),
        sheet.name,
    )
    owner = sheet.owner[0].upper() + sheet.owner[1:]
    page.worksheet.write_string(page.row, 2, owner, page.formats.get(**rule, bg_color=colours.pale))
    page.worksheet.write_string(page.row, 3, sheet.row, page.formats.get(**rule))
    page.worksheet.write_string(page.row, 4, sheet.note, page.formats.get(**rule))
    page.row += 1


def _settings_list(page: _Page, settings: Sequence[Setting]) -> str:
    """Below what is printed: the drop-down of Scenario changes is this list, which is too long to be stored with it."""
    page.heading("What a scenario can change")
    head = page.formats.get(bold=True, bottom=1, align="left", indent=1)
    cell = page.formats.get(bottom=1, bottom_color=RULE, align="left", indent=1)
    for column, title in enumerate(("Setting", "Applies to", "Value"), 1):
        page.worksheet.write_string(page.row, column, title, head)
    page.worksheet.write_blank(page.row, len(_WIDTHS) - 1, None, head)
    first = page.row + 1
    for row, setting in enumerate(settings, first):
        for column, text in enumerate((setting.name, ", ".join(setting.items), setting.note), 1):
            page.worksheet.write_string(row, column, text, cell)
        page.worksheet.write_blank(row, len(_WIDTHS) - 1, None, cell)  # the value runs on into it
    return f"'{sheets.GUIDE}'!$B${first + 1}:$B${first + len(settings)}"
