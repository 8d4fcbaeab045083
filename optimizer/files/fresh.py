"""A new input workbook reaches its place whole, and holds what was meant: it is read back before it gets its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby, zip_longest
from pathlib import Path

from optimizer.address import listed
from optimizer.files import sheets
from optimizer.files.carry import Carried, carry
from optimizer.files.carry_guide import added_notes, added_to_guide
from optimizer.files.cells import read_grids
from optimizer.files.container import Container
from optimizer.files.parts import cell_notes, scan
from optimizer.files.publish import create
from optimizer.files.template import Cell, Content, Row, input_workbook
from optimizer.files.template_left import LEFT, Left
from optimizer.findings import escaped

MOST_LINES = 60


def write_new(path: Path, content: Content) -> None:
    """Raises OutputRefused where something is at `path`, CheckFailed where the file reads differently from `content`."""
    create(path, input_workbook(content), lambda draft: _differences(content, carry(draft).content))


def renewed(path: Path) -> tuple[Content, Carried]:
    """The content of an older workbook, with what somebody added to its Guide and its notes among what is left."""
    found = carry(path)
    guides = [grid for name, grid in found.grids.items() if name.casefold() == sheets.GUIDE.casefold()]
    notes = cell_notes(found.container)
    if not guides and not any(notes.values()):
        return found.content, found
    made = Container(Path(), "", input_workbook(found.content), "", ())
    (new,) = read_grids(made, [part for part in scan(made).sheets if part.name == sheets.GUIDE]).values()
    added = [left for guide in guides for left in added_to_guide(guide, new)]
    added.extend(added_notes(notes, cell_notes(made)))
    return replace(found.content, left=(*found.content.left, *added)), found


def report(content: Content, found: Carried) -> Iterator[str]:
    """What was carried over, and everything that was not or not as it stood."""
    counts = (f"{len(rows)} on {name}" for name, rows in content.rows.items() if rows)
    yield f"Carried over from {found.container.name}: {len(content.settings)} settings; rows: {', '.join(counts)}."
    yield from found.remarks
    if found.formulas:
        yield f"Formulas, now the values they gave: {', '.join(found.formulas[:20])}{_more(len(found.formulas) - 20)}"
    if content.left:
        yield f"Not carried over: {len(content.left)} cells, which stand as text on the sheet {LEFT}:"
        lines = list(_grouped(content.left))
        yield from lines[:MOST_LINES]
        if len(lines) > MOST_LINES:
            yield f"  and{_more(len(lines) - MOST_LINES).removeprefix(' and')} columns and sheets"
    yield f"Colours, conditional formats, charts and pictures are only in {found.container.name}, which is as it was."


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _grouped(left: Iterable[Left]) -> Iterator[str]:
    """One line a column, or a sheet."""

    def what(each: Left) -> tuple[str, str, str]:
        return each.sheet, each.column, each.why

    for (sheet, column, why), cells in groupby(sorted(left, key=what), key=what):
        where = f"{sheet}, {column}" if column else sheet
        yield escaped(f"  {where} ({listed([each.cell for each in cells])}): {why}")


def _differences(meant: Content, read: Content) -> Iterator[str]:
    yield from _of_rows("Plan", [meant.settings, meant.setting_comments], [read.settings, read.setting_comments])
    for sheet in sheets.SHEETS:
        yield from _of_rows(sheet.name, meant.rows.get(sheet.name, ()), read.rows.get(sheet.name, ()))
    for name in ("tag_columns", "about", "left"):
        if getattr(meant, name) != getattr(read, name):
            yield f"{name.replace('_', ' ')}: {getattr(read, name)}, not {getattr(meant, name)}"


def _of_rows(sheet: str, meant: Iterable[Row], read: Iterable[Row]) -> Iterator[str]:
    nothing: Mapping[str, Cell] = {}
    for wanted, found in zip_longest(map(_filled, meant), map(_filled, read), fillvalue=nothing):
        for key in sorted({*wanted, *found}):
            if wanted.get(key) != found.get(key):
                yield f"{sheet}, {key}: {found.get(key)!r}, not {wanted.get(key)!r}"


def _filled(row: Row) -> Mapping[str, Cell]:
    return {key: value for key, value in row.items() if value not in (None, "")}
