"""The sheet Not carried over: what an older workbook held that has no place in the layout of this one, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from optimizer.files.schema import Owner
from optimizer.files.template_look import LINE, OWNER_COLOURS, RULE, Formats, lines, page_set_up

LEFT = "Not carried over"
LEFT_HEADERS = ("Sheet", "Cell", "Row", "Column", "Value", "Why")
_WIDTHS = (22, 9, 18, 30, 60, 50)
_NOTE = (
    "From the older workbook, as text: what this layout has no column for. Nothing here is read. Type what is still needed where "
    "it belongs, then delete this sheet."
)


@dataclass(frozen=True, slots=True)
class Left:
    """A cell of the older workbook: where it stood, the id of its row, its header, its content as text, why it has no place."""

    sheet: str
    cell: str
    row: str
    column: str
    value: str
    why: str


def write_left(worksheet: Any, formats: Formats, left: Sequence[Left], header: str) -> None:
    colours = OWNER_COLOURS[Owner.GUIDE]
    worksheet.set_tab_color(colours.strong)
    worksheet.freeze_panes(1, 0)
    head = formats.get(bold=True, bg_color=colours.pale, bottom=5, bottom_color=colours.strong, align="left", indent=1)
    body = formats.get(num_format="@", text_wrap=True, align="left", indent=1, bottom=1, bottom_color=RULE)
    for j, width in enumerate(_WIDTHS):
        worksheet.set_column(j, j, width)
    for i, each in enumerate(left, 1):
        texts = astuple(each)
        worksheet.set_row(i, max(lines(text, width - 2) for text, width in zip(texts, _WIDTHS, strict=True)) * LINE + 3)
        for j, text in enumerate(texts):
            worksheet.write_string(i, j, text, body)
    columns = [{"header": name, "header_format": head} for name in LEFT_HEADERS]
    options = {"name": "tblNotCarriedOver", "style": "Table Style Light 1", "banded_rows": False, "columns": columns}
    worksheet.add_table(0, 0, len(left), len(LEFT_HEADERS) - 1, options)
    worksheet.ignore_errors({"number_stored_as_text": f"A2:F{len(left) + 1}"})
    worksheet.write_comment(0, 0, _NOTE, {"author": "", "font_size": 9, "width": 260, "height": 90})
    page_set_up(worksheet, header, "")
    worksheet.repeat_rows(0)
    worksheet.fit_to_pages(1, 0)
