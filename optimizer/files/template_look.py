"""How an input workbook looks: colours, fonts, cell formats, page set-up."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

from optimizer.files.schema import Column, Kind, Owner

FONT = "Arial"
LINE = 12.75  # points that one line of body text takes


@dataclass(frozen=True, slots=True)
class Colours:
    """A strong tone for tabs and rules, a pale one to set black text on."""

    strong: str
    pale: str


# Tones of Okabe and Ito, which remain distinct with every common colour vision deficiency.
OWNER_COLOURS = {
    Owner.GUIDE: Colours("#595959", "#EDEDED"),
    Owner.FINANCE: Colours("#0072B2", "#DCEBF5"),
    Owner.UNITS: Colours("#E69F00", "#FCEFD2"),
    Owner.CABINET: Colours("#CC79A7", "#F6E6EF"),
    Owner.MOBILIZATION: Colours("#009E73", "#DDF1EA"),
}
RULE = "#D0D0D0"
QUIET = "#595959"

_NUMBER_FORMATS = {
    Kind.ID: "@",
    Kind.TEXT: "General",  # some versions of Excel show a text of more than 255 characters as #### under "@"
    Kind.CHOICE: "@",
    Kind.TAGS: "@",
    Kind.AMOUNT: "#,##0",
    Kind.LIMIT: "General",
    Kind.PERCENT: "0",
    Kind.COUNT: "0",
    Kind.YEAR: "0",
    Kind.NUMBER: "General",
    Kind.ANY: "General",
}
_FORMATS_BY_PREFIX = {"score": "0.0##", "part": "[>=1000]#,##0;General"}  # a part is a percentage or an amount
_ALIGNMENTS = {
    Kind.AMOUNT: "right",
    Kind.LIMIT: "right",
    Kind.PERCENT: "right",
    Kind.COUNT: "right",
    Kind.NUMBER: "right",
    Kind.YEAR: "center",
}


@dataclass
class Formats:
    """The formats of one workbook, each made once."""

    workbook: Any
    _made: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def get(self, **properties: object) -> Any:
        # Without the scheme "none" Excel would take the theme's font instead of the one named.
        properties = {"font_name": FONT, "font_scheme": "none", "font_size": 10, "valign": "top", **properties}
        key = tuple(sorted(properties.items(), key=lambda item: item[0]))
        if key not in self._made:
            self._made[key] = self.workbook.add_format(properties)
        return self._made[key]

    def header(self, owner: Owner, column: Column) -> Any:
        """Bold where every row needs the cell."""
        colours = OWNER_COLOURS[owner]
        rule = {"bg_color": colours.pale, "bottom": 5, "bottom_color": colours.strong}
        return self.get(bold=column.required, text_wrap=True, **rule, **_aligned(_ALIGNMENTS.get(column.kind, "left")))

    def body(self, column: Column, ruled: bool = True, align: str = "") -> Any:
        """A cell of a table; not ruled below it, where rows that are typed later take the column's format."""
        properties: dict[str, object] = {
            "num_format": _FORMATS_BY_PREFIX.get(column.key.partition(":")[0], _NUMBER_FORMATS[column.kind]),
            "text_wrap": column.kind in (Kind.TEXT, Kind.TAGS, Kind.CHOICE, Kind.ANY),
            **_aligned(align or _ALIGNMENTS.get(column.kind, "left")),
        }
        if ruled:
            properties |= {"bottom": 1, "bottom_color": RULE}
        return self.get(**properties)


def _aligned(align: str) -> dict[str, object]:
    """Texts stand clear of the column before, numbers of the one after, and headers of the filter button."""
    return {"align": align, "indent": {"left": 1, "right": 2}.get(align, 0)}


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width, which counts digits; letters are narrower on average."""
    characters = max(int(1.1 * width), 4)
    return sum(len(textwrap.wrap(part, characters)) or 1 for part in text.split("\n"))


def header_height(columns: tuple[Column, ...]) -> float:
    """Room for the longest header beside its filter button."""
    return max(lines(column.header, column.width - 4) for column in columns) * LINE + 6


def page_set_up(worksheet: Any, left: str, right: str) -> None:
    """A4 landscape with what is needed to put a dropped pile of pages together again."""
    worksheet.set_paper(9)
    worksheet.set_landscape()
    worksheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    worksheet.set_header(f'&L&"{FONT},Regular"{left}&R&"{FONT},Regular"{_plain(right)}')
    worksheet.set_footer(f'&L&"{FONT},Regular"&A&R&"{FONT},Regular"Page &P of &N')


def page_title(title: str, notice: str) -> str:
    """Title and, on a line of its own, the notice; short enough for the 255 characters that a page header may have."""
    return "\n".join(_plain(textwrap.shorten(text, 75, placeholder="…")) for text in (title, notice) if text)


def _plain(text: str) -> str:
    """An ampersand begins a code in page headers, and is itself when doubled."""
    return text.replace("&", "&&")
