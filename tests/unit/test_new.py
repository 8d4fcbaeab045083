"""New input workbooks: an empty one, an example, and one with the data of an older layout, in which nothing is lost."""

from __future__ import annotations

import datetime
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from optimizer.files import older, sheets
from optimizer.files.carry import carry
from optimizer.files.document import InputWorkbook
from optimizer.files.example import example
from optimizer.files.fresh import renewed, report, write_new
from optimizer.files.publish import CheckFailed, OutputRefused
from optimizer.files.reader import read_workbook
from optimizer.files.results import is_ours
from optimizer.files.starter import empty
from optimizer.files.template import Content, input_workbook
from optimizer.files.template_left import LEFT
from optimizer.findings import InputRefused
from optimizer.plan import Status
from tests.workbooks import FUNDED, TITLED, Edit, book, both, put, repack, row, saved

SHIPPED = Path(__file__).resolve().parents[2] / "inputs" / "plan_outputs.xlsx"


def written(content: Content) -> Any:
    return openpyxl.load_workbook(io.BytesIO(input_workbook(content)))


def renew(folder: Path, data: bytes) -> tuple[Path, list[str], dict[str, str]]:
    """The new workbook of an older one's bytes, what was said, and what is left: content and reason by sheet!cell."""
    old = saved(folder, data, "old.xlsx")
    new = folder / "new.xlsx"
    content, found = renewed(old)
    write_new(new, content)
    assert old.read_bytes() == data, "the older workbook is only read"
    return new, list(report(content, found)), {f"{each.sheet}!{each.cell}": f"{each.value} | {each.why}" for each in content.left}


def said(document: InputWorkbook) -> list[tuple[str, str, str, str]]:
    """All that somebody typed: not the names and meanings of settings, which every layout has its own of."""
    layout = ("Setting", "Meaning")
    cells = (cell for cell in document.cells if not (cell.sheet == "Plan" and cell.column in layout))
    return sorted((cell.sheet, cell.row, cell.column, cell.value) for cell in cells)


def values(path: Path, sheet: str) -> list[dict[str, Any]]:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


# Empty


