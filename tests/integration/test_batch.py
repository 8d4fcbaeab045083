"""optimizer batch: dry run, answers, one bad scenario of many, interrupted and continued, exported; on a cluster too."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

import optimizer
from optimizer import cli
from optimizer.files.reader import read_workbook
from optimizer.optimize import optimize
from optimizer.result import Result
from optimizer.scenario import derive, with_settings
from tests.batches import contents, kept, uncertain

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "-m", "optimizer.cli")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
FILE = """
[overrides.free]
"component.*.minimum" = "none"
criterion.{first}.weight = 3
[[scenario]]
name = "as it is"
[[scenario]]
name = "free"
use = "free"
[[sweep]]
name = "money"
over.resources = ["60%", "80%"]
over.use = ["free"]
"""
BAD = """
[[scenario]]
name = "nothing to spend"
set.resources = 1
"""
SLEEPER = (
    "import sys, time\n"
    "if 'optimizer.batch.worker' in sys.orig_argv:\n"
    "    from optimizer.batch.answer import Answerer\n"
    "    Answerer.answer = lambda self, n: time.sleep(600)\n"
)


Call = Callable[..., "Done"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small example as plan.xlsx, and scenarios about it."""
    made = tmp_path_factory.mktemp("batch")
    subprocess.run((*COMMAND, "new", str(made / "plan.xlsx"), "--example"), check=True, capture_output=True, cwd=ROOT)
    plan = read_workbook(made / "plan.xlsx").plan
    text = FILE.format(first=plan.criteria[0].id)
    (made / "good.toml").write_text(text, encoding="utf-8")
    (made / "bad.toml").write_text(text + BAD, encoding="utf-8")
    (made / "wrong.toml").write_text(text.replace("overrides.free", "overrides.fred"), encoding="utf-8")
    return made


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def batch(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """optimizer batch plan.xlsx ..., in the folder."""
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["optimizer", "batch", "plan.xlsx", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Done(int(str(ended.value.code)), captured.out, captured.err)

    return run


def exported(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_a_dry_run_shows_what_would_be_asked(batch: Call, folder: Path) -> None:
    done = batch("good.toml", "--dry-run", "--set", "resources=70%")
    assert done.returncode == 0
    assert "good: 4 scenarios" in done.stdout
    assert "money: 2 (sweep over resources, use)" in done.stdout
    assert "3. money: resources=60%, use=free: " in done.stdout
    assert not (folder / "results").exists()


def test_a_wrong_file_is_refused_with_the_nearest_name(batch: Call, folder: Path) -> None:
    done = batch("wrong.toml", "-o", "wrong.sqlite")
    assert done.returncode == 3
    assert "did you mean fred?" in done.stderr
    assert not (folder / "wrong.sqlite").exists()


def test_answers_status_export_and_once_more(batch: Call, folder: Path) -> None:
    first = batch("good.toml", "-o", "good.sqlite", "--workers", "2", "--export", "good.csv")
    assert first.returncode == 0, first.stderr
    assert "4 scenarios: 4 optimal" in first.stdout
    assert "Core index" in first.stdout
    kept = contents(folder / "good.sqlite")
    again = batch("good.toml", "-o", "good.sqlite", "--status", "--format", "json", "--export", "good.xlsx")
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert [group["scenarios"] for group in told["groups"]] == [2, 2]
    assert told["groups"][0]["endings"] == {"optimal": 2}
    assert contents(folder / "good.sqlite") == kept
    rows = exported(folder / "good.csv")
    sweep = ["money: resources=60%, use=free", "money: resources=80%, use=free"]
    assert [row["scenario"] for row in rows] == ["as it is", "free", *sweep]
    for row in rows:
        assert int(row["spend"]) == sum(int(amount) for key, amount in row.items() if key.startswith("amount "))
    book = openpyxl.load_workbook(folder / "good.xlsx", read_only=True)
    assert book.sheetnames == ["Summary", "Core", "Assumptions", "Scenarios", "Run", "Seal"]
    book.close()
    verified = subprocess.run((*COMMAND, "verify", "good.xlsx", "--input", "plan.xlsx"), cwd=folder, env=ENVIRONMENT, check=False)
    assert verified.returncode == 0
    assert batch("good.toml", "-o", "good.sqlite", "--export", "good.csv").returncode == 7, "no file is replaced unasked"
    assert batch("good.toml", "-o", "good.sqlite", "--export", "good.csv", "--overwrite").returncode == 0


def test_the_same_by_run(batch: Call, folder: Path) -> None:
    """A batch of one is a single run."""
    (folder / "one.toml").write_text('[[scenario]]\nname = "one"\nset.resources = "65%"', encoding="utf-8")
    done = batch("one.toml", "-o", "one.sqlite", "--export", "one.csv")
    assert done.returncode == 0
    workbook = read_workbook("plan.xlsx")
    spec = with_settings(workbook.scenario(workbook.base_scenario), ("resources=65%",))
    answer = optimize(derive(workbook.plan, spec))
    assert isinstance(answer, Result)
    (row,) = exported(folder / "one.csv")
    amounts = [int(value) for key, value in row.items() if key.startswith("amount ")]
    assert amounts == [delivery.amount for delivery in answer.allocation]


def test_a_bad_scenario_is_a_row_and_exit_code_8(batch: Call, folder: Path) -> None:
    done = batch("bad.toml", "-o", "bad.sqlite")
    assert done.returncode == 8
    assert "1 no allocation satisfies the rules, 4 optimal" in done.stdout
    assert batch("bad.toml", "-o", "bad.sqlite", "--status").returncode == 8


def test_status_before_the_beginning(batch: Call, folder: Path) -> None:
    done = batch("good.toml", "-o", "never.sqlite", "--status")
    assert (done.returncode, "has not begun" in done.stderr) == (7, True)


def test_parquet_needs_its_package(batch: Call, folder: Path) -> None:
    done = batch("good.toml", "-o", "p.sqlite", "--export", "p.parquet")
    if done.returncode:
        assert (done.returncode, "pip install pyarrow" in done.stderr) == (7, True)
        assert not (folder / "p.sqlite").exists(), "said before anything is solved"
    else:
        import pandas

        assert len(pandas.read_parquet(folder / "p.parquet")) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_in_the_middle_of_a_solve(batch: Call, folder: Path, tmp_path: Path) -> None:
    """Solves that would last ten minutes: the command ends, says how to continue, and leaves no process behind."""
    (tmp_path / "sitecustomize.py").write_text(SLEEPER, encoding="utf-8")
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    command = (*COMMAND, "batch", "plan.xlsx", "good.toml", "-o", "stopped.sqlite", "--workers", "2")
    with subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT | {"PYTHONPATH": path}, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not children(process.pid):
            time.sleep(0.05)
        workers = children(process.pid)
        assert all(os.getpgid(worker) == worker for worker in workers), "Ctrl-C would reach them while they start"
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "0 of 4 scenarios are answered and kept in stopped.sqlite; the same command continues" in said
    assert "Traceback" not in said
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert batch("good.toml", "-o", "stopped.sqlite").returncode == 0


def children(pid: int) -> list[int]:
    found = subprocess.run(("ps", "-o", "pid=", "--ppid", str(pid)), capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def test_the_batch_of_a_notebook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python: Results one after another, and the same as a data frame."""
    monkeypatch.chdir(folder)
    asked = optimizer.read_batch("good.toml", optimizer.read_workbook("plan.xlsx"))
    answers = [one for one in optimizer.batch_results(asked, "api.sqlite", workers=2) if isinstance(one, Result)]
    frame = optimizer.batch_frame(asked, "api.sqlite")
    assert len(answers) == 4
    assert frame["spend"].tolist() == [one.audit.spend for one in answers]
    assert frame["exact"].tolist() == [str(one.audit.value) for one in answers]
    assert frame.loc[3, "resources"] == "60%"


CLUSTER = (
    "import sys\nfrom distributed import LocalCluster\n"
    "if __name__ == '__main__':\n"
    "    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:\n"
    "        print(cluster.scheduler_address, *(nanny.pid for nanny in cluster.workers.values()), flush=True)\n"
    "        sys.stdin.read()\n"
)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """A LocalCluster of two workers in a process of its own: the scheduler's address, and the workers' pids."""
    pytest.importorskip("distributed", reason="needs the extra cluster")
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    command, pipe = (sys.executable, str(script)), subprocess.PIPE
    with subprocess.Popen(command, env=ENVIRONMENT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address, *pids = process.stdout.readline().split()
        yield address, [int(pid) for pid in pids]
        process.stdin.close()


@pytest.mark.deep
def test_a_cluster_that_loses_a_worker_says_the_same(
    cluster: tuple[str, list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimizer.batch.answer import Here
    from optimizer.batch.cluster import Cluster
    from optimizer.batch.run import Progress, run
    from optimizer.batch.store import open_store

    monkeypatch.setattr("optimizer.batch.run.OFTEN", 0)  # so that the middle is heard of
    address, pids = cluster
    asked = uncertain(tmp_path, 40)
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        if 8 <= progress.computed < 36 and not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    with open_store(tmp_path / "undisturbed") as store:
        run(asked, store, Here(), 60.0)
    with open_store(tmp_path / "killed") as store:
        progress = run(asked, store, Cluster(address), 60.0, kill, size=4)
    assert killed == pids[:1]
    assert progress.computed == 40
    assert contents(tmp_path / "killed") == contents(tmp_path / "undisturbed")


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs the extra cluster")
    from optimizer.batch import cluster
    from optimizer.batch.answer import Work
    from optimizer.batch.processes import WorkerFault

    monkeypatch.setattr(cluster, "CONNECT", "1s")
    answers = cluster.Cluster("tcp://127.0.0.1:9").answers(Work(uncertain(tmp_path, 1), 60.0), iter([(0,)]))
    with pytest.raises(WorkerFault, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        next(answers)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.deep
def test_ctrl_c_while_a_cluster_answers(cluster: tuple[str, list[int]], batch: Call, folder: Path) -> None:
    """Said at once, and Dask's threads are not waited for: nothing that is registered for the end of Python runs."""
    many = '[[sweep]]\nname = "many"\nover.resources = { from = "50.01%", to = "100%", step = "0.01%" }\n'
    (folder / "many.toml").write_text(many, encoding="utf-8")
    code = "import atexit\nfrom optimizer.cli import main\natexit.register(print, 'the end of Python')\nmain()"
    command = (sys.executable, "-c", code, "batch", "plan.xlsx", "many.toml", "-o", "many.sqlite", "--scheduler", cluster[0])
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=pipe, stderr=pipe, text=True) as process:
        while not kept(folder / "many.sqlite"):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (130, "")
    assert "of 5,000 scenarios are answered and kept in many.sqlite; the same command continues\n" in said
    assert said.endswith("Interrupted; nothing half-written is left.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.deep
def test_ctrl_c_while_a_cluster_is_connected_to(batch: Call, folder: Path) -> None:
    """A scheduler that says nothing: the command ends all the same, and Dask does not hold it up at the end."""
    pytest.importorskip("distributed", reason="needs the extra cluster")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        command = (*COMMAND, "batch", "plan.xlsx", "good.toml", "-o", "silent.sqlite", "--scheduler", where)
        with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=25)  # Dask's own limit is 30 s
    assert (process.returncode, "Traceback" in said) == (130, False)


def test_without_the_extra_a_cluster_is_said_to_need_it(batch: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = batch("good.toml", "-o", "none.sqlite", "--scheduler", "tcp://127.0.0.1:9")
    assert (done.returncode, "optimizer[cluster]" in done.stderr) == (1, True)
