"""The first minutes: optimizer doctor, what is said where a workbook is missing, settings and completion from a shell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from optimizer import cli, doctor, selftest
from optimizer.commands.completion import VARIABLE
from tests.workbooks import book, put

Call = Callable[..., tuple[int, str, str]]
SHIPPED = Path(__file__).parent.parent.parent / "inputs" / "plan_outputs.xlsx"
BASH = shutil.which("bash")


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


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the questions to the solver, which are tested by themselves."""
    monkeypatch.setattr(selftest, "solver_doubts", lambda: iter(()))
    monkeypatch.setattr(selftest, "plan_doubts", lambda: iter(()))


def test_all_is_well_here_in_less_than_three_seconds(tmp_path: Path) -> None:
    began = time.process_time()
    command = [sys.executable, "-m", "optimizer.cli", "doctor"]
    usage = os.times()
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    after = os.times()
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    assert ended.stdout.endswith("\nAll is well.\n")
    assert after.children_user - usage.children_user + time.process_time() - began < 3
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


@pytest.mark.usefixtures("quick")
def test_as_data(call: Call) -> None:
    code, out, _ = call("doctor", "--format", "json")
    record = json.loads(out)
    assert (code, record["well"]) == (0, True)
    named = {check["name"] for check in record["checks"]}
    assert {"optimizer", "Python", "pulp", "highspy", "openpyxl", "click", "LibreOffice", "Chromium", "Encoding"} <= named


def test_a_solver_that_cannot_be_believed_is_the_first_thing_to_do(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "solver_doubts", lambda: iter(("two lengths: the answer is 19,712",)))
    code, out, _ = call("doctor")
    assert code == 1
    assert "All is well" not in out
    to_do = out.partition("To do:\n")[2]
    assert to_do.startswith("  1. ")
    assert "do not use its results: two lengths: the answer is 19,712" in to_do
    assert "pip install -c constraints.txt" in to_do


@pytest.mark.usefixtures("quick")
def test_a_package_that_is_missing_or_too_old(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requires", lambda _: ["highspy>=99", "no-such-package<4,>=3", 'ruff; extra == "test"'])
    code, out, _ = call("doctor")
    assert code == 1
    assert "1. highspy: 1" in out
    assert 'python -m pip install "highspy>=99"' in out
    assert "2. no-such-package: missing; >=3,<4 is required" in out


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("system", "how"),
    [("Linux", "apt install"), ("Darwin", "brew install"), ("Windows", "winget install"), ("AIX", "apt install")],
)
def test_what_is_optional_is_told_with_how_to_install_it(
    system: str, how: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.platform, "system", lambda: system)
    monkeypatch.setattr(doctor, "PROGRAMS", tuple(replace(p, commands=(), places=()) for p in doctor.PROGRAMS))
    code, out, _ = call("doctor")
    assert code == 0, "nothing of it is needed"
    assert out.count(how) == 2


@pytest.mark.usefixtures("quick")
def test_a_folder_that_cannot_be_written_to_and_a_template_that_is_not_there(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "optimizer.toml").write_text('output = "file/results"\ntemplate = "none.docx"\n')
    code, out, _ = call("doctor")
    assert code == 1
    assert "file cannot be written to" in out
    assert "none.docx: there is no such file" in out


@pytest.mark.parametrize("encoding", ["cp437"])
def test_a_terminal_without_dashes_gets_no_trace(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(book())
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = subprocess.run(
        [sys.executable, "-m", "optimizer.cli", "check", "plan.xlsx", "--format", "json"],
        cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr


def test_without_a_command_the_first_steps_are_told(call: Call) -> None:
    code, out, err = call()
    assert code == 2
    for line in ("optimizer new plan.xlsx --example", "optimizer run plan.xlsx", "optimizer doctor"):
        assert line in out + err


def test_the_first_steps_work(call: Call) -> None:
    assert call("new", "plan.xlsx", "--example")[0] == 0
    assert call("check", "plan.xlsx")[0] == 0


def test_where_no_workbook_is_named(call: Call, tmp_path: Path) -> None:
    code, _, err = call("run")
    assert code == 2
    assert "Missing argument 'PLAN'" in err
    assert "optimizer new plan.xlsx --example" in err
    (tmp_path / "inputs").mkdir()
    for name in ("inputs/b.xlsx", "a.xlsx", "~$a.xlsx"):
        (tmp_path / name).touch()
    assert f"Workbooks here: a.xlsx, {Path('inputs/b.xlsx')}\n" in call("check")[2]
    assert "optimizer run PLAN.xlsx" not in call("table")[2], "a workbook is here, if not in results"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("plan.xlsx", "did you mean inputs/plan.xlsx?"),
        ("inputs/plans.xlsx", "did you mean plan.xlsx?"),
        ("inputs", "it is a folder: a file is expected (known: plan.xlsx)"),
        ("nowhere/plan.xlsx", 'the folder "nowhere" does not exist'),
    ],
)
def test_a_workbook_that_is_not_there(asked: str, said: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "plan.xlsx").write_bytes(book())
    code, _, err = call("run", asked)
    assert code == 3
    assert said in err.replace("\\", "/")


