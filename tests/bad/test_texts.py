"""Hostile texts in every field of a plan: in each format they are text, as they were typed, and change nothing around them."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from openpyxl import Workbook

from optimizer import cli
from optimizer.verify.cells import read
from tests.property.checks import repeatable
from tests.workbooks import TITLED, book, saved

# What each does where it is not taken as text. All may stand in a title.
ATTACKS = (
    '=HYPERLINK("http://x.example","pay")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1,2)", "\uff1d1+1", "\uff0b1", "=1+1\nnext",
    "#REF!", "TRUE", "1.10", "_x0041_", "_x000D_", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "</td></tr></table>", "]]>", "&amp;&lt;", "<!-- -->", "{{ x }}", "%s %d {0}", "a | b | c", "```", "# heading", "* item",
    "[x](javascript:alert(1))", "../../etc/passwd", "C:\\con", "'; DROP TABLE x; --", "\u05e9\u05dc\u05d5\u05dd",
    "\u0e44\u0e17\u0e22", "e\u0301", "\U0001f600", "\u00a0x", "'quoted", '""', ", ; \t", "\\n", "x" * 900,
)  # fmt: skip
FIELDS = {
    "Plan": ["B2"],
    "Components": ["B2", "B3", "I2", "J2", "K3"],
    "Outputs": ["C2", "C3", "C4", "C5", "C6", "D2", "D3", "I4", "I6", "P2", "P4", "Q2", "Q3", "R2"],
    "Criteria": ["B2", "D2", "E2", "F3"],
    "Links": ["H2", "H3", "I2"],
    "Levels": ["D2", "D3", "E2"],
    "Coverage": ["D2"],
    "Scenarios": ["B2", "F2", "G2"],
    "Scenario changes": ["F2", "G2", "H2"],
    "Targets": ["B2", "C2", "E2", "F2"],
}


def hostile(seed: int) -> Callable[[Workbook], None]:
    draw = random.Random(seed)

    def edit(workbook: Workbook) -> None:
        for sheet, places in FIELDS.items():
            for place in places:
                cell = workbook[sheet][place]
                cell.value = draw.choice(ATTACKS).replace("\t", " ")
                cell.data_type = "s"  # or openpyxl would write a formula

    return edit


Said = dict[str, str]
FORMATS = ("csv", "json", "text")


@cache
def answered(folder: Path, seed: int | None) -> tuple[Path, Said]:
    """The results of a plan with hostile texts, or with harmless ones; and what is said in each format."""
    into = folder / str(seed)
    into.mkdir()
    plan = saved(into, book(hostile(seed) if seed is not None else None, TITLED))
    said = {}
    for form in FORMATS:
        said[form] = _run("run", plan, "-o", into / "results", "--format", form)
    result = into / "results" / "plan_Base.xlsx"
    for form in ("csv", "html", "markdown"):
        made = into / f"table.{form}"
        _run("table", result, "--table", "prioritisation", "--format", form, "-o", made)
        said[f"table {form}"] = made.read_text(encoding="utf-8-sig")
    return into / "results", said


def _run(*arguments: object) -> str:
    out, code = io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["optimizer", *map(str, arguments)])
        patch.setattr("sys.stdout", out)
        try:
            cli.main()
        except SystemExit as ended:
            code = int(str(ended.code))
    assert code == 0, out.getvalue()
    return out.getvalue()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("texts")


@pytest.mark.instances(1)
def test_in_every_format_texts_are_texts(seeds: range, kept: Path) -> None:
    clean, harmless = answered(kept, None)
    for seed in seeds:
        folder, said = answered(kept, seed)
        with repeatable(seed):
            _workbooks(folder / "plan_Base.xlsx", clean / "plan_Base.xlsx", folder.parent / "plan.xlsx")
            _documents(folder / "plan_Base.docx", clean / "plan_Base.docx")
            for page, other in (
                ((folder / "plan_Base.html").read_text("utf-8"), (clean / "plan_Base.html").read_text("utf-8")),
                (said["table html"], harmless["table html"]),
            ):
                assert _tags(page) == _tags(other)
            for form in ("csv", "table csv"):
                _separated(said[form])
            json.loads(said["json"])
            for line in said["table markdown"].splitlines():
                assert not re.search(r"<(?!br>)\w", line), line
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", said["text"])


def _workbooks(path: Path, clean: Path, plan: Path) -> None:
    """As many formulas and links as with harmless texts; and what was typed stands in the list of inputs, letter for letter."""
    found, other, source = read(path), read(clean), read(plan, typed=True)
    for name in found.sheets:
        formulas = [cell.formula for cells in found.sheets[name].rows.values() for cell in cells.values() if cell.formula]
        known = [cell.formula for cells in other.sheets[name].rows.values() for cell in cells.values() if cell.formula]
        assert Counter(formula.partition("(")[0] for formula in formulas) == Counter(f.partition("(")[0] for f in known), name
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(clean) as harmless:
        links = [re.findall(rb'Target="(?!\.\./)([^"]*)" TargetMode', zipped.read(name))
                 for zipped in (archive, harmless) for name in sorted(zipped.namelist()) if name.endswith(".rels")]  # fmt: skip
        assert not [link for each in links for link in each if b"example" in link or b"javascript" in link]
    told = {cell.value for cells in found.sheets["Inputs as read"].rows.values() for cell in cells.values()}
    for sheet, places in FIELDS.items():
        for place in places:
            cell = source.sheets[sheet].rows[int(place[1:])][ord(place[0]) - 64]
            assert str(cell.value).strip() in {str(value).strip() for value in told}, (sheet, place)


def _documents(path: Path, clean: Path) -> None:
    """Well-formed, with the same fields, links and rows as with harmless texts."""
    counts = []
    for each in (path, clean):
        with zipfile.ZipFile(each) as archive:
            root = fromstring(archive.read("word/document.xml"))
        tags = Counter(element.tag.rpartition("}")[2] for element in root.iter())
        counts.append({tag: tags[tag] for tag in ("fldSimple", "instrText", "hyperlink", "tbl", "tr", "tc", "object")})
    assert counts[0] == counts[1]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not [name for name, _ in attrs if name.startswith("on")], attrs
        assert not [value for name, value in attrs if name in ("href", "src") and value and "script" in value], attrs
        if tag not in ("br", "tspan", "text", "span", "title"):  # lines of a text
            self.found[tag] += 1


def _tags(page: str) -> Counter[str]:
    parser = _Tags()
    parser.feed(page)
    return parser.found


def _separated(text: str) -> None:
    """No cell that a spreadsheet program would calculate; rows of one table are of one length."""
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert len(cells) > 20
    for cell in cells:
        assert not re.match(r"[=@\t\r\uff1d\uff0b\uff0d\uff20]|[+-](?![0-9.]+$)", cell), cell
