"""Charts of a table to charts of a worksheet. They refer to its cells and keep a copy of the figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from optimizer.files.recheck import Stored
from optimizer.report import layout, look
from optimizer.report.layout import Placed
from optimizer.report.paper import Spot
from optimizer.report.table import Chart, Fill, Form, Kind, plain

MOST, MOST_SERIES = 20, len(Fill)  # rows and series that can still be told apart
LONGEST_LABEL = 200  # characters; three lines beside the bars

Properties = dict[str, Any]

TYPES: dict[Form, Properties] = {
    Form.BARS: {"type": "bar"},
    Form.ADDED_BARS: {"type": "bar", "subtype": "stacked"},
    Form.ADDED_COLUMNS: {"type": "column", "subtype": "stacked"},
}
FILLS: dict[Fill, Properties] = {
    Fill.DARK: {"fill": {"color": look.DARK}},
    Fill.PALE: {"fill": {"color": look.PALE}},
    Fill.STRIPED: {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": look.DARK, "bg_color": "#FFFFFF"}},
    Fill.MIDDLE: {"fill": {"color": "#7F9DB9"}},
    Fill.DOTTED: {"pattern": {"pattern": "percent_20", "fg_color": look.DARK, "bg_color": "#FFFFFF"}},
    Fill.CROSSED: {"pattern": {"pattern": "wide_downward_diagonal", "fg_color": look.DARK, "bg_color": "#FFFFFF"}},
}
TEXT: Properties = {"name": look.FONT, "size": 8, "color": "#262626"}
TITLE: Properties = {"name": look.FONT, "size": 10, "bold": True, "color": look.DARK}
OVER, UNDER, RIGHT = 50, 75, 50  # pixels around the bars
LETTER, LEFT = 5.5, 0.33  # pixels of a letter of their labels; the most that these take of the width
SMALLEST = {Form.ADDED_BARS: 0.04, Form.ADDED_COLUMNS: 0.06}  # share of the longest bar that has room for a figure


def scale(largest: int, unit: int = 1) -> int:
    """How many units of the cells one on the axis is, so that its numbers have at most five digits and no decimals.

    The cells are in units of so much of the currency; beyond a billion of it there is no word.
    """
    return max(s for s in (1, 1_000, 1_000_000, 1_000_000_000) if s == 1 or (largest >= 10 * s and s * unit <= 1_000_000_000))


def insert(workbook: Any, worksheet: Any, placed: Placed, spot: Spot) -> None:
    """Draw a chart of the table under it."""
    if spot.chart.form is Form.CURVE:
        _curve(workbook, worksheet, placed, spot)
        return
    chart, drawn = spot.chart, workbook.add_chart(TYPES[spot.chart.form] | ({} if _added(spot.chart) else {"subtype": None}))
    for series in _series(placed, chart):
        drawn.add_series(series)
    _sums(workbook, drawn, placed, chart)
    drawn.set_title({"name": _line(chart.title), "name_font": TITLE, "overlay": False})
    _axes(drawn, placed, chart)
    if len(chart.fills) == 1:
        drawn.set_legend({"none": True})
    else:
        hidden = {"delete_series": [len(chart.fills)]} if chart.total is not None else {}
        drawn.set_legend({"position": "bottom", "font": TEXT, **hidden})
    if chart.form is not Form.ADDED_COLUMNS:  # a place for the labels that no program makes narrower
        drawn.set_plotarea({"layout": _inner(placed, spot)})
    drawn.set_size({"width": spot.width, "height": spot.height})
    drawn.show_blanks_as("gap")
    place = {"x_offset": spot.x, "y_offset": spot.y, "object_position": 2}
    worksheet.insert_chart(spot.row, 0, drawn, place | {"description": _line(chart.alt), "decorative": False})


def _curve(workbook: Any, worksheet: Any, placed: Placed, spot: Spot) -> None:
    """One series over amounts, in steps: from each amount to the next it stays level."""
    chart, drawn = spot.chart, workbook.add_chart({"type": "scatter"})
    first, last = (placed.first + row for row in chart.rows)
    across, upwards = placed.column(chart.labels), placed.column(chart.columns[0])
    lines: Properties = {"color": look.DARK, "width": 1}
    [places], [shares] = (figures(placed, replace(chart, columns=(key,))) for key in (chart.labels, chart.columns[0]))
    level: Properties = {
        "type": "custom",
        "direction": "plus",
        "end_style": 0,
        "line": lines,
        "plus_values": "=" + placed.range(chart.steps, chart.rows[0] + 1, chart.rows[1]),
        "plus_data": figures(placed, replace(chart, columns=(chart.steps,)))[0][1:],
    }
    drawn.add_series(
        {
            "name": [placed.sheet, placed.header, upwards],
            "categories": [placed.sheet, first, across, last, across],
            "values": [placed.sheet, first, upwards, last, upwards],
            "categories_data": places,
            "values_data": shares,
            "marker": {"type": "none"},
            "x_error_bars": level,
        }
    )
    drawn.set_title({"name": _line(chart.title), "name_font": TITLE, "overlay": False})
    drawn.set_legend({"none": True})
    named, ruled = TEXT | {"bold": False}, {"visible": True, "line": {"color": look.RULE, "width": 0.5}}
    amounts = {"num_format": "#,##0" + "," * (len(str(chart.scale)) // 3), "name": _line(chart.rows_axis), "name_font": named}
    drawn.set_x_axis({"num_font": TEXT, "major_gridlines": {"visible": False}, "min": 0, **amounts})
    share = {"name": _line(chart.axis), "name_font": named, "num_format": "0%", "min": 0, "max": 1}
    drawn.set_y_axis({"num_font": TEXT, "major_gridlines": ruled, **share})
    drawn.set_size({"width": spot.width, "height": spot.height})
    place = {"x_offset": spot.x, "y_offset": spot.y, "object_position": 2}
    worksheet.insert_chart(spot.row, 0, drawn, place | {"description": _line(chart.alt), "decorative": False})


def _inner(placed: Placed, spot: Spot) -> Properties:
    """Where the bars are, in shares of the chart."""
    chart, column = spot.chart, placed.table.position(spot.chart.labels)
    labels = (str(plain(row.cells[column])) for row in placed.table.rows[chart.rows[0] : chart.rows[1] + 1])
    left = min(LEFT, (max(map(len, labels)) * LETTER + (45 if chart.rows_axis else 25)) / spot.width)
    high = 1 - (OVER + UNDER) / spot.height
    return {"x": left, "y": OVER / spot.height, "width": 1 - left - RIGHT / spot.width, "height": high}


def figures(placed: Placed, chart: Chart) -> list[list[Stored | None]]:
    """What the cells of each series hold."""
    rows = placed.table.rows[chart.rows[0] : chart.rows[1] + 1]
    at = [placed.table.position(key) for key in chart.columns]
    table = [[layout.stored(row.cells[i]) for i in at] for row in rows]
    return table if chart.across else [list(column) for column in zip(*table, strict=True)]


def _series(placed: Placed, chart: Chart) -> Iterator[Properties]:
    first, last = (placed.first + row for row in chart.rows)
    label = placed.column(chart.labels)
    ends = placed.column(chart.columns[0]), placed.column(chart.columns[-1])
    for number, (fill, values) in enumerate(zip(chart.fills, figures(placed, chart), strict=True)):
        if chart.across:
            name = (first + number, label)
            names, cells = (placed.header, ends[0], placed.header, ends[1]), (first + number, ends[0], first + number, ends[1])
        else:
            column = placed.column(chart.columns[number])
            name, names, cells = (placed.header, column), (first, label, last, label), (first, column, last, column)
        yield {
            "name": [placed.sheet, *name],
            "categories": [placed.sheet, *names],
            "values": [placed.sheet, *cells],
            "values_data": values,
            "border": {"color": look.DARK, "width": 0.75},
            "gap": 60,
            **({"overlap": 100} if _added(chart) else {}),
            **FILLS[fill],
            "data_labels": _labels(placed, chart, values),
        }


def _added(chart: Chart) -> bool:
    """A single series has nothing to be added to; drawn as others are, its figures stand outside."""
    return chart.form is not Form.BARS and len(chart.fills) > 1


def _labels(placed: Placed, chart: Chart, values: list[Stored | None]) -> Properties:
    """Where a piece is too small for its figure, the table has it."""
    said: Properties = {"value": True, "num_format": _format(placed, chart, exact=True), "font": TEXT}
    if not _added(chart):
        return said | {"position": "outside_end"}
    least = SMALLEST[chart.form] * _largest(placed, chart)
    hidden = [{"delete": True} if not isinstance(n, int | float) or n < least else None for n in values]
    return said | {"position": "center", "fill": {"color": "#FFFFFF"}, "custom": hidden}  # to be read on any filling


def _sums(workbook: Any, drawn: Any, placed: Placed, chart: Chart) -> None:
    """Over each column what it comes to: the labels of a line that is not drawn."""
    if chart.total is None:
        return
    row, first, last = placed.first + chart.total, placed.column(chart.columns[0]), placed.column(chart.columns[-1])
    line = workbook.add_chart({"type": "line"})
    cells = placed.table.rows[chart.total].cells
    said = {"value": True, "position": "above", "num_format": _format(placed, chart, exact=True), "font": TEXT | {"bold": True}}
    line.add_series(
        {
            "name": [placed.sheet, row, placed.column(chart.labels)],
            "categories": [placed.sheet, placed.header, first, placed.header, last],
            "values": [placed.sheet, row, first, row, last],
            "values_data": [layout.stored(cells[placed.table.position(key)]) for key in chart.columns],
            "line": {"none": True},
            "marker": {"type": "none"},
            "data_labels": said,
        }
    )
    drawn.combine(line)


def _axes(drawn: Any, placed: Placed, chart: Chart) -> None:
    along = chart.form is not Form.ADDED_COLUMNS
    title = TEXT | {"bold": False}
    named = {"name": _line(chart.rows_axis), "name_font": title} if chart.rows_axis else {}
    order = {"reverse": True, "crossing": "max"} if along else {}  # the first row on top, the scale still at the foot
    ticks: Properties = {"num_font": TEXT, "interval_unit": 1, "major_tick_mark": "none", "major_gridlines": {"visible": False}}
    measure: Properties = {
        "num_font": TEXT,
        "num_format": _format(placed, chart),
        "major_gridlines": {"visible": True, "line": {"color": look.RULE, "width": 0.5}},
        "min": 0,
        **_steps(placed, chart),
        **({"name": _line(chart.axis), "name_font": title} if chart.axis else {}),
    }
    across, upwards = (measure, ticks | named | order) if along else (ticks | named, measure)
    drawn.set_x_axis(across)
    drawn.set_y_axis(upwards)


def _steps(placed: Placed, chart: Chart) -> Properties:
    if chart.kind is Kind.PERCENT:
        return {"max": 1, "major_unit": 0.2}
    if _largest(placed, chart) < 10:  # left alone, programs count by halves
        return {"major_unit": 1} | ({"max": 1} if _largest(placed, chart) <= 1 else {})
    return {}


def _largest(placed: Placed, chart: Chart) -> float:
    """What the longest bar comes to."""
    groups = zip(*figures(placed, chart), strict=True)
    lengths = ([float(n) for n in group if isinstance(n, int | float)] for group in groups)
    return max((sum(found) if _added(chart) else max(found) for found in lengths if found), default=0.0)


def _format(placed: Placed, chart: Chart, exact: bool = False) -> str:
    """`exact`: with the decimal that a figure over its bar has room for."""
    if chart.kind is Kind.PERCENT:
        return "0.0%" if exact else "0%"
    decimal = exact and chart.scale > 1 and _largest(placed, chart) < 1_000 * chart.scale
    shown = "#,##0" + ".0" * decimal + "," * (len(str(chart.scale)) // 3)
    return f'{shown};-{shown};"–"' if exact and chart.kind is Kind.MONEY else shown


def _line(text: str) -> str:
    """On one line, and of characters that a chart may hold."""
    return "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else " " for c in text)
