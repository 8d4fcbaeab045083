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
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

from optimizer.files import sheets
from optimizer.files.changes import settings
from optimizer.files.reader import read_workbook
from optimizer.files.schema import Kind, Owner, Sheet
from optimizer.files.template import Content, input_workbook, write_input_workbook
from optimizer.files.template_checks import EXTRA_ROWS, LONGEST_LIST
from optimizer.files.template_look import OWNER_COLOURS
from optimizer.fund import Fund
from optimizer.plan import Basis, Limit, Output
from optimizer.target import Target
from optimizer.timing import Period, ProfileRow

INPUTS = Path(__file__).resolve().parents[2] / "inputs"
SCRIPT = INPUTS / "build_plan.py"
SHIPPED = INPUTS / "plan_outputs.xlsx"
EXAMPLE = INPUTS / "canton_programme.xlsx"


def script(path: Path = SCRIPT) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as container:
        return {name: container.read(name) for name in container.namelist()}


@pytest.fixture(scope="module")
def content() -> Content:
    found = script().content()
    assert isinstance(found, Content)
    return found


@pytest.fixture(scope="module")
def built(content: Content) -> bytes:
    """The shipped workbook, as its sources make it: one test says that the file is this."""
    return input_workbook(content)


@pytest.fixture(scope="module")
def shipped(built: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(built))


def present(workbook: Any) -> list[Sheet]:
    """Sheets of money by period are there only where there are periods, Targets only where there are any."""
    found = [sheet for sheet in sheets.SHEETS if sheet.name in workbook.sheetnames]
    assert set(sheets.SHEETS) - set(found) <= {*sheets.BY_PERIOD, sheets.TARGETS}
    return found


def listed_settings(workbook: Any) -> list[str]:
    """What the drop-down of Scenario changes offers: cells of the Guide."""
    (check,) = (c for c in workbook["Scenario changes"].data_validations.dataValidation if str(c.sqref).startswith("D2:"))
    sheet, _, cells = check.formula1.partition("!")
    assert (sheet, check.errorStyle) == ("'Guide'", "warning")
    return [row[0].value for row in workbook["Guide"][cells.replace("$", "")]]


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


PERIODS = ("2022–23", "2024–25")


def funded(**more: Any) -> Content:
    """A plan of two outputs with money by source and period."""
    plain = small()
    output = plain.rows["Outputs"][0]
    rows: dict[str, Any] = {
        **plain.rows,
        "Outputs": [
            {**output, "cost": 100, "minimum": 40, "start": 2022, "end": 2025, "tier": 1, "spent": 10, "delivered": 5,
             "adopted": 60},
            {**output, "id": "1.10", "title": "U", "tags:donor": "x"},
        ],
        "Periods": [
            {"name": "2022–23", "first": 2022, "last": 2023},
            {"name": "2024–25", "first": 2024, "last": 2025, "comment": "to come"},
        ],
        "Funds": [
            {"id": "RB", "title": "Regular", "category": "regular budget", "carry_over": "yes", "cap": 5, "amount:2022–23": 60,
             "amount:2024–25": 40, "comment": "assessed"},
            {"id": "XB", "title": "Projects", "category": "projects", "components": "A", "outputs": "1.10; 1", "tags": "x",
             "amount:2022–23": 20, "amount:2024–25": 0},
        ],
        "Profile": [
            {"output": "1", "fund": "RB", "basis": "shares", "part:2022–23": 33.3, "part:2024–25": 66.7, "comment": "late"},
            {"output": "1", "share": 40, "basis": "amounts", "part:2022–23": 40},
        ],
        "Scenarios": [{"name": "Sources", "resources_basis": "% of funds", "resources": 90}],
        "Scenario changes": [
            {"scenario": "Sources", "kind": "fund", "item": "RB", "setting": "amount 2024–25", "value": 50},
            {"scenario": "Sources", "kind": "plan", "item": "*", "setting": "allowed drops", "value": "none"},
        ],
    }  # fmt: skip
    plan = {**plain.settings, "first_open_year": 2024, "later_start": "yes", "continuity": "yes", "allowed_changes": 2}
    return Content(plan, {**rows, **more}, plain.tag_columns)


