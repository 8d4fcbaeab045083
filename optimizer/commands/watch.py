"""optimizer watch: refresh the results at each save of the workbook."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from optimizer.commands.options import FOLDER, LANG, OK, PLAN, REFUSED, SCENARIOS, SECONDS, SETTINGS, TEMPLATE
from optimizer.commands.run import exit_code


@click.command()
@PLAN
@SCENARIOS
@click.option("--all", "every", is_flag=True, help="Every scenario of the workbook, and a workbook that compares them.")
@SETTINGS
@FOLDER
@LANG
@TEMPLATE
@SECONDS
@click.option(
    "--interval", type=click.FloatRange(0.05, 3600), default=0.5, show_default=True, help="Seconds between two looks at PLAN."
)
@click.option("--once", is_flag=True, help="Answer PLAN as it is now, and end; for scripts.")
def watch(plan: Path, names: tuple[str, ...], every: bool, settings: tuple[str, ...], folder: Path, **options: Any) -> None:
    """Keep the results of PLAN fresh: solve it now, and again each time it is saved with other content.

    Results are those of `optimizer run`. While one is open in another program a numbered file is written beside it. What is
    wrong with PLAN is said here and in PLAN_findings.xlsx beside it, with a link to each cell. Only one watcher at a time works
    on a workbook, also on a shared folder. Ctrl-C ends it, with exit code 0.

    \b
    Example (without --once it goes on):
      optimizer watch inputs/plan_outputs.xlsx --once
    """
    from datetime import datetime

    from optimizer.papers import House
    from optimizer.watching import words
    from optimizer.watching.lock import WatchLock, myself
    from optimizer.watching.watcher import Watch, Watcher

    if every and names:
        raise click.UsageError("--all and --scenario exclude each other")
    house = House(options["language"], options["template"])
    asked = Watch(plan, names, every, settings, folder, house, options["time_limit"], options["interval"])
    watcher = Watcher(asked, _say)
    with ended_by_signals(), WatchLock(plan, myself(datetime.now())) as lock:
        if options["once"]:
            watcher.first(patient=False)
            sys.exit(REFUSED if watcher.refused else exit_code(watcher.finished))
        for line in words.greeting(plan, folder, asked.findings):
            _say(line)
        try:
            watcher.first()
            watcher.follow(lock.check)
        except KeyboardInterrupt:
            _say("Stopped watching. The results are those of the last save that was answered.")
            sys.exit(OK)


def _say(line: str) -> None:
    click.echo(line, err=True)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """A window that is closed, or a service that is stopped, ends the watcher as Ctrl-C does: with its lock removed."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in known}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
