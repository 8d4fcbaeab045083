"""From a workbook and a request to published results: read, ask, solve, compare, write. What the command line calls."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from optimizer.analysis.comparators import comparators
from optimizer.analysis.conflict import Conflict, explain
from optimizer.analysis.full import NAMES, analyse, disagreement
from optimizer.analysis.funds import analyse_funds
from optimizer.analysis.replan import Replan, replan, unmatched, with_adopted
from optimizer.analysis.robustness import named_weightings
from optimizer.files.document import InputWorkbook
from optimizer.files.names import aside, beside_each_other, slug
from optimizer.files.publish import OutputRefused, publish, refuse_to_replace
from optimizer.files.results import Earlier, is_results, read_results
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.optimize import optimize
from optimizer.papers import PLAIN, House, save_comparison_paper, save_papers
from optimizer.program import Termination
from optimizer.report.book import results_book
from optimizer.report.changes import unchanged
from optimizer.report.docx import check_template
from optimizer.report.dossier import Answer, Dossier, RunFacts
from optimizer.report.language import LANGUAGES, Language
from optimizer.report.replan import replan_book
from optimizer.report.scenarios import Comparison, comparison_book
from optimizer.report.xlsx import save
from optimizer.result import Outcome, Result
from optimizer.scenario import CHANGED, Scenario, ScenarioSpec, derive, with_settings
from optimizer.selftest import refuse_wrong_solver
from optimizer.solver import SolverFault
from optimizer.verify.check import as_sealed, verify

COMPARISON, COMPARISON_CHANGED = "scenarios", "scenarios_changed"  # in file names
FINDINGS = "findings"  # the same, beside the plan
STEPS = ("allocation", *NAMES, "writing")  # of a scenario with all analyses


def silent(step: str) -> None:
    """Nobody listens."""


def in_place(path: Path) -> Path:
    return path


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of one workbook; `settings` of the command line are on top of each scenario.

    `against` names an earlier results workbook; None: the adopted one, or the one replaced. `place` says where what should go
    to a path is written instead, when somebody has that file open. `source` is where the workbook is on disk, where its path is
    only what its owner calls it. `full` asks for all analyses of each scenario too; `tell` hears the name of each step as it
    begins.
    """

    workbook: InputWorkbook
    specs: tuple[ScenarioSpec, ...]
    folder: Path
    settings: tuple[str, ...] = ()
    against: Path | None = None
    seconds: float = 600.0
    house: House = PLAIN
    full: bool = False
    tell: Callable[[str], None] = silent
    place: Callable[[Path], Path] = in_place
    source: Path | None = None

    @property
    def language(self) -> Language:
        return LANGUAGES[self.house.language]


@dataclass(frozen=True)
class Finished:
    """One scenario answered. `dossier` is None where there is no allocation; `conflict` then says why, if it can.

    `paths` are what is published: the workbook, the Word document, the page; none where there is no allocation.
    """

    scenario: Scenario
    outcome: Outcome
    dossier: Dossier | None
    conflict: Conflict | None
    paths: tuple[Path, ...]
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
    return Request(workbook, tuple(with_settings(spec, settings) for spec in specs), folder, settings)


def question(workbook: InputWorkbook, name: str | None, settings: tuple[str, ...]) -> Scenario:
    """One scenario, by name or the base, with the settings on top, fully stated. Raises InputRefused; SolverFault as `run`."""
    refuse_wrong_solver()
    return derive(workbook.plan, with_settings(workbook.scenario(name or workbook.base_scenario), settings))


def run(asked: Request) -> Iterator[Finished]:
    """Answer the scenarios one after the other; each result is published before the next is asked.

    Raises InputRefused and TemplateRefused for what cannot be asked, before anything is solved; OutputRefused and CheckFailed for
    what cannot be published; SolverFault when the solver contradicts itself or fails its self-test.
    """
    refuse_wrong_solver()
    questions = [derive(asked.workbook.plan, spec) for spec in asked.specs]
    paths = [asked.folder / file_name(asked, spec) for spec in asked.specs]
    earlier = read_results(asked.against) if asked.against else _adopted(asked.workbook)
    if asked.house.template is not None:
        check_template(asked.house.template)
    _prepare(asked, [beside for path in map(asked.place, paths) for beside in beside_each_other(path)])
    for scenario, path in zip(questions, paths, strict=True):
        yield _answer(asked, scenario, path, earlier)


