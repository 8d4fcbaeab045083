"""Workbooks as written: the same bytes, text that stays text, nothing lost, nothing half done."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from optimizer.files.publish import DRAFT, CheckFailed, OutputRefused, publish
from optimizer.files.recheck import Expected, as_read, differences
from optimizer.files.results import is_results, read_results
from optimizer.findings import InputRefused
from optimizer.report import record, xlsx
from optimizer.report.book import results_book
from optimizer.report.layout import expected
from optimizer.report.table import Book, Column, Kind, Row, Sheet, Table
from tests.dossiers import NASTY, by_hand, dossier, drawn, nasty, over_time
from tests.workbooks import book as input_book
from tests.workbooks import replaced

OURS = "results.xlsx"
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")  # openpyxl on data bars


def texts(*values: str) -> Book:
    """A workbook of one column of texts."""
    table = Table("Texts", (Column("text", "Text", Kind.TEXT, 30),), tuple(Row((value,)) for value in values))
    return Book("Texts", "footer & more", (Sheet("Texts", "texts", (table,)),))


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    xlsx.save(texts(*NASTY), tmp_path / OURS)
    worksheet = openpyxl.load_workbook(tmp_path / OURS)["Texts"]
    cells = [worksheet.cell(row, 1) for row in range(3, 3 + len(NASTY))]
    assert [cell.value for cell in cells] == [as_read(text) for text in NASTY]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_a_plan_full_of_look_alikes(tmp_path: Path) -> None:
    xlsx.save(results_book(nasty()), tmp_path / OURS)
    workbook = openpyxl.load_workbook(tmp_path / OURS)
    formulas = {ws.title for ws in workbook for line in ws for cell in line if cell.data_type == "f"}
    assert formulas == {"Summary", "Checks"}
    assert not [cell for ws in workbook for line in ws for cell in line if cell.data_type == "e"]
    assert read_results(tmp_path / OURS).outputs.keys() == {output.id for output in nasty().plan.outputs}


def test_an_endless_text_is_cut_and_says_so(tmp_path: Path) -> None:
    xlsx.save(texts("x" * 40_000), tmp_path / OURS)
    said = openpyxl.load_workbook(tmp_path / OURS)["Texts"]["A3"].value
    assert isinstance(said, str)
    assert said.endswith("x … [8,000 characters more]")


def test_only_whole_values_are_numbers() -> None:
    columns = tuple(Column(kind, kind, kind) for kind in (Kind.MONEY, Kind.PERCENT, Kind.NUMBER, Kind.FLAG))
    table = Table("T", columns, (Row((10**15, Fraction(1, 3), Fraction(2, 3), True)), Row((0, None, Fraction(0), False))))
    book = Book("T", "", (Sheet("T", "", (table,)),))
    worksheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(book)))["T"]
    assert [cell.value for cell in worksheet[3]] == [10**15, 0.3333333333333333, 0.6666666666666666, True]
    assert [cell.value for cell in worksheet[4]] == [0, None, 0, False]


def test_formulas_have_their_values(tmp_path: Path) -> None:
    xlsx.save(results_book(dossier()), tmp_path / OURS)
    formulas = openpyxl.load_workbook(tmp_path / OURS)["Checks"]
    values = openpyxl.load_workbook(tmp_path / OURS, data_only=True)["Checks"]
    found = [(cell, values[cell.coordinate].value) for line in formulas for cell in line if cell.data_type == "f"]
    assert len(found) > 60
    assert not [cell.coordinate for cell, value in found if value is None]


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = (xlsx.render(results_book(dossier())) for _ in range(2))
    times = replace(dossier().facts, times=(("Started", "later"),))
    assert first == second or _without_run(first) == _without_run(second), "only the seconds of the stages may differ"
    assert _without_run(first) == _without_run(xlsx.render(results_book(replace(dossier(), facts=times))))


def _without_run(data: bytes) -> list[tuple[str, bytes]]:
    """Everything but the sheets Run and Record, the last two; shared strings hold their times too."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        count = sum(name.startswith("xl/worksheets/sheet") for name in archive.namelist())
        timed = (f"xl/worksheets/sheet{count - 1}.xml", f"xl/worksheets/sheet{count}.xml", "xl/sharedStrings.xml")
        names = [name for name in archive.namelist() if name not in timed]
        return [(name, archive.read(name)) for name in names]


