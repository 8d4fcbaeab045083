"""optimizer check: every finding of an input, without solving."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from optimizer import console
from optimizer.commands.options import OK, PLAN, REFUSED


@click.command()
@PLAN
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(plan: Path, form: str) -> None:
    """Read PLAN and report all findings, without solving anything.

    \b
    Example:
      optimizer check inputs/plan_outputs.xlsx
    """
    from optimizer.files.reader import read_workbook
    from optimizer.findings import InputRefused, Severity

    try:
        workbook = read_workbook(plan)
    except InputRefused as refused:
        findings, read = refused.findings, None
    else:
        findings, read = workbook.findings, workbook.plan
    if form == "json":
        click.echo(json.dumps([finding.record() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings[: console.MOST_FINDINGS]:
            click.echo(finding)
        counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
        click.echo(", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items()))
        if read is not None:
            click.echo(f"{len(read.outputs)} outputs in {len(read.components)} components, {read.money(read.cost)}")
    sys.exit(OK if read is not None else REFUSED)
