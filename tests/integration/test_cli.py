"""Every command on the real workbook: exit code, what is on standard output, what is written."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import openpyxl
import pytest

from optimizer import cli
from optimizer.files.results import read_results

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "inputs" / "plan_outputs.xlsx"
RESULTS = (".docx", ".html", ".xlsx")  # what a run publishes
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Run a command in an empty folder that has the inputs: exit code, standard output, standard error."""
    (tmp_path / "inputs").mkdir()
    shutil.copy(SHIPPED, tmp_path / "inputs")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["optimizer", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def small(call: Call, tmp_path: Path) -> Call:
    """The same where the plan is the small example, which is answered at once."""
    (tmp_path / "inputs" / "plan_outputs.xlsx").unlink()
    assert call("new", "inputs/plan_outputs.xlsx", "--example")[0] == 0
    return call


def edit(path: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    workbook = openpyxl.load_workbook(path)
    change(workbook)
    workbook.save(path)


def set_cell(sheet: str, row_key: str, header: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(workbook: openpyxl.Workbook) -> None:
        grid = workbook[sheet]
        column = next(cell.column for cell in grid[1] if cell.value == header)
        row = next(cells[0].row for cells in grid.iter_rows(min_row=2) if cells[0].value == row_key)
        grid.cell(row, column).value = value

    return change


def commands(group: click.Group) -> dict[str, click.Command]:
    return {name: group.commands[name] for name in sorted(group.commands)}


def examples(text: str) -> list[str]:
    return re.findall(r"^ +(optimizer .+)$", text, re.MULTILINE)


# Their examples are commands of README as well, and take long.
LONG = ("app", "replan", "run")
NAMES = [pytest.param(name, marks=pytest.mark.deep) if name in LONG else name for name in commands(cli.cli)]


@pytest.mark.parametrize("name", NAMES)
def test_every_help_has_an_example_that_runs(name: str, call: Call, base: Path) -> None:
    code, out, _ = call(name, "-h")
    found = examples(out)
    assert code == 0
    assert found, "an example"
    if "results/" in "".join(found):
        shutil.copytree(base, "results")
    if "scenarios/" in "".join(found):
        shutil.copytree(ROOT / "scenarios", "scenarios")
    for line in found:
        arguments = [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', line)][1:]
        assert call(*arguments)[0] == 0, line


def test_the_main_job(call: Call, tmp_path: Path) -> None:
    code, out, err = call("run", "inputs/plan_outputs.xlsx")
    assert code == 0
    assert "Illustrative split" in out, "the notice stands on every table"
    assert "36 outputs to be" in " ".join(out.split())
    assert "results/plan_outputs_Base.xlsx" in err.replace("\\", "/")
    written = sorted(path.name for path in (tmp_path / "results").iterdir())
    assert written == [f"plan_outputs_Base{suffix}" for suffix in RESULTS]
    sheets = openpyxl.load_workbook(tmp_path / "results" / "plan_outputs_Base.xlsx", read_only=True).sheetnames
    assert {"Summary", "Prioritisation", "Changes", "Components", "Rules", "Checks", "Inputs as read", "Run"} <= set(sheets)


@pytest.mark.usefixtures("unpublished")
def test_csv_adds_up(call: Call) -> None:
    code, out, _ = call("run", "inputs/plan_outputs.xlsx", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    allocated = next(name for name in rows[0] if name.startswith("Allocated"))
    assert code == 0
    assert len(rows) == 41
    assert sum(int(row[allocated].replace("–", "0") or 0) for row in rows) == 177_750


@pytest.mark.usefixtures("unpublished")
def test_json_is_exact(call: Call) -> None:
    code, out, _ = call("run", "inputs/plan_outputs.xlsx", "--format", "json", "-s", "at 60")
    record = json.loads(out)
    assert code == 0
    assert record["proof"]["proved"] is True
    assert record["notice"]


@pytest.mark.usefixtures("unpublished")
def test_markdown_is_a_table(call: Call) -> None:
    code, out, _ = call("run", "inputs/plan_outputs.xlsx", "--format", "markdown")
    assert code == 0
    assert sum(line.startswith("|") for line in out.splitlines()) > 41


@pytest.mark.usefixtures("without_papers")
def test_settings_change_the_question(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("run", "inputs/plan_outputs.xlsx", "--set", "resources=100000000", "--set", "component.*.minimum=none",
                        "--set", "output.*.status=open", "--set", "output.1.03.status=deferred", "--format", "json")  # fmt: skip
    assert code == 0
    assert json.loads(out)["scenario"]["resources"] == 100_000_000
    assert (tmp_path / "results" / "plan_outputs_Base_changed.xlsx").exists(), "the base result is not replaced by a what-if"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("resources", "KEY=VALUE is expected"),
        ("resources=75,5%", "a number >= 0 is expected"),
        ("output.1.99.status=open", "did you mean"),
        ("output.1.10.statu=open", "did you mean status?"),
        ("objective=deliver", "did you mean delivery?"),
        ("component.1.minimum=60%", "60% of estimate"),
        ("output.1.10.cost=1", "at most the cost is expected"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_the_remedy(setting: str, message: str, call: Call, tmp_path: Path) -> None:
    code, out, err = call("run", "inputs/plan_outputs.xlsx", "--set", setting)
    assert (code, out) == (3, "")
    assert message in err
    assert not (tmp_path / "results").exists(), "nothing is written, not even a folder"


def test_what_cannot_be_met_is_explained(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("run", "inputs/plan_outputs.xlsx", "-s", "Country support protected 50")
    assert code == 4
    assert "US$14,300,000 is missing" in out
    assert "Minimum allocation of component 1" in out
    assert not list((tmp_path / "results").iterdir())


@pytest.mark.deep
def test_all_scenarios_side_by_side(call: Call, tmp_path: Path) -> None:
    workbook = tmp_path / "inputs" / "plan_outputs.xlsx"
    edit(workbook, lambda book: book["Scenarios"].delete_rows(5, 3))  # fewer, to be quick; At 50 among them

    def drop_changes(book: openpyxl.Workbook) -> None:
        names = {cells[0].value for cells in book["Scenarios"].iter_rows(min_row=2)}
        changes = book["Scenario changes"]
        for row in range(changes.max_row, 1, -1):
            if changes.cell(row, 1).value not in names:
                changes.delete_rows(row)

    edit(workbook, drop_changes)
    code, out, err = call("run", "inputs/plan_outputs.xlsx", "--all")
    assert code == 8, err
    assert "No allocation satisfies the rules" in out
    written = {path.name for path in (tmp_path / "results").iterdir()}
    assert "plan_outputs_scenarios.xlsx" in written
    assert "plan_outputs_Base.xlsx" in written
    assert "plan_outputs_Country_support_protected_50.xlsx" not in written


@pytest.mark.usefixtures("without_papers")
def test_stopped_by_the_time_limit_is_not_called_proved(call: Call) -> None:
    """Without the solver there is nothing here; the base scenario has the dynamic programme's answer, which is proved."""
    code, _, err = call("run", "inputs/plan_outputs.xlsx", "-s", "By source and biennium", "--time-limit", "0.001")
    assert code == 5, err
    assert "raise --time-limit" in err
    assert call("run", "inputs/plan_outputs.xlsx", "--time-limit", "0.001")[0] == 0


@pytest.mark.usefixtures("without_papers")
def test_changes_since_the_last_version(small: Call, tmp_path: Path) -> None:
    """Was, now: for a score and for the outputs that it moved; running again without a change loses nothing."""
    path = tmp_path / "inputs" / "plan_outputs.xlsx"
    small("run", "inputs/plan_outputs.xlsx")
    edit(path, set_cell("Outputs", "1.1", "Score: ready", 100))
    for _ in range(2):
        assert small("run", "inputs/plan_outputs.xlsx")[0] == 0
        sheet = openpyxl.load_workbook(tmp_path / "results" / "plan_outputs_Base.xlsx", read_only=True)["Changes"]
        text = "\n".join(" | ".join(str(cell.value) for cell in row if cell.value is not None) for row in sheet.iter_rows())
        assert re.search(r"Outputs.*1\.1 .*Score: ready.*60.*100", text), text
        assert "plan_outputs_Base (earlier).xlsx" in text
    earlier = read_results(tmp_path / "results" / "plan_outputs_Base (earlier).xlsx")
    assert any(cell.column == "Score: ready" and cell.row == "1.1" and cell.value == "60" for cell in earlier.cells)


@pytest.mark.usefixtures("without_papers")
def test_against_a_named_version(small: Call, tmp_path: Path) -> None:
    small("run", "inputs/plan_outputs.xlsx", "-o", "adopted")
    code, _, _ = small("run", "inputs/plan_outputs.xlsx", "-s", "At 60", "--against", "adopted/plan_outputs_Base.xlsx")
    assert code == 0
    sheet = openpyxl.load_workbook(tmp_path / "results" / "plan_outputs_At_60.xlsx", read_only=True)["Changes"]
    assert any("plan_outputs_Base.xlsx" in str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.usefixtures("without_papers")
def test_against_the_adopted_version_named_in_the_workbook(small: Call, tmp_path: Path) -> None:
    small("run", "inputs/plan_outputs.xlsx", "-o", "inputs/adopted")
    edit(
        tmp_path / "inputs" / "plan_outputs.xlsx",
        set_cell("Plan", "Last adopted results", "Value", "adopted/plan_outputs_Base.xlsx"),
    )
    code, _, err = small("run", "inputs/plan_outputs.xlsx", "-s", "Roads wait")
    assert code == 0, err
    sheet = openpyxl.load_workbook(tmp_path / "results" / "plan_outputs_Roads_wait.xlsx", read_only=True)["Changes"]
    assert any("plan_outputs_Base.xlsx" in str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.usefixtures("without_papers")
def test_the_adopted_version_is_never_replaced(small: Call, tmp_path: Path) -> None:
    small("run", "inputs/plan_outputs.xlsx", "-o", "inputs")
    adopted = tmp_path / "inputs" / "plan_outputs_Base.xlsx"
    before = adopted.read_bytes()
    edit(tmp_path / "inputs" / "plan_outputs.xlsx", set_cell("Plan", "Last adopted results", "Value", adopted.name))
    code, _, err = small("run", "inputs/plan_outputs.xlsx", "-o", "inputs")
    assert code == 7
    assert "write to another folder" in err
    assert adopted.read_bytes() == before


@pytest.mark.usefixtures("without_papers")
def test_scenarios_whose_file_names_would_be_the_same_get_their_own(small: Call, tmp_path: Path) -> None:
    edit(tmp_path / "inputs" / "plan_outputs.xlsx", set_cell("Scenarios", "By source", "Scenario", "At_60"))
    assert small("run", "inputs/plan_outputs.xlsx", "-s", "At 60", "-s", "At_60", "-s", "at 60")[0] == 0
    written = sorted(path.name for path in (tmp_path / "results").glob("*At_60*.xlsx"))
    assert len(written) == 2, written


@pytest.mark.usefixtures("without_papers")
def test_a_scenario_called_scenarios_is_not_lost_to_the_comparison(small: Call, tmp_path: Path) -> None:
    edit(tmp_path / "inputs" / "plan_outputs.xlsx", set_cell("Scenarios", "By source", "Scenario", "Scenarios"))
    assert small("run", "inputs/plan_outputs.xlsx", "-s", "Base", "-s", "Scenarios")[0] == 0
    assert len(list((tmp_path / "results").glob("*.xlsx"))) == 3


@pytest.mark.usefixtures("unpublished")
def test_a_what_if_says_what_was_changed(call: Call) -> None:
    _, out, _ = call("run", "inputs/plan_outputs.xlsx", "--set", "resources=65%")
    assert "Base with resources=65%" in out
    assert "Resources of 75 per cent" not in out


@pytest.mark.usefixtures("small")
def test_a_full_disk_under_standard_output_is_no_trace(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "optimizer.cli", "run", "inputs/plan_outputs.xlsx", "-o", str(tmp_path)]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    assert ended.returncode == 7
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_not_ours_is_not_replaced(call: Call, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    target = tmp_path / "results" / "plan_outputs_Base.xlsx"
    target.write_text("somebody's notes")
    code, _, err = call("run", "inputs/plan_outputs.xlsx")
    assert code == 7
    assert "no result of this tool" in err
    assert target.read_text() == "somebody's notes"


def test_the_folder_cannot_be_a_file(call: Call, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("")
    assert call("run", "inputs/plan_outputs.xlsx")[0] == 7


def test_check_lists_all_findings_by_cell(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "inputs" / "plan_outputs.xlsx"
    edit(path, set_cell("Outputs", "1.01", "Cost", "12,5k"))
    edit(path, set_cell("Outputs", "2.04", "Component", "6"))
    code, out, _ = call("check", "inputs/plan_outputs.xlsx")
    assert code == 3
    assert re.search(r'plan_outputs\.xlsx Outputs!F2: .*"12,5k"', out), out
    assert "Outputs!B21" in out
    code, out, _ = call("check", "inputs/plan_outputs.xlsx", "--format", "json")
    assert {finding["cell"] for finding in json.loads(out)} >= {"F2", "B21"}


def test_usage_errors(call: Call) -> None:
    assert call("run")[0] == 2
    assert call("run", "inputs/plan_outputs.xlsx", "--time-limit", "-1")[0] == 2
    assert call("run", "inputs/plan_outputs.xlsx", "--all", "-s", "Base")[0] == 2
    assert call("rum")[0] == 2


@pytest.mark.usefixtures("small")
def test_a_closed_pipe_leaves_no_trace(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m optimizer.cli run inputs/plan_outputs.xlsx -o "{tmp_path}" | head -n 1'
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in ended.stderr


@pytest.mark.deep
@pytest.mark.longest
def test_a_full_run_has_every_analysis_in_every_file(call: Call, tmp_path: Path) -> None:
    code, _, told = call("run", str(SHIPPED), "--full")
    assert code == 0, told
    results = tmp_path / "results" / "plan_outputs_Base.xlsx"
    names = openpyxl.load_workbook(results, read_only=True).sheetnames
    assert {"Reasons", "Phases", "Frontier", "Robustness", "Alternatives", "Effect of conditions"} <= set(names)
    page = results.with_suffix(".html").read_text(encoding="utf-8")
    assert "Phases of funding" in page
    assert "Outputs not funded in full, and why" in page
    code, out, told = call("table", str(results), "--table", "reasons", "--format", "markdown")
    assert code == 0, told
    assert "subject to the mobilization of additional resources" in out
