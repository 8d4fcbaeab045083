"""Tables to a Word document: captions with number fields, repeated header rows, rows that stay whole, text that stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docx.oxml.ns import qn

from optimizer.files.pack import finish as packed
from optimizer.files.publish import publish
from optimizer.report import house
from optimizer.report.docx_check import differences
from optimizer.report.house import House
from optimizer.report.language import ENGLISH, FIXED, Language
from optimizer.report.page import LINE, Fit, clean, fit, shown, spans, to_right
from optimizer.report.table import Block, Passage, Row, Style, Table
from optimizer.report.wordml import Element, borders, element, field, paragraph, properties, run

TWIPS = 20  # to a point
APART = 18  # points between a table and the next
LETTER = 0.5  # of the size of the type: how wide one is, about
FILL = "F2F2F2"
LONGEST_FOOTER = 160  # characters
LINES = {
    Style.SUBTOTAL: {"top": ("single", 4)},
    Style.TOTAL: {"top": ("single", 8), "bottom": ("double", 4)},
}


def save_docx(
    blocks: Sequence[Block],
    path: Path,
    language: Language,
    template: Path | None = None,
    title: str = "",
    never: Iterable[Path] = (),
    overwrite: bool = False,
) -> None:
    """Write the document, read it back, and only then put it in place.

    `never` are the inputs, which are not replaced whatever `path` says. Raises OutputRefused, CheckFailed and TemplateRefused.
    """
    content, fits = _document(blocks, language, None if template is None else _read(template), title)
    kept = (*never, *((template,) if template else ()))
    publish(path, content, lambda draft: differences(draft, fits, language), kept, overwrite)


def check_template(template: Path) -> None:
    """Raises TemplateRefused."""
    house.open_house(_read(template), ENGLISH)


def _read(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as error:
        raise house.TemplateRefused(f"the template {template} cannot be read: {error.strerror or error}") from None


def render(blocks: Sequence[Block], language: Language, template: bytes | None = None, title: str = "") -> bytes:
    """The document; the same bytes for the same content.

    `title` stands in its properties and in the footer, unless the template has one of its own. Raises TemplateRefused.
    """
    return _document(blocks, language, template, title)[0]


def _document(blocks: Sequence[Block], language: Language, template: bytes | None, title: str) -> tuple[bytes, list[Fit]]:
    home = house.open_house(template, language)
    fits = _fits(blocks, language, home)
    if home.page[0] < home.page[1] and any(len(parts) > 1 or parts[0].size < home.size for parts in fits if parts):
        home.turn()
        fits = _fits(blocks, language, home)
    body, writer, number = home.document.element.body, _Writer(home, language), 0
    for block, parts in zip(blocks, fits, strict=True):
        if isinstance(block, Passage):
            made = list(writer.passage(block))
        else:
            number += 1
            made = [one for part, fitted in enumerate(parts, start=1) for one in writer.block(fitted, number, (part, len(parts)))]
        for one in made:
            body.insert(len(body) - 1, one)
    body.insert(len(body) - 1, paragraph(home.styles["note"], ()))  # a document must not end with a table
    title = title or (blocks[0].title if blocks else "")
    _footer(home, language, title)
    house.finish(home.document, clean(title), language)
    target = io.BytesIO()
    home.document.save(target)
    return packed(target.getvalue(), frozenset()), [one for parts in fits for one in parts]


def _fits(blocks: Sequence[Block], language: Language, home: House) -> list[tuple[Fit, ...]]:
    """How each table lies on the page; nothing for a passage."""
    return [() if isinstance(block, Passage) else fit(block, language, home.page[0], home.size) for block in blocks]


@dataclass
class _Writer:
    """`used` are the points of the page that are written already, as far as can be said."""

    house: House
    language: Language
    used: float = 0.0

    def passage(self, block: Passage) -> Iterator[Element]:
        """At the beginning a page of its own, later where it stands."""
        (width, room), size = self.house.page, self.house.size
        lines = 4 + sum(2 + int(len(text) * LETTER * size / width) for text in block.paragraphs)
        before, starts = self._placed(lines * LINE * size)
        heading = paragraph(self.house.styles["heading"], [run(block.title)], keepNext=True, pageBreakBefore=starts)
        yield self._apart(heading) if before and not starts else heading
        yield from (self._said("body", line) for line in block.paragraphs)
        self.used = self.used if before else room

    def _apart(self, made: Element) -> Element:
        made.pPr.append(element("spacing", before=APART * TWIPS))
        return made

    def _placed(self, height: float) -> tuple[float, bool]:
        """The points of the page written before something of this height, and whether it starts a new page."""
        before = self.used
        starts = bool(before) and before + APART + height > self.house.page[1]
        self.used = height if starts or not before else before + APART + height
        return before, starts

    def block(self, one: Fit, number: int, part: tuple[int, int]) -> Iterator[Element]:
        """A table with its caption, lead and notes."""
        table = one.table
        room = self.house.page[1]
        height = one.height + (len(table.lead) + 2 * len(table.notes) + 3) * LINE * self.house.size
        before, starts = self._placed(height)
        whole = height < 0.95 * room
        yield self._caption(table, number, part, apart=bool(before) and not starts, starts=starts)
        for line in table.lead:
            yield self._said("lead", line, keepNext=True, keepLines=True)
        if table.rows or table.headed:
            yield self._table(one, whole)
        for i, note in enumerate(table.notes, start=1):
            yield self._said("note", note, keepNext=i < len(table.notes), keepLines=True)
        self.used = self.used if whole else room

    def _said(self, role: str, text: str, **marks: bool) -> Element:
        return paragraph(self.house.styles[role], [run(text)], **marks)

    def _caption(self, table: Table, number: int, part: tuple[int, int], apart: bool, starts: bool) -> Element:
        say, label = self.language.say, self.language.label
        title = table.title
        if table.unit and table.unit not in title:
            title = f"{title} ({table.unit})"
        if part[1] > 1:
            title = say("{title} (part {part} of {parts})", title=title, part=part[0], parts=part[1])
        again = " \\c" if part[0] > 1 else ""  # the parts of a table share its number
        content = [run(f"{label}{FIXED}"), *field(f"SEQ {label} \\* ARABIC{again}", str(number)), run(f". {title}")]
        made = paragraph(self.house.styles["caption"], content, keepNext=True, keepLines=True, pageBreakBefore=starts)
        if apart:
            self._apart(made)
        return made

    def _table(self, one: Fit, whole: bool) -> Element:
        table, widths = one.table, [round(width * TWIPS) for width in one.widths]
        look = {
            "val": "0620",
            "firstRow": int(table.headed),
            "lastRow": 0,
            "firstColumn": 0,
            "lastColumn": 0,
            "noHBand": 1,
            "noVBand": 1,
        }
        described = [column.header for column in table.columns if column.header] if table.headed else []
        made = element(
            "tbl",
            properties(
                "tblPr",
                tblStyle=self.house.styles["table"],
                tblW={"w": sum(widths), "type": "dxa"},
                tblInd={"w": 0, "type": "dxa"},
                tblLayout={"type": "fixed"},
                tblLook=look,
                tblCaption=_line(table.title),
                tblDescription=_line(". ".join(filter(None, ("; ".join(described), *table.lead)))),
            ),
            element("tblGrid", *(element("gridCol", w=width) for width in widths)),
        )
        lines = _Lines(self, one, widths)
        if table.headed:
            made.append(lines.header())
        made.extend(lines.row(i, row, whole or _kept(table, i)) for i, row in enumerate(table.rows))
        return made


@dataclass(frozen=True)
class _Lines:
    """The rows of one table; `widths` in twips."""

    writer: _Writer
    fit: Fit
    widths: list[int]

    def header(self) -> Element:
        cells = (
            self._cell((i, 1), clean(column.header), "header", properties("tcPr", vAlign="bottom"), True)
            for i, column in enumerate(self.fit.table.columns)
        )
        return element("tr", properties("trPr", cantSplit=True, tblHeader=True), *cells)

    def row(self, index: int, row: Row, kept: bool) -> Element:
        table = self.fit.table
        last = index == len(table.rows) - 1
        kept = kept and not (last and not table.notes)
        cells = []
        for first, span, cell in spans(table, row):
            text = shown(self.writer.language, table.columns[first], row, cell)
            strong = row.style not in (Style.BODY, Style.NOTE) or (first == 0 and not table.headed)
            marks = {"b": strong, "i": row.style is Style.NOTE}
            cells.append(self._cell((first, span), text, "text", self._look(row, first), kept, marks))
        return element("tr", properties("trPr", cantSplit=True), *cells)

    def _look(self, row: Row, first: int) -> Element:
        made: dict[str, Element | dict[str, str | int] | bool] = {}
        if row.style in LINES:
            made["tcBorders"] = borders("tcBorders", **LINES[row.style])
        if row.style is Style.HEADING:
            made["shd"] = {"val": "clear", "color": "auto", "fill": FILL}
        if not row.full_width and to_right(self.fit.table.columns[first]):
            made["noWrap"] = True
        return properties("tcPr", **made)

    def _cell(
        self, place: tuple[int, int], text: str, role: str, look: Element, kept: bool, marks: dict[str, bool] | None = None
    ) -> Element:
        (first, span), home = place, self.writer.house
        width = sum(self.widths[first : first + span])
        look.insert(0, element("tcW", w=width, type="dxa"))
        if span > 1:
            look.insert(1, element("gridSpan", val=span))
        small = {} if self.fit.size == home.size else {"sz": round(2 * self.fit.size), "szCs": round(2 * self.fit.size)}
        right = span == 1 and to_right(self.fit.table.columns[first])
        content = [run(text, properties("rPr", **(marks or {}), **small))] if text else []
        return element("tc", look, paragraph(home.styles[role], content, keepNext=kept, **({"jc": "right"} if right else {})))


def _kept(table: Table, index: int) -> bool:
    """Whether a row stays on the page of the next: headings with what they head, sums with what they add up."""
    row = table.rows[index]
    if index == len(table.rows) - 1:
        return True
    return row.full_width or table.rows[index + 1].style in (Style.SUBTOTAL, Style.TOTAL)


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _footer(home: House, language: Language, title: str) -> None:
    """Title and page, unless the template has a footer of its own."""
    section = home.document.sections[-1]
    if section._sectPr.findall(qn("w:footerReference")):
        return
    section.footer.is_linked_to_previous = False
    holder = section.footer._element
    for old in list(holder):
        holder.remove(old)
    fields = {"1": field("PAGE", "1"), "2": field("NUMPAGES", "1")}
    said = re.split("\0([12])\0", language.say("Page {page} of {pages}", page="\0001\0", pages="\0002\0"))
    pages = [made for i, text in enumerate(said) for made in (fields[text] if i % 2 else [run(text)])]
    shown_title = _line(title)
    if len(shown_title) > LONGEST_FOOTER:
        shown_title = f"{shown_title[: LONGEST_FOOTER - 1].rstrip()}…"
    made = paragraph(home.styles["footer"], [run(shown_title), element("r", element("tab")), *pages])
    stop = element("tab", val="right", pos=round(home.page[0] * TWIPS))
    made.pPr.append(element("tabs", *_cleared(home), stop))
    holder.append(made)


def _cleared(home: House) -> Iterator[Element]:
    """The stops of the style, which are those of another page."""
    styles = home.document.styles.element
    style = next(style for style in styles.findall(qn("w:style")) if style.get(qn("w:styleId")) == home.styles["footer"])
    for stop in style.iter(qn("w:tab")):
        yield element("tab", val="clear", pos=stop.get(qn("w:pos")))
