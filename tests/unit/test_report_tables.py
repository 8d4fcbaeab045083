"""What the tables say, in which words; renderers are tested elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.allocation import Allocation, Delivery
from optimizer.files.document import InputCell
from optimizer.files.results import Earlier, EarlierOutput
from optimizer.findings import Finding, Severity
from optimizer.objectives import OBJECTIVES
from optimizer.optimize import optimize
from optimizer.overrides import Change
from optimizer.plan import Output
from optimizer.program import Termination
from optimizer.report import approaches, changes, prioritisation, record, summary, technical, text, wording
from optimizer.report.book import results_book
from optimizer.report.dossier import Answer, Dossier
from optimizer.report.language import ENGLISH, LANGUAGES
from optimizer.report.plain import markdown_text
from optimizer.report.scenarios import Comparison, comparison_book, overview
from optimizer.report.table import Book, Formula, Sheet, Style, Table, plain
from optimizer.result import Proof, Result, Ties, Unanswered
from tests import example
from tests.dossiers import FACTS, by_hand, dossier, drawn, over_time, paid, question, workbook

INSIDE = re.compile(
    r"\b(floor|ceiling|deferred|rejected|cut|low priority|optimal|optimum|value|score|shortfall|locked|regret|displaced|equity"
    r"|ladder|tier|core|borderline|the model|solver|bound|gap|infeasible|budget)\b",
    re.IGNORECASE,
)

PUBLISHED = ("Summary", "Prioritisation", "By period", "Changes")


def strings(sheet: Sheet) -> Iterator[str]:
    for table in sheet.tables:
        yield from (table.title, *table.lead, *table.notes, *(column.header for column in table.columns))
        yield from (str(plain(cell)) for row in table.rows for cell in row.cells)


def column(table: Table, key: str) -> list[object]:
    return [plain(cell) for cell in table.cells(key)]


def variants() -> Iterator[Dossier]:
    """Every sentence that assurance, uniqueness and changes can come to."""
    base = dossier()
    yield base
    yield by_hand(*drawn(3))
    yield by_hand(*paid(3))
    funds = tuple(replace(fund, category=f"category {fund.id}") for fund in example.OVER_TIME.funds)  # RB is no word of ours
    yield from (over_time(objective, replace(example.OVER_TIME, funds=funds)) for objective in OBJECTIVES)
    yield replace(base, earlier=earlier(base))
    ties = (Ties(False, ()), Ties(False, (("A.1", "A.2"), ("B.1", "B.2", "B.4"))))
    for proof in (Proof(True, "yes"), Proof(False, "no")):
        for tie in ties:
            for ended in (Termination.OPTIMAL, Termination.FEASIBLE):
                yield replace(base, result=replace(base.result, proof=proof, ties=tie, termination=ended))


def earlier(base: Dossier, **more: str) -> Earlier:
    """Results as they would be read back, with the amounts of some outputs replaced."""
    outputs = {
        output.id: EarlierOutput(output.name, str(wording.extent(delivery)), int(more.get(output.id, delivery.amount)))
        for output, delivery in zip(base.plan.outputs, base.result.allocation, strict=True)
    }
    return Earlier("before.xlsx", dict(record.question(base.result.scenario)), outputs, base.workbook.cells)


def test_words_for_the_inside_stay_inside() -> None:
    seen = 0
    for found in variants():
        front = [sheet for sheet in results_book(found).sheets if sheet.name in PUBLISHED]
        texts = [text for sheet in front for text in strings(sheet)]
        for said in (*texts, text.terminal(found), markdown_text(prioritisation.table(found))):
            seen += 1
            assert not INSIDE.search(said), said
    assert seen > 1000


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_has_published_words(objective: str) -> None:
    assert objective in wording.OBJECTIVES
    assert not INSIDE.search(wording.OBJECTIVES[objective])


def test_prioritisation_lists_outputs_under_their_components() -> None:
    table = prioritisation.table(dossier())
    first, second = ([Style.HEADING, Style.NOTE, *[Style.BODY] * size, Style.SUBTOTAL] for size in (2, 4))
    assert [row.style for row in table.rows] == [*first, *second, Style.TOTAL]
    assert column(table, "id") == ["A.1", "A.2", "B.1", "B.2", "B.3", "B.4"]
    assert table.rows[0].cells == ("Component A: First",)
    assert "Minimum allocation: US$2,800" in str(table.rows[1].cells[0])
    assert "Maximum allocation: US$5,400" in str(table.rows[6].cells[0])
    assert [c.header for c in table.columns if c.key.startswith("tags:")] == ["Conclusions"]


def status(output: Output, amount: int, share: int, *changes: Change) -> str:
    scenario = question(example.PLAN, 9000)
    scenario = replace(scenario, spec=replace(scenario.spec, changes=changes))
    return wording.status(ENGLISH, scenario, output, Delivery(amount, share))


def test_statuses_say_how_far_and_why() -> None:
    first, committed, deferred = (example.PLAN.outputs[i] for i in (0, 2, 4))
    assert status(first, 4000, 100) == "Funded"
    assert status(first, 2001, 50) == "Partially funded (50%)"
    assert status(first, 3, 0) == "Partially funded (under 1%)"
    assert status(first, 0, 0) == "Subject to additional resources"
    assert status(committed, 1000, 50) == "Partially funded (50%), committed. Agreed."
    assert status(replace(committed, reason=""), 2000, 100) == "Funded, committed"
    assert status(deferred, 0, 0) == "Subject to additional resources"
    assert status(replace(deferred, reason="starts in 2024"), 0, 0) == "Subject to additional resources. Starts in 2024."
    assert status(replace(first, reason="not printed while open"), 4000, 100) == "Funded"
    assert status(replace(first, cost=0, minimum=0), 0, 100) == "Funded"


def test_the_reason_of_the_scenario_comes_first() -> None:
    committed = example.PLAN.outputs[2]
    change = Change("output", "*", "Status", "committed", reason="decided since")
    assert status(committed, 2000, 100, change) == "Funded, committed. Decided since."
    assert status(committed, 2000, 100, replace(change, item="A.1")) == "Funded, committed. Agreed."
    assert status(committed, 2000, 100, replace(change, reason="")) == "Funded, committed. Agreed."


def test_expected_results_are_those_typed() -> None:
    outputs = list(example.PLAN.outputs)
    outputs[0] = replace(outputs[0], cost=4000, minimum=1000, result_full="All of it", result_minimum="A part")
    levels = tuple(replace(level, result=said) for level, said in zip(outputs[3].explicit_levels, ("", "Most", ""), strict=True))
    outputs[3] = replace(outputs[3], explicit_levels=levels, result_full="Everything")
    found = replace(dossier(), workbook=workbook(example.PLAN))
    scenario = replace(found.result.scenario, plan=replace(example.PLAN, outputs=tuple(outputs), delivery_step=25))
    found = replace(found, result=replace(found.result, scenario=scenario))

    def said(index: int, amount: int, share: int) -> str:
        return prioritisation.expected_result(found, index, Delivery(amount, share))

    assert [said(0, *pair) for pair in ((4000, 100), (2000, 50), (1000, 25), (0, 0))] == [
        "All of it",
        "At least: A part",
        "A part",
        "",
    ]
    assert [said(3, *pair) for pair in ((1500, 40), (3500, 75), (5000, 100))] == ["", "Most", "Everything"]
    assert said(1, 3000, 100) == ""


def test_the_column_of_results_is_left_out_where_nobody_typed_any() -> None:
    table = prioritisation.table(dossier())
    assert "result" not in [column.key for column in table.columns]
    assert any("have not been entered" in note for note in table.notes)


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [(2021, 2026, "2021–26"), (2022, 2022, "2022"), (1999, 2001, "1999–2001"), (None, 2026, "2026"), (None, None, "")],
)
def test_time_frames(start: int | None, end: int | None, shown: str) -> None:
    assert ENGLISH.span(start, end) == shown


def test_comparison_names_the_minima_that_are_not_respected() -> None:
    table = approaches.comparison(dossier())
    assert column(table, "approach")[0] == "Full costing"
    assert next(row for row in table.rows if row.style is Style.SUBTOTAL).cells[0] == "Prioritised"
    by_name = {row.cells[0]: row.cells for row in table.rows}
    assert by_name["Full costing"][4] == 1
    assert by_name["Prioritised"][5:] == ("none", 0, 0)
    assert by_name["All outputs phased at their minimum"][5] == "none"
    across = by_name["Across-the-board"]
    assert isinstance(across[6], int)
    assert across[6] > 0


def test_summary_says_what_is_unallocated() -> None:
    found = dossier(resources=9000)
    table = results_book(found).sheet("Summary").tables[1]
    rows = {row.cells[0]: row.cells for row in table.rows}
    spend = found.result.audit.spend
    assert rows["Available resources"][3] == 9000
    assert rows["Unallocated balance"][3] == 9000 - spend
    assert rows["Total"] == ("Total", 6, 16000, spend, 16000 - spend)


def test_changes_without_an_earlier_version() -> None:
    assert changes.sheet(dossier()).tables[0].lead == ("There is no earlier version to compare with.",)
    assert "no earlier version" in changes.summary(dossier())


def test_no_changes_say_so() -> None:
    base = dossier()
    same = replace(base, earlier=earlier(base))
    assert changes.summary(same) == "Nothing has changed since before.xlsx."
    assert "Nothing has changed" in changes.sheet(same).tables[0].lead[0]


def test_changes_are_matched_by_row_not_by_address() -> None:
    base = dossier()
    moved = tuple(replace(cell, cell="Z99") for cell in reversed(base.workbook.cells))
    before = replace(earlier(base, **{"A.1": "1"}), cells=moved)
    before = replace(before, cells=tuple(replace(c, value="9") if (c.row, c.column) == ("B.1", "Cost") else c for c in moved))
    found = changes.sheet(replace(base, earlier=before))
    asked, inputs, outputs = found.tables[1:]
    assert not asked.rows
    assert [row.cells for row in inputs.rows] == [("Outputs", "B.1", "Cost", "9", "2000")]
    assert [row.cells[0] for row in outputs.rows] == ["A.1"]
    assert outputs.rows[0].cells[4] == 1
    assert (
        changes.summary(replace(base, earlier=before)) == "Since before.xlsx: 1 input cell and 1 output changed (sheet Changes)."
    )


def test_changes_show_what_is_new_and_what_is_gone() -> None:
    base = dossier()
    outputs = {key: value for key, value in earlier(base).outputs.items() if key != "A.1"}
    before = replace(
        earlier(base),
        outputs={**outputs, "X": EarlierOutput("Gone", "Funded", 5)},
        cells=(
            *base.workbook.cells,
            InputCell("Levels", "A2", "L", "Amount", "1"),
            InputCell("Levels", "A3", "L", "Amount", "2"),
        ),
        question={**earlier(base).question, "Resources": "other"},
    )
    asked, inputs, outputs_table = changes.sheet(replace(base, earlier=before)).tables[1:]
    assert [row.cells[0] for row in asked.rows] == ["Resources"]
    assert [row.cells[3:] for row in inputs.rows] == [("1", ""), ("2", "")]
    assert {row.cells[0]: row.cells[2:4] for row in outputs_table.rows} == {
        "A.1": ("not in the earlier version", "Partially funded"),
        "X": ("Funded", "no longer in the plan"),
    }


def checks(book: Book) -> list[tuple[str, object]]:
    return [(str(row.cells[0]), plain(row.cells[-1])) for row in book.sheet("Checks").tables[0].rows]


@pytest.mark.parametrize("seed", range(20))
def test_every_check_holds_for_an_allocation_that_respects_the_rules(seed: int) -> None:
    found = checks(results_book(by_hand(*drawn(seed))))
    assert len(found) > 20
    assert not [says for says, holds in found if holds is not True]


def test_checks_notice_what_is_wrong() -> None:
    base = dossier()
    deliveries = (Delivery(1, 0), *list(base.result.allocation)[1:])
    result = replace(base.result, allocation=Allocation(deliveries))
    found = dict(checks(results_book(replace(base, result=result))))
    assert found["All checks hold"] is False
    assert found["No output is funded below its minimum viable amount"] is False
    assert found["Component A: amounts of its outputs add up"] is False
    verdict = results_book(replace(base, result=result)).sheet("Summary").tables[4].rows[3].cells[1]
    assert isinstance(verdict, Formula)
    assert verdict.value == "A check on the sheet Checks does not hold."


def test_findings_of_the_reader_are_recorded() -> None:
    finding = Finding("c", Severity.WARNING, "plan.xlsx", "Outputs", "F2", "a formula", "a typed number is expected", "type it")
    base = dossier()
    found = results_book(replace(base, workbook=replace(base.workbook, findings=(finding,))))
    row = found.sheet("Checks").tables[1].rows[0]
    assert row.cells == ("warning", "Outputs!F2", "a formula", "a typed number is expected", "type it")


def test_rules_are_listed_but_for_levels() -> None:
    found = dossier()
    table = technical.rules(found).tables[0]
    assert {str(kind) for kind in column(table, "kind")} == {rule.KIND for rule in found.result.scenario.rules} - {"level"}
    for limit, value, slack, sense, binding in zip(
        *(column(table, key) for key in ("limit", "value", "slack", "sense", "binding")), strict=True
    ):
        assert isinstance(limit, int)
        assert isinstance(value, int)
        assert slack == (limit - value if sense == "at most" else value - limit) >= 0
        assert binding == ("yes" if slack == 0 else "no")


def test_scenarios_side_by_side() -> None:
    base = dossier().result
    richer, poor = optimize(question(example.PLAN, 16000)), optimize(question(example.PLAN, 100))
    assert isinstance(richer, Result)
    assert isinstance(poor, Unanswered)
    named = [
        replace(one.scenario, spec=replace(one.scenario.spec, name=name)) for one, name in ((richer, "More"), (poor, "Less"))
    ]
    answers = (
        Answer(base),
        Answer(replace(richer, scenario=named[0])),
        Answer(replace(poor, scenario=named[1]), ("The minimum allocations exceed the resources.",)),
    )
    book = comparison_book(Comparison(workbook(example.PLAN), answers), FACTS)
    table = book.sheet("Scenarios").tables[0]
    assert [c.header for c in table.columns] == ["Output", "Title", "Base", "More", "Less", "Differs from Base in"]
    top = {row.cells[1]: row.cells[2:5] for row in table.rows[:9]}
    assert top["Available resources"] == (9000, 16000, 100)
    assert top["Allocated"] == (base.audit.spend, richer.audit.spend, None)
    assert top["Answer"][0] == "Established exactly"
    assert top["Answer"][2] == "No allocation satisfies the rules. The minimum allocations exceed the resources."
    for index, output in enumerate(example.PLAN.outputs):
        row = next(row for row in table.rows if row.cells[0] == output.id)
        same = base.allocation[index] == richer.allocation[index]
        assert row.cells[4] is None
        assert row.cells[5] == ("" if same else "More")
    assert [row.cells[:3] for row in overview(Comparison(workbook(example.PLAN), answers)).rows] == [
        ("Base", 9000, base.audit.spend),
        ("More", 16000, richer.audit.spend),
        ("Less", 100, None),
    ]
    amounts = book.sheet("Amounts").tables[0]
    assert amounts.rows[-1].cells == (None, "Total", 16000, base.audit.spend, richer.audit.spend, None)


def test_money_in_text() -> None:
    assert replace(example.PLAN, currency="CHF").money(5000).replace("\u00a0", " ") == "CHF 5,000"
    assert wording.money_shown(ENGLISH, replace(example.PLAN, display_unit=1000), 237) == "US$237\u00a0thousand"
    assert wording.unit(ENGLISH, replace(example.PLAN, currency="EUR", display_unit=1_000_000)) == "EUR million"
    assert wording.unit(ENGLISH, replace(example.PLAN, display_unit=500)) == "US$ × 500"
    assert [ENGLISH.number(Fraction(*n)) for n in ((3, 2), (40, 1), (1, 3))] == ["1.5", "40", "0.3333333333"]


def test_the_summary_names_who_publishes() -> None:
    plan = replace(example.PLAN, published_by="the Finance Department", publishers=(("fr", "le Département des finances"),))
    said = {}
    for name, given in (("none", example.PLAN), ("own", plan)):
        for code in ("en", "fr", "es"):
            said[name, code] = summary.statement(replace(dossier(given), language=LANGUAGES[code]))
    assert said["none", "en"].startswith("The Office has identified, within")
    assert "le Bureau a recensé" in said["none", "fr"]
    assert "la Oficina ha identificado" in said["none", "es"]
    assert said["own", "en"].startswith("The Finance Department has identified, within")
    assert "le Département des finances a recensé" in said["own", "fr"]
    assert "the Finance Department ha identificado" in said["own", "es"]
