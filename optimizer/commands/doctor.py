"""optimizer doctor: is everything in place?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.defaults import here
from optimizer.commands.options import FAULT, FOLDER, OK, TEMPLATE

if TYPE_CHECKING:
    from optimizer.doctor import Check


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, callback=here, is_eager=True
)
@FOLDER
@TEMPLATE
def doctor(form: str, folder: Path, template: Path | None) -> None:
    """Check this machine: versions, whether the solver answers rightly, where results go, what is missing and how to install it.

    The solver is asked small models with known answers, some of which other solvers, or other versions, have got wrong; then a
    small plan is solved, audited and compared with enumeration. Nothing is changed and nothing is sent anywhere.

    \b
    Examples:
      optimizer doctor
      optimizer doctor --format json
    """
    from optimizer.doctor import State, examine

    checks = list(examine(folder, template))
    to_do = [check for check in checks if check.state is State.TO_DO]
    if form == "json":
        record = {
            "well": not to_do,
            "checks": [
                {"group": c.group, "name": c.name, "state": str(c.state), "found": c.found, "remedy": c.remedy} for c in checks
            ],
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        _tell(checks, to_do)
    sys.exit(FAULT if to_do else OK)


def _tell(checks: list[Check], to_do: list[Check]) -> None:
    for group in dict.fromkeys(check.group for check in checks):
        click.echo(group)
        for check in checks:
            if check.group == group:
                remedy = f": {check.remedy}" if check.remedy and check not in to_do else ""
                click.echo(f"  {check.state:<8}  {check.name}: {check.found}{remedy}")
    click.echo()
    if not to_do:
        click.echo("All is well.")
        return
    click.echo("To do:")
    for number, check in enumerate(to_do, 1):
        click.echo(f"  {number}. {check.name}: {check.found}\n     {check.remedy}")