# The build


def test_two_builds_are_the_same_bytes_whatever_the_locale_the_folder_and_the_hash_seed(tmp_path: Path) -> None:
    built = []
    for seed, locale, zone, folder in (("1", "C", "UTC", tmp_path), ("2", "tr_TR.UTF-8", "Asia/Tokyo", INPUTS)):
        path = tmp_path / f"{seed}.xlsx"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        subprocess.run([sys.executable, str(SCRIPT), str(path)], cwd=folder, env=environment, check=True, capture_output=True)
        built.append(path.read_bytes())
    assert built[0] == built[1]


def test_the_shipped_workbook_is_what_its_sources_make(built: bytes) -> None:
    """By part, not by byte: how well a part is compressed depends on the zlib that Python was built with."""
    made, kept = parts(built), parts(SHIPPED.read_bytes())
    assert list(made) == list(kept)
    assert [name for name in made if made[name] != kept[name]] == [], "run python inputs/build_plan.py"


def test_the_second_example_is_what_its_sources_make() -> None:
    made, kept = parts(input_workbook(script(INPUTS / "build_example.py").content())), parts(EXAMPLE.read_bytes())
    assert [name for name in made | kept if made.get(name) != kept.get(name)] == [], "run python inputs/build_example.py"
    document = read_workbook(EXAMPLE)
    assert (document.findings, len(document.plan.outputs)) == ((), 120)


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
    for sheet in present(shipped):
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
    assert len(names) == len({name.casefold() for name in names}) >= 11
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 -]*[A-Za-z0-9]", name) for name in names)
    known = listed_settings(shipped)
    for row in rows(shipped, sheets.CHANGES):
        assert row["Scenario"] in names
        assert row["Setting"] in known
        assert row["Reason"]


def test_the_notice_stands_wherever_costs_by_output_are_shown(shipped: Any) -> None:
    notice = {row["Setting"]: row["Value"] for row in rows(shipped, sheets.PLAN)}["Notice"]
    assert notice == "Illustrative split: replace with the Office's costing"
    for sheet in (sheets.OUTPUTS, sheets.LEVELS, sheets.PROFILE):
        assert sheet not in present(shipped) or notice in shipped[sheet.name].oddHeader.left.text
    headers = {cell.value: cell for cell in shipped["Outputs"][1]}
    assert notice in headers["Cost"].comment.text
    assert notice in headers["Minimum viable amount"].comment.text
    assert {row["Cost basis"] for row in rows(shipped, sheets.OUTPUTS)} == {"illustrative"}
    assert any(str(cell.value).startswith(notice) for cell in shipped["Guide"]["B"])


def test_targets_stand_as_the_document_prints_them(shipped: Any) -> None:
    with (INPUTS / "source" / "targets.csv").open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    found = rows(shipped, sheets.TARGETS)
    for key in ("measure", "target", "deadline"):
        assert [row[key.capitalize()] for row in found] == [row[key] for row in printed]
    assert [row["Output"] for row in found] == [row["output_id"] for row in printed]
    assert [row["Source"].casefold() for row in found] == [row["source"].casefold() for row in printed]
    assert {row["Comment"] for row in found} == {"Printed.", "Frequency printed; the 6 is editorial."}


@pytest.mark.parametrize(("path", "languages"), [(SHIPPED, {"fr", "es"}), (EXAMPLE, {"fr"})], ids=["plan", "example"])
def test_everything_with_a_title_has_its_translations(path: Path, languages: set[str]) -> None:
    document = read_workbook(path)
    plan = document.plan
    for item in (plan, *plan.components, *plan.criteria, *plan.outputs, *document.scenarios):
        assert {language for language, _ in item.titles} == languages
    for output in plan.outputs:
        assert {language for language, _ in output.short_titles} == languages
        for language, text in (*output.titles, *output.short_titles):
            assert "'" not in text, text
            assert not re.search(r" [:;»]|« |n° |núm\. |  ", text), f"{language}: a space that does not break: {text}"
        assert all(len(text) <= 72 for _, text in output.short_titles)
    for language in languages:
        for find in (Output.titled, Output.named):
            assert len({find(output, language) for output in plan.outputs}) == len(plan.outputs)


