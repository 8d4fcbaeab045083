"""optimizer new, from an empty folder: what it says, what it leaves, its exit codes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import optimizer
from optimizer import cli
from optimizer.result import Result

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Run a command in an empty folder: exit code, standard output, standard error."""
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


def test_the_examples_of_the_help_run_in_an_empty_folder(call: Call, tmp_path: Path) -> None:
    _, out, _ = call("new", "-h")
    lines = re.findall(r"^ +optimizer (new .+)$", out, re.MULTILINE)
    assert len(lines) == 4
    for line in lines:
        code, shown, err = call(*(part.strip('"') for part in re.findall(r'"[^"]*"|\S+', line)))
        assert (code, shown) == (0, ""), err
        assert err.splitlines()[-2].startswith("Written to ")
        assert "sheet Guide" in err.splitlines()[-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["by_source.xlsx", "example.xlsx", "plan.xlsx", "renewed.xlsx"]
    assert (tmp_path / "renewed.xlsx").read_bytes() == (tmp_path / "example.xlsx").read_bytes()


def test_each_scenario_of_the_example_is_solved_and_proved_in_a_moment(call: Call) -> None:
    assert call("new", "example.xlsx", "--example")[2].endswith("optimizer run example.xlsx\n")
    document = optimizer.read_workbook("example.xlsx")
    for spec in document.scenarios:
        started = time.process_time()
        result = optimizer.solve(optimizer.derive(document.plan, spec))
        assert isinstance(result, Result), spec.name
        assert result.proof.proved
        assert time.process_time() - started < 1


def test_an_empty_workbook_says_how_to_go_on(call: Call) -> None:
    assert 'optimizer check "my plan.xlsx" lists what is still needed: 5 so far' in call("new", "my plan.xlsx")[2]
    code, out, _ = call("check", "my plan.xlsx")
    assert code == 3
    assert out.endswith("5 errors, 0 warnings, 0 notes\n")


def test_nothing_is_replaced(call: Call, tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_text("mine")
    for more in ((), ("--example",), ("--from", "plan.xlsx")):
        code, _, err = call("new", "plan.xlsx", *more)
        assert code == 7
        assert "never replaced" in err
    assert (tmp_path / "plan.xlsx").read_text() == "mine"
    assert call("new", "nowhere/plan.xlsx")[0] == 7


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan.xls",),
        ("plan",),
        ("plan.xlsx", "--example", "--from", "x.xlsx"),
        ("plan.xlsx", "--example", "--criterion", "need"),
        ("plan.xlsx", "--criterion", "need", "--criterion", "Need "),
        ("plan.xlsx", "--tags", " "),
        (),
    ],
)
def test_usage_errors_write_nothing(arguments: tuple[str, ...], call: Call, tmp_path: Path) -> None:
    assert call("new", *arguments)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_carried_over_is_refused(call: Call, tmp_path: Path) -> None:
    assert call("new", "plan.xlsx", "--from", "missing.xlsx")[0] == 3
    (tmp_path / "text.xlsx").write_text("no workbook")
    assert call("new", "plan.xlsx", "--from", "text.xlsx")[0] == 3
    assert not (tmp_path / "plan.xlsx").exists()


def test_killed_half_way_no_file_has_the_name(tmp_path: Path) -> None:
    """Killed outright when the draft is on disk; only the draft is left, which a later command clears away."""
    code = (
        "import os, signal, sys\nfrom optimizer.files import fresh\nfrom optimizer import cli\n"
        "fresh.carry = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.argv = ['optimizer', 'new', 'plan.xlsx']\ncli.main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, capture_output=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert [path.name.startswith(".optimizer-draft-") for path in tmp_path.iterdir()] == [True]
