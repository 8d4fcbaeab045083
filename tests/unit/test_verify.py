"""A results workbook that is right is verified; one that is wrong anywhere is not, and is never published."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from optimizer import cli
from optimizer import run as runner
from optimizer.allocation import Allocation, Delivery
from optimizer.analysis.full import analyse
from optimizer.analysis.uncertain import Assumptions
from optimizer.audit import audit
from optimizer.files import seal
from optimizer.files.publish import CheckFailed
from optimizer.files.reader import read_workbook
from optimizer.optimize import optimize
from optimizer.report import figures, prioritisation, technical
from optimizer.result import Result
from optimizer.rules import Floor
from optimizer.scenario import Scenario
from optimizer.verify.cells import Cell, File, Sheet, read
from optimizer.verify.check import held_against, unsealed, verify
from optimizer.verify.ledger import Ledger
from tests import workbooks
from tests.workbooks import Edit, both, put, repack, replaced, row, saved

INPUTS = Path(__file__).parent.parent.parent / "inputs"
PAID: Edit = both(  # enough money, in time, for the scenarios by source
    *(put(f"Funds!{column}2", 9000) for column in "IJKL"),
    row("Scenarios", "Balanced", None, "% of estimate", 80, "balanced", None),
    row("Scenarios", "Classes", None, "% of funds", 40, "tiers", None),
    row("Scenario changes", "Mid-term", "component", "2", "no minimum", None, None, None, None),
    row("Scenario changes", "Classes", "plan", "*", "later start", "yes", None, None, None),
)
CASES: dict[str, tuple[Callable[[], bytes], str, tuple[str, ...], str]] = {
    "plain": (workbooks.book, "Base", (), "en"),
    "settings": (
        workbooks.book,
        "Protected",
        (
            "resources=60%",
            "output.1.10.score need=75.5",
            "criterion.reach.weight=0",
            "output.1.10.cost=2777",
            "output.1.2.cost=1501",
            "component.1.minimum=33.33% of estimate",
            "component.2.maximum=33.37% of estimate",
        ),
        "es",
    ),
    "titled": (lambda: workbooks.book(sheets=workbooks.TITLED), "Base", (), "fr"),
    "sources": (lambda: workbooks.book(PAID, workbooks.FUNDED), "Sources", (), "en"),
    "re-plan": (lambda: workbooks.book(PAID, workbooks.FUNDED), "Mid-term", (), "fr"),
    "balanced": (lambda: workbooks.book(PAID, workbooks.FUNDED), "Balanced", (), "en"),
    "later starts": (lambda: workbooks.book(PAID, workbooks.FUNDED), "Classes", ("plan.allowed drops=5",), "en"),
}


def published(folder: Path, plan: Path, scenario: str, settings: tuple[str, ...] = (), language: str = "en") -> Path:
    """Without the papers, which are not verified."""
    asked = runner.request(read_workbook(plan), (scenario,), False, settings, folder / "results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "save_papers", lambda *_: ())
        (finished,) = runner.run(replace(asked, house=replace(asked.house, language=language)))
    return finished.paths[0]


@cache
def results(case: str, parent: Path) -> tuple[Path, Path]:
    """The plan and the results workbook of a case, made once."""
    data, scenario, settings, language = CASES[case]
    folder = parent / case
    folder.mkdir()
    plan = saved(folder, data())
    return plan, published(folder, plan, scenario, settings, language)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verify")


@pytest.mark.parametrize("case", CASES)
def test_what_is_right_is_verified(case: str, kept: Path) -> None:
    """Whichever objective, language, money and time; more is derived than is only sealed."""
    plan, result = results(case, kept)
    verdict = verify(result, plan)
    assert verdict.faults == ()
    assert verdict.question.startswith(CASES[case][1])
    assert verdict.derived > verdict.sealed > 0


DERIVED = {
    "Summary", "Prioritisation", "By period", "Results at stake", "Coverage", "For Word", "Components", "Allocation", "Payments",
    "Funds", "Levels", "Rules", "Checks", "Inputs as read", "Run",
}  # fmt: skip
SEALED = {"Reasons", "Frontier", "Phases", "Robustness", "Alternatives", "Effect of conditions", "Changes", "Record", seal.SEAL}


@pytest.mark.deep
def test_which_sheets_are_derived_and_which_are_sealed_only(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all analyses and with funds, as docs/trust.md lists them; a sheet that nobody has listed fails here."""
    quick = Assumptions(samples=5)
    monkeypatch.setattr(
        runner, "analyse", lambda scenario, seconds, *_, tell: analyse(scenario, seconds, assumed=quick, tell=tell)
    )
    plan = saved(tmp_path, workbooks.book(sheets=workbooks.TITLED))
    asked = replace(runner.request(read_workbook(plan), ("Base",), False, (), tmp_path / "results"), full=True)
    monkeypatch.setattr(runner, "save_papers", lambda *_: ())
    (finished,) = runner.run(asked)
    sheets = set[str]()
    for source, result in ((plan, finished.paths[0]), results("sources", kept)):
        file, first = read(result), read(source, typed=True)
        assert held_against(file, first).faults == ()
        again = {name for name, _, _ in derived(file, first)}
        assert again <= DERIVED
        assert DERIVED & set(file.sheets) == again
        sheets |= set(file.sheets)
    assert sheets == DERIVED | SEALED


