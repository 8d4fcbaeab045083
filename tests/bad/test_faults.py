"""What goes wrong during a run: killed, no room, no memory, a solver that crashes or lies. Old results stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimizer import cli, selftest, solver
from optimizer import run as runner
from optimizer.files import publish as publishing
from optimizer.files.publish import OutputRefused, as_written, publish
from optimizer.files.reader import read_workbook
from optimizer.optimize import optimize
from optimizer.program import Goal, Point, Program, Termination
from optimizer.report import xlsx
from optimizer.result import Result
from optimizer.scenario import derive
from optimizer.solver import Solution
from optimizer.verify.check import verify
from tests import workbooks
from tests.workbooks import Edit, book, both, put, row, saved

posix = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and limited as POSIX systems do")
Finished = tuple[Path, dict[str, bytes]]  # a plan, and the files of a run of it
OLD, NEW = workbooks.book(put("Plan!D2", "old")), workbooks.book(put("Plan!D2", "new"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("finished")
    plan = saved(folder, book())
    asked = runner.request(read_workbook(plan), ("Base",), False, (), folder / "results")
    list(runner.run(asked))
    return plan, there(folder / "results")


@pytest.fixture
def results(finished: Finished, tmp_path: Path) -> Path:
    """A folder with results, of which a further run would make others."""
    folder = tmp_path / "results"
    folder.mkdir()
    for name, content in finished[1].items():
        saved(folder, content, name)
    return folder


def there(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def limited(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`optimizer` in a process of its own, after a few lines that take something from it."""
    call = f"import sys\n{code}\nfrom optimizer.cli import main\nsys.argv = ['optimizer', *sys.argv[1:]]\nmain()\n"
    command = [sys.executable, "-c", call, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


# Killed.


KILL = """
import os, random, signal, sys, time
from pathlib import Path
{imports}
draw, checked, fatal = random.Random(int(sys.argv[1])), 0, 0
for _ in range(200):
    child = os.fork()
    if not child:
        while True:
            {work}
    time.sleep(draw.uniform({shortest}, {longest}))
    os.kill(child, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "it ended by itself"
    {look}
print("killed 200 times,", fatal, "in the middle")
"""
WHILE_WRITING = {
    "imports": """from optimizer.files.publish import DRAFT, as_written, publish
target, contents = Path(sys.argv[2]), [Path(path).read_bytes() for path in sys.argv[3:]]""",
    "work": "for content in contents: publish(target, content, as_written(content), overwrite=True)",
    "shortest": "0.0005",
    "longest": "0.02",
    "look": """left = [path for path in target.parent.iterdir() if path != target]
    assert target.read_bytes() in contents and all(path.name.startswith(DRAFT) for path in left), left
    fatal += len(left)
    for path in left: path.unlink()""",
}
WHILE_RUNNING = {
    "imports": """from optimizer import run
from optimizer.files.reader import read_workbook
from optimizer.verify.check import verify
plan, folder = map(Path, sys.argv[2:])
asked = run.request(read_workbook(plan), ("Base",), False, ("resources=60%",), folder)
next(run.run(asked))""",
    "work": "list(run.run(asked))",
    "shortest": "0.01",
    "longest": "2",
    "look": """fatal += any(path.name.startswith(".") for path in folder.iterdir())
    assert [verify(path, plan).faults for path in folder.glob("plan*.xlsx")].count(()) >= 2""",
}


def kill(parts: dict[str, str], *arguments: object) -> int:
    """Do some work 200 times, each time killed at a random moment, and look at what is there; how often it was in the middle."""
    command = [sys.executable, "-c", KILL.format(**parts), "0", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("killed 200 times, ")
    return int(done.stdout.split()[3])


@posix
def test_killed_at_200_random_moments_while_writing(tmp_path: Path, finished: Finished) -> None:
    """Two workbooks over each other in turn: what stands is always one of them, whole; a draft has no name that anybody reads."""
    one = finished[1]["plan_Base.xlsx"]
    folder = tmp_path / "results"
    folder.mkdir()
    paths = [saved(tmp_path, one, "one.xlsx"), saved(tmp_path, one + bytes(100_000), "other.xlsx")]  # only bytes matter here
    assert kill(WHILE_WRITING, saved(folder, one, "plan_Base.xlsx"), *paths) > 20


@posix
@pytest.mark.deep
@pytest.mark.longest
def test_killed_at_200_random_moments_of_a_run(results: Path, finished: Finished) -> None:
    """From the question to the papers; each workbook that stands is verified."""
    assert kill(WHILE_RUNNING, finished[0], results) > 5


@posix
def test_two_runs_on_one_output(tmp_path: Path) -> None:
    """Whoever reads finds what one of them wrote, whole; in the end there are no drafts."""
    target, rounds = tmp_path / "plan_Base.xlsx", 60
    target.write_bytes(OLD)
    children = []
    for content in (OLD, NEW):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for _ in range(rounds):
                    publish(target, content, as_written(content), overwrite=True)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    seen = [target.read_bytes() for _ in range(2000)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert set(seen) <= {OLD, NEW}
    assert [path.name for path in tmp_path.iterdir()] == ["plan_Base.xlsx"]


# No room, no right to write, no memory.


@posix
def test_a_full_disk(results: Path, finished: Finished) -> None:
    """No file may grow beyond 20 kB, as if the disk were full then."""
    before = there(results)
    code = "import resource, signal\nresource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    done = limited(code, "run", finished[0], "-o", results, "--set", "resources=60%")
    assert done.returncode == 7, done.stderr
    assert "cannot be written" in done.stderr
    assert there(results) == before


@posix
def test_too_little_memory(results: Path, finished: Finished) -> None:
    before = there(results)
    code = "from optimizer import run\ndef short(*_): raise MemoryError\nrun.optimize = short"
    done = limited(code, "run", finished[0], "-o", results, "--set", "resources=60%")
    assert (done.returncode, "not enough memory" in done.stderr) == (1, True), done.stderr
    assert there(results) == before


@posix
def test_a_worker_that_is_killed_for_memory(results: Path, finished: Finished) -> None:
    """As a system does that has none left; the analyses in processes of their own end with it, and so does the run."""
    before = there(results)
    code = "import os\nfrom concurrent.futures import ProcessPoolExecutor\nfrom optimizer import run\n"
    code += "run.optimize = lambda *_: ProcessPoolExecutor(1).submit(os.abort).result()"
    done = limited(code, "run", finished[0], "-o", results, "--set", "resources=60%")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "terminated abruptly" in done.stderr
    assert there(results) == before


def test_a_folder_that_is_read_only(finished: Finished, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Said before anything is solved."""

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refused)
    monkeypatch.setattr(runner, "optimize", refused)
    asked = runner.request(read_workbook(finished[0]), ("Base",), False, (), tmp_path)
    with pytest.raises(OutputRefused, match="cannot be written to: Permission denied"):
        list(runner.run(asked))


@pytest.mark.parametrize("step", ["_write", "_settle", "replace"])
def test_a_write_that_fails_at_any_step(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another program holds the file open, say. Before the new name is given, the old content stays."""
    target = saved(tmp_path, OLD)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(*((Path, "replace") if step == "replace" else (publishing, step)), refused)
    with pytest.raises(OutputRefused, match="open in another program"):
        publish(target, NEW, as_written(NEW), overwrite=True)
    assert target.read_bytes() == (NEW if step == "_settle" else OLD)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsx"]


def test_a_fault_at_any_sheet_of_a_workbook(results: Path, finished: Finished, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that closes its file when something goes wrong leaves one that opens well and is not whole."""
    before, true, drawn = there(results), xlsx.Canvas.draw, [0]
    workbook = read_workbook(finished[0])
    answer = optimize(derive(workbook.plan, workbook.scenario("Low")))
    monkeypatch.setattr(runner, "optimize", lambda *_: answer)
    asked = runner.request(workbook, ("Low",), False, (), results)
    for last in (1, 4, 9):
        drawn[0] = 0

        def draw(canvas: Any, footer: str, last: int = last) -> None:
            drawn[0] += 1
            if drawn[0] == last:
                raise RuntimeError("in the middle")
            true(canvas, footer)

        monkeypatch.setattr(xlsx.Canvas, "draw", draw)
        with pytest.raises(RuntimeError):
            list(runner.run(asked))
        assert there(results) == before


# The solver.


@posix
def test_a_solver_that_crashes(results: Path, finished: Finished) -> None:
    """It takes the process with it; what was there stays, without a draft."""
    before = there(results)
    code = "import os\nfrom optimizer import run, solver\nrun.refuse_wrong_solver = lambda: None\n"
    code += "solver._Highs.callSolver = lambda *_: os.abort()"
    done = limited(code, "run", finished[0], "-o", results, "--set", "resources=60%")
    assert done.returncode == -signal.SIGABRT, done.stderr
    assert there(results) == before


TRUE = solver.solve
Lie = Callable[[Program, Goal, Solution], Solution]


def nothing(program: Program, goal: Goal, found: Solution) -> Solution:
    return replace(found, point=tuple(column.lower for column in program.columns), bound=0)


def everything(program: Program, goal: Goal, found: Solution) -> Solution:
    """More than there is money for."""
    point = tuple(column.upper for column in program.columns)
    return replace(found, termination=Termination.OPTIMAL, point=point, bound=goal.value(point))


def one_less(program: Program, goal: Goal, found: Solution) -> Solution:
    """A point that respects all rows and is worse, called the best."""
    point = found.point
    for j in reversed(program.open_columns):
        if point is not None and point[j]:
            worse: Point = tuple(0 if k == j else x for k, x in enumerate(point))
            if not program.violated(worse):
                return replace(found, point=worse, bound=goal.value(worse))
    return found


def too_good(program: Program, goal: Goal, found: Solution) -> Solution:
    return replace(found, bound=None if found.bound is None else found.bound + (5 if goal.maximise else -5))


def impossible(program: Program, goal: Goal, found: Solution) -> Solution:
    return replace(found, termination=Termination.INFEASIBLE, point=None, bound=None)


def fractional(program: Program, goal: Goal, found: Solution) -> Solution:
    return replace(found, point=found.point and tuple(solver._whole(x + 0.4, 0) for x in found.point))


def no_numbers(program: Program, goal: Goal, found: Solution) -> Solution:
    return replace(found, point=found.point and tuple(solver._whole(float("nan"), 0) for _ in found.point))


LIES: tuple[Lie, ...] = (nothing, everything, one_less, too_good, impossible, fractional, no_numbers)
PAID: Edit = both(
    lambda workbook: workbook["Links"].delete_rows(5, 2),  # this and the next: what ties both components together
    lambda workbook: workbook["Coverage"].delete_rows(2),
    *(put(f"Funds!{column}2", 9000) for column in "IJKL"),
    row("Scenarios", "Paid", None, "% of funds", 40, None, None),
)


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Callable[[Lie], None]:
    """The solver passes its self-test and lies from then on."""
    selftest.refuse_wrong_solver()

    def lie(how: Lie) -> None:
        def solve(program: Program, goal: Goal, *asked: Any, **more: Any) -> Solution:
            return how(program, goal, TRUE(program, goal, *asked, **more))

        monkeypatch.setattr(solver, "solve", solve)

    return lie


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
@pytest.mark.parametrize("scenario", ["Base", "Paid"])
def test_a_solver_that_lies(
    lie: Lie, scenario: str, lying: Callable[[Lie], None], results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the dynamic programme applies (Base) its answer stands or the run ends; elsewhere a false optimum ends as not proved.

    Of a solver that says of every question that nothing is there, or nothing better, only another solver can tell;
    docs/trust.md says so, and its self-test refuses such a one.
    """
    plan = saved(results.parent, book(PAID, workbooks.FUNDED))
    workbook = read_workbook(plan)
    right = optimize(derive(workbook.plan, workbook.scenario(scenario)))
    assert isinstance(right, Result)
    assert ("dynamic programme" in right.proof.statement) is (scenario == "Base")
    before = there(results)
    lying(lie)
    monkeypatch.setattr("sys.argv", ["optimizer", "run", str(plan), "-s", scenario, "-o", str(results.parent / "new")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code, made = int(str(ended.value.code)), list((results.parent / "new").glob("*.xlsx"))
    assert there(results) == before
    assert bool(made) is (code in (0, 5))
    for path in made:
        assert verify(path, plan).faults == ()
    if scenario == "Base":
        assert code in (0, 1)
        assert code or optimize(derive(workbook.plan, workbook.scenario(scenario))).audit.value == right.audit.value
    else:
        assert code == {impossible: 4, too_good: 5}.get(lie, 1)
