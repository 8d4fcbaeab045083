"""One job at a time: read a workbook, or answer its scenarios; what came of it, in words and figures that a page can show."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Any

from optimizer import run as runner
from optimizer.files.document import InputWorkbook
from optimizer.files.publish import CheckFailed, OutputRefused
from optimizer.files.reader import read_workbook
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.papers import House
from optimizer.report import html, prioritisation, published
from optimizer.report.passage import passage
from optimizer.run import Finished
from optimizer.solver import SolverFault
from optimizer.watching.places import Places
from optimizer.watching.words import unanswered

TROUBLE = (OutputRefused, CheckFailed, SolverFault, OSError)
HOME_FOLDER = "optimizer results"
LONGEST_STEM = 80
KINDS = {".xlsx": "workbook", ".docx": "document", ".html": "page"}


class Stage(StrEnum):
    EMPTY = "empty"
    READING = "reading"
    REFUSED = "refused"  # the findings say why
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # the trouble says why


BUSY = (Stage.READING, Stage.RUNNING)


@dataclass(frozen=True, slots=True)
class Source:
    """`path` is read; `name` is what its owner calls it. `copied`: it came through the browser, which does not say from where."""

    path: Path
    name: str
    folder: Path
    copied: bool

    def read(self) -> InputWorkbook:
        """Raises InputRefused. A copy has its owner's name in everything that is said and written."""
        try:
            book = read_workbook(self.path)
        except InputRefused as refused:
            raise InputRefused(map(self._named, refused.findings)) from None
        if not self.copied:
            return book
        return replace(book, path=str(self.path.parent / self.name), findings=tuple(map(self._named, book.findings)))

    def _named(self, finding: Finding) -> Finding:
        return replace(finding, file=self.name) if self.copied else finding


@dataclass
class _Board:
    """What the page is told. Replaced part by part while a job is at work, always under the lock."""

    stage: Stage = Stage.EMPTY
    job: int = 0
    scenarios: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    trouble: str = ""
    done: int = 0
    total: int = 0
    current: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)
    compared: str = ""
    files: list[Path] = field(default_factory=list)


