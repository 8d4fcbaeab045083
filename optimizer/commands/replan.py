"""optimizer replan: what each further change to an adopted allocation is worth."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from optimizer import console
from optimizer.commands.options import FOLDER, FORMAT, INFEASIBLE, OK, PLAN, SCENARIO, SECONDS, SETTINGS, UNPROVED


@click.command()
@PLAN
@SCENARIO
@click.option("--against", type=click.Path(path_type=Path), help="Results workbook of the adopted allocation.")
@click.option("--most", type=click.IntRange(0), help="Stop after so many changes; else when more bring nothing.")
@SETTINGS
@FOLDER
@FORMAT
@SECONDS
def replan(
    plan: Path, name: str | None, against: Path | None, most: int | None, settings: tuple[str, ...], folder: Path, form: str,
    time_limit: float,
) -> None:  # fmt: skip
    """Show what each further change to an adopted allocation of PLAN is worth: 0, 1, 2, ... changes.

    Adopted amounts are those of the results workbook after --against, else of the column Adopted amount of the sheet Outputs,
    else of the plan's last adopted results. What is spent or committed stays.

    \b
    Example:
      optimizer replan inputs/plan_outputs.xlsx --scenario "Mid-term re-plan" --most 2
    """
    from dataclasses import replace

    from optimizer import run as runner
    from optimizer.files.reader import read_workbook
    from optimizer.result import Result

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    asked = runner.request(workbook, (name,) if name else (), False, settings, folder)
    found, scenario, path = runner.replanned(replace(asked, against=against, seconds=time_limit), most, console.tell)
    click.echo(console.replanned(found, scenario, form), nl=False)
    click.echo(f"Written to {path}", err=True)
    last = found.steps[-1].outcome
    if not isinstance(last, Result):
        sys.exit(INFEASIBLE)
    sys.exit(OK if all(step.outcome.proof.proved for step in found.steps if isinstance(step.outcome, Result)) else UNPROVED)
