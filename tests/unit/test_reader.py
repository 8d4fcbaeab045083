"""The reader of input workbooks: one workbook spoilt in one place, and exactly what is said about it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.table import Table, TableColumn

from optimizer.address import position
from optimizer.files.document import InputWorkbook
from optimizer.files.reader import read_workbook
from optimizer.findings import InputRefused, Severity
from optimizer.overrides import Change
from optimizer.plan import Basis, Coverage, Group, Level, Limit, Link, Status
from tests.workbooks import SHEETS, Edit, book, both, put, replaced, row, saved

SHIPPED = Path(__file__).parents[2] / "inputs" / "plan_outputs.xlsx"


def read(folder: Path, edit: Edit | None = None) -> InputWorkbook:
    return read_workbook(saved(folder, book(edit)))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> InputWorkbook:
    return read(tmp_path_factory.mktemp("small"))


# What is read


def test_small_workbook_has_nothing_to_complain_about(small: InputWorkbook) -> None:
    assert small.findings == ()
    assert (small.base_scenario, small.adopted, len(small.sha256)) == ("Base", "", 64)


def test_plan_settings(small: InputWorkbook) -> None:
    plan = small.plan
    assert (plan.title, plan.currency, plan.delivery_step, plan.unit_of_account, plan.display_unit) == (
        "A small plan",
        "US$",
        10,
        10,
        1000,
    )
    assert (plan.reference, plan.notice, plan.status) == ("", "", "draft")


def test_components_and_criteria(small: InputWorkbook) -> None:
    first, second = small.plan.components
    assert (first.id, first.title, first.weight) == ("1", "Advice", 1)
    assert (first.minimum, first.maximum) == (Limit(Basis.ESTIMATE, Fraction(40)), None)
    assert (second.minimum, second.maximum) == (Limit(Basis.AMOUNT, Fraction(1000)), Limit(Basis.AMOUNT, Fraction(6000)))
    assert (second.weight, second.comment) == (1, "second")
    assert [(c.id, c.weight, c.meaning_of_0) for c in small.plan.criteria] == [
        ("reach", 2, "nobody"), ("need", Fraction(3, 2), "")
    ]  # fmt: skip


def test_outputs(small: InputWorkbook) -> None:
    first, second, third, *_ = small.plan.outputs
    assert [o.id for o in small.plan.outputs] == ["1.1", "1.10", "1.2", "2.1", "2.2"]
    assert (first.cost, first.minimum, first.scores, first.judged) == (5000, 2000, (Fraction(80), Fraction(20)), (True, False))
    assert (first.tags, small.plan.tag_columns) == ((("1.3", "8.3"),), ("SDG targets",))
    assert (second.scores, second.status, second.start, second.end) == ((Fraction(61, 2), Fraction(60)), Status.OPEN, 2021, 2022)
    assert (third.status, third.committed, third.reason, third.comment) == (Status.COMMITTED, 500, "decided in 2021", "x")


def test_levels_links_groups_coverage(small: InputWorkbook) -> None:
    plan = small.plan
    assert plan.outputs[3].explicit_levels == (Level(1000, 20, "a first part"), Level(4000, 100, "all of it"))
    assert plan.links == (Link("1.10", "1.1", 50, "para. 3"), Link("2.2", "2.1"))
    assert small.soft_links == (Link("1.2", "2.1", 0, "para. 4"),)
    assert plan.groups == (Group("either", True, 1, ("1.10", "2.2")),)
    assert plan.coverage == (Coverage("SDG targets", "8.3", 1),)


def test_scenarios(small: InputWorkbook) -> None:
    base, low, protected = small.scenarios
    assert (base.resources, base.objective, base.changes) == (Limit(Basis.ESTIMATE, Fraction(75)), "delivery", ())
    assert (low.resources, low.objective, low.note) == (Limit(Basis.AMOUNT, Fraction(9000)), "delivery", "a reduction")
    assert low.changes == (Change("component", "*", "minimum", "none", "Scenario changes!E2", "to see", "(c)"),)
    assert protected.objective == "money-weighted"
    assert [str(change) for change in protected.changes] == ["component.1.minimum=60% of estimate", "output.1.1.score need=25.5"]


def test_cells_are_named_by_content(small: InputWorkbook) -> None:
    cells = {(c.sheet, c.row, c.column): (c.cell, c.value) for c in small.cells}
    assert len(cells) == len(small.cells), "each cell has a name of its own"
    assert cells["Outputs", "1.10", "Score: reach"] == ("L3", "30.5")
    assert cells["Plan", "Title", "Value"] == ("B2", "A small plan")
    assert cells["Links", "1.10 / 1.1", "Share required"] == ("D2", "50")
    assert cells["Links", "either / 2.2", "Number"] == ("F6", "1")
    assert cells["Levels", "2.1 / 20", "Amount"] == ("B3", "1000")
    assert cells["Scenario changes", "Protected / component / 1 / minimum (% of estimate)", "Value"] == ("E3", "60")


def test_shipped_workbook_is_clean() -> None:
    document = read_workbook(SHIPPED)
    assert [finding for finding in document.findings if finding.severity is not Severity.NOTE] == []
    assert len(document.plan.outputs) == 41
    assert document.plan.cost == 237_000_000


def test_order_of_rows_and_columns_does_not_matter(tmp_path: Path, small: InputWorkbook) -> None:
    """Apart from the order of items itself, which the plan keeps as it is typed."""
    shuffled: dict[str, list[list[object]]] = {}
    draw = random.Random(5)
    for name, (headers, *rows) in SHEETS.items():
        columns = draw.sample(range(len(headers)), len(headers))
        picked = draw.sample(rows, len(rows)) if name != "Scenario changes" else rows
        shuffled[name] = [[[*line, *[None] * len(headers)][i] for i in columns] for line in (headers, *picked)]
    names = draw.sample(sorted(shuffled), len(shuffled))
    document = read_workbook(saved(tmp_path, book(sheets={name: shuffled[name] for name in names})))
    plan, original = document.plan, small.plan
    scores = [criterion.id for criterion in plan.criteria]

    def content(output: object, order: list[str]) -> object:
        by_criterion = dict(zip(order, output.scores, strict=True))  # type: ignore[attr-defined]
        return replace(output, scores=(), judged=()), by_criterion  # type: ignore[type-var]

    for output in plan.outputs:
        other = original.outputs[original.index[output.id]]
        assert content(output, scores) == content(other, [criterion.id for criterion in original.criteria])
    for part in ("components", "criteria", "links", "coverage"):
        assert set(getattr(plan, part)) == set(getattr(original, part))
    assert {(c.sheet, c.row, c.column, c.value) for c in document.cells} == {
        (c.sheet, c.row, c.column, c.value) for c in small.cells
    }


def test_renamed_ids_read_to_the_same_content(tmp_path: Path, small: InputWorkbook) -> None:
    names = {"1.1": "NA", "1.10": "007", "1.2": "1E5", "2.1": "null", "2.2": "été"}

    def rename(workbook: Workbook) -> None:
        for sheet in ("Outputs", "Links", "Levels", "Scenario changes"):
            for line in workbook[sheet].iter_rows(min_row=2):
                for cell in line:
                    cell.value = names.get(cell.value, cell.value)

    document = read(tmp_path, rename)
    assert document.findings == ()
    assert [replace(o, id="") for o in document.plan.outputs] == [replace(o, id="") for o in small.plan.outputs]
    assert [(link.output, link.requires) for link in document.plan.links] == [("007", "NA"), ("été", "null")]


def test_percent_formats_hold_hundredths(tmp_path: Path) -> None:
    document = read(tmp_path, both(put("Components!E2", 0.07, "0%"), put("Links!D2", 0.29, "0.0 %"), put("Plan!B4", 0.05, "0%")))
    assert document.findings == ()
    assert document.plan.components[0].minimum == Limit(Basis.ESTIMATE, Fraction(7))
    assert (document.plan.links[0].share, document.plan.delivery_step) == (29, 5)


def test_decimals_are_exact(tmp_path: Path) -> None:
    document = read(tmp_path, both(put("Components!H2", 0.1), put("Outputs!E2", 5000.0), put("Outputs!L2", -0.0)))
    assert document.plan.components[0].weight == Fraction(1, 10)
    assert (document.plan.outputs[0].cost, document.plan.outputs[0].scores[0]) == (5000, 0)


def test_defaults(tmp_path: Path) -> None:
    blanks = [put(f"Plan!B{row}", None) for row in (4, 5, 6, 8)]
    document = read(tmp_path, both(*blanks))
    plan = document.plan
    assert (plan.delivery_step, plan.unit_of_account, plan.display_unit, document.base_scenario) == (5, 1, 1, "Base")


def test_optional_sheets_and_columns_may_be_missing(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        for sheet in ("Links", "Levels", "Coverage", "Scenario changes"):
            del workbook[sheet]
        workbook["Outputs"].delete_cols(16)  # Comment
        workbook["Scenarios"].delete_rows(4)

    document = read(tmp_path, edit)
    assert (document.findings, document.plan.links, document.plan.outputs[3].explicit_levels) == ((), (), ())


# What is refused


@dataclass(frozen=True)
class Case:
    """A spoilt workbook and where the finding stands; `says` is part of its text."""

    name: str
    edit: Edit
    code: str
    sheet: str
    cell: str
    says: str = ""


def drop(sheet: str, column: int) -> Edit:
    return lambda workbook: workbook[sheet].delete_cols(column)


def without(sheet: str) -> Edit:
    return lambda workbook: workbook.remove(workbook[sheet])


def named(sheet: str, title: str) -> Edit:
    def edit(workbook: Workbook) -> None:
        workbook[sheet].title = title

    return edit


def copied(sheet: str, title: str) -> Edit:
    def edit(workbook: Workbook) -> None:
        workbook.copy_worksheet(workbook[sheet]).title = title

    return edit


def chart(workbook: Workbook) -> None:
    del workbook["Scenarios"]
    workbook.create_chartsheet("Scenarios")


ERRORS = [
    # B: sheets and headers
    Case("B1 sheet missing", without("Scenarios"), "missing-sheet", "", "", "sheets found: Plan, Components"),
    Case("B5 misspelt", put("Outputs!E1", "Costs"), "missing-column", "Outputs", "A1", "did you mean Costs?"),
    Case("B1 misspelt", named("Scenarios", "Senarios"), "missing-sheet", "", "", "did you mean Senarios?"),
    Case("B2 two match", copied("Outputs", "OUTPUTS "), "duplicate-sheet", "OUTPUTS ", "", "rename"),
    Case("B4 chart sheet", chart, "chart-sheet", "Scenarios", ""),
    Case("B5 column missing", drop("Outputs", 5), "missing-column", "Outputs", "A1", "headers found: Id (A), Component (B)"),
    Case("B5 score missing", drop("Outputs", 12), "missing-column", "Outputs", "A1", '"Score: reach"'),
    Case("B5 score of nothing", put("Outputs!P1", "Score: neeed"), "unknown-criterion", "Outputs", "P1", "did you mean need?"),
    Case("B6 duplicate header", put("Outputs!P1", "\u00a0COST\n"), "duplicate-header", "Outputs", "P1", "also in E1"),
    Case("B8 blank header", put("Outputs!R3", 5), "blank-header", "Outputs", "R3", "column R"),
    Case("B9 title above", lambda w: w["Criteria"].insert_rows(1, 2), "header-row", "Criteria", "A3", "headers in row 1"),
    Case("B11 merged", lambda w: w["Links"].merge_cells("H5:H6"), "merged", "Links", "H5", "H5:H6"),
    Case("B12 no rows", lambda w: w["Scenarios"].delete_rows(2, 9), "no-rows", "Scenarios", "A2"),
    Case("B12 empty sheet", lambda w: w["Criteria"].delete_rows(1, 9), "empty-sheet", "Criteria", ""),
    Case("B14 total", row("Outputs", "Total", None, None, None, 15000), "total-row", "Outputs", "A7", "delete it"),
    Case("B14 total in title", row("Outputs", None, None, "Grand total", None, 1), "total-row", "Outputs", "A7"),
    Case("B14 sum", row("Outputs", None, None, None, None, "=SUM(E2:E6)"), "total-row", "Outputs", "A7"),
    Case("B19 newer", put("Plan!B7", 2), "schema-version", "Plan", "B7", "schema version 2"),
    Case("B19 missing", lambda w: w["Plan"].delete_rows(7), "blank", "Plan", "A1", '"Schema version"'),
    Case("A28 stray cell", put("Levels!XFD1048576", "x"), "far-cell", "Levels", "XFD1048576"),
    Case("A29 columns", put("Levels!SG1", "x"), "far-cell", "Levels", "SG1", "500 columns"),
    # C: cells
    Case("C1 blank", put("Outputs!C2", None), "blank", "Outputs", "C2", "title is blank"),
    Case("C1 spaces", put("Outputs!E2", " \u00a0"), "blank", "Outputs", "E2", "whole number of US$ >= 0"),
    Case("C2 minimum", put("Outputs!F3", None), "blank", "Outputs", "F3", "a blank is not 0"),
    Case("C3 formula", put("Outputs!E2", "=2500*2"), "value", "Outputs", "E2", "open the workbook in Excel and save it"),
    Case("C7 text number", put("Outputs!E2", "5000"), "value", "Outputs", "E2", 'cost "5000": a whole number of US$ >= 0'),
    Case("C8 comma", put("Outputs!E2", "5,000"), "value", "Outputs", "E2", "it could mean 5000 or 5.000"),
    Case("C8 no-break", put("Outputs!E2", "5\u202f000"), "value", "Outputs", "E2", '"5\\u202f000"'),
    Case("C9 decimal", put("Criteria!C2", "1,5"), "value", "Criteria", "C2", "it could mean 15 or 1.5"),
    Case("C10 mixed", put("Outputs!E2", "1.000,50"), "value", "Outputs", "E2"),
    Case("C11 letters", put("Outputs!E2", "12,5k"), "value", "Outputs", "E2", '"12,5k": a whole number'),
    Case("C11 currency", put("Outputs!E2", "US$ 5m"), "value", "Outputs", "E2", "currency"),
    Case("C12 brackets", put("Outputs!E2", "(500)"), "value", "Outputs", "E2"),
    Case("C13 sign typed", put("Links!D2", "50%"), "value", "Links", "D2", "a whole percentage from 0 to 100"),
    Case("C13 fraction", put("Components!E2", 0.4), "value", "Components", "E2", "0.4 per cent or 40 per cent"),
    Case("C13 twice", put("Components!E2", 40, "0%"), "value", "Components", "E2", "40 (shown as 4000%)"),
    Case("C13 weight", put("Criteria!C2", 0.4, "0%"), "value", "Criteria", "C2", "0.4 (shown as 40%)"),
    Case("C13 share", put("Links!D2", 33.3), "value", "Links", "D2", "share required 33.3"),
    Case("C14 digits", put("Outputs!E2", "５０００"), "value", "Outputs", "E2"),
    Case("C15 nan", put("Outputs!E2", "NaN"), "value", "Outputs", "E2"),
    Case("C16 boolean", put("Outputs!E2", True), "value", "Outputs", "E2", "cost TRUE"),
    Case("C18 date", put("Outputs!E2", datetime(2021, 3, 1)), "value", "Outputs", "E2", "the date 2021-03-01"),
    Case("C19 year", put("Outputs!J2", 21), "value", "Outputs", "J2", "a year of four digits"),
    Case("C20 number", put("Outputs!A2", 1.1), "value", "Outputs", "A2", "1.10 typed as a number is 1.1"),
    Case("C20 tag", put("Outputs!O4", 8.3), "value", "Outputs", "O4", "tags SDG targets 8.3"),
    Case("C20 date", put("Outputs!A2", datetime(2021, 1, 2)), "value", "Outputs", "A2", "took the id for a date"),
    Case("C23 zero width", put("Outputs!A2", "1\u200b.1"), "value", "Outputs", "A2", "U+200B"),
    Case("C23 no-break", put("Scenarios!A3", "Lo\u00a0w"), "value", "Scenarios", "A3", "U+00A0"),
    Case("C25 decimals", put("Outputs!E2", 5000.5), "value", "Outputs", "E2", "cost 5000.5"),
    Case("C6 error", put("Criteria!C3", "#REF!"), "value", "Criteria", "C3", "weight #REF!"),
    Case("choice", put("Outputs!G2", "opne"), "value", "Outputs", "G2", "did you mean open?"),
    Case("F4 long", put("Outputs!C2", "x" * 1001), "value", "Outputs", "C2", "at most 1,000 characters"),
    Case("F5 control", put("Outputs!C2", "a\u0085b"), "value", "Outputs", "C2", "U+0085"),
    Case("F7 direction", put("Scenarios!A3", "Lo\u202ew"), "value", "Scenarios", "A3", "U+202E"),
    # D: numbers
    Case("D1 negative cost", put("Outputs!E2", -5), "value", "Outputs", "E2", "cost -5"),
    Case("D1 negative weight", put("Criteria!C2", -1), "value", "Criteria", "C2"),
    Case("D1 floor", put("Components!E3", -1), "value", "Components", "E3", "as the basis amount says"),
    Case("D3 weights", both(put("Criteria!C2", 0), put("Criteria!C3", 0)), "no-weight", "Criteria", "C1"),
    Case("D5 digits", put("Outputs!E2", 10**15), "value", "Outputs", "E2", "15 digits"),
    Case("D14 level", put("Levels!C3", 120), "value", "Levels", "C3"),
    Case("D14 level order", row("Levels", "2.1", 2000, 20), "level-order", "Levels", "B4"),
    Case("D14 level full", put("Levels!B2", 3999), "level-full", "Levels", "B2"),
    Case("score", put("Outputs!L2", 101), "value", "Outputs", "L2", "from 0 to 100"),
    Case("minimum", put("Outputs!F2", 5001), "minimum-over-cost", "Outputs", "F2"),
    Case("minimum 0", put("Outputs!F2", 0), "minimum-zero", "Outputs", "F2"),
    Case("step", put("Plan!B4", 0), "value", "Plan", "B4"),
    Case("display unit", put("Plan!B6", 10), "value", "Plan", "B6", "1, 1000 or 1000000"),
    # E: meaning
    Case("E1 duplicate", row("Components", "1", "Again"), "duplicate", "Components", "A4", "also in A2"),
    Case("E2 same-looking", row("Criteria", "REACH", "Again", 1), "same-looking", "Criteria", "A4", "U+0052"),
    Case("E4 component", put("Outputs!B2", "11"), "unknown", "Outputs", "B2", "did you mean 1?"),
    Case("E13 link", put("Links!C2", "1.11"), "unknown", "Links", "C2", "did you mean 1.1"),
    Case("E14 itself", put("Links!C2", "1.10"), "link", "Links", "C2", "requires itself"),
    Case("E15 cycle", row("Links", "requires", "1.1", "1.10"), "cycle", "Links", "C2", "1.10 requires 1.1 requires 1.10"),
    Case("E18 group", both(put("Links!A5", "at least"), put("Links!A6", "at least"), put("Links!F5", 3), put("Links!F6", 3)),
         "group-size", "Links", "F5"),
    Case("group number", put("Links!F6", 2), "link", "Links", "F6", "in F5 1"),
    Case("group kind", put("Links!A6", "at least"), "link", "Links", "A6"),
    Case("group with requires", put("Links!C5", "1.1"), "link", "Links", "C5", "a blank is expected"),
    Case("pair with group", put("Links!E2", "either"), "link", "Links", "E2"),
    Case("pair without", put("Links!C2", None), "link", "Links", "C2", "requires is blank"),
    Case("soft group", put("Links!G5", "soft"), "link", "Links", "G5"),
    Case("levels of nothing", row("Levels", "9.9", 10, 100), "unknown", "Levels", "A4"),
    Case("limit value", put("Components!E2", None), "limit-value", "Components", "E2", "minimum is blank"),
    Case("limit basis", put("Components!D2", None), "limit-basis", "Components", "D2"),
    Case("committed", put("Outputs!H4", None), "blank", "Outputs", "H4", "minimum viable amount if only that"),
    Case("committed 0", put("Outputs!H4", 0), "committed-nothing", "Outputs", "H4"),
    Case("committed more", put("Outputs!H4", 1001), "committed-over-cost", "Outputs", "H4"),
    Case("time frame", put("Outputs!J2", 2027), "time-frame", "Outputs", "J2"),
    Case("coverage column", put("Coverage!A2", "SDG target"), "unknown", "Coverage", "A2", "did you mean SDG targets?"),
    Case("coverage tag", put("Coverage!B2", "8.33"), "unknown-tag", "Coverage", "B2", "did you mean 8.3?"),
    Case("coverage least", put("Coverage!C2", 3), "coverage-size", "Coverage", "C2", "at most 2"),
    Case("E5 empty component", row("Components", "3", "None", None, "amount", 1), "empty-component", "Components", "A4"),
    Case("setting", put("Plan!A4", "Delivery stop"), "value", "Plan", "A4", "did you mean Delivery step?"),
    Case("setting twice", row("Plan", "title", "Again"), "duplicate", "Plan", "A9", "also in A2"),
    Case("base scenario", put("Plan!B8", "Bass"), "unknown", "Plan", "B8", "did you mean Base?"),
    # Scenarios
    Case("E24 scenario", put("Scenario changes!A2", "Lov"), "unknown", "Scenario changes", "A2", "did you mean Low?"),
    Case("E24 item", put("Scenario changes!C4", "1.11"), "scenario-change", "Scenario changes", "E4", "did you mean 1.1"),
    Case("E24 setting", put("Scenario changes!D4", "score neet"), "unknown", "Scenario changes", "D4", "score need?"),
    Case("bare minimum", put("Scenario changes!D3", "minimum"), "unknown", "Scenario changes", "D3"),
    Case("other kind", put("Scenario changes!B3", "criterion"), "scenario-change", "Scenario changes", "E3", "no setting"),
    Case("change text", put("Scenario changes!E3", "60%"), "value", "Scenario changes", "E3", "as the basis % of estimate says"),
    Case("change blank", put("Scenario changes!E3", None), "blank", "Scenario changes", "E3"),
    Case("change filled", put("Scenario changes!E2", 5), "value", "Scenario changes", "E2", "a blank is expected"),
    Case("change score", put("Scenario changes!E4", 101), "scenario-change", "Scenario changes", "E4", "from 0 to 100"),
    Case("E25 change twice", row("Scenario changes", "Protected", "component", "1", "minimum (% of estimate)", 50),
         "duplicate", "Scenario changes", "D5", "also in row 3"),
    Case("change that breaks", row("Scenario changes", "Low", "output", "1.1", "cost", 1000),
         "minimum-over-cost", "Scenarios", "A3"),
    Case("change to committed", row("Scenario changes", "Low", "output", "1.1", "status", "committed"),
         "committed-nothing", "Scenarios", "A3"),
    Case("E25 name by case", row("Scenarios", "BASE", None, "amount", 5), "same-looking", "Scenarios", "A5"),
    Case("G1 name", row("Scenarios", "../x", None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("G2 name", row("Scenarios", "con", None, "amount", 5), "scenario-name", "Scenarios", "A5"),
    Case("resources", put("Scenarios!D2", None), "blank", "Scenarios", "D2"),
    Case("resources basis", put("Scenarios!C2", None), "blank", "Scenarios", "C2"),
    Case("misspelt header loses no statuses", put("Outputs!G1", "Statuss"), "unknown-column", "Outputs", "G1",
         "did you mean Status?"),
    Case("misspelt header loses no weights", put("Components!H1", "Weights"), "unknown-column", "Components", "H1"),
    Case("blank id speaks of no number", put("Scenario changes!C2", None), "blank", "Scenario changes", "C2",
         "is blank: text is expected (its id, or * for all of them)"),
    Case("adopted results that are not there", row("Plan", "Last adopted results", "none.xlsx"), "adopted", "Plan", "B9"),
    Case("adopted results that are none", row("Plan", "Last adopted results", "plan.xlsx"), "adopted", "Plan", "B9"),
    Case("misspelt sheet loses no links", named("Links", "Linkss"), "unknown-sheet", "Linkss", "", "did you mean Links?"),
    Case("misspelt sheet loses no changes", named("Scenario changes", "Scenario change"), "unknown-sheet", "Scenario change", ""),
]  # fmt: skip


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.name)
def test_refused(case: Case, tmp_path: Path) -> None:
    """Exactly one error, with its code, its cell and its words."""
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, case.edit)
    found = [f for f in refused.value.findings if f.severity is Severity.ERROR]
    assert [(f.code, f.sheet, f.cell) for f in found] == [(case.code, case.sheet, case.cell)], refused.value
    assert case.says in str(found[0])


def hide_row(workbook: Workbook) -> None:
    workbook["Outputs"].row_dimensions[3].hidden = True
    workbook["Outputs"].row_dimensions[4].hidden = True


def hide_column(workbook: Workbook) -> None:
    workbook["Outputs"].column_dimensions["E"].hidden = True


def hide_sheet(workbook: Workbook) -> None:
    workbook["Links"].sheet_state = "veryHidden"


def table(ref: str, totals: bool = False) -> Edit:
    """Makes the cells of Coverage a real Excel table."""

    def edit(workbook: Workbook) -> None:
        columns = [TableColumn(id=i, name=str(name)) for i, name in enumerate(SHEETS["Coverage"][0], 1)]
        made = Table(displayName="tblCoverage", ref=ref, tableColumns=columns, totalsRowCount=1 if totals else None)
        workbook["Coverage"].add_table(made)

    return edit


def costs(by_row: dict[int, int]) -> Edit:
    """All or nothing, and without an estimate to be held against."""
    return both(*(put(f"Outputs!{c}{r}", cost) for c in "EF" for r, cost in by_row.items()), put("Components!C2", None))


WARNINGS = [
    Case("B2 sheet name", named("Links", "links\u00a0"), "sheet-name", "links\u00a0", "", "read as Links"),
    Case("B3 hidden sheet", hide_sheet, "hidden-sheet", "Links", ""),
    Case("B7 column", put("Outputs!Q1", "Mandatroy"), "unknown-column", "Outputs", "Q1"),
    Case("B7 misspelt", put("Outputs!P1", "Coment"), "unknown-column", "Outputs", "P1", "did you mean Comment?"),
    Case("B13 blank rows", lambda w: w["Outputs"].insert_rows(4, 2), "blank-rows", "Outputs", "A4", "blank rows: 4-5"),
    Case("B15 hidden rows", hide_row, "hidden-rows", "Outputs", "A3", "hidden or filtered rows: 3-4"),
    Case("B16 hidden column", hide_column, "hidden-column", "Outputs", "E1"),
    Case("B18 below table", both(table("A1:D2"), row("Coverage", "SDG targets", "1.3", 1)), "below-table", "Coverage", "A3"),
    Case("B20 second sheet", copied("Outputs", "Outputs (2)"), "unknown-sheet", "Outputs (2)", "", "did you mean Outputs?"),
    Case("C24 thousands", put("Outputs!E2", 5000, "#,##0,"), "shows-other", "Outputs", "E2"),
    Case("C24 hidden", put("Outputs!E2", 5000, ";;;"), "shows-other", "Outputs", "E2"),
    Case("C24 digits of its own", put("Outputs!E2", 5000, '0"000"'), "shows-other", "Outputs", "E2"),
    Case("C24 escaped digits", put("Outputs!E2", 5000, r"0\0\0\0"), "shows-other", "Outputs", "E2"),
    Case("D6 costs", costs({2: 6 * 10**11, 4: 500}), "far-apart", "Outputs", "E2"),
    Case("D7 weights", put("Criteria!C2", 2_000_000), "far-apart", "Criteria", "C2", "1,000,000 times that of need"),
    Case("D10 units", costs({2: 5_000_000, 3: 3_000_000, 4: 2_000_000}), "mixed-units", "Outputs", "E3", "3,000,000 is the"),
    Case("D2 cost 0", both(put("Outputs!E2", 0), put("Outputs!F2", 0), put("Components!C2", 4000)), "cost-zero", "Outputs", "E2"),
    Case("E3 alphabets", put("Criteria!A3", "n\u0435ed"), "look-alike", "Criteria", "A3", "U+0435"),
    Case("E6 empty component", row("Components", "3", "None"), "empty-component", "Components", "A4"),
    Case("E26 same question", row("Scenarios", "Again", None, "% of estimate", 75), "same-scenario", "Scenarios", "A5"),
    Case("F7 direction", put("Outputs!C2", "a\u202eb"), "bidi", "Outputs", "C2"),
    Case("comma in tag", put("Outputs!O2", "1.3, 8.3"), "comma", "Outputs", "O2"),
    Case("estimate", put("Components!C2", 9001), "estimate", "Components", "C2", "difference 1"),
    Case("levels and minimum", put("Outputs!F5", 1500), "minimum-and-levels", "Outputs", "F5"),
    Case("reason", put("Outputs!I4", None), "no-reason", "Outputs", "I4"),
    Case("committed unused", put("Outputs!H2", 5), "committed-unused", "Outputs", "H2"),
    Case("score scale", both(*(put(f"Outputs!L{r}", r / 10) for r in range(2, 7))), "score-scale", "Outputs", "L1", "0.2 to 0.6"),
]  # fmt: skip


@pytest.mark.parametrize("case", WARNINGS, ids=lambda case: case.name)
def test_warned(case: Case, tmp_path: Path) -> None:
    edits: list[Edit] = [case.edit]
    if case.name == "E3 alphabets":  # the columns follow the id
        edits += [put("Outputs!N1", "Score: n\u0435ed"), put("Scenario changes!D4", "score n\u0435ed")]
    document = read(tmp_path, both(*edits))
    found = [f for f in document.findings if f.severity is not Severity.NOTE]
    assert [(f.code, f.sheet, f.cell) for f in found if f.severity is Severity.WARNING] == [(case.code, case.sheet, case.cell)], (
        found
    )
    assert case.says in str(found[0])


NOTES = [
    Case("B14 totals row", both(row("Coverage", "Total", None, 1), table("A1:D3", totals=True)), "totals-row", "Coverage", "A3"),
    Case("other sheet", lambda w: w.create_sheet("My notes"), "unknown-sheet", "My notes", ""),
    Case("optional sheet empty", lambda w: w["Levels"].delete_rows(1, 9), "empty-sheet", "Levels", ""),
    Case("C23 trimmed", put("Outputs!A2", " 1.1\u00a0"), "trimmed", "Outputs", "A2"),
    Case("title a number", put("Outputs!C2", 2030), "number-as-text", "Outputs", "C2"),
    Case("date as text", put("Outputs!I4", datetime(2021, 3, 1)), "date-as-text", "Outputs", "I4"),
    Case("E16 link twice", row("Links", "requires", "1.10", "1.1", 60), "duplicate-link", "Links", "C7"),
    Case("member twice", row("Links", "at most", "2.2", None, None, "either", 1), "duplicate-link", "Links", "B7"),
    Case("tag twice", put("Outputs!O2", "1.3;8.3; 1.3"), "repeated-tag", "Outputs", "O2"),
]  # fmt: skip


@pytest.mark.parametrize("case", NOTES, ids=lambda case: case.name)
def test_noted(case: Case, tmp_path: Path) -> None:
    document = read(tmp_path, case.edit)
    assert [(f.severity, f.code, f.sheet, f.cell) for f in document.findings] == [
        (Severity.NOTE, case.code, case.sheet, case.cell)
    ]


def test_higher_share_of_a_repeated_link_holds(tmp_path: Path) -> None:
    document = read(tmp_path, row("Links", "requires", "1.10", "1.1", 60))
    assert document.plan.links[0] == Link("1.10", "1.1", 60)


def test_text_is_read_as_it_stands(tmp_path: Path) -> None:
    titles = ["=not a formula", "a\r\nb", "<b>&amp;]]>", "_x0041_ and عربي", "#REF"]

    def edit(workbook: Workbook) -> None:
        for i, title in enumerate(titles, 2):
            workbook["Outputs"].cell(i, 3).value = title
            workbook["Outputs"].cell(i, 3).data_type = "s"

    document = read(tmp_path, edit)
    assert [output.title for output in document.plan.outputs] == [
        "=not a formula",
        "a\nb",
        "<b>&amp;]]>",
        "_x0041_ and عربي",
        "#REF",
    ]


# Formulas with results cannot be written by openpyxl: they are patched into the part


OUTPUTS_PART = "xl/worksheets/sheet3.xml"


def calculated(*cells: tuple[str, bytes, bytes]) -> bytes:
    """The workbook with formulas and their cached results."""
    data = book(both(*(put(f"Outputs!{cell}", f"={cell}formula") for cell, _, _ in cells)))
    for cell, formula, result in cells:
        data = replaced(data, OUTPUTS_PART, f"<f>{cell}formula</f><v />".encode(), b"<f>%b</f><v>%b</v>" % (formula, result))
    return data


def test_calculated_formulas_are_read_with_one_warning_a_column(tmp_path: Path) -> None:
    data = calculated(
        ("E2", b"2500*2", b"5000"), ("E3", b"E2-2000", b"3000"), ("E5", b"4*1000", b"4000"), ("F2", b"E2*0.4", b"2000")
    )
    document = read_workbook(saved(tmp_path, data))
    assert [(f.severity, f.code, f.cell) for f in document.findings] == [
        (Severity.WARNING, "formula", "E2"),
        (Severity.WARNING, "formula", "F2"),
    ]
    assert "E2:E3, E5" in document.findings[0].found
    assert [output.cost for output in document.plan.outputs[:2]] == [5000, 3000]


def test_formula_errors_show_the_formula(tmp_path: Path) -> None:
    data = replaced(calculated(("E2", b"1/0", b"#DIV/0!")), OUTPUTS_PART, b'<c r="E2">', b'<c r="E2" t="e">')
    with pytest.raises(InputRefused, match=r"Outputs!E2: cost #DIV/0! from =1/0"):
        read_workbook(saved(tmp_path, data))


def test_manual_calculation_matters_only_with_formulas(tmp_path: Path) -> None:
    def manual(data: bytes) -> bytes:
        return replaced(data, "xl/workbook.xml", b"<calcPr ", b'<calcPr calcMode="manual" ')

    assert read_workbook(saved(tmp_path, manual(book()))).findings == ()
    document = read_workbook(saved(tmp_path, manual(calculated(("E2", b"2500*2", b"5000")))))
    assert [f.code for f in document.findings] == ["manual-calculation", "formula"]


def test_infinite_number_is_refused(tmp_path: Path) -> None:
    data = replaced(book(), OUTPUTS_PART, b"<v>5000</v>", b"<v>1E999</v>")
    with pytest.raises(InputRefused, match=r"Outputs!E2: cost inf: a finite number is expected"):
        read_workbook(saved(tmp_path, data))


def test_declared_dimension_is_not_trusted(tmp_path: Path) -> None:
    data = replaced(book(), OUTPUTS_PART, b'<dimension ref="A1:P6" />', b'<dimension ref="A1:B2" />')
    assert len(read_workbook(saved(tmp_path, data)).plan.outputs) == 5


# All at once


def test_everything_is_said_at_once_and_in_order(tmp_path: Path) -> None:
    edits: list[Edit] = [
        put("Scenario changes!C4", "9.9"), put("Outputs!E2", "x"), put("Outputs!F3", 9999), put("Outputs!B4", "7"),
        put("Criteria!C2", None), put("Links!C3", "7.7"), put("Scenarios!A4", "Protected\t!"), put("Plan!B3", None),
    ]  # fmt: skip
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, both(*edits))
    places = [f"{f.sheet}!{f.cell}" for f in refused.value.findings]
    assert places == sorted(places, key=lambda place: (place.partition("!")[0], position(place.partition("!")[2])))
    assert {"Outputs!E2", "Outputs!F3", "Outputs!B4", "Criteria!C2", "Links!C3", "Scenarios!A4", "Plan!B3"} <= set(places)


def test_finding_has_place_fact_and_expectation(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, put("Outputs!E5", "12,5k"))
    assert str(refused.value.findings[0]).startswith(
        'error plan.xlsx Outputs!E5: cost "12,5k": a whole number of US$ >= 0 is expected'
    )
    assert refused.value.findings[0].row == "2.1"


@pytest.mark.parametrize("seed", range(20))
def test_random_damage_never_escapes(seed: int, tmp_path: Path) -> None:
    """Whatever is typed anywhere, the answer is a document or findings."""
    draw = random.Random(seed)
    values: list[Callable[[], object]] = [
        lambda: None, lambda: draw.choice(["", "x", "1.1", "*", "=A1", "#N/A", "% of estimate", "at least", "Total"]),
        lambda: draw.choice([-1, 0, 0.5, 7, 1e300, 10**16, True]), lambda: datetime(2021, 1, 1),
    ]  # fmt: skip

    def edit(workbook: Workbook) -> None:
        for _ in range(6):
            sheet = workbook[draw.choice(workbook.sheetnames)]
            sheet.cell(draw.randint(1, sheet.max_row + 1), draw.randint(1, sheet.max_column)).value = draw.choice(values)()

    try:
        document = read(tmp_path, edit)
    except InputRefused as refused:
        said = refused.findings
    else:
        said = document.plan.outputs
    assert said
