"""optimizer explain: why each output is funded or not, and what would change that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer import console
from optimizer.commands.options import FORMAT, INFEASIBLE, LANG, OK, PLAN, SCENARIO, SECONDS, SETTINGS, UNPROVED

if TYPE_CHECKING:
    from optimizer.scenario import Scenario


@click.command()
@PLAN
@click.argument("ids", nargs=-1, metavar="[OUTPUT]...")
@SCENARIO
@SETTINGS
@LANG
@FORMAT
@SECONDS
def explain(
    plan: Path, ids: tuple[str, ...], name: str | None, settings: tuple[str, ...], language: str, form: str, time_limit: float
) -> None:
    """Say why each output of PLAN is funded or not, and what would change that.

    Of all outputs, or of those whose ids follow PLAN. Every cause is established by asking the question again. As markdown: the
    outputs not funded in full, in words for a paper. Where no allocation satisfies the rules, it says which of them clash.

    \b
    Example:
      optimizer explain inputs/plan_outputs.xlsx 1.12 1.16
    """
    from optimizer import run as runner
    from optimizer.analysis.best import OutOfTime
    from optimizer.analysis.reasons import reasons
    from optimizer.files.reader import read_workbook
    from optimizer.report import reasons as report
    from optimizer.report.language import LANGUAGES

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    scenario = runner.question(workbook, name, settings)
    try:
        found = reasons(scenario, _positions(scenario, ids), time_limit)
    except OutOfTime:
        click.echo(f"{scenario.name}: the time limit was reached before the best allocation was proved", err=True)
        sys.exit(UNPROVED)
    if found is None:
        click.echo(console.conflicting(scenario, form), nl=False)
        sys.exit(INFEASIBLE)
    if form == "text":
        click.echo(report.terminal(scenario, found, LANGUAGES[language]), nl=False)
    else:
        made = report.block if form == "markdown" else report.table
        tables = (made(scenario, found, LANGUAGES[language]),)
        click.echo(console.found(tables, report.records(scenario, found), form, LANGUAGES[language]), nl=False)
    click.echo(f"{found.programmes} dynamic programmes, {found.solves} stages by the solver", err=True)
    sys.exit(OK if found.complete else UNPROVED)


def _positions(scenario: Scenario, ids: tuple[str, ...]) -> list[int]:
    """Raises InputRefused for ids that are none of an output."""
    from optimizer.findings import Finding, InputRefused, Severity, nearest, quoted

    index = scenario.plan.index
    unknown = [
        Finding("output", Severity.ERROR, "", "argument", "", quoted(key), f"no output has this id; {nearest(key, index)}")
        for key in ids
        if key not in index
    ]
    if unknown:
        raise InputRefused(unknown)
    return [index[key] for key in ids]
