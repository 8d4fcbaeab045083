"""Tables as comma-separated values and as Markdown, and texts in lines."""

from __future__ import annotations

import csv
import io
import re
import textwrap
from fractions import Fraction

from optimizer.report.language import ENGLISH, Language
from optimizer.report.page import clean, to_right
from optimizer.report.table import Block, Kind, Passage, Row, Scalar, Style, Table, flat, kind_of

WIDTH = 100  # characters of a terminal
_MARKUP = re.compile(r"[\\`*_\[\]|#~]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # a no-break space stays: figures have them
_LIST_MARK = re.compile(r"^(?:(\d+)(?=[.)](?:\s|$))|(?=[-+=]))")


def csv_text(table: Table, *, language: Language = ENGLISH) -> str:
    """Header and body rows as data: numbers without separators, component headings as a column, no totals and no notes.

    Only the header is in the language. Text that a spreadsheet program would take for a formula gets an apostrophe before it.
    """
    headers, rows = flat(table, language.say("Component"))
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([harmless(header) for header in headers])
    writer.writerows([_datum(cell) for cell in row] for row in rows)
    return target.getvalue()


def markdown_text(block: Block, *, language: Language = ENGLISH) -> str:
    """The whole table, headings, totals and notes with it; a passage as a heading and paragraphs."""
    if isinstance(block, Passage):
        return "\n\n".join((f"## {_escaped(block.title)}", *map(_line, block.paragraphs))) + "\n"
    header = "| " + " | ".join(_escaped(column.header) for column in block.columns) + " |"
    marks = ("--:" if to_right(column) else ":--" for column in block.columns)
    lines = [f"**{_escaped(block.title)}**", "", *map(_line, block.lead), "", header, "| " + " | ".join(marks) + " |"]
    lines += [_markdown_row(block, row, language) for row in block.rows]
    return "\n".join([*lines, "", *(f"- {_line(note)}" for note in block.notes)]) + "\n"


def _markdown_row(table: Table, row: Row, language: Language) -> str:
    if row.full_width:
        text = _escaped(language.shown(row.cells[0], Kind.TEXT))
        mark = "**" if row.style is Style.HEADING else "*"
        return f"| {mark}{text}{mark} |" + " |" * (len(table.columns) - 1)
    pairs = zip(table.columns, row.cells, strict=True)
    cells = [_escaped(language.shown(cell, kind_of(column, row, cell))) for column, cell in pairs]
    if row.style is not Style.BODY:
        cells = [f"**{cell}**" if cell else "" for cell in cells]
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    """Markup shows as the characters that it is made of."""
    text = _ENTITY.sub("&amp;", clean(text)).replace("<", "&lt;").replace(">", "&gt;")
    return _BLANKS.sub(" ", _MARKUP.sub(r"\\\g<0>", text)).strip()


def _line(text: str) -> str:
    """A line of its own, which must not begin a list or underline the one before."""
    return _LIST_MARK.sub(r"\1\\", _escaped(text))


def _datum(cell: Scalar) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Fraction):
        return f"{float(cell):.10g}"
    return harmless(cell) if isinstance(cell, str) else str(cell)


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula. Full-width forms of the signs count as well."""
    return "'" + text if text[:1] in "=+-@\t\r\n＝＋－＠" and text else text


def wrapped(text: str, indent: str = "") -> list[str]:
    """Lines of a terminal."""
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]
