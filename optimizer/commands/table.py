"""optimizer table: published tables again, from results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from optimizer.commands.completion import table_names
from optimizer.commands.options import FILE, OTHER_LANG, OVERWRITE, RESULT, TEMPLATE


@click.command()
@RESULT
@click.option(
    "--table",
    "names",
    multiple=True,
    metavar="NAME",
    shell_complete=table_names,
    help="Which table; may be repeated; else those for a paper.",
)
@click.option("--format", "form", type=click.Choice(["docx", "html", "markdown", "csv"]), default="markdown", show_default=True)
@OTHER_LANG
@TEMPLATE
@FILE
@OVERWRITE
def table(result: Path, names: tuple[str, ...], form: str, file: Path | None, **options: Any) -> None:
    """Make published tables again from RESULT, a results workbook: in another language, or for another program.

    NAME is summary, prioritisation, side-by-side, approaches, outputs, components, periods, at-stake or coverage; of scenarios
    side by side scenarios or amounts. Nothing is solved, and RESULT must be as it was written.

    \b
    Examples:
      optimizer table results/plan_outputs_Base.xlsx --table prioritisation --format docx --lang fr -o results/priorites.docx
      optimizer table results/plan_outputs_Base.xlsx --table side-by-side --table at-stake
    """
    from optimizer import papers
    from optimizer.files.publish import as_written, publish
    from optimizer.report.docx import save_docx

    if form == "docx" and file is None:
        raise click.UsageError("a Word document needs a file: --output FILE")
    if form == "csv" and len(names) != 1:
        raise click.UsageError("a csv file holds one table: name it with --table")
    source = click.get_current_context().get_parameter_source("template")
    if source is click.core.ParameterSource.COMMANDLINE and form != "docx":  # elsewhere it is said for all that is made
        raise click.UsageError("--template is for --format docx")
    found = papers.reread(result, options["language"])
    made = papers.blocks(found, names)
    if form == "docx":
        assert file is not None
        save_docx(made, file, found.language, options["template"], never=(result,), overwrite=options["overwrite"])
    elif file is None:
        click.echo(papers.text(made, found, form), nl=False)
        return
    else:
        content = papers.text(made, found, form).encode("utf-8-sig" if form == "csv" else "utf-8")
        publish(file, content, as_written(content), (result,), options["overwrite"])
    click.echo(f"Written to {file}", err=True)
