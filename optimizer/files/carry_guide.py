"""What somebody added to the Guide and to the notes of an older workbook; all else on it is written anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.address import position
from optimizer.files.carry_cells import content_text
from optimizer.files.cells import Grid
from optimizer.files.template_left import Left

ABOUT = "About these data"
SAME = 20  # characters by which a text of an earlier version is known, if it was reworded
_LABEL, _TEXT = 2, 3  # columns
_EARLIER_LABELS = ("1. Change", "2. Save", "3. Run", "Input workbook")


def about(guide: Grid) -> tuple[tuple[str, str], ...]:
    """The paragraphs on the data, each with its label."""
    heading = next((row for row, cells in guide.rows.items() if _text(cells, _LABEL) == ABOUT), None)
    found = []
    row = (heading or 0) + 1
    while heading is not None and _text(guide.rows.get(row, {}), _LABEL) and _text(guide.rows[row], _TEXT):
        found.append((_text(guide.rows[row], _LABEL), _text(guide.rows[row], _TEXT)))
        row += 1
    return tuple(found)


def added_to_guide(guide: Grid, new: Grid) -> Iterator[Left]:
    """Cells of rows that the new Guide has not in one wording or another."""
    ours = {content_text(cell)[:SAME] for cells in new.rows.values() for cell in cells.values()}
    labels = ({_text(cells, _LABEL) for cells in new.rows.values()} | set(_EARLIER_LABELS)) - {""}
    width = max(column for cells in new.rows.values() for column in cells)
    for cells in guide.rows.values():
        for column, cell in cells.items():
            reworded = column <= width and _text(cells, _LABEL) in labels
            if content_text(cell)[:SAME] not in ours and not reworded:
                yield Left(guide.name, cell.address, "", "", content_text(cell), "the Guide is written anew")


def added_notes(notes: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> Iterator[Left]:
    ours = {text.strip()[:SAME] for of_sheet in new.values() for text in of_sheet.values()}
    for sheet, of_sheet in notes.items():
        for cell, text in sorted(of_sheet.items(), key=lambda item: position(item[0])):
            if text.strip() and text.strip()[:SAME] not in ours:
                yield Left(sheet, cell, "", "", text.strip(), "a note pinned to the cell")


def _text(cells: Mapping[int, object], column: int) -> str:
    value = getattr(cells.get(column), "value", None)
    return value if isinstance(value, str) else ""
