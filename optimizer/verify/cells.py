"""The cells of a workbook, straight from its parts: texts, exact numbers, formulas with what they came to last."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element, fromstring, iterparse

from optimizer.address import column_number
from optimizer.files.container import open_container
from optimizer.files.parts import SheetPart, scan
from optimizer.files.seal import canonical, unescaped

Value = str | Fraction | bool
Format = tuple[bool, bool, bool]  # whether it shows percentages; days; a number other than the one that is there, or none
_PERCENT_FORMATS = {"9", "10"}
_DATE_FORMATS = {*map(str, range(14, 23)), *map(str, range(45, 48))}
_OWN_DIGITS = re.compile(r'"[^"A-Za-z]*[0-9][^"A-Za-z]*"|\\[0-9]')
_DIGITS, _SCALED = re.compile(r"[0#?]"), re.compile(r"[0#?],+(?![0#?,])")
Unescape = Callable[[str], str]
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with content. A number is the shortest decimal that means the one stored; a percentage is in hundredths.

    `dated`: the number stands for a day, and is not read as one here. `hides`: its format shows no number, or another.
    """

    value: Value
    formula: str = ""
    percent: bool = False
    dated: bool = False
    error: bool = False
    hides: bool = False

    @property
    def text(self) -> str:
        return self.value.strip() if isinstance(self.value, str) else ""

    @property
    def number(self) -> Fraction | None:
        return self.value if isinstance(self.value, Fraction) else None

    @property
    def canonical(self) -> str:
        if not isinstance(self.value, Fraction):
            return canonical(self.value, self.formula)
        whole = self.value.denominator == 1
        return canonical(int(self.value) if whole else float(self.value), self.formula)


@dataclass
class Sheet:
    """A worksheet's cells by row and column, both from 1; `totals` are the totals rows of its Excel tables."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    totals: frozenset[int] = frozenset()

    def at(self, row: int, column: int) -> Cell | None:
        return self.rows.get(row, {}).get(column)


@dataclass(frozen=True)
class File:
    """A workbook as it is on disk; sheets in their order."""

    name: str
    sha256: str
    sheets: Mapping[str, Sheet]


def read(path: str | os.PathLike[str], typed: bool = False) -> File:
    """Raises InputRefused for a file that is no workbook, or one that could do harm.

    `typed`: the workbook is people's own, and what looks like an escape in it (_x0041_) was typed, as the plan is read.
    """
    container = open_container(path)
    parts = scan(container)  # refuses document types and entities, so that the parts may be parsed
    with zipfile.ZipFile(io.BytesIO(container.data)) as archive:
        names, unescape = archive.namelist(), _as_typed if typed else unescaped
        texts = (
            list(_shared(archive.read(_one(names, "sharedStrings.xml")), unescape)) if _one(names, "sharedStrings.xml") else []
        )
        formats = list(_formats(archive.read(_one(names, "styles.xml")))) if _one(names, "styles.xml") else []
        sheets = {
            part.name: _sheet(part, archive, _Styles(texts, formats, unescape))
            for part in parts.sheets
            if part.layout is not None
        }
    return File(container.name, container.sha256, sheets)


def _one(names: list[str], end: str) -> str:
    return next((name for name in names if name.rpartition("/")[2] == end), "")


def _as_typed(text: str) -> str:
    return text.replace("_x000D_\n", "\n").replace("x005F_", "")


@dataclass(frozen=True, slots=True)
class _Styles:
    """What cells refer to: texts, and formats."""

    texts: list[str]
    formats: list[Format]
    unescape: Unescape


def _shared(data: bytes, unescape: Unescape) -> Iterator[str]:
    for _, element in iterparse(io.BytesIO(data)):
        if element.tag.endswith("}si"):
            yield _text(element, unescape)
            element.clear()


def _text(element: Element, unescape: Unescape) -> str:
    """Runs of rich text one after the other, without phonetic ones."""
    runs = (part for part in element if part.tag.rpartition("}")[2] in ("t", "r"))
    found = (run.text if run.tag.endswith("}t") else run.findtext("{*}t") for run in runs)
    return unescape("".join(text or "" for text in found))


def _formats(data: bytes) -> Iterator[Format]:
    """Of each cell style."""
    root = fromstring(data)
    codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")}
    for style in root.iterfind("{*}cellXfs/{*}xf"):
        number = style.get("numFmtId", "0")
        whole = codes.get(number, "")
        code = _LITERAL.sub("", whole).partition(";")[0].casefold()
        dated = code != "general" and any(letter in code for letter in "dmyhs")
        plain = not whole or code in ("general", "@") or dated
        hides = not plain and (not _DIGITS.search(code) or bool(_SCALED.search(code) or _OWN_DIGITS.search(whole)))
        yield number in _PERCENT_FORMATS or "%" in code, number in _DATE_FORMATS or dated, hides


def _sheet(part: SheetPart, archive: zipfile.ZipFile, styles: _Styles) -> Sheet:
    totals = {row for area in part.tables for row in range(area.last[0] - area.totals + 1, area.last[0] + 1)}
    sheet = Sheet(part.name, totals=frozenset(totals))
    row = 0
    with archive.open(part.part) as stream:
        for _, element in iterparse(stream):
            if element.tag.endswith("}row"):
                row = int(element.get("r") or row + 1)
                cells = dict(_row(element, styles))
                if cells:
                    sheet.rows[row] = cells
                element.clear()
            elif element.tag.endswith("}sheetData"):
                break
    return sheet


def _row(row: Element, styles: _Styles) -> Iterator[tuple[int, Cell]]:
    column = 0
    for element in row:
        place = element.get("r")
        column = column_number(place.rstrip("0123456789")) if place else column + 1
        cell = _cell(element, styles)
        if cell is not None:
            yield column, cell


def _cell(element: Element, styles: _Styles) -> Cell | None:
    """None for a blank one: cells of only spaces count as blank."""
    kind, formula, value, inline = element.get("t", "n"), "", None, None
    for part in element:
        name = part.tag.rpartition("}")[2]
        if name == "v":
            value = part.text
        elif name == "f":
            formula = "=" + (part.text or "")
        elif name == "is":
            inline = _text(part, styles.unescape)
    percent, dated, hides = styles.formats[int(element.get("s", "0"))] if styles.formats else (False, False, False)
    if kind in ("s", "str", "inlineStr", "d") or inline is not None:
        text = (
            styles.texts[int(value)] if kind == "s" and value else inline if inline is not None else styles.unescape(value or "")
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return Cell(text, formula, dated=kind == "d") if text.strip() or formula else None
    if value is None:
        return Cell("", formula) if formula else None
    if kind == "e":
        return Cell(value, formula, error=True)
    if kind == "b":
        return Cell(value == "1", formula)
    return Cell(Fraction(repr(float(value))), formula, percent, dated, hides=hides)