def test_an_empty_workbook_asks_for_little_and_says_what_first(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_new(path, empty())
    assert not is_ours(path), "no mark of a result: nothing may ever replace it"
    with pytest.raises(InputRefused) as refused:
        read_workbook(path)
    assert [f"{f.sheet}!{f.cell}" for f in refused.value.findings] == [
        "Components!A2", "Outputs!A2", "Plan!B2", "Plan!B6", "Scenarios!D2",
    ]  # fmt: skip
    assert "at least one output is expected (type the first directly below the headers)" in str(refused.value)


def test_an_empty_workbook_has_every_sheet_as_a_table_with_lists_that_grow() -> None:
    workbook = written(empty())
    assert workbook.sheetnames == [sheets.GUIDE, *(sheet.name for sheet in sheets.SHEETS)]
    assert all(len(workbook[sheet.name].tables) == 1 for sheet in sheets.SHEETS)
    checks = {str(check.sqref): check.formula1 for check in workbook["Outputs"].data_validations.dataValidation}
    assert checks["B2:B202"] == "OFFSET('Components'!$A$2,0,0,MAX(1,COUNTA('Components'!$A$2:$A$202)),1)"


def test_the_guide_explains_the_day_in_ten_lines() -> None:
    guide = written(empty())["Guide"]
    labels = [str(cell.value) for cell in guide["B"] if cell.value]
    assert [label.split(".")[0] for label in labels[2:12]] == [str(i) for i in range(1, 11)]
    text = " ".join(str(cell.value) for cell in guide["C"])
    for command in (
        "optimizer check FILE.xlsx",
        "optimizer run FILE.xlsx",
        "optimizer watch FILE.xlsx",
        "optimizer replan FILE.xlsx",
    ):
        assert command in text


def test_an_empty_workbook_filled_in_as_it_asks_is_read_without_findings(tmp_path: Path) -> None:
    """Typed as a planner would, with what check asks for and nothing more."""
    path = tmp_path / "plan.xlsx"
    write_new(path, empty(["need"], ["2026–27"], ["goals"]))
    workbook: Any = openpyxl.load_workbook(path)
    typed = {
        "Plan": {"B2": "A plan", "B6": "US$"},
        "Criteria": {"B2": "Need"},
        "Periods": {"B2": 2026, "C2": 2027},
        "Scenarios": {"D2": 60},
        "Components": {"A2": "1", "B2": "All"},
    }
    for name, cells in typed.items():
        for address, value in cells.items():
            workbook[name][address].value = value
    row = {"Id": "1.10", "Component": "1", "Title": "T", "Cost": 10, "Minimum viable amount": 5, "Start": 2026, "End": 2027,
           "Score: need": 50, "Tags: goals": "x"}  # fmt: skip
    for cell in list(workbook["Outputs"][1]):
        workbook["Outputs"].cell(2, cell.column).value = row.get(cell.value)
    workbook.save(path)
    document = read_workbook(path)
    assert document.findings == ()
    assert (document.plan.outputs[0].id, document.plan.periods[0].name) == ("1.10", "2026–27")


# The example


def test_the_example_is_read_without_findings_and_shows_every_sheet(tmp_path: Path) -> None:
    path = tmp_path / "example.xlsx"
    write_new(path, example())
    document = read_workbook(path)
    plan = document.plan
    assert document.findings == ()
    assert (len(plan.outputs), len(plan.components), len(plan.periods), len(plan.funds)) == (8, 3, 2, 2)
    assert all(example().rows.get(sheet.name) for sheet in sheets.SHEETS if sheet is not sheets.PLAN)
    assert "invented" in plan.notice
    assert plan.title.startswith("Example")
    assert {output.status for output in plan.outputs} == {Status.OPEN, Status.COMMITTED}


# From an older workbook


def test_the_shipped_workbook_carried_over_is_the_same_plan_and_scenarios(tmp_path: Path) -> None:
    new = tmp_path / "new.xlsx"
    content, _ = renewed(SHIPPED)
    write_new(new, content)
    before, after = read_workbook(SHIPPED), read_workbook(new)
    assert (after.plan, after.scenarios, after.base_scenario) == (before.plan, before.scenarios, before.base_scenario)
    assert said(after) == said(before)
    assert content.left == ()
    assert content.about, "what the Guide says on the data is kept"


@pytest.mark.parametrize("made", [FUNDED, TITLED], ids=["funded", "titled"])
def test_a_workbook_of_other_hands_reads_as_before(made: dict[str, list[list[object]]], tmp_path: Path) -> None:
    """No tables, no Guide, no styles; other columns; ids such as 1.10."""
    data = book(sheets=made)
    new, lines, left = renew(tmp_path, data)
    before, after = read_workbook(saved(tmp_path, data, "before.xlsx")), read_workbook(new)
    assert (after.plan, after.scenarios, said(after)) == (before.plan, before.scenarios, said(before))
    assert left == {}
    assert "as it was" in lines[-1]


def reordered(workbook: Any) -> None:
    """Columns the other way round, a line above the headers, older names, a sheet and a column that nobody knows."""
    outputs = workbook["Outputs"]
    lines = [[cell.value for cell in line][::-1] for line in outputs.iter_rows()]
    outputs.delete_rows(1, outputs.max_row)
    for line in [["Printed in 2019"], [*lines[0], "Scor: need", "Priorty"], *([*line, 7, "high"] for line in lines[1:])]:
        outputs.append(line)
    for cell in workbook["Components"][1]:
        cell.value = {"Minimum: basis": "Floor: basis", "Minimum: value": "floor:value"}.get(cell.value, cell.value)
    workbook.create_sheet("Memo").append(["ask the board", None, 12.5])
    del workbook["Coverage"], workbook["Levels"]
    workbook["Plan"]["B7"] = 0
    workbook["Plan"].append(["Delivery steps", 3, None, "from the board"])


def test_an_older_layout_is_carried_over_and_what_has_no_place_is_listed(tmp_path: Path) -> None:
    new, lines, left = renew(tmp_path, book(reordered))
    document = read_workbook(new)
    assert [output.id for output in document.plan.outputs] == ["1.1", "1.10", "1.2", "2.1", "2.2"]
    assert document.plan.components[0].minimum is not None
    assert {finding.code for finding in document.findings} == {"unknown-sheet"}
    assert left["Outputs!A1"] == "Printed in 2019 | above the headers"
    assert left["Outputs!Q3"].startswith("7 | no such column")
    assert left["Outputs!R7"].startswith("high | no such column")
    assert left["Memo!C1"].startswith("12.5 | no such sheet")
    assert left["Plan!B9"] == "3 | no such setting; did you mean Delivery step?"
    assert left["Plan!D9"].startswith("from the board")
    text = "\n".join(lines)
    assert "Components: the column Floor: basis is now Minimum: basis" in text
    assert "schema version 0 is now 1" in text
    assert "Outputs, Priorty (R3:R7): no such column" in text
    kept = values(new, LEFT)
    assert {
        "Sheet": "Outputs",
        "Cell": "R4",
        "Row": "1.10",
        "Column": "Priorty",
        "Value": "high",
        "Why": "no such column",
    } in kept
    assert len(kept) == len(left)
    again = carry(new).content.left
    assert {f"{each.sheet}!{each.cell}": f"{each.value} | {each.why}" for each in again} == left, "and the next time"


VALUES: dict[str, tuple[Edit, str, object]] = {  # None: it is listed instead
    "Outputs!E2": (put("Outputs!E2", "12,5k"), "Cost", "12,5k"),
    "Outputs!E3": (put("Outputs!E3", 10**17), "Cost", None),
    "Outputs!H2": (put("Outputs!H2", 1 / 3), "Committed amount", 1 / 3),
    "Outputs!L3": (put("Outputs!L3", 41.25), "Score: reach", 41.333333333333336),  # after `digits`
    "Outputs!A4": (put("Outputs!A4", 1.1), "Id", 1.1),
    "Outputs!D3": (put("Outputs!D3", "=1+1 ", "@"), "Short title", None),
    "Outputs!C2": (put("Outputs!C2", " +1 https://example.org"), "Title", " +1 https://example.org"),
    "Outputs!C3": (put("Outputs!C3", "two\nlines  "), "Title", "two\nlines  "),
    "Plan!B2": (put("Plan!B2", "1 & 2 <b>"), "Value", "1 & 2 <b>"),
    "Outputs!F4": (put("Outputs!F4", 12.0), "Minimum viable amount", 12),
    "Components!E2": (put("Components!E2", 0.0725, "0.00%"), "Minimum: value", 7.25),
    "Components!G3": (put("Components!G3", 0.5, "0%"), "Maximum: value", None),  # of an amount
    "Components!H2": (put("Components!H2", 0.4, "0%"), "Weight", None),
    "Components!I2": (put("Components!I2", 0.4, "0%"), "Comment", "40%"),
    "Components!I3": (put("Components!I3", datetime.datetime(2021, 10, 8)), "Comment", "2021-10-08"),
    "Components!D3": (put("Components!D3", datetime.datetime(2021, 10, 8)), "Minimum: basis", None),
    "Criteria!D3": (put("Criteria!D3", True), "What 0 means", None),
    "Scenario changes!E3": (put("Scenario changes!E3", 0.6, "0%"), "Value", 60),
    "Scenario changes!E4": (put("Scenario changes!E4", 0.6, "0%"), "Value", None),
}


def digits(_: str, part: bytes) -> bytes:
    """A number of 17 digits, as Excel saves the result of a division; openpyxl would write 16."""
    return part.replace(b"<v>41.25</v>", b"<v>41.333333333333336</v>")


def test_values_are_the_same_or_listed(tmp_path: Path) -> None:
    new, _, left = renew(tmp_path, repack(book(both(*(edit for edit, _, _ in VALUES.values()))), digits))
    workbook: Any = openpyxl.load_workbook(new)
    found = {}
    for address, (_, header, _) in VALUES.items():
        sheet, _, cell = address.partition("!")
        column = next(each.column for each in workbook[sheet][1] if each.value == header)
        found[address] = workbook[sheet].cell(int(cell[1:]), column).value
    assert found == {address: expected for address, (_, _, expected) in VALUES.items()}
    assert left.keys() == {address for address, (_, _, expected) in VALUES.items() if expected is None}


def cached(_: str, part: bytes) -> bytes:
    """As Excel saves a formula: with its value."""
    return re.sub(rb"<f>4000\+1000</f><v ?/?>(</v>)?", b"<f>4000+1000</f><v>5000</v>", part)


def test_formulas_are_carried_as_what_they_gave(tmp_path: Path) -> None:
    data = repack(book(both(put("Outputs!E2", "=4000+1000"), put("Outputs!E3", "=2*1500"))), cached)
    new, lines, left = renew(tmp_path, data)
    assert [row["Cost"] for row in values(new, "Outputs")][:2] == [5000, None]
    assert "Formulas, now the values they gave: Outputs!E2" in lines
    assert left.keys() == {"Outputs!E3"}
    assert left["Outputs!E3"].startswith("=2*1500 | a formula that was never calculated")


def test_notes_and_additions_to_the_guide_are_listed(tmp_path: Path) -> None:
    workbook: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(example())))
    workbook["Outputs"]["F3"].comment = Comment("Ask Ana", "me")
    workbook["Guide"]["H3"] = "Call the council before May"
    stream = io.BytesIO()
    workbook.save(stream)
    content, _ = renewed(saved(tmp_path, stream.getvalue()))
    assert {f"{each.sheet}!{each.cell}": f"{each.value} | {each.why}" for each in content.left} == {
        "Guide!H3": "Call the council before May | the Guide is written anew",
        "Outputs!F3": "Ask Ana | a note pinned to the cell",
    }