def test_the_list_of_sheets_in_the_docs_is_this_one() -> None:
    text = (INPUTS.parent / "docs" / "trust.md").read_text(encoding="utf-8")
    for begins, names in (("Derived again: ", DERIVED), ("Sealed only: ", SEALED)):
        listed = text.partition(begins)[2].partition(".")[0]
        assert {name.strip() for name in listed.replace("\n", " ").split(",")} == names


@pytest.mark.deep
@pytest.mark.parametrize("name", ["plan_outputs", "canton_programme"])
def test_every_shipped_scenario_is_verified(name: str, tmp_path: Path) -> None:
    workbook = read_workbook(INPUTS / f"{name}.xlsx")
    finished = list(runner.run(runner.request(workbook, (), True, (), tmp_path)))
    paths = [each.paths[0] for each in finished if each.paths]
    assert len(paths) >= 4
    assert [verify(path, workbook.path).faults for path in paths] == [()] * len(paths)


def places(file: File) -> list[tuple[str, int, int]]:
    return [(name, r, c) for name, sheet in file.sheets.items() for r, cells in sheet.rows.items() for c in cells]


def with_cell(file: File, place: tuple[str, int, int], cell: Cell | None) -> File:
    """The workbook with another cell, as if it had been read so from disk."""
    name, row, column = place
    rows = dict(file.sheets[name].rows)
    rows[row] = {c: old for c, old in rows[row].items() if c != column}
    if cell is not None:
        rows[row][column] = cell
    return replace(file, sheets={**file.sheets, name: Sheet(name, rows, file.sheets[name].totals)})


def resealed(file: File) -> File:
    """As a liar would leave it: the seal is that of the changed cells."""
    sheets = {name: sheet for name, sheet in file.sheets.items() if name != seal.SEAL}
    lines = [line for name, sheet in sheets.items() for line in seal.lines(name, _canonical(sheet))]
    rows = {number: cells for number, cells in file.sheets[seal.SEAL].rows.items() if number < seal.FIRST}
    for number, (name, first, digests) in enumerate(lines, start=seal.FIRST):
        rows[number] = {1: Cell(name), 2: Cell(Fraction(first)), 3: Cell(digests)}
    return replace(file, sheets={**sheets, seal.SEAL: Sheet(seal.SEAL, rows)})


def _canonical(sheet: Sheet) -> dict[int, dict[int, str]]:
    return {row: {column: cell.canonical for column, cell in cells.items()} for row, cells in sheet.rows.items()}


def changes(cell: Cell) -> Iterator[Cell | None]:
    """A cell changed as little as possible, and a cell that is gone."""
    if isinstance(cell.value, bool):
        yield replace(cell, value=not cell.value)
    elif isinstance(cell.value, Fraction):
        yield replace(cell, value=cell.value + (1 if cell.value.denominator == 1 else Fraction(1, 10**9)))
    else:
        yield replace(cell, value=cell.value[:-1] + ("x" if cell.value[-1:] != "x" else "y"))
    yield None


def some(everything: list[tuple[str, int, int]], count: int, config: pytest.Config) -> list[tuple[str, int, int]]:
    return everything if config.getoption("deep") else random.Random(count).sample(everything, count)


