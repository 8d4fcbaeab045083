"""Who pays, and when, in the tables: every row and column can be added up again."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer.allocation import NOTHING, Allocation
from optimizer.analysis.funds import FundAnalysis, FundWorth
from optimizer.files.results import read_results
from optimizer.fund import Fund
from optimizer.funding import Funding
from optimizer.report import data, funds, payments, periods, plain, prioritisation, summary, text, wording, xlsx
from optimizer.report.book import results_book
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, shown_resources
from optimizer.report.frames import frame
from optimizer.report.language import ENGLISH
from optimizer.report.table import Book, Formula, Style, Table
from optimizer.report.table import plain as value
from tests import example
from tests.dossiers import by_hand, dossier, drawn, over_time, paid

SEEDS, UNITS = range(12), (1, 7, 1000, 1_000_000)


def hand(seed: int, unit: int = 1000, size: int = 0) -> Dossier:
    return by_hand(*paid(seed, size=size or 3 + seed % 20, display_unit=unit))


def adjacent(shown: int, exact: Fraction) -> bool:
    return shown in (math.floor(exact), math.ceil(exact))


def number(cell: object) -> int:
    assert isinstance(cell, int)
    return cell


def failing(book: Book) -> list[str]:
    return [str(row.cells[0]) for row in book.sheet("Checks").tables[0].rows if value(row.cells[-1]) is not True]


def exact_by_category(found: Dossier) -> list[Counter[str]]:
    amounts = [Counter[str]() for _ in found.plan.outputs]
    assert found.result.funding is not None
    for payment in found.result.funding.payments:
        amounts[payment.output][found.plan.funds[payment.fund].category] += payment.amount
    return amounts


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("unit", UNITS)
def test_categories_add_up_and_are_the_exact_amounts_rounded(seed: int, unit: int) -> None:
    found = hand(seed, unit)
    plan, figures, exact = found.plan, found.shown, exact_by_category(found)

    def right(shown: Figures, outputs: tuple[int, ...]) -> None:
        assert sum(shown.categories) == shown.allocated
        for name, amount in zip(found.categories, shown.categories, strict=True):
            assert adjacent(amount, Fraction(sum(exact[i][name] for i in outputs), unit))
        assert adjacent(shown.allocated, Fraction(sum(found.result.allocation[i].amount for i in outputs), unit))
        assert adjacent(shown.estimated, Fraction(sum(plan.outputs[i].cost for i in outputs), unit))

    for i, shown in enumerate(figures.outputs):
        right(shown, (i,))
    for component in plan.components:
        right(figures.components[component.id], plan.members[component.id])
    right(figures.total, tuple(range(len(plan.outputs))))
    nothing = Figures(0, 0, (0,) * len(found.categories))
    assert sum(figures.outputs, nothing) == sum(figures.components.values(), nothing) == figures.total


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("unit", UNITS)
def test_a_reader_can_add_up_the_table_for_the_paper(seed: int, unit: int) -> None:
    found = hand(seed, unit)
    table = prioritisation.table(found)
    first = table.position("allocated")
    last = table.position("additional")
    names = [column.header for column in table.columns[first + 1 : last]]
    assert names == [f"of which: {name}" for name in dict.fromkeys(fund.category for fund in found.plan.funds)]
    lines: list[list[int]] = []
    subtotals: list[list[int]] = []
    for row in table.rows:
        if row.full_width:
            continue
        figures = [number(cell) for cell in row.cells[first : last + 1]]
        allocated, *shares, additional = figures
        assert sum(shares) == allocated
        assert allocated + additional == row.cells[first - 1]
        if row.style is Style.BODY:
            lines.append(figures)
        else:
            adds = lines if row.style is Style.SUBTOTAL else subtotals
            assert figures == ([sum(column) for column in zip(*adds, strict=True)] or [0] * len(figures))
            if row.style is Style.SUBTOTAL:
                subtotals.append(figures)
                lines = []
    assert subtotals


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("unit", UNITS)
def test_periods_add_up_to_the_same_amounts(seed: int, unit: int) -> None:
    found = hand(seed, unit)
    by_period = found.by_period
    for key, figures in found.shown.components.items():
        assert tuple(map(sum, by_period.components[key])) == figures.categories
    assert tuple(map(sum, by_period.total)) == found.shown.total.categories
    assert found.result.funding is not None
    for t, total in enumerate(map(sum, zip(*by_period.total, strict=True))):
        exact = sum(payment.amount for payment in found.result.funding.payments if payment.period == t)
        assert adjacent(total, Fraction(exact, unit))


def test_the_table_by_period_has_blocks_as_the_paper() -> None:
    found = hand(3)
    table = periods.table(found)
    assert [column.header for column in table.columns[1:]] == [*(period.name for period in found.plan.periods), "Total"]
    assert [row.cells[0] for row in table.rows if row.style is Style.HEADING][-1] == "All components"
    block: list[tuple[int, ...]] = []
    for row in table.rows:
        figures = tuple(cell for cell in row.cells[1:] if isinstance(cell, int))
        assert row.full_width or sum(figures[:-1]) == figures[-1]
        if row.style is Style.BODY:
            block.append(figures)
        elif not row.full_width:
            assert figures == (tuple(map(sum, zip(*block, strict=True))) or (0,) * len(figures))
            block = []
    assert table.rows[-1].cells[-1] == found.shown.total.allocated
    assert "biennium" in table.title


def test_without_funds_there_is_a_line_for_each_component() -> None:
    found = hand(4)
    plain_plan = replace(found.plan, funds=())
    without = by_hand(plain_plan, found.result.allocation)
    book = results_book(without)
    assert "Funds" not in [sheet.name for sheet in book.sheets]
    table = book.sheet("By period").tables[0]
    assert [row.cells[0] for row in table.rows] == [*(f"{c.id}. {c.title}" for c in found.plan.components), "Total"]
    assert [row.cells[-1] for row in table.rows[:-1]] == [f.allocated for f in without.shown.components.values()]
    assert [c.header for c in book.sheet("Payments").tables[0].columns][3:] == [
        "Biennium", "Amount due", "Line on the sheet Allocation",
    ]  # fmt: skip
    assert not failing(book)
    assert all(row.cells[0] != "Available resources by category" for row in book.sheet("Summary").tables[0].rows)


def test_a_plan_without_periods_has_none_of_it() -> None:
    names = [sheet.name for sheet in results_book(dossier()).sheets]
    assert not {"By period", "Payments", "Funds", "Inversions"} & set(names)
    assert "Levels" in names


@pytest.mark.parametrize(
    ("years", "word"), [([(2020, 2021), (2022, 2023)], "biennium"), ([(2027, 2027)], "year"), ([(1, 2), (3, 3)], "period")]
)
def test_periods_are_called_what_they_are(years: list[tuple[int, int]], word: str) -> None:
    plan = hand(1).plan
    of = tuple(replace(plan.periods[0], name=str(first), first=first, last=last) for first, last in years)
    assert wording.period(ENGLISH, replace(plan, periods=of)) == word


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("unit", UNITS)
def test_resources_by_category_are_those_of_the_other_tables(seed: int, unit: int) -> None:
    found = hand(seed, unit)
    (table,) = summary.resources_by_category(found)
    *lines, total = [tuple(number(cell) for cell in row.cells[1:]) for row in table.rows]
    assert tuple(map(sum, zip(*lines, strict=True))) == total
    assert all(available == allocated + balance for available, allocated, balance in (*lines, total))
    resources = shown_resources(found.plan, found.result.scenario.resources)
    assert total == (resources, found.shown.total.allocated, resources - found.shown.total.allocated)
    for name, (available, _, balance) in zip(found.categories, lines, strict=True):
        own = sum(sum(fund.amounts) for fund in found.plan.funds if fund.category == name)
        used = sum(amounts[name] for amounts in exact_by_category(found))
        assert adjacent(balance, Fraction(own - used, unit))
        assert abs(available - Fraction(own, unit)) < 2


def test_payments_are_exact() -> None:
    found = over_time()
    table = payments.table(found)
    by_output = Counter[str]()
    for row in table.rows[:-1]:
        by_output[str(row.cells[0])] += number(row.cells[-2])
        assert found.plan.outputs[number(row.cells[-1]) - 1].id == row.cells[0]
    amounts = {o.id: d.amount for o, d in zip(found.plan.outputs, found.result.allocation, strict=True) if d.amount}
    assert by_output == amounts
    assert table.rows[-1].cells[-2] == found.result.allocation.spend
    assert table.rows[0].cells == ("A.1", "A", "Title of A.1", "24-25", "RB", "regular budget", 600, 1)
    assert any("most restricted" in note for note in table.notes)


def test_what_is_not_known_of_closed_years_is_said() -> None:
    found = over_time()
    open_years = over_time(plan=replace(example.OVER_TIME, first_open_year=None))
    for said, told in ((found, True), (open_years, False)):
        book = results_book(said)
        for table in (book.sheet("Payments").tables[0], book.sheet("Funds").tables[0]):
            assert any(note.startswith("Years before 2022 are closed. Who paid") for note in table.notes) == told
            assert any("first for what the fewest funds may pay for" in note for note in table.notes)
        spread = book.sheet("Funds").tables[1].notes[1]
        assert ("spread over the periods that are still open as" in spread) == told


def test_the_money_of_the_funds() -> None:
    found = over_time()
    balances, worth = results_book(found).sheet("Funds").tables
    keys = ("own", "carried_in", "paid", "carried_out", "unused")
    for own, carried_in, paid_out, carried_out, unused in zip(*map(balances.cells, keys), strict=True):
        assert number(own) + number(carried_in) == number(paid_out) + number(carried_out) + number(unused)
    assert [row.cells[1] for row in balances.rows if row.style is not Style.BODY] == ["Subtotal, RB", "Subtotal, X", "Total"]
    assert found.funds is not None
    first = dict(zip((column.key for column in worth.columns), worth.rows[0].cells, strict=True))
    assert first["unused"] == 50
    assert first["why"] == found.funds.funds[0].stranded_by
    assert (first["pays_for"], first["carry_over"], first["measure"]) == ("any output", "no", "Priority points")
    gain = found.funds.gain(found.funds.funds[0])
    assert gain is not None
    assert first["gain"] == gain[1]
    second = dict(zip((column.key for column in worth.columns), worth.rows[1].cells, strict=True))
    assert (second["pays_for"], second["carry_over"]) == ("what carries the tag x", "at most US$100")
    assert any(column.header == f"What US${found.funds.step} more would bring" for column in worth.columns)


def test_gains_say_what_they_are_gains_in() -> None:
    found = over_time("balanced")
    assert found.funds is not None
    first, *rest = found.funds.funds
    more = tuple((name, figure + Fraction(1, 50)) for name, figure in found.funds.now)

    def said(worth: FundWorth) -> tuple[object, object]:
        analysis = FundAnalysis(found.funds.step if found.funds else 1, found.funds.now if found.funds else (), (worth, *rest))
        changed = replace(found, funds=analysis)
        row = results_book(changed).sheet("Funds").tables[1].rows[0].cells
        return row[6], row[7]

    assert said(replace(first, more=more)) == (2, "Percentage points of smallest coverage")
    assert said(replace(first, more=None)) == (None, "Not established in time")


def test_what_funds_pay_for() -> None:
    assert funds.pays_for(Fund("f", "", "", (), components=("1", "2"), tags=("x",))) == (
        "components 1 and 2; what carries the tag x"
    )
    assert funds.pays_for(Fund("f", "", "", (), outputs=("1.10",), tags=("x", "y"))) == (
        "output 1.10; what carries one of the tags x and y"
    )
    assert funds.carry_over(example.OVER_TIME, Fund("f", "", "", (), carry_over=True)) == "yes"


@pytest.mark.parametrize("objective", ["delivery", "money-weighted", "tiers", "balanced"])
def test_every_check_holds_over_time(objective: str, tmp_path: Path) -> None:
    found = over_time(objective)
    book = results_book(found)
    assert not failing(book)
    xlsx.save(book, tmp_path / "results.xlsx")
    back = read_results(tmp_path / "results.xlsx")
    assert [output.amount for output in back.outputs.values()] == [delivery.amount for delivery in found.result.allocation]


@pytest.mark.parametrize("seed", range(30))
def test_every_check_holds_for_whatever_funds_pay(seed: int) -> None:
    assert not failing(results_book(hand(seed, UNITS[seed % 4])))


def test_checks_notice_payments_that_are_not_right() -> None:
    found = hand(5)
    funding = found.result.funding
    assert funding is not None
    first, *rest = funding.payments
    wrong = replace(funding, payments=(replace(first, amount=first.amount + 1), *rest))
    said = failing(results_book(replace(found, result=replace(found.result, funding=wrong))))
    component = found.plan.outputs[first.output].component
    assert "Payments add up to the amount of each output" in said
    assert f"Component {component}: payments add up" in said
    fund, period = found.plan.funds[first.fund].id, found.plan.periods[first.period].name
    assert f"{fund}, {period}: payments add up" in said


def test_checks_notice_balances_that_are_not_right() -> None:
    found = over_time()
    funding = found.result.funding
    assert funding is not None
    (one, *others), *rest = funding.balances
    wrong = replace(funding, balances=((replace(one, carried_out=one.carried_out + 5), *others), *rest))
    said = failing(results_book(replace(found, result=replace(found.result, funding=wrong))))
    assert "Funds: own and carried in are paid, carried out or not used" in said
    assert "Funds: what is carried in was carried out of the period before" in said


def column_texts(table: Table, key: str) -> list[object]:
    return list(table.cells(key))


def test_later_starts_are_said() -> None:
    found = over_time()
    start = found.result.allocation[0].start
    assert start == 2
    book = results_book(found)
    assert column_texts(book.sheet("Prioritisation").tables[0], "status")[0] == "Funded, beginning in 24-25"
    assert column_texts(book.sheet("Prioritisation").tables[0], "time")[0] == "2022–25", "as planned"
    assert column_texts(book.sheet("Allocation").tables[0], "status")[0] == "Funded, beginning in 24-25"
    assert "Funded, beginning in 24-25" in text.terminal(found)
    notes = book.sheet("By period").tables[0].notes
    assert [note for note in notes if "what remains of their time frame" in note]
    assert "What was spent before 2022 is included." in notes
    in_part = replace(found.result.allocation[1], start=2)
    said = wording.status(ENGLISH, found.result.scenario, found.plan.outputs[1], in_part)
    assert said == "Partially funded (50%), beginning in 24-25"


def test_data_has_payments_and_starts() -> None:
    found = over_time()
    said = json.loads(data.json_text(found))
    assert said["outputs"][0]["begins_in"] == "24-25"
    assert said["outputs"][1]["begins_in"] is None
    assert sum(payment["amount"] for payment in said["payments"]) == said["totals"]["allocated"]
    assert said["payments"][0] == {
        "output": "A.1", "period": "24-25", "fund": "RB", "category": "regular budget", "amount": 600,
    }  # fmt: skip
    assert [fund["id"] for fund in said["funds"]] == ["RB", "X"]
    assert said["funds"][0]["by_period"][1]["unused"] == 50
    assert Fraction(said["totals"]["attained"]["value"]) == found.result.audit.value
    without = json.loads(data.json_text(dossier()))
    assert not {"payments", "periods", "funds"} & without.keys()


def test_rows_of_csv_have_categories() -> None:
    found = over_time()
    rows = list(csv.DictReader(io.StringIO(plain.csv_text(prioritisation.table(found)))))
    assert [int(row["of which: regular budget (US$)"]) for row in rows] == [600, 50, 250, 100, 0, 100]
    assert rows[0]["Status"] == "Funded, beginning in 24-25"
    assert "of which: new" in plain.markdown_text(prioritisation.table(found))
    by_output = frame(found.result)
    assert (by_output["of which: regular budget"] + by_output["of which: new"] == by_output["amount"]).all()
    assert by_output.loc["A.1", "begins_in"] == "24-25"


def test_the_terminal_says_what_categories_pay() -> None:
    said = text.terminal(over_time()).splitlines()
    heading = next(i for i, line in enumerate(said) if line.startswith("Categories of funds"))
    assert said[heading + 1].split() == ["regular", "budget", "1,150", "1,100", "50"]
    assert any(line.split() == ["20-21", "22-23", "24-25", "Total"] for line in said)
    assert max(map(len, said)) <= 110


def test_nothing_may_be_paid_at_all() -> None:
    plan, _, funding = paid(2)
    unused = tuple(tuple(replace(b, paid=0, unused=b.own) for b in row) for row in funding.balances)
    found = by_hand(plan, Allocation((NOTHING,) * len(plan.outputs)), Funding((), unused))
    book = results_book(found)
    assert not failing(book)
    assert [row.style for row in book.sheet("Payments").tables[0].rows] == [Style.TOTAL]


def test_formulas_name_no_text_of_the_plan() -> None:
    """What a planner types may hold quotes and wildcards: formulas compare cells with cells."""
    plan, allocation, funding = paid(6)
    fund = replace(plan.funds[0], id='F"*', category='=1+"?~')
    plan = replace(plan, funds=(fund, *plan.funds[1:]))
    book = results_book(by_hand(plan, allocation, funding))
    assert not failing(book)
    texts = [cell.text for row in book.sheet("Checks").tables[0].rows for cell in row.cells if isinstance(cell, Formula)]
    assert not [text for text in texts if 'F"*' in text or "?~" in text]


def test_drawn_plans_without_funds_stay_as_they_were() -> None:
    assert by_hand(*drawn(3)).shown.total.categories == ()
