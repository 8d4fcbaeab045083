"""optimizer alternatives: what else would do as well, or nearly."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import click

from optimizer import console
from optimizer.commands.options import FORMAT, INFEASIBLE, LANG, OK, PLAN, SCENARIO, SECONDS, SETTINGS, UNPROVED

HUNDRED = 100


@click.command()
@PLAN
@SCENARIO
@click.option(
    "--within", default="1%", show_default=True, metavar="SHARE", help="How near to the best: 1%, 0.5%; 0% for those as good."
)
@click.option("--most", type=click.IntRange(0, 20), default=3, show_default=True, help="So many of the most different.")
@SETTINGS
@LANG
@FORMAT
@SECONDS
def alternatives(
    plan: Path, name: str | None, within: str, most: int, settings: tuple[str, ...], language: str, form: str, time_limit: float
) -> None:
    """Count the allocations of PLAN that do as well as the best, or nearly, and show the most different.

    Counts are exact, or say that there are at least so many. Each output's share says how firmly it belongs.

    \b
    Example:
      optimizer alternatives inputs/plan_outputs.xlsx --within 0.5% --most 2
    """
    from optimizer import run as runner
    from optimizer.analysis.alternatives import alternatives as asked
    from optimizer.analysis.best import OutOfTime
    from optimizer.files.reader import read_workbook
    from optimizer.report import alternatives as report
    from optimizer.report import alternatives_words as words
    from optimizer.report.language import LANGUAGES

    share = _share(within)
    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    scenario = runner.question(workbook, name, settings)
    try:
        found = asked(scenario, share, most, time_limit)
    except OutOfTime:
        click.echo(f"{scenario.name}: the time limit was reached before the best allocation was proved", err=True)
        sys.exit(UNPROVED)
    if found is None:
        click.echo(console.conflicting(scenario, form), nl=False)
        sys.exit(INFEASIBLE)
    spoken = LANGUAGES[language]
    tables = report.tables_of(scenario, found, spoken)
    if form in ("text", "markdown"):
        click.echo(" ".join(words.sentences(scenario, found, spoken)) + "\n")
    click.echo(console.found(tables, report.records(scenario, found), form, spoken), nl=False)
    click.echo(f"{found.programmes} dynamic programmes, {found.solves} stages by the solver", err=True)
    counted = (count for near in (found.alike, found.equal, found.near) for count in (near.allocations, near.portfolios))
    sys.exit(OK if found.settled and all(count is not None for count in counted) else UNPROVED)


def _share(text: str) -> Fraction:
    """A percentage below 100, as a fraction."""
    from optimizer.values import ValueRefused, parse_percent

    try:
        percent = parse_percent(text)
    except ValueRefused as refused:
        raise click.BadParameter(refused.expected, param_hint="--within") from refused
    if percent == HUNDRED:
        raise click.BadParameter("less than 100 per cent is expected", param_hint="--within")
    return percent / HUNDRED
