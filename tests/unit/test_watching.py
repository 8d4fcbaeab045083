"""The watcher with a clock that only the test moves: what is saved when, and what is said and written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from optimizer import cli
from optimizer import run as runner
from optimizer.files.publish import OutputRefused
from optimizer.files.results import MARK
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.program import Termination
from optimizer.report.findings import NONE, NoAnswer, findings_book, is_findings
from optimizer.report.table import Book, Column, Row, Sheet, Table
from optimizer.report.xlsx import save
from optimizer.result import Unanswered
from optimizer.run import Finished, Request
from optimizer.scenario import derive
from optimizer.watching import places, saves
from optimizer.watching.lock import STALE, Holder, WatchLock, alive, myself
from optimizer.watching.places import Places
from optimizer.watching.saves import Clock
from optimizer.watching.watcher import PAUSE, Watch, Watcher
from tests.workbooks import SHEETS, Edit, book, both, put, saved

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")
LAUNCH = datetime(2026, 7, 22, 14, 0, 0)
Event = Callable[[], object]


class Over(Exception):
    """The test's time is up."""


@dataclass
class World:
    """A folder, and time that passes only while the watcher sleeps; `at` is what happens when."""

    folder: Path
    now: float = 0.0
    at: list[tuple[float, Event]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    solved: list[tuple[float, Request]] = field(default_factory=list)
    solving: list[Event] = field(default_factory=list)  # what happens during the next solves
    takes: float = 0.0  # seconds of a solve
    real: bool = False  # answers are worked out and published in full, but for the papers

    @property
    def plan(self) -> Path:
        return self.folder / "plan.xlsx"

    @property
    def findings(self) -> Path:
        return self.folder / "plan_findings.xlsx"

    @property
    def result(self) -> Path:
        return self.folder / "results" / "plan_Base.xlsx"

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        due = [event for when, event in self.at if when <= self.now]
        self.at = [(when, event) for when, event in self.at if when > self.now]
        for event in due:
            event()

    def answer(self, asked: Request) -> Iterator[Finished]:
        """At the cost of `takes` seconds of this world."""
        self.solved.append((self.now, asked))
        if self.solving:
            self.solving.pop(0)()
        self.now += self.takes
        return runner.run(asked) if self.real else quick(asked)

    def watcher(self, **asked: object) -> Watcher:
        clock = Clock(lambda: self.now, self.sleep, lambda: LAUNCH + timedelta(seconds=self.now))
        watch = Watch(self.plan, folder=self.folder / "results", interval=0.5, **asked)  # type: ignore[arg-type]
        return Watcher(watch, self.lines.append, clock, self.answer)

    def follow(self, seconds: float, **asked: object) -> list[str]:
        """The first answer and so many seconds of watching; what was said from then on."""
        watcher = self.watcher(**asked)
        watcher.first()
        said = len(self.lines)
        self.more(watcher, seconds)
        return self.lines[said:]

    def more(self, watcher: Watcher, seconds: float) -> None:
        end = self.now + seconds

        def check() -> None:
            if self.now > end:
                raise Over

        with pytest.raises(Over):
            watcher.follow(check)

    def save(self, edit: Edit | None = None, data: bytes | None = None) -> Event:
        """As Excel and LibreOffice save: a temporary file, and a new name for it."""

        def event() -> None:
            temporary = self.folder / "lu2f8a.tmp"
            temporary.write_bytes(data if data is not None else book(edit))
            temporary.replace(self.plan)

        return event

    def later(self, seconds: float, event: Event) -> None:
        self.at.append((seconds, event))


def quick(asked: Request) -> Iterator[Finished]:
    """Nothing is solved; what is published holds the question."""
    asked.folder.mkdir(exist_ok=True)
    for spec in asked.specs:
        scenario = derive(asked.workbook.plan, spec)
        path = asked.place(asked.folder / runner.file_name(asked, spec))
        column = Column("resources", "Resources")
        save(Book("", "", (Sheet("Summary", "", (Table("", (column,), (Row((str(scenario.resources),)),)),)),)), path)
        yield Finished(
            scenario, Unanswered(scenario, Termination.NO_SOLUTION, (), ""), None, None, (path, *papers(None, path)), 0.0
        )


def papers(_: object, path: Path, *rest: object) -> tuple[Path, ...]:
    document = path.with_suffix(".docx")
    document.write_text(MARK)
    return (document,)


def resources(value: int) -> Edit:
    return put("Scenarios!D2", value)


@pytest.fixture
def world(tmp_path: Path) -> World:
    saved(tmp_path, book())
    return World(tmp_path)


@pytest.fixture
def real(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(runner, "save_papers", papers)
    world.real = True
    return world


def text(path: Path) -> str:
    sheets = openpyxl.load_workbook(path, read_only=True)
    return "\n".join(str(cell.value) for sheet in sheets for row in sheet for cell in row if cell.value)


# Saves


def test_the_first_answer_comes_at_once(world: World) -> None:
    world.watcher().first()
    assert [when for when, _ in world.solved] == [0.0]
    assert world.lines[0] == "14:00:00 solving Base ..."
    assert "plan_Base.xlsx, .docx" in world.lines[1]
    assert not world.findings.exists(), "nothing to say"


def test_a_save_by_renaming_is_answered_once(real: World) -> None:
    world = real
    world.later(4.0, world.save(resources(60)))
    said = world.follow(10)
    assert [when for when, _ in world.solved] == [0.0, 4.5], "seen, and seen again unchanged"
    assert said[0] == "14:00:04 saved; solving Base ..."
    assert said[1].endswith("refreshed: 1 input cell, 3 outputs, 1 term of the scenario changed (sheet Changes)")
    assert len(said) == 2
    assert "plan_Base (earlier).xlsx" in text(world.result)


def test_a_half_written_file_is_waited_for(world: World) -> None:
    whole = book(resources(60))
    world.later(4.0, lambda: world.plan.write_bytes(whole[:4000]))
    world.later(8.0, lambda: world.plan.write_bytes(whole))
    said = world.follow(20)
    assert [when for when, _ in world.solved] == [0.0, 8.5]
    assert len(said) == 2, "no finding is told of a file that is being written"


def test_a_file_that_stays_damaged_is_told(world: World) -> None:
    world.later(4.0, lambda: world.plan.write_bytes(book()[:4000]))
    world.later(4.0, lambda: (world.folder / "~$plan.xlsx").write_bytes(b"x"))
    world.later(14.0, world.save())
    said = world.follow(20)
    assert said[0] == "14:00:09 saved; 1 error; no new results until they are mended:"
    assert "damaged" in said[1]
    assert said[2:] == ["14:00:14 saved; the errors are gone, and nothing is new since the last answer"]


def test_content_counts_and_neither_bytes_nor_looks(world: World) -> None:
    moved = both(lambda made: made["Outputs"].insert_rows(3), lambda made: made["Components"].move_range("I1:I3", cols=3))
    world.later(4.0, lambda: os.utime(world.plan))
    world.later(5.0, world.save())
    world.later(6.0, world.save(lambda made: setattr(made["Outputs"]["A1"], "number_format", "0.00")))
    world.later(7.0, world.save(lambda made: made.create_sheet("My notes").append(["to do"])))
    world.later(8.0, world.save(moved))
    said = world.follow(15)
    assert len(world.solved) == 1
    assert sum("nothing is new since the last answer" in line for line in said) == 5
    assert any("My notes" in line for line in said) or is_findings(world.findings)


def test_a_changed_comment_is_content(world: World) -> None:
    """It stands in the results."""
    world.later(4.0, world.save(put("Components!I3", "third")))
    world.follow(10)
    assert len(world.solved) == 2


def test_many_saves_are_few_answers_and_the_last_one_counts(world: World) -> None:
    for number in range(12):
        world.later(4.0 + number, world.save(resources(50 + number)))
    world.follow(30)
    assert len(world.solved) <= 2 + 12 / PAUSE
    assert world.solved[-1][1].specs[0].resources.value == 61


def test_long_answers_leave_time_between_them(world: World) -> None:
    world.takes = 20.0
    for number in range(12):
        world.later(45.0 + 5 * number, world.save(resources(50 + number)))
    world.follow(200)
    starts = [when for when, _ in world.solved]
    assert all(later - earlier >= 40 for earlier, later in pairwise(starts))
    assert world.solved[-1][1].specs[0].resources.value == 61


def test_a_save_during_an_answer_is_answered_after_it(world: World) -> None:
    world.solving = [world.save(resources(60)), world.save(resources(70))]
    world.follow(20)
    assert [asked.specs[0].resources.value for _, asked in world.solved] == [75, 60, 70]


def test_a_save_during_the_reading_is_not_mixed_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from optimizer.watching import watcher as module

    reads: list[float] = []
    read = module.read_workbook

    def saved_meanwhile(path: Path) -> object:
        reads.append(world.now)
        found = read(path)
        if len(reads) == 2:
            world.save(resources(70))()
        return found

    monkeypatch.setattr(module, "read_workbook", saved_meanwhile)
    world.later(4.0, world.save(resources(60)))
    world.follow(20)
    assert [asked.specs[0].resources.value for _, asked in world.solved] == [75, 70]


def test_a_file_that_is_away_for_long_is_told_once(world: World) -> None:
    away = world.folder / "away.xlsx"
    world.later(4.0, lambda: world.plan.rename(away))
    world.later(30.0, lambda: away.rename(world.plan))
    world.later(40.0, world.save(resources(60)))
    said = world.follow(60)
    assert [line for line in said if "not there any more" in line] == said[:1]
    assert len(world.solved) == 2


def test_a_file_that_is_held_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real, shut = saves.state, [False]
    monkeypatch.setattr(saves, "state", lambda path: saves.State.SHUT if shut[0] else real(path))
    world.later(4.0, lambda: shut.__setitem__(0, True))
    world.later(4.0, world.save(resources(60)))
    world.later(30.0, lambda: shut.__setitem__(0, False))
    said = world.follow(60)
    assert "another program lets nobody read it" in said[0]
    assert [when for when, _ in world.solved] == [0.0, 30.0]


def test_a_held_file_is_told_from_a_damaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, book())
    assert saves.state(path) is saves.State.WHOLE
    assert saves.state(tmp_path / "none.xlsx") is saves.State.BROKEN

    def refuse(*arguments: object, **named: object) -> object:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert saves.state(path) is saves.State.SHUT


def test_results_that_somebody_deleted_come_again(world: World) -> None:
    world.later(4.0, lambda: shutil.rmtree(world.folder / "results"))
    world.later(5.0, lambda: os.utime(world.plan))
    world.follow(15)
    assert world.result.exists()


# What is asked cannot be


@pytest.mark.parametrize("name", ["plam.xlsx", "~$plan.xlsx", ".~lock.plan.xlsx#", "."])
def test_a_name_that_is_no_workbook_is_refused_at_once(name: str, world: World) -> None:
    if name[0] in "~.":
        (world.folder / name).write_text("x") if name != "." else None
    with pytest.raises(InputRefused):
        Watcher(Watch(world.folder / name), world.lines.append, Clock(lambda: 0.0, world.sleep))


def test_a_wrong_setting_is_refused_at_the_first_answer_and_told_later(world: World) -> None:
    with pytest.raises(InputRefused, match="did you mean Low"):
        world.watcher(names=("Lw",)).first()
    world.later(4.0, world.save(both(put("Scenarios!A3", "Lower"), put("Scenario changes!A2", "Lower"))))
    world.later(14.0, world.save())
    said = world.follow(10, names=("Low",))
    assert any("did you mean Lower" in line for line in said), said
    assert "did you mean Lower" in text(world.findings)


def test_without_patience_a_held_workbook_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saves, "state", lambda path: saves.State.SHUT)
    watcher = world.watcher()
    monkeypatch.setattr(Path, "open", lambda *_, **__: (_ for _ in ()).throw(PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(InputRefused, match="cannot be read"):
        watcher.first(patient=False)


def test_a_file_of_somebody_else_in_the_place_of_results_is_left(world: World) -> None:
    world.watcher().first()
    world.later(4.0, lambda: world.result.write_text("notes"))
    world.later(5.0, world.save(resources(60)))
    said = world.follow(12)
    assert any("no result of this tool" in line for line in said)
    assert world.result.read_text() == "notes"
    assert "no result of this tool" in text(world.findings)


# Results that are open elsewhere


@pytest.mark.parametrize("mark", ["~$plan_Base.xlsx", ".~lock.plan_Base.xlsx#", "~$an_Base.docx", ".~lock.plan_Base.docx#"])
def test_open_results_get_a_numbered_file_beside_them(mark: str, world: World) -> None:
    beside = world.result.with_name("plan_Base (2).xlsx")
    lock = world.result.with_name(mark)
    world.later(3.0, lambda: lock.write_text("somebody"))
    world.later(4.0, world.save(resources(60)))
    world.later(10.0, world.save(resources(50)))
    watcher = world.watcher()
    watcher.first()
    before = {path.name: path.read_bytes() for path in world.result.parent.iterdir()}
    world.more(watcher, 16)
    for name, content in before.items():
        assert (world.result.parent / name).read_bytes() == content, "what is open is not touched"
    told = f"plan_Base.xlsx is open in another program (if it is not, delete {mark} beside it); written beside it to"
    assert sum(told in line for line in world.lines) == 2
    assert not beside.with_name("plan_Base (3).xlsx").exists(), "one file is enough"
    notes = beside.with_name("plan_Base (9).xlsx")
    shutil.copy(beside, notes)
    lock.unlink()
    world.more(watcher, 5)
    assert any("plan_Base.xlsx is closed again; solving Base" in line for line in world.lines)
    assert "7500" in text(world.result), "50 per cent"
    assert not beside.exists()
    assert not beside.with_suffix(".docx").exists()
    assert notes.exists(), "not written by this watcher"
    solved = len(world.solved)
    world.more(watcher, 20)
    assert len(world.solved) == solved, "and that is all"


def test_a_numbered_file_that_somebody_changed_stays(world: World) -> None:
    beside, lock = world.result.with_name("plan_Base (2).xlsx"), world.result.with_name("~$plan_Base.xlsx")
    world.later(3.0, lambda: lock.write_text("somebody"))
    world.later(4.0, world.save(resources(60)))
    world.later(10.0, lambda: beside.write_bytes(beside.read_bytes() + b" "))
    world.later(11.0, lock.unlink)
    world.follow(20)
    assert beside.exists()
    assert not beside.with_suffix(".docx").exists()


def test_what_is_written_beside_is_compared_with_the_version_that_is_open(real: World) -> None:
    real.result.parent.mkdir()
    real.watcher().first()
    real.result.with_name("~$plan_Base.xlsx").write_text("somebody")
    real.save(resources(60))()
    real.watcher().first()
    assert "3 outputs, 1 term of the scenario changed" in real.lines[-1]
    assert "Compared with plan_Base.xlsx." in text(real.result.with_name("plan_Base (2).xlsx"))
    assert not real.result.with_name("plan_Base (earlier).xlsx").exists()


def test_scenarios_without_an_answer_do_not_make_it_try_for_ever(real: World) -> None:
    world = real
    lock = world.result.with_name("~$plan_Base.xlsx")
    world.later(3.0, lambda: lock.write_text("somebody"))
    world.later(4.0, world.save(resources(60)))
    world.later(10.0, world.save(resources(10)))
    world.later(15.0, lock.unlink)
    world.follow(60)
    assert len(world.solved) == 4


def test_results_opened_in_the_last_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: the file is found to be held when it is to be replaced."""
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target) == world.result and world.now > 2:
            raise PermissionError(errno.EACCES, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    world.later(4.0, world.save(resources(60)))
    said = world.follow(8)
    assert "has just been opened in another program" in said[1]
    assert world.result.with_name("plan_Base (2).xlsx").exists()
    assert not list(world.result.parent.glob(".optimizer-draft*"))


def test_all_scenarios_and_their_comparison_have_their_places(real: World) -> None:
    compared = real.result.with_name("plan_scenarios.xlsx")
    compared.parent.mkdir()
    compared.with_name("~$plan_scenarios.xlsx").write_text("somebody")
    real.watcher(every=True).first()
    assert "solving Base, Low, Protected" in real.lines[0]
    assert "plan_scenarios (2).xlsx" in real.lines[-1]
    assert compared.with_name("plan_scenarios (2).xlsx").exists()
    assert real.result.exists()


def test_a_file_held_by_the_system_counts_as_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, book(), "result.xlsx")
    assert places.held(path) is None
    real = Path.open

    def refuse(self: Path, mode: str = "r", *arguments: object) -> object:
        if "+" in mode and self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(self, mode)

    monkeypatch.setattr(Path, "open", refuse)
    assert places.held(path) == path
    assert Places().place(path) == tmp_path / "result (2).xlsx"


def test_numbers_end_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "held", lambda path: path)
    with pytest.raises(OutputRefused, match="numbered files beside it"):
        Places().place(tmp_path / "result.xlsx")


# Findings


def test_errors_are_told_listed_and_linked(world: World) -> None:
    world.later(4.0, world.save(both(put("Outputs!E2", "12,5k"), put("Outputs!B6", "=1+1 is no component"))))
    world.later(8.0, world.save(both(put("Outputs!E2", "12,5k"), put("Outputs!B6", "=1+1 is no component"))))
    world.later(12.0, world.save())
    watcher = world.watcher()
    watcher.first()
    world.more(watcher, 10)
    assert "saved; 2 errors; no new results until they are mended" in "\n".join(world.lines)
    assert "the same findings as before (2 errors)" in world.lines[-1]
    assert len(world.solved) == 1
    sheet = openpyxl.load_workbook(world.findings)["Findings"]
    links = {cell.value: cell.hyperlink for row in sheet for cell in row if cell.hyperlink}
    assert {(link.target, link.location) for link in links.values()} == {("plan.xlsx", f"'Outputs'!{cell}") for cell in links}
    assert set(links) == {"E2", "B6"}
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert "2026-07-22 at 14:00:08" in text(world.findings), "as fresh as the save"
    world.more(watcher, 6)
    assert NONE in text(world.findings)
    assert is_findings(world.findings)


def test_a_scenario_that_cannot_be_met_is_listed_with_its_reasons(real: World) -> None:
    real.save(resources(10))()
    real.watcher().first()
    assert "Base: no answer" in real.lines[1]
    assert "is missing" in real.lines[1]
    assert "is missing" in text(real.findings)
    assert "belong to an earlier version" in text(real.findings)


def test_a_findings_workbook_that_is_open_gets_a_numbered_one(world: World) -> None:
    lock = world.findings.with_name("~$plan_findings.xlsx")
    beside = world.findings.with_name("plan_findings (2).xlsx")
    world.later(4.0, world.save(put("Outputs!E2", "12,5k")))
    world.later(5.0, lambda: lock.write_text("somebody"))
    world.later(6.0, world.save(put("Outputs!E2", "12,5k")))
    world.later(8.0, world.save(put("Outputs!E3", "none")))
    watcher = world.watcher()
    watcher.first()
    world.more(watcher, 7)
    assert not beside.exists(), "it says the same"
    world.more(watcher, 3)
    assert "none" in text(beside)
    assert any("the findings are in" in line for line in world.lines)
    lock.unlink()
    world.more(watcher, 3)
    assert "none" in text(world.findings)
    assert not beside.exists()


def test_a_file_of_somebody_else_in_the_place_of_findings_is_left(world: World) -> None:
    world.findings.write_text("my findings")
    world.later(4.0, world.save(put("Outputs!E2", "12,5k")))
    world.follow(12)
    assert world.findings.read_text() == "my findings"
    assert is_findings(world.findings.with_name("plan_findings (2).xlsx"))
    assert sum("the findings are in" in line for line in world.lines) == 1


def test_links_hold_any_file_name_and_sheet(tmp_path: Path) -> None:
    name, sheet = "plan #1 [é] 100%.xlsx", "It's #2"
    found = Finding("x", Severity.NOTE, name, sheet, "F2:F9, F12", "=1+1", "@x", "-")
    path = tmp_path / "plan_findings.xlsx"
    save(findings_book(name, [found], [NoAnswer("=1", ("+2",))], LAUNCH), path)
    cell = next(cell for row in openpyxl.load_workbook(path)["Findings"] for cell in row if cell.hyperlink)
    assert cell.hyperlink is not None
    assert (cell.hyperlink.target, cell.hyperlink.location) == ("plan%20%231%20%5Bé%5D%20100%25.xlsx", "'It''s #2'!F2")
    assert is_findings(path)


def test_a_result_is_no_findings_workbook_and_shares_no_name_with_one(real: World) -> None:
    world = real
    world.save(both(put("Scenarios!A3", "Findings"), put("Scenario changes!A2", "Findings")))()
    world.watcher(names=("Findings",)).first()
    (made,) = (path for path in world.result.parent.iterdir() if path.suffix == ".xlsx")
    assert made.stem != "plan_Findings"
    assert not is_findings(made)
    assert not is_findings(world.plan)


# One watcher at a time


def test_a_second_watcher_is_told_who_watches(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    with WatchLock(plan, Holder("maria", "finance-12", 4711, "2026-07-22T13:55:02+02:00", "a")) as first:
        assert json.loads(first.path.read_text())["host"] == "finance-12"
        with (
            pytest.raises(OutputRefused, match=r"maria on finance-12 \(process 4711\) since 2026-07-22 13:55"),
            WatchLock(plan, myself(LAUNCH)),
        ):
            pass
        first.check()
    assert not first.path.exists()


def dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_lock_left_behind_is_taken_over(tmp_path: Path) -> None:
    plan, me = tmp_path / "plan.xlsx", myself(LAUNCH)
    lock = WatchLock(plan, me)
    for holder, age in ((Holder("", me.host, dead(), "", "a"), 0.0), (Holder("", "elsewhere", 1, "", "b"), STALE + 60)):
        left = WatchLock(plan, holder)
        assert left._create()
        past = datetime.now(UTC).timestamp() - age
        os.utime(left.path, (past, past))
        with WatchLock(plan, me):
            lock.check()
    assert not list(tmp_path.iterdir())


def test_a_lock_that_is_no_lock_is_respected_for_a_while(tmp_path: Path) -> None:
    """It may just be being written."""
    lock = WatchLock(tmp_path / "plan.xlsx", myself(LAUNCH))
    lock.path.write_text("{")
    with pytest.raises(OutputRefused, match="watched by somebody"), lock:
        pass
    past = datetime.now(UTC).timestamp() - STALE - 60
    os.utime(lock.path, (past, past))
    with lock:
        lock.check()


def test_who_was_taken_over_ends_and_leaves_the_new_lock(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    first = WatchLock(plan, Holder("", "here", 1, "2026", "a"))
    with first:
        first.path.unlink()
        first.check()  # tidied up by somebody: made anew
        assert first.path.exists()
        first.path.unlink()
        second = WatchLock(plan, Holder("", "there", 2, "2027", "b"))
        assert second._create()
        with pytest.raises(OutputRefused, match="now watched by there"):
            first.check()
    assert second.path.exists()


def test_of_two_who_find_a_stale_lock_one_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, me = tmp_path / "plan.xlsx", myself(LAUNCH)
    left = WatchLock(plan, Holder("", me.host, dead(), "", "a"))
    assert left._create()
    quicker = WatchLock(plan, Holder("maria", "finance-12", 1, "2026-07-22T13:55", "b"))
    mine = WatchLock(plan, me)
    stale = mine._stale

    def meanwhile(found: Holder | None) -> bool:
        was = stale(found)
        left.path.unlink()
        assert quicker._create()
        return was

    monkeypatch.setattr(mine, "_stale", meanwhile)
    with pytest.raises(OutputRefused, match="maria"), mine:
        pass
    assert json.loads(quicker.path.read_text())["token"] == "b"


def test_a_lock_shows_signs_of_life(tmp_path: Path) -> None:
    with WatchLock(tmp_path / "plan.xlsx", myself(LAUNCH), beat=0.01) as lock:
        os.utime(lock.path, (0, 0))
        for _ in range(200):
            if lock.path.stat().st_mtime > 0:
                return
            lock._over.wait(0.01)
    raise AssertionError("no sign of life")


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="cannot be written to"), WatchLock(tmp_path / "none" / "plan.xlsx", myself(LAUNCH)):
        pass


def test_processes_are_told_to_be_alive() -> None:
    assert alive(os.getpid())
    assert not alive(dead())
    assert not alive(2**70)


def test_sheets_of_the_examples_are_those_of_the_plan() -> None:
    """The cells that these tests type into are what they think."""
    assert SHEETS["Scenarios"][1][3] == 75
    assert SHEETS["Outputs"][1][4] == 5000


# The command


def command(world: World, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.chdir(world.folder)
    monkeypatch.setattr(sys, "argv", ["optimizer", "watch", "plan.xlsx", *options])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_is_how_it_ends(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Watcher, "first", interrupt)
    assert command(world, monkeypatch) == 0
    said = capsys.readouterr().err
    assert "To stop, press Ctrl and C together" in said
    assert "Stopped watching" in said
    assert [path.name for path in world.folder.iterdir()] == ["plan.xlsx"]
    assert command(world, monkeypatch, "--once") == 130


def test_a_second_command_ends_with_7(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with WatchLock(world.plan, Holder("maria", "finance-12", 4711, "2026-07-22T13:55:02+02:00", "a")):
        assert command(world, monkeypatch) == 7
    assert "maria on finance-12" in capsys.readouterr().err


def test_once_ends_with_the_exit_codes_of_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command(world, monkeypatch, "--once", "--set", "resources=10%") == 4
    world.save(put("Outputs!E2", "12,5k"))()
    assert command(world, monkeypatch, "--once") == 3
    assert is_findings(world.findings)
    assert command(world, monkeypatch, "--all", "-s", "Base") == 2