def test_what_stands_twice_or_nameless_is_listed(tmp_path: Path) -> None:
    edits = [
        row("Criteria", "Reach", "again", 1),
        row("Criteria", None, "nameless", 1),
        row("Plan", "Title", "Another"),
        put("Outputs!Q1", "title"),
        put("Outputs!S3", "stray"),
    ]
    left = carry(saved(tmp_path, book(both(*edits)))).content.left
    told = {(each.sheet, each.value): each.why for each in left}
    assert (
        told.items()
        >= {
            ("Criteria", "again"): "a second row of this name",
            ("Criteria", "nameless"): "a row without id",
            ("Plan", "Another"): "a second row of this setting",
            ("Outputs", "title"): "a second column of this name",
            ("Outputs", "stray"): "no header",
        }.items()
    )


def test_criteria_and_periods_without_a_sheet_have_at_least_their_names(tmp_path: Path) -> None:
    def drop(workbook: Any) -> None:
        del workbook["Criteria"], workbook["Periods"]

    found = carry(saved(tmp_path, book(drop, FUNDED)))
    rows = found.content.rows
    assert [row["id"] for row in rows["Criteria"]] == ["reach", "need"]
    assert [row["name"] for row in rows["Periods"]] == ["2020–21", "2022–23", "2024–25", "2026–27"]
    assert rows["Funds"][0]["amount:2022–23"] == 2000
    assert found.content.left == ()
    assert any("the names are those in the headers" in remark for remark in found.remarks)


