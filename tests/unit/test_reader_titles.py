"""Targets and translated titles in input workbooks: what is read, what is said, and that no answer depends on them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from optimizer.files.document import InputWorkbook
from optimizer.files.reader import read_workbook
from optimizer.findings import InputRefused, Severity
from optimizer.keys import content_keys
from optimizer.plan import Component, Output, Plan
from optimizer.scenario import derive, with_settings
from optimizer.target import Target
from tests.unit.test_reader import Case, named
from tests.workbooks import SHEETS, TITLED, Edit, book, both, put, row, saved


def read(folder: Path, edit: Edit | None = None, sheets: dict[str, list[list[object]]] = TITLED) -> InputWorkbook:
    return read_workbook(saved(folder, book(edit, sheets)))


@pytest.fixture(scope="module")
def titled(tmp_path_factory: pytest.TempPathFactory) -> InputWorkbook:
    return read(tmp_path_factory.mktemp("titled"))


# What is read


def test_targets(titled: InputWorkbook) -> None:
    assert titled.plan.targets == (
        Target("1.1", "countries advised", "at least 50", "2026", "para. 15"),
        Target("1.1", "ministries advised", "70 (from 59 in 2021)"),
        Target("2.2", "reports", "1 a year", "2025–26", "output 2.2"),
    )


def test_translations(titled: InputWorkbook) -> None:
    plan = titled.plan
    assert (plan.titles, plan.titled("fr"), plan.titled("es")) == ((("fr", "Un petit plan"),), "Un petit plan", "A small plan")
    assert plan.components[1].titles == (("es", "Saber"), ("fr", "Savoir"))
    assert [c.titled("fr") for c in plan.criteria] == ["Portée", "Besoin"]
    first, second, *_ = plan.outputs
    assert (first.titled("fr"), first.titled("es"), first.titled("de")) == ("Aux pays", "To countries", "To countries")
    assert (first.titles, first.short_titles) == ((("fr", "Aux pays"),), (("fr", "Conseils"),))
    assert (first.named("fr"), first.named("es")) == ("Conseils", "Advice")
    assert (second.named("fr"), second.named("es")) == ("Aux employeurs", "To employers")
    assert [s.titled("fr") for s in titled.scenarios] == ["Comme prévu", "", ""]


def test_a_title_that_was_not_translated_is_the_title() -> None:
    component = Component("1", "Advice", titles=(("fr", "Conseils"),))
    assert (component.titled("fr"), component.titled("es"), component.titled("")) == ("Conseils", "Advice", "Advice")
    output = Output("1", "1", "Long", 1, 1, (), short_title="Short", titles=(("fr", "Titre"),))
    assert (output.named("fr"), output.named("es")) == ("Titre", "Short")


def test_a_scenario_that_was_changed_has_no_translation_of_its_old_title(titled: InputWorkbook) -> None:
    spec = with_settings(titled.scenario("Base"), ("resources=50%",))
    assert spec.titled("fr") == "Base with resources=50%"
    assert with_settings(titled.scenario("Base"), ()).titled("fr") == "Comme prévu"


def test_blank_titles_without_a_short_title_are_no_trouble_and_missing_translations_are_noted(titled: InputWorkbook) -> None:
    """Of the three scenarios only one has a title, of the five outputs only one a short title."""
    assert titled.findings == ()


def test_without_the_new_cells_nothing_is_new(tmp_path: Path) -> None:
    plan = read(tmp_path, sheets=SHEETS).plan
    assert (plan.targets, plan.titles) == ((), ())
    assert {item.titles for item in (*plan.components, *plan.criteria, *plan.outputs)} == {()}
    assert {output.short_titles for output in plan.outputs} == {()}


def plain(plan: Plan) -> Plan:
    """Without targets and translations."""
    return replace(
        plan,
        targets=(),
        titles=(),
        components=tuple(replace(component, titles=()) for component in plan.components),
        criteria=tuple(replace(criterion, titles=()) for criterion in plan.criteria),
        outputs=tuple(replace(output, titles=(), short_titles=()) for output in plan.outputs),
    )


def test_the_question_is_the_same_with_and_without(tmp_path: Path, titled: InputWorkbook) -> None:
    """Keys of outputs and rules depend on neither: the answer of a plan is the same in every language."""
    untitled = read(tmp_path, sheets=SHEETS)
    assert plain(titled.plan) == untitled.plan
    assert content_keys(titled.plan) == content_keys(untitled.plan)
    for one, other in zip(titled.scenarios, untitled.scenarios, strict=True):
        asked, plainly = derive(titled.plan, one), derive(untitled.plan, other)
        assert (asked.rules, asked.resources, asked.keys) == (plainly.rules, plainly.resources, plainly.keys)


def test_cells_are_named_by_content(titled: InputWorkbook) -> None:
    cells = {(c.sheet, c.row, c.column): (c.cell, c.value) for c in titled.cells}
    assert len(cells) == len(titled.cells)
    assert cells["Targets", "1.1 / ministries advised", "Target"] == ("C3", "70 (from 59 in 2021)")
    assert cells["Outputs", "1.1", "Title (fr)"] == ("Q2", "Aux pays")
    assert cells["Plan", "Title (fr)", "Value"] == ("B9", "Un petit plan")


@pytest.mark.parametrize("header", ["title (FR)", "Title(fr)", " Title \n( fr )", "TITLE (Fr)"])
def test_headers_of_translations_are_matched_like_others(header: str, tmp_path: Path, titled: InputWorkbook) -> None:
    document = read(tmp_path, both(put("Components!J1", header), put("Outputs!Q1", header), put("Plan!A9", "TITLE (Fr)")))
    assert (document.findings, document.plan) == ((), titled.plan)


def test_any_language_of_two_letters_is_read(tmp_path: Path) -> None:
    edit = both(put("Components!K1", "Title (pt)"), put("Outputs!R1", "Short title (pt)"))
    plan = read(tmp_path, edit).plan
    assert (plan.components[0].titled("pt"), plan.outputs[0].named("pt")) == ("Consejos", "Conseils")


def test_order_of_rows_and_columns_does_not_matter(tmp_path: Path, titled: InputWorkbook) -> None:
    shuffled: dict[str, list[list[object]]] = dict(TITLED)
    draw = random.Random(11)
    for name in ("Components", "Outputs", "Criteria", "Targets"):
        width = max(map(len, TITLED[name]))
        columns = draw.sample(range(width), width)
        shuffled[name] = [[[*line, *[None] * width][i] for i in columns] for line in TITLED[name]]
    shuffled["Targets"] = [shuffled["Targets"][0], *reversed(shuffled["Targets"][1:])]
    plan = read(tmp_path, sheets=shuffled).plan
    assert plan.targets == tuple(reversed(titled.plan.targets))
    assert replace(plan, targets=()) == replace(titled.plan, targets=())


def test_a_sheet_that_waits_to_be_filled_in_is_no_trouble(tmp_path: Path) -> None:
    """Without rows; columns for translations without any; neither deadline nor source."""
    edit = both(
        lambda w: w["Targets"].delete_rows(2, 9),
        *(put(f"Components!J{i}", None) for i in (2, 3)),
    )
    document = read(tmp_path, edit)
    assert (document.findings, document.plan.targets, document.plan.components[0].titled("fr")) == ((), (), "Advice")
    short = read(tmp_path, lambda w: w["Targets"].delete_cols(4, 3))
    assert (short.findings, short.plan.targets[0]) == ((), Target("1.1", "countries advised", "at least 50"))


# What is said


ERRORS = [
    Case("output", put("Targets!A2", "1.11"), "unknown", "Targets", "A2", 'output "1.11": the id of a row of Outputs'),
    Case("nearest output", put("Targets!A4", "2.22"), "unknown", "Targets", "A4", "did you mean 2.2?"),
    Case("output blank", put("Targets!A2", None), "blank", "Targets", "A2", "output is blank"),
    Case("output a number", put("Targets!A2", 1.1), "value", "Targets", "A2", "1.10 typed as a number is 1.1"),
    Case("measure", put("Targets!B2", None), "blank", "Targets", "B2", "measure is blank"),
    Case("target", put("Targets!C2", None), "blank", "Targets", "C2", "target is blank"),
    Case("twice", put("Targets!B3", "countries advised"), "duplicate", "Targets", "B3", "a second time, also in row 2: each"),
    Case("twice by case", put("Targets!B3", "Countries  advised"), "duplicate", "Targets", "B3", 'of output "1.1"'),
    Case("column", put("Targets!C1", "Targets"), "missing-column", "Targets", "A1", "did you mean Targets?"),
    Case("header twice", put("Targets!F1", "measure"), "duplicate-header", "Targets", "F1", "also in B1"),
    Case("sheet", named("Targets", "Target"), "unknown-sheet", "Target", "", "did you mean Targets?"),
    Case("title too long", put("Outputs!Q2", "x" * 1001), "value", "Outputs", "Q2", "title (fr)"),
    Case("translation a time", put("Criteria!G2", True), "value", "Criteria", "G2", "text is expected"),
    Case("language twice", put("Components!K1", "Title (FR)"), "duplicate-header", "Components", "K1", "also in J1"),
    Case("setting twice", row("Plan", "title (FR)", "Encore"), "duplicate", "Plan", "A10", "also in A9"),
]  # fmt: skip


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.name)
def test_refused(case: Case, tmp_path: Path) -> None:
    """Exactly one error, with its code, its cell and its words."""
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, case.edit)
    found = [f for f in refused.value.findings if f.severity is Severity.ERROR]
    assert [(f.code, f.sheet, f.cell) for f in found] == [(case.code, case.sheet, case.cell)], refused.value
    assert case.says in str(found[0])


def test_an_output_that_could_not_be_read_is_not_said_to_be_unknown(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, put("Outputs!A6", 2.2))
    assert [(f.sheet, f.cell) for f in refused.value.findings] == [("Outputs", "A6")]


WARNINGS = [
    Case("language in words", put("Components!J1", "Title (french)"), "unknown-language", "Components", "J1", "Title (fr)"),
    Case("without brackets", put("Outputs!Q1", "title_fr"), "unknown-language", "Outputs", "Q1", "in two letters"),
    Case("with a colon", put("Outputs!R1", "Short title: fr"), "unknown-language", "Outputs", "R1"),
    Case("no short titles there", put("Components!J1", "Short title (fr)"), "unknown-language", "Components", "J1"),
    Case("a column of their own", put("Components!J1", "Title in the report"), "unknown-column", "Components", "J1"),
    Case("not translated there", put("Levels!F1", "Title (fr)"), "unknown-column", "Levels", "F1"),
]  # fmt: skip


@pytest.mark.parametrize("case", WARNINGS, ids=lambda case: case.name)
def test_warned(case: Case, tmp_path: Path) -> None:
    found = [f for f in read(tmp_path, case.edit).findings if f.severity is not Severity.NOTE]
    assert [(f.severity, f.code, f.sheet, f.cell) for f in found] == [(Severity.WARNING, case.code, case.sheet, case.cell)]
    assert case.says in str(found[0])


NOTES = [
    Case("some untranslated", both(put("Outputs!Q3", None), put("Outputs!Q4", None)), "untranslated", "Outputs", "Q3",
         "title (fr) blank in Q3:Q4: tables in that language show the title as it is"),
    Case("short title untranslated", put("Outputs!D3", "Employers"), "untranslated", "Outputs", "R3", "the whole title"),
    Case("target a number", put("Targets!C2", 50), "number-as-text", "Targets", "C2", "target: a number"),
    Case("deadline a year", put("Targets!D3", 2026), "number-as-text", "Targets", "D3"),
]  # fmt: skip


@pytest.mark.parametrize("case", NOTES, ids=lambda case: case.name)
def test_noted(case: Case, tmp_path: Path) -> None:
    (found,) = read(tmp_path, case.edit).findings
    assert (found.severity, found.code, found.sheet, found.cell) == (Severity.NOTE, case.code, case.sheet, case.cell)
    assert case.says in str(found)


@pytest.mark.parametrize(
    ("typed", "number_format", "text"), [(0.07, "0%", "7%"), (0.335, "0.0 %", "33.5%"), (50, "General", "50")]
)
def test_a_target_in_per_cent_is_read_as_it_is_typed(typed: float, number_format: str, text: str, tmp_path: Path) -> None:
    plan = read(tmp_path, put("Targets!C2", typed, number_format)).plan
    assert plan.targets[0].target == text


def test_targets_alone_need_no_translation(tmp_path: Path) -> None:
    document = read(tmp_path, sheets={**SHEETS, "Targets": TITLED["Targets"]})
    assert (document.findings, len(document.plan.targets)) == ((), 3)


def test_who_publishes_is_read_with_its_translations(tmp_path: Path) -> None:
    rows = [("Published by", "the Finance Department"), ("Published by (fr)", "le Département des finances")]

    def edit(workbook: Workbook) -> None:
        for typed in rows:
            workbook["Plan"].append(typed)

    plan = read(tmp_path, edit).plan
    assert (plan.published_by, plan.publishers) == ("the Finance Department", (("fr", "le Département des finances"),))
    assert (read(tmp_path).plan.published_by, read(tmp_path).plan.publishers) == ("", ())


def test_the_older_header_of_references_is_read(tmp_path: Path) -> None:
    changes = SHEETS["Scenario changes"]
    place = changes[0].index("Reference") + 1

    def edit(workbook: Workbook) -> None:
        workbook["Scenario changes"].cell(1, place).value = "Para. 25"
        workbook["Scenario changes"].cell(2, place).value = "para. 25(c)"

    document = read(tmp_path, edit)
    assert document.findings == ()
    assert "para. 25(c)" in [change.paragraph for spec in document.scenarios for change in spec.changes]


@pytest.mark.parametrize("seed", range(20))
def test_random_damage_never_escapes(seed: int, tmp_path: Path) -> None:
    """Whatever is typed anywhere, the answer is a document or findings."""
    draw = random.Random(seed)
    values = [None, "", "x", "1.1", "Title (fr)", "Title (xx)", "Short title (es)", "=A1", "#N/A", "Total", -1, 0.5, 2026, True]

    def edit(workbook: Workbook) -> None:
        for _ in range(6):
            sheet = workbook[draw.choice(["Plan", "Components", "Outputs", "Criteria", "Scenarios", "Targets", "Targets"])]
            sheet.cell(draw.randint(1, sheet.max_row + 1), draw.randint(1, sheet.max_column + 1)).value = draw.choice(values)

    try:
        said: object = read(tmp_path, edit).plan.outputs
    except InputRefused as refused:
        said = refused.findings
    assert said
