"""Adopted amounts in a copy of a workbook rich in what libraries lose: nothing else changes, or nothing is written."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner

from optimizer.commands.writeback import writeback
from optimizer.files import writeback as module
from optimizer.files.publish import CheckFailed, OutputRefused
from optimizer.files.reader import read_workbook
from optimizer.files.references import Formula, Target, depends, with_names
from optimizer.files.splice import SheetXml
from optimizer.files.writeback import Copy, write_back
from optimizer.findings import InputRefused
from tests.workbooks import FUNDED, book, repack, saved

AMOUNTS = {"1.1": 4500, "1.10": 3000, "1.2": 500, "2.1": 1000, "2.2": 0}
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
COLUMN = FUNDED["Outputs"][0].index("Adopted amount")
LETTER = xlsxwriter.utility.xl_col_to_name(COLUMN)
INJECTED = {
    "xl/slicers/slicer1.xml": b"<slicers xmlns='http://schemas.microsoft.com/office/spreadsheetml/2009/9/main'/>",
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments><threadedComment ref='B2'/></ThreadedComments>",
    "xl/persons/person.xml": b"<personList/>",
    "customXml/item1.xml": b"<?xml version='1.0'?>\r\n<a  b = 'c' />\n",
    "xl/embeddings/oleObject1.bin": bytes(range(256)),
}
More = Callable[[xlsxwriter.Workbook, dict[str, Any]], None]


def rich(more: More = lambda *_: None) -> bytes:
    """The small plan as a planner keeps it: a table, a chart, comments, validation, formats, a picture, names, formulas."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheets = {name: workbook.add_worksheet(name) for name in FUNDED}
    money = workbook.add_format({"num_format": "# ##0", "bg_color": "#FFF2CC", "locked": False})
    for name, rows in FUNDED.items():
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if name == "Outputs" and r and c == COLUMN:
                    sheets[name].write(r, c, value, money)
                elif isinstance(value, str):
                    sheets[name].write_string(r, c, value)
                elif value is not None:
                    sheets[name].write(r, c, value)
    outputs = sheets["Outputs"]
    headers = FUNDED["Outputs"][0]
    outputs.add_table(0, 0, 5, len(headers) - 1, {"name": "tblOutputs", "columns": [{"header": str(h)} for h in headers]})
    outputs.write_comment("E2", "asked of the unit", {"author": "planner"})
    outputs.data_validation(1, COLUMN, 5, COLUMN, {"validate": "decimal", "criteria": ">=", "value": 0})
    outputs.conditional_format(1, COLUMN, 5, COLUMN, {"type": "data_bar"})
    outputs.insert_image("B9", "logo.png", {"image_data": io.BytesIO(PIXEL)})
    outputs.add_sparkline("AC2", {"range": "Outputs!E2:F2"})
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "=Outputs!$E$2:$E$6"})
    sheets["Plan"].insert_chart("F2", chart)
    notes = workbook.add_worksheet("Working notes")
    notes.write_formula("A1", "=SUM(Outputs!$E$2:$E$6)", None, 15000)
    notes.write_formula("A2", "=tblOutputs[[#Totals],[Cost]]", None, 0)
    workbook.define_name("costs", "=Outputs!$E$2:$E$6")
    notes.write_formula("A3", "=SUM(costs)", None, 15000)
    more(workbook, sheets)
    workbook.close()
    return repack(stream.getvalue(), lambda _, content: content, INJECTED)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(folder: Path, data: bytes, amounts: dict[str, int] = AMOUNTS) -> tuple[Copy, Path, Path]:
    source, target = saved(folder, data), folder / "copy.xlsx"
    return write_back(read_workbook(source), amounts, target), source, target


def refusal(folder: Path, data: bytes, amounts: dict[str, int] = AMOUNTS) -> str:
    with pytest.raises(InputRefused) as refused:
        written(folder, data, amounts)
    assert [path.name for path in folder.iterdir()] == ["plan.xlsx"], "nothing is written"
    assert (folder / "plan.xlsx").read_bytes() == data
    return str(refused.value)


def outputs_part() -> str:
    return f"xl/worksheets/sheet{list(FUNDED).index('Outputs') + 1}.xml"


def edited(data: bytes, change: Callable[[str], str], part: str = "") -> bytes:
    wanted = part or outputs_part()
    made = repack(data, lambda name, content: change(content.decode()).encode() if name == wanted else content)
    assert made != data
    return made