def test_a_result_instead_of_a_plan(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.xlsx").write_bytes(book())
    assert call("run", "plan.xlsx")[0] == 0
    (result,) = (tmp_path / "results").glob("*.xlsx")
    for command in ("run", "check"):
        code, out, err = call(command, str(result))
        assert code == 3
        assert "it is a results workbook" in out + err
        assert (out + err).count("error") <= 2, "one finding, not one for each sheet"
    monkeypatch.setenv("OPTIMIZER_TEMPLATE", "house.docx")
    assert call("table", str(result), "--table", "summary")[0] == 0, "a template for all does not stop other forms"
    assert call("table", str(result), "--template", "house.docx")[0] == 2


def test_a_mistake_in_the_settings_stops_before_anything_is_read(call: Call, tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(book())
    (tmp_path / "optimizer.toml").write_text('langauge = "fr"\n')
    code, _, err = call("run", "plan.xlsx")
    assert code == 3
    assert "did you mean lang?" in err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_script_for_each_shell(shell: str, call: Call) -> None:
    code, out, _ = call("completion", shell)
    assert code == 0
    assert "_OPTIMIZER_COMPLETE" in out
    assert call("completion", "cmd")[0] == 2


def completed(shell: str, *words: str) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, f"{shell}_complete")
        asked = ShellComplete(cli.cli, {}, "optimizer", VARIABLE)
        return [item.value for item in asked.get_completions(list(words[:-1]), words[-1])]


def test_scenarios_of_the_workbook_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.xlsx").write_bytes(book(put("Scenarios!A3", "Low, for *now*")))
    assert completed("zsh", "run", "plan.xlsx", "-s", "") == ["Base", "Low, for *now*", "Protected"]
    assert completed("zsh", "watch", "-s", "Base", "plan.xlsx", "-s", "pro") == ["Protected"]
    assert completed("powershell", "run", "plan.xlsx", "-s", "lo") == ["'Low, for *now*'"]
    assert completed("bash", "run", "plan.xlsx", "-s", "lo") == [r"Low,\\ for\\ \\*now\\*"], "click's script drops one of two"
    assert completed("bash", "table", "x.xlsx", "--table", "sce") == ["scenarios"]


def test_completion_is_silent_where_nothing_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.xlsx").write_text("no workbook")
    (tmp_path / "other.xlsx").write_bytes(book(lambda workbook: workbook.remove(workbook["Scenarios"])))
    (tmp_path / "optimizer.toml").write_text("no settings")
    for name in ("broken.xlsx", "other.xlsx", "missing.xlsx", "plan.docx"):
        assert completed("zsh", "run", name, "-s", "") == []


@pytest.mark.skipif(BASH is None, reason="no bash")
def test_in_bash_a_name_with_spaces_stays_one_word(tmp_path: Path) -> None:
    shutil.copy(SHIPPED, tmp_path / "plan.xlsx")
    (tmp_path / "optimizer").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{MAIN}" "$@"\n')
    (tmp_path / "optimizer").chmod(0o755)
    script = (
        'PATH="$PWD:$PATH"; eval "$(optimizer completion bash)"; COMP_WORDS=(optimizer run plan.xlsx -s At); COMP_CWORD=4; '
        "_optimizer_completion optimizer; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    ended = subprocess.run([str(BASH), "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert "At\\ 60" in ended.stdout.splitlines(), ended


MAIN = "import sys; from optimizer.cli import main; sys.argv[0] = 'optimizer'; main()"
