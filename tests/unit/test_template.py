"""The input workbook: what is in the shipped one, that it is built alike everywhere, and that the writer takes any plan."""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

from optimizer.files import sheets
from optimizer.files.schema import Kind, Sheet
from optimizer.files.template import Content, input_workbook, write_input_workbook
from optimizer.files.template_checks import EXTRA_ROWS, LONGEST_LIST
from optimizer.files.template_look import OWNER_COLOURS

INPUTS = Path(__file__).resolve().parents[2] / "inputs"
SCRIPT = INPUTS / "build_plan.py"
SHIPPED = INPUTS / "plan_outputs.xlsx"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_plan", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as container:
        return {name: container.read(name) for name in container.namelist()}


@pytest.fixture(scope="module")
def shipped() -> Any:
    return openpyxl.load_workbook(SHIPPED)


@pytest.fixture(scope="module")
def content() -> Content:
    found = script().content()
    assert isinstance(found, Content)
    return found


def rows(workbook: Any, sheet: Sheet) -> list[dict[str, Any]]:
    """The rows of a sheet by header, as a reader would see them."""
    header, *body = workbook[sheet.name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in body]


def small(**outputs: str) -> Content:
    """A plan of one output."""
    return Content(
        settings={"title": "Small & plain", "currency": "CHF", "schema_version": 1},
        rows={
            "Components": [{"id": "A", "title": "Only one"}],
            "Criteria": [{"id": "need", "title": "Need", "weight": 1}],
            "Outputs": [{"id": "1", "component": "A", "title": "T", "cost": 5, "minimum": 5, "score:need": 12.5, **outputs}],
        },
        tag_columns=("donor",),
    )


# The build


def test_two_builds_are_the_same_bytes_whatever_the_locale_the_folder_and_the_hash_seed(tmp_path: Path) -> None:
    built = []
    for seed, locale, zone, folder in (("1", "C", "UTC", tmp_path), ("2", "tr_TR.UTF-8", "Asia/Tokyo", INPUTS)):
        path = tmp_path / f"{seed}.xlsx"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        subprocess.run([sys.executable, str(SCRIPT), str(path)], cwd=folder, env=environment, check=True, capture_output=True)
        built.append(path.read_bytes())
    assert built[0] == built[1]


def test_the_shipped_workbook_is_what_its_sources_make(content: Content) -> None:
    """By part, not by byte: how well a part is compressed depends on the zlib that Python was built with."""
    built, kept = parts(input_workbook(content)), parts(SHIPPED.read_bytes())
    assert list(built) == list(kept)
    assert [name for name in built if built[name] != kept[name]] == [], "run python inputs/build_plan.py"


def test_the_container_holds_no_clock_and_no_operating_system() -> None:
    with zipfile.ZipFile(SHIPPED) as container:
        assert {(e.date_time, e.create_system) for e in container.infolist()} == {((1980, 1, 1, 0, 0, 0), 3)}
        assert b"2021-10-08T00:00:00Z" in container.read("docProps/core.xml")


# What the shipped plan says


def test_the_costs_add_up_to_the_printed_totals(shipped: Any) -> None:
    costs: Counter[str] = Counter()
    outputs = rows(shipped, sheets.OUTPUTS)
    for row in outputs:
        costs[row["Component"]] += row["Cost"]
    printed = {row["Id"]: row["Estimate"] for row in rows(shipped, sheets.COMPONENTS)}
    assert costs == printed == {"1": 190_000_000, "2": 20_000_000, "3": 15_000_000, "4": 8_000_000, "5": 4_000_000}
    assert sum(costs.values()) == 237_000_000
    assert Counter(row["Component"] for row in outputs) == {"1": 16, "2": 9, "3": 5, "4": 5, "5": 6}
    assert sum(row["Minimum viable amount"] for row in outputs) == 82_700_000


def test_every_output_stands_once_and_ids_are_text(shipped: Any) -> None:
    with (INPUTS / "source" / "plan_outputs.csv").open(encoding="utf-8", newline="") as file:
        printed = [row["output_id"] for row in csv.DictReader(file)]
    found = [row["Id"] for row in rows(shipped, sheets.OUTPUTS)]
    assert found == printed
    assert len(found) == 41
    assert {"1.1", "1.10"} & set(found) == {"1.10"}
    for sheet in sheets.SHEETS:
        for j, column in enumerate(sheet.columns, 1):
            if column.kind is Kind.ID:
                cells = [shipped[sheet.name].cell(i, j) for i in range(2, shipped[sheet.name].max_row + 1)]
                assert all(cell.value is None or isinstance(cell.value, str) for cell in cells)
                assert {cell.number_format for cell in cells} == {"@"}


