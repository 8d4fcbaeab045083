"""The watcher: looks at the workbook again and again, and answers the newest save of it whose content is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from optimizer import run as runner
from optimizer.files.document import InputWorkbook
from optimizer.files.publish import CheckFailed, OutputRefused
from optimizer.files.reader import read_workbook
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.papers import PLAIN, House
from optimizer.report.findings import NoAnswer, findings_book, is_findings
from optimizer.report.house import TemplateRefused
from optimizer.report.xlsx import save
from optimizer.run import Finished, Request
from optimizer.solver import SolverFault
from optimizer.watching import words
from optimizer.watching.places import Places, hint
from optimizer.watching.saves import Clock, Identity, Saves, identity

PAUSE = 3.0  # seconds between two solves at least: AutoSave saves every few seconds while somebody types
TROUBLE = (OutputRefused, CheckFailed, SolverFault, TemplateRefused, OSError)  # said, and tried again at the next save
Answer = Callable[[Request], Iterator[Finished]]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched and what is asked at each save; `interval` is in seconds, `seconds` what a question may take."""

    plan: Path
    names: tuple[str, ...] = ()
    every: bool = False
    settings: tuple[str, ...] = ()
    folder: Path = Path("results")
    house: House = PLAIN
    seconds: float = 600.0
    interval: float = 0.5

    @property
    def findings(self) -> Path:
        return self.plan.with_name(f"{self.plan.stem}_{runner.FINDINGS}.xlsx")


