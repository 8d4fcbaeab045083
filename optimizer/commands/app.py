"""optimizer app: a window to choose a workbook, run it and see what comes of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.options import FAULT, LANGUAGE, OK, SECONDS, UNWRITABLE
from optimizer.commands.watch import ended_by_signals

if TYPE_CHECKING:
    from optimizer.window.server import Window

ALONE = 600  # seconds without a question from the page after which nobody is there any more
LOOK = 1.0  # seconds between two looks; counted, so that a computer that slept is not taken for one that was left


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, readable=False), required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on this computer; without it a free one.")
@click.option("--no-browser", is_flag=True, help="Say the address instead of opening the browser.")
@click.option(
    "--lang",
    "language",
    type=LANGUAGE,
    envvar="OPTIMIZER_LANG",
    show_envvar=True,
    help="Language to begin with; without it that of the browser.",
)
@click.option("--check", is_flag=True, help="Start, ask for the page once, and end; for scripts.")
@SECONDS
def app(plan: Path | None, port: int, no_browser: bool, language: str | None, check: bool, time_limit: float) -> None:
    """Open a window: choose a workbook and scenarios, run them, see the findings or the result, open the files.

    The window is a page in your browser that only this computer answers; nothing leaves it. Results of PLAN, or of a path typed
    into the page, go to the folder results beside the workbook; those of a workbook chosen or dropped there to "optimizer
    results" in your home folder. Quit, Ctrl-C, or ten minutes without the page end it.

    \b
    Example (without --check it goes on):
      optimizer app inputs/plan_outputs.xlsx --check
    """
    from threading import Thread

    from optimizer.window.jobs import Desk
    from optimizer.window.server import Window

    desk = Desk(seconds=time_limit)
    try:
        try:
            window = Window(desk, port, language or "")
        except OSError as error:
            click.echo(f"Error: port {port} cannot be used: {error.strerror or error}; leave --port out", err=True)
            sys.exit(UNWRITABLE)
        with window:
            Thread(target=window.serve_forever, args=(0.1,), daemon=True).start()
            if plan is not None:
                desk.take_path(str(plan))
            try:
                if check:
                    sys.exit(_checked(window))
                _greet(window, no_browser)
                _wait(window)
            finally:
                window.shutdown()
    finally:
        desk.close()


def _greet(window: Window, no_browser: bool) -> None:
    import webbrowser

    if no_browser or not webbrowser.open(window.address):
        click.echo(f"Open this address in a browser on this computer; it works once:\n{window.address}", err=True)
    else:
        click.echo("optimizer is open in your browser.", err=True)
    click.echo("Leave this window open while you work. To end: Quit on the page, or Ctrl and C together here.", err=True)


def _wait(window: Window) -> None:
    """Until Quit, Ctrl-C, or nobody asks any more while nothing is being worked out."""
    quiet = 0.0
    try:
        with ended_by_signals():  # a console that is closed leaves no copy of a workbook behind
            while quiet < ALONE:
                if window.ended.wait(LOOK):
                    click.echo("Ended.", err=True)
                    return
                quiet = 0.0 if window.asked.is_set() or window.desk.busy else quiet + LOOK
                window.asked.clear()
        click.echo("Ended: the page was closed.", err=True)
    except KeyboardInterrupt:
        click.echo("Ended. Results that were written are in their folder.", err=True)


def _checked(window: Window) -> int:
    """Whether the page can be had with the key, as a browser would ask for it."""
    from http.client import HTTPConnection

    connection = HTTPConnection(window.hosts[0], timeout=10)
    connection.request("GET", f"/?key={window.key}")
    first = connection.getresponse()
    first.read()
    cookie = (first.getheader("Set-Cookie") or "").split(";")[0]
    connection.close()
    connection.request("GET", "/", headers={"Cookie": cookie})
    answer = connection.getresponse()
    works = answer.status == 200 and b"<main>" in answer.read()
    connection.close()
    click.echo("The window works on this computer." if works else f"The window does not work: {answer.status}", err=not works)
    return OK if works else FAULT
