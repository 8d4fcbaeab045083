"""optimizer batch: thousands of scenarios of one plan, kept as they are answered, and what they come to."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimizer import console
from optimizer.commands.options import INTERRUPTED, OK, OVERWRITE, PLAN, SECONDS, SETTINGS, SOME_FAILED, UNPROVED

if TYPE_CHECKING:
    from optimizer.batch.blocks import Batch
    from optimizer.batch.store import Store

MOST_WORKERS = 256
SHOWN = 20  # scenarios of a dry run


@click.command()
@PLAN
@click.argument("scenarios", type=click.Path(path_type=Path), metavar="SCENARIOS")
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), metavar="RESULTS", help="Store; else results/SCENARIOS.sqlite."
)
@SETTINGS
@click.option("--dry-run", is_flag=True, help="Show what would be asked, and ask nothing.")
@click.option("--status", is_flag=True, help="Say how far RESULTS is, and ask nothing.")
@click.option(
    "--export", "target", type=click.Path(path_type=Path), metavar="FILE", help="Write all answers: .xlsx, .csv or .parquet."
)
@click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    help="Processes on this machine; else one for each core.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler whose cluster answers instead: tcp://host:8786.")
@SECONDS
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@OVERWRITE
def batch(plan: Path, scenarios: Path, path: Path | None, settings: tuple[str, ...], **options: Any) -> None:
    """Answer every scenario of the file SCENARIOS about PLAN; what is answered is kept in RESULTS.

    Interrupted in any way, the same command goes on where it was. A scenario without an answer is a row that says why.

    \b
    Examples:
      optimizer batch inputs/plan_outputs.xlsx scenarios/resources.toml --dry-run
      optimizer batch inputs/plan_outputs.xlsx scenarios/resources.toml --export results/resources.csv
    """
    from optimizer.batch.scenario_file import read_batch
    from optimizer.files.reader import read_workbook

    if options["dry_run"] and (options["status"] or options["target"]):
        raise click.UsageError("--dry-run excludes --status and --export")
    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    asked = read_batch(scenarios, workbook, settings)
    if options["dry_run"]:
        click.echo(dry_run(asked), nl=False)
        sys.exit(OK)
    store = path or Path("results") / f"{scenarios.stem}.sqlite"
    answer = _status if options["status"] else _run
    try:
        sys.exit(answer(asked, store, options, (plan, scenarios)))
    except KeyboardInterrupt:
        if not options["scheduler"]:
            raise
        console.interrupted()
        os._exit(INTERRUPTED)  # the threads of Dask's client would take another second to end


def dry_run(asked: Batch) -> str:
    """The blocks, and the first scenarios with what each assumes; one that makes no sense is said to."""
    from optimizer.findings import InputRefused, escaped
    from optimizer.scenario import derive

    lines = [f"{asked.title}: {len(asked):,} scenarios"]
    lines += [f"  {block.name}: {block.count:,} ({block.kind})" for block in asked.blocks]
    for position in range(min(len(asked), SHOWN)):
        spec = asked.spec(position)
        try:
            resources = asked.plan.money(derive(asked.plan, spec).resources)
            said = f"{resources}, {spec.objective}{', ' if spec.changes else ''}{'; '.join(map(str, spec.changes))}"
        except InputRefused as refused:
            said = f"refused: {refused.findings[0]}"
        lines.append(escaped(f"{position + 1}. {spec.name}: {said}"))
    if len(asked) > SHOWN:
        lines.append(f"and {len(asked) - SHOWN:,} more")
    return "\n".join(lines) + "\n"


def _status(asked: Batch, path: Path, options: dict[str, Any], inputs: tuple[Path, ...]) -> int:
    from optimizer.batch.run import question
    from optimizer.batch.store import read_store

    with read_store(path) as store:
        if store.fact("question") != question(asked):
            click.echo(
                f"{path} was left with other scenarios, another plan or another version: what still fits is found when run"
            )
            return OK
        return _tell(asked, store, options, inputs)


def _run(asked: Batch, path: Path, options: dict[str, Any], inputs: tuple[Path, ...]) -> int:
    from optimizer.batch.run import run
    from optimizer.batch.session import engine
    from optimizer.batch.store import open_store
    from optimizer.selftest import refuse_wrong_solver

    refuse_wrong_solver()
    path.parent.mkdir(parents=True, exist_ok=True)
    _refuse_export(asked, options, inputs)
    line = console.ProgressLine()
    with open_store(path) as store:
        try:
            run(asked, store, engine(options["workers"], options["scheduler"]), options["time_limit"], line.tell)
        except KeyboardInterrupt:
            done = sum(store.endings().values())
            line.end(f"{done:,} of {len(asked):,} scenarios are answered and kept in {path}; the same command continues")
            raise
        line.end()
        return _tell(asked, store, options, inputs)


def _refuse_export(asked: Batch, options: dict[str, Any], inputs: tuple[Path, ...]) -> None:
    if options["target"] is not None:
        from optimizer.batch.export import refuse_export

        refuse_export(asked, options["target"], inputs, options["overwrite"])


def _tell(asked: Batch, store: Store, options: dict[str, Any], inputs: tuple[Path, ...]) -> int:
    """Summary on standard output, files where they are wanted; the exit code."""
    from optimizer.batch import tables
    from optimizer.batch.summary import summaries
    from optimizer.program import Termination

    found = summaries(asked, store.answered(len(asked)))
    if options["form"] == "json":
        click.echo(json.dumps(tables.data(asked, found), ensure_ascii=False, indent=2))
    else:
        click.echo(console.batch_summary(asked, found, store), nl=False)
    if options["target"] is not None:
        from optimizer.batch.export import export

        export(asked, store, options["target"], inputs, options["overwrite"])
        click.echo(f"Written to {options['target']}", err=True)
    endings = store.endings()
    if any(ending not in (Termination.OPTIMAL, Termination.FEASIBLE) for ending in endings):
        return SOME_FAILED
    return UNPROVED if store.unproved() else OK
