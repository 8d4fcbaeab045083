"""A results workbook says what it was made from, and does so only while nobody has changed it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from optimizer.files.codec import Malformed
from optimizer.files.document import InputCell
from optimizer.files.recheck import differences
from optimizer.files.results import RECORD, Earlier, EarlierOutput, read_results
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.optimize import optimize
from optimizer.report import record, sealed, xlsx
from optimizer.report.book import results_book
from optimizer.report.dossier import Answer, Dossier
from optimizer.report.layout import expected
from optimizer.report.reread import Altered, read_comparison, read_dossier, read_results_workbook
from optimizer.report.restored import Contradicted, decode
from optimizer.report.scenarios import Comparison, comparison_book
from optimizer.report.stored import encode
from optimizer.report.table import Book
from optimizer.result import Unanswered
from optimizer.scenario import ScenarioSpec, derive
from tests import example
from tests.dossiers import FACTS, NASTY, by_hand, dossier, drawn, full, full_odd, nasty, over_time, question, workbook
from tests.workbooks import book as input_book
from tests.workbooks import repack

OURS = "results.xlsx"
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")  # openpyxl on data bars


@cache
def base() -> Dossier:
    """One for all: the seconds of its stages are of one run."""
    return dossier()


DOSSIERS: dict[str, Callable[[], Dossier]] = {
    "every rule": base,
    "look-alikes": nasty,
    "funds": over_time,
    "classes": lambda: over_time("tiers"),
    "balanced": lambda: over_time("balanced"),
    "analysed": full,
    "with a frontier": full_odd,
    "by hand": lambda: by_hand(*drawn(7, size=12)),
}


@cache
def base_book() -> Book:
    return results_book(base())


def told(found: Dossier) -> Dossier:
    """As it is read back: the name of the input's file without its folder."""
    return replace(found, workbook=replace(found.workbook, path="plan.xlsx"))


def written(folder: Path, book: Book) -> Path:
    (folder / OURS).write_bytes(xlsx.render(book))
    return folder / OURS


def with_record(book: Book, change: Callable[[str], str]) -> Book:
    """The workbook with another text on its sheet Record, under the right digest."""
    last = book.sheet(RECORD)
    text = change("".join(str(row.cells[0]) for row in last.tables[0].rows[1:]))
    return replace(book, sheets=tuple(sealed.sheet(text) if sheet is last else sheet for sheet in book.sheets))


@pytest.mark.parametrize("name", DOSSIERS)
def test_a_workbook_gives_back_its_dossier(name: str, tmp_path: Path) -> None:
    found = DOSSIERS[name]()
    back = read_dossier(written(tmp_path, results_book(found)))
    assert back == told(found)
    assert decode(encode(found), found.workbook.cells) == back


def test_every_part_of_a_dossier_is_stored() -> None:
    """A field that is added has to be stored too, or worked out when the record is read."""
    known = {"workbook", "result", "comparators", "earlier", "facts", "funds", "language", "analyses"}
    assert {field.name for field in fields(Dossier)} == known
    assert {field.name for field in fields(Comparison)} == {"workbook", "answers", "language"}


def test_the_rules_of_balanced_coverage_come_back() -> None:
    found = over_time("balanced")
    back = decode(encode(found), found.workbook.cells)
    assert any(rule.KIND == "balance" for rule in found.result.scenario.rules)
    assert back.measures == found.measures


def earlier(cells: tuple[InputCell, ...]) -> Earlier:
    return Earlier("before.xlsx", {"Scenario": "Base"}, {"A.1": EarlierOutput("Title", "In full", 4000)}, cells)


