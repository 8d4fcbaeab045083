"""The catalogue of bad inputs that neither test_container.py nor the tests of the reader have already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tests import workbooks
from tests.unit import test_container, test_reader, test_reader_money, test_reader_titles
from tests.unit.test_reader import Case
from tests.workbooks import Edit, book, both, put, replaced, row

OUTPUTS_PART = "xl/worksheets/sheet3.xml"
BOOK = book()


@dataclass(frozen=True)
class Bad:
    """A file, and the one error that it ends with: its code, sheet and cell. `known`: other tests spoil it too."""

    name: str
    make: Callable[[], bytes]
    code: str
    sheet: str = ""
    cell: str = ""
    known: bool = False


def committed(at: int, amount: int) -> Edit:
    return both(put(f"Outputs!G{at}", "committed"), put(f"Outputs!H{at}", amount), put(f"Outputs!I{at}", "decided"))


def resources(amount: int) -> Edit:
    return both(put("Scenarios!C2", "amount"), put("Scenarios!D2", amount))


REFUSED = [
    Case("C6 division by nil", put("Outputs!E2", "#DIV/0!"), "value", "Outputs", "E2"),
    Case("C6 not available", put("Scenarios!D2", "#N/A"), "value", "Scenarios", "D2"),
    Case("C8 apostrophe", put("Outputs!E2", "5'000"), "value", "Outputs", "E2"),
    Case("C8 space", put("Outputs!E2", "5 000"), "value", "Outputs", "E2"),
    Case("C12 minus sign", put("Outputs!E2", "\u2212500"), "value", "Outputs", "E2"),
    Case("C12 trailing minus", put("Outputs!E2", "500-"), "value", "Outputs", "E2"),
    Case("C13 half of the resources", put("Scenarios!D2", 0.5), "value", "Scenarios", "D2"),
    Case("C14 Arabic digits", put("Outputs!E2", "٥٠٠٠"), "value", "Outputs", "E2"),
    Case("C14 underscore", put("Outputs!E2", "1_000"), "value", "Outputs", "E2"),
    Case("C14 hexadecimal", put("Outputs!E2", "0x10"), "value", "Outputs", "E2"),
    Case("C15 infinite", put("Outputs!E2", "-inf"), "value", "Outputs", "E2"),
    Case("C16 flag as score", put("Outputs!L2", False), "value", "Outputs", "L2"),
    Case("C17 tick", put("Outputs!G2", "x"), "value", "Outputs", "G2"),
    Case("C17 one", put("Outputs!G2", 1), "value", "Outputs", "G2"),
    Case("C18 date as resources", put("Scenarios!D3", datetime(2024, 1, 2)), "value", "Scenarios", "D3"),
    Case("C19 year before 1900", put("Outputs!J2", 1899), "value", "Outputs", "J2"),
    Case("C19 money as year", put("Outputs!K2", 5000), "value", "Outputs", "K2"),
    Case("C20 component a number", put("Components!A2", 1), "value", "Components", "A2"),
    Case("C20 scenario a number", put("Scenarios!A3", 2024), "value", "Scenarios", "A3"),
    Case("C20 flag as id", put("Outputs!A5", True), "value", "Outputs", "A5"),
    Case("C23 tab", put("Outputs!A2", "1\t.1"), "value", "Outputs", "A2"),
    Case("C23 line break", put("Outputs!A2", "1\n.1"), "value", "Outputs", "A2"),
    Case("C25 broken resources", put("Scenarios!D3", 9000.5), "value", "Scenarios", "D3"),
    Case("C27 array formula", put("Outputs!E2", "=SUM({1,2})"), "value", "Outputs", "E2"),
    Case("D1 negative resources", put("Scenarios!D3", -1), "value", "Scenarios", "D3"),
    Case("D1 negative score", put("Outputs!L2", -0.5), "value", "Outputs", "L2"),
    Case("D5 resources", put("Scenarios!D3", 10**16), "value", "Scenarios", "D3"),
    Case("D8 tiny", put("Outputs!E2", 1e-12), "value", "Outputs", "E2"),
    Case("D8 denormal", put("Outputs!E2", 5e-324), "value", "Outputs", "E2"),
    Case("D14 level twice", row("Levels", "2.1", 1000, 20), "level-order", "Levels", "B3"),
    Case("D15 dearer for less", row("Levels", "2.1", 3000, 10), "level-order", "Levels", "B4"),
    Case("E15 cycle of two", row("Links", "requires", "2.1", "2.2"), "cycle", "Links", "C3"),
    Case("E22 criterion without scores", row("Criteria", "speed", "Speed", 1), "missing-column", "Outputs", "A1"),
    Case("E25 scenario twice", row("Scenarios", "Low", None, "amount", 5), "duplicate", "Scenarios", "A5"),
    Case("E28 objective", put("Scenarios!E2", "maximum"), "value", "Scenarios", "E2"),
    Case("F4 endless title", put("Outputs!C2", "x" * 32_000), "value", "Outputs", "C2"),
    Case("F7 direction in an id", put("Outputs!A2", "1\u202e.1"), "value", "Outputs", "A2"),
    Case("F12 id became a date", put("Outputs!A2", datetime(2021, 3, 1)), "value", "Outputs", "A2"),
    Case("G1 drive", row("Scenarios", "C:x", None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("G1 absolute", row("Scenarios", "/etc/x", None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("G2 point at the end", row("Scenarios", "Low.", None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("G2 device", row("Scenarios", "COM1.x", None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("G3 wild card", row("Scenarios", "a*b", None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("G6 long name", row("Scenarios", "y" * 81, None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("G7 control", row("Scenarios", "a\u0085b", None, "amount", 5), "value", "Scenarios", "A5"),
]  # fmt: skip


def inside(rows: bytes, after: bytes = b"") -> Callable[[], bytes]:
    """The workbook with more rows on Outputs, and with something after its cells."""
    return lambda: replaced(BOOK, OUTPUTS_PART, b"</sheetData>", rows + b"</sheetData>" + after)


def numbered(count: int) -> bytes:
    return b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (i, i) for i in range(7, count))


ENDLESS = b'<row r="7"><c r="A7" t="inlineStr"><is><t>' + bytes(range(97, 123)) * 20_000 + b"</t></is></c></row>"
FAR = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
NO_DATE = b'<row r="7"><c r="A7" t="d"><v>2020-13-45</v></c></row>'
MERGED = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
COST = b'<c r="E2" t="n"><v>5000</v></c>'
# Workbooks that no spreadsheet program writes, of which two libraries would read two different plans.
AMBIGUOUS = {
    "cell twice": COST + b'<c r="E2"><v>1</v></c>',
    "cell of another row": COST + b'<c r="F3"><v>1</v></c>',
    "cells in no order": b'<c r="G2"><v>1</v></c>' + COST,
    "cell within a cell": b'<c r="E2"><v>5000</v><c r="E2"><v>1</v></c></c>',
    "place in small letters": b'<c r="e2"><v>5000</v></c>',
    "two values": b'<c r="E2"><v>5000</v><v>1</v></c>',
    "value and text": b'<c r="E2" t="inlineStr"><v>1</v><is><t>5000</t></is></c>',
    "text of another kind": b'<c r="E2" t="str"><is><t>5000</t></is></c>',
    "cell of another kind": b'<c r="E2" xmlns="urn:x"><v>5000</v></c>',
    "number of no form": b'<c r="E2"><v>NaN</v></c>',
    "number as Python writes it": b'<c r="E2"><v>5_000</v></c>',
    "number in Arabic digits": '<c r="E2"><v>\u0665</v></c>'.encode(),
    "kind unknown": b'<c r="E2" t="x"><v>5000</v></c>',
    "style unknown": b'<c r="E2" s="999"><v>5000</v></c>',
    "style below nothing": b'<c r="E2" s="-1"><v>5000</v></c>',
    "text below nothing": b'<c r="E2" t="s"><v>-1</v></c>',
    "flag of three": b'<c r="E2" t="b"><v>2</v></c>',
    "row twice": COST + b'</row><row r="2">',
    "row 0": COST + b'</row><row r="0">',
}
TWO_LISTS = b'<sheetData><row r="2"><c r="E2"><v>1</v></c></row></sheetData>'
HOSTILE = [
    *(Bad(f"A5 {name}", partial(replaced, BOOK, OUTPUTS_PART, COST, cell), "file-damaged") for name, cell in AMBIGUOUS.items()),
    Bad("A5 sheet of another kind", partial(replaced, BOOK, OUTPUTS_PART, b"/spreadsheetml/2006/main", b"/x"), "file-damaged"),
    Bad("A5 two lists of rows", inside(b"", TWO_LISTS), "file-damaged"),
    Bad("A17 endless text", inside(ENDLESS), "file-too-large"),
    Bad("A27 too many cells", inside(numbered(80_000)), "file-too-large"),
    Bad("A28 row beyond all rows", inside(FAR), "far-cell", "Outputs", "A99999999999"),
    Bad("B11 everything merged", inside(b"", MERGED), "merged", "Outputs", "A1"),
    Bad("C18 date that is none", inside(NO_DATE), "file-damaged"),
]

# Rules that cannot all be met: an answer, with the reason, and no error of the input (exit code 4).
UNMET = [
    ("E7 minimum over what can be funded", both(put("Components!E3", 5000), put("Outputs!G5", "deferred")), "cost US$0 in full"),
    ("E8 minima over the resources", resources(3000), "US$1,600 is missing"),
    ("E9 minimum over maximum", put("Components!G3", 500), "US$500 apart"),
    ("E10 commitments over the resources", both(resources(4500), committed(2, 5000)), "resources"),
    ("E10 commitment over a maximum", both(put("Components!F2", "amount"), put("Components!G2", 3700), committed(2, 5000)),
     "component 1"),
    ("E11 committed and nothing left", both(committed(6, 2000), committed(3, 3000)), "either"),
    ("E12 committed requires deferred", both(committed(3, 3000), put("Outputs!G2", "deferred"), put("Outputs!I2", "x")), "1.10"),
    ("E19 minimum between two levels", both(put("Components!D2", "amount"), put("Components!E2", 8999),
     put("Components!F2", "amount"), put("Components!G2", 8999), put("Scenarios!D2", 100)), "component 1"),
]  # fmt: skip


def refused() -> Iterator[Bad]:
    """Every bad file and workbook of the catalogue, those that the tests of the reader spoil among them."""
    for name, data, code, _ in test_container.FILES:
        yield Bad(f"file: {name}", partial(bytes, data), code)
    for sheets, cases in (
        (workbooks.SHEETS, test_reader.ERRORS),
        (workbooks.FUNDED, test_reader_money.ERRORS),
        (workbooks.TITLED, test_reader_titles.ERRORS),
        (workbooks.SHEETS, REFUSED),
    ):
        for case in cases:
            make, known = partial(book, case.edit, sheets), cases is not REFUSED
            yield Bad(case.name, make, case.code, case.sheet, case.cell, known)
    yield from HOSTILE