def test_the_scores_follow_from_the_tags_and_dates_beside_them(shipped: Any) -> None:
    def count(row: dict[str, Any], tags: str) -> int:
        return len(row[f"Tags: {tags}"].split("; "))

    for row in rows(shipped, sheets.OUTPUTS):
        outcomes = {tag.split(".")[0] for tag in row["Tags: P&B outputs"].split("; ")}
        assert row["Score: conclusions"] == pytest.approx(100 * count(row, "conclusions paragraphs") / 8, abs=0.051)
        assert row["Score: sdg"] == pytest.approx(100 * count(row, "SDG targets") / 8, abs=0.051)
        assert row["Score: pb"] == 20 * len(outcomes)
        assert row["Score: urgency"] == 25 * (2026 - row["End"])
    assert 33.3 in {row["Score: standards"] for row in rows(shipped, sheets.OUTPUTS)}


def test_commitments_have_an_amount_and_a_reason(shipped: Any) -> None:
    committed = {row["Id"]: row for row in rows(shipped, sheets.OUTPUTS) if row["Status"] == "committed"}
    assert {key: row["Committed amount"] for key, row in committed.items()} == {
        "1.10": committed["1.10"]["Minimum viable amount"],
        "1.11": committed["1.11"]["Minimum viable amount"],
        **{key: committed[key]["Cost"] for key in ("2.05", "3.05", "4.04", "5.06")},
    }
    assert all(row["Reason or authority"] for row in committed.values())


def test_scenarios_have_names_that_files_can_have_and_changes_that_are_known(shipped: Any) -> None:
    names = [row["Scenario"] for row in rows(shipped, sheets.SCENARIOS)]
    assert names[0] == "Base"
    assert len(names) == len({name.casefold() for name in names}) == 11
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 -]*[A-Za-z0-9]", name) for name in names)
    for row in rows(shipped, sheets.CHANGES):
        assert row["Scenario"] in names
        assert row["Setting"] in sheets.CHANGE_SETTINGS
        assert row["Reason"]


def test_the_notice_stands_wherever_costs_by_output_are_shown(shipped: Any) -> None:
    notice = {row["Setting"]: row["Value"] for row in rows(shipped, sheets.PLAN)}["Notice"]
    assert notice == "Illustrative split: replace with the Office's costing"
    for sheet in (sheets.OUTPUTS, sheets.LEVELS):
        assert notice in shipped[sheet.name].oddHeader.left.text
    headers = {cell.value: cell for cell in shipped["Outputs"][1]}
    assert notice in headers["Cost"].comment.text
    assert notice in headers["Minimum viable amount"].comment.text
    assert {row["Cost basis"] for row in rows(shipped, sheets.OUTPUTS)} == {"illustrative"}
    assert any(str(cell.value).startswith(notice) for cell in shipped["Guide"]["B"])


# What every workbook is like


def test_each_sheet_is_one_table_from_a1_whose_columns_are_the_header_row(shipped: Any) -> None:
    assert shipped.sheetnames == [sheets.GUIDE, *(sheet.name for sheet in sheets.SHEETS)]
    for sheet in sheets.SHEETS:
        worksheet = shipped[sheet.name]
        (table,) = worksheet.tables.values()
        header = [cell.value for cell in worksheet[1]]
        assert table.name == sheet.table
        assert table.ref == worksheet.dimensions
        assert [column.name for column in table.tableColumns] == header
        assert len({name.casefold() for name in header}) == len(header)
        assert header[: len(sheet.columns)] == [column.header for column in sheet.columns]
        # A filter of the sheet's own over that of the table makes Excel repair the file.
        assert worksheet.auto_filter.ref is None
        assert worksheet.freeze_panes == "B2"
        assert not worksheet.protection.sheet


def test_the_headers_of_outputs_end_with_scores_tags_and_comment(shipped: Any) -> None:
    header = [cell.value for cell in shipped["Outputs"][1]]
    assert header[len(sheets.OUTPUTS.columns) :] == [
        *(
            f"{kind}: {key}"
            for key in ("conclusions", "sdg", "pb", "urgency", "standards", "measurable")
            for kind in ("Score", "Source")
        ),
        *(f"Tags: {name}" for name in ("conclusions paragraphs", "P&B outputs", "SDG targets", "other")),
        "Comment",
    ]


def test_every_header_has_a_note_and_says_who_owns_the_sheet(shipped: Any) -> None:
    for sheet in sheets.SHEETS:
        cells = shipped[sheet.name][1]
        notes = [cell.comment.text for cell in cells]
        assert f"Filled in by: {sheet.owner}." in notes[0]
        for column, note in zip(sheet.columns, notes, strict=False):
            assert column.note in note
        assert shipped[sheet.name].sheet_properties.tabColor.rgb == "FF" + OWNER_COLOURS[sheet.owner].strong[1:]