def test_texts_that_a_cell_cannot_hold(tmp_path: Path) -> None:
    """Endless ones, line ends, look-alikes, controls, nothing but spaces; in the plan, among the cells, in an earlier version."""
    texts = (*NASTY, "x" * 40_000, " " * 33_000, "two\r\nlines\rthree", "_x005F_x0041_", "x005x005F_F_", "a\u2028b", "", " ")
    first, *others = example.PLAN.outputs
    controls = "".join(map(chr, range(32))) + "\x7f\ud800_x0000_" + " " * 33_000
    plan = replace(example.PLAN, outputs=(replace(first, title="=" * 40_000, reason="_x0041_" * 9000, comment=controls), *others))
    found = dossier(plan)
    cells = tuple(InputCell("Outputs", f"C{i}", "1", "Title", text) for i, text in enumerate(texts))
    old = (cells[3], *cells[1:9], InputCell("Outputs", "Z1", "", "Gone", controls), cells[0], cells[-1], cells[-1])
    found = replace(found, workbook=replace(found.workbook, cells=cells), earlier=earlier(old))
    assert decode(encode(found), cells) == told(found)
    found = replace(found, earlier=earlier(old[:9]))  # no cell of a workbook holds the controls
    assert read_dossier(written(tmp_path, results_book(found))) == told(found)


def test_an_earlier_version_is_stored_by_what_is_different() -> None:
    found = dossier(resources=12000)
    cells = found.workbook.cells
    same, other = (replace(found, earlier=earlier(old)) for old in (cells, (InputCell("X", "A1", "", "Y", "z"), *cells[1:])))
    alone = len(encode(found))
    assert decode(encode(same), cells).earlier == same.earlier
    assert decode(encode(other), cells).earlier == other.earlier
    assert len(encode(same)) < alone + 250


def test_the_sheet_is_the_last_and_hidden(tmp_path: Path) -> None:
    found = replace(base(), workbook=replace(base().workbook, path="/home/somebody/secret/plan.xlsx"))
    path = written(tmp_path, results_book(found))
    sheets = openpyxl.load_workbook(path)
    assert sheets.sheetnames[-1] == RECORD
    assert {sheet.title: sheet.sheet_state for sheet in sheets if sheet.sheet_state != "visible"} == {RECORD: "hidden"}
    contents = [row.cells[0] for row in results_book(found).sheets[0].tables[-1].rows]
    assert RECORD not in str(contents)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if b"secret" in archive.read(name)]