def test_the_guide_says_that_the_translations_are_not_the_official_ones(shipped: Any) -> None:
    said = {label.value: text.value for label, text in shipped["Guide"]["B1:C60"]}
    assert "not those of the official versions" in said["Working translations"]


# What every workbook is like


def test_each_sheet_is_one_table_from_a1_whose_columns_are_the_header_row(shipped: Any) -> None:
    assert shipped.sheetnames == [sheets.GUIDE, *(sheet.name for sheet in present(shipped))]
    for sheet in present(shipped):
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


def test_the_headers_of_outputs_end_with_scores_tags_comment_and_translations(shipped: Any) -> None:
    header = [cell.value for cell in shipped["Outputs"][1]]
    assert header[len(sheets.OUTPUTS.columns) :] == [
        *(
            f"{kind}: {key}"
            for key in ("conclusions", "sdg", "pb", "urgency", "standards", "measurable")
            for kind in ("Score", "Source")
        ),
        *(f"Tags: {name}" for name in ("conclusions paragraphs", "P&B outputs", "SDG targets", "other")),
        "Comment",
        *(f"{title} ({language})" for language in ("fr", "es") for title in ("Title", "Short title")),
    ]


def test_every_header_has_a_note_and_says_who_owns_the_sheet(shipped: Any) -> None:
    for sheet in present(shipped):
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
    base = next(c for c in shipped["Plan"].data_validations.dataValidation if str(c.sqref) == "B19")
    assert base.formula1 == f"'Scenarios'!$A$2:$A${len(rows(shipped, sheets.SCENARIOS)) + 1}"


def test_every_choice_of_the_schema_is_a_drop_down_short_enough_for_excel(shipped: Any) -> None:
    counted = 0
    for sheet in present(shipped):
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
    assert linked == {sheet.name for sheet in present(shipped)}


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


# Money by source and period


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "funded.xlsx"
    write_input_workbook(path, funded())
    document = read_workbook(path)
    plan = document.plan
    assert document.findings == ()
    assert plan.periods == (Period("2022–23", 2022, 2023), Period("2024–25", 2024, 2025))
    assert plan.funds == (
        Fund("RB", "Regular", "regular budget", (60, 40), carry_over=True, cap=5, comment="assessed"),
        Fund("XB", "Projects", "projects", (20, 0), ("A",), ("1.10", "1"), ("x",)),
    )
    first, second = plan.outputs
    assert first.profile == (
        ProfileRow((Fraction("33.3"), Fraction("66.7")), None, "RB"),
        ProfileRow((Fraction(40), Fraction(0)), 40, "", by_amount=True),
    )
    assert (first.tier, first.spent, first.delivered, first.adopted) == (1, 10, 5, 60)
    assert (second.profile, second.tier, second.spent, second.delivered, second.adopted) == ((), None, 0, 0, None)
    assert (plan.first_open_year, plan.later_start, plan.continuity) == (2024, True, True)
    assert (plan.allowed_changes, plan.allowed_drops) == (2, None)
    (scenario,) = document.scenarios
    assert scenario.resources == Limit(Basis.FUNDS, Fraction(90))
    assert [str(change) for change in scenario.changes] == ["fund.RB.amount 2024–25=50", "plan.*.allowed drops=none"]