def test_the_sheets_and_their_links() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx.render(results_book(dossier()))))
    assert workbook.sheetnames == [
        "Summary", "Prioritisation", "Coverage", "For Word", "Changes", "Components", "Allocation", "Levels", "Rules", "Checks",
        "Inputs as read", "Run", "Record",
    ]  # fmt: skip
    links = {cell.hyperlink.location for line in workbook["Summary"] for cell in line if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in workbook.sheetnames[1:-1]}, "the sheet Record is not for readers"
    for worksheet in workbook:
        assert worksheet.page_setup.paperSize == 9
        assert worksheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P of &N" in worksheet.oddFooter.right.text
        assert "Base" in worksheet.oddFooter.left.text
    assert workbook["Prioritisation"].print_title_rows == "$4:$4"
    assert workbook["Prioritisation"].freeze_panes == "B5"


def test_the_sheets_of_money_and_time() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx.render(results_book(over_time("tiers")))))
    assert workbook.sheetnames == [
        "Summary", "Prioritisation", "By period", "Coverage", "For Word", "Changes", "Components", "Allocation", "Payments",
        "Funds", "Inversions", "Rules", "Checks", "Inputs as read", "Run", "Record",
    ]  # fmt: skip
    assert workbook["By period"].page_setup.fitToHeight in (None, 1), "one page"
    assert workbook["Payments"].page_setup.fitToHeight == 0


@pytest.mark.parametrize(("size", "longest"), [(120, 150), (1, 1)])
def test_large_and_small_plans(tmp_path: Path, size: int, longest: int) -> None:
    found = by_hand(*drawn(7, size=size, display_unit=1, longest=longest))
    xlsx.save(results_book(found), tmp_path / OURS)
    back = read_results(tmp_path / OURS)
    assert [output.amount for output in back.outputs.values()] == [delivery.amount for delivery in found.result.allocation]


def test_results_are_read_back(tmp_path: Path) -> None:
    found = dossier()
    xlsx.save(results_book(found), tmp_path / OURS)
    back = read_results(tmp_path / OURS)
    assert back.file == OURS
    assert back.cells == found.workbook.cells
    assert back.question == dict(record.question(found.result.scenario))
    assert {key: output.amount for key, output in back.outputs.items()} == {
        output.id: delivery.amount for output, delivery in zip(found.plan.outputs, found.result.allocation, strict=True)
    }


def test_many_inputs_go_on_further_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "LONGEST", 5)
    book = results_book(dossier())
    assert [sheet.name for sheet in book.sheets][-5:] == [
        "Inputs as read",
        "Inputs as read 2",
        "Inputs as read 3",
        "Run",
        "Record",
    ]
    xlsx.save(book, tmp_path / OURS)
    assert read_results(tmp_path / OURS).cells == dossier().workbook.cells


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    (tmp_path / "input.xlsx").write_bytes(input_book())
    assert not is_results(tmp_path / "input.xlsx")
    with pytest.raises(InputRefused, match="a results workbook written by this tool is expected"):
        read_results(tmp_path / "input.xlsx")
    xlsx.save(results_book(dossier()), tmp_path / OURS)
    spoilt = replaced((tmp_path / OURS).read_bytes(), "xl/sharedStrings.xml", b"<t>Amount</t>", b"<t>Sum</t>")
    (tmp_path / "spoilt.xlsx").write_bytes(spoilt)
    with pytest.raises(InputRefused, match="no row has the headers"):
        read_results(tmp_path / "spoilt.xlsx")


def test_an_earlier_result_is_replaced_whole(tmp_path: Path) -> None:
    xlsx.save(results_book(dossier(resources=9000)), tmp_path / OURS)
    before = (tmp_path / OURS).read_bytes()
    xlsx.save(results_book(dossier(resources=12000)), tmp_path / OURS)
    assert (tmp_path / OURS).read_bytes() != before
    assert [path.name for path in tmp_path.iterdir()] == [OURS]


