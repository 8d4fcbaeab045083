"""Makes canton_programme.xlsx from the CSV files in example/: python inputs/build_example.py [FILE]

Each file is a sheet, its header the keys of the sheet's columns (optimizer/files/sheets.py); by_output/ adds columns to Outputs.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from optimizer.files import sheets
from optimizer.files.schema import Column, Kind, Sheet
from optimizer.files.template import Cell, Content, Row, write_input_workbook

HERE = Path(__file__).resolve().parent
WORKBOOK = HERE / "canton_programme.xlsx"

FILES = {
    sheets.COMPONENTS: "components",
    sheets.OUTPUTS: "outputs",
    sheets.CRITERIA: "criteria",
    sheets.LINKS: "links",
    sheets.LEVELS: "levels",
    sheets.PERIODS: "periods",
    sheets.FUNDS: "funds",
    sheets.PROFILE: "profile",
    sheets.COVERAGE: "coverage",
    sheets.SCENARIOS: "scenarios",
    sheets.CHANGES: "changes",
}
BY_OUTPUT = ("commitments", "progress", "adopted", "titles")
TEXTS = {Kind.ID, Kind.TEXT, Kind.CHOICE, Kind.TAGS}
NUMBERED = ("score:", "amount:", "part:")  # columns that depend on the plan and hold numbers


def main(arguments: list[str]) -> None:
    path = Path(arguments[0]) if arguments else WORKBOOK
    write_input_workbook(path, content())
    print(f"{path} written", file=sys.stderr)


def content() -> Content:
    rows = {sheet.name: table(sheet, read(name)) for sheet, name in FILES.items()}
    settings, about = read("plan"), read("about")
    tags = tuple(key.removeprefix("tags:") for key in rows[sheets.OUTPUTS.name][0] if key.startswith("tags:"))
    return Content(
        {row["key"]: cell(setting(row["key"]), row["value"]) for row in settings},
        rows | {sheets.OUTPUTS.name: outputs(rows[sheets.OUTPUTS.name])},
        tags,
        {row["key"]: row["comment"] for row in settings},
        tuple((row["label"], row["text"]) for row in about),
    )


def read(name: str) -> list[dict[str, str]]:
    with (HERE / "example" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(sheet: Sheet, rows: list[dict[str, str]]) -> list[Row]:
    columns = {column.key: column for column in sheet.columns}
    return [{key: cell(columns.get(key), text, key.startswith(NUMBERED)) for key, text in row.items()} for row in rows]


def cell(column: Column | None, text: str, number: bool = False) -> Cell:
    """Numbers as numbers, where the column holds any; a blank is no value."""
    if not text or (column is None and not number) or (column is not None and column.kind in TEXTS):
        return text or None
    digits = text.replace(".", "", 1)
    if not digits.isdecimal():
        if column is not None and column.kind is Kind.ANY:
            return text
        raise ValueError(f"{text}: a number is expected")
    return int(text) if text.isdecimal() else float(text)


def setting(key: str) -> Column:
    return next(column for column in sheets.SETTINGS if column.key == key)


def outputs(rows: list[Row]) -> list[Row]:
    """With what else is said of them; all scores are judged."""
    more: dict[Cell, dict[str, Cell]] = {row["id"]: {"status": "open"} for row in rows}
    for name in BY_OUTPUT:
        for row in table(sheets.OUTPUTS, read(name)):
            more[row["id"]].update(row)
    sources = {f"source:{row['id']}": "judged" for row in read("criteria")}
    return [{**row, **sources, **more[row["id"]]} for row in rows]


if __name__ == "__main__":
    main(sys.argv[1:])
