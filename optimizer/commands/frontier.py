"""optimizer frontier: every amount of resources at which the best value rises."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from optimizer import console
from optimizer.commands.options import FORMAT, INFEASIBLE, LANG, OK, PLAN, SCENARIO, SECONDS, SETTINGS, UNPROVED


@click.command()
@PLAN
@SCENARIO
@SETTINGS
@LANG
@FORMAT
@SECONDS
def frontier(plan: Path, name: str | None, settings: tuple[str, ...], language: str, form: str, time_limit: float) -> None:
    """Show every amount of resources at which more of PLAN can be delivered, and what the next million buys.

    As text and markdown: what more or fewer resources change. As csv and json: every breakpoint.

    \b
    Example:
      optimizer frontier inputs/plan_outputs.xlsx --scenario "At 60"
    """
    from optimizer import run as runner
    from optimizer.analysis.frontier import frontier as walked
    from optimizer.files.reader import read_workbook
    from optimizer.report import frontier as report
    from optimizer.report.language import LANGUAGES

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    scenario = runner.question(workbook, name, settings)
    found = walked(scenario, time_limit)
    spoken = LANGUAGES[language]
    made = report.breakpoints if form == "csv" else report.block
    click.echo(console.found((made(scenario, found, spoken),), report.records(scenario, found), form, spoken), nl=False)
    known = f"{len(found.points):,} breakpoints, by {found.method}" if found.points else "no resources satisfy the rules"
    click.echo(known if found.complete else f"{known}; known below {found.known_to:,} only, raise --time-limit", err=True)
    sys.exit((OK if found.points else INFEASIBLE) if found.complete else UNPROVED)