def test_somebody_elses_file_is_not_replaced(tmp_path: Path) -> None:
    for name, content in (("notes.xlsx", input_book()), ("text.xlsx", b"notes")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(OutputRefused, match="no result of this tool"):
            xlsx.save(results_book(dossier()), tmp_path / name)
        assert (tmp_path / name).read_bytes() == content


def test_the_input_is_never_replaced(tmp_path: Path) -> None:
    xlsx.save(results_book(dossier()), tmp_path / OURS)
    before = (tmp_path / OURS).read_bytes()
    (tmp_path / "alias.xlsx").hardlink_to(tmp_path / OURS)
    with pytest.raises(OutputRefused, match="is read by this run"):
        xlsx.save(results_book(dossier()), tmp_path / "alias.xlsx", never=[tmp_path / OURS])
    assert (tmp_path / OURS).read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="is no folder"):
        xlsx.save(results_book(dossier()), tmp_path / "none" / OURS)
    with pytest.raises(OutputRefused):
        xlsx.save(results_book(dossier()), tmp_path)


@pytest.mark.parametrize("fails", ["replace", "fsync"])
def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    xlsx.save(results_book(dossier()), tmp_path / OURS)
    before = (tmp_path / OURS).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path if fails == "replace" else os, fails, full)
    with pytest.raises(OutputRefused, match="No space left on device"):
        xlsx.save(results_book(dossier(resources=12000)), tmp_path / OURS)
    assert (tmp_path / OURS).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [OURS]


def test_a_file_that_is_not_what_was_meant_is_not_published(tmp_path: Path) -> None:
    book = results_book(dossier())
    xlsx.save(book, tmp_path / OURS)
    before = (tmp_path / OURS).read_bytes()
    wanted = expected(book)
    wrong = replaced(xlsx.render(book), "xl/sharedStrings.xml", b"Title of A.1", b"Title of A.7")
    with pytest.raises(CheckFailed, match=r"Title of A\.7"):
        publish(tmp_path / OURS, wrong, lambda draft: differences(draft, wanted))
    assert (tmp_path / OURS).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [OURS]


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupted(_: Path) -> Iterable[str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path / OURS, b"content", interrupted)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    old, recent, other = (tmp_path / name for name in (f"{DRAFT}0000.xlsx", f"{DRAFT}1111.xlsx", "notes.xlsx"))
    for path in (old, recent, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (0, 0))
    xlsx.save(results_book(dossier()), tmp_path / OURS)
    assert {path.name for path in tmp_path.iterdir()} == {recent.name, other.name, OURS}


PLANTED = [
    (b"<v>9000</v>", b"<v>9001</v>", "9001"),
    (b"<f>AND(", b"<f>OR(", "the formula"),
    (b'<c r="A3" s=', b'<c r="Z99" s=', "Z99"),
]


@pytest.mark.parametrize(("old", "new", "said"), PLANTED)
def test_the_check_sees_every_planted_difference(tmp_path: Path, old: bytes, new: bytes, said: str) -> None:
    book = results_book(dossier(resources=9000))
    data = xlsx.render(book)
    parts = [f"xl/worksheets/sheet{n}.xml" for n in range(1, 11)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = next(name for name in parts if old in archive.read(name))
    (tmp_path / OURS).write_bytes(replaced(data, part, old, new))
    assert said in " ".join(differences(tmp_path / OURS, expected(book)))


def test_the_check_reads_what_is_on_disk(tmp_path: Path) -> None:
    book = texts("one", "two")
    (tmp_path / OURS).write_bytes(xlsx.render(book))
    assert not list(differences(tmp_path / OURS, expected(book)))
    cells = expected(book)["Texts"]

    def said(**sheets: dict[tuple[int, int], Expected]) -> Iterator[str]:
        return differences(tmp_path / OURS, sheets)

    assert next(said(Other=cells)) == "its sheets are Texts; Other was written"
    assert next(said(Texts={**cells, (3, 1): Expected(1)})) == 'Texts!A3: "one" instead of "1"'
    assert next(said(Texts={**cells, (9, 9): Expected("x")})) == 'Texts!I9: "x" is missing'
    assert next(said(Texts={k: v for k, v in cells.items() if k != (4, 1)})) == 'Texts!A4: "two" stands where nothing was written'
    assert next(said(Texts={**cells, (3, 1): Expected("one", "=A4")})) == 'Texts!A3: the formula "" instead of "=A4"'
    (tmp_path / OURS).write_bytes(b"PK broken")
    assert list(differences(tmp_path / OURS, expected(book)))