def unchanged_but_for_the_column(source: Path, target: Path, part: str, letter: str = LETTER) -> None:
    """Every other part has the same bytes; the sheet's own are the same but for the cells of the column."""
    old, new = parts(source), parts(target)
    assert list(old) == list(new)
    assert [name for name in old if old[name] != new[name]] == [part]
    cell = re.compile(rf'<c r="{letter}([2-9]|\d\d+)"[^>]*?(/>|>.*?</c>)'.encode())
    assert cell.sub(b"", old[part]) == cell.sub(b"", new[part])
    styles = [re.findall(rf'<c r="{letter}\d+"( s="\d+")?'.encode(), text[part]) for text in (old, new)]
    assert styles[0] == styles[1]


def test_only_the_amounts_change_in_a_rich_workbook(tmp_path: Path) -> None:
    data = rich()
    copy, source, target = written(tmp_path, data)
    assert source.read_bytes() == data
    assert len(parts(target)) > 35
    assert set(INJECTED) < set(parts(target))
    assert {"xl/charts/chart1.xml", "xl/comments1.xml", "xl/media/image1.png", "xl/tables/table1.xml"} < set(parts(target))
    unchanged_but_for_the_column(source, target, outputs_part())
    before, after = read_workbook(source).plan, read_workbook(target).plan
    assert {output.id: output.adopted for output in after.outputs} == AMOUNTS
    assert replace(after, outputs=()) == replace(before, outputs=())
    assert copy.changed == 4
    assert [finding.code for finding in copy.findings] == ["stale"], "the chart of the sheet Outputs"


def test_the_same_amounts_change_nothing_at_all(tmp_path: Path) -> None:
    _, _, target = written(tmp_path, rich())
    again = tmp_path / "again.xlsx"
    assert write_back(read_workbook(target), AMOUNTS, again).changed == 0
    assert parts(again) == parts(target)


def test_a_cell_that_is_not_there_gets_the_look_of_its_column(tmp_path: Path) -> None:
    def drop(text: str) -> str:
        text = re.sub(rf'<c r="{LETTER}[4-6]"[^>]*?(/>|>.*?</c>)', "", text)
        columns = f'<cols><col min="{COLUMN + 1}" max="{COLUMN + 1}" width="9" style="1"/></cols>'
        return text.replace("<sheetData>", f"{columns}<sheetData>")

    data = edited(rich(), drop)
    _, _, target = written(tmp_path, data)
    text = parts(target)[outputs_part()].decode()
    assert re.findall(rf'<c r="{LETTER}5"[^/]*</v>', text) == [f'<c r="{LETTER}5" s="1"><v>1000</v>']
    addresses = re.findall(r'<c r="([A-Z]+)5"', text)
    assert addresses == sorted(addresses, key=lambda letters: (len(letters), letters)), "in the order of columns"


def test_prefixes_single_quotes_comments_and_a_mark_at_the_beginning() -> None:
    text = (
        "<?xml version='1.0' encoding='UTF-8'?><!-- <c r='B2'/> --><x:worksheet xmlns:x='urn:x'><x:sheetData>"
        "<x:row r='2' spans='1:1' ht = \"2>1\"><x:c r='A2' t='s' ><x:v>0</x:v></x:c></x:row>"
        "<x:row r='3'><x:c r='A3'/><x:c  s = '4' r='B3'  t=\"s\" /><x:c r='C3'><x:v>&#49;</x:v></x:c></x:row>"
        "<x:row r='4'><x:c r='A4' t='inlineStr'><x:is><x:t>é €</x:t></x:is></x:c><x:c r='B4'><x:v>1</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>"
    )
    data = b"\xef\xbb\xbf" + text.encode()
    sheet = SheetXml(data, frozenset({2, 3, 4}))
    made = sheet.with_numbers({(2, 2): 7, (3, 2): 8, (4, 2): 9})
    expected = (
        data.replace(b"spans='1:1'", b"spans='1:2'")
        .replace(b"</x:c></x:row><x:row r='3'>", b"</x:c><x:c r=\"B2\"><x:v>7</x:v></x:c></x:row><x:row r='3'>")
        .replace(b"<x:c  s = '4' r='B3'  t=\"s\" />", b"<x:c  s = '4' r='B3'><x:v>8</x:v></x:c>")
        .replace(b"<x:c r='B4'><x:v>1</x:v></x:c>", b"<x:c r='B4'><x:v>9</x:v></x:c>")
    )
    assert made == expected


def test_a_copy_never_takes_a_name_that_is_taken(tmp_path: Path) -> None:
    source = saved(tmp_path, rich())
    for name in ("plan.xlsx", "other.xlsx"):
        (tmp_path / "other.xlsx").write_text("mine")
        with pytest.raises(OutputRefused):
            write_back(read_workbook(source), AMOUNTS, tmp_path / name)
    assert (tmp_path / "other.xlsx").read_text() == "mine"


def formula(text: str, place: str = "Working notes!C1") -> More:
    sheet, _, cell = place.partition("!")
    return lambda workbook, _: workbook.get_worksheet_by_name(sheet).write_formula(cell, text, None, 1)


