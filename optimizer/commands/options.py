"""What several commands have in common: exit codes, arguments and options."""

from __future__ import annotations

from pathlib import Path

import click

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
LANGUAGE = click.Choice(["en", "fr", "es"])
LANG = click.option("--lang", "language", type=LANGUAGE, default="en", show_default=True, help="Language of what is published.")
TEMPLATE = click.option("--template", type=click.Path(path_type=Path), help="Word document whose styles and page are taken.")
OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace FILE even where it is no result of this tool.")
RESULT = click.argument("result", type=click.Path(path_type=Path, readable=False))
FILE = click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="File to write; else standard output.")
