"""Periods, Funds, Profile and progress in input workbooks: what is read, and exactly what is said about each fault."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import Workbook

from optimizer.files.changes import settings
from optimizer.files.document import InputWorkbook
from optimizer.files.reader import read_workbook
from optimizer.findings import InputRefused, Severity
from optimizer.fund import Fund
from optimizer.overrides import KINDS, known_settings
from optimizer.plan import Basis, Limit, Plan, Status
from optimizer.scenario import derive, with_settings
from optimizer.timing import Period, ProfileRow
from tests.unit.test_reader import Case, named
from tests.workbooks import FUNDED, SHEETS, Edit, book, both, put, row, saved

PERIODS = (
    Period("2020–21", 2020, 2021),
    Period("2022–23", 2022, 2023),
    Period("2024–25", 2024, 2025),
    Period("2026–27", 2026, 2027),
)


def read(folder: Path, edit: Edit | None = None, sheets: dict[str, list[list[object]]] = FUNDED) -> InputWorkbook:
    return read_workbook(saved(folder, book(edit, sheets)))


def errors(folder: Path, edit: Edit) -> list[tuple[str, str, str]]:
    with pytest.raises(InputRefused) as refused:
        read(folder, edit)
    return [(f.code, f.sheet, f.cell) for f in refused.value.findings if f.severity is Severity.ERROR]


def parts(*numbers: object) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(number)) for number in numbers)


@pytest.fixture(scope="module")
def funded(tmp_path_factory: pytest.TempPathFactory) -> InputWorkbook:
    return read(tmp_path_factory.mktemp("funded"))


# What is read


def test_a_funded_workbook_has_nothing_to_complain_about(funded: InputWorkbook) -> None:
    assert funded.findings == ()


def test_periods_and_funds(funded: InputWorkbook) -> None:
    assert funded.plan.periods == PERIODS
    assert funded.plan.funds == (
        Fund("RB", "Regular budget", "regular budget", (1000, 2000, 2000, 1000), carry_over=True, cap=500, comment="assessed"),
        Fund("XB", "Projects", "existing projects", (500, 500, 0, 0), ("1",), ("2.1",), ("8.3", "17.14")),
    )


def test_profiles_and_progress(funded: InputWorkbook) -> None:
    first, second, _, fourth, fifth = funded.plan.outputs
    assert first.profile == (
        ProfileRow(parts(10, 20, "30.5", 0), None, "RB"),
        ProfileRow(parts(0, "39.5", 0, 0), None, ""),
    )
    assert fourth.profile == (
        ProfileRow(parts(1000, 0, 0, 0), 20, "", by_amount=True),
        ProfileRow(parts(4000, 0, 0, 0), 100, "", by_amount=True),
    )
    assert (first.tier, first.spent, first.delivered, first.adopted) == (1, 500, 10, 4000)
    assert (fourth.tier, fourth.spent, fourth.delivered, fourth.adopted) == (2, 0, 0, 0)
    assert (second.profile, second.spent, second.delivered, fifth.tier, fifth.adopted) == ((), 0, 0, 3, None)


def test_scenarios_of_funds(funded: InputWorkbook) -> None:
    assert funded.scenario("Sources").resources == Limit(Basis.FUNDS, Fraction(90))
    assert [str(change) for change in funded.scenario("Mid-term").changes] == [
        "plan.*.first open year=2022",
        "plan.*.allowed changes=3",
        "fund.RB.amount 2022–23=2500",
        "fund.RB.cap=none",
        "fund.XB.restriction=none",
    ]


def test_settings_of_the_plan(tmp_path: Path) -> None:
    lines = [
        ("First open year", 2022),
        ("Later start", "Yes"),
        ("continuity", "yes"),
        ("Allowed changes", 3),
        ("Allowed drops", 0),
    ]
    plan = read(tmp_path, both(*(row("Plan", *line) for line in lines))).plan
    assert (plan.first_open_year, plan.later_start, plan.continuity, plan.allowed_changes, plan.allowed_drops) == (
        2022,
        True,
        True,
        3,
        0,
    )


def test_without_the_new_sheets_nothing_is_new(tmp_path: Path) -> None:
    plan = read(tmp_path, sheets=SHEETS).plan
    assert (plan.periods, plan.funds, plan.first_open_year, plan.later_start, plan.continuity) == ((), (), None, False, False)
    assert (plan.allowed_changes, plan.allowed_drops) == (None, None)
    assert {(o.profile, o.tier, o.spent, o.delivered, o.adopted) for o in plan.outputs} == {((), None, 0, 0, None)}


def test_cells_are_named_by_content(funded: InputWorkbook) -> None:
    cells = {(c.sheet, c.row, c.column): (c.cell, c.value) for c in funded.cells}
    assert len(cells) == len(funded.cells)
    assert cells["Periods", "2022–23", "Last year"] == ("C3", "2023")
    assert cells["Funds", "XB", "Amount: 2022–23"] == ("J3", "500")
    assert cells["Profile", "1.1 / RB", "Part: 2024–25"] == ("G2", "30.5")
    assert cells["Profile", "1.1", "Part: 2022–23"] == ("F3", "39.5")
    assert cells["Profile", "2.1 / 20", "Basis"] == ("D4", "amounts")


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", " - ", " – "])
def test_dashes_of_any_length_name_the_same_period(dash: str, tmp_path: Path, funded: InputWorkbook) -> None:
    """Wherever a period is named: in headers, in settings, with any case and spaces."""

    def edit(workbook: Workbook) -> None:
        for sheet in ("Funds", "Profile"):
            for cell in workbook[sheet][1]:
                cell.value = str(cell.value).replace("–", dash).replace(": 2", " :\n2").upper()
        workbook["Scenario changes"]["D7"] = f"Amount 2022{dash}23"

    document = read(tmp_path, edit)
    assert document.findings == ()
    assert (document.plan, document.scenarios) == (funded.plan, funded.scenarios)
    assert {(c.sheet, c.row, c.column) for c in document.cells if c.sheet != "Scenario changes"} == {
        (c.sheet, c.row, c.column) for c in funded.cells if c.sheet != "Scenario changes"
    }


def test_order_of_rows_and_columns_does_not_matter(tmp_path: Path, funded: InputWorkbook) -> None:
    shuffled = dict(FUNDED)
    draw = random.Random(7)
    for name in ("Funds", "Profile"):
        headers, *rows = FUNDED[name]
        columns = draw.sample(range(len(headers)), len(headers))
        shuffled[name] = [[line[i] for i in columns] for line in (headers, *reversed(rows))]
    plan = read(tmp_path, sheets=shuffled).plan
    assert set(plan.funds) == set(funded.plan.funds)
    assert [set(output.profile) for output in plan.outputs] == [set(output.profile) for output in funded.plan.outputs]


def test_optional_columns_may_be_missing(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook["Funds"].delete_cols(4, 5)
        workbook["Profile"].delete_cols(8)  # Part: 2026–27, of which no row has any
        workbook["Profile"].delete_cols(2, 2)
        workbook["Profile"].delete_rows(3, 3)
        workbook["Profile"]["C2"] = 49.5

    document = read(tmp_path, edit)
    assert document.findings == ()
    assert document.plan.outputs[0].profile == (ProfileRow(parts("49.5", 20, "30.5", 0)),)
    assert (document.plan.funds[0].cap, document.plan.funds[0].carry_over) == (None, False)


def test_sheets_that_wait_to_be_filled_in_are_no_trouble(tmp_path: Path) -> None:
    """Without rows, whether or not they have columns for periods, and whether or not there are any."""
    for count in (1, 5):
        for cut in (0, 4):
            sheets = {**SHEETS, "Periods": FUNDED["Periods"][:count]}
            sheets |= {name: [FUNDED[name][0][: -1 - cut]] for name in ("Funds", "Profile")}
            document = read(tmp_path, sheets=sheets)
            assert (document.findings, document.plan.funds) == ((), ())


def test_a_profile_says_when_money_falls_due_that_the_periods_do_not_cover(tmp_path: Path) -> None:
    late = put("Outputs!K2", 2029)
    assert read(tmp_path, late).findings == ()
    some_levels = both(late, put("Profile!B2", 40), put("Profile!B3", 40))
    assert errors(tmp_path, some_levels) == [("outside-periods", "Outputs", "K2")]


def test_a_gap_between_periods_is_no_trouble_where_the_time_frame_is_open(tmp_path: Path) -> None:
    gap = both(put("Periods!B4", 2025), put("Outputs!J2", 2025), put("Profile!E2", 69.5), put("Profile!F2", None))
    document = read(tmp_path, both(lambda w: w["Profile"].delete_rows(2, 2), gap, lambda w: w["Profile"].delete_rows(2, 9)))
    assert [f.code for f in document.findings] == ["period-gap"]  # output 1.2 has no time frame


# What is refused


ERRORS = [
    # Periods
    Case("last before first", put("Periods!C3", 2012), "period-years", "Periods", "C3", "2012, first year 2022"),
    Case("overlap", put("Periods!B3", 2021), "period-overlap", "Periods", "B3", "2020–21 ends 2021"),
    Case("order", both(put("Periods!B4", 2018), put("Periods!C4", 2019)), "period-order", "Periods", "B4", "move the row up"),
    Case("period twice", row("Periods", "2026–27", 2028, 2029), "duplicate", "Periods", "A6", "also in A5"),
    Case("period by dash", row("Periods", "2026-27", 2028, 2029), "same-looking", "Periods", "A6", "U+2013"),
    Case("year", put("Periods!B3", 22), "value", "Periods", "B3", "a year of four digits"),
    Case("year blank", put("Periods!C3", None), "blank", "Periods", "C3", "last year is blank"),
    Case("name a number", row("Periods", 2028, 2028, 2028), "value", "Periods", "A6", "text is expected, never a number"),
    # Funds
    Case("fund twice", row("Funds", "RB", "Again", "x", *[None] * 5, 1, 1, 1, 1), "duplicate", "Funds", "A4", "also in A2"),
    Case("amount blank", put("Funds!J2", None), "blank", "Funds", "J2", "amount 2022–23 is blank: a whole number of US$ >= 0"),
    Case("amount blank, what to do", put("Funds!J2", None), "blank", "Funds", "J2", "(type 0 where it has none)"),
    Case("amount text", put("Funds!J2", "2m"), "value", "Funds", "J2", 'amount 2022–23 "2m"'),
    Case("title", put("Funds!B2", None), "blank", "Funds", "B2"),
    Case("category", put("Funds!C2", None), "blank", "Funds", "C2"),
    Case("component", put("Funds!D3", "1; 3"), "unknown", "Funds", "D3", 'component "3": the id of a row of Components'),
    Case("output", put("Funds!E3", "2.11"), "unknown", "Funds", "E3", "did you mean 2.1?"),
    Case("tag", put("Funds!F3", "8.33"), "unknown", "Funds", "F3", "did you mean 8.3?"),
    Case("component a number", put("Funds!D3", 1), "value", "Funds", "D3", "text is expected"),
    Case("carry-over", put("Funds!G2", "maybe"), "value", "Funds", "G2", "one of yes, no is expected"),
    Case("total", row("Funds", "Total", None, None, *[None] * 5, 1500, 2500, 2000, 1000), "total-row", "Funds", "A4"),
    Case("amount of nothing", put("Funds!N1", "Amount: 2022–24"), "unknown-period", "Funds", "N1", "did you mean 2022–23?"),
    Case("amount missing", lambda w: w["Funds"].delete_cols(9), "missing-column", "Funds", "A1", '"Amount: 2020–21"'),
    Case("amount misspelt", put("Funds!I1", "Amounts 2020–21"), "missing-column", "Funds", "A1", "did you mean Amounts 2020–21?"),
    Case("amount twice", put("Funds!N1", "Amount: 2020-21"), "duplicate-header", "Funds", "N1", "also in I1"),
    Case("resources of no funds", lambda w: w["Funds"].delete_rows(2, 9) or w["Scenario changes"].delete_rows(5, 9)
         or w["Profile"].delete_rows(2, 9) or w["Scenarios"].delete_rows(6), "no-funds", "Scenarios", "C5", "fill it in"),
    # Profile
    Case("profile of nothing", put("Profile!A4", "2.11"), "unknown", "Profile", "A4", "did you mean 2.1?"),
    Case("fund", put("Profile!C2", "RBX"), "unknown", "Profile", "C2", "did you mean RB?"),
    Case("fund may not", row("Profile", "2.2", None, "XB", "shares", None, None, 100), "profile-fund", "Profile", "C6",
         "these may: RB"),
    Case("basis blank", put("Profile!D4", None), "blank", "Profile", "D4", "one of shares, amounts"),
    Case("basis", put("Profile!D4", "share"), "value", "Profile", "D4", "did you mean shares?"),
    Case("two bases", put("Profile!D3", "amounts"), "profile-basis", "Profile", "D3", 'amounts, in D2 shares: the same on each'),
    Case("shares", put("Profile!F2", 21), "profile-sum", "Profile", "E2", 'of output "1.1" add up to 101: exactly 100'),
    Case("shares short", put("Profile!F3", None), "profile-sum", "Profile", "E2", "add up to 60.5"),
    Case("nothing at all", put("Profile!E4", None), "profile-sum", "Profile", "E4", "add up to 0: 1,000 is expected"),
    Case("amounts", put("Profile!E5", 3999), "profile-sum", "Profile", "E5", "at level 100 add up to 3,999: 4,000"),
    Case("amounts of all", row("Profile", "1.10", None, None, "amounts", 1000, 1999), "profile-sum", "Profile", "E6",
         "3,000 is expected, the cost"),
    Case("broken amount", put("Profile!E4", 1000.5), "value", "Profile", "E4", "part 2020–21 1000.5: a whole amount"),
    Case("level", put("Profile!B4", 21), "profile-level", "Profile", "B4", 'a level of output "2.1" is expected: 20, 100'),
    Case("part text", put("Profile!E2", "10%"), "value", "Profile", "E2", 'part 2020–21 "10%": a number >= 0'),
    Case("row twice", row("Profile", "2.1", 20, None, "amounts", 1), "duplicate", "Profile", "A6", "also in row 4"),
    Case("row twice with fund", row("Profile", "1.1", None, "RB", "shares", 1), "duplicate", "Profile", "A6",
         'output "1.1" and fund "RB" a second time, also in row 2'),
    Case("part of nothing", put("Profile!J1", "Part: 2028–29"), "unknown-period", "Profile", "J1", "name of a period"),
    Case("part misspelt", put("Profile!H1", "Part 2026–27"), "unknown-column", "Profile", "H1", "did you mean Part: 2026–27?"),
    Case("outside", both(put("Profile!E4", None), put("Profile!F4", 1000)), "profile-outside", "Profile", "F4",
         "part 2022–23 1,000: nothing is expected outside the time frame, 2021 to 2021"),
    # Time frames
    Case("ends after the periods", put("Outputs!K6", 2028), "outside-periods", "Outputs", "K6",
         "end 2028, no period for 2028: years in periods are expected, 2020-2027"),
    Case("starts before the periods", put("Outputs!J3", 2019), "outside-periods", "Outputs", "J3", "sheet Profile"),
    Case("no year at all", both(put("Outputs!J6", 2028), put("Outputs!K6", None)), "outside-periods", "Outputs", "J6",
         "start 2028: at least one year in a period"),
    Case("before all periods", both(put("Outputs!J5", 2011), put("Outputs!K5", 2012)), "outside-periods", "Outputs", "K5",
         "end 2012: at least one year"),
    # Progress and settings
    Case("tier 0", put("Outputs!Q2", 0), "value", "Outputs", "Q2", "at least 1"),
    Case("spent", put("Outputs!R2", 5001), "spent-over-cost", "Outputs", "R2", "spent 5,001 with a cost of 5,000"),
    Case("delivered", put("Outputs!S2", 101), "value", "Outputs", "S2", "from 0 to 100"),
    Case("later start", row("Plan", "Later start", "perhaps"), "value", "Plan", "B9", "one of yes, no"),
    Case("open year", row("Plan", "First open year", 22), "value", "Plan", "B9", "a year of four digits"),
    Case("no open year", row("Plan", "First open year", 2028), "no-open-year", "Plan", "B9",
         "first open year 2028: a year up to 2027"),
    # Scenario changes
    Case("fund changed", put("Scenario changes!C7", "RX"), "scenario-change", "Scenario changes", "E7", "known: RB, XB"),
    Case("period changed", put("Scenario changes!D7", "amount 2022-24"), "unknown", "Scenario changes", "D7", "2022–23?"),
    Case("restriction", put("Scenario changes!E9", "1"), "value", "Scenario changes", "E9", "one of none is expected"),
    Case("cap", put("Scenario changes!E8", "nothing"), "value", "Scenario changes", "E8", "US$ >= 0, or none, is expected"),
    Case("cap blank", put("Scenario changes!E8", None), "blank", "Scenario changes", "E8", ">= 0, or none, is expected"),
    Case("not of a fund", row("Scenario changes", "Low", "fund", "RB", "cost", 5), "scenario-change", "Scenario changes", "E10",
         "fund has no setting"),
    Case("end changed", row("Scenario changes", "Low", "output", "1.10", "end", 2029), "outside-periods", "Scenarios", "A3",
         "output 1.10 end 2029, no period for 2028-2029"),
    Case("frame of a profile", row("Scenario changes", "Low", "output", "1.1", "end", 2023), "profile-outside", "Scenarios", "A3",
         "part:2024–25 30.5"),
    Case("start none", row("Scenario changes", "Low", "output", "1.10", "start", "no"), "value", "Scenario changes", "E10",
         "a year of four digits, or none, is expected"),
]  # fmt: skip


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.name)
def test_refused(case: Case, tmp_path: Path) -> None:
    """Exactly one error, with its code, its cell and its words."""
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, case.edit)
    found = [f for f in refused.value.findings if f.severity is Severity.ERROR]
    assert [(f.code, f.sheet, f.cell) for f in found] == [(case.code, case.sheet, case.cell)], refused.value
    assert case.says in str(found[0])


def test_money_by_period_needs_periods(tmp_path: Path) -> None:
    expected = [("no-periods", "Funds", "A2"), ("no-periods", "Profile", "A2")]
    for edit in (lambda w: w.remove(w["Periods"]), lambda w: w["Periods"].delete_rows(2, 9)):
        assert errors(tmp_path, edit) == expected
    assert errors(tmp_path, named("Periods", "Period")) == [expected[0], ("unknown-sheet", "Period", ""), expected[1]]


def test_allowed_changes_need_adopted_amounts(tmp_path: Path) -> None:
    """In the plan with the cell of the setting, in a scenario with the scenario's."""
    without = put("Outputs!T1", "Old amounts")
    assert errors(tmp_path, without) == [("nothing-adopted", "Scenarios", "A6")]
    assert errors(tmp_path, both(without, lambda w: w["Scenario changes"].delete_rows(6), row("Plan", "Allowed drops", 2))) == [
        ("nothing-adopted", "Plan", "B9")
    ]