@pytest.mark.parametrize("case", ["plain", "re-plan"])
def test_any_changed_cell_is_found_by_its_seal(case: str, kept: Path, pytestconfig: pytest.Config) -> None:
    """Cells of every sheet, that of the seal among them, a sample or with --deep each in turn; the row is named."""
    file = read(results(case, kept)[1])
    assert list(unsealed(file)) == []
    assert len(places(file)) > 900
    for place in some(places(file), 60, pytestconfig):
        name, row, column = place
        for cell in changes(file.sheets[name].rows[row][column]):
            found = list(unsealed(with_cell(file, place, cell)))
            assert found, f"{place} was {file.sheets[name].rows[row][column]} and is {cell}"
            assert name == seal.SEAL or f"{name}, row {row}: it is not as it was written" in found


@pytest.mark.parametrize("case", ["plain", "titled", "sources"])
def test_a_cell_that_is_derived_is_found_whatever_the_seal_says(case: str, kept: Path, pytestconfig: pytest.Config) -> None:
    """A sample of them, all with --deep, each with a seal that is right for the changed workbook."""
    plan, result = results(case, kept)
    file, source = read(result), read(plan, typed=True)
    changed = [place for place in derived(file, source) if place[0] != seal.SEAL]
    assert len(changed) > 500
    for place in some(changed, 25, pytestconfig):
        name, row, column = place
        cell = next(changes(file.sheets[name].rows[row][column]))
        faults = held_against(resealed(with_cell(file, place, cell)), source).faults
        assert faults, f"{place} was {file.sheets[name].rows[row][column]} and is {cell}"


