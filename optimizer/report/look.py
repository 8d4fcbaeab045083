"""How results look in a workbook: tones, cell formats, how wide and how high."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from optimizer.report.layout import Placed
from optimizer.report.table import Cell, Kind, Style, plain

Properties = dict[str, Any]

FONT, SIZE = "Arial", 9
LINE = 12.0  # points that one line of text takes at that size
DARK, PALE, RULE, QUIET = "#1F3A5F", "#DCE6F1", "#BFBFBF", "#595959"
PIXELS = 7.0  # of a column for each unit of its width
BOLDER = {False: 1.0, True: 1.08}
NARROW, WIDE = frozenset(" .,;:!|'()[]/-ijlftrI"), frozenset("mwMW@%—")
FRONT, TECHNICAL = DARK, "#A6A6A6"

NUMBER_FORMATS = {
    Kind.MONEY: '#,##0;-#,##0;"–"',
    Kind.COUNT: "#,##0",
    Kind.NUMBER: "#,##0.00",
    Kind.PERCENT: "0.0%",
    Kind.ID: "@",
}
RIGHT = (Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.PERCENT)

BASE: Properties = {"font_name": FONT, "font_size": SIZE, "valign": "top", "text_wrap": True}
TITLE: Properties = BASE | {"bold": True, "font_size": 14, "font_color": DARK}
HEADLINE: Properties = BASE | {"bold": True, "font_size": 11, "font_color": DARK}
LEAD: Properties = BASE
NOTE: Properties = BASE | {"font_size": 8, "font_color": QUIET, "valign": "vcenter"}
HEADING: Properties = BASE | {"bold": True, "bg_color": PALE, "top": 1, "top_color": DARK, "valign": "vcenter"}
SUBHEADING: Properties = BASE | {"italic": True, "bg_color": PALE, "valign": "vcenter"}
LINK: Properties = BASE | {
    "font_color": "#0563C1",
    "underline": 1,
    "align": "left",
    "indent": 1,
    "bottom": 1,
    "bottom_color": RULE,
}

STYLES: dict[Style, Properties] = {
    Style.BODY: {"bottom": 1, "bottom_color": RULE},
    Style.SUBTOTAL: {"bold": True, "valign": "vcenter", "bottom": 1, "bottom_color": RULE, "bg_color": "#F2F2F2"},
    Style.TOTAL: {"bold": True, "valign": "vcenter", "top": 1, "bottom": 6, "top_color": DARK, "bottom_color": DARK},
}
TONES: dict[str, Properties] = {
    "good": {"bg_color": "#E2F0D9", "font_color": "#1E4620"},
    "part": {"bg_color": "#FFF2CC", "font_color": "#4D3800"},
    "open": {"bg_color": "#EDEDED", "font_color": "#404040"},
    "bad": {"bg_color": "#F8CBAD", "font_color": "#7F1D00"},
}
BAR: Properties = {
    "type": "data_bar",
    "bar_solid": True,
    "bar_color": "#BDD7EE",
    "min_type": "num",
    "max_type": "num",
    "min_value": 0,
    "max_value": 1,
}


@dataclass
class Formats:
    """The formats of one workbook, each made once."""

    workbook: Any
    _made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def of(self, properties: Properties) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.workbook.add_format(properties)
        return self._made[key]


def header(kind: Kind) -> Properties:
    colours: Properties = {"bold": True, "font_color": "#FFFFFF", "bg_color": DARK, "valign": "vcenter"}
    return BASE | colours | _alignment(kind)


def body(kind: Kind, style: Style) -> Properties:
    figure = {"text_wrap": False} if kind in RIGHT else {}
    return BASE | STYLES[style] | _alignment(kind) | figure | {"num_format": NUMBER_FORMATS.get(kind, "General")}


def _alignment(kind: Kind) -> Properties:
    """Nothing touches the edge of its cell."""
    if kind in RIGHT:
        return {"align": "right", "indent": 1}
    return {"align": "center"} if kind is Kind.FLAG else {"align": "left", "indent": 1}


def text(value: str, properties: Properties) -> Properties:
    """A text that looks like the beginning of a formula stays text when somebody edits the cell."""
    return properties | {"quote_prefix": True} if value[:1] in "=+-@\t" else properties


def bare(properties: Properties) -> Properties:
    """Without colours: what is pasted elsewhere takes the colours of where it goes."""
    return {name: value for name, value in properties.items() if name not in ("bg_color", "font_color")}


def grid(placed: Iterable[Placed]) -> list[float]:
    """The width of each column of a sheet: the widest that any of its tables asks for, and enough for its figures."""
    widths: dict[int, float] = {}
    for one in placed:
        rows = [row.cells for row in one.table.rows if not row.full_width]
        for number, (column, at) in enumerate(zip(one.table.columns, one.columns, strict=True)):
            digits = max((_digits(cells[number]) for cells in rows), default=0)
            widths |= {i: max(widths.get(i, 0), column.width, digits + 3) for i in range(at, at + column.span)}
    return [widths[i] for i in range(len(widths))]


def _digits(cell: Cell) -> int:
    value = plain(cell)
    return len(f"{value:,}") if isinstance(value, int) else 0


def lines(cell: Cell, width: float, properties: Properties) -> int:
    """How many lines a text takes in cells of this width, wrapped between words."""
    value = plain(cell)
    if not isinstance(value, str):
        return 1
    room = (
        (PIXELS * width - 10 * properties.get("indent", 0))
        / properties.get("font_size", SIZE)
        / BOLDER[properties.get("bold", False)]
    )
    return sum(_wrapped(paragraph, room) for paragraph in value.split("\n"))


def _wrapped(paragraph: str, room: float) -> int:
    """`room` is in the widths that _length gives."""
    count, used = 1, 0.0
    for word in paragraph.split(" "):
        length = _length(word)
        if used and used + length > room:
            count, used = count + 1, 0.0
        over = math.ceil(length / room) - 1  # a word longer than the line is broken
        count += over
        used = used + length - over * room + _length(" ")
    return count


@lru_cache(maxsize=50_000)
def _length(text: str) -> float:
    """Width of a text in pixels at a size of one point, after the letters of Arial."""
    return (
        4
        / 3
        * sum(
            0.28 if c in NARROW else 0.84 if c in WIDE else 0.7 if c.isupper() else 0.56 if ord(c) < 0x2E80 else 1 for c in text
        )
    )


def height(number: int, size: float = SIZE) -> float:
    """In points, of a row with so many lines; no row may be higher than 409."""
    return min(409.0, number * LINE * size / SIZE + 2)
