"""optimizer compare: a planner's own list beside the optimum."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from optimizer import console
from optimizer.commands.options import FORMAT, INFEASIBLE, OK, PLAN, SCENARIO, SECONDS, SETTINGS, UNPROVED


@click.command()
@PLAN
@click.argument("own", type=click.Path(path_type=Path, readable=False), metavar="LIST")
@SCENARIO
@SETTINGS
@FORMAT
@SECONDS
def compare(plan: Path, own: Path, name: str | None, settings: tuple[str, ...], form: str, time_limit: float) -> None:
    """Score LIST, somebody's own choice of outputs of PLAN: its value, what it breaks, what the optimum does differently.

    LIST is a results workbook, or a csv file with the columns output and amount. An amount is money, a percentage of the cost
    (35%), or blank for in full; what is not listed receives nothing.

    \b
    Example:
      optimizer compare inputs/plan_outputs.xlsx results/plan_outputs_Base.xlsx --scenario "At 60"
    """
    from optimizer import run as runner
    from optimizer.analysis.best import OutOfTime
    from optimizer.analysis.own_list import as_levels, score
    from optimizer.files.own_list import read_own_list
    from optimizer.files.reader import read_workbook
    from optimizer.report import own_list as report
    from optimizer.report.language import ENGLISH

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    scenario = runner.question(workbook, name, settings)
    allocation, between = as_levels(scenario.plan, read_own_list(own, scenario.plan))
    if between:
        click.echo(f"Amounts that are none of the levels buy the level below: {', '.join(between)}", err=True)
    try:
        scored = score(scenario, allocation, time_limit)
    except OutOfTime:
        click.echo(f"{scenario.name}: the time limit was reached before any allocation was found; raise --time-limit", err=True)
        sys.exit(UNPROVED)
    if scored is None:
        click.echo(console.conflicting(scenario, form), nl=False)
        sys.exit(INFEASIBLE)
    click.echo(console.found(report.tables(scenario, scored), report.records(scenario, scored), form, ENGLISH), nl=False)
    sys.exit(OK if scored.proved else UNPROVED)
