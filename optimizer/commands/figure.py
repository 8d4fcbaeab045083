"""optimizer figure: a picture of results."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.commands.options import OTHER_LANG, OVERWRITE, RESULT


@click.command()
@RESULT
@click.option("--figure", "name", type=click.Choice(["components", "frontier"]), default="components", show_default=True)
@click.option("--format", "form", type=click.Choice(["svg", "png"]), default="png", show_default=True)
@OTHER_LANG
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), required=True, help="File to write.")
@OVERWRITE
def figure(result: Path, name: str, form: str, language: str | None, file: Path, overwrite: bool) -> None:
    """Draw a figure of RESULT, a results workbook of one scenario, for a paper or a slide.

    \b
    Example:
      optimizer figure results/plan_outputs_Base.xlsx --figure components --format svg -o results/components.svg
    """
    from optimizer import papers
    from optimizer.files.publish import as_written, publish
    from optimizer.report.dossier import Dossier

    found = papers.reread(result, language)
    if not isinstance(found, Dossier):
        raise click.UsageError("the results of one scenario are expected, not scenarios side by side")
    content = papers.drawn(papers.picture(found, name), form)
    publish(file, content, as_written(content), (result,), overwrite)
    click.echo(f"Written to {file}", err=True)