@dataclass
class Watcher:
    """`finished` and `findings` are the last answers and the last findings; `refused` says that the last save had errors."""

    watch: Watch
    say: Callable[[str], None]
    clock: Clock = field(default_factory=Clock)
    answer: Answer = runner.run
    places: Places = field(default_factory=Places)
    finished: tuple[Finished, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    looked: bool = False

    def __post_init__(self) -> None:
        if _no_workbook(self.watch.plan):
            self.clock.sleep(1.0)  # it may be in the middle of a save
            if _no_workbook(self.watch.plan):
                read_workbook(self.watch.plan)  # says what is wrong with the name
        self._saves = Saves(self.watch.plan, self.clock)
        self._solved: InputWorkbook | None = None
        self._rest, self._obstacle = 0.0, ""
        self._listed: tuple[object, ...] = ()  # what the findings workbook says

    def first(self, patient: bool = True) -> None:
        """The answer to the workbook as it is now; what goes wrong beyond the workbook is raised, as `run` does.

        Without patience a workbook that cannot be read for some time is refused.
        """
        while not self.looked:
            self.step()
            if self._obstacle and not patient:
                read_workbook(self.watch.plan)
            if not self.looked:
                self.clock.sleep(self.watch.interval)

    def follow(self, check: Callable[[], None]) -> None:
        """Every save from now on; never returns. `check` is called at each look."""
        while True:
            self.clock.sleep(self.watch.interval)
            check()
            self.step()

    def step(self) -> None:
        """One look at the workbook."""
        found = self._saves.poll()
        if self._saves.obstacle != self._obstacle:
            self._obstacle = self._saves.obstacle
            if self._obstacle:
                self._event(f"{self.watch.plan}: {self._obstacle}")
        if self.clock.now() < self._rest:
            return
        if found is not None:
            self._look(found)
        else:
            self._return_to_places()

    def _look(self, found: Identity) -> None:
        read: InputWorkbook | tuple[Finding, ...]
        try:
            read = read_workbook(self.watch.plan)
        except InputRefused as refused:
            read = refused.findings
        if not self._saves.take(found):
            return  # saved again while it was read; the newer save is seen at the next look
        if isinstance(read, InputWorkbook):
            self._accept(read)
        else:
            self._refuse(_lasting(read))
        self.looked = True

    def _refuse(self, findings: tuple[Finding, ...]) -> None:
        known, self.findings, self.refused = self.findings, findings, True
        self._list_findings()
        if known == findings:
            self._event(f"{self._saved}the same findings as before ({words.counts(findings)}); no new results")
        else:
            self._event(f"{self._saved}{words.counts(findings)}; no new results until they are mended:")
            self._lines(words.listed(findings))

    def _accept(self, workbook: InputWorkbook) -> None:
        findings = _lasting(workbook.findings)
        news = findings if findings != self.findings else ()
        mended, self.findings, self.refused = self.refused, findings, False
        if self._solved is not None and inputs(workbook) == inputs(self._solved) and self._published:
            self._event(f"{self._saved}{'the errors are gone, and ' if mended else ''}nothing is new since the last answer")
            self._list_findings()
            return
        if news:
            self._event(f"{self._saved}{words.counts(news)}:")
            self._lines(words.listed(news))
        self._solve(workbook, f"{self._saved}{'the errors are gone; ' if mended else ''}")

    def _solve(self, workbook: InputWorkbook, opening: str) -> None:
        began = self.clock.now()
        try:
            self.finished = self._answers(self._request(workbook), opening)
            self._solved = workbook
        except InputRefused as refused:
            self._fail(refused, refused.findings)
        except TROUBLE as error:
            finding = Finding("trouble", Severity.ERROR, "", "", "", str(error), "results are expected to be written")
            self._fail(error, (finding,))
        ended = self.clock.now()
        self._rest = ended + max(PAUSE, ended - began)
        self._list_findings()

    def _fail(self, error: Exception, findings: tuple[Finding, ...]) -> None:
        """At the first answer somebody is there to mend the command; later it may be the workbook, or a full disk."""
        if not self.looked:
            raise error
        self._solved, self.finished, self.findings = None, (), (*self.findings, *findings)
        self._event("no new results:")
        self._lines(words.listed(findings))

    def _request(self, workbook: InputWorkbook) -> Request:
        watch = self.watch
        asked = runner.request(workbook, watch.names, watch.every, watch.settings, watch.folder)
        return replace(asked, seconds=watch.seconds, house=watch.house, place=self.places.place)

    def _answers(self, asked: Request, opening: str) -> tuple[Finished, ...]:
        self._event(f"{opening}solving {words.names(asked.specs)} ...")
        try:
            return self._publish(asked)
        except OutputRefused as refused:
            if not isinstance(refused.__cause__, PermissionError):
                raise
        self._event("a results file has just been opened in another program; writing beside it ...")
        self.places.apart = True
        try:
            return self._publish(asked)
        finally:
            self.places.apart = False

    def _publish(self, asked: Request) -> tuple[Finished, ...]:
        finished = []
        for each in self.answer(asked):
            finished.append(each)
            if not each.paths:
                self._event(words.no_answer(words.unanswered(each)))
                continue
            self._event(words.refreshed(each, self.places.real(each.paths[0])))
            self._tidy(each.paths)
        if len(asked.specs) > 1:
            paths = runner.save_comparison(asked, finished)
            self._event(f"{words.written(paths)} refreshed: the scenarios side by side")
            self._tidy(paths)
        return tuple(finished)

    def _return_to_places(self) -> None:
        """What was written beside its place goes there once that is free: else somebody opens old figures under the old name."""
        free = self.places.freed
        self.places.forget(free)
        results = [path for path in free if path != self.watch.findings]
        if results and self._solved is not None:
            self._solve(self._solved, f"{results[0]} is closed again; ")
        elif free:
            self._list_findings()

    def _list_findings(self) -> None:
        """The findings workbook. It is not made before there is something to say, and not removed when all is well again:
        it may be open, and "No findings" is an answer."""
        path = self.watch.findings
        unanswered: tuple[NoAnswer, ...] = ()
        if not self.refused:
            unanswered = tuple(words.unanswered(each) for each in self.finished if not each.paths)
        says = (self.findings, unanswered)
        if not any(says) and not _listed_before(path):
            return
        try:
            target = self.places.place(path) if _for_findings(path) else self._beside(path)
            if target != path and says == self._listed:
                return  # somebody reads the same at this moment
            save(findings_book(str(self.watch.plan), *says, self.clock.wall()), target, never=(self.watch.plan,))
        except TROUBLE as error:
            self._event(f"the findings could not be written: {error}")
            return
        if target != path and says != self._listed:
            why = f"is open in another program{hint(path)}" if _for_findings(path) else "is no findings workbook of this tool"
            self._event(f"{path} {why}; the findings are in {target}")
        self._listed = says
        self._tidy((target,))

    def _beside(self, path: Path) -> Path:
        self.places.apart = True
        try:
            return self.places.place(path)
        finally:
            self.places.apart = False

    def _tidy(self, paths: tuple[Path, ...]) -> None:
        removed = self.places.note(paths)
        if removed:
            self._event(f"{words.written(removed)} removed: {paths[0]} has what is new")

    @property
    def _published(self) -> bool:
        """Whether all that was written is still there."""
        return all(path.exists() for each in self.finished for path in each.paths)

    @property
    def _saved(self) -> str:
        return "saved; " if self.looked else ""

    def _event(self, text: str) -> None:
        self.say(f"{self.clock.wall():%H:%M:%S} {text}")

    def _lines(self, lines: tuple[str, ...]) -> None:
        for line in lines:
            self.say(line)


def inputs(workbook: InputWorkbook) -> tuple[object, ...]:
    """What an answer and its workbook depend on: not where cells stand, nor how they look, nor the bytes."""
    cells = sorted((cell.sheet, cell.row, cell.column, cell.value) for cell in workbook.cells)
    return workbook.plan, workbook.scenarios, workbook.base_scenario, workbook.adopted, workbook.soft_links, cells


def _lasting(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without the remark that the workbook is open: whoever watches it has it open."""
    return tuple(finding for finding in findings if finding.code != "file-open")


def _no_workbook(path: Path) -> bool:
    """A missing file, a folder, or the mark of a program that has the workbook open."""
    return path.name.startswith(("~$", ".~")) or identity(path) is None or not path.is_file()


def _for_findings(path: Path) -> bool:
    return not path.exists() or is_findings(path)


def _listed_before(path: Path) -> bool:
    return path.exists() and is_findings(path)