def test_sheets_of_money_by_period_come_with_the_periods() -> None:
    """Empty, with a column for each period, as soon as there are any."""
    without: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(small())))
    assert not {sheet.name for sheet in sheets.BY_PERIOD} & set(without.sheetnames)
    assert any("Can be added, for money by source and period" in str(cell.value) for cell in without["Guide"]["B"])
    waiting: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(funded(Funds=[], Profile=[]))))
    assert waiting.sheetnames == [sheets.GUIDE, *(sheet.name for sheet in sheets.SHEETS if sheet is not sheets.TARGETS)]
    assert not any("by source and period" in str(cell.value) for cell in waiting["Guide"]["B"])
    for sheet, prefix in (("Funds", "Amount"), ("Profile", "Part")):
        header = [cell.value for cell in waiting[sheet][1]]
        assert header[-3:] == [*(f"{prefix}: {name}" for name in PERIODS), "Comment"]
        assert {cell.value for cell in waiting[sheet][2]} == {None}


def test_sheets_of_money_have_their_owner_their_checks_and_their_formats() -> None:
    workbook: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(funded())))
    funds, profile = workbook["Funds"], workbook["Profile"]
    assert [cell.value for cell in funds[1]][-3:] == ["Amount: 2022–23", "Amount: 2024–25", "Comment"]
    assert [cell.value for cell in profile[1]][-3:] == ["Part: 2022–23", "Part: 2024–25", "Comment"]
    assert funds.sheet_properties.tabColor.rgb == "FF" + OWNER_COLOURS[Owner.MOBILIZATION].strong[1:]
    assert "Filled in by: resource mobilization." in funds["A1"].comment.text
    checks = {str(check.sqref): check for check in funds.data_validations.dataValidation}
    assert checks["G2:G203"].formula1 == '"yes,no"'
    assert checks["I2:I203"].type == "whole"
    assert funds["I2"].number_format == "#,##0"
    lists = {str(check.sqref): check.formula1 for check in profile.data_validations.dataValidation}
    assert (lists["A2:A203"], lists["C2:C203"]) == ("'Outputs'!$A$2:$A$3", "'Funds'!$A$2:$A$3")
    assert profile["E2"].number_format == "[>=1000]#,##0;General"
    assert workbook["Periods"].sheet_properties.tabColor.rgb == "FF" + OWNER_COLOURS[Owner.FINANCE].strong[1:]


def test_the_notice_stands_where_amounts_by_output_and_period_do() -> None:
    labelled = replace(funded(), settings={**funded().settings, "notice": "Made up"})
    workbook: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(labelled)))
    assert "Made up" in workbook["Profile"].oddHeader.left.text
    assert "Made up" in workbook["Profile"]["E1"].comment.text
    assert "Made up" not in workbook["Funds"].oddHeader.left.text


def test_the_guide_lists_every_setting_of_the_plan_for_the_drop_down() -> None:
    workbook: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(funded())))
    found = listed_settings(workbook)
    assert found == [setting.name for setting in settings(["need"], PERIODS)]
    assert {"score need", "amount 2022–23", "first open year", "restriction"} < set(found)
    # The list stands below what is printed.
    printed = workbook["Guide"].print_area.rpartition("$")[2]
    first = next(cell.row for cell in workbook["Guide"]["B"] if cell.value == "What a scenario can change")
    assert int(printed) < first


def test_rows_keep_a_height_that_grows_with_their_text_and_the_header_a_fixed_one(built: bytes, shipped: Any) -> None:
    found = parts(built)
    for number in range(2, len(present(shipped)) + 2):
        opening = re.findall(rb'<row r="(\d+)"([^>]*)>', found[f"xl/worksheets/sheet{number}.xml"])
        assert [row for row, rest in opening if b"customHeight" in rest] == [b"1"]
        assert all(b" ht=" in rest for row, rest in opening)


# Targets and translations


def spoken() -> Content:
    """The small plan with a target, and with titles in two languages where a sheet may have them."""
    plain = small()
    output = {**plain.rows["Outputs"][0], "short_title": "S", "title:fr": "Un", "short_title:fr": "U", "title:de": "Eins"}
    rows: dict[str, Any] = {
        **plain.rows,
        "Components": [{"id": "A", "title": "Only one", "comment": "c", "title:fr": "Seule"}],
        "Outputs": [output, {**plain.rows["Outputs"][0], "id": "1.10", "title:de": "Zwei"}],
        "Targets": [
            {"output": "1", "measure": "people", "target": "50%", "deadline": "2026", "source": "p. 1", "comment": "printed"},
            {"output": "1.10", "measure": "=places", "target": "2"},
        ],
        "Scenarios": [{"name": "One", "title": "First", "resources_basis": "amount", "resources": 9, "title:fr": "Premier"}],
    }
    return Content({**plain.settings, "title:es": "Pequeño"}, rows, plain.tag_columns)


