"""The command line. Results go to standard output, messages to standard error; exit codes are in README."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from optimizer.findings import Finding
    from optimizer.run import Finished, Request

MOST_FINDINGS = 200
OK, FAULT, REFUSED, INFEASIBLE, UNPROVED, CHECK_FAILED, UNWRITABLE, SOME_FAILED, INTERRUPTED = 0, 1, 3, 4, 5, 6, 7, 8, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="optimizer")
def cli() -> None:
    """Choose which outputs of a costed plan to fund within the available resources, and prove the choice.

    \b
    Example:
      optimizer run inputs/plan_outputs.xlsx
    """


@cli.command()
@click.argument("plan", type=click.Path(path_type=Path, readable=False))
@click.option("-s", "--scenario", "names", multiple=True, metavar="NAME", help="A scenario of the workbook; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Every scenario of the workbook, and a workbook that compares them.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change one thing: resources=75%; may be repeated.")
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="Folder."
)
@click.option("--against", type=click.Path(path_type=Path), help="Earlier results workbook for the sheet Changes.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "markdown"]), default="text", show_default=True)
@click.option(
    "--time-limit", type=click.FloatRange(0, min_open=True), default=600.0, show_default=True, help="Seconds a scenario."
)
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

    if not math.isfinite(time_limit):
        raise click.UsageError("--time-limit takes a number of seconds")
    if every and names:
        raise click.UsageError("--all and --scenario exclude each other")
    workbook = read_workbook(plan)
    _tell(workbook.findings)
    asked = replace(runner.request(workbook, names, every, settings, folder), against=against, seconds=time_limit)
    finished = []
    for each in runner.run(asked):
        finished.append(each)
        click.echo(_progress(each), err=True)
        if len(asked.specs) == 1:
            click.echo(_shown(each, form), nl=False)
    if len(asked.specs) > 1:
        click.echo(_compared(asked, finished, form), nl=False)
        click.echo(f"Compared in {runner.save_comparison(asked, finished)}", err=True)
    sys.exit(_exit_code(finished))


@cli.command()
@click.argument("plan", type=click.Path(path_type=Path, readable=False))
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
        for finding in findings[:MOST_FINDINGS]:
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
        _tell(refused.findings)
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


def _tell(findings: Iterable[Finding]) -> None:
    findings = list(findings)
    for finding in findings[:MOST_FINDINGS]:
        click.echo(finding, err=True)
    if len(findings) > MOST_FINDINGS:
        click.echo(f"and {len(findings) - MOST_FINDINGS} more", err=True)


def _progress(each: Finished) -> str:
    from optimizer.result import Result

    name, seconds = each.scenario.name, f"{each.seconds:.1f} s"
    if each.path is None:
        limit = "" if each.conflict else "; the time limit was reached, raise --time-limit"
        return f"{name}: {each.outcome.termination} ({seconds}){limit}"
    if isinstance(each.outcome, Result) and not each.proved:
        return f"{name}: {each.outcome.proof.statement}. Checked in {seconds}, written to {each.path}"
    return f"{name}: solved, proved and checked in {seconds}, written to {each.path}"


def _shown(each: Finished, form: str) -> str:
    """The answer to one scenario on standard output; for a question without an answer, why."""
    if each.dossier is None:
        return _unanswered(each, form)
    if form == "json":
        from optimizer.report.data import json_text

        return json_text(each.dossier)
    if form == "text":
        from optimizer.report.text import terminal

        return terminal(each.dossier)
    from optimizer.report import plain, prioritisation

    table = prioritisation.table(each.dossier)
    return plain.csv_text(table) if form == "csv" else plain.markdown_text(table)


def _unanswered(each: Finished, form: str) -> str:
    record = _unanswered_data(each)
    if form == "json":
        return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    lines = [f"{record['scenario']}: {record['termination']}.", *record["reasons"]]
    if record["clash"]:
        lines.append("These conditions cannot all hold; without any one of them they could:")
        lines += [f"  {rule}" for rule in record["clash"]]
    return "\n".join(lines) + "\n"


def _unanswered_data(each: Finished) -> dict[str, Any]:
    conflict = each.conflict
    return {
        "scenario": each.scenario.name,
        "termination": str(each.outcome.termination),
        "reasons": list(conflict.reasons) if conflict else [],
        "clash": [rule.describe(each.scenario.plan) for rule in conflict.clash] if conflict else [],
    }


def _compared(asked: Request, finished: list[Finished], form: str) -> str:
    from optimizer.report import plain, scenarios, text
    from optimizer.run import comparison

    if form == "json":
        from optimizer.report.data import data

        records = [data(each.dossier) if each.dossier else _unanswered_data(each) for each in finished]
        return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
    table = scenarios.overview(comparison(asked, finished))
    return {"text": text.aligned, "csv": plain.csv_text, "markdown": plain.markdown_text}[form](table)


def _exit_code(finished: list[Finished]) -> int:
    if all(each.proved for each in finished):
        return OK
    if len(finished) == 1:
        return INFEASIBLE if finished[0].conflict else UNPROVED
    return SOME_FAILED if any(each.dossier is None for each in finished) else UNPROVED


if __name__ == "__main__":
    main()