def test_every_older_name_leads_to_a_column_of_today() -> None:
    known = {sheet.name: {column.key for column in sheet.columns} for sheet in sheets.SHEETS}
    for sheet, names in older.COLUMNS.items():
        assert set(names.values()) <= known[sheet]
    assert set(older.SHEETS.values()) <= known.keys()
    assert set(older.SETTINGS.values()) <= {setting.key for setting in sheets.SETTINGS}


def alone(workbook: Any) -> None:
    for name in workbook.sheetnames:
        workbook[name].title = f"My {name} of old"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (put("Plan!B7", 99), "schema version 99: at most 1 is expected"),
        (alone, "none of its sheets is known"),
    ],
)
def test_what_is_no_older_workbook_is_refused(edit: Edit, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=told):
        renewed(saved(tmp_path, book(edit)))


# Written whole or not at all


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_text("mine")
    with pytest.raises(OutputRefused, match="never replaced"):
        write_new(path, empty())
    assert path.read_text() == "mine"
    link = tmp_path / "link.xlsx"
    link.symlink_to(tmp_path / "nowhere.xlsx")
    with pytest.raises(OutputRefused, match="never replaced"):
        write_new(link, empty())


def meanwhile(path: Path) -> Callable[..., Any]:
    def other(draft: Path) -> Any:
        path.write_text("somebody was faster")
        return carry(draft)

    return other


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.xlsx"
    monkeypatch.setattr("optimizer.files.fresh.carry", meanwhile(path))
    with pytest.raises(OutputRefused, match="never replaced"):
        write_new(path, empty())
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("plan.xlsx", "somebody was faster")]


def test_without_links_the_draft_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    write_new(tmp_path / "plan.xlsx", empty())
    assert [each.name for each in tmp_path.iterdir()] == ["plan.xlsx"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
def test_stopped_half_way_nothing_is_left(stop: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: Path) -> None:
        raise stop

    monkeypatch.setattr("optimizer.files.fresh.carry", stopped)
    with pytest.raises(stop):
        write_new(tmp_path / "plan.xlsx", empty())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_reads_differently_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.files.fresh.input_workbook", lambda _: input_workbook(empty(["other"])))
    with pytest.raises(CheckFailed, match="Criteria, id: 'other', not 'need'"):
        write_new(tmp_path / "plan.xlsx", empty())
    assert list(tmp_path.iterdir()) == []