def derived(file: File, source: File) -> list[tuple[str, int, int]]:
    """The cells that the verdict counts as derived."""
    ledgers: list[Ledger] = []

    def kept(result: File) -> Ledger:
        ledgers.append(Ledger(result))
        return ledgers[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimizer.verify.check.Ledger", kept)
        held_against(file, source)
    return sorted(set(places(file)) & ledgers[0].derived)


def test_numbers_of_the_tables_are_derived_not_only_sealed(kept: Path) -> None:
    """Every number on these sheets, but for the gains of the funds, the approaches that need a ranking and text."""
    plan, result = results("sources", kept)
    file = read(result)
    again = set(derived(file, read(plan, typed=True)))
    for name in ("Allocation", "Payments", "Rules", "Components", "Prioritisation", "By period", "Coverage", "Levels", "Checks"):
        numbers = [p for p in places(file) if p[0] == name and isinstance(file.sheets[name].rows[p[1]][p[2]].value, Fraction)]
        known = [
            p for p in numbers if (name, p[2]) in (("Levels", 8), ("Checks", 4))
        ]  # points for money; what is typed in checks
        assert numbers, name
        assert set(numbers) - set(known) <= again, name


def test_rows_that_change_places_are_found(kept: Path) -> None:
    plan, result = results("plain", kept)
    file = read(result)
    for name, one, other in (("Allocation", 4, 5), ("Rules", 4, 5), ("Prioritisation", 7, 8)):
        rows = dict(file.sheets[name].rows)
        rows[one], rows[other] = rows[other], rows[one]
        swapped = replace(file, sheets={**file.sheets, name: Sheet(name, rows)})
        assert list(unsealed(swapped))
        assert name == "Rules" or held_against(resealed(swapped), read(plan, typed=True)).faults, name


@pytest.mark.parametrize("code", ['"9"0', ";;;", "#,##0,", "0\\\\0", '"none"'])
def test_a_number_that_shows_as_another_is_found(code: str, kept: Path, tmp_path: Path) -> None:
    """What every cell holds is as it was written, and one format is not."""
    plan, result = results("plain", kept)
    shown = b'formatCode="' + code.replace('"', "&quot;").encode() + b'"'
    data = repack(
        result.read_bytes(), lambda n, c: re.sub(rb'formatCode="#,##0[^"]*"', shown, c, count=1) if "styles" in n else c
    )
    assert data != result.read_bytes()
    faults = verify(saved(tmp_path, data, "shown.xlsx"), plan).faults
    assert faults
    assert all("its number format shows another number" in fault for fault in faults)


def test_results_of_another_plan_or_scenario_are_found(kept: Path, tmp_path: Path) -> None:
    plan, result = results("plain", kept)
    other = saved(tmp_path, workbooks.book(put("Outputs!E2", 5001)))
    assert any("SHA-256" not in fault and "5,001" in fault for fault in verify(result, other).faults)
    touched = saved(tmp_path, workbooks.book(put("Plan!D2", "a comment more")), "touched.xlsx")
    assert any(fault.startswith("Run!B") for fault in verify(result, touched).faults)
    assert any("budget" in fault for fault in verify(result, plan, "Low").faults)
    assert verify(result, plan, "Base").faults == ()
    assert verify(result, plan, "Base", ("resources=60%",)).faults
    assert verify(result, plan, "No such").faults == ("the plan has no scenario No such",)


def test_the_command_line(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, result = results("plain", kept)

    def call(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["optimizer", "verify", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(str(ended.value.code)), capsys.readouterr().out

    code, out = call(result, "--input", plan)
    assert code == 0
    assert out.startswith("plan_Base.xlsx, scenario Base: verified\n")
    assert "cells derived again from plan.xlsx" in out
    spoilt = saved(tmp_path, replaced(result.read_bytes(), "xl/worksheets/sheet1.xml", b"<v>11</v>", b"<v>12</v>"), "spoilt.xlsx")
    code, out = call(spoilt, "--input", plan)
    assert code == 6
    assert "Summary, row" in out
    assert "not as it should be" in out
    assert call(plan, "--input", plan)[0] == 6, "a plan is no result"
    assert call(tmp_path / "none.xlsx", "--input", plan)[0] == 3


# A lying optimizer: what it says is consistent in itself, and wrong.


def moved(result: Result, more: dict[int, int]) -> Result:
    """The result with other amounts, and everything that follows from them."""
    given = tuple(Delivery(d.amount + more.get(i, 0), d.share, d.start) for i, d in enumerate(result.allocation))
    return replace(result, allocation=Allocation(given), audit=replace(audit(result.scenario, Allocation(given)), breaches=()))


def solved(scenario: Scenario, seconds: float) -> Result:
    found = optimize(scenario, seconds)
    assert isinstance(found, Result)
    return found


def lies() -> Iterator[Any]:
    def over_budget(result: Result) -> Result:
        return replace(result, scenario=replace(result.scenario, resources=result.audit.spend - 1))

    def one_unit_more(result: Result) -> Result:
        return moved(result, {0: 1})

    def floor_by_one(result: Result) -> Result:
        limit = result.audit.received["2"]
        rules = tuple(
            replace(rule, limit=limit + 1) if isinstance(rule, Floor) and rule.component == "2" else rule
            for rule in result.scenario.rules
        )
        return replace(result, scenario=replace(result.scenario, rules=rules))

    def value(result: Result) -> Result:
        return replace(result, audit=replace(result.audit, value=result.audit.value + 1))

    for lie in (over_budget, one_unit_more, floor_by_one, value):
        yield pytest.param(lie, id=lie.__name__)


@pytest.mark.parametrize("lie", list(lies()))
def test_a_lying_optimizer_publishes_nothing(
    lie: Callable[[Result], Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "optimize", lambda scenario, seconds: lie(solved(scenario, seconds)))
    with pytest.raises(CheckFailed):
        published(tmp_path, saved(tmp_path, workbooks.book()), "Base")
    assert list((tmp_path / "results").iterdir()) == []


def one_more_in_the_subtotal(patch: pytest.MonkeyPatch) -> None:
    true = prioritisation._sum
    patch.setattr(
        prioritisation,
        "_sum",
        lambda dossier, label, shown, style: true(dossier, label, replace(shown, allocated=shown.allocated + 1), style),
    )


def everything_rounded_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(figures, "nearest", lambda amount: -(-amount // 1))


def minimum_rounded_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(technical, "minima", lambda scenario: {"1": 3601, "2": 1000})


def one_line_rounded_twice(patch: pytest.MonkeyPatch) -> None:
    """Two lines of a component off by a unit, so that they still add up."""
    true = figures.in_groups

    def lines(*exact: Any) -> Any:
        (a, b), (c, d), *rest = true(*exact)
        return [(a + 1, b), (c - 1, d), *rest]

    patch.setattr(figures, "in_groups", lines)


@pytest.mark.parametrize("slip", [one_more_in_the_subtotal, everything_rounded_up, minimum_rounded_up, one_line_rounded_twice])
def test_a_wrong_table_is_not_published(
    slip: Callable[[pytest.MonkeyPatch], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 6, and the folder is as it was."""
    slip(monkeypatch)
    plan = saved(tmp_path, workbooks.book(put("Components!E3", 1001)))
    monkeypatch.setattr("sys.argv", ["optimizer", "run", str(plan), "-o", str(tmp_path / "results")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 6
    assert "not written" in capsys.readouterr().err
    assert list((tmp_path / "results").iterdir()) == []