def test_targets_and_translations_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "spoken.xlsx"
    write_input_workbook(path, spoken())
    document = read_workbook(path)
    plan = document.plan
    assert plan.targets == (Target("1", "people", "50%", "2026", "p. 1"), Target("1.10", "=places", "2"))
    assert (plan.titles, plan.components[0].titles, plan.criteria[0].titles) == ((("es", "Pequeño"),), (("fr", "Seule"),), ())
    assert [output.titles for output in plan.outputs] == [(("de", "Eins"), ("fr", "Un")), (("de", "Zwei"),)]
    assert [output.short_titles for output in plan.outputs] == [(("fr", "U"),), ()]
    assert document.scenarios[0].titles == (("fr", "Premier"),)
    assert [finding.code for finding in document.findings] == ["untranslated"]


def test_the_sheet_of_targets_is_there_only_when_filled() -> None:
    without: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(small())))
    assert "Targets" not in without.sheetnames
    assert any("Can be added, for what is to be counted: Targets." in str(cell.value) for cell in without["Guide"]["B"])
    workbook: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(spoken())))
    assert not any("what is to be counted: Targets." in str(cell.value) for cell in workbook["Guide"]["B"])
    (described,) = (row for row in workbook["Guide"]["B1:E60"] if row[0].value == "Targets")
    assert [cell.value for cell in described[1:]] == ["Technical units", "measurable target of an output", sheets.TARGETS.note]
    targets = workbook["Targets"]
    assert [cell.value for cell in targets[1]] == ["Output", "Measure", "Target", "Deadline", "Source", "Comment"]
    assert targets.sheet_properties.tabColor.rgb == "FF" + OWNER_COLOURS[Owner.UNITS].strong[1:]
    assert "Filled in by: technical units." in targets["A1"].comment.text
    checks = {str(check.sqref): check.formula1 for check in targets.data_validations.dataValidation}
    assert checks == {"A2:A203": "'Outputs'!$A$2:$A$3"}
    assert (targets.page_setup.fitToHeight, targets.print_title_rows) == (0, "$1:$1")


def test_translations_stand_last_and_on_a_page_of_their_own() -> None:
    workbook: Any = openpyxl.load_workbook(io.BytesIO(input_workbook(spoken())))
    heads = {name: [cell.value for cell in workbook[name][1]] for name in ("Components", "Outputs", "Criteria", "Scenarios")}
    assert heads["Components"][-2:] == ["Comment", "Title (fr)"]
    assert heads["Outputs"][-4:] == ["Comment", "Title (fr)", "Short title (fr)", "Title (de)"]
    assert (heads["Criteria"][-1], heads["Scenarios"][-1]) == ("Comment", "Title (fr)")
    for name, count in (("Components", 1), ("Outputs", 5), ("Criteria", 0), ("Scenarios", 1)):
        assert len(workbook[name].col_breaks.brk) == count
        if count:
            breaks = {page.id for page in workbook[name].col_breaks.brk}
            assert breaks >= {j for j, head in enumerate(heads[name]) if head.startswith("Title (")}
            assert workbook[name].print_title_cols == "$A:$A"
    assert "in the language fr" in workbook["Components"].cell(1, len(heads["Components"])).comment.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (Content({}, {"Components": [{"title:french": "x"}]}), "unknown columns of Components: title:french"),
        (Content({}, {"Components": [{"short_title:fr": "x"}]}), "unknown columns of Components: short_title:fr"),
        (Content({}, {"Levels": [{"title:fr": "x"}]}), "unknown columns of Levels: title:fr"),
        (Content({"title:de": "x"}, {}), "unknown settings: title:de"),
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
