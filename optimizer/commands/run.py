"""optimizer run: solve scenarios and publish their results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimizer import console
from optimizer.commands.options import (
    FOLDER,
    FORMAT,
    INFEASIBLE,
    LANG,
    OK,
    PLAN,
    SCENARIOS,
    SECONDS,
    SETTINGS,
    SOME_FAILED,
    TEMPLATE,
    UNPROVED,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.run import Finished


@click.command()
@PLAN
@SCENARIOS
@click.option("--all", "every", is_flag=True, help="Every scenario of the workbook, and a workbook that compares them.")
@click.option("--full", is_flag=True, help="With all analyses, which takes about a minute: see below.")
@SETTINGS
@FOLDER
@click.option("--against", type=click.Path(path_type=Path), help="Earlier results workbook for the sheet Changes.")
@LANG
@TEMPLATE
@FORMAT
@SECONDS
def run(plan: Path, names: tuple[str, ...], every: bool, settings: tuple[str, ...], folder: Path, **options: Any) -> None:
    """Solve the base scenario of PLAN, or those named, and write the results of each.

    They are a workbook, a Word document with the tables for a paper, and a page for any browser, which needs no network.

    With --full they also say why each output is funded or not, what the next million buys, how the allocation stands up to
    other weights and costs, what would do as well, and what each condition costs.

    KEY is resources, objective, or KIND.ITEM.SETTING: output.1.10.status=deferred, component.1.minimum="60% of estimate",
    criterion.urgency.weight=0; the item * means all of them.

    \b
    Examples:
      optimizer run inputs/plan_outputs.xlsx
      optimizer run inputs/plan_outputs.xlsx --scenario "At 60" --scenario "At 85"
      optimizer run inputs/plan_outputs.xlsx --set resources=150000000 --lang fr --output results/fr
    """
    from dataclasses import replace

    from optimizer import run as runner
    from optimizer.files.reader import read_workbook
    from optimizer.papers import House

    if every and names:
        raise click.UsageError("--all and --scenario exclude each other")
    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    house, form = House(options["language"], options["template"]), options["form"]
    asked = runner.request(workbook, names, every, settings, folder)
    asked = replace(asked, against=options["against"], seconds=options["time_limit"], house=house, full=options["full"])
    finished, steps = [], console.Steps(len(runner.STEPS) if asked.full else 0)
    for each in runner.run(replace(asked, tell=steps)):
        steps.end()
        finished.append(each)
        click.echo(console.progress(each), err=True)
        if len(asked.specs) == 1:
            click.echo(console.shown(each, form), nl=False)
    if len(asked.specs) > 1:
        click.echo(console.compared(asked, finished, form), nl=False)
        click.echo(f"Compared in {console.written(runner.save_comparison(asked, finished))}", err=True)
    sys.exit(exit_code(finished))


def exit_code(finished: Sequence[Finished]) -> int:
    if all(each.proved for each in finished):
        return OK
    if len(finished) == 1:
        return INFEASIBLE if finished[0].conflict else UNPROVED
    return SOME_FAILED if any(each.dossier is None for each in finished) else UNPROVED