class Desk:
    """Takes a workbook, works on it, keeps what came of it. `home` is where the results of copies go."""

    def __init__(self, home: Path | None = None, seconds: float = 600.0) -> None:
        self._home, self._seconds = home or Path.home() / HOME_FOLDER, seconds
        self._lock = threading.Lock()
        self._board, self._source = _Board(), Source(Path(), "", Path(), False)
        self._places = Places()
        self._inbox = Path(tempfile.mkdtemp(prefix="optimizer-"))  # for its owner alone

    @property
    def busy(self) -> bool:
        return self._board.stage in BUSY

    def close(self) -> None:
        shutil.rmtree(self._inbox, ignore_errors=True)

    def take_path(self, typed: str) -> bool:
        """A path as people have it: with the quotes of "Copy as path", with ~. False while another job is at work."""
        path = Path(typed.strip().strip("\"'").strip()).expanduser().absolute()
        return self._take(Source(path, path.name, path.parent / "results", False))

    def draft(self) -> Path:
        """A file in the private folder to receive an upload."""
        handle, name = tempfile.mkstemp(dir=self._inbox, prefix="draft-")
        os.close(handle)
        return Path(name)

    def take_upload(self, draft: Path, name: str) -> bool:
        """The received file under one fixed name: what the page calls it names the results, and is never a path."""
        target = self._inbox / "upload.xlsx"
        return self._take(Source(target, f"{stem(name)}.xlsx", self._home, True), lambda: draft.replace(target))

    def _take(self, source: Source, before: Callable[[], object] = lambda: None) -> bool:
        return self._start(Stage.READING, self._read, source, before)

    def run(self, names: Sequence[str], every: bool, language: str, full: bool = False) -> bool:
        """Answer scenarios as they are now on disk, on request with all analyses. False where none are, or a job is at work."""
        if self._board.stage is Stage.EMPTY:
            return False
        return self._start(Stage.RUNNING, lambda: self._answer(tuple(names), every, language, full))

    def _start(
        self, stage: Stage, work: Callable[[], None], source: Source | None = None, before: Callable[[], object] = lambda: None
    ) -> bool:
        with self._lock:
            if self.busy:
                return False
            before()
            self._source = source or self._source
            known = () if source else self._board.scenarios
            self._board = _Board(stage, self._board.job + 1, known)
        threading.Thread(target=self._guarded, args=(work,), daemon=True).start()
        return True

    def _guarded(self, work: Callable[[], None]) -> None:
        """However the work ends, it does not stay at work for ever."""
        try:
            work()
        except InputRefused as refused:
            self._set(stage=Stage.REFUSED, findings=refused.findings)
        except TROUBLE as error:
            self._set(stage=Stage.FAILED, trouble=str(error))
        finally:
            if self.busy:
                self._set(stage=Stage.FAILED, trouble="internal fault; the window in which optimizer was started says more")

    def _set(self, **values: Any) -> None:
        with self._lock:
            self._board = replace(self._board, **values)

    def _look(self) -> InputWorkbook:
        book = self._source.read()
        base = book.scenario(book.base_scenario)
        shown = tuple({"name": spec.name, "title": spec.title, "base": spec is base} for spec in book.scenarios)
        self._set(scenarios=shown, findings=book.findings)
        return book

    def _read(self) -> None:
        self._look()
        self._set(stage=Stage.READY)

    def _answer(self, names: tuple[str, ...], every: bool, language: str, full: bool) -> None:
        asked = runner.request(self._look(), () if every else names, every, (), self._source.folder)
        house, source = House(language), self._source.path
        asked = replace(asked, seconds=self._seconds, house=house, place=self._places.place, full=full, source=source)
        finished: list[Finished] = []
        self._set(total=len(asked.specs), current=asked.specs[0].name)
        for each in runner.run(asked):
            finished.append(each)
            following = asked.specs[len(finished)].name if len(finished) < len(asked.specs) else ""
            files = [*self._board.files, *each.paths]
            answers = [*self._board.answers, _shown(each, len(self._board.files))]
            self._set(done=len(finished), current=following, files=files, answers=answers)
        if len(finished) > 1:
            files = [*self._board.files, *runner.save_comparison(asked, finished)]
            tables = published.compared(runner.comparison(asked, finished))[:1]
            self._set(files=files, compared=html.fragment(tables, asked.language))
        self._set(stage=Stage.DONE)

    def state(self) -> dict[str, Any]:
        """Small enough to be asked for twice a second."""
        with self._lock:
            board, source = self._board, self._source
        told = {"name": source.name, "folder": str(source.folder), "copied": source.copied}
        told |= {"path": "" if source.copied else str(source.path), "trouble": board.trouble}
        progress = {"done": board.done, "total": board.total, "current": board.current}
        return told | progress | {"stage": board.stage, "job": board.job}

    def outcome(self) -> dict[str, Any]:
        """The state, with everything that has come of the last job."""
        told = self.state()
        with self._lock:
            board = self._board
        findings = sorted(board.findings, key=lambda finding: list(Severity).index(finding.severity))
        files = [{"number": i, "name": path.name, "kind": KINDS[path.suffix]} for i, path in enumerate(board.files)]
        more = {"scenarios": board.scenarios, "findings": [finding.record() for finding in findings], "files": files}
        return told | more | {"answers": board.answers, "compared": board.compared}

    def file(self, number: int) -> Path | None:
        """A file of the finished run by its number."""
        with self._lock:
            board = self._board
        return board.files[number] if board.stage is Stage.DONE and 0 <= number < len(board.files) else None


def _shown(each: Finished, first: int) -> dict[str, Any]:
    """An answer for the page; its files are numbered from `first` on."""
    told: dict[str, Any] = {"scenario": each.scenario.name, "files": list(range(first, first + len(each.paths)))}
    if each.dossier is None:
        return told | {"sentences": [], "table": "", "why": unanswered(each).why, "doubt": ""}
    doubt = "" if each.proved else each.dossier.result.proof.statement
    table = html.fragment((prioritisation.table(each.dossier),), each.dossier.language)
    return told | {"sentences": passage(each.dossier).paragraphs, "table": table, "why": [], "doubt": doubt}


def stem(name: str) -> str:
    """What a file name given by a browser is good for: a word in the names of results."""
    last = PurePath(name.replace("\\", "/").replace("\0", "")).stem
    kept = re.sub(r"[^\w .()+-]+", "_", last).strip("._ ")[:LONGEST_STEM].rstrip("._ ")
    return kept or "plan"
