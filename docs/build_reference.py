"""Writes docs/reference.md from the data that the reader itself works with: python docs/build_reference.py"""

from __future__ import annotations

from pathlib import Path

from optimizer.files import sheets
from optimizer.files.schema import Column, Kind, Sheet

HEAD = """# Reference of the input workbook

Made from the code by `python docs/build_reference.py`; a test compares them. One sheet a table, one header row, one row an item.
Ids are text: 1.10 is not 1.1. Amounts are whole units of the currency. `optimizer new PLAN.xlsx` makes an empty workbook with all
of this.
"""
KINDS = {
    Kind.ID: "id, text", Kind.TEXT: "text", Kind.AMOUNT: "amount", Kind.PERCENT: "whole percentage", Kind.NUMBER: "number ≥ 0",
    Kind.LIMIT: "amount or percentage", Kind.COUNT: "whole number ≥ 0", Kind.YEAR: "year", Kind.CHOICE: "choice",
    Kind.TAGS: "list; with ;", Kind.ANY: "as the setting says",
}  # fmt: skip
FURTHER = {
    "Outputs": (
        sheets.score_column("ID"),
        Column("", f"{sheets.SOURCE_PREFIX}ID", Kind.CHOICE, "Where the score comes from.", choices=("computed", "judged")),
        sheets.tags_column("NAME"),
        sheets.COMMENT,
    ),
    "Funds": (Column("", f"{sheets.AMOUNT_PREFIX}PERIOD", Kind.AMOUNT, "What the source has in that period."), sheets.COMMENT),
    "Profile": (Column("", f"{sheets.PART_PREFIX}PERIOD", Kind.ANY, "The part that falls on that period."), sheets.COMMENT),
    "Scenarios": (sheets.COMMENT,),
}


def reference() -> str:
    parts = [HEAD, *map(_sheet, sheets.SHEETS)]
    settings = "\n".join(map(_row, sheets.SETTINGS))
    parts.insert(2, f"### Settings of the sheet Plan\n\n| setting | holds | what it says |\n| --- | --- | --- |\n{settings}\n")
    return "\n".join(parts)


def _sheet(sheet: Sheet) -> str:
    needed = "Needed." if sheet.required else "Optional."
    rows = "\n".join(_row(column) for column in (*sheet.columns, *FURTHER.get(sheet.name, ())))
    about = f"{needed} Filled in by: {sheet.owner}. One row: {sheet.row}. {sheet.note}"
    return f"## {sheet.name}\n\n{about}\n\n| column | holds | what it says |\n| --- | --- | --- |\n{rows}\n"


def _row(column: Column) -> str:
    name = f"**{column.header}**" if column.required else column.header
    holds = KINDS[column.kind]
    if column.refers:
        holds += f" of {column.refers}"
    if column.choices and len(column.choices) <= 6:
        holds = " / ".join(map(str, column.choices))
    return f"| {name} | {holds} | {column.note.replace('|', '/')} |"


if __name__ == "__main__":
    (Path(__file__).parent / "reference.md").write_text(reference(), encoding="utf-8")