@pytest.mark.parametrize(
    "text",
    [
        f"=SUM(Outputs!{LETTER}2:{LETTER}6)",
        f"=Outputs!${LETTER}$3",
        "=SUM(tblOutputs[Adopted amount])",
        "=SUM(adopted)",
        '=SUM(INDIRECT("x"))',
    ],
)
def test_a_formula_on_the_column_is_a_reason(text: str, tmp_path: Path) -> None:
    def more(workbook: xlsxwriter.Workbook, sheets: dict[str, Any]) -> None:
        workbook.define_name("adopted", f"=Outputs!${LETTER}$2:${LETTER}$6")
        formula(text)(workbook, sheets)

    said = refusal(tmp_path, rich(more))
    assert "Working notes!C1" in said
    assert "no formula on the column Adopted amount is expected" in said


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.replace("<dataValidations", '<sheetProtection sheet="1"/><dataValidations'), "the sheet is protected"),
        (lambda t: re.sub(rf'(<c r="{LETTER}2" s="\d+")>', r"\1><f>4*1000</f>", t), f"Outputs!{LETTER}2: a formula"),
        (lambda t: re.sub(rf'(<c r="{LETTER}4" s="\d+")/>', r'\1 t="inlineStr"><is><t> </t></is></c>', t), "typed text"),
        (lambda t: re.sub(rf'(<c r="{LETTER}2" s="\d+")>', r'\1 vm="1">', t), "something that is no plain number"),
        (lambda t: re.sub(r'(<c r="E2")>', rf'\1><f t="array" ref="E2:{LETTER}2">5000</f>', t), "a formula for several cells"),
    ],
)
def test_what_is_in_the_way(change: Callable[[str], str], reason: str, tmp_path: Path) -> None:
    assert reason in refusal(tmp_path, edited(rich(), change))


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    data = repack(rich(), lambda _, content: content, {"_xmlsignatures/sig1.xml": b"<a/>", "xl/revisions/r.xml": b"<a/>"})
    said = refusal(tmp_path, data, {"1.1": 1, "9.9": 2})
    for reason in ("digitally signed", "changes are tracked", "output 1.10 is not in the result", "output 9.9 of the result"):
        assert reason in said


def test_without_the_column(tmp_path: Path) -> None:
    said = refusal(tmp_path, book())
    assert 'no column "Adopted amount"' in said
    assert "type Adopted amount into the header row" in said


