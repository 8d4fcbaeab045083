"""Tables and passages as HTML to paste into Word, Outlook or an editor, and as a page of their own.

Every style stands on the element that it is for: what is pasted loses style sheets, and Word inherits little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from optimizer.files.results import MARK
from optimizer.report.language import Language
from optimizer.report.page import Fit, clean, fit, shown, spans, to_right
from optimizer.report.table import Block, Cell, Passage, Row, Style, Table

FACE = "font-family:Arial,sans-serif"
INK = "color:#000"
TYPE, PASSAGE, SMALL = 9.0, 11.0, 8.0  # points
ROOM = 757.0  # points: A4 landscape within margins of 15 mm
HEADER_FILL, HEADING_FILL = "#dce6f1", "#f2f2f2"
THIN, RULE, DOUBLE = "0.5pt solid #808080", "1pt solid #000", "2.25pt double #000"
SHEET = """\
@page { size: A4 landscape; margin: 15mm; @bottom-right { content: %s; font: 8pt Arial, sans-serif; } }
:root { color-scheme: light; background: #fff; color: #000; }
body { margin: 0; font: 11pt/1.35 Arial, sans-serif; }
h1 { font-size: 16pt; margin: 0 0 12pt; }
main { max-width: 76rem; margin: 0 auto; }
@media screen { main { padding: 1rem; overflow-x: auto; } table { min-width: 46rem; } }
@media print { h1, h2, caption { break-after: avoid; } thead { display: table-header-group; } }"""


def fragment(blocks: Sequence[Block], language: Language, first: int = 1) -> str:
    """The blocks one under another; tables are numbered from `first` on."""
    parts: list[str] = []
    number = first
    for block in blocks:
        if isinstance(block, Passage):
            parts += _passage(block)
        else:
            parts += _Writer(block, language, str(number)).lines()
            number += 1
    return "\n".join((_open("div", f"{FACE};{INK}", lang=language.tag), *parts, "</div>")) + "\n"


def document(blocks: Sequence[Block], language: Language, title: str) -> str:
    """A page that stands alone: it asks nothing of the network, and prints on A4 landscape.

    The title is not said again over a block that has the same one.
    """
    heading = [f"<h1>{_text(title)}</h1>"] if title and not (blocks and blocks[0].title == title) else []
    lines = (
        "<!doctype html>",
        _open("html", lang=language.tag),
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        _open("meta", name="generator", content=MARK),
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(' '.join(clean(title).split()))}</title>",
        f"<style>\n{SHEET % _page_numbers(language)}\n</style>",
        "</head>",
        "<body>",
        "<main>",
        *heading,
        fragment(blocks, language).rstrip("\n"),
        "</main>",
        "</body>",
        "</html>",
    )
    return "\n".join(lines) + "\n"


def _page_numbers(language: Language) -> str:
    """Page 1 of 3, as the style sheet writes it; its words are ours and hold neither quotes nor tags."""
    said = language.say("Page {page} of {pages}", page="\0page\0", pages="\0pages\0")
    parts = re.split("\0(pages?)\0", said)
    return " ".join(f"counter({part})" if i % 2 else f'"{part}"' for i, part in enumerate(parts) if part)


def _passage(passage: Passage) -> Iterator[str]:
    yield _element("h2", passage.title, f"{FACE};font-size:13pt;font-weight:bold;margin:18pt 0 6pt 0;break-after:avoid")
    for paragraph in passage.paragraphs:
        yield _element("p", paragraph, f"{FACE};font-size:{PASSAGE:g}pt;margin:0 0 6pt 0")


@dataclass(frozen=True)
class _Writer:
    table: Table
    language: Language
    number: str

    def lines(self) -> Iterator[str]:
        """The table, then its notes."""
        table = self.table
        fits = fit(table, self.language, ROOM, TYPE)
        size = min(one.size for one in fits)
        look = f"{FACE};{INK};font-size:{size:g}pt;width:100%;border-collapse:collapse;margin:12pt 0 4pt 0"
        yield _open("table", f"{look};border-top:{RULE};border-bottom:{RULE}", lang=self.language.tag)
        yield f"<caption{_attributes(f'{FACE};{INK};caption-side:top;text-align:left;padding:0 0 3pt 0')}>"
        yield from self._caption(size)
        yield "</caption>"
        yield from _widths(fits)
        if table.headed:
            yield "<thead>"
            yield from self._header(size)
            yield "</thead>"
        yield from self._bodies(size)
        yield "</table>"
        for note in table.notes:
            yield _element("p", note, f"{FACE};{INK};font-size:{min(SMALL, size):g}pt;margin:0 0 2pt 0;break-before:avoid")

    def _caption(self, size: float) -> Iterator[str]:
        title, unit = self.table.title, self.table.unit
        if unit and unit not in title:
            title = f"{title} ({unit})"
        yield _element("p", self.language.caption(self.number, title), "font-size:10.5pt;font-weight:bold;margin:0 0 3pt 0")
        for line in self.table.lead:
            yield _element("p", line, f"font-size:{size:g}pt;font-weight:normal;margin:0 0 3pt 0")

    def _header(self, size: float) -> Iterator[str]:
        yield _open("tr", "break-inside:avoid")
        for column in self.table.columns:
            side = "right" if to_right(column) else "left"
            look = f"{_cell(size, True)};text-align:{side};vertical-align:bottom;background:{HEADER_FILL}"
            yield _element("th", column.header, f"{look};border-bottom:{RULE}", scope="col")
        yield "</tr>"

    def _bodies(self, size: float) -> Iterator[str]:
        """A body for each component, so that its heading is that of a group of rows."""
        rows, opened = self.table.rows, False
        for i, row in enumerate(rows):
            if not opened or row.style in (Style.HEADING, Style.TOTAL):
                yield from ("</tbody>",) if opened else ()
                yield "<tbody>"
                opened = True
            follows = rows[i + 1].style if i + 1 < len(rows) else None
            kept = ";break-after:avoid" if row.full_width or follows in (Style.SUBTOTAL, Style.TOTAL) else ""
            yield _open("tr", f"break-inside:avoid{kept}")
            yield from (self._row_cell(row, place, size) for place in spans(self.table, row))
            yield "</tr>"
        yield from ("</tbody>",) if opened else ()

    def _row_cell(self, row: Row, place: tuple[int, int, Cell], size: float) -> str:
        first, span, cell = place
        column = self.table.columns[first]
        right = span == 1 and not row.full_width and to_right(column)
        heads = first == 0 and row.style is not Style.NOTE
        strong = row.style not in (Style.BODY, Style.NOTE) or (first == 0 and not self.table.headed)
        look = [_cell(size, strong), "vertical-align:top"]
        look += ["text-align:right", "white-space:nowrap", "font-variant-numeric:tabular-nums"] if right else []
        look += ["text-align:left"] if heads and not right else []  # a header cell would be centred
        look += _rules(row.style)
        scope = "rowgroup" if row.style is Style.HEADING else "row"
        marks = ({"colspan": str(span)} if span > 1 else {}) | ({"scope": scope} if heads else {})
        return _element("th" if heads else "td", shown(self.language, column, row, cell), ";".join(look), **marks)


def _rules(style: Style) -> Iterable[str]:
    """The lines and the ground of a row."""
    if style is Style.HEADING:
        return f"background:{HEADING_FILL}", f"border-top:{THIN}", f"border-bottom:{THIN}"
    if style is Style.NOTE:
        return "font-style:italic", f"border-bottom:{THIN}"
    if style is Style.SUBTOTAL:
        return f"border-top:{RULE}", f"border-bottom:{THIN}"
    return (f"border-top:{RULE}", f"border-bottom:{DOUBLE}") if style is Style.TOTAL else (f"border-bottom:{THIN}",)


def _cell(size: float, strong: bool) -> str:
    return f"padding:1.5pt 4pt;font:{'bold ' if strong else ''}{size:g}pt Arial,sans-serif"


def _widths(fits: Sequence[Fit]) -> Iterator[str]:
    """As on paper; a table that is too wide for paper is left to the browser."""
    if len(fits) == 1 and fits[0].widths:
        whole = sum(fits[0].widths)
        columns = (f'<col style="width:{100 * width / whole:.1f}%"/>' for width in fits[0].widths)
        yield f"<colgroup>{''.join(columns)}</colgroup>"


def _text(text: str) -> str:
    return escape(clean(text)).replace("\n", "<br/>")


def _attributes(style: str = "", **others: str) -> str:
    named = ({"style": style} if style else {}) | others
    return "".join(f' {name}="{escape(value)}"' for name, value in named.items())


def _open(tag: str, style: str = "", **others: str) -> str:
    return f"<{tag}{_attributes(style, **others)}>"


def _element(tag: str, text: str, style: str, **others: str) -> str:
    return f"{_open(tag, style, **others)}{_text(text)}</{tag}>"
