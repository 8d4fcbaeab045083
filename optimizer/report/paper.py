"""How a sheet with charts comes to stand on paper: where its charts go, and how many pages it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizer.report import look
from optimizer.report.table import Chart, Form, Sheet

POINTS = 0.75  # of a pixel
LONG, SHORT = 770.0, 508.0  # points of A4 within the margins
ROW = 15.0  # points of a row that nobody has given a height
NARROWEST, WIDEST = 400, 1100  # pixels of a chart
AROUND = 165  # pixels of a chart's height beside the bars
BAR, BETWEEN, LEAST = 13, 10, 30  # pixels of a bar, between two groups, and of a group with what is between
UPRIGHT = 380  # pixels of the height of a chart with columns
GAP = 12  # pixels between charts
LEGIBLE = 0.6  # a table and its charts may be made so small to stand on one page,
SQUEEZED = 0.85  # or by so much smaller than the width asks for
SAFE = 0.95  # fonts and programs differ a little


@dataclass(frozen=True, slots=True)
class Spot:
    """A chart with its place: pixels from the left of the sheet and from the top of `row`, and its size in pixels."""

    chart: Chart
    row: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pages:
    """`most` pages, 0 for as many as it takes; `table_on_one`: the table does not go over a page.

    `apart` are the first and the last row behind the charts where these begin a page of their own. `until` is the last row
    that is printed, where that is not all.
    """

    spots: tuple[Spot, ...]
    portrait: bool
    most: int
    table_on_one: bool = False
    apart: tuple[int, int] | None = None
    until: int | None = None


def pages(sheet: Sheet, end: int, heights: Mapping[int, float], widths: Sequence[float], top: int) -> Pages:
    """`end` is the row after the last table, `top` its first, `heights` in points by row, `widths` of columns in characters.

    A table and its charts stand on one page, upright or across, unless that makes them too small.
    """
    if not sheet.charts:
        return Pages((), sheet.portrait, int(sheet.one_page))
    across = sum(int(look.PIXELS * width + 5.5) for width in widths)
    over = sheet.tables[-1].room
    if over:
        free = int((over - 1) * ROW / POINTS)
        return Pages((Spot(sheet.charts[0], top - over, 0, 0, min(WIDEST, across), free),), False, 1, until=top - 1)
    wide = across * POINTS
    by_width = min(1.0, LONG / wide)
    room = SAFE * SHORT / by_width  # points of the sheet on one page
    spots = tuple(_spots(sheet.charts, end + 1, across, int(room / POINTS)))
    table = sum(heights.get(row, ROW) for row in range(end + 1))
    drawn = POINTS * max(spot.y + spot.height for spot in spots)
    upright, landscape = (min(1.0, w / wide, SAFE * h / (table + drawn)) for w, h in ((SHORT, LONG), (LONG, SHORT)))
    if max(upright, landscape) >= min(LEGIBLE, SQUEEZED * by_width):
        return Pages(spots, upright > landscape, 1, True)
    return Pages(spots, False, 0, table <= room, (end + 1, end + 1 + int(drawn / ROW)))


def _spots(charts: Sequence[Chart], row: int, across: int, highest: int) -> Iterator[Spot]:
    """From left to right, as many beside one another as are wide enough."""
    beside = max(1, min(len(charts), across // NARROWEST))
    width = min(WIDEST, across // beside - GAP)
    y = 0
    for first in range(0, len(charts), beside):
        line = charts[first : first + beside]
        height = min(highest, max(map(_height, line)))
        yield from (Spot(chart, row, i * (width + GAP), y, width, height) for i, chart in enumerate(line))
        y += height + GAP


def _height(chart: Chart) -> int:
    if chart.form is Form.ADDED_COLUMNS:
        return UPRIGHT
    bars = len(chart.fills) if chart.form is Form.BARS else 1
    return AROUND + (chart.rows[1] - chart.rows[0] + 1) * max(LEAST, bars * BAR + BETWEEN)