def _answer(asked: Request, scenario: Scenario, path: Path, earlier: Earlier | None) -> Finished:
    started, began = datetime.now(UTC), time.monotonic()
    asked.tell("allocation")
    outcome = optimize(scenario, asked.seconds)
    seconds = time.monotonic() - began
    if not isinstance(outcome, Result):
        conflict = explain(scenario) if outcome.termination is Termination.INFEASIBLE else None
        return Finished(scenario, outcome, None, conflict, (), seconds)
    times = (("Started (UTC)", started.isoformat(timespec="seconds")), ("Seconds to the answer", f"{seconds:.2f}"))
    funds = analyse_funds(outcome, asked.seconds - seconds)
    facts = RunFacts(versions(), times)
    dossier = Dossier(asked.workbook, outcome, comparators(scenario), earlier, facts, funds, asked.language)
    if asked.full and outcome.proof.proved:
        dossier = _analysed(asked, dossier, scenario, asked.seconds - (time.monotonic() - began))
    asked.tell("writing")
    target = asked.place(path)
    if earlier is None and path.exists():
        dossier = replace(dossier, earlier=_set_aside(path, dossier) if target == path else _as_it_is(path))
    save(results_book(dossier), target, _inputs(asked), lambda draft: _objections(asked, scenario.spec, draft))
    papers = save_papers(dossier, target, asked.house, _inputs(asked))
    return Finished(scenario, outcome, dossier, None, (target, *papers), seconds)


def _objections(asked: Request, spec: ScenarioSpec, draft: Path) -> tuple[str, ...]:
    """What a second reading of the finished workbook and of the plan finds, without anything that made the result."""
    name = spec.name.removesuffix(CHANGED) if asked.settings else spec.name
    return verify(draft, asked.source or asked.workbook.path, name, asked.settings).faults


def _analysed(asked: Request, dossier: Dossier, scenario: Scenario, seconds: float) -> Dossier:
    """With all analyses, in the time that is left. Raises SolverFault when one is of another allocation."""
    begun: list[tuple[str, float]] = []

    def tell(name: str) -> None:
        begun.append((name, time.monotonic()))
        asked.tell(name)

    named = tuple(named_weightings(scenario, derived(asked.workbook)))
    found = analyse(scenario, seconds, dossier.result.allocation, named, os.cpu_count() or 1, tell=tell)
    other = disagreement(found, dossier.result)
    if other:
        raise SolverFault(f"the analysis {other} is of another allocation than the result")
    ends = [*(at for _, at in begun[1:]), time.monotonic()]
    took = tuple((f"Seconds: {name}", f"{end - at:.2f}") for (name, at), end in zip(begun, ends, strict=True))
    return replace(dossier, analyses=found, facts=replace(dossier.facts, times=(*dossier.facts.times, *took)))


def derived(workbook: InputWorkbook) -> Iterator[Scenario]:
    """The scenarios of a workbook that can be asked."""
    for spec in workbook.scenarios:
        with suppress(InputRefused):
            yield derive(workbook.plan, spec)


def _as_it_is(path: Path) -> Earlier | None:
    """The version that somebody has open, to compare with what is written beside it."""
    return read_results(path) if is_results(path) else None


def _set_aside(path: Path, new: Dossier) -> Earlier:
    """The results about to be replaced, kept beside as the version to compare with.

    When nothing has changed since, the version kept before stays the one to compare with, so that running twice loses nothing.
    """
    kept = aside(path)
    replaced = read_results(path)
    same = unchanged(new, replaced)
    if same and is_results(kept):
        return read_results(kept)
    if not same:
        publish(kept, path.read_bytes(), lambda draft: () if is_results(draft) else ("it is no results workbook",))
        return replace(replaced, file=kept.name)
    return replace(replaced, file="the previous run")


