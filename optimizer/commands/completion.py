"""optimizer completion: what a shell needs to complete commands, options, files, scenarios and tables."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

VARIABLE = "_OPTIMIZER_COMPLETE"
SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script with which SHELL completes commands, options, scenarios and tables at the Tab key.

    \b
    For every new shell, one line in its start-up file:
      ~/.bashrc    eval "$(optimizer completion bash)"
      ~/.zshrc     eval "$(optimizer completion zsh)"
      config.fish  optimizer completion fish | source
      $PROFILE     optimizer completion powershell | Out-String | Invoke-Expression

    \b
    Example:
      optimizer completion bash
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"this version of click has none for {shell}: python -m pip install --upgrade click")
    root = click.get_current_context().find_root().command
    click.echo(found(root, {}, "optimizer", VARIABLE).source())


def scenario_names(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The scenarios of the workbook on the command line; none where it cannot be read."""
    from optimizer.files.glimpse import names_of_scenarios

    words = (ctx.params.get("plan"), *ctx.args)  # an option that still lacks its value leaves the workbook among the rest
    plan = next((Path(word) for word in words if word is not None and Path(word).suffix.lower() in (".xlsx", ".xlsm")), None)
    return _items(names_of_scenarios(plan), incomplete) if plan is not None else []


def table_names(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from optimizer.report.published import OF_COMPARISON, OF_SCENARIO

    return _items((*OF_SCENARIO, *OF_COMPARISON), incomplete)


def _items(names: tuple[str, ...], incomplete: str) -> list[CompletionItem]:
    near = (name for name in names if name.casefold().startswith(incomplete.casefold()))
    return [CompletionItem(_on_the_line(name)) for name in near]


def _on_the_line(name: str) -> str:
    """Bash and PowerShell put on the line what they are given, where a space would begin a new word; others see to that."""
    shell = os.environ.get(VARIABLE, "").partition("_")[0]
    if shell == "bash":  # the script of click reads a line, and loses one backslash of two
        return re.sub(r"([^\w.,:/@%+=-])", r"\\\\\1", name)
    if shell == "powershell" and re.search(r"[^\w.-]", name):
        return "'" + name.replace("'", "''") + "'"
    return name
