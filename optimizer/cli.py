"""The command line. Results go to standard output, messages to standard error; exit codes are in README."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer import console

if TYPE_CHECKING:
    from optimizer.run import Finished

OK, FAULT, REFUSED, INFEASIBLE, UNPROVED, CHECK_FAILED, UNWRITABLE, SOME_FAILED, INTERRUPTED = 0, 1, 3, 4, 5, 6, 7, 8, 130
MOST_SECONDS = 10_000_000.0

PLAN = click.argument("plan", type=click.Path(path_type=Path, readable=False))
SETTINGS = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change one thing: resources=75%; may be repeated."
)
FOLDER = click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="Folder."
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "markdown"]), default="text", show_default=True
)
SECONDS = click.option(
    "--time-limit",
    type=click.FloatRange(0, MOST_SECONDS, min_open=True),
    default=600.0,
    show_default=True,
    help="Seconds a question.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="optimizer")
def cli() -> None:
    """Choose which outputs of a costed plan to fund within the available resources, and prove the choice.

    \b
    Example:
      optimizer run inputs/plan_outputs.xlsx
    """


@cli.command()
@PLAN
@click.option("-s", "--scenario", "names", multiple=True, metavar="NAME", help="A scenario of the workbook; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Every scenario of the workbook, and a workbook that compares them.")
@SETTINGS
@FOLDER
@click.option("--against", type=click.Path(path_type=Path), help="Earlier results workbook for the sheet Changes.")
@FORMAT
@SECONDS
def run(
    plan: Path, names: tuple[str, ...], every: bool, settings: tuple[str, ...], folder: Path, against: Path | None, form: str,
    time_limit: float,
) -> None:  # fmt: skip
    """Solve the base scenario of PLAN, or those named, and write a results workbook for each.

    KEY is resources, objective, or KIND.ITEM.SETTING: output.1.10.status=deferred, component.1.minimum="60% of estimate",
    criterion.urgency.weight=0; the item * means all of them.

    \b
    Examples:
      optimizer run inputs/plan_outputs.xlsx
      optimizer run inputs/plan_outputs.xlsx --scenario "At 60" --scenario "At 85"
      optimizer run inputs/plan_outputs.xlsx --set resources=150000000 --format csv
    """
    from dataclasses import replace

    from optimizer import run as runner
    from optimizer.files.reader import read_workbook

    if every and names:
        raise click.UsageError("--all and --scenario exclude each other")
    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    asked = replace(runner.request(workbook, names, every, settings, folder), against=against, seconds=time_limit)
    finished = []
    for each in runner.run(asked):
        finished.append(each)
        click.echo(console.progress(each), err=True)
        if len(asked.specs) == 1:
            click.echo(console.shown(each, form), nl=False)
    if len(asked.specs) > 1:
        click.echo(console.compared(asked, finished, form), nl=False)
        click.echo(f"Compared in {runner.save_comparison(asked, finished)}", err=True)
    sys.exit(_exit_code(finished))


@cli.command()
@PLAN
@click.option("-s", "--scenario", "name", metavar="NAME", help="A scenario of the workbook; else its base scenario.")
@click.option("--against", type=click.Path(path_type=Path), help="Results workbook of the adopted allocation.")
@click.option("--most", type=click.IntRange(0), help="Stop after so many changes; else when more bring nothing.")
@SETTINGS
@FOLDER
@FORMAT
@SECONDS
def replan(
    plan: Path, name: str | None, against: Path | None, most: int | None, settings: tuple[str, ...], folder: Path, form: str,
    time_limit: float,
) -> None:  # fmt: skip
    """Show what each further change to an adopted allocation of PLAN is worth: 0, 1, 2, ... changes.

    Adopted amounts are those of the results workbook after --against, else of the column Adopted amount of the sheet Outputs,
    else of the plan's last adopted results. What is spent or committed stays.

    \b
    Example:
      optimizer replan inputs/plan_outputs.xlsx --scenario "Mid-term re-plan" --most 6
    """
    from dataclasses import replace

    from optimizer import run as runner
    from optimizer.files.reader import read_workbook
    from optimizer.result import Result

    workbook = read_workbook(plan)
    console.tell(workbook.findings)
    asked = runner.request(workbook, (name,) if name else (), False, settings, folder)
    found, scenario, path = runner.replanned(replace(asked, against=against, seconds=time_limit), most)
    click.echo(console.replanned(found, scenario, form), nl=False)
    click.echo(f"Written to {path}", err=True)
    last = found.steps[-1].outcome
    if not isinstance(last, Result):
        sys.exit(INFEASIBLE)
    sys.exit(OK if all(step.outcome.proof.proved for step in found.steps if isinstance(step.outcome, Result)) else UNPROVED)


@cli.command()
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


def main() -> None:
    """Run a command; what can go wrong ends with one message and its exit code, never with a trace."""
    from optimizer.findings import InputRefused

    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing half-written is left.", err=True)
        sys.exit(INTERRUPTED)
    except InputRefused as refused:
        console.tell(refused.findings)
        sys.exit(REFUSED)
    except tuple(_endings()) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(_endings()[type(error)])
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(OK)
    except OSError as error:  # standard output on a full disk, say
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNWRITABLE)


def _endings() -> dict[type[Exception], int]:
    """Exit codes of what stops a run; a command that has not loaded the module cannot have raised its exception."""
    where = {
        ("optimizer.files.publish", "OutputRefused"): UNWRITABLE,
        ("optimizer.files.publish", "CheckFailed"): CHECK_FAILED,
        ("optimizer.solver", "SolverFault"): FAULT,
    }
    return {getattr(sys.modules[module], name): code for (module, name), code in where.items() if module in sys.modules}


def _exit_code(finished: list[Finished]) -> int:
    if all(each.proved for each in finished):
        return OK
    if len(finished) == 1:
        return INFEASIBLE if finished[0].conflict else UNPROVED
    return SOME_FAILED if any(each.dossier is None for each in finished) else UNPROVED


if __name__ == "__main__":
    main()