def comparison(asked: Request, finished: list[Finished]) -> Comparison:
    return Comparison(asked.workbook, tuple(each.answer for each in finished), asked.language)


def save_comparison(asked: Request, finished: list[Finished]) -> tuple[Path, Path]:
    """One workbook, and one Word document, with the scenarios side by side."""
    name = f"{slug(Path(asked.workbook.path).stem)}_{COMPARISON_CHANGED if asked.settings else COMPARISON}.xlsx"
    path = asked.place(asked.folder / name)
    seconds = sum(each.seconds for each in finished)
    facts = RunFacts(versions(), (("Seconds to the answers", f"{seconds:.2f}"),))
    compared = comparison(asked, finished)
    save(comparison_book(compared, facts), path, _inputs(asked), as_sealed)
    return path, save_comparison_paper(compared, path, asked.house, _inputs(asked))


def replanned(
    asked: Request, most: int | None, tell: Callable[[Iterable[Finding]], None] = lambda _: None
) -> tuple[Replan, Scenario, Path]:
    """What each further change to the adopted allocation is worth, for the first scenario asked for, and where it is written.

    Adopted amounts are those of `against`, else of the sheet Outputs, else of the plan's last adopted results. Raises
    InputRefused where there are none. `tell` hears before anything is solved what of them does not fit the plan.
    """
    workbook, spec = asked.workbook, asked.specs[0]
    plan = workbook.plan
    typed = any(output.adopted is not None for output in plan.outputs)
    earlier = read_results(asked.against) if asked.against else None if typed else _adopted(workbook)
    if earlier is not None:
        tell(unmatched(plan, {key: output.title for key, output in earlier.outputs.items()}, earlier.file))
        plan = with_adopted(plan, {key: output.amount for key, output in earlier.outputs.items()})
    elif not typed:
        expected = "an adopted allocation is expected: --against RESULTS.xlsx, or adopted amounts on the sheet Outputs"
        raise InputRefused([Finding("adopted", Severity.ERROR, workbook.path, "", "", "nothing to count changes from", expected)])
    scenario = derive(plan, spec)
    path = asked.folder / f"{Path(file_name(asked, spec)).stem}_replan.xlsx"
    _prepare(asked, [path])
    refuse_wrong_solver()
    found = replan(scenario, most, asked.seconds)
    source = earlier.file if earlier is not None else "the sheet Outputs"
    facts = RunFacts(versions(), (("Adopted amounts from", source),))
    save(replan_book(workbook, scenario, found, facts), path, _inputs(asked), as_sealed)
    return found, scenario, path


def versions() -> tuple[tuple[str, str], ...]:
    """What had a part in the answer, by name and version."""
    packages = ("optimizer", "PuLP", "highspy", "openpyxl", "XlsxWriter")
    return (*((name, version(name)) for name in packages), ("Python", platform.python_version()))


def file_name(asked: Request, spec: ScenarioSpec) -> str:
    """`<plan>_<scenario>.xlsx`, from letters, digits and a few signs; with a mark where it would stand for two things."""
    others = {other.name for other in (*asked.workbook.scenarios, *asked.specs)} - {spec.name}
    taken = {slug(name).casefold() for name in others} | {COMPARISON, COMPARISON_CHANGED, FINDINGS}
    mark = f"-{hashlib.sha256(spec.name.encode()).hexdigest()[:6]}" if slug(spec.name).casefold() in taken else ""
    return f"{slug(Path(asked.workbook.path).stem)}_{slug(spec.name)}{mark}.xlsx"


def _adopted(workbook: InputWorkbook) -> Earlier | None:
    return read_results(Path(workbook.path).parent / workbook.adopted) if workbook.adopted else None


def _inputs(asked: Request) -> tuple[Path, ...]:
    source = Path(asked.workbook.path)
    adopted = (source.parent / asked.workbook.adopted,) if asked.workbook.adopted else ()
    others = filter(None, (asked.against, asked.house.template))
    return (source, *adopted, *others)


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