def test_long_records_take_several_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "LONGEST", 500)
    path = written(tmp_path, results_book(base()))
    cells = [str(cell.value) for cell in openpyxl.load_workbook(path)[RECORD]["A"]]
    assert len(cells) == 3 + -(-len(encode(base())) // 500)
    assert {len(cell) for cell in cells[3:-1]} == {500}
    assert read_dossier(path) == told(base())


def several() -> Comparison:
    poor, balanced = question(example.PLAN, 100), ScenarioSpec("Even", question(example.PLAN, 9000).spec.resources, "balanced")
    refused = optimize(poor)
    assert isinstance(refused, Unanswered)
    reasons = ("The minimum allocations exceed the resources.", "=1+1")
    answers = (Answer(base().result), Answer(refused, reasons), Answer(optimize(derive(example.PLAN, balanced))))
    finding = Finding("code", Severity.WARNING, "plan.xlsx", "Outputs", "C3", '"x"', "y is expected")
    source = replace(workbook(example.PLAN), scenarios=(base().result.scenario.spec, balanced), findings=(finding,))
    return Comparison(source, answers)


def test_scenarios_side_by_side(tmp_path: Path) -> None:
    compared = several()
    book = comparison_book(compared, FACTS)
    back = read_comparison(written(tmp_path, book))
    assert back == replace(compared, workbook=replace(compared.workbook, path="plan.xlsx", cells=()))
    with pytest.raises(InputRefused, match="it has several scenarios side by side"):
        read_dossier(tmp_path / OURS)
    written(tmp_path, base_book())
    with pytest.raises(InputRefused, match="it has the results of one scenario"):
        read_comparison(tmp_path / OURS)


CELL = re.compile(
    rb'<c r="(?P<at>[A-Z]+[0-9]+)"( s="[0-9]+")?(?P<text> t="s")?>(<f>[^<]*</f>)?<v>(?P<v>[^<]*)</v>',
)


def changed(data: bytes, part: str, which: int) -> tuple[bytes, str]:
    """The workbook with one cell of a sheet changed: another text, a number one higher; and the cell's address."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = [m for m in CELL.finditer(archive.read(part)) if m["text"] or re.fullmatch(rb"[0-9.]+", m["v"])]
    cell = found[which]
    value = (b"0" if cell["v"] != b"0" else b"1") if cell["text"] else b"%d" % (int(float(cell["v"])) + 1)
    new = cell[0].replace(b"<v>%s</v>" % cell["v"], b"<v>%s</v>" % value)
    data = repack(data, lambda name, content: content.replace(cell[0], new, 1) if name == part else content)
    return data, cell["at"].decode()


SOME = {  # of the first or the last cells; all sheets go the same way
    0: ("Inputs as read", RECORD),
    -1: ("Summary", "Prioritisation", "Checks", "Inputs as read", RECORD),
}


@pytest.mark.parametrize("which", SOME)
def test_a_changed_cell_of_any_sheet_is_found(which: int, tmp_path: Path) -> None:
    book = base_book()
    data = xlsx.render(book)
    for number, sheet in enumerate(book.sheets, start=1):
        if sheet.name not in SOME[which]:
            continue
        spoilt, at = changed(data, f"xl/worksheets/sheet{number}.xml", which)
        (tmp_path / OURS).write_bytes(spoilt)
        with pytest.raises(Altered) as refused:
            read_results_workbook(tmp_path / OURS)
        assert len(refused.value.cells) == 1
        said = f"{sheet.shown}!{at}: "
        if which == -1 and sheet.name == "Inputs as read":
            said = f"{sheet.shown}!{at[1:]}: its row is not what was read"
        if which == -1 and sheet.name == RECORD:
            said = f"{RECORD}: its text does not come to its digest"
        assert refused.value.cells[0].startswith(said), sheet.name


def test_five_changed_cells_are_named(tmp_path: Path) -> None:
    book = base_book()
    data = xlsx.render(book)
    data = repack(data, lambda name, part: part.replace(b"<t>Title of", b"<t>Name of") if "sharedStr" in name else part)
    (tmp_path / OURS).write_bytes(data)
    with pytest.raises(Altered, match=r"is not as it was written \(it was written by version 0, this is") as refused:
        read_dossier(tmp_path / OURS)
    assert len(refused.value.cells) == 5
    assert str(refused.value).endswith("; ".join(refused.value.cells))


def test_rows_and_sheets_that_are_missing(tmp_path: Path) -> None:
    found = base()
    book = results_book(found)
    fewer = results_book(replace(found, workbook=replace(found.workbook, cells=found.workbook.cells[:-1])))
    mixed = replace(book, sheets=tuple(fewer.sheet(s.name) if s.name == "Inputs as read" else s for s in book.sheets))
    with pytest.raises(Altered, match="some of its rows are missing"):
        read_dossier(written(tmp_path, mixed))
    without = replace(book, sheets=tuple(sheet for sheet in book.sheets if sheet.name != "Rules"))
    with pytest.raises(Altered, match="its sheets are"):
        read_dossier(written(tmp_path, without))


def _edited(**new: object) -> Callable[[str], str]:
    def change(text: str) -> str:
        data = json.loads(text)
        data["of"]["answer"] |= new
        return json.dumps(data)

    return change


NONE = {"amount": 0, "share": 0}
CONTRADICTED = [
    (_edited(spend=1), "the allocation comes to"),
    (_edited(value="1/3"), "the allocation comes to"),
    (_edited(deliveries=[NONE] * 6), "does not respect"),
    (_edited(deliveries=[NONE]), "1 amounts stand for 6 outputs"),
    (_edited(balance=[["A", 1]]), "balanced coverage"),
    (lambda text: text[:-2] + ',"language":"xx"}}', "there is no language xx"),
    (lambda text: text[:-2] + ',"funds":[{}]}}', "1 funds are said to pay"),
]


@pytest.mark.parametrize(("change", "said"), CONTRADICTED)
def test_a_record_that_contradicts_itself(change: Callable[[str], str], said: str) -> None:
    with pytest.raises(Contradicted, match=said):
        decode(change(encode(base())), base().workbook.cells)


OTHER = [_edited(colour="red"), lambda text: text[:-1], lambda text: text.replace("spend", "spent")]


@pytest.mark.parametrize("change", OTHER)
def test_a_record_of_another_version(change: Callable[[str], str]) -> None:
    with pytest.raises(Malformed):
        decode(change(encode(base())), base().workbook.cells)


FORGED = [
    (_edited(spend=1), "Record: the allocation comes to"),
    (_edited(solver="another"), "Run!B"),
    (lambda text: text.replace('"answer":', ' "answer":'), "Record!A"),
]


@pytest.mark.parametrize(("change", "said"), FORGED)
def test_a_record_that_says_something_else_is_refused(change: Callable[[str], str], said: str, tmp_path: Path) -> None:
    with pytest.raises(Altered, match=said):
        read_dossier(written(tmp_path, with_record(base_book(), change)))


def test_a_workbook_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"its record is of another version .*\(run the scenario again"):
        read_dossier(written(tmp_path, with_record(base_book(), OTHER[0])))


def test_a_record_that_cannot_be_the_one_written(tmp_path: Path) -> None:
    found = base()
    with pytest.raises(Contradicted, match="the cells are not those that were read"):
        decode(encode(found), found.workbook.cells[1:])
    path = written(tmp_path, results_book(found))
    data = repack(path.read_bytes(), lambda name, part: part.replace(b'"spend":', b'"spent":') if "sharedStr" in name else part)
    path.write_bytes(data)
    with pytest.raises(Altered, match="its text does not come to its digest"):
        read_dossier(path)


def test_workbooks_without_a_record(tmp_path: Path) -> None:
    book = base_book()
    older = replace(book, sheets=book.sheets[:-1])
    with pytest.raises(InputRefused, match="run the scenario again"):
        read_dossier(written(tmp_path, older))
    assert read_results(tmp_path / OURS).outputs
    (tmp_path / OURS).write_bytes(input_book())
    with pytest.raises(InputRefused, match="a results workbook written by this tool is expected"):
        read_dossier(tmp_path / OURS)
    with pytest.raises(InputRefused, match="there is no such file"):
        read_dossier(tmp_path / "none.xlsx")


def test_what_libreoffice_saves_is_still_the_same(tmp_path: Path) -> None:
    """15 digits of a number, no quotes around the name of a sheet; after writing, every digit counts."""
    book = base_book()
    data = xlsx.render(book)

    def saved(name: str, part: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return part
        part = re.sub(rb"<v>([0-9]+\.[0-9]{15,})</v>", lambda m: b"<v>%s</v>" % f"{float(m[1]):.15G}".encode(), part)
        return re.sub(rb"<f>[^<]*</f>", lambda m: m[0].replace(b"'", b""), part)

    (tmp_path / OURS).write_bytes(repack(data, saved))
    assert read_dossier(tmp_path / OURS) == told(base())
    assert list(differences(tmp_path / OURS, expected(book)))


def test_many_inputs_on_several_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "LONGEST", 5)
    book = results_book(base())
    assert read_dossier(written(tmp_path, book)) == told(base())
    number = [sheet.name for sheet in book.sheets].index("Inputs as read 3") + 1
    spoilt, at = changed(xlsx.render(book), f"xl/worksheets/sheet{number}.xml", -1)
    (tmp_path / OURS).write_bytes(spoilt)
    with pytest.raises(Altered, match=f"Inputs as read 3!{at[1:]}: its row is not what was read"):
        read_dossier(tmp_path / OURS)
