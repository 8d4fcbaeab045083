"""Tables as comma-separated values and as Markdown."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from optimizer.report.table import Cell, Kind, Row, Scalar, Style, Table, flat, kind_of, plain

NIL = "–"


def csv_text(table: Table) -> str:
    """Header and body rows as data: numbers without separators, component headings as a column, no totals and no notes.

    Text that a spreadsheet program would take for a formula gets an apostrophe before it.
    """
    headers, rows = flat(table)
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([_harmless(header) for header in headers])
    writer.writerows([_datum(cell) for cell in row] for row in rows)
    return target.getvalue()


def markdown_text(table: Table) -> str:
    """The whole table, headings, totals and notes with it."""
    header = "| " + " | ".join(_escaped(column.header) for column in table.columns) + " |"
    marks = (":--" if column.kind in (Kind.TEXT, Kind.ID) else "--:" for column in table.columns)
    lines = [f"**{_escaped(table.title)}**", "", *map(_escaped, table.lead), "", header, "| " + " | ".join(marks) + " |"]
    lines += [_markdown_row(table, row) for row in table.rows]
    return "\n".join([*lines, "", *(f"- {_escaped(note)}" for note in table.notes)]) + "\n"


def shown(cell: Cell, kind: Kind) -> str:
    """A cell as it reads on a page."""
    value = plain(cell)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if kind is Kind.PERCENT:
        return f"{float(100 * value):.1f}%"
    if isinstance(value, Fraction):
        return f"{float(value):,.2f}"
    return NIL if kind is Kind.MONEY and not value else f"{value:,}"


def _markdown_row(table: Table, row: Row) -> str:
    if row.full_width:
        text = _escaped(shown(row.cells[0], Kind.TEXT))
        mark = "**" if row.style is Style.HEADING else "*"
        return f"| {mark}{text}{mark} |" + " |" * (len(table.columns) - 1)
    cells = [_escaped(shown(cell, kind_of(column, row, cell))) for column, cell in zip(table.columns, row.cells, strict=True)]
    if row.style is not Style.BODY:
        cells = [f"**{cell}**" if cell else "" for cell in cells]
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    """Markup shows as the characters that it is made of."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, "&lt;" if character == "<" else "&gt;" if character == ">" else "\\" + character)
    return " ".join(text.split())


def _datum(cell: Scalar) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Fraction):
        return f"{float(cell):.10g}"
    return _harmless(cell) if isinstance(cell, str) else str(cell)


def _harmless(text: str) -> str:
    """Full-width forms of the signs count as well."""
    return "'" + text if text[:1] in "=+-@\t\r\n＝＋－＠" and text else text