def test_tiers_need_a_tier_for_each_output(tmp_path: Path) -> None:
    found = errors(tmp_path, put("Outputs!Q6", None))
    assert [(sheet, cell) for _, sheet, cell in found] == [("Scenarios", "A6")]


def test_one_fault_of_a_period_is_said_once(tmp_path: Path) -> None:
    """Not again for each output, fund and profile that depends on it."""
    assert errors(tmp_path, put("Periods!B2", "x")) == [("value", "Periods", "B2")]
    assert errors(tmp_path, put("Periods!A1", "Biennium")) == [("missing-column", "Periods", "A1")]
    assert errors(tmp_path, put("Funds!A2", None)) == [("blank", "Funds", "A2")]
    assert errors(tmp_path, put("Funds!A1", "Key")) == [("missing-column", "Funds", "A1")]


WARNINGS = [
    Case("gap", both(put("Periods!B5", 2027), put("Outputs!K2", 2025), put("Outputs!K6", 2025)), "period-gap", "Periods", "B5"),
    Case("cap without carry-over", put("Funds!G2", "no"), "cap-unused", "Funds", "H2", "500 without carry-over"),
    Case("fund of nothing", put("Funds!K3", 20000), "fund-idle", "Funds", "A3", "cost 13,000"),
    Case("delivered, nothing spent", put("Outputs!R2", None), "delivered-unspent", "Outputs", "S2"),
    Case("delivered in full", put("Outputs!S2", 100), "delivered-early", "Outputs", "S2", "500 spent of 5,000"),
    Case("no re-plan", lambda w: w["Scenario changes"].delete_rows(5), "spent-unused", "Outputs", "R2", "a first open year"),
    Case("unknown column", put("Funds!N1", "Donor"), "unknown-column", "Funds", "N1"),
]  # fmt: skip


