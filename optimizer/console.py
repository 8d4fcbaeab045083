"""What commands print: answers on standard output in the format asked for, messages on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.analysis.conflict import Conflict
    from optimizer.analysis.replan import Replan
    from optimizer.batch.blocks import Batch
    from optimizer.batch.run import Progress
    from optimizer.batch.store import Store
    from optimizer.batch.summary import Summary
    from optimizer.findings import Finding
    from optimizer.program import Termination
    from optimizer.report.language import Language
    from optimizer.report.table import Table
    from optimizer.run import Finished, Request
    from optimizer.scenario import Scenario

MOST_FINDINGS = 200
MOST_CLASHES = 3  # sets of conditions, as text


def tell(findings: Iterable[Finding]) -> None:
    findings = list(findings)
    for finding in findings[:MOST_FINDINGS]:
        click.echo(finding, err=True)
    if len(findings) > MOST_FINDINGS:
        click.echo(f"and {len(findings) - MOST_FINDINGS} more", err=True)


class Steps:
    """A bar on standard error over so many steps, which are named as they begin; none at all over none."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._bar: Any = None

    def __call__(self, step: str) -> None:
        if self._bar is None and self._count:
            self._bar = click.progressbar(length=self._count, item_show_func=lambda name: name or "", file=sys.stderr)
            self._bar.__enter__()
            self._bar.update(0, step)
        elif self._bar is not None:
            self._bar.update(1, step)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.finish()
            self._bar.__exit__(None, None, None)
            self._bar = None


def progress(each: Finished) -> str:
    from optimizer.result import Result

    name, seconds = each.scenario.name, f"{each.seconds:.1f} s"
    if not each.paths:
        limit = "" if each.conflict else "; the time limit was reached, raise --time-limit"
        return f"{name}: {each.outcome.termination} ({seconds}){limit}"
    if isinstance(each.outcome, Result) and not each.proved:
        return f"{name}: {each.outcome.proof.statement}. Checked in {seconds}, written to {written(each.paths)}"
    return f"{name}: solved, proved and checked in {seconds}, written to {written(each.paths)}"


def written(paths: tuple[Path, ...]) -> str:
    """results/plan_Base.xlsx, .docx, .html"""
    first, *others = paths
    return ", ".join((str(first), *(path.suffix for path in others)))


def shown(each: Finished, form: str) -> str:
    """The answer to one scenario on standard output; for a question without an answer, why."""
    if each.dossier is None:
        return _unanswered(_why(each.scenario, each.outcome.termination, each.conflict), form)
    if form == "json":
        from optimizer.report.data import json_text

        return json_text(each.dossier)
    if form == "text":
        from optimizer.report.text import terminal

        return terminal(each.dossier)
    from optimizer.report import plain, prioritisation

    table = prioritisation.table(each.dossier)
    render = plain.csv_text if form == "csv" else plain.markdown_text
    return render(table, language=each.dossier.language)


def conflicting(scenario: Scenario, form: str) -> str:
    """Why no allocation satisfies the rules of a scenario."""
    from optimizer.analysis.conflict import explain
    from optimizer.program import Termination

    return _unanswered(_why(scenario, Termination.INFEASIBLE, explain(scenario)), form)


