"""optimizer robustness: which outputs are funded whatever is assumed about weights and costs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from optimizer import console
from optimizer.commands.options import FORMAT, INFEASIBLE, LANG, OK, PLAN, SCENARIO, SECONDS, SETTINGS, UNPROVED

RANK, STATED = "rank", "stated"
MOST_SAMPLES = 10_000


class Range(click.ParamType[int]):
    """20% or 20: a whole percentage below 100."""

    name = "percentage"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip().removesuffix("%")
        if not (text.isdecimal() and text.isascii() and len(text) <= 2):
            self.fail("a whole percentage from 0% to 99% is expected", param, ctx)
        return int(text)


class WeightRange(Range):
    """The same, or the words for the rank order and for the weights as they are."""

    name = "weights"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        word = str(value).strip().casefold()
        return {RANK: -1, STATED: 0}[word] if word in (RANK, STATED) else super().convert(value, param, ctx)


@click.command()
@PLAN
@SCENARIO
@click.option("--samples", type=click.IntRange(1, MOST_SAMPLES), default=200, show_default=True, help="Assumptions drawn.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed draws the same.")
@click.option(
    "--weights", type=WeightRange(), default=RANK, show_default=True, metavar="rank|stated|%",
    help="Weights of the criteria: any in the same rank order, as stated, or each so much higher or lower.",
)  # fmt: skip
@click.option("--costs", type=Range(), default="20%", show_default=True, metavar="%", help="Each cost: so much up or down.")
@click.option("--common", type=Range(), default="10%", show_default=True, metavar="%", help="All costs together: likewise.")
@click.option(
    "--protect", "gammas", type=click.IntRange(0), multiple=True, metavar="N",
    help="Protect against N outputs that cost more; may be repeated; else 0, 1, 2, 4, 8 and all.",
)  # fmt: skip
@SETTINGS
@LANG
@FORMAT
@SECONDS
def robustness(
    plan: Path, name: str | None, settings: tuple[str, ...], language: str, form: str, time_limit: float, gammas: tuple[int, ...],
    **ranges: int,
) -> None:  # fmt: skip
    """Show how the allocation of PLAN stands up to other weights and costs.

    How often each output is funded under assumptions drawn at random; the allocations whose worst result under any weighting is
    best; and what protecting the resources against higher costs takes.

    \b
    Example:
      optimizer robustness inputs/plan_outputs.xlsx --samples 10 --weights stated --protect 2
    """
    from optimizer.analysis import robustness as analysis
    from optimizer.analysis.best import OutOfTime
    from optimizer.analysis.uncertain import Assumptions
    from optimizer.files.reader import read_workbook
    from optimizer.report import robustness as report
    from optimizer.report.language import LANGUAGES
    from optimizer.run import derived
    from optimizer.scenario import derive, with_settings

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    scenario = derive(workbook.plan, with_settings(workbook.scenario(name or workbook.base_scenario), settings))
    weights = ranges.pop("weights")
    assumed = Assumptions(weights=None if weights < 0 else weights, **ranges)
    named = tuple(analysis.named_weightings(scenario, derived(workbook)))
    try:
        found = analysis.robustness(scenario, assumed, gammas or None, named, time_limit, os.cpu_count() or 1)
    except OutOfTime:
        click.echo("The scenario itself was not answered in time; raise --time-limit.", err=True)
        sys.exit(UNPROVED)
    if found is None:
        click.echo(f"{scenario.name}: no allocation satisfies the rules; optimizer run says why.", err=True)
        sys.exit(INFEASIBLE)
    said = LANGUAGES[language]
    tables = report.sheet(scenario, found, said).tables
    click.echo(console.found(tables, report.records(scenario, found), form, said), nl=False)
    sys.exit(OK if found.complete else UNPROVED)
