"""optimizer verify: is a results workbook right, and still as it was written?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from optimizer.commands.options import CHECK_FAILED, OK, SETTINGS

MOST = 20  # faults that are printed


@click.command()
@click.argument("result", type=click.Path(path_type=Path), metavar="RESULT")
@click.option(
    "--input", "plan", type=click.Path(path_type=Path), required=True, metavar="PLAN", help="The plan it was made from."
)
@click.option("-s", "--scenario", default="", metavar="NAME", help="The scenario it should answer; else the one that it names.")
@SETTINGS
def verify(result: Path, plan: Path, scenario: str, settings: tuple[str, ...]) -> None:
    """Hold RESULT, a results workbook, against its plan: both are read again, and all that can be is derived again.

    That is done without the model, the solver and the report that made it. What cannot be derived, as the time that a solver
    took, must be as it was written. Exit code 6: something is wrong; what, and where, is printed.

    \b
    Examples:
      optimizer verify results/plan_outputs_Base.xlsx --input inputs/plan_outputs.xlsx
      optimizer verify results/plan_outputs_Base.xlsx --input inputs/plan_outputs.xlsx --scenario Base
    """
    from optimizer.verify.check import verify as check

    if settings and not scenario:
        raise click.UsageError("--set goes with --scenario")
    verdict = check(result, plan, scenario, settings)
    for fault in verdict.faults[:MOST]:
        click.echo(fault)
    if len(verdict.faults) > MOST:
        click.echo(f"and {len(verdict.faults) - MOST:,} more")
    asked = f", scenario {verdict.question}" if verdict.question else ""
    click.echo(f"{result.name}{asked}: {'verified' if not verdict.faults else 'not as it should be'}")
    click.echo(f"{verdict.derived:,} cells derived again from {plan.name}, {verdict.sealed:,} others held against their seal")
    sys.exit(CHECK_FAILED if verdict.faults else OK)