def test_drop_downs_and_limits_reach_beyond_the_last_row(shipped: Any) -> None:
    checks = {str(check.sqref): check for check in shipped["Outputs"].data_validations.dataValidation}
    last = 42 + EXTRA_ROWS
    assert checks[f"K2:K{last}"].formula1 == '"open,committed,deferred"'
    assert checks[f"B2:B{last}"].formula1 == "'Components'!$A$2:$A$6"
    assert (checks[f"F2:F{last}"].type, checks[f"F2:F{last}"].formula1) == ("whole", "0")
    assert "EXACT" in checks[f"A2:A{last}"].formula1
    letter = next(cell.column_letter for cell in shipped["Outputs"][1] if cell.value == "Score: conclusions")
    score = checks[f"{letter}2:{letter}{last}"]
    assert (score.type, score.formula1, score.formula2) == ("decimal", "0", "100")
    base = next(c for c in shipped["Plan"].data_validations.dataValidation if str(c.sqref) == "B14")
    assert base.formula1 == "'Scenarios'!$A$2:$A$12"


def test_every_choice_of_the_schema_is_a_drop_down_short_enough_for_excel(shipped: Any) -> None:
    counted = 0
    for sheet in sheets.SHEETS:
        found = {check.formula1 for check in shipped[sheet.name].data_validations.dataValidation}
        for column in sheets.SETTINGS if sheet is sheets.PLAN else sheet.columns:
            if column.choices:
                counted += 1
                listed = ",".join(column.choices)
                assert len(listed) <= LONGEST_LIST
                assert f'"{listed}"' in found
    assert counted >= 12


def test_there_are_no_formulas_and_the_only_links_are_the_guides(shipped: Any) -> None:
    for worksheet in shipped:
        for row in worksheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    linked = {str(cell.value) for row in shipped["Guide"].iter_rows() for cell in row if cell.hyperlink}
    assert linked == {sheet.name for sheet in sheets.SHEETS}


def test_pages_are_a4_landscape_with_the_header_row_repeated_and_named(shipped: Any) -> None:
    for worksheet in shipped:
        assert (worksheet.page_setup.orientation, worksheet.page_setup.paperSize) == ("landscape", 9)
        assert worksheet.oddFooter.left.text.endswith("&A")
        assert worksheet.oddFooter.right.text.endswith("Page &P of &N")
        if worksheet.title != sheets.GUIDE:
            assert worksheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "https://example.org", "{=1}", "0012", "internal:Plan!A1"])
def test_text_stays_the_text_it_is(text: str) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(input_workbook(small(title=text, comment=text, unit=text))))
    row = rows(workbook, sheets.OUTPUTS)[0]
    assert (row["Title"], row["Comment"], row["Responsible unit"]) == (text, text, text)
    cell = workbook["Outputs"]["C2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_any_plan_fits_with_its_own_criteria_and_tags_and_nothing_of_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    write_input_workbook(path, small(**{"tags:donor": "x; y"}))
    workbook: Any = openpyxl.load_workbook(path)
    assert rows(workbook, sheets.OUTPUTS)[0]["Score: need"] == 12.5
    assert [c.value for c in workbook["Outputs"][1]][-4:] == ["Score: need", "Source: need", "Tags: donor", "Comment"]
    assert workbook["Outputs"].oddHeader.left.text.endswith("Small && plain")
    everything = b"".join(parts(path.read_bytes()).values())
    assert not re.search(rb"ILO|GB\.343|SDG|llustrative split", everything)


def test_a_sheet_without_rows_has_one_blank_row_to_type_into() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(input_workbook(small())))
    for sheet in (sheets.LINKS, sheets.LEVELS, sheets.COVERAGE, sheets.SCENARIOS, sheets.CHANGES):
        (table,) = workbook[sheet.name].tables.values()
        assert table.ref == f"A1:{chr(64 + len(sheet.columns))}2"
        assert set(rows(workbook, sheet)[0].values()) == {None}
    listed = [c.formula1 for c in workbook["Coverage"].data_validations.dataValidation]
    assert '"donor"' in listed


def test_rows_keep_a_height_that_grows_with_their_text_and_the_header_a_fixed_one() -> None:
    found = parts(SHIPPED.read_bytes())
    for number in range(2, len(sheets.SHEETS) + 2):
        opening = re.findall(rb'<row r="(\d+)"([^>]*)>', found[f"xl/worksheets/sheet{number}.xml"])
        assert [row for row, rest in opening if b"customHeight" in rest] == [b"1"]
        assert all(b" ht=" in rest for row, rest in opening)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (Content({}, {"Output": []}), "unknown sheets: Output"),
        (Content({"titel": "x"}, {}), "unknown settings: titel"),
        (Content({}, {"Components": [{"name": "x"}]}), "unknown columns of Components: name"),
        (Content({}, {"Criteria": [{"id": "a"}, {"id": "A"}]}), "Outputs: a header stands twice"),
        (Content({}, {"Components": [{"title": "x" * 32768}]}), "a text of 32768 characters does not fit a cell"),
    ],
)
def test_content_that_does_not_fit_is_refused(content: Content, told: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=told):
        write_input_workbook(tmp_path / "x.xlsx", content)
    assert not (tmp_path / "x.xlsx").exists()
