"""optimizer ladder: one nested list for several amounts of resources, in phases."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer import console
from optimizer.commands.options import FORMAT, INFEASIBLE, LANG, OK, PLAN, SCENARIOS, SECONDS, SETTINGS, UNPROVED
from optimizer.commands.options import REFUSED as NOT_OFFERED

if TYPE_CHECKING:
    from optimizer.analysis.ladder import Ladder, Unnested
    from optimizer.scenario import Scenario


class Weight(click.ParamType[Fraction]):
    """2, 0.25 or 1/3."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        text = str(value).strip()
        try:
            found = Fraction(text)
        except (ValueError, ZeroDivisionError):
            found = Fraction(0)
        if found <= 0 or len(text) > 20:
            self.fail("a number above 0 is expected, for instance 2, 0.25 or 1/3", param, ctx)
        return found


@click.command()
@PLAN
@SCENARIOS
@click.option(
    "--level", "texts", multiple=True, metavar="AMOUNT", help="Resources of a phase, as in --set resources=AMOUNT; repeat it."
)
@click.option(
    "--weight", "weights", type=Weight(), multiple=True, metavar="NUMBER", help="How much each phase counts; else equally."
)
@SETTINGS
@LANG
@FORMAT
@SECONDS
def ladder(
    plan: Path, names: tuple[str, ...], texts: tuple[str, ...], weights: tuple[Fraction, ...], settings: tuple[str, ...],
    language: str, form: str, time_limit: float,
) -> None:  # fmt: skip
    """Show one list of PLAN for several amounts of resources: what a phase funds stays funded in all later ones.

    The phases are the amounts of --level, or several scenarios named in order of growing resources; else four fifths of the
    scenario's resources, these, and halfway from these to the full estimate. The list is the best for all phases together.

    \b
    Example:
      optimizer ladder inputs/plan_outputs.xlsx --level 60% --level 75% --level 90%
    """
    from optimizer.analysis.best import OutOfTime
    from optimizer.analysis.frontier import NotOffered
    from optimizer.analysis.ladder import Unnested
    from optimizer.report import ladder as report
    from optimizer.report.language import LANGUAGES

    if len(names) > 1 and texts:
        raise click.UsageError("--level goes with one scenario, or several scenarios without --level")
    count = len(names) if len(names) > 1 else len(texts) or 3
    if weights and len(weights) != count:
        raise click.UsageError(f"{count} phases have {count} weights")
    try:
        scenario, found = _asked(plan, names, texts, weights, settings, time_limit)
    except NotOffered as why:
        click.echo(str(why), err=True)
        sys.exit(NOT_OFFERED)
    except OutOfTime:
        click.echo("No list was found in time; raise --time-limit.", err=True)
        sys.exit(UNPROVED)
    if isinstance(found, Unnested):
        click.echo(_why_not(found), err=True)
        sys.exit(INFEASIBLE)
    said = LANGUAGES[language]
    tables = report.tables(scenario, found, said)
    click.echo(console.found(tables, report.records(scenario, found), form, said), nl=False)
    click.echo(f"{found.proof.statement}. {found.programmes} dynamic programmes, {found.solves} stages by the solver", err=True)
    sys.exit(OK if found.proof.proved and found.settled else UNPROVED)


def _asked(
    plan: Path,
    names: tuple[str, ...],
    texts: tuple[str, ...],
    weights: tuple[Fraction, ...],
    settings: tuple[str, ...],
    most: float,
) -> tuple[Scenario, Ladder | Unnested]:
    """The scenario that the tables are of, and the ladder."""
    from optimizer import run as runner
    from optimizer.analysis.ladder import ladder as over
    from optimizer.analysis.ladder import ladder_of
    from optimizer.files.reader import read_workbook
    from optimizer.scenario import with_settings

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    if len(names) > 1:
        scenarios = [runner.question(workbook, name, settings) for name in names]
        return scenarios[-1], over(scenarios, weights or None, most)
    scenario = runner.question(workbook, names[0] if names else None, settings)
    levels = [with_settings(scenario.spec, (f"resources={text}",)).resources for text in texts]
    return scenario, ladder_of(scenario, levels or None, weights or None, most)


def _why_not(found: Unnested) -> str:
    level = f"{found.names[found.first]} with {found.resources[found.first]:,}"
    if found.alone:
        return f"No allocation satisfies the rules at {level}; optimizer run says why."
    return f"No list that keeps what the phases before fund satisfies the rules at {level}."