@pytest.mark.parametrize("case", WARNINGS, ids=lambda case: case.name)
def test_warned(case: Case, tmp_path: Path) -> None:
    found = [f for f in read(tmp_path, case.edit).findings if f.severity is not Severity.NOTE]
    assert [(f.severity, f.code, f.sheet, f.cell) for f in found] == [(Severity.WARNING, case.code, case.sheet, case.cell)]
    assert case.says in str(found[0])


def test_settings_that_need_periods_are_warned_of(tmp_path: Path) -> None:
    edit = both(row("Plan", "Later start", "yes"), row("Plan", "Continuity", "yes"))
    found = [(f.code, f.sheet, f.cell) for f in read(tmp_path, edit, SHEETS).findings]
    assert found == [("later-start-unused", "Plan", "B9"), ("continuity-unused", "Plan", "B10")]


def test_spending_counts_once_the_plan_or_a_scenario_is_a_replan(tmp_path: Path) -> None:
    without = lambda w: w["Scenario changes"].delete_rows(5)  # noqa: E731
    assert read(tmp_path, both(without, row("Plan", "First open year", 2022))).findings == ()


# Changes in the sheet and in --set


def of_sheet(tmp_path: Path, *change: object) -> Plan:
    document = read(tmp_path, row("Scenario changes", "Sources", *change))
    return derive(document.plan, document.scenario("Sources")).plan


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        (("fund", "RB", "amount 2022-23", 5000), "fund.RB.amount 2022–23=5000"),
        (("fund", "*", "Amount 2022–23", 5000), "fund.*.amount 2022-23=5000"),
        (("fund", "XB", "carry-over", "yes"), "fund.XB.carry over=yes"),
        (("fund", "RB", "cap", 0), "fund.RB.cap=0"),
        (("fund", "RB", "cap", "None"), "fund.RB.cap=none"),
        (("fund", "XB", "restriction", "none"), "fund.XB.restriction=none"),
        (("output", "1.1", "tier", 4), "output.1.1.tier=4"),
        (("output", "1.1", "tier", "none"), "output.1.1.tier=none"),
        (("output", "1.10", "earliest start", 2022), "output.1.10.earliest start=2022"),
        (("output", "1.10", "start", "none"), "output.1.10.start=none"),
        (("output", "1.10", "end", 2025), "output.1.10.end=2025"),
        (("output", "1.10", "spent", 100), "output.1.10.spent=100"),
        (("output", "1.10", "delivered", 5), "output.1.10.delivered=5%"),
        (("output", "1.1", "adopted amount", "none"), "output.1.1.adopted amount=none"),
        (("plan", "*", "first open year", 2022), "plan.first open year=2022"),
        (("plan", "*", "first open year", "none"), "plan.first_open_year=none"),
        (("plan", "*", "later start", "yes"), "plan.later-start=yes"),
        (("plan", "*", "continuity", "no"), "plan.continuity=no"),
        (("plan", "*", "allowed changes", 2), "plan.allowed changes=2"),
        (("plan", "*", "allowed drops", "none"), "plan.allowed drops=none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_sheet_and_the_command_line_say_the_same(change: tuple[object, ...], setting: str, tmp_path: Path) -> None:
    document = read(tmp_path)
    assert of_sheet(tmp_path, *change) == derive(document.plan, with_settings(document.scenario("Sources"), (setting,))).plan


def test_every_setting_can_be_changed_in_both(funded: InputWorkbook) -> None:
    """The sheet's list and the program's are the same; limits are spelt with their basis in the sheet."""
    plan = funded.plan
    listed = settings([criterion.id for criterion in plan.criteria], [period.name for period in plan.periods])
    for kind in KINDS:
        in_sheet = {setting.name.removeprefix("no ").partition(" (")[0] for setting in listed if kind in setting.items}
        assert in_sheet == set(known_settings(plan, kind)), kind
    status = next(setting for setting in listed if setting.name == "status")
    assert status.choices == tuple(Status)


# All at once


@pytest.mark.parametrize("seed", range(30))
def test_random_damage_never_escapes(seed: int, tmp_path: Path) -> None:
    """Whatever is typed anywhere, the answer is a document or findings."""
    draw = random.Random(seed)
    values: list[Callable[[], object]] = [
        lambda: None, lambda: draw.choice(["", "x", "1.1", "*", "none", "#N/A", "% of funds", "RB", "yes", "Total", "2022-23"]),
        lambda: draw.choice([-1, 0, 0.5, 7, 100, 2021, 2030, 1e300, True]), lambda: datetime(2021, 1, 1),
    ]  # fmt: skip

    def edit(workbook: Workbook) -> None:
        for _ in range(6):
            sheet = workbook[
                draw.choice(["Plan", "Outputs", "Periods", "Periods", "Funds", "Profile", "Scenarios", "Scenario changes"])
            ]
            sheet.cell(draw.randint(1, sheet.max_row + 1), draw.randint(1, sheet.max_column)).value = draw.choice(values)()

    try:
        document = read(tmp_path, edit)
    except InputRefused as refused:
        said: object = refused.findings
    else:
        said = document.plan.outputs
    assert said
