"""Tables as HTML: well formed, escaped, the same cells as in Word, and sums that hold in what is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from optimizer.report import html, prioritisation
from optimizer.report.language import ENGLISH, FIXED, LANGUAGES, Language
from optimizer.report.page import clean, shown, spans
from optimizer.report.table import Column, Kind, Passage, Row, Style, Table
from tests.dossiers import NASTY, by_hand, dossier, drawn, nasty

VOID = {"meta", "br", "col"}
EXAMPLE = Table(
    "Amounts & <b>more</b>",
    (
        Column("id", "Output", Kind.ID),
        Column("t", "Title"),
        Column("m", "Amount", Kind.MONEY),
        Column("p", "Share", Kind.PERCENT),
    ),
    (
        Row(("Component 1",), Style.HEADING),
        Row(("A line of resources",), Style.NOTE),
        Row(("1.10", "two\nlines", 1234567, Fraction(3, 4))),
        Row(("1.11", "x", 0, None)),
        Row((None, "Subtotal", 1234567, None), Style.SUBTOTAL),
        Row((None, "Total", 1234567, Fraction(3, 4)), Style.TOTAL),
    ),
    lead=("Lead.",),
    notes=("–: nil.", "Another."),
    unit="US$",
)


@dataclass
class Element:
    tag: str
    marks: dict[str, str]
    children: list[Element] = field(default_factory=list)
    said: str = ""

    def all(self, *tags: str) -> Iterator[Element]:
        for child in self.children:
            if child.tag in tags:
                yield child
            yield from child.all(*tags)


class Reader(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]
        self.feed(text)
        self.close()
        assert len(self.open) == 1, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), "an attribute twice"
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag == "br":
            self.handle_data("\n")
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.said += data


def read(text: str) -> Element:
    return Reader(text).open[0]


def texts(table: Table, language: Language) -> list[str]:
    headers = [clean(column.header) for column in table.columns] if table.headed else []
    cells = (shown(language, table.columns[f], row, cell) for row in table.rows for f, _, cell in spans(table, row))
    return [*headers, *cells]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_a_table_says_what_it_is(language: Language) -> None:
    root = read(html.fragment([EXAMPLE, Passage("T", ("P",)), EXAMPLE], language, first=4))
    first, second = root.all("table")
    assert first.marks["lang"] == language.tag
    captions = [next(table.all("caption")).said.strip() for table in (first, second)]
    assert captions[0] == f"{language.caption('4', 'Amounts & <b>more</b>')} (US$)\nLead."
    assert f"{FIXED}5. " in captions[1]
    assert [cell.said for cell in first.all("td", "th")] == texts(EXAMPLE, language)
    assert [h.marks.get("scope") for h in first.all("th")] == ["col"] * 4 + ["rowgroup", "row", "row", "row", "row"]
    assert [cell.marks.get("colspan") for cell in first.all("td", "th") if "colspan" in cell.marks] == ["4", "4", "2", "2"]
    assert [h.said for h in root.all("h2")] == ["T"]


def test_nothing_depends_on_a_style_sheet() -> None:
    said = html.fragment([EXAMPLE, Passage("T", ("P",))], ENGLISH)
    assert not re.search(r"class=|<script|<style|\bid=|http", said)
    root = read(said)
    assert all("font" in cell.marks["style"] for cell in root.all("td", "th", "h2", "table"))
    for cell in root.all("td", "th"):
        right = cell.said in ("1,234,567", "75.0%", "–", "Amount", "Share")
        assert ("text-align:right" in cell.marks["style"]) == (right or (not cell.said and "scope" not in cell.marks))
        if cell.said == "1,234,567":
            assert "tabular-nums" in cell.marks["style"]


def test_a_fragment_is_also_xml() -> None:
    """Whatever is typed; so it can be put into an office document or a feed as well."""
    said = html.fragment([prioritisation.table(nasty()), EXAMPLE], ENGLISH)
    ElementTree.fromstring(said)


@pytest.mark.parametrize("value", [*NASTY, "a\x00b\x0b", "\ud800", "</td></table><script>alert(1)</script>", "\"' onload='x"])
def test_text_stays_text(value: str) -> None:
    table = Table(value, (Column("a", value),), (Row((value,)), Row((value,), Style.HEADING)), (value,), (value,), unit=value)
    said = html.document([table, Passage(value, (value,))], ENGLISH, value)
    said.encode()
    root = read(said)
    wanted = clean(value)
    assert [cell.said for cell in root.all("td", "th", "h2")] == [wanted] * 4
    assert [p.said for p in root.all("p")][1:] == [wanted] * 3
    assert not list(root.all("script", "b"))
    assert {name for element in root.all(*(e.tag for e in root.all("p", "td", "th"))) for name in element.marks} <= {
        "style",
        "scope",
    }


@pytest.mark.parametrize("seed", range(3))
def test_sums_hold_in_the_published_file(seed: int) -> None:
    """Added up again from the text, as a delegate would."""
    found = by_hand(*drawn(seed, size=20))
    table = prioritisation.table(found)
    root = read(html.fragment([table], ENGLISH))
    money = [i for i, column in enumerate(table.columns) if column.kind is Kind.MONEY]
    lines, subtotals = [0, 0, 0], [0, 0, 0]
    seen = 0
    for row in root.all("tr"):
        cells: list[str] = []
        for cell in row.all("td", "th"):
            cells += [cell.said] * int(cell.marks.get("colspan", "1"))
        if row.children[0].marks.get("scope") in ("col", "rowgroup") or len(row.children) == 1:
            continue
        amounts = [int(cells[i].replace(",", "").replace("–", "0")) for i in money]
        assert amounts[0] == amounts[1] + amounts[2]
        if cells[0].startswith("Subtotal"):
            assert amounts == lines
            subtotals, lines = [a + b for a, b in zip(subtotals, amounts, strict=True)], [0, 0, 0]
            seen += 1
        elif cells[0] == "Total":
            assert amounts == subtotals
            seen += 1
        else:
            lines = [a + b for a, b in zip(lines, amounts, strict=True)]
    assert seen == len(found.plan.components) + 1


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_a_document_stands_alone(language: Language) -> None:
    said = html.document([EXAMPLE], language, "A <title>")
    root = read(said)
    assert said.startswith("<!doctype html>\n")
    assert next(root.all("html")).marks["lang"] == language.tag
    assert next(root.all("meta")).marks.get("charset") == "utf-8"
    assert any(meta.marks.get("name") == "viewport" for meta in root.all("meta"))
    assert next(root.all("title")).said == next(root.all("h1")).said == "A <title>"
    style = next(root.all("style")).said
    assert "size: A4 landscape" in style
    assert "counter(page)" in style
    assert not re.search(r"url\(|https?:|src=|href=|@import", said)
    assert not list(read(html.document([EXAMPLE], language, EXAMPLE.title)).all("h1")), "the title is not said twice"


def test_a_list_of_facts_has_no_header() -> None:
    facts = Table("Facts", (Column("a", ""), Column("b", "")), (Row(("Name", "x")),), headed=False)
    root = read(html.fragment([facts], ENGLISH))
    assert not list(root.all("thead"))
    assert [(th.said, th.marks["scope"]) for th in root.all("th")] == [("Name", "row")]


def test_the_same_text_for_the_same_tables() -> None:
    tables = [prioritisation.table(dossier()) for _ in range(2)]
    assert html.document(tables[:1], ENGLISH, "T") == html.document(tables[1:], ENGLISH, "T")
