"""optimizer new: a workbook to begin with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--example", "learn", is_flag=True, help="A small invented plan to learn from, with every sheet filled in.")
@click.option("--from", "old", metavar="OLD.xlsx", type=click.Path(path_type=Path), help="Carry the data of OLD.xlsx over.")
@click.option("--criterion", "criteria", multiple=True, metavar="ID", help="Columns for this criterion; may be repeated.")
@click.option("--period", "periods", multiple=True, metavar="NAME", help="Columns for money of this period; may be repeated.")
@click.option("--tags", "tags", multiple=True, metavar="NAME", help="A column for tags of this kind; may be repeated.")
def new(
    plan: Path, learn: bool, old: Path | None, criteria: tuple[str, ...], periods: tuple[str, ...], tags: tuple[str, ...]
) -> None:
    """Write PLAN, a workbook to fill in: empty, or a small example, or with the data of an older workbook in today's layout.

    Nothing is ever replaced, and OLD.xlsx is only read: what has no place in today's layout is listed, and stands as text on a
    sheet of its own.

    \b
    Examples:
      optimizer new plan.xlsx
      optimizer new example.xlsx --example
      optimizer new by_source.xlsx --criterion need --criterion reach --period 2026-27 --period 2028-29 --tags "SDG targets"
      optimizer new renewed.xlsx --from example.xlsx
    """
    from optimizer.files.example import example
    from optimizer.files.fresh import renewed, report, write_new
    from optimizer.files.publish import refuse_to_create
    from optimizer.files.reader import read_workbook
    from optimizer.files.starter import empty
    from optimizer.findings import InputRefused, errors

    shaped = (*criteria, *periods, *tags)
    if sum(map(bool, (learn, old, shaped))) > 1:
        raise click.UsageError("--example, --from and the options for columns exclude each other")
    if plan.suffix.lower() != ".xlsx":
        raise click.UsageError(f"a name that ends with .xlsx is expected, not {plan.name}")
    _refuse_alike(criteria, periods, tags)
    refuse_to_create(plan)
    if old is not None:
        content, found = renewed(old)
        write_new(plan, content)
        for line in report(content, found):
            click.echo(line, err=True)
    else:
        write_new(plan, example() if learn else empty(criteria, periods, tags))
    named = f'"{plan}"' if " " in str(plan) else str(plan)
    try:
        read_workbook(plan)
    except InputRefused as refused:
        count = len(errors(refused.findings))
        then = f"Open it and read the sheet Guide; optimizer check {named} lists what is still needed: {count} so far."
    else:
        then = f"Open it and read the sheet Guide, or solve it at once: optimizer run {named}"
    click.echo(f"Written to {plan}\n{then}", err=True)


def _refuse_alike(*options: tuple[str, ...]) -> None:
    """Each names columns, so that blank or like names would clash."""
    from optimizer.values import name_key

    for names in options:
        keys = [name_key(name) for name in names]
        if not all(keys) or len(set(keys)) < len(keys):
            raise click.UsageError(f"names that differ, and are not blank, are expected: {', '.join(names)}")
