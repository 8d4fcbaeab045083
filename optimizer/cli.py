"""The command line. Results go to standard output, messages to standard error; exit codes are in README."""

from __future__ import annotations

import io
import sys

import click

from optimizer import console
from optimizer.commands import (
    alternatives,
    app,
    batch,
    check,
    compare,
    completion,
    doctor,
    explain,
    figure,
    frontier,
    ladder,
    new,
    prices,
    replan,
    robustness,
    run,
    table,
    verify,
    watch,
    writeback,
)
from optimizer.commands.options import CHECK_FAILED, FAULT, INTERRUPTED, OK, REFUSED, UNWRITABLE


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="optimizer")
def cli() -> None:
    """Choose which outputs of a costed plan to fund within the available resources, and prove the choice.

    \b
    First:
      optimizer new plan.xlsx --example    a small plan to learn from; read its sheet Guide
      optimizer run plan.xlsx              the answer, on the screen and in the folder results
      optimizer doctor                     whether everything is in place, and what to do if not
    """


for command in (
    run.run,
    batch.batch,
    new.new,
    replan.replan,
    frontier.frontier,
    ladder.ladder,
    compare.compare,
    explain.explain,
    prices.prices,
    alternatives.alternatives,
    robustness.robustness,
    check.check,
    table.table,
    verify.verify,
    figure.figure,
    watch.watch,
    app.app,
    doctor.doctor,
    completion.completion,
    writeback.writeback,
):
    cli.add_command(command)


def main() -> None:
    """Run a command; what can go wrong ends with one message and its exit code, never with a trace."""
    from optimizer.findings import InputRefused

    _say_something_for_every_letter()
    try:
        cli(standalone_mode=False, complete_var=completion.VARIABLE)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        console.interrupted()
        sys.exit(INTERRUPTED)
    except InputRefused as refused:
        console.tell(refused.findings)
        sys.exit(REFUSED)
    except tuple(_endings()) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(_endings()[type(error)])
    except MemoryError:
        click.echo("Error: there is not enough memory; nothing half-written is left", err=True)
        sys.exit(FAULT)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(OK)
    except OSError as error:  # standard output on a full disk, say
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNWRITABLE)


def _say_something_for_every_letter() -> None:
    """A terminal, or a pipe on Windows, that has no dash gets its number instead of a trace; `optimizer doctor` says so."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _endings() -> dict[type[Exception], int]:
    """Exit codes of what stops a run; a command that has not loaded the module cannot have raised its exception."""
    where = {
        ("optimizer.files.publish", "OutputRefused"): UNWRITABLE,
        ("optimizer.files.publish", "CheckFailed"): CHECK_FAILED,
        ("optimizer.solver", "SolverFault"): FAULT,
        ("concurrent.futures.process", "BrokenProcessPool"): FAULT,
        ("optimizer.batch.processes", "WorkerFault"): FAULT,
        ("optimizer.report.reread", "Altered"): CHECK_FAILED,
        ("optimizer.report.house", "TemplateRefused"): REFUSED,
        ("optimizer.analysis.frontier", "NotOffered"): REFUSED,
    }
    return {getattr(sys.modules[module], name): code for (module, name), code in where.items() if module in sys.modules}


if __name__ == "__main__":
    main()
