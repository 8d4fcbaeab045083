"""Progress, adopted amounts, classes, levels and re-plans, as the tables show them."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from optimizer.allocation import Allocation, Delivery
from optimizer.analysis.conflict import why
from optimizer.analysis.replan import Replan, replan, unmatched
from optimizer.findings import InputRefused, Severity
from optimizer.overrides import Change
from optimizer.plan import Level, Link, Plan
from optimizer.program import Termination
from optimizer.report import allocation, inversions, levels, record, text, wording, xlsx
from optimizer.report import replan as report
from optimizer.report.book import results_book
from optimizer.report.dossier import Dossier, RunFacts
from optimizer.report.language import ENGLISH
from optimizer.report.prioritisation import expected_result
from optimizer.report.table import Kind, Style, Table, plain
from optimizer.result import Unanswered
from optimizer.scenario import Scenario, derive
from tests import example
from tests.dossiers import FACTS, by_hand, dossier, over_time, workbook

OPEN_PLAN = replace(example.OVER_TIME, allowed_changes=None, allowed_drops=None)


def rows(table: Table) -> list[dict[str, object]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(plain, row.cells), strict=True)) for row in table.rows if not row.full_width]


def test_progress_and_adopted_amounts_stand_beside_the_allocation() -> None:
    found = over_time()
    *lines, total = rows(allocation.sheet(found).tables[0])
    third = next(line for line in lines if line["id"] == "B.1")
    assert (third["spent"], third["delivered"], third["minimum"], third["amount"]) == (100, Fraction(1, 5), 100, 250)
    assert (third["adopted"], third["change"]) == (500, -250)
    assert (total["spent"], total["adopted"], total["change"]) == (200, 1300, 1250 - 1300)
    assert [line["tier"] for line in lines] == [1, 2, 2, 1, 1, 3]
    without = {column.key for column in allocation.sheet(dossier()).tables[0].columns}
    assert not {"spent", "delivered", "adopted", "change", "tier"} & without


def test_summary_says_what_is_past_and_what_has_changed() -> None:
    said = {str(row.cells[0]): row.cells[1] for row in results_book(over_time()).sheet("Summary").tables[5].rows}
    assert said["Progress"] == "Decided from 2022 on; US$200 spent before. Outputs that receive less than adopted: 1; more: 1."
    assert "Order of classes" not in said
    assert "Progress" not in {row.cells[0] for row in results_book(dossier()).sheet("Summary").tables[4].rows}


def test_what_is_only_spent_has_no_expected_result() -> None:
    outputs = tuple(replace(output, result_full="All", result_minimum="Half") for output in example.OVER_TIME.outputs)
    found = over_time(plan=replace(example.OVER_TIME, outputs=outputs))

    def said(amount: int, share: int) -> str:
        return expected_result(found, 2, Delivery(amount, share))

    assert [said(500, 100), said(300, 60), said(250, 50), said(100, 20)] == ["All", "At least: Half", "Half", ""]


def linked(level: int) -> Dossier:
    """A.2 requires A.1, which is delivered at one of its levels."""
    components = tuple(replace(component, minimum=None, maximum=None) for component in example.PLAN.components)
    plan = replace(example.PLAN, links=(Link("A.2", "A.1"),), coverage=(), groups=(), components=components)
    first = plan.levels[0][level]
    others = (Delivery(plan.outputs[1].cost, 100), *(Delivery(0, 0),) * (len(plan.outputs) - 2))
    return by_hand(plan, Allocation((Delivery(first.amount, first.share), *others)))


def test_what_is_required_at_its_lowest_level_is_flagged() -> None:
    table = allocation.sheet(linked(0)).tables[0]
    assert [line["remark"] for line in rows(table)[:2]] == ["Lowest level; required by A.2", ""]
    assert any("lowest level only" in note for note in table.notes)
    assert "remark" not in {column.key for column in allocation.sheet(linked(-1)).tables[0].columns}


def classes(*deliveries: tuple[int, int]) -> Dossier:
    """The first class is A.1 and B.2, the second A.2, the third B.1."""
    tiers = {"A.1": 1, "A.2": 2, "B.1": 3, "B.2": 1, "B.3": 3, "B.4": 3}
    outputs = tuple(replace(output, tier=tiers[output.id]) for output in OPEN_PLAN.outputs)
    plan = replace(OPEN_PLAN, outputs=outputs, first_open_year=None, funds=(), periods=())
    found = by_hand(plan, Allocation(tuple(Delivery(*delivery) for delivery in deliveries)))
    scenario = replace(found.result.scenario, objective=over_time("tiers").result.scenario.objective)
    return replace(found, result=replace(found.result, scenario=scenario))


def test_inversions_name_who_is_ahead() -> None:
    """A.1 costs 600, A.2 400, B.1 500, B.2 300, B.3 200, B.4 100."""
    found = classes((600, 100), (200, 50), (250, 50), (0, 0), (200, 100), (0, 0))
    table = inversions.table(found)
    assert [(line["id"], line["count"], line["received"], line["ahead"], line["received_ahead"]) for line in rows(table)] == [
        ("A.2", 2, 450, 1, 200),
        ("B.2", 3, 650, 3, 650),
    ]
    assert [line["which"] for line in rows(table)] == ["B.3", "A.2, B.1 and B.3"]
    assert inversions.summary(found).startswith("2 outputs of an earlier class are not funded in full")
    in_order = classes((600, 100), (0, 0), (0, 0), (300, 100), (0, 0), (0, 0))
    assert not rows(inversions.table(in_order))
    assert inversions.summary(in_order).startswith("No output of a later class")
    one = classes((600, 100), (200, 50), (0, 0), (0, 0), (0, 0), (0, 0))
    assert inversions.summary(one).startswith("1 output of an earlier class is not funded")


def test_inversions_belong_to_classes() -> None:
    book = results_book(over_time("tiers"))
    assert "Inversions" in [sheet.name for sheet in book.sheets]
    assert "Order of classes" in {row.cells[0] for row in book.sheet("Summary").tables[5].rows}
    assert not inversions.inversions(over_time())


def test_what_is_attained_is_on_record() -> None:
    said = {}
    for objective in ("delivery", "tiers", "balanced"):
        found = over_time(objective)
        said[objective] = {row.cells[0]: row.cells[1] for row in record.run(found).tables[0].rows}["Attained"]
    assert said == {
        "delivery": "value: 190 priority points",
        "tiers": "value of tier 1: 105 priority points; value of tier 2: 65 priority points; value of tier 3: 20 priority points",
        "balanced": "smallest coverage: 40.9091%; value: 190 priority points",
    }


def test_levels_show_what_each_step_adds() -> None:
    table = levels.table(dossier())
    lines = rows(table)
    assert [(line["amount"], line["added_amount"], line["added_share"]) for line in lines] == [
        (1500, 1500, Fraction(2, 5)),
        (3500, 2000, Fraction(7, 20)),
        (5000, 1500, Fraction(1, 4)),
    ]
    points = [line["points"] for line in lines]
    assert points == [60 * Fraction(2, 5) * 100 / 1500, 60 * Fraction(7, 20) * 100 / 2000, 60 * Fraction(1, 4) * 100 / 1500]
    amount = dossier().result.allocation[3].amount
    assert [line["chosen"] for line in lines] == ["chosen" if line["amount"] == amount else "" for line in lines]


def test_levels_fall_on_periods_as_they_are_chosen() -> None:
    own = (Level(300, 50, "Half"), Level(600, 100, "All"))
    outputs = tuple(replace(o, explicit_levels=own) if o.id == "A.1" else o for o in example.OVER_TIME.outputs)
    found = over_time(plan=replace(example.OVER_TIME, outputs=outputs))
    assert found.result.allocation[0] == Delivery(600, 100, 2)
    lines = rows(levels.table(found))
    assert [(line["result"], line["period:22-23"], line["period:24-25"]) for line in lines] == [("Half", 0, 300), ("All", 0, 600)]


def steps(plan: Plan = example.OVER_TIME, objective: str = "delivery", most: int | None = None) -> tuple[Scenario, Replan]:
    spec = replace(over_time(objective).result.scenario.spec)
    scenario = derive(plan, spec)
    return scenario, replan(scenario, most)


def test_adopted_results_that_do_not_fit_the_plan_are_told_or_refused() -> None:
    titles = {one.id: one.name for one in example.OVER_TIME.outputs}
    assert not unmatched(example.OVER_TIME, titles, "before.xlsx")
    other = {key: title for key, title in titles.items() if key != "A.2"} | {"C.1": "New", "B.1": "Another"}
    found = unmatched(example.OVER_TIME, other, "before.xlsx")
    assert {finding.severity for finding in found} == {Severity.WARNING}
    assert [finding.found for finding in found] == [
        "output A.2 in the plan but not in these results",
        "output C.1 in these results but not in the plan",
        "output B.1 with another title in these results than in the plan",
    ]
    many = titles | {f"D.{i}": "" for i in range(20)}
    (told,) = unmatched(example.OVER_TIME, many, "before.xlsx")
    assert told.found.startswith("outputs D.0, D.1, D.2, D.3, D.4, D.5, D.6, D.7 and 12 more in these")
    with pytest.raises(InputRefused, match="none of the 1 outputs"):
        unmatched(example.OVER_TIME, {"1.1": "Title of A.1"}, "before.xlsx")


def test_each_further_change_and_what_it_brings() -> None:
    lines = rows(report.steps_table(*steps()))
    assert [line["allowed"] for line in lines] == [0, 1, 2]
    assert str(lines[0]["answer"]).startswith("No allocation satisfies the rules.")
    assert {lines[0][key] for key in ("made", "figure:value", "gain_first", "gain_last", "allocated")} == {None}
    assert [line["figure:value"] for line in lines[1:]] == [155, 190]
    assert [(line["gain_first"], line["gain_last"]) for line in lines[1:]] == [(None, None), (35, 35)]
    assert (lines[2]["drops"], lines[2]["additions"], lines[2]["made"]) == (1, 1, 2)
    table = report.steps_table(*steps())
    assert "More changes bring nothing." in table.notes
    assert "Gained over 1 change" in [column.header for column in table.columns]


def test_the_largest_number_of_changes_without_an_allocation_says_why() -> None:
    scenario, found = steps()
    assert [bool(step.reasons) for step in found.steps] == [True, False, False]
    (answer, *_) = [line["answer"] for line in rows(report.steps_table(scenario, found))]
    assert answer == f"No allocation satisfies the rules. {found.steps[0].reasons[0]}"
    assert found.steps[0].reasons[0].startswith("With so few changes these cannot all hold: ")
    assert "differ from the adopted" not in found.steps[0].reasons[0]
    (note,) = report.outputs(scenario, found).notes
    assert note.endswith("the sheet Re-plan says why at the largest such number.")
    assert " ".join(found.steps[0].reasons[0].split()) in " ".join(report.terminal(scenario, found).split())


def test_reasons_of_a_re_plan_that_no_number_of_changes_mends() -> None:
    poor = replace(example.OVER_TIME, funds=(replace(example.OVER_TIME.funds[0], amounts=(100, 0, 0)),))
    _, found = steps(poor)
    (step,) = found.steps
    assert isinstance(found.free, Unanswered)
    assert step.reasons == why(found.free.scenario)
    assert any("Commitments need US$200" in reason for reason in step.reasons)


def test_gains_under_several_figures_say_in_which() -> None:
    for objective, figures in (("tiers", 3), ("balanced", 2)):
        table = report.steps_table(*steps(objective=objective))
        assert sum(column.key.startswith("figure:") for column in table.columns) == figures
        assert rows(table)[2]["in_last"] == ("Priority points, class 2" if objective == "tiers" else "Priority points")
    coverage = report.steps_table(*steps(objective="balanced")).columns[4]
    assert (coverage.header, coverage.kind) == ("Smallest coverage of a component", Kind.PERCENT)


def test_fewer_changes_than_would_help_say_so() -> None:
    scenario, found = steps(most=1)
    assert any(note.startswith("More changes than these") for note in report.steps_table(scenario, found).notes)


def test_outputs_that_change() -> None:
    scenario, found = steps()
    table = report.outputs(scenario, found)
    assert [column.header for column in table.columns] == ["Output", "Title", "Adopted amount", "1 change", "2 changes"]
    assert [row.cells[0] for row in table.rows if row.style is Style.BODY] == ["A.2", "B.1"]
    assert table.rows[-1].cells[2:] == (sum(found.adopted), 1050, 1250)
    for column in (2, 3, 4):
        figures = [row.cells[column] for row in table.rows[:-1]]
        assert sum(f for f in figures if isinstance(f, int)) == table.rows[-1].cells[column]
    assert len(table.notes) == 1


def test_an_adopted_amount_that_is_no_level_says_so() -> None:
    outputs = tuple(replace(o, adopted=450) if o.id == "B.1" else o for o in example.OVER_TIME.outputs)
    scenario, found = steps(replace(example.OVER_TIME, outputs=outputs))
    assert any("no level of its output" in note for note in report.outputs(scenario, found).notes)


def test_the_book_of_a_re_plan(tmp_path: Path) -> None:
    scenario, found = steps()
    facts = RunFacts(FACTS.versions, (("Adopted amounts from", "before.xlsx"),))
    book = report.replan_book(workbook(scenario.plan), scenario, found, facts)
    xlsx.save(book, tmp_path / "replan.xlsx")
    names = openpyxl.load_workbook(tmp_path / "replan.xlsx").sheetnames
    assert names == ["Re-plan", "Changed outputs", "Inputs as read", "Run", "Seal"]
    answered = next(table for table in book.sheet("Run").tables if table.title == "How each step was answered")
    assert [row.cells[0] for row in answered.rows] == ["No change", "1 change", "2 changes", "Any number of changes"]
    assert ("Adopted amounts from", "before.xlsx") in {row.cells for row in book.sheet("Run").tables[-1].rows}


def test_a_re_plan_on_the_terminal_and_as_data() -> None:
    scenario, found = steps()
    said = report.terminal(scenario, found)
    assert "2 changes: less for B.1; more for A.2." in said
    assert max(map(len, said.splitlines())) <= text.WIDTH + 15
    as_data = json.loads(report.json_text(scenario, found))
    assert [step["allowed"] for step in as_data["steps"]] == [0, 1, 2]
    assert as_data["steps"][2]["additions"] == ["A.2"]
    assert sum(as_data["any_number_of_changes"]["amounts"].values()) == as_data["any_number_of_changes"]["allocated"]


def test_a_re_plan_without_any_answer() -> None:
    scenario, found = steps()
    nothing = Unanswered(scenario, Termination.NO_SOLUTION, (), "nobody")
    stuck = Replan(found.adopted, (replace(found.steps[0], outcome=nothing, reasons=()),), nothing)
    assert rows(report.steps_table(scenario, stuck))[0]["answer"] == wording.sentence(str(Termination.NO_SOLUTION))
    assert [row.cells[1] for row in report.outputs(scenario, stuck).rows] == ["All other outputs", "Total"]
    assert report.terminal(scenario, stuck)


def test_changes_to_the_whole_plan_read_as_such() -> None:
    assert wording.change(ENGLISH, Change("plan", "*", "first open year", "2024")) == "plan: first open year 2024"
    assert wording.change(ENGLISH, Change("fund", "*", "carry over", "no")) == "all funds: carry over no"
