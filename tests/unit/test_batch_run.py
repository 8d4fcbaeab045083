"""Answering a batch: what is kept, what is asked again and what is not, processes that end, one bad scenario of many."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.analysis.best import allocation_of
from optimizer.batch import processes
from optimizer.batch.answer import FAULT, REFUSED, Answer, Answered, Answerer, Here, Work, audited
from optimizer.batch.blocks import Batch
from optimizer.batch.processes import Processes, WorkerFault
from optimizer.batch.results import results
from optimizer.batch.run import Progress, run
from optimizer.batch.store import open_store, read_store
from optimizer.files.publish import OutputRefused
from optimizer.optimize import optimize
from optimizer.program import Termination
from optimizer.resolving.resolver import Resolver
from optimizer.result import Result, Unanswered
from optimizer.scenario import derive
from tests.batches import PLAN, batch_of, contents, kept, uncertain
from tests.plans import question

ROOT = Path(__file__).parent.parent.parent
MIXED = """
[[scenario]]
name = "good"
[[scenario]]
name = "cannot be met"
base = "Impossible"
[[scenario]]
name = "makes no sense"
set."output.A.1.minimum viable amount" = 2_000_000
[[scenario]]
name = "good again"
"""


class Counted:
    """Answers as if solved, at once, and counts how often it was asked for what."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def answers(self, work: Work, tasks: Iterator[tuple[int, ...]]) -> Generator[list[Answered], None, None]:
        for task in tasks:
            for position in task:
                self.asked.append(position)
                yield [(position, Answer(Termination.INFEASIBLE, proved=True, limit=work.seconds))]


class Ends(Exception):
    pass


