"""optimizer prices: what each condition costs."""

from __future__ import annotations

import sys
from contextlib import suppress
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
def prices(plan: Path, name: str | None, settings: tuple[str, ...], language: str, form: str, time_limit: float) -> None:
    """Show what each condition of PLAN costs: what could be reached without it, or how much less would suffice.

    Each by solving again without that condition alone, without its family, and without all of them.

    \b
    Example:
      optimizer prices inputs/plan_outputs.xlsx --scenario "At 50"
    """
    from optimizer import run as runner
    from optimizer.analysis.best import OutOfTime
    from optimizer.analysis.frontier import NotOffered
    from optimizer.analysis.full import with_nesting
    from optimizer.analysis.ladder import Ladder, ladder_of
    from optimizer.analysis.prices import prices as asked
    from optimizer.files.reader import read_workbook
    from optimizer.report import prices as report
    from optimizer.report import prices_words as words
    from optimizer.report.language import LANGUAGES

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    scenario = runner.question(workbook, name, settings)
    try:
        found = asked(scenario, time_limit)
    except OutOfTime:
        click.echo(f"{scenario.name}: the time limit was reached before the best allocation was proved", err=True)
        sys.exit(UNPROVED)
    if found is None:
        click.echo(console.conflicting(scenario, form), nl=False)
        sys.exit(INFEASIBLE)
    with suppress(NotOffered, OutOfTime):  # then the price of nesting is not known
        list_of_all = ladder_of(scenario, seconds=time_limit)
        found = with_nesting(found, list_of_all, scenario.resources) if isinstance(list_of_all, Ladder) else found
    spoken = LANGUAGES[language]
    tables = report.tables_of(scenario, found, spoken)
    if form in ("text", "markdown"):
        click.echo(" ".join(words.sentences(scenario, found, spoken)) + "\n")
    click.echo(console.found(tables, report.records(scenario, found), form, spoken), nl=False)
    counts = f"{found.programmes} dynamic programmes, {found.solves} stages by the solver"
    click.echo(f"{counts}; {found.known} effects followed from others without solving again", err=True)
    known = all(price.attained is not None for price in (*found.families, *found.single))
    sys.exit(OK if known else UNPROVED)
