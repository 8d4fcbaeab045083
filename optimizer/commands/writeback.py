"""optimizer writeback: the amounts of a result into a copy of the planner's workbook."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer import console
from optimizer.commands.options import RESULT


@click.command()
@RESULT
@click.option(
    "--input", "plan", type=click.Path(path_type=Path), required=True, help="The workbook with the plan; it is only read."
)
@click.option("-o", "--output", "copy", type=click.Path(path_type=Path), required=True, help="The copy to write; a new file.")
def writeback(result: Path, plan: Path, copy: Path) -> None:
    """Write what each output receives in RESULT into the column Adopted amount of a copy of the plan's workbook.

    Only the cells of that column change: charts, comments, formats and everything else in the copy have the bytes that they
    had. Where that cannot be done safely, for instance because a formula adds the column up, nothing is written and every
    reason is given.

    \b
    Example:
      optimizer writeback results/plan_outputs_Base.xlsx --input inputs/plan_outputs.xlsx -o adopted.xlsx
    """
    from optimizer.files.publish import refuse_to_create
    from optimizer.files.reader import read_workbook
    from optimizer.files.writeback import write_back
    from optimizer.report.reread import read_dossier

    if copy.suffix.lower() != plan.suffix.lower():
        raise click.UsageError(f"a name that ends with {plan.suffix} is expected, not {copy.name}")
    refuse_to_create(copy)
    dossier = read_dossier(result)
    workbook = read_workbook(plan)
    answer = dossier.result
    if dossier.workbook.sha256 != workbook.sha256:
        click.echo(f"Warning: {plan} is not the file that {result} was made from; it was saved since, or is another.", err=True)
    if not answer.proof.proved:
        click.echo(f"Warning: {result} is not proved: {answer.proof.statement}", err=True)
    plan_solved = answer.scenario.plan
    amounts = {output.id: got.amount for output, got in zip(plan_solved.outputs, answer.allocation, strict=True)}
    written = write_back(workbook, amounts, copy)
    console.tell(written.findings)
    what = f"{len(amounts)} adopted amounts of the scenario {answer.scenario.name}, {written.changed} of them new"
    click.echo(f"Written to {copy}: {what}. {plan} is as it was.", err=True)