class Ending(Counted):
    """As Counted, and ends with an exception after so many answers."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def answers(self, work: Work, tasks: Iterator[tuple[int, ...]]) -> Generator[list[Answered], None, None]:
        for number, some in enumerate(super().answers(work, tasks)):
            if number == self.after:
                raise Ends
            yield some


def test_what_is_kept_is_what_the_optimizer_says(tmp_path: Path) -> None:
    batch = uncertain(tmp_path, 6)
    with open_store(tmp_path / "r") as store:
        run(batch, store, Here(), 60.0)
        kept = [answer for _, answer in store.answered(len(batch)) if answer]
        made_again = list(results(batch, store))
    for position, (answer, again) in enumerate(zip(kept, made_again, strict=True)):
        result = optimize(derive(PLAN, batch.spec(position)))
        assert isinstance(result, Result)
        assert isinstance(again, Result)
        assert (answer.value, answer.spend) == (result.audit.value, result.audit.spend)
        assert list(answer.amounts) == [delivery.amount for delivery in result.allocation]
        assert (answer.in_full, answer.in_part) == (result.audit.in_full, result.audit.in_part)
        assert (again.allocation, again.audit, again.proof.proved) == (result.allocation, result.audit, True)


def test_one_bad_scenario_is_a_row(tmp_path: Path) -> None:
    batch = batch_of(tmp_path, MIXED)
    with open_store(tmp_path / "r") as store:
        progress = run(batch, store, Here(), 60.0)
        kept = {name: answer for (_, name, _, _), answer in store.answered(len(batch)) if answer}
        assert store.endings() == {Termination.OPTIMAL: 2, Termination.INFEASIBLE: 1, REFUSED: 1}
        assert [type(outcome) for outcome in results(batch, store)] == [Result, Unanswered, Result]
    assert (progress.computed, progress.again) == (3, 1), "the same question is asked once"
    assert "minimum" in kept["makes no sense"].message
    assert kept["cannot be met"].proved
    assert kept["good"] == kept["good again"]


def test_nothing_is_asked_twice_and_nothing_is_lost(tmp_path: Path) -> None:
    batch = uncertain(tmp_path, 230)
    asked: list[int] = []
    with open_store(tmp_path / "r") as store:
        for after in (0, 7, 60, 3):
            engine = Ending(after)
            with pytest.raises(Ends):
                run(batch, store, engine, 60.0)
            asked += engine.asked[:after]
        last = Counted()
        progress = run(batch, store, last, 60.0)
        asked += last.asked
        assert sorted(asked) == list(range(230))
        assert (progress.before, progress.computed) == (70, 160)
        again = Counted()
        assert run(batch, store, again, 60.0).before == 230
        assert again.asked == []


def test_another_question_keeps_what_still_fits(tmp_path: Path) -> None:
    engine = Counted()
    with open_store(tmp_path / "r") as store:
        run(uncertain(tmp_path, 30), store, engine, 60.0)
        more = Counted()
        run(uncertain(tmp_path, 50), store, more, 60.0)
        assert more.asked == list(range(30, 50))
        changed = batch_of(tmp_path, '[[scenario]]\nname = "one"')
        run(changed, store, Counted(), 60.0)
        assert [name for (_, name, _, _), _ in store.answered(50)] == ["one"]
        other = replace(changed, plan=replace(PLAN, title="Another"))
        renamed = Counted()
        run(other, store, renamed, 60.0)
        assert renamed.asked == [0], "another plan"


def test_more_time_asks_again_for_what_was_not_settled(tmp_path: Path) -> None:
    batch = batch_of(tmp_path, '[[scenario]]\nname = "one"')
    with open_store(tmp_path / "r") as store:
        store.begin("")
        key = batch.key(batch.spec(0))
        store.keep([(key, Answer(Termination.NO_SOLUTION, limit=10.0))])
        for seconds, asked in ((10.0, []), (5.0, []), (20.0, [0])):
            engine = Counted()
            run(batch, store, engine, seconds)
            assert engine.asked == asked, seconds


def test_progress_says_rate_and_time_left(tmp_path: Path) -> None:
    heard: list[tuple[int, float]] = []

    def tell(progress: Progress) -> None:
        heard.append((progress.done, progress.seconds_left or 0.0))

    with open_store(tmp_path / "r") as store:
        run(uncertain(tmp_path, 30), store, Counted(), 60.0, tell)
    assert heard[-1] == (30, 0.0)


def test_a_store_is_no_other_file(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = other.read_bytes()
    (tmp_path / "text").write_text("some text that is long enough to be no empty file")
    for path, said in ((other, "no store"), (tmp_path / "text", "cannot be used"), (tmp_path / "no" / "r", "no folder")):
        with pytest.raises(OutputRefused, match=said), open_store(path):
            pass
    with pytest.raises(OutputRefused, match="has not begun"), read_store(tmp_path / "none"):
        pass
    assert other.read_bytes() == before


def test_two_runs_do_not_share_a_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "r") as store:
        store.begin("q")
        with pytest.raises(OutputRefused, match="another run"), open_store(tmp_path / "r"):
            pass
        with read_store(tmp_path / "r") as other:
            assert other.fact("question") == "q", "its state can be read meanwhile"
    with open_store(tmp_path / "r"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["r"], "nothing is left beside it"


def test_processes_say_the_same_as_one(tmp_path: Path) -> None:
    batch = uncertain(tmp_path, 24)
    for name, engine in (("one", Here()), ("two", Processes(2))):
        with open_store(tmp_path / name) as store:
            run(batch, store, engine, 60.0, size=5)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_process_that_is_killed_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two processes is killed in the middle of a task, by its pid."""
    started: list[subprocess.Popen[bytes]] = []
    start = processes._started

    def seen() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(processes, "_started", seen)
    batch = uncertain(tmp_path, 30)
    with open_store(tmp_path / "undisturbed") as store:
        run(batch, store, Here(), 60.0)
    with open_store(tmp_path / "killed") as store:

        def kill(progress: Progress) -> None:
            if progress.computed >= 4 and len(started) == 2:
                for process in started[:2]:
                    process.kill()

        monkeypatch.setattr("optimizer.batch.run.OFTEN", 0.0)
        run(batch, store, Processes(2), 60.0, kill, size=6)
    assert len(started) >= 3
    assert contents(tmp_path / "undisturbed") == contents(tmp_path / "killed")
    assert all(process.poll() is not None for process in started), "none is left"


def test_a_scenario_that_ends_every_process_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deadly = tmp_path / "deadly"
    deadly.mkdir()
    (deadly / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'optimizer.batch.worker' in sys.orig_argv:\n"
        "    from optimizer.batch.answer import Answerer\n"
        "    answer = Answerer.answer\n"
        "    Answerer.answer = lambda self, n: os._exit(9) if n == 3 else answer(self, n)\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{deadly}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    batch = uncertain(tmp_path, 8)
    with open_store(tmp_path / "r") as store:
        run(batch, store, Processes(1), 60.0, size=4)
        endings = [answer.ending for _, answer in store.answered(8) if answer]
    assert endings == [FAULT if n == 3 else Termination.OPTIMAL for n in range(8)]


def test_processes_that_cannot_work_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.sys, "executable", "/nowhere/python")
    with open_store(tmp_path / "r") as store, pytest.raises(WorkerFault, match="cannot be started"):
        run(uncertain(tmp_path, 2), store, Processes(2), 60.0)


