"""The watcher beside a real LibreOffice: somebody opens the workbook, types, saves, and has results open meanwhile."""

from __future__ import annotations

import json
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from optimizer.files.reader import read_workbook
from optimizer.watching.watcher import inputs
from tests.workbooks import book, saved

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs"


def _python_with_uno() -> str | None:
    """The system's own: packages put `uno` there, and it is not to be had from elsewhere."""
    for python in filter(None, (shutil.which("python3", path="/usr/bin"), sys.executable)):
        if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return python
    return None


UNO = _python_with_uno() if OFFICE else None
pytestmark = pytest.mark.skipif(UNO is None, reason="LibreOffice or its Python (python3-uno) is not installed: nobody saves")


@dataclass
class Planner:
    process: subprocess.Popen[str]

    def __call__(self, what: str, path: Path, *rest: object) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([what, str(path), *rest]) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    profile = tmp_path_factory.mktemp("profile")
    command = [str(UNO), str(HERE / "planner.py"), str(OFFICE), str(profile)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Planner(process)
        assert process.stdin
        process.stdin.close()
        process.wait(60)


class Terminal:
    """What the watcher prints, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.lines = process, []
        self._queue: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self._queue.put(line.rstrip())

    def until(self, text: str, seconds: float = 30) -> str:
        """The next line that has this text."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.lines.append(self._queue.get(timeout=max(end - time.monotonic(), 0.01)))
            except queue.Empty:
                raise AssertionError(f"no line with {text!r} in\n" + "\n".join(self.lines)) from None
            if text in self.lines[-1]:
                return self.lines[-1]


# As the command, but with a short rest between two solves and no wait for the curve of the page.
PROGRAM = """
from optimizer import cli, papers
from optimizer.watching import watcher
watcher.PAUSE, papers.DRAWING = 0.3, 0.01
cli.main()
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    saved(tmp_path, book())
    command = [sys.executable, "-c", PROGRAM, "watch", "plan.xlsx", "--interval", "0.1"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        yield Terminal(process)
        process.kill()


@pytest.mark.parametrize("name", ["plan_outputs.xlsx", "canton_programme.xlsx"])
def test_a_workbook_that_libreoffice_saved_is_read_as_before(name: str, planner: Planner, tmp_path: Path) -> None:
    path = tmp_path / name
    shutil.copy(INPUTS / name, path)
    planner("open", path)
    planner("bold", path, "Plan", "A2")  # else there is nothing to save
    planner("save", path)
    planner("close", path)
    assert path.read_bytes() != (INPUTS / name).read_bytes()
    shipped, stored = read_workbook(INPUTS / name), read_workbook(path)
    assert inputs(stored) == inputs(shipped)
    assert stored.findings == shipped.findings


def test_a_day_at_work(planner: Planner, terminal: Terminal, tmp_path: Path) -> None:
    plan, result = tmp_path / "plan.xlsx", tmp_path / "results" / "plan_Base.xlsx"
    planner("open", plan)
    terminal.until("plan_Base.xlsx, .docx")

    planner("bold", plan, "Plan", "A2")
    planner("save", plan)
    terminal.until("nothing is new since the last answer")

    planner("type", plan, "Scenarios", "D2", 60)
    planner("save", plan)
    assert "1 input cell" in terminal.until("refreshed:")

    planner("open", result)
    planner("type", plan, "Scenarios", "D2", 70)
    planner("save", plan)
    assert "plan_Base (2).xlsx" in terminal.until("plan_Base.xlsx is open in another program")
    assert result.with_name("plan_Base (2).xlsx").exists()
    planner("close", result)
    terminal.until("plan_Base.xlsx is closed again")
    terminal.until("(2).xlsx, .docx")
    assert not list(result.parent.glob("*(2)*"))

    planner("type", plan, "Outputs", "E2", "12,5k")
    planner("save", plan)
    terminal.until('"12,5k"')
    terminal.process.send_signal(signal.SIGINT)
    terminal.until("Stopped watching")
    assert terminal.process.wait(30) == 0
    assert not list(tmp_path.glob(".optimizer-watch-*"))
    sheet = openpyxl.load_workbook(tmp_path / "plan_findings.xlsx")["Findings"]
    link = next(cell.hyperlink for line in sheet for cell in line if cell.value == "E2")
    assert (link.target, link.location) == ("plan.xlsx", "'Outputs'!E2")
    assert not [line for line in terminal.lines if "Traceback" in line]
    planner("close", plan)
