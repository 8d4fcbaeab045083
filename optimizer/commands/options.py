"""What several commands have in common: exit codes, arguments and options."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.commands.completion import scenario_names
from optimizer.commands.defaults import LANGUAGES, MOST_SECONDS, settle

OK, FAULT, REFUSED, INFEASIBLE, UNPROVED, CHECK_FAILED, UNWRITABLE, SOME_FAILED, INTERRUPTED = 0, 1, 3, 4, 5, 6, 7, 8, 130

# Eager, so that the defaults that stand beside the workbook are known before any option is looked at; settle() misses it.
PLAN = click.argument(
    "plan", type=click.Path(path_type=Path, readable=False), required=False, metavar="PLAN", is_eager=True, callback=settle
)
SCENARIO = click.option(
    "-s",
    "--scenario",
    "name",
    shell_complete=scenario_names,
    metavar="NAME",
    help="A scenario of the workbook; else its base scenario.",
)
SCENARIOS = click.option(
    "-s",
    "--scenario",
    "names",
    shell_complete=scenario_names,
    multiple=True,
    metavar="NAME",
    help="A scenario of the workbook; may be repeated.",
)
SETTINGS = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change one thing: resources=75%; may be repeated."
)
FOLDER = click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    envvar="OPTIMIZER_OUTPUT",
    show_envvar=True,
    help="Folder.",
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "markdown"]), default="text", show_default=True
)
SECONDS = click.option(
    "--time-limit",
    type=click.FloatRange(0, MOST_SECONDS, min_open=True),
    default=600.0,
    show_default=True,
    envvar="OPTIMIZER_TIME_LIMIT",
    show_envvar=True,
    help="Seconds a question.",
)
LANGUAGE = click.Choice(LANGUAGES)
LANG = click.option(
    "--lang",
    "language",
    type=LANGUAGE,
    default="en",
    show_default=True,
    envvar="OPTIMIZER_LANG",
    show_envvar=True,
    help="Language of what is published.",
)
OTHER_LANG = click.option(
    "--lang", "language", type=LANGUAGE, envvar="OPTIMIZER_LANG", show_envvar=True, help="Language; else that of RESULT."
)
TEMPLATE = click.option(
    "--template",
    type=click.Path(path_type=Path),
    envvar="OPTIMIZER_TEMPLATE",
    show_envvar=True,
    help="Word document whose styles and page are taken.",
)
OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace FILE even where it is no result of this tool.")
RESULT = click.argument(
    "result", type=click.Path(path_type=Path, readable=False), required=False, metavar="RESULT", is_eager=True, callback=settle
)
FILE = click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="File to write; else standard output.")