def _unanswered(record: dict[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    lines = [f"{record['scenario']}: {record['termination']}.", *record["reasons"]]
    for place, clash in enumerate(record["clashes"][:MOST_CLASHES]):
        cannot = "Nor can these conditions" if place else "These conditions cannot"
        lines.append(f"{cannot} all hold; without any one of them they could:")
        lines += [f"  {rule}" for rule in clash]
    more = len(record["clashes"]) - MOST_CLASHES
    if more > 0:
        lines.append(f"and {more} more such sets of conditions; --format json lists them.")
    if record["clashes"] and not record["complete"]:
        lines.append("There may be others.")
    return "\n".join(lines) + "\n"


def _why(scenario: Scenario, termination: Termination, conflict: Conflict | None) -> dict[str, Any]:
    """`complete`: no other conditions clash than those listed."""
    clashes = conflict.clashes if conflict else ()
    return {
        "scenario": scenario.name,
        "termination": str(termination),
        "reasons": list(conflict.reasons) if conflict else [],
        "clashes": [[rule.describe(scenario.plan) for rule in clash] for clash in clashes],
        "complete": conflict.complete if conflict else False,
    }


def compared(asked: Request, finished: list[Finished], form: str) -> str:
    from optimizer.report import scenarios
    from optimizer.run import comparison

    if form == "json":
        from optimizer.report.data import data
        from optimizer.report.digits import exact

        records = [
            data(each.dossier) if each.dossier else _why(each.scenario, each.outcome.termination, each.conflict)
            for each in finished
        ]
        return json.dumps(records, ensure_ascii=False, indent=2, default=exact) + "\n"
    return _table(scenarios.overview(comparison(asked, finished)), form, asked.language)


def replanned(found: Replan, scenario: Scenario, form: str) -> str:
    from optimizer.report import replan
    from optimizer.report.language import ENGLISH

    if form in ("json", "text"):
        return replan.json_text(scenario, found) if form == "json" else replan.terminal(scenario, found)
    return _table(replan.steps_table(scenario, found), form, ENGLISH)


def found(tables: Sequence[Table], records: Mapping[str, Any], form: str, language: Language) -> str:
    """The answer of an analysis: exact records as JSON, the first table as csv, all of them as text or markdown."""
    if form == "json":
        from optimizer.report.digits import exact

        return json.dumps(records, ensure_ascii=False, indent=2, default=exact) + "\n"
    shown = tables[:1] if form == "csv" else tables
    return "\n".join(_table(table, form, language) for table in shown)


def _table(table: Table, form: str, language: Language) -> str:
    from optimizer.report import plain, text

    if form == "text":
        return text.aligned(table, language)
    return plain.csv_text(table, language=language) if form == "csv" else plain.markdown_text(table, language=language)


def interrupted() -> None:
    click.echo("Interrupted; nothing half-written is left.", err=True)


def batch_summary(batch: Batch, found: Sequence[Summary], store: Store) -> str:
    """How scenarios ended, value and spend, what is core, what moves the answer most; each scenario where they are few."""
    from optimizer.batch import tables
    from optimizer.report.language import ENGLISH

    effects = tables.assumptions(found, tables.MOST_EFFECTS)
    listed = [tables.each(batch, store.answered(len(batch)))] if len(batch) <= tables.MOST_LISTED else []
    shown = (*listed, tables.overview(found), tables.distribution(found), effects, tables.core(batch, found))
    parts = [f"{table.title}\n{_table(table, 'text', ENGLISH)}" for table in shown if table.rows]
    return "\n".join((f"{batch.title}: {_endings(found, len(batch))}\n", *parts))


def _endings(found: Sequence[Summary], total: int) -> str:
    counts: Counter[str] = Counter()
    for group in found:
        counts.update(dict(group.endings))
    missing = total - sum(counts.values()) + counts.pop("", 0)
    said = [f"{count:,} {ending}" for ending, count in sorted(counts.items())]
    said += [f"{missing:,} not yet answered"] if missing else []
    return f"{total:,} scenarios: {', '.join(said)}"


class ProgressLine:
    """How far a batch is, on standard error: one line that changes on a terminal, a plain line now and then elsewhere."""

    EVERY = 30.0  # seconds between plain lines

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._told = time.monotonic()
        self._width = 0
        self._done = -1

    def tell(self, progress: Progress) -> None:
        if self._live:
            text = _progress(progress)
            click.echo(f"\r{text.ljust(self._width)}", nl=False, err=True)
            self._width = len(text)
        elif time.monotonic() - self._told > self.EVERY or (progress.done == progress.total and progress.done != self._done):
            self._told, self._done = time.monotonic(), progress.done
            click.echo(_progress(progress), err=True)

    def end(self, message: str = "") -> None:
        if self._live and self._width:
            click.echo(err=True)
        if message:
            click.echo(message, err=True)


def _progress(progress: Progress) -> str:
    left = progress.seconds_left
    if left is None:
        return f"{progress.done:,} of {progress.total:,} scenarios"
    minutes, seconds = divmod(round(left), 60)
    hours, minutes = divmod(minutes, 60)
    time_left = f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"{progress.done:,} of {progress.total:,} scenarios, {progress.rate:,.1f} a second, {time_left} left"
