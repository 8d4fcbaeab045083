"""Money, time and re-planning through the commands, on both shipped workbooks."""

import csv
import io
import json
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from optimizer.report import xlsx
from optimizer.report.book import results_book
from tests.dossiers import dossier
from tests.integration.test_cli import ROOT, Call, call, small  # noqa: F401 - call and small are fixtures

RESULT = "results/plan_outputs_By_source_and_biennium.xlsx"
CANTON = ROOT / "inputs" / "canton_programme.xlsx"


@pytest.mark.deep
def test_who_pays_adds_up_down_and_across(call: Call) -> None:  # noqa: F811
    code, out, err = call("run", "inputs/plan_outputs.xlsx", "-s", "By source and biennium", "--format", "json")
    assert code == 0, err
    answer = json.loads(out)
    paid = Counter[str]()
    for payment in answer["payments"]:
        paid[payment["output"]] += payment["amount"]
    assert paid == Counter({output["id"]: output["amount"] for output in answer["outputs"] if output["amount"]})
    for fund in answer["funds"]:
        for period in fund["by_period"]:
            assert period["own"] + period["carried_in"] == period["paid"] + period["carried_out"] + period["unused"]

    _, out, _ = call("table", RESULT, "--table", "prioritisation", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    categories = [name for name in rows[0] if name.startswith("of which")]
    assert len(categories) == 4
    for row in rows:
        allocated = next(value for name, value in row.items() if name.startswith("Allocated"))
        assert int(allocated) == sum(int(row[name]) for name in categories)


@pytest.mark.deep
def test_each_change_of_a_re_plan_has_its_worth(call: Call, tmp_path: Path) -> None:  # noqa: F811
    arguments = ("replan", "inputs/plan_outputs.xlsx", "-s", "Mid-term re-plan", "--format", "json")
    code, out, err = call(*arguments)
    assert code == 0, err
    steps = json.loads(out)["steps"]
    values = [Fraction(step["attained"]["value"]) if "attained" in step else None for step in steps]
    reached = [value for value in values if value is not None]
    assert reached == sorted(set(reached)), "each further change brings something, and the last step is the best there is"
    assert [step["allowed"] for step in steps] == list(range(len(steps)))
    assert values[0] is None, "the adopted allocation cannot be kept: less money came"
    for step in steps:
        assert len(step["drops"]) + len(step["additions"]) <= step["allowed"] or "attained" not in step
    book = openpyxl.load_workbook(tmp_path / "results" / "plan_outputs_Mid-term_re-plan_replan.xlsx", read_only=True)
    assert {"Re-plan", "Changed outputs", "Run"} <= set(book.sheetnames)
    assert call(*arguments, "--most", "2")[0] == 0


def test_a_re_plan_from_a_results_workbook(small: Call) -> None:  # noqa: F811
    assert small("run", "inputs/plan_outputs.xlsx", "-s", "At 60", "-o", "adopted")[0] == 0
    arguments = ("-s", "At 60", "--against", "adopted/plan_outputs_At_60.xlsx", "--format", "json")
    code, out, err = small("replan", "inputs/plan_outputs.xlsx", *arguments)
    assert code == 0, err
    (step,) = json.loads(out)["steps"]
    assert step["drops"] == step["additions"] == []


def test_a_re_plan_refuses_results_of_another_plan(call: Call, tmp_path: Path) -> None:  # noqa: F811
    xlsx.save(results_book(dossier()), tmp_path / "other.xlsx")
    code, _, err = call("replan", "inputs/plan_outputs.xlsx", "-s", "At 85", "--against", "other.xlsx")
    assert code == 3
    assert "other.xlsx: none of the 6 outputs of these results is an output of the plan" in err


def test_a_re_plan_needs_something_adopted(call: Call, tmp_path: Path) -> None:  # noqa: F811
    shutil.copy(CANTON, tmp_path / "inputs")
    book = openpyxl.load_workbook(tmp_path / "inputs" / "canton_programme.xlsx")
    grid = book["Outputs"]
    column = next(cell.column for cell in grid[1] if cell.value == "Adopted amount")
    for row in range(2, grid.max_row + 1):
        grid.cell(row, column).value = None
    changes = book["Scenario changes"]
    setting = next(cell.column for cell in changes[1] if cell.value == "Setting")
    for row in range(changes.max_row, 1, -1):
        if str(changes.cell(row, setting).value).startswith("allowed"):
            changes.delete_rows(row)
    book.save(tmp_path / "inputs" / "nothing.xlsx")
    code, _, err = call("replan", "inputs/nothing.xlsx")
    assert code == 3
    assert "--against" in err


@pytest.mark.deep
def test_the_second_workbook_is_another_kind_of_plan(call: Call, tmp_path: Path) -> None:  # noqa: F811
    """Nothing of the first plan is built in: another currency, eight components, 120 outputs, three funds, two years."""
    shutil.copy(CANTON, tmp_path / "inputs")
    assert call("check", "inputs/canton_programme.xlsx")[0] == 0
    scenarios = ("-s", "By funds", "-s", "Tiers first", "-s", "Federal money later")
    code, out, err = call("run", "inputs/canton_programme.xlsx", *scenarios, "--format", "json")
    assert code == 0, err
    by_funds, tiers, later = json.loads(out)
    assert by_funds["plan"]["currency"] == "CHF"
    assert (len(by_funds["components"]), len(by_funds["outputs"]), len(by_funds["funds"]), len(by_funds["periods"])) == (
        8,
        120,
        3,
        2,
    )
    assert [stage["name"] for stage in tiers["stages"]][:3] == ["value of tier 1", "value of tier 2", "value of tier 3"]
    assert any(output["begins_in"] for output in later["outputs"])
    assert "US$" not in out
    assert call("replan", "inputs/canton_programme.xlsx", "-s", "Half-time review", "--most", "1")[0] in (0, 4)