def test_merged_cells_and_other_forms_are_refused_by_the_reader(tmp_path: Path) -> None:
    assert "merged cells" in refusal(tmp_path, book(lambda b: b["Outputs"].merge_cells(f"{LETTER}2:{LETTER}3"), FUNDED))
    strict = (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert "Strict" in refusal(tmp_path, repack(book(sheets=FUNDED), lambda _, content: content.replace(*strict)))


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    data = book(sheets=FUNDED)
    wide = repack(data, lambda name, c: c.decode().encode("utf-16") if name == outputs_part() and not c.startswith(b"<?") else c)
    assert "not in UTF-8" in refusal(tmp_path, wide)


def test_a_workbook_saved_meanwhile_is_refused(tmp_path: Path) -> None:
    workbook = read_workbook(saved(tmp_path, rich()))
    saved(tmp_path, book(sheets=FUNDED))
    with pytest.raises(InputRefused, match="saved while it was read"):
        write_back(workbook, AMOUNTS, tmp_path / "copy.xlsx")


def test_a_copy_that_is_not_read_as_meant_is_never_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = SheetXml.with_numbers
    monkeypatch.setattr(SheetXml, "with_numbers", lambda self, numbers: real(self, {**numbers, (2, 5): 6000}))
    with pytest.raises(CheckFailed, match="not read as the same plan"):
        written(tmp_path, rich())
    monkeypatch.setattr(SheetXml, "with_numbers", real)
    monkeypatch.setattr(module, "_repacked", lambda archive, *_: rich(formula("=1+1")))
    with pytest.raises(CheckFailed, match=r"several parts|same plan"):
        write_back(read_workbook(tmp_path / "plan.xlsx"), AMOUNTS, tmp_path / "copy.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsx"]


TABLE = {"id": 1, "cost": 5, "adopted amount": 20, "comment": 21}
TARGET = Target("Outputs", 20, (2, 6), {"tbloutputs": TABLE}, frozenset({"a.b"}))


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("T2", "Outputs", True),
        ("T2", "Plan", False),
        ("T1+T7", "Outputs", False),
        ("S2:U2", "Outputs", True),
        ("$A$1:$S$9", "Outputs", False),
        ("Outputs!T:T", "Plan", True),
        ("Outputs!A:S", "Plan", False),
        ("Outputs!3:4", "Plan", True),
        ("Outputs!8:9", "Plan", False),
        ("'outputs'!$T$4", "Plan", True),
        ("'Other outputs'!T4", "Plan", False),
        ("'it''s'!T4&Outputs!T4", "Plan", True),
        ("[1]Outputs!T4", "Plan", False),
        ("'[b.xlsx]Outputs'!T4", "Plan", False),
        ("[0]Outputs!T4", "Plan", True),
        ("SUM(Plan:Scenarios!T4)", "Plan", True),
        ("SUM('A b:C'!T4)", "Plan", True),
        ('"Outputs!T4"&A1', "Plan", False),
        ('IF(A1="""",Outputs!T4,0)', "Plan", True),
        ("Outputs!A1:Outputs!Z9", "Plan", True),
        ("SUM(Outputs!A2:INDEX(Outputs!A:A,9))", "Plan", True),
        ("SUM(INDEX(Outputs!A:A,1):INDEX(Outputs!Z:Z,2))", "Plan", True),
        ("INDEX(Outputs!A:A,3)", "Plan", False),
        ("OFFSET(A1,1,1)", "Plan", True),
        ("indirect(A1)", "Plan", True),
        ("tblOutputs[Adopted amount]", "Plan", True),
        ("TBLOUTPUTS[[#All],[adopted  amount]]", "Plan", True),
        ("tblOutputs[Cost]", "Plan", False),
        ("tblOutputs[[#This Row],[Cost]]*2", "Outputs", False),
        ("tblOutputs[@Cost]", "Outputs", False),
        ("tblOutputs[[Cost]:[Comment]]", "Plan", True),
        ("tblOutputs[[Id]:[Cost]]", "Plan", False),
        ("tblOutputs[#Totals]", "Plan", True),
        ("tblOutputs[#Headers]", "Plan", False),
        ("ROWS(tblOutputs)", "Plan", True),
        ("ROWS(tblOutputs[])", "Plan", True),
        ("tblOutputs[It's]", "Plan", True),
        ("tblOutputs[Unknown]", "Plan", True),
        ("[@[Adopted amount]]", "Outputs", True),
        ("[@Cost]", "Outputs", False),
        ("tblOther[Adopted amount]", "Plan", False),
        ("A.B*2", "Plan", True),
        ("a.bc*2", "Plan", False),
        ("LOG10(T2)", "Plan", False),
        ("t2+1", "outputs", True),
        ("1E5+TRUE", "Outputs", False),
    ],
)
def test_what_a_formula_depends_on(text: str, on: str, expected: bool) -> None:
    assert depends(Formula(on, "A1", text), TARGET) is expected


def test_a_shared_formula_reaches_as_far_as_it_is_repeated() -> None:
    assert not depends(Formula("Outputs", "AA2", "R2", 0, 1), TARGET)
    assert depends(Formula("Outputs", "AA2", "R2", 0, 2), TARGET)
    assert depends(Formula("Plan", "A1", "Outputs!T1", 1, 0), TARGET)


def test_names_are_followed_through_names() -> None:
    names = [
        ("one", "two*2"), ("two", "Outputs!$T$2"), ("three", "Outputs!$A$2"), ("moving", "Outputs!A2"), ("far", "OFFSET(B1,1,1)"),
    ]  # fmt: skip
    assert with_names(TARGET, names).names == {"a.b", "one", "two", "moving", "far"}


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_a_workbook_that_libreoffice_saved(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "plan.xlsx").write_bytes(rich())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), "in/plan.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    source, target = tmp_path / "plan.xlsx", tmp_path / "copy.xlsx"
    write_back(read_workbook(source), AMOUNTS, target)
    unchanged_but_for_the_column(source, target, outputs_part())
    assert {output.id: output.adopted for output in read_workbook(target).plan.outputs} == AMOUNTS


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a result to the copy; a plan that was saved since is warned of, a wrong kind of name refused."""
    from optimizer.run import request, run

    monkeypatch.chdir(tmp_path)
    source = saved(tmp_path, rich())
    (done,) = run(request(read_workbook(source), (), False, (), Path("results")))
    result = str(done.paths[0])

    def ask(*arguments: str) -> tuple[int, str]:
        found = CliRunner().invoke(writeback, [result, "--input", "plan.xlsx", "-o", *arguments])
        return found.exit_code, found.output

    code, said = ask("copy.xlsx")
    assert code == 0, said
    assert "5 adopted amounts of the scenario Base" in said
    assert "Warning" not in said
    assert ask("copy.xlsm")[0] == 2
    source.write_bytes(rich(formula("=1+1")))
    code, said = ask("second.xlsx")
    assert code == 0, said
    assert "Warning: plan.xlsx is not the file that" in said
