"""Defaults of options from a file optimizer.toml, in the plan's folder or the current one. What is found nearer wins.

An option on the command line goes before the environment, the environment before the file, the file before what is built in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from optimizer.findings import Finding, InputRefused, Severity, escaped, nearest, quoted

NAME = "optimizer.toml"
LANGUAGES = ("en", "fr", "es")
MOST_SECONDS = 10_000_000.0
OFFERED = 5  # workbooks named where none was


@dataclass(frozen=True, slots=True)
class _Setting:
    """`option` is the name of the parameter; a `path` counts from the folder of the file that says it."""

    option: str
    fits: Callable[[object], bool]
    expected: str
    path: bool = False


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MOST_SECONDS


SETTINGS = {
    "lang": _Setting("language", lambda value: value in LANGUAGES, f"one of {', '.join(LANGUAGES)} in quotes is expected"),
    "template": _Setting("template", _text, "the name of a Word document in quotes is expected", path=True),
    "output": _Setting("folder", _text, "the name of a folder in quotes is expected", path=True),
    "time_limit": _Setting("time_limit", _seconds, "a number of seconds above 0 is expected"),
}


def settle(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """Callback of the argument that names a workbook, before any option is looked at. Raises InputRefused."""
    if value is None:
        folders = {"plan": ("", "inputs"), "result": ("results", "")}[param.name or ""]
        raise click.MissingParameter(_offer(folders, param.name or ""), ctx, param)
    _put(ctx, (Path(), value.parent))
    return value


def here(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Callback of a command without a workbook: the current folder alone."""
    _put(ctx, (Path(),))
    return value


def _put(ctx: click.Context, folders: tuple[Path, ...]) -> None:
    if not ctx.resilient_parsing:  # completion: nothing is run, and nobody would see what is wrong
        ctx.default_map = {**(ctx.default_map or {}), **defaults(folders)}


def defaults(folders: tuple[Path, ...]) -> dict[str, object]:
    """Values by name of option, from the files in these folders; the last wins. Raises InputRefused with all that is wrong."""
    found: dict[str, object] = {}
    wrong: list[Finding] = []
    for path in dict.fromkeys((folder / NAME).resolve() for folder in folders):
        for finding in _read(path, found):
            wrong.append(finding)
    if wrong:
        raise InputRefused(wrong)
    return found


def _read(path: Path, found: dict[str, object]) -> Iterator[Finding]:
    def refused(code: str, what: str, expected: str, remedy: str = "") -> Finding:
        return Finding(code, Severity.ERROR, str(path), "", "", what, expected, remedy)

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        yield refused("settings-unreadable", f"it cannot be read: {error.strerror or error}", "a readable file is expected")
        return
    except ValueError as error:  # no TOML, or no UTF-8
        expected, remedy = 'lines such as lang = "fr" are expected', f"known: {', '.join(SETTINGS)}"
        yield refused("settings-form", f"it cannot be understood: {escaped(str(error))}", expected, remedy)
        return
    for key, value in content.items():
        setting = SETTINGS.get(key)
        if setting is None:
            yield refused("unknown-setting", quoted(key), "no such setting is known", nearest(key, SETTINGS))
        elif not setting.fits(value):
            yield refused("setting", f"{key} = {quoted(value)}", setting.expected)
        else:
            found[setting.option] = str(path.parent / str(value)) if setting.path else value


def _offer(folders: tuple[str, ...], name: str) -> str:
    """What to name, or how to make it."""
    paths = [path for folder in folders for path in sorted(Path(folder).glob("*.xlsx")) if not path.name.startswith("~$")]
    if paths:
        more = f" and {len(paths) - OFFERED} more" if len(paths) > OFFERED else ""
        return f"Workbooks here: {', '.join(map(str, paths[:OFFERED]))}{more}"
    how = "optimizer new plan.xlsx --example" if name == "plan" else "optimizer run PLAN.xlsx"
    return f"There is no workbook here; make one: {how}"
