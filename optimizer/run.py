"""From a workbook and a request to published results: read, ask, solve, compare, write. What the command line calls."""

from __future__ import annotations

import hashlib
import platform
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from optimizer.analysis.comparators import comparators
from optimizer.analysis.conflict import Conflict, explain
from optimizer.analysis.funds import analyse_funds
from optimizer.analysis.replan import Replan, replan, with_adopted
from optimizer.files.document import InputWorkbook
from optimizer.files.publish import OutputRefused, publish, refuse_to_replace
from optimizer.files.results import Earlier, is_results, read_results
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.optimize import optimize
from optimizer.program import Termination
from optimizer.report.book import results_book
from optimizer.report.changes import unchanged
from optimizer.report.dossier import Answer, Dossier, RunFacts
from optimizer.report.replan import replan_book
from optimizer.report.scenarios import Comparison, comparison_book
from optimizer.report.xlsx import save
from optimizer.result import Outcome, Result
from optimizer.scenario import Scenario, ScenarioSpec, derive, with_settings

COMPARISON, COMPARISON_CHANGED = "scenarios", "scenarios_changed"  # in file names
LONGEST_NAME = 100  # characters of a file name, well under every system's limit


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of one workbook; `changed` says that settings of the command line are on top.

    `against` names an earlier results workbook; None: the adopted one, or the one replaced.
    """

    workbook: InputWorkbook
    specs: tuple[ScenarioSpec, ...]
    folder: Path
    changed: bool = False
    against: Path | None = None
    seconds: float = 600.0


@dataclass(frozen=True)
class Finished:
    """One scenario answered. `dossier` and `path` are None where there is no allocation; `conflict` then says why, if it can."""

    scenario: Scenario
    outcome: Outcome
    dossier: Dossier | None
    conflict: Conflict | None
    path: Path | None
    seconds: float

    @cached_property
    def answer(self) -> Answer:
        return Answer(self.outcome, self.conflict.reasons if self.conflict else ())

    @property
    def proved(self) -> bool:
        return isinstance(self.outcome, Result) and self.outcome.termination is Termination.OPTIMAL and self.outcome.proof.proved


def request(workbook: InputWorkbook, names: tuple[str, ...], every: bool, settings: tuple[str, ...], folder: Path) -> Request:
    """The scenarios asked for by name, all of them, or the base; each with the settings on top. Raises InputRefused."""
    chosen = names or (workbook.base_scenario,)
    specs = workbook.scenarios if every else tuple(dict.fromkeys(workbook.scenario(name) for name in chosen))
    return Request(workbook, tuple(with_settings(spec, settings) for spec in specs), folder, bool(settings))


def run(asked: Request) -> Iterator[Finished]:
    """Answer the scenarios one after the other; each result is published before the next is asked.

    Raises InputRefused for what cannot be asked, before anything is solved; OutputRefused and CheckFailed for what cannot be
    published; SolverFault when the solver contradicts itself.
    """
    questions = [derive(asked.workbook.plan, spec) for spec in asked.specs]
    paths = [asked.folder / file_name(asked, spec) for spec in asked.specs]
    earlier = read_results(asked.against) if asked.against else _adopted(asked.workbook)
    _prepare(asked, paths)
    for scenario, path in zip(questions, paths, strict=True):
        yield _answer(asked, scenario, path, earlier)


def _answer(asked: Request, scenario: Scenario, path: Path, earlier: Earlier | None) -> Finished:
    started, began = datetime.now(UTC), time.monotonic()
    outcome = optimize(scenario, asked.seconds)
    seconds = time.monotonic() - began
    if not isinstance(outcome, Result):
        conflict = explain(scenario) if outcome.termination is Termination.INFEASIBLE else None
        return Finished(scenario, outcome, None, conflict, None, seconds)
    times = (("Started (UTC)", started.isoformat(timespec="seconds")), ("Seconds to the answer", f"{seconds:.2f}"))
    funds = analyse_funds(outcome, asked.seconds - seconds)
    dossier = Dossier(asked.workbook, outcome, comparators(scenario), earlier, RunFacts(versions(), times), funds)
    if earlier is None and path.exists():
        dossier = replace(dossier, earlier=_set_aside(path, dossier))
    save(results_book(dossier), path, never=_inputs(asked))
    return Finished(scenario, outcome, dossier, None, path, seconds)


def _set_aside(path: Path, new: Dossier) -> Earlier:
    """The results about to be replaced, kept beside as the version to compare with.

    When nothing has changed since, the version kept before stays the one to compare with, so that running twice loses nothing.
    """
    aside = path.with_name(f"{path.stem} (earlier).xlsx")
    replaced = read_results(path)
    same = unchanged(new, replaced)
    if same and is_results(aside):
        return read_results(aside)
    if not same:
        publish(aside, path.read_bytes(), lambda draft: () if is_results(draft) else ("it is no results workbook",))
        return replace(replaced, file=aside.name)
    return replace(replaced, file="the previous run")


def comparison(asked: Request, finished: list[Finished]) -> Comparison:
    return Comparison(asked.workbook, tuple(each.answer for each in finished))


def save_comparison(asked: Request, finished: list[Finished]) -> Path:
    """One workbook with the scenarios side by side."""
    path = asked.folder / f"{_slug(Path(asked.workbook.path).stem)}_{COMPARISON_CHANGED if asked.changed else COMPARISON}.xlsx"
    seconds = sum(each.seconds for each in finished)
    facts = RunFacts(versions(), (("Seconds to the answers", f"{seconds:.2f}"),))
    save(comparison_book(comparison(asked, finished), facts), path, never=_inputs(asked))
    return path


def replanned(asked: Request, most: int | None) -> tuple[Replan, Scenario, Path]:
    """What each further change to the adopted allocation is worth, for the first scenario asked for, and where it is written.

    Adopted amounts are those of `against`, else of the sheet Outputs, else of the plan's last adopted results. Raises
    InputRefused where there are none.
    """
    workbook, spec = asked.workbook, asked.specs[0]
    plan = workbook.plan
    typed = any(output.adopted is not None for output in plan.outputs)
    earlier = read_results(asked.against) if asked.against else None if typed else _adopted(workbook)
    if earlier is not None:
        plan = with_adopted(plan, {key: output.amount for key, output in earlier.outputs.items()})
    elif not typed:
        expected = "an adopted allocation is expected: --against RESULTS.xlsx, or adopted amounts on the sheet Outputs"
        raise InputRefused([Finding("adopted", Severity.ERROR, workbook.path, "", "", "nothing to count changes from", expected)])
    scenario = derive(plan, spec)
    path = asked.folder / f"{Path(file_name(asked, spec)).stem}_replan.xlsx"
    _prepare(asked, [path])
    found = replan(scenario, most, asked.seconds)
    source = earlier.file if earlier is not None else "the sheet Outputs"
    facts = RunFacts(versions(), (("Adopted amounts from", source),))
    save(replan_book(workbook, scenario, found, facts), path, never=_inputs(asked))
    return found, scenario, path


def versions() -> tuple[tuple[str, str], ...]:
    """What had a part in the answer, by name and version."""
    packages = ("optimizer", "PuLP", "highspy", "openpyxl", "XlsxWriter")
    return (*((name, version(name)) for name in packages), ("Python", platform.python_version()))


def file_name(asked: Request, spec: ScenarioSpec) -> str:
    """`<plan>_<scenario>.xlsx`, from letters, digits and a few signs; with a mark where it would stand for two things."""
    others = {other.name for other in (*asked.workbook.scenarios, *asked.specs)} - {spec.name}
    taken = {_slug(name).casefold() for name in others} | {COMPARISON, COMPARISON_CHANGED}
    mark = f"-{hashlib.sha256(spec.name.encode()).hexdigest()[:6]}" if _slug(spec.name).casefold() in taken else ""
    return f"{_slug(Path(asked.workbook.path).stem)}_{_slug(spec.name)}{mark}.xlsx"


def _slug(name: str) -> str:
    """A name that every system takes: no separators, no control or reserved characters, not too long."""
    slug = re.sub(r"[^\w.()+-]+", "_", name).strip("._ ")
    return slug[:LONGEST_NAME].rstrip("._ ") or "unnamed"


def _adopted(workbook: InputWorkbook) -> Earlier | None:
    return read_results(Path(workbook.path).parent / workbook.adopted) if workbook.adopted else None


def _inputs(asked: Request) -> tuple[Path, ...]:
    source = Path(asked.workbook.path)
    adopted = (source.parent / asked.workbook.adopted,) if asked.workbook.adopted else ()
    return (source, *adopted, *((asked.against,) if asked.against else ()))


def _prepare(asked: Request, paths: list[Path]) -> None:
    """The folder is there and can be written to, and nothing in it would be lost. Raises OutputRefused."""
    try:
        asked.folder.mkdir(parents=True, exist_ok=True)
        probe = asked.folder / f".{secrets.token_hex(8)}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise OutputRefused(f"{asked.folder} cannot be written to: {error.strerror or error}") from error
    for path in paths:
        refuse_to_replace(path, _inputs(asked))