def test_processes_end_when_nobody_listens(tmp_path: Path) -> None:
    """Closed in the middle of a solve, they are gone at once."""
    batch = uncertain(tmp_path, 40)
    answers = Processes(2).answers(Work(batch, 60.0), iter([tuple(range(20)), tuple(range(20, 40))]))
    next(answers)
    since = time.monotonic()
    answers.close()
    assert time.monotonic() - since < 5


def test_a_wrong_answer_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the resolver says is audited before it is kept."""
    batch = uncertain(tmp_path, 1)
    right = Resolver(PLAN).answer(derive(PLAN, batch.spec(0)))
    assert right.value is not None
    wrong = (
        replace(right, value=right.value + 1),
        replace(right, spend=right.spend + 1),
        replace(right, levels=(0,) * 5),
        replace(right, levels=(4, 2, 4, 3, 1)),
    )
    for brief in wrong:
        monkeypatch.setattr(Resolver, "answer", lambda self, scenario, brief=brief: brief)
        assert Answerer(Work(batch, 60.0)).answer(0).ending == FAULT


def killed_at(batch: Batch, store: Path, enough: int) -> int:
    """Run the batch in a process of its own and kill it once so many answers are kept; how many there are then."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.batches import uncertain\n"
        "from optimizer.batch.processes import Processes\nfrom optimizer.batch import run\n"
        "from optimizer.batch.store import open_store\n"
        "run.OFTEN = 0.0\n"
        "with open_store(Path(sys.argv[1])) as store:\n"
        "    run.run(uncertain(Path(sys.argv[2]), int(sys.argv[3])), store, Processes(2), 60.0, size=4)\n"
    )
    command = (sys.executable, "-c", code, str(store), str(store.parent), str(len(batch)))
    with subprocess.Popen(command, cwd=ROOT) as process:
        while process.poll() is None and kept(store) < enough:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    return kept(store)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.deep
def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    """Answers that were kept are kept as they were, and the end is that of an undisturbed run."""
    batch = uncertain(tmp_path, 24)
    with open_store(tmp_path / "undisturbed") as store:
        run(batch, store, Here(), 60.0)
    path, before = tmp_path / "killed", 0
    for enough in (1, 9, len(batch) + 1):
        rows = contents(path)["answers"] if before else []
        now = killed_at(batch, path, enough)
        assert now >= before
        assert set(rows) <= set(contents(path)["answers"] if now else [])
        before = now
    assert before == len(batch)
    with open_store(path) as store:
        run(batch, store, Counted(), 60.0)
    assert contents(path) == contents(tmp_path / "undisturbed")


@pytest.mark.instances(10)
def test_an_answer_is_the_same_allocation_again(seeds: range) -> None:
    """Of random plans: level numbers and starts say all of an allocation."""
    for seed in seeds:
        again(seed)


@pytest.mark.parametrize("seed", [52, 57, 64])
def test_later_starts_are_kept(seed: int) -> None:
    assert any(start is not None for start in again(seed))


def again(seed: int) -> tuple[int | None, ...]:
    """Compare what is kept of an answer with the answer; the starts."""
    asked = question(seed)
    scenario = derive(asked.plan, asked.spec)
    outcome, brief = optimize(scenario), Resolver(asked.plan).answer(scenario)
    assert brief.termination is outcome.termination, seed
    if not isinstance(outcome, Result):
        assert brief.levels == (), seed
        return ()
    allocation = allocation_of(scenario, brief.levels, brief.starts)
    assert [d.amount for d in allocation] == [d.amount for d in outcome.allocation], f"--first-seed {seed} --instances 1"
    assert audited(scenario, allocation, brief.value, brief.spend) == outcome.audit, seed
    starts = tuple(delivery.start for delivery in allocation)
    assert starts == tuple(delivery.start for delivery in outcome.allocation), seed
    return starts
